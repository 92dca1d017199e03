"""Days named in letters."""

from __future__ import annotations

from datetime import date

import pytest

from foimail.replies.dates import day_after

SENT = date(2026, 11, 25)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("by 9 December 2026", date(2026, 12, 9)),
        ("by 9 December", date(2026, 12, 9)),
        ("by 9 February", date(2027, 2, 9)),  # the next one after the letter
        ("by 30 February", None),  # there is none in any year
        ("by 29 February", None),  # nor in this one and the next
        ("by the end of it", None),
        ("by then, or by 3 March", date(2027, 3, 3)),
    ],
)
def test_a_day_after_a_word_is_the_next_of_that_name(text: str, day: date | None) -> None:
    assert day_after(text, r"\bby\b", SENT) == day
