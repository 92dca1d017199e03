"""How sure a value is: by its answer, and by the way in which it was read."""

from __future__ import annotations

import pytest

from foimail.replies.reader import Enclosure
from foimail.replies.reading import SURE
from tests.replies.letters import read

REST = "\n\n2. We hold nothing on this.\n\n3. We do not hold this."


def sure(text: str, part: int = 1, *files: Enclosure) -> list[float]:
    """The confidence of each figure of a part."""
    return [figure.confidence for figure in read(text + REST, *files).answers[part - 1].figures]


TABLE = "Year\tReferrals\n2021\t4\n2022\t7"


@pytest.mark.parametrize(
    "letter",
    [
        TABLE,
        "1. Referrals in 2021: 4, in 2022: 7",
        "1. Referrals: in 2021 fewer than five, in 2022 nil",
    ],
)
def test_a_value_beside_its_period_is_sure(letter: str) -> None:
    assert min(sure(letter)) >= SURE


@pytest.mark.parametrize(
    "letter",
    [
        "1. We made 14 referrals.",
        "1. Referrals: 12% of cases.",
        "Year\tReferrals to police\tReferrals to council\n2021\t1\t3\n2022\t2\t5",
        "\t2021\t2022\nReferrals, north\t<5\t<5\nReferrals, south\t3\t4",
    ],
)
def test_a_total_a_rate_and_a_sum_are_not(letter: str) -> None:
    assert sure(letter)
    assert max(sure(letter)) < SURE


def test_a_value_of_a_file_that_was_not_surely_read_is_not() -> None:
    assert min(sure("Attached.", 1, Enclosure("a.csv", TABLE))) >= SURE
    assert max(sure("Attached.", 1, Enclosure("a.pdf", TABLE, reason="page 1 read by OCR: check it"))) < SURE


def test_of_the_number_of_staff_there_is_one() -> None:
    assert sure("4. 512 staff are trained.", 4) == [0.85]
    assert max(sure("4. 512 staff are trained.\n4. 514 staff are trained.", 4)) < SURE


def test_no_value_is_surer_than_its_answer() -> None:
    for answer in read(f"1. Lamps: in 2021 4 and in 2022 7 were bought by us{REST}").answers:
        assert all(figure.confidence <= answer.confidence for figure in answer.figures)
