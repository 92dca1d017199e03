"""Plain rows as an Excel workbook: real numbers and dates, a frozen heading with filters, and no formula whatsoever."""

from __future__ import annotations

import io
import math
import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, NamedTuple

from foimail.errors import FoimailError
from foimail.output.tables import words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

    from foimail.output.tables import Row

# what Excel itself bears
MOST_ROWS, MOST_COLUMNS, LONGEST = 1_048_576, 16_384, 32_767
_MOST_LINKS, _LONGEST_LINK = 65_530, 2_000
_FIRST_YEAR = 1900
_MOST_DIGITS = 2**53  # beyond it a number is no longer exact
_CUT = " [cut here: a cell holds no more; CSV and JSON Lines have all of it]"
_UNWRITABLE = re.compile("[\ud800-\udfff\ufffe\uffff]")
_WIDEST, _NARROWEST, _LOOKED_AT = 48, 8, 200


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet: its name, its columns, its rows; the cells of the columns in `links` lead to the files that they name."""

    name: str
    columns: Sequence[str]
    rows: Sequence[Row]
    links: frozenset[str] = frozenset()


class Formats(NamedTuple):
    """How cells of a kind look."""

    heading: Format
    day: Format
    moment: Format


def to_xlsx(sheets: Sequence[Sheet]) -> bytes:
    """The sheets as one workbook; FoimailError where one is larger than Excel opens.

    What a stranger wrote is a string, whatever it looks like; an empty string is an empty cell.
    """
    import xlsxwriter

    for sheet in sheets:
        if len(sheet.rows) >= MOST_ROWS or len(sheet.columns) > MOST_COLUMNS:
            raise FoimailError(
                f"{len(sheet.rows)} rows of {len(sheet.columns)} columns are more than Excel opens",
                "write them with --format csv",
            )
    made = io.BytesIO()
    book = xlsxwriter.Workbook(made, {"in_memory": True})
    formats = Formats(
        heading=book.add_format({"bold": True, "bottom": 1, "valign": "top"}),
        day=book.add_format({"num_format": "yyyy-mm-dd", "align": "left"}),
        moment=book.add_format({"num_format": "yyyy-mm-dd hh:mm", "align": "left"}),
    )
    for sheet in sheets:
        _write(book.add_worksheet(sheet.name), sheet, formats)
    book.close()
    return made.getvalue()


def _write(page: Worksheet, sheet: Sheet, formats: Formats) -> None:
    for column, name in enumerate(sheet.columns):
        page.write_string(0, column, _fit(name), formats.heading)
        seen = [len(words(row.get(name))) for row in sheet.rows[:_LOOKED_AT]]
        page.set_column(column, column, min(_WIDEST, max(_NARROWEST, len(name) + 3, *seen, 0)))
    links = 0
    for line, row in enumerate(sheet.rows, start=1):
        for column, name in enumerate(sheet.columns):
            value = row.get(name)
            if name in sheet.links and value and links < _MOST_LINKS and len(str(value)) < _LONGEST_LINK:
                page.write_url(line, column, f"external:{_as_link(str(value))}", string=_fit(str(value)))
                links += 1
            else:
                _cell(page, line, column, value, formats)
    page.freeze_panes(1, 0)
    if sheet.columns:
        page.autofilter(0, 0, len(sheet.rows), len(sheet.columns) - 1)


def _cell(page: Worksheet, line: int, column: int, value: object, formats: Formats) -> None:
    match value:
        case bool():
            page.write_boolean(line, column, value)
        case int() | float() if math.isfinite(value) and abs(value) <= _MOST_DIGITS:
            page.write_number(line, column, value)
        case datetime() if value.year >= _FIRST_YEAR:
            page.write_datetime(line, column, value.replace(tzinfo=None), formats.moment)
        case date() if value.year >= _FIRST_YEAR:
            page.write_datetime(line, column, value, formats.day)
        case _:
            if found := _fit(words(value)):
                page.write_string(line, column, found)


def _as_link(path: str) -> str:
    # behind a # a link would go on inside the file
    return path.replace("%", "%25").replace("#", "%23").replace(" ", "%20") if "#" in path else path


def _fit(value: str) -> str:
    found = _UNWRITABLE.sub("\ufffd", value).replace("\r\n", "\n").replace("\r", "\n")
    return found if len(found) <= LONGEST else found[: LONGEST - len(_CUT)] + _CUT
