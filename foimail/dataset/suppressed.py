"""Figures that were held back and that a total beside them would give away: they are found, and never worked out."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from foimail.dataset.bounds import of
from foimail.replies.periods import span

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from foimail.dataset.bounds import Bounds
    from foimail.replies.reading import Figure

_ALL = "total"
_WHOLE = frozenset({"", _ALL, "all", "overall"})  # categories that stand for all of them
_YEAR, _QUARTER = re.compile(r"\d{4}"), re.compile(r"\d{4}-Q\d")


def given_away(figures: Sequence[Figure]) -> tuple[set[int], set[int]]:
    """The figures of one part that could be worked out though they are bands or withheld, and the totals that would allow it.

    Both by their places in `figures`. A total is an exact figure of all time, of a range or year that holds the time of others,
    or of all categories; only figures of one unit are added up.
    """
    cells: set[int] = set()
    totals: set[int] = set()
    for total, beside in _sums(figures):
        if found := _exact_by(of(figures[total]).lower, {cell: of(figures[cell]) for cell in beside}):
            cells |= found
            totals.add(total)
    return cells, totals


def _sums(figures: Sequence[Figure]) -> Iterator[tuple[int, list[int]]]:
    """Each exact figure with those that should add up to it: along the years, along the categories, or along both."""
    for adds_up in (_along_time, _along_categories, _along_both):
        for place, total in enumerate(figures):
            if not of(total).exact:
                continue
            inside = [n for n, one in enumerate(figures) if one.unit == total.unit and adds_up(one, total)]
            # a quarter beside its year is counted with the year
            cells = [c for c in inside if not any(_within(figures[c], figures[o]) for o in inside)]
            if cells:
                yield place, cells


def _along_time(one: Figure, total: Figure) -> bool:
    return _who(one) == _who(total) and _in_time(one.period, total.period)


def _along_categories(one: Figure, total: Figure) -> bool:
    return one.period == total.period and _who(one) != _ALL == _who(total)


def _along_both(one: Figure, total: Figure) -> bool:
    return _in_time(one.period, total.period) and _who(one) != _ALL == _who(total)


def _within(one: Figure, other: Figure) -> bool:
    return any(adds_up(one, other) for adds_up in (_along_time, _along_categories, _along_both))


def _who(figure: Figure) -> str:
    name = " ".join(figure.category.lower().split())
    return _ALL if name in _WHOLE else name


def _in_time(one: str, other: str) -> bool:
    """Whether a period lies within another and is not the same."""
    if one in {other, _ALL}:
        return False
    if other == _ALL:
        return True
    quarter = _QUARTER.fullmatch(one)
    if quarter and _YEAR.fullmatch(other):
        return one.startswith(other)
    return set(span(one) or [one[:4] if quarter else one]) <= set(span(other))


def _exact_by(total: float, cells: dict[int, Bounds]) -> set[int]:
    """The cells that a total leaves one number for: the only one that is not exact, or those that all stand at an end."""
    hidden = [cell for cell, bounds in cells.items() if not bounds.exact]
    if len(hidden) == 1:
        return set(hidden)
    found = set()
    for cell in hidden:
        others = [bounds for other, bounds in cells.items() if other != cell]
        least = max(cells[cell].lower, total - sum(map(_upper, others)))
        most = min(_upper(cells[cell]), total - sum(one.lower for one in others))
        if least >= most:
            found.add(cell)
    return found


def _upper(bounds: Bounds) -> float:
    return float("inf") if bounds.upper is None else bounds.upper
