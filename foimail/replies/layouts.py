"""What a table says: years down or across, a part a column or a row, totals and splits."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from foimail.replies import listed, numerals
from foimail.replies.grids import FEW, period_of, value_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from foimail.replies.grids import Cell, Table
    from foimail.replies.reading import Figure

_TOTAL = re.compile(
    r"\b(?:total|all(?! assess)|both|any|sum|combined|overall|trust|whole|grand)\b", re.IGNORECASE
)
_ASIDE = re.compile(
    r"\bof which\b|\b(?:source|in post|establishment|target|eligible|notes?|comments?|remarks?|denominator|"
    r"draft|provisional|superseded|previous(?:ly)?|"
    r"workforce size)\b|%",
    re.IGNORECASE,
)
_NOT_KEPT = re.compile(r"\bnot (?:held|recorded|kept|known|counted|collected)\b", re.IGNORECASE)
_ENDING = re.compile(
    r"\byear end(?:ing|ed)\b(?!.{0,12}\bdec)|\byear to (?:31 )?march\b|\bfinancial year end", re.IGNORECASE
)


def read(
    table: Table,
    topic: Callable[[str], frozenset[int]],
    current: frozenset[int],
    *,
    dash_is_nil: bool = False,
) -> None:
    """Find the figures of a table for each part.

    Args:
        table: What `tables` found; its `found` is filled.
        topic: The parts that a heading speaks of.
        current: The parts that the text above the table is about; empty where nothing says.
        dash_is_nil: Whether a key says that a dash stands for nil.
    """
    rows = listed.apart(table.rows)
    if at := listed.column(rows):
        table.found |= listed.read(
            rows,
            at,
            topic,
            lambda cell: _cell(cell, nil=dash_is_nil),
            lambda name: bool(_ASIDE.search(name)),
        )
        if table.found:
            return
        table.rows = [list(row[at:]) for row in rows if len(row) > at]
    down = [
        n
        for n, row in enumerate(table.rows)
        if period_of(row[0]) and len(row) > 1 and not any(period_of(cell) for cell in row[1:])
    ]
    across = next(
        (n for n, row in enumerate(table.rows) if sum(bool(period_of(c)) for c in row) >= FEW), None
    )
    if across is not None and (not down or across < down[0]):
        _across(table, across, topic, current, nil=dash_is_nil)
    elif down:
        _down(table, down, topic, current, nil=dash_is_nil)
    else:
        _categories(table, topic, current)


def _down(
    table: Table,
    down: list[int],
    topic: Callable[[str], frozenset[int]],
    current: frozenset[int],
    *,
    nil: bool,
) -> None:
    width = max(len(table.rows[n]) for n in down)
    head = _head(table.rows[: down[0]], width)
    names = [*head, *[""] * width][:width] if head else _split_heading(table.heading, width, topic)
    names = [name.replace("_", " ") for name in names]
    if quarters := _quarters(names):
        _by_quarter(table, down, quarters, current or topic(table.heading), nil=nil)
        return
    by_part = _columns(table, down, names, width, topic, current, nil=nil)
    ending = bool(_ENDING.search(" ".join(head) + table.heading))
    for part, columns in by_part.items():
        total = [c for c in columns if c < len(names) and _TOTAL.search(names[c])]
        if (
            not names
            and len(columns) > 1
            and re.search(r"\b(?:total|all|both|trust)$", table.heading.strip(), re.IGNORECASE)
        ):
            total = columns
        chosen = total[-1:] or columns
        for n in down:
            row = table.rows[n]
            values = [v for c in chosen if c < len(row) and (v := _cell(row[c], nil=nil))]
            if any(c < len(row) and _NOT_KEPT.search(row[c]) for c in chosen):
                table.gaps.add(part)
            if values:
                period = period_of(row[0])
                if ending and re.fullmatch(r"\d{4}", period):
                    period = f"{int(period) - 1}/{period[2:]}"
                table.found.setdefault(part, []).append(replace(_sum(values), period=period))


def _head(above: Sequence[list[Cell]], width: int) -> list[str]:
    """The row of names above a table; its first cell may have been blank, and is lost with the blanks."""
    for row in reversed(above):
        if len(row) >= width:
            return list(row)
        if len(row) == width - 1 and width > FEW:
            return ["", *row]
    return []


_QUARTER = re.compile(
    r"^\W*(?:q(?:uarter)?\s?(?P<number>[1-4])\b)?\W*(?P<month>jan|apr|jul|oct)?", re.IGNORECASE
)
_BEGIN = ("jan", "apr", "jul", "oct")  # the first months of quarters


def _quarters(names: Sequence[str]) -> dict[int, tuple[str, str]]:
    """The columns that are named by four quarters: their numbers and first months, of which either may be missing."""
    found = {
        n: match for n, name in enumerate(names) if (match := _QUARTER.match(name)) and match[0].strip("(")
    }
    named = {(match["number"] or "", (match["month"] or "").lower()) for match in found.values()}
    if len(named) < len(_BEGIN):
        return {}
    return {n: (match["number"] or "", (match["month"] or "").lower()) for n, match in found.items()}


def _by_quarter(
    table: Table,
    down: Sequence[int],
    quarters: dict[int, tuple[str, str]],
    about: frozenset[int],
    *,
    nil: bool,
) -> None:
    """A year a row and a quarter a column; `2022-Q4` of a financial year is the last of that which begins in 2022."""
    for part in about if len(about) == 1 else ():
        for n in down:
            row, year = table.rows[n], period_of(table.rows[n][0])
            for column, (number, month) in quarters.items():
                value = (
                    _cell(row[column], nil=nil) if column < len(row) else None
                )  # of a year that is not over
                quarter = number or str((_BEGIN.index(month) - ("/" in year)) % len(_BEGIN) + 1)
                if value:
                    found = replace(value, period=f"{year[:4]}-Q{quarter}")
                    table.found.setdefault(part, []).append(found)


def _columns(
    table: Table,
    down: Sequence[int],
    names: Sequence[str],
    width: int,
    topic: Callable[[str], frozenset[int]],
    current: frozenset[int],
    *,
    nil: bool,
) -> dict[int, list[int]]:
    """The columns that are about each part, by their names, by what the text above speaks of, else by their order."""
    found: dict[int, list[int]] = {}
    named = frozenset().union(*(topic(name) for name in names[1:]))
    heading = topic(table.heading)
    for column in range(1, width):
        name = names[column] if column < len(names) else ""
        held = (_cell(table.rows[n][column], nil=nil) for n in down if column < len(table.rows[n]))
        if _ASIDE.search(name) or not any(held):
            continue
        about = topic(name) & current or topic(name)
        if len(current) == 1 and (len(named) < FEW or len(about) != 1):
            about = current
        elif len(about) != 1 and width == FEW and len(current) > 1:
            about = current  # one series is the answer to several parts
        elif len(about) != 1:
            about = frozenset({sorted(current)[column - 1]}) if len(current) == width - 1 > 1 else heading
        for part in about if len(about) == 1 or about is current else ():
            found.setdefault(part, []).append(column)
    return found


def _split_heading(heading: str, width: int, topic: Callable[[str], frozenset[int]]) -> list[str]:
    """Names of columns out of a heading whose gaps a conversion has lost, by where another part begins to be named."""
    last = heading.rpartition("\n")[2]
    for pattern in (r"\s/\s|\s{2,}|\t", r"\s+(?=(?:[A-Z][a-z]+ )?[A-Z]\w*:)", r"\s+(?=[A-Z])"):
        pieces = [piece for piece in re.split(pattern, last) if piece.strip()]
        named = [piece for piece in pieces if len(topic(piece)) == 1]
        if len(pieces) == width:
            return pieces
        if len(pieces) == width - 1:
            return ["", *pieces]
        if len(named) == width - 1:
            return ["", *named]
    return []


def _across(
    table: Table, at: int, topic: Callable[[str], frozenset[int]], current: frozenset[int], *, nil: bool
) -> None:
    head = table.rows[at]
    periods = {n: period for n, cell in enumerate(head) if (period := period_of(cell))}
    rows: dict[int, list[tuple[str, dict[str, Figure]]]] = {}
    for row in table.rows[at + 1 :]:
        shift = 0 if len(row) >= len(head) or not value_of(row[0]) or 0 in periods else len(row) - len(head)
        label = "" if 0 in periods and value_of(row[0]) else row[0]
        if label and 0 in periods:
            shift = 1
        values = {
            period: value
            for n, period in periods.items()
            if 0 <= n + shift < len(row) and (value := _cell(row[n + shift], nil=nil))
        }
        if _ASIDE.search(label) or (not values and not any(value_of(cell) for cell in row[1:])):
            continue
        if lone := _lone(row, values, periods, topic(label), nil=nil):
            table.found |= {part: [lone] for part in topic(label)}
            continue
        name = label or ("" if 0 in periods else head[0])
        about = topic(name) & current or topic(name)
        if len(about) != 1 or len(current) == 1:
            about = (
                current
                if len(current) == 1
                else topic(table.heading)
                if len(topic(table.heading)) == 1
                else about
            )
        for part in about if len(about) == 1 else ():
            rows.setdefault(part, []).append((label, values))
            table.gaps |= set() if values else {part}
    for part, found in rows.items():
        total = [values for label, values in found if _TOTAL.search(label)]
        chosen = total[-1:] or [values for _, values in found]
        for period in periods.values():
            here = [values[period] for values in chosen if period in values]
            if here:
                table.found.setdefault(part, []).append(replace(_sum(here), period=period))


def _lone(
    row: list[Cell], values: dict[str, Figure], periods: dict[int, str], about: frozenset[int], *, nil: bool
) -> Figure | None:
    """The one value of a row that has none for the periods, or is too short to have one for each of them."""
    found = [value for cell in row[1:] if (value := _cell(cell, nil=nil))]
    short = len(row) == FEW < len(periods) + 1 if 0 not in periods else False
    return (
        replace(found[0], period="total") if len(found) == len(about) == 1 and (short or not values) else None
    )


def _categories(table: Table, topic: Callable[[str], frozenset[int]], current: frozenset[int]) -> None:
    """A row a category, no periods: the total where one stands, else each."""
    head = table.rows[0] if not any(value_of(cell) for cell in table.rows[0][1:]) else []
    about = current if len(current) == 1 else topic(" ".join(head) + " " + table.heading)
    if len(about) != 1:
        return
    column = next((n for n, name in enumerate(head) if n and not _ASIDE.search(name)), 1)
    rows = [
        (row[0], value)
        for row in table.rows[bool(head) :]
        if len(row) > column and (value := _cell(row[column], nil=False))
    ]
    total = [value for label, value in rows if _TOTAL.search(label)]
    (part,) = about
    if total:
        table.found[part] = [replace(total[-1], period="total")]
    elif len(rows) == 1:
        table.found[part] = [replace(rows[0][1], period="total")]


def _cell(cell: Cell, *, nil: bool) -> Figure | None:
    if nil and cell.strip() in {"-", "\u2013", "\u2014"}:
        value = replace(numerals.NONE, value=0.0, quote=str(cell), where={"start": 0, "end": len(cell)})
    else:
        value = value_of(cell) or numerals.NONE
    if value is numerals.NONE:
        return None
    start, end = (cell.at + value.where[edge] for edge in ("start", "end"))
    return replace(value, where={"start": start, "end": end, "unit": cell.unit})


def _sum(values: Sequence[Figure]) -> Figure:
    if len(values) == 1:
        return values[0]
    known = [value.value for value in values]
    if any(value is None for value in known):
        return replace(values[-1], where={**values[-1].where, "derived": "last"})
    where = {"derived": "sum", "of": [value.where for value in values]}
    return replace(values[0], value=float(sum(v for v in known if v is not None)), quote="", where=where)
