"""The period of a figure as a span of months: `2021`, `2021/22`, `2024-Q4`, `2023-11`, `2010..2024`, `2023-11..present`."""

from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

YEAR = 12  # months
_NO_END = 9999 * YEAR
_POINT = re.compile(r"(\d{4})(?:/(?P<end>\d\d)|-Q(?P<quarter>[1-4])|-(?P<month>0[1-9]|1[0-2]))?")
_APRIL = 3  # months after January


class Span(NamedTuple):
    """From one month to another, both included, counted from January of the year 0."""

    first: int
    last: int

    @property
    def open(self) -> bool:
        """Whether it has no end."""
        return self.last == _NO_END

    def holds(self, other: Span) -> bool:
        """Whether all of the other lies in it."""
        return self.first <= other.first and other.last <= self.last

    def meets(self, other: Span) -> bool:
        """Whether they have a month in common."""
        return self.first <= other.last and other.first <= self.last


def span(period: str, present: date | None = None) -> Span | None:
    """The months of a period; None of what names none, such as `total`.

    A financial year runs from April to March; a quarter is one of the calendar year. `present` is the day that an open end means;
    without it such a span has no end.
    """
    begins, ranges, ends = period.partition("..")
    first = _point(begins)
    last = _present(present) if ends == "present" else _point(ends if ranges else begins)
    return Span(first.first, last.last) if first and last and first.first <= last.last else None


def unbroken(spans: Iterable[Span]) -> bool:
    """Whether each begins where the one before it ends: no gap, and nothing counted twice."""
    return all(one.last + 1 == other.first for one, other in itertools.pairwise(sorted(spans)))


def clipped(one: Span, window: Span | None) -> Span | None:
    """What of a span lies in a window; None where nothing does. Without a window, all."""
    if window is None:
        return one
    cut = Span(max(one.first, window.first), min(one.last, window.last))
    return cut if cut.first <= cut.last else None


def months(one: Span) -> int:
    """How long it is."""
    return one.last - one.first + 1


def years(first: int, last: int) -> Span:
    """The calendar years from the first to the last."""
    return Span(YEAR * first, YEAR * last + YEAR - 1)


def name(one: Span) -> str:
    """The name of a calendar or financial year, `2021` or `2021/22`; empty for any other span."""
    year, month = divmod(one.first, YEAR)
    if months(one) != YEAR or month not in {0, _APRIL}:
        return ""
    return f"{year}/{(year + 1) % 100:02}" if month else str(year)


def _month(year: int, month: int) -> Span:
    return Span(YEAR * year + month, YEAR * year + month)


def _present(day: date | None) -> Span:
    return _month(day.year, day.month - 1) if day else Span(_NO_END, _NO_END)


def _point(text: str) -> Span | None:
    found = _POINT.fullmatch(text)
    if found is None:
        return None
    year = int(found[1])
    if found["end"]:
        begin = YEAR * year + _APRIL
        return Span(begin, begin + YEAR - 1) if int(found["end"]) == (year + 1) % 100 else None
    if found["quarter"]:
        begin = YEAR * year + 3 * (int(found["quarter"]) - 1)
        return Span(begin, begin + 2)
    return _month(year, int(found["month"]) - 1) if found["month"] else years(year, year)
