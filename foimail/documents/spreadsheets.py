"""XLSX, XLSB, XLS and ODS by calamine; hidden sheets are read and flagged, in XLSX also hidden rows and columns."""

from __future__ import annotations

import posixpath
import re
import zipfile
from datetime import datetime, time
from io import BytesIO
from typing import TYPE_CHECKING

from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

from foimail.documents.markup import attribute, local, stream, xml
from foimail.documents.model import (
    MOST_CELLS,
    PIVOT,
    Document,
    EncryptedError,
    Sheet,
    TooLargeError,
    of_sheets,
)
from foimail.documents.packed import member, opened

if TYPE_CHECKING:
    from collections.abc import Sequence

    Hidden = tuple[tuple[int, ...], tuple[int, ...]]

_PIVOT = re.compile(r"xl/pivotCache/pivotCacheRecords\d*\.xml")
_LAST_COLUMN = 16_384  # of Excel


def spreadsheet(content: bytes) -> Document:
    """Every sheet of a workbook.

    Raises:
        EncryptedError: It wants a password.
        TooLargeError: More cells than would be read.
        ValueError: It is broken.
    """
    pivots = False
    if content.startswith(b"PK"):
        with opened(content) as packed:  # calamine unpacks without looking
            pivots = any(_has_rows(packed, name) for name in packed.namelist() if _PIVOT.fullmatch(name))
    try:
        with CalamineWorkbook.from_filelike(BytesIO(content)) as book:
            return _read(book, _hidden(content), pivots=pivots)
    except PasswordError:
        raise EncryptedError from None
    except CalamineError as error:
        raise ValueError(f"it is no workbook that can be opened: {error}") from None


def _has_rows(packed: zipfile.ZipFile, name: str) -> bool:
    return b"<r>" in member(packed, name)


def _read(book: CalamineWorkbook, hidden: dict[str, Hidden], *, pivots: bool) -> Document:
    sheets: list[Sheet] = []
    cells = 0
    for about in book.sheets_metadata:
        if about.typ != SheetTypeEnum.WorkSheet:
            continue
        sheet = book.get_sheet_by_name(about.name)
        cells += sheet.total_height * sheet.total_width
        if cells > MOST_CELLS:
            raise TooLargeError(f"it has more than {MOST_CELLS:,} cells")
        rows = [_row(row) for row in sheet.to_python(skip_empty_area=False)]
        while rows and not rows[-1]:
            rows.pop()
        sheets.append(
            Sheet(
                about.name,
                about.visible != SheetVisibleEnum.Visible,
                tuple(rows),
                *hidden.get(about.name, ((), ())),
            )
        )
    return of_sheets(sheets, _remark(sheets, pivots=pivots))


def _remark(sheets: list[Sheet], *, pivots: bool) -> str:
    found = [f"sheet {s.name}" for s in sheets if s.hidden]
    found += [f"rows of {s.name}" for s in sheets if s.hidden_rows]
    found += [f"columns of {s.name}" for s in sheets if s.hidden_columns]
    found += [PIVOT] * pivots
    return f"hidden in it: {', '.join(found)}" if found else ""


def _row(values: Sequence[object]) -> tuple[str, ...]:
    cells = [_cell(value) for value in values]
    while cells and not cells[-1]:
        cells.pop()
    return tuple(cells)


def _cell(value: object) -> str:
    match value:
        case bool():
            return "TRUE" if value else "FALSE"
        case float():
            return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)  # noqa: PLR2004
        case datetime():
            return str(value if value.time() != time() else value.date())
    return str(value)


def _hidden(content: bytes) -> dict[str, Hidden]:
    """Hidden rows and columns by sheet. Nothing for other kinds, or where Excel's own parts are not as they should be."""
    if not content.startswith(b"PK"):
        return {}
    try:
        with opened(content) as packed:
            targets = {
                attribute(r, "Id"): attribute(r, "Target")
                for r in xml(member(packed, "xl/_rels/workbook.xml.rels"))
            }
            book = xml(member(packed, "xl/workbook.xml"))
            return {
                attribute(sheet, "name"): _hidden_in(member(packed, _path(targets[attribute(sheet, "id")])))
                for sheet in book.iter("{*}sheet")
            }
    except (KeyError, ValueError, zipfile.BadZipFile):
        return {}


def _path(target: str) -> str:
    return posixpath.normpath(posixpath.join("/xl", target)).lstrip("/")


def _hidden_in(sheet: bytes) -> Hidden:
    """By streaming: as a tree, a large sheet would take more memory than its cells."""
    rows: list[int] = []
    columns: set[int] = set()
    last = 0
    for element in stream(sheet, "col", "row"):
        is_hidden = attribute(element, "hidden") in {"1", "true"}
        if local(element) == "row":
            last = int(attribute(element, "r") or last + 1)
            rows += [last] * is_hidden
        elif is_hidden:
            first, end = int(attribute(element, "min")), int(attribute(element, "max"))
            columns.update(range(first, min(end, _LAST_COLUMN) + 1))
    return tuple(rows), tuple(sorted(columns))
