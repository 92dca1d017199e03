"""Tables in letters and attachments, read into figures: years down or across, a part a column or a row, totals and splits."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Self

from foimail.replies import figures as numbers
from foimail.replies import numerals

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from foimail.replies.anatomy import Unit
    from foimail.replies.reading import Figure

Topic = "Callable[[str], frozenset[int]]"  # the parts that a heading speaks of

_TOTAL = re.compile(
    r"\b(?:total|all(?! assess)|both|any|sum|combined|overall|trust|whole|grand)\b", re.IGNORECASE
)
_ASIDE = re.compile(
    r"\bof which\b|\b(?:source|in post|establishment|target|eligible|notes?|comment|denominator|"
    r"workforce size)\b|%",
    re.IGNORECASE,
)
_ENDING = re.compile(r"\byear ending\b|\byear to 31 march\b|\bfinancial year end", re.IGNORECASE)
_FEW = 2  # rows or columns that make a table
_BESIDE = 6  # characters beside a value that is alone in its cell
_SHORT = 90  # characters of a heading
_PARTED = re.compile(r"\t|\s\||\s{2}")  # without it, a unit is no row of several cells
_SPLITS = tuple(
    (re.compile(split), least)
    for split, least in ((r"\t", 1), (r"\s\|\s", 1), (r"\s{2,}", _FEW), (r"\s{3,}", 1))
)


class Cell(str):
    """A cell with the unit that it is of, and its first character in that."""

    __slots__ = ("at", "unit")
    unit: Unit | None
    at: int

    def __new__(cls, text: str, unit: Unit | None = None, at: int = 0) -> Self:
        """The cell; without a unit where it is no cell of a table."""
        cell = super().__new__(cls, text)
        cell.unit, cell.at = unit, at
        return cell


@dataclass(slots=True)
class Table:
    """Rows of cells that stand together; `first` and `last` are places in the list of units, `heading` what stands above."""

    first: int
    last: int
    rows: list[list[Cell]]
    heading: str = ""
    found: dict[int, list[Figure]] = field(default_factory=dict)
    gaps: set[int] = field(default_factory=set)  # parts of which a whole row holds no number


def cells(text: str, unit: Unit | None = None) -> list[Cell]:
    """The cells of a row: parted by tabs, bars or wide gaps; or a period and nothing but values after it."""

    def cell(start: int, end: int) -> Cell:
        words = text[start:end]
        return Cell(words.strip(), unit, start + len(words) - len(words.lstrip()))

    for split, least in _SPLITS if _PARTED.search(text) else ():
        cuts = [0, *(cut for gap in split.finditer(text) for cut in gap.span()), len(text)]
        parts = [cell(*span) for span in zip(cuts[::2], cuts[1::2], strict=True)]
        if len([part for part in parts if part]) > least:
            return parts
    found = numbers.tokens(text)
    if len(found) > 1 and found[0].period and not any(token.period for token in found[1:]):
        rest = text
        for token in reversed(found):
            rest = rest[: token.start] + rest[token.end :]
        if not rest.strip(" :=-\u2013/|\t*"):
            return [cell(token.start, token.end) for token in found]
    if len(found) > _FEW and all(token.period for token in found) and found[0].start == 0:
        return [Cell(token.period, unit, token.start) for token in found]
    return [cell(0, len(text))]


def tables(units: Sequence[Unit]) -> list[Table]:
    """Every run of rows that hold periods and values."""
    found: list[Table] = []
    split = [cells(unit.text, unit) if unit.role in {"own", "notes"} else [] for unit in units]
    number = 0
    while number < len(units):
        if len(split[number]) > 1:
            end = number
            while end < len(units) and len(split[end]) > 1:
                end += 1
            _add(found, units, split, number, end)
            number = end
        elif table := _flat(units, split, number):
            found.append(table)
            number = table.last + 1
        else:
            number += 1
    return found


def _add(found: list[Table], units: Sequence[Unit], split: list[list[Cell]], first: int, end: int) -> None:
    rows = split[first:end]
    data = sum(is_data(row) for row in rows)
    if len(rows) > 1 and data and data >= (len(rows) - 1) / 2:
        found.append(Table(first, end - 1, rows, _above(units, first)))


def is_data(row: Sequence[str]) -> bool:
    """Whether a row holds periods or values and no mere words."""
    periods = [bool(_one_period(cell)) for cell in row]
    values = [bool(_one_value(cell)) for cell in row]
    return (
        (periods[0] and any(values[1:]))
        or sum(periods) >= _FEW
        or (not periods[0] and len(row[0]) < _SHORT and sum(values[1:]) == len([c for c in row[1:] if c]) > 0)
    )


def _above(units: Sequence[Unit], first: int) -> str:
    above = [
        unit.text
        for unit in units[max(0, first - 2) : first]
        if len(unit.text) < 2 * _SHORT and unit.role == "own"
    ]
    return " \n".join(above)


def _flat(units: Sequence[Unit], split: list[list[Cell]], first: int) -> Table | None:
    """A table that a conversion left with one cell a line: a period, then the same number of values, again and again."""
    at, width, rows = first, 0, list[list[Cell]]()
    while at < len(units) and len(split[at]) == 1 and _one_period(split[at][0]):
        end = at + 1
        while end < len(units) and len(split[end]) == 1 and _one_value(split[end][0]):
            end += 1
        if end == at + 1 or (width and end - at != width):
            break
        width = end - at
        rows.append([split[i][0] for i in range(at, end)])
        at = end
    if len(rows) <= _FEW:
        return None
    head = [Cell(units[i].text) for i in range(max(0, first - width), first) if len(units[i].text) < _SHORT]
    return Table(first, at - 1, [head, *rows] if len(head) == width else rows, " \n".join(head))


_PART_YEAR = re.compile(
    r"\s*\(?(?:\*|ytd|so far|to date|part(?: year)?|to (?:end )?(?:\d+ )?[a-z]{3,9}|year to date|"
    r"onwards?)\)?$",
    re.IGNORECASE,
)


def _one_period(cell: str) -> str:
    plain = _PART_YEAR.sub("", cell.strip(" :*.\u2020"))
    found = numbers.tokens(plain)
    return (
        found[0].period
        if len(found) == 1 and found[0].period and found[0].end - found[0].start >= len(plain) - 3
        else ""
    )


def _one_value(cell: str) -> Figure | None:
    """The cell's value; a figure without any value where it only says that there is none."""
    found = [token for token in numbers.tokens(cell) if not token.period]
    beside = len(cell) - sum(token.end - token.start for token in found)
    if len(found) == 1 and beside <= _BESIDE and not any(token.period for token in numbers.tokens(cell)):
        return found[0].figure or numerals.NONE
    if cell.strip() in {"-", "\u2013", "\u2014"}:
        return numerals.NONE
    return None


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
    down = [
        n
        for n, row in enumerate(table.rows)
        if _one_period(row[0]) and len(row) > 1 and not any(_one_period(cell) for cell in row[1:])
    ]
    across = next(
        (n for n, row in enumerate(table.rows) if sum(bool(_one_period(c)) for c in row) >= _FEW), None
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
    head = next((table.rows[n] for n in range(down[0] - 1, -1, -1) if len(table.rows[n]) >= width), [])
    names = [*head, *[""] * width][:width] if head else _split_heading(table.heading, width, topic)
    names = [name.replace("_", " ") for name in names]
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
            values = [v for c in chosen if c < len(table.rows[n]) and (v := _cell(table.rows[n][c], nil=nil))]
            if values:
                period = _one_period(table.rows[n][0])
                if ending and re.fullmatch(r"\d{4}", period):
                    period = f"{int(period) - 1}/{period[2:]}"
                table.found.setdefault(part, []).append(replace(_sum(values), period=period))


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
        if len(current) == 1 and (len(named) < _FEW or len(about) != 1):
            about = current
        elif len(about) != 1:
            about = frozenset({sorted(current)[column - 1]}) if len(current) == width - 1 > 1 else heading
        for part in about if len(about) == 1 else ():
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
    periods = {n: period for n, cell in enumerate(head) if (period := _one_period(cell))}
    rows: dict[int, list[tuple[str, dict[str, Figure]]]] = {}
    for row in table.rows[at + 1 :]:
        shift = 0 if len(row) >= len(head) or 0 in periods else len(row) - len(head)
        label = "" if 0 in periods and _one_value(row[0]) else row[0]
        if label and 0 in periods:
            shift = 1
        values = {
            period: value
            for n, period in periods.items()
            if 0 <= n + shift < len(row) and (value := _cell(row[n + shift], nil=nil))
        }
        if _ASIDE.search(label) or (not values and not any(_one_value(cell) for cell in row[1:])):
            continue
        about = topic(label) & current or topic(label)
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


def _categories(table: Table, topic: Callable[[str], frozenset[int]], current: frozenset[int]) -> None:
    """A row a category, no periods: the total where one stands, else each."""
    head = table.rows[0] if not any(_one_value(cell) for cell in table.rows[0][1:]) else []
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
        value = _one_value(cell) or numerals.NONE
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
