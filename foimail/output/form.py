"""The form of answers as a workbook (XLSX): all locked but the cells to fill in, set to be printed on A4."""

from __future__ import annotations

from datetime import UTC, datetime
from io import BytesIO
from textwrap import wrap
from typing import TYPE_CHECKING, Any

from foimail.form import ANSWER

if TYPE_CHECKING:
    from foimail.form import Form

_SHEET = "Answers"
_CREATED = datetime(2000, 1, 1, tzinfo=UTC)  # of every form: the same form gives the same bytes
_WIDTHS = (11, 62, 36)  # characters; together a page of A4 across at some nine tenths of their size
_BLANK_LINES = (
    "\n" * 5
)  # beside an answer in words: room to write on paper, and the row still grows with the answer
_ACROSS, _HEIGHT = 92, 15.5  # characters of a line over two columns; points of a line
_LINE = "#808080"


def workbook(form: Form) -> bytes:
    """The form as bytes. Its input cells are text: a program must not make a date of `1-5`."""
    from xlsxwriter import Workbook

    content = BytesIO()
    book = Workbook(content, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"title": form.title, "subject": form.mark, "created": _CREATED})
    sheet = book.add_worksheet(_SHEET)
    wrapped: dict[str, Any] = {"text_wrap": True, "valign": "top"}
    plain = book.add_format(wrapped)
    code = book.add_format({"valign": "top", "font_color": "#606060"})
    bold = book.add_format(wrapped | {"bold": True})
    question = book.add_format(wrapped | {"bold": True, "top": 1, "top_color": _LINE})
    cell = book.add_format(
        wrapped
        | {"locked": False, "num_format": "@", "bg_color": "#FFF8D6", "border": 1, "border_color": _LINE}
    )
    sheet.write_row(0, 0, ("[form]", f"{form.mark} {form.title}", ANSWER), bold)
    for row, line in enumerate(form.lines, 1):
        sheet.write_string(row, 0, f"[{line.code}]", code)
        if line.cell == "none":
            sheet.merge_range(row, 1, row, 2, line.label, question if line.part else plain)
            sheet.set_row(row, _HEIGHT * len(wrap(line.label, _ACROSS)))
            continue
        # no height for these: the program makes the row grow with what is written
        sheet.write_string(row, 1, line.label + (_BLANK_LINES if line.cell == "words" else ""), plain)
        sheet.write_blank(row, 2, None, cell)
        if line.choices:  # offered and not demanded: a number, a band or words may be typed too
            choice = {"validate": "list", "source": list(line.choices), "show_error": False}
            sheet.data_validation(row, 2, row, 2, choice)
    for column, width in enumerate(_WIDTHS):
        sheet.set_column(column, column, width)
    last = len(form.lines)
    sheet.ignore_errors({"number_stored_as_text": f"C1:C{last + 1}"})
    sheet.freeze_panes(1, 0)
    sheet.protect("", {"format_columns": True, "format_rows": True})
    sheet.set_paper(9)
    sheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.7)
    sheet.fit_to_pages(1, 0)
    sheet.print_area(0, 0, last, len(_WIDTHS) - 1)
    sheet.set_footer(f"&C&8[page &P of &N, {form.token}]")
    book.close()
    return content.getvalue()
