"""Where the tables of letters and attachments are, and their cells; what they say is for `layouts`."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Self

from foimail.replies import figures as numbers
from foimail.replies import numerals
from foimail.replies.periods import MONTH, MONTHS, YEAR, financial

if TYPE_CHECKING:
    from collections.abc import Sequence

    from foimail.replies.anatomy import Unit
    from foimail.replies.reading import Figure

FEW = 2  # rows or columns that make a table
_BESIDE = 6  # characters beside a value that is alone in its cell
_SHORT = 90  # characters of a heading
_LONG = 12  # characters of a word that is a value
_VALUES = re.compile(r"[<*\d]\S*\s|nil\s", re.IGNORECASE)  # how a row of values begins
_WORD = re.compile(r"\S+")
_PARTED = re.compile(r"\t|\s\||\s{2}")  # without it, a unit is no row of several cells
_SPLITS = tuple(
    (re.compile(split), least)
    for split, least in ((r"\t", 1), (r"\s\|\s", 1), (r"\s{2,}", FEW), (r"\s{3,}", 1))
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
            return parts if "\t" in text or sum(map(_is_pair, parts)) < FEW else [cell(0, len(text))]
    words = list(_WORD.finditer(text)) if _VALUES.match(text) else []
    if len(words) > FEW and all(len(word[0]) < _LONG and value_of(word[0]) for word in words):
        return [cell(*word.span()) for word in words]
    found = numbers.tokens(text)
    if len(found) > 1 and found[0].period and not any(token.period for token in found[1:]):
        rest = text
        for token in reversed(found):
            rest = rest[: token.start] + rest[token.end :]
        if not rest.strip(" :=-\u2013/|\t*"):
            return [cell(token.start, token.end) for token in found]
    if len(found) > FEW and all(token.period for token in found) and found[0].start == 0:
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


def _is_pair(cell: str) -> bool:
    """Whether a cell holds a period and its value: what parts it from the next is no column."""
    found = numbers.tokens(cell)
    return any(token.period for token in found) and any(token.figure for token in found)


def _add(found: list[Table], units: Sequence[Unit], split: list[list[Cell]], first: int, end: int) -> None:
    """One table, or several that stand one above the other, each with its own row of headings."""
    heads = [
        n for n in range(first + 1, end) if _is_head(split, n, end) and any(map(is_data, split[first:n]))
    ]
    for start, stop in itertools.pairwise([first, *heads, end]):
        rows = split[start:stop]
        data = sum(is_data(row) for row in rows)
        if len(rows) > 1 and data and data >= (len(rows) - 1) / 2:
            found.append(Table(start, stop - 1, rows, _above(units, start, max(first - FEW, 0), split)))


def _is_head(split: list[list[Cell]], number: int, end: int) -> bool:
    """Whether a row names columns: periods and no value, or mere words above rows that begin with periods."""
    row = [cell for cell in split[number] if cell]
    if any(value_of(cell) for cell in row):
        return False
    periods = sum(bool(period_of(cell)) for cell in row)
    below = split[number + 1] if number + 1 < end else [Cell("")]
    return periods >= FEW or (not periods and len(row) >= FEW and bool(period_of(below[0])))


def is_data(row: Sequence[str]) -> bool:
    """Whether a row holds periods or values and no mere words."""
    periods = [bool(period_of(cell)) for cell in row]
    values = [bool(value_of(cell)) for cell in row]
    return (
        (sum(periods) == 1 and any(values[periods.index(True) + 1 :]))
        or sum(periods) >= FEW
        or (not periods[0] and len(row[0]) < _SHORT and sum(values[1:]) == len([c for c in row[1:] if c]) > 0)
    )


def _above(units: Sequence[Unit], first: int, least: int, split: list[list[Cell]]) -> str:
    above = [
        units[n].text
        for n in range(max(least, first - FEW), first)
        if len(units[n].text) < 2 * _SHORT and units[n].role == "own" and not is_data(split[n])
    ]
    return " \n".join(above)


def _flat(units: Sequence[Unit], split: list[list[Cell]], first: int) -> Table | None:
    """A table that a conversion left with one cell a line: a period, then the same number of values, again and again."""
    at, width, rows = first, 0, list[list[Cell]]()
    while at < len(units) and len(split[at]) == 1 and period_of(split[at][0]):
        end = at + 1
        while end < len(units) and len(split[end]) == 1 and value_of(split[end][0]):
            end += 1
        if end == at + 1 or (width and end - at != width):
            break
        width = end - at
        rows.append([split[i][0] for i in range(at, end)])
        at = end
    if len(rows) <= FEW:
        return None
    head = [Cell(units[i].text) for i in range(max(0, first - width), first) if len(units[i].text) < _SHORT]
    return Table(first, at - 1, [head, *rows] if len(head) == width else rows, " \n".join(head))


_PART_YEAR = re.compile(
    r"\s*\(?(?:\*|ytd|so far|to date|part(?: year)?|to (?:end )?(?:\d+ )?[a-z]{3,9}|year to date|"
    r"onwards?)\)?$",
    re.IGNORECASE,
)


_SINCE = re.compile(rf"since (?:1(?:st)? )?(?P<month>{MONTH}) (?P<year>{YEAR})", re.IGNORECASE)
_SHORT_YEARS = re.compile(r"'?([012]\d)\s?[-\u2013]\s?'?([012]\d)")


def period_of(cell: str) -> str:
    """The period that a cell is and nothing else; empty of what is none. `18-19` is two years, `Since May 2026` a running one."""
    if since := _SINCE.fullmatch(cell.strip(" :*.")):
        return f"{since['year']}-{MONTHS.index(since['month'][:3].lower()) + 1:02}..present"
    if (years := _SHORT_YEARS.fullmatch(cell.strip(" :*."))) and int(years[2]) == int(years[1]) + 1 > _FIRST:
        return financial(2000 + int(years[1]))
    plain = _PART_YEAR.sub("", cell.strip(" :*.\u2020"))
    found = numbers.tokens(plain)
    return (
        found[0].period
        if len(found) == 1 and found[0].period and found[0].end - found[0].start >= len(plain) - 3
        else ""
    )


_FIRST = 8  # 2008


def value_of(cell: str) -> Figure | None:
    """The cell's value; a figure without any value where it only says that there is none."""
    found = [token for token in numbers.tokens(cell) if not token.period]
    beside = len(cell) - sum(token.end - token.start for token in found)
    if len(found) == 1 and beside <= _BESIDE and not any(token.period for token in numbers.tokens(cell)):
        return found[0].figure or numerals.NONE
    if cell.strip() in {"-", "\u2013", "\u2014"}:
        return numerals.NONE
    return None
