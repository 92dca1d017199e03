"""What an asterisk stands for."""

from __future__ import annotations

import pytest

from tests.replies.letters import read

TABLE = "Year\tReferrals\n2021\t*\n2022\t7\n\n"


@pytest.mark.parametrize(
    ("key", "lower", "upper"),
    [
        ("* = a figure of less than 5", None, 4),
        ("Key: an asterisk stands for a number from 1 to 4. Collection began in 2021.", 1, 4),
        ("Numbers below five are starred.", None, 4),
    ],
)
def test_an_asterisk_is_the_band_of_its_key(key: str, lower: float | None, upper: float) -> None:
    answer = read(TABLE + key).answers[0]
    first = answer.figures[0]
    assert (first.lower, first.upper, first.withheld, first.quote) == (lower, upper, False, "*")
    assert answer.outcome == "answered"


@pytest.mark.parametrize("remark", ["", "* in 2021 fewer than five were known of", "* see above"])
def test_without_a_key_it_is_a_withheld_number(remark: str) -> None:
    answer = read(TABLE + remark).answers[0]
    assert [f.withheld for f in answer.figures] == [False, True]
    assert answer.outcome == "partial"
