"""What came out of an attachment, and how much may come out of one."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from foimail.places import Mark, column, moved

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

State = Literal["read", "no_text", "encrypted", "not_readable", "too_large", "failed"]

_BETWEEN = "\n\n"  # pages, sheets and packed files in a text
PIVOT = "the source rows of a pivot table"  # kept in a workbook, and on none of its sheets
MOST_BYTES = 100_000_000  # of one attachment
MOST_TEXT = 2_000_000  # characters of one attachment
MOST_PAGES = 2_000
MOST_CELLS = 500_000  # of all sheets together, empty ones between full ones included


@dataclass(frozen=True, slots=True)
class Page:
    """A page of a PDF; the first has the number 1."""

    number: int
    text: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet of a spreadsheet, from its first row and column on; what was hidden is counted from 1 and still read."""

    name: str
    hidden: bool
    rows: tuple[tuple[str, ...], ...]
    hidden_rows: tuple[int, ...] = ()
    hidden_columns: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Document:
    """What could be read of an attachment. `reason` says in words why that is not all; `text` is everything, pages and sheets too.

    `marks` say where in the text each page, sheet and packed file begins, in their order.

    `too_large` may hold what was read up to the limit; `no_text` is a document of pictures.
    """

    state: State
    reason: str = ""
    pages: tuple[Page, ...] = ()
    sheets: tuple[Sheet, ...] = ()
    text: str = ""
    marks: tuple[Mark, ...] = ()


class TooLargeError(Exception):
    """An attachment goes beyond a limit; the message says which."""


class EncryptedError(Exception):
    """An attachment wants a password, or another key that the message names."""


class NotReadableError(Exception):
    """No reader for this kind of file; the message names it."""


def hidden(sheets: Iterable[Sheet]) -> tuple[str, ...]:
    """What is hidden in these sheets and not empty, by number alone: a sheet's name is a stranger's words."""
    found = []
    for number, sheet in enumerate(sheets, 1):
        filled = sum(any(row) for row in sheet.rows)
        rows = sum(any(sheet.rows[row - 1]) for row in sheet.hidden_rows if 0 < row <= len(sheet.rows))
        columns = [
            at for at in sheet.hidden_columns if any(len(row) >= at and row[at - 1] for row in sheet.rows)
        ]
        if sheet.hidden and filled:
            found.append(f"sheet {number} is hidden ({filled} rows)")
        elif rows:
            found.append(f"rows of sheet {number} are hidden ({rows} rows)")
        if columns and not sheet.hidden:
            found.append(f"column {column(columns[0] - 1)} of sheet {number} is hidden ({filled} rows)")
    return tuple(found)


def of_text(text: str, sheets: tuple[Sheet, ...] = (), reason: str = "") -> Document:
    """A document of running text, cut where it is too long."""
    if len(text) > MOST_TEXT:
        return Document(
            "too_large", f"only the first {MOST_TEXT:,} characters were read", (), sheets, text[:MOST_TEXT]
        )
    if not text.strip():
        return Document("no_text", reason or "it holds no text", (), sheets)
    return Document("read", reason, (), sheets, text)


def of_sheets(sheets: Sequence[Sheet], reason: str = "") -> Document:
    """A document of tables; in its text each sheet stands under its name, a row a line, cells parted by tabs."""
    texts: list[str] = []
    marks: list[Mark] = []
    at = 0
    for sheet in sheets:
        head = f"[{sheet.name}{', hidden' if sheet.hidden else ''}]\n" if sheet.name else ""
        marks.append(Mark(at, sheet=sheet.name, rows=at + len(head)))
        texts.append((head + in_lines(sheet.rows)).removesuffix("\n"))
        at += len(texts[-1]) + len(_BETWEEN)
    return replace(of_text(_BETWEEN.join(texts), tuple(sheets), reason), marks=tuple(marks))


def of_pages(pages: Sequence[Page], reason: str = "") -> Document:
    """A document of pages; those without words are not in its text."""
    marks: list[Mark] = []
    at = 0
    for page in pages:
        if page.text:
            marks.append(Mark(at, page.number))
            at += len(page.text) + len(_BETWEEN)
    whole = of_text(_BETWEEN.join(page.text for page in pages if page.text), reason=reason)
    return replace(whole, pages=tuple(pages), marks=tuple(marks))


def of_files(text: str, files: Iterable[tuple[str, Document]], reason: str = "") -> Document:
    """A text and the files packed in it or beside it, each under its name."""
    sheets: list[Sheet] = []
    marks: list[Mark] = []
    for name, inner in files:
        text += _BETWEEN if text else ""
        marks.append(Mark(len(text), member=name))
        text += f"[{name}]\n"
        marks += moved(inner.marks, len(text), name)
        sheets += inner.sheets
        text += inner.text or inner.reason
    return replace(of_text(text, tuple(sheets), reason), marks=tuple(marks))


def in_lines(rows: Iterable[Sequence[str]]) -> str:
    """Rows as lines, their cells parted by tabs; breaks within a cell become spaces."""
    return "\n".join("\t".join(" ".join(cell.split()) for cell in row).rstrip("\t") for row in rows)
