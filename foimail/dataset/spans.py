"""Which months a period covers: calendar and financial years, quarters and ranges in one measure, so that they can be compared."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_NO_END = 9999 * 12
_APRIL = 3  # months after January, where a financial year begins
_POINT = re.compile(r"(\d{4})(?:(/)\d\d|-Q(\d)|-(\d\d))?")


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """From one month to another, both included, counted from the year nought."""

    first: int
    last: int

    @property
    def open(self) -> bool:
        """Whether it goes on to the day of the letter."""
        return self.last == _NO_END

    def holds(self, other: Span) -> bool:
        """Whether all of the other lies in it."""
        return self.first <= other.first and other.last <= self.last

    def meets(self, other: Span) -> bool:
        """Whether they have a month in common."""
        return self.first <= other.last and other.first <= self.last


def span(period: str) -> Span | None:
    """The months of `2021`, `2021/22`, `2024-Q4`, `2010..2024`, `2023-11..present`; None of `total` and of categories."""
    first, dots, last = period.partition("..")
    begins, ends = _point(first), _point(last or first)
    if begins is None or (ends is None and last != "present"):
        return None
    if dots and ends is None:
        return Span(begins.first, _NO_END)
    return Span(begins.first, ends.last) if ends else None


def _point(text: str) -> Span | None:
    found = _POINT.fullmatch(text)
    if found is None:
        return None
    year = int(found[1]) * 12
    if found[2]:
        return Span(year + _APRIL, year + _APRIL + 11)
    if found[3]:
        return Span(year + 3 * int(found[3]) - 3, year + 3 * int(found[3]) - 1)
    return Span(year + int(found[4]) - 1, year + int(found[4]) - 1) if found[4] else Span(year, year + 11)


def unbroken(spans: Iterable[Span]) -> bool:
    """Whether each begins where the one before it ends: no gap, and nothing counted twice."""
    row = sorted(spans)
    return all(one.last + 1 == other.first for one, other in itertools.pairwise(row))
