"""What came out of an attachment, and how much may come out of one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

State = Literal["read", "no_text", "encrypted", "not_readable", "too_large", "failed"]

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

    `too_large` may hold what was read up to the limit; `no_text` is a document of pictures.
    """

    state: State
    reason: str = ""
    pages: tuple[Page, ...] = ()
    sheets: tuple[Sheet, ...] = ()
    text: str = ""


class TooLargeError(Exception):
    """An attachment goes beyond a limit; the message says which."""


class EncryptedError(Exception):
    """An attachment wants a password, or another key that the message names."""


class NotReadableError(Exception):
    """No reader for this kind of file; the message names it."""


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
    return of_text("\n\n".join(map(_as_text, sheets)), tuple(sheets), reason)


def _as_text(sheet: Sheet) -> str:
    name = f"[{sheet.name}{', hidden' if sheet.hidden else ''}]" if sheet.name else ""
    return "\n".join(filter(None, (name, in_lines(sheet.rows))))


def in_lines(rows: Iterable[Sequence[str]]) -> str:
    """Rows as lines, their cells parted by tabs; breaks within a cell become spaces."""
    return "\n".join("\t".join(" ".join(cell.split()) for cell in row).rstrip("\t") for row in rows)
