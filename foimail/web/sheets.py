"""The sheets of a workbook or CSV as tables, cut to what lies around the cells that count. What is hidden in it stays hidden."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from foimail.places import column

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from foimail.documents.model import Document, Sheet
    from foimail.places import Mark

    Span = tuple[int, int]
    Place = tuple[int, int]  # row and column, from 0

_ROWS, _COLUMNS = 40, 14  # of a sheet that a page shows
_BEFORE = 6  # rows and columns before the first cell that counts
_LONGEST = 300  # characters of a cell


@dataclass(frozen=True, slots=True)
class Grid:
    """A part of a sheet: the letters of its columns, and rows of a number and cells, each with whether it is marked.

    `remark` says what of the sheet is not there.
    """

    name: str
    columns: Sequence[str]
    rows: Sequence[tuple[int, Sequence[tuple[str, bool]]]]
    remark: str


def grids(document: Document, spans: Iterable[Span]) -> list[Grid]:
    """Every sheet that is not hidden, with the cells marked in which these characters of the file's text stand."""
    chosen = list(spans)
    return [
        _grid(sheet, _cells(document.text, mark, end, chosen))
        for sheet, mark, end in _placed(document)
        if not sheet.hidden
    ]


def unseen(document: Document, spans: Iterable[Span]) -> int:
    """How many of these passages stand where a reader of the file sees nothing: on a hidden sheet, in a hidden row or column."""
    placed = _placed(document)
    return sum(
        any(
            sheet.hidden or row + 1 in sheet.hidden_rows or at + 1 in sheet.hidden_columns
            for sheet, mark, end in placed
            for row, at in _cells(document.text, mark, end, [span])
        )
        for span in spans
    )


def _placed(document: Document) -> list[tuple[Sheet, Mark, int]]:
    """Each sheet with its mark and the character before which it ends; none for files packed in another: these stay text."""
    if any(mark.member or mark.rows < 0 for mark in document.marks):
        return []
    ends = [*(mark.start for mark in document.marks[1:]), len(document.text)]
    return list(zip(document.sheets, document.marks, ends[: len(document.marks)], strict=True))


def _cells(text: str, mark: Mark, end: int, spans: Iterable[Span]) -> set[Place]:
    """The cells of a sheet, whose rows begin at its mark, that these characters go over."""
    found: set[Place] = set()
    for start, stop in spans:
        at, last = max(start, mark.rows), min(stop, end)
        while at < last:
            line = text.rfind("\n", mark.rows, at) + 1 or mark.rows
            if not text[at].isspace():
                found.add((text.count("\n", mark.rows, line), text.count("\t", line, at)))
            # on to the next cell
            breaks = [n for n in (text.find("\t", at, last), text.find("\n", at, last)) if n >= 0]
            at = min(breaks) + 1 if breaks else last
    return found


def _grid(sheet: Sheet, cells: set[Place]) -> Grid:
    hidden_rows, hidden_columns = set(sheet.hidden_rows), set(sheet.hidden_columns)
    there = [n for n in range(len(sheet.rows)) if n + 1 not in hidden_rows]
    width = max(map(len, sheet.rows), default=0)
    across = [n for n in range(width) if n + 1 not in hidden_columns]
    rows = _window(there, [row for row, _ in cells], _ROWS)
    columns = _window(across, [at for _, at in cells], _COLUMNS)
    left_out = [
        f"{len(there) - len(rows):,} further rows" if len(rows) < len(there) else "",
        f"{len(across) - len(columns):,} further columns" if len(columns) < len(across) else "",
        "what is hidden in it" if hidden_rows or hidden_columns else "",
    ]
    return Grid(
        sheet.name,
        [column(n) for n in columns],
        [(n + 1, [(_words(sheet.rows[n], at), (n, at) in cells) for at in columns]) for n in rows],
        ", ".join(filter(None, left_out)),
    )


def _window(there: Sequence[int], wanted: Sequence[int], most: int) -> Sequence[int]:
    """The part of what is there that begins a little before the first that counts, with the very first, which names the rest."""
    if len(there) <= most:
        return there
    first = min(wanted, default=0)
    start = sum(n < first for n in there) - _BEFORE
    if start <= 1:
        return there[:most]
    start = min(start, len(there) - most + 1)
    return [there[0], *there[start : start + most - 1]]


def _words(row: Sequence[str], at: int) -> str:
    words = " ".join(row[at].split()) if at < len(row) else ""
    return words if len(words) <= _LONGEST else f"{words[: _LONGEST - 1]}…"
