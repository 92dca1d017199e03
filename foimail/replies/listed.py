"""Tables with a row for each value: what is counted, the period, the value; or both names in one cell, `Referrals 2022`."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from foimail.replies import figures as numbers
from foimail.replies.grids import FEW, Cell, period_of, value_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from foimail.replies.reading import Figure

    Row = Sequence[Cell]


def apart(rows: Sequence[Row]) -> list[list[Cell]]:
    """The rows with a cell for each where the first cell of several names what is counted and a period."""
    cut = [_named(row) for row in rows]
    if sum(map(bool, cut)) < FEW:
        return [list(row) for row in rows]
    return [[*(names or (row[0], Cell(""))), *row[1:]] for row, names in zip(rows, cut, strict=True)]


def _named(row: Row) -> tuple[Cell, Cell] | None:
    found = numbers.tokens(row[0])
    if len(found) != 1 or not found[0].period or not any(value_of(cell) for cell in row[1:]):
        return None
    start, end = found[0].start, found[0].end
    label = row[0][:start].strip(_EDGE) or row[0][end:].strip(_EDGE)
    if not any(letter.isalpha() for letter in label) or any(period_of(cell) for cell in row):
        return None
    return Cell(label), Cell(row[0][start:end], row[0].unit, row[0].at + start)


_EDGE = " ,:-\u2013"


def column(rows: Sequence[Row]) -> int:
    """The column of the periods where it is not the first; 0 where it is, or there is none."""
    places = Counter(
        found[0] for row in rows if len(found := [n for n, cell in enumerate(row) if period_of(cell)]) == 1
    )
    place, times = max(places.items(), key=lambda item: item[1], default=(0, 0))
    return place if times >= FEW and times >= places[0] and 2 * times >= len(rows) - 1 else 0


def read(
    rows: Sequence[Row],
    at: int,
    topic: Callable[[str], frozenset[int]],
    cell: Callable[[Cell], Figure | None],
    aside: Callable[[str], bool],
) -> dict[int, list[Figure]]:
    """The values by part, each row's own; empty where the rows name no parts.

    Args:
        rows: All rows, the one of names first if there is one.
        at: The column of the periods.
        topic: The parts that a label speaks of.
        cell: The value of a cell.
        aside: Whether a column's name says that it holds no answers.
    """
    names: list[str] = [] if any(value_of(one) for one in rows[0]) else [*rows[0]]
    width = max(map(len, rows))
    names = [*[""] * (width - len(names)), *names]
    found: dict[int, list[Figure]] = {}
    for row in rows:
        about = topic(" ".join(row[:at]))
        values = [
            value
            for n, one in enumerate(row[at:], at)
            if not (n < len(names) and aside(names[n])) and (value := cell(one))
        ]
        for part in about if len(about) == 1 and values else ():
            period = period_of(row[at]) or "total"
            found.setdefault(part, []).append(replace(values[0], period=period))
    return found
