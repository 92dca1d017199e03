"""The data as files: what `foimail export` and its neighbours write, as downloads."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from flask import Blueprint, abort, request

from foimail.output import tables
from foimail.output.methods import markdown
from foimail.output.summary_page import page as summary_page
from foimail.output.written import written
from foimail.output.xlsx import Sheet, to_xlsx
from foimail.web import here
from foimail.web.message import download
from foimail.workflows import answers_table, export, methods, report, summary
from foimail.workflows.answers_table import Choice
from foimail.workflows.purge import note_copy

if TYPE_CHECKING:
    from flask import Response

pages = Blueprint("exports", __name__)


@pages.get("/export/answers.<form>")
def answers(form: str) -> Response:
    """The answers of every body: `csv`, `xlsx`, `jsonl` or `sqlite`; long or wide, all of it or what may be published."""
    asked = request.args
    choice = Choice(
        "wide" if asked.get("wide") else "long", bool(asked.get("public")), bool(asked.get("confirmed"))
    )
    name = "answers-public" if choice.public else "answers"
    if form not in {"csv", "xlsx", "jsonl", "sqlite"}:
        abort(404)
    if form == "sqlite":
        data: bytes | str = answers_table.database(here.ws(), choice, name)[0]
    else:
        data = written(answers_table.table(here.ws(), choice), form)
    if not choice.public:
        # a purge names the copies that it cannot reach
        note_copy(here.ws(), "export", Path(f"{name}.{form} (downloaded from the desk)"))
    return download(data, f"{name}.{form}")


@pages.get("/export/deadlines.<form>")
def deadlines(form: str) -> Response:
    """The report, one row a body."""
    rows = report.rows_of(here.standings())
    if form == "csv":
        return download(tables.to_csv(rows, report.COLUMNS), "deadlines.csv")
    if form != "xlsx":
        abort(404)
    sheet = Sheet("Deadlines", report.COLUMNS, export.with_dates(rows))
    return download(to_xlsx([sheet]), "deadlines.xlsx")


@pages.get("/export/summary.html")
def whole() -> Response:
    """The figures of the whole, as a page that needs no desk."""
    return download(summary_page(summary.sheet(here.ws())), "summary.html")


@pages.get("/export/methods.md")
def appendix() -> Response:
    """The appendix on methods."""
    return download(markdown(methods.methods(here.ws())), "methods.md")
