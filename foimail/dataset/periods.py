"""The period of a figure as a span of months: `2021`, `2021/22`, `2024-Q4`, `2023-11`, `2010..2024`, `2023-11..present`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from datetime import date

Span: TypeAlias = tuple[int, int]  # first and last month, both included, counted from January of the year 0
YEAR = 12  # months
_POINT = re.compile(r"(\d{4})(?:/(?P<end>\d\d)|-Q(?P<quarter>[1-4])|-(?P<month>0[1-9]|1[0-2]))?")
_APRIL = 3  # months after January


def span(period: str, present: date) -> Span | None:
    """The months of a period; None of what names none, such as `total`.

    A financial year runs from April to March; a quarter is one of the calendar year. `present` is the day that an open end means.
    """
    begins, ranges, ends = period.partition("..")
    first = _point(begins)
    last = (
        _month(present.year, present.month - 1) if ends == "present" else _point(ends if ranges else begins)
    )
    return (first[0], last[1]) if first and last and first[0] <= last[1] else None


def within(one: Span, other: Span) -> bool:
    """Whether all of one lies in the other."""
    return other[0] <= one[0] and one[1] <= other[1]


def clipped(one: Span, window: Span | None) -> Span | None:
    """What of a span lies in a window; None where nothing does. Without a window, all."""
    if window is None:
        return one
    cut = (max(one[0], window[0]), min(one[1], window[1]))
    return cut if cut[0] <= cut[1] else None


def months(one: Span) -> int:
    """How long it is."""
    return one[1] - one[0] + 1


def years(first: int, last: int) -> Span:
    """The calendar years from the first to the last."""
    return (YEAR * first, YEAR * last + YEAR - 1)


def name(one: Span) -> str:
    """The name of a calendar or financial year, `2021` or `2021/22`; empty for any other span."""
    year, month = divmod(one[0], YEAR)
    if months(one) != YEAR or month not in {0, _APRIL}:
        return ""
    return f"{year}/{(year + 1) % 100:02}" if month else str(year)


def _month(year: int, month: int) -> Span:
    return (YEAR * year + month, YEAR * year + month)


def _point(text: str) -> Span | None:
    found = _POINT.fullmatch(text)
    if found is None:
        return None
    year = int(found[1])
    if found["end"]:
        begin = YEAR * year + _APRIL
        return (begin, begin + YEAR - 1) if int(found["end"]) == (year + 1) % 100 else None
    if found["quarter"]:
        begin = YEAR * year + 3 * (int(found["quarter"]) - 1)
        return (begin, begin + 2)
    return _month(year, int(found["month"]) - 1) if found["month"] else years(year, year)
