"""What the figures of one body add up to on one part, each month counted once.

The rules, in their order:

1. Figures of categories count only where their period has none without a category. They may overlap (a child referred to two
   authorities), so the whole is no less than the greatest and no more than all together.
2. Of figures for periods that overlap, those are taken that cover the most of what was asked, and among these the finest: years
   rather than the range they lie in, four quarters rather than their year. A range of years has to cover a year more.
3. A total that the letter gives, or a range that holds all that was taken, counts only where nothing finer is given, or every year
   was withheld: it gives none of them away. Where it cannot be the sum of what was taken (years may be missing, or somebody erred),
   the bounds span both.
4. A question for one number (`count`) takes the number given without a year. Where there are years only, they may overlap as
   categories do: staff trained in one year are trained again in another.
5. Years that lie wholly outside of those asked are left out.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from typing import TYPE_CHECKING

from foimail.dataset import bounds, periods
from foimail.dataset.bounds import Bounds
from foimail.dataset.periods import Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from foimail.dataset.answers import Value
    from foimail.model import Part

_TOTALS = frozenset({"", "total", "all"})


@dataclass(frozen=True, slots=True)
class Cell:
    """What a body gives for one period.

    Attributes:
        period: As the figures have it; empty for a total.
        span: Its months; None for a total, and for what cannot be dated.
        bounds: What is between nought and no end where it was withheld.
        given: The same without what was withheld.
        withheld: Whether a figure in it was withheld, or blotted out without a key.
        values: The figures it rests on.
        pieces: Whether it is made of categories, which may overlap.
    """

    period: str
    span: Span | None
    bounds: Bounds
    given: Bounds
    withheld: bool
    values: tuple[Value, ...]
    pieces: bool = False


@dataclass(frozen=True, slots=True)
class Sum:
    """What a body gives altogether.

    Attributes:
        bounds: As in `Cell`; `given` too.
        cells: What it rests on.
        differs: Whether a total that is stated cannot be the sum of what is given by years.
        overlaps: Whether what it rests on may overlap.
    """

    bounds: Bounds
    given: Bounds
    cells: tuple[Cell, ...]
    differs: bool = False
    overlaps: bool = False

    @property
    def pieces(self) -> bool:
        """Whether anything in it may overlap: its cells, or categories within them."""
        return self.overlaps or any(cell.pieces for cell in self.cells)

    @property
    def total_only(self) -> bool:
        """Whether there is a total and nothing by years."""
        return all(cell.span is None for cell in self.cells)


def counts(values: Iterable[Value], part: Part) -> tuple[list[Cell], int]:
    """The cells of a series of numbers, and how many were left out because they lie outside of the years asked."""
    by_period: dict[tuple[str, Span | None], list[Value]] = {}
    for value in values:
        if value.figure.unit == "count":
            period = "" if value.figure.period.casefold() in _TOTALS else value.figure.period
            span = periods.span(period, value.given.letter.on)
            by_period.setdefault((period, span), []).append(value)
    asked = periods.years(*part.years) if part.years else None
    inside = [
        _cell(*key, found)
        for key, found in by_period.items()
        if key[1] is None or periods.clipped(key[1], asked)
    ]
    return inside, len(by_period) - len(inside)


def _cell(period: str, span: Span | None, values: Sequence[Value]) -> Cell:
    whole = [value for value in values if value.figure.category.casefold() in _TOTALS]
    used = tuple(whole or values)
    found = [bounds.of(value.figure) for value in used]
    given = [bounds.of(value.figure) for value in used if not withheld(value)]
    joined = bounds.spanning if whole else bounds.overlapping
    return Cell(
        period,
        span,
        joined(found),
        joined(given) if given else Bounds(),
        len(given) < len(found),
        used,
        pieces=not whole and len(used) > 1,
    )


def withheld(value: Value) -> bool:
    """Whether a number was kept back: by name, or as a mark that no key explains."""
    figure = value.figure
    return figure.withheld or (figure.value is None and figure.lower is None and figure.upper is None)


def summed(cells: Sequence[Cell], part: Part) -> Sum | None:
    """What they add up to; None where there are none."""
    totals = [cell for cell in cells if cell.span is None and not cell.period]
    vague = [cell for cell in cells if cell.span is None and cell.period]
    dated = [cell for cell in cells if cell.span is not None]
    if part.answer == "count":
        if totals:
            return _added(totals[:1])
        return _overlapping([*vague, *dated]) if cells else None
    if not dated:
        return _added(totals[:1]) if totals else _overlapping(vague) if vague else None
    taken = disjoint(dated, periods.years(*part.years) if part.years else None)
    covered = Span(
        min(cell.span.first for cell in taken if cell.span),
        max(cell.span.last for cell in taken if cell.span),
    )
    stated = [
        *totals,
        *(c for c in dated if c not in taken and c.span and c.span.holds(covered)),
    ]
    whole = [cell for cell in stated if not cell.withheld]
    if whole and len(taken) > 1 and all(cell.withheld and cell.given == Bounds() for cell in taken):
        return _added(whole[:1])
    return _against(_added(taken), whole)


def _added(cells: Sequence[Cell]) -> Sum:
    return Sum(
        sum((cell.bounds for cell in cells), Bounds()),
        sum((cell.given for cell in cells), Bounds()),
        tuple(cells),
    )


def _overlapping(cells: Sequence[Cell]) -> Sum:
    return Sum(
        bounds.overlapping(cell.bounds for cell in cells),
        bounds.overlapping(cell.given for cell in cells),
        tuple(cells),
        overlaps=len(cells) > 1,
    )


def _against(found: Sum, stated: Iterable[Cell]) -> Sum:
    """The sum beside the totals that were stated for the same; nothing that was withheld is worked out of them."""
    other = [cell for cell in stated if bounds.apart(cell.bounds, found.bounds)]
    if not other:
        return found
    return Sum(
        bounds.spanning([found.bounds, *(cell.bounds for cell in other)]),
        bounds.spanning([found.given, *(cell.given for cell in other)]),
        found.cells,
        differs=True,
        overlaps=found.overlaps,
    )


def disjoint(cells: Sequence[Cell], window: Span | None = None) -> list[Cell]:
    """Cells that do not overlap and cover the most of the window, the finest where several sets cover the same."""
    spans = {id(cell): cut for cell in cells if cell.span and (cut := periods.clipped(cell.span, window))}
    ordered = sorted(
        (cell for cell in cells if id(cell) in spans), key=lambda cell: (spans[id(cell)].last, cell.period)
    )
    ends = [spans[id(cell)].last for cell in ordered]
    # the best of the first n cells: months covered, number of cells, the last of them and the best before it
    best: list[tuple[int, int, Cell | None, int]] = [(0, 0, None, 0)]
    for cell in ordered:
        span = spans[id(cell)]
        before = bisect_left(ends, span.first)
        # a range of years must cover a year more than what is finer
        weight = periods.months(span) - (periods.YEAR if periods.months(span) > periods.YEAR else 0)
        here = (best[before][0] + weight, best[before][1] + 1, cell, before)
        best.append(here if here[:2] > best[-1][:2] else (*best[-1][:2], None, len(best) - 1))
    taken: list[Cell] = []
    at = len(best) - 1
    while at:
        _, _, cell_or_none, at = best[at]
        taken += [cell_or_none] if cell_or_none else []
    return taken[::-1]


def by_year(cells: Sequence[Cell]) -> dict[str, Cell]:
    """The cell of each calendar year and of each financial year; pieces of a calendar year only where they make up all of it."""
    found: dict[str, Cell] = {}
    for cell in cells:
        if cell.span and (name := periods.name(cell.span)):
            found.setdefault(name, cell)
    shorter: dict[str, list[Cell]] = {}
    for cell in cells:
        if cell.span and periods.months(cell.span) < periods.YEAR:
            year, last = (month // periods.YEAR for month in cell.span)
            if year == last and str(year) not in found:
                shorter.setdefault(str(year), []).append(cell)
    for year_, pieces in shorter.items():
        taken = disjoint(pieces)
        if sum(periods.months(cell.span) for cell in taken if cell.span) == periods.YEAR:
            whole = _added(taken)
            values = tuple(value for cell in taken for value in cell.values)
            kept_back = any(cell.withheld for cell in taken)
            found[year_] = Cell(
                year_, periods.years(int(year_), int(year_)), whole.bounds, whole.given, kept_back, values
            )
    return found
