"""`foimail export`: the data for other programs."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from foimail.cli.session import Session, pass_session, say

if TYPE_CHECKING:
    from foimail.workflows.answers_table import Choice

_FORMS = ("jsonl", "csv", "xlsx", "parquet", "sqlite")
_OF_ANSWERS = ("parquet", "sqlite")
_BYTES = ("xlsx", *_OF_ANSWERS)


@click.command("export")
@click.argument("what", type=click.Choice(["messages", "requests", "answers", "deadlines"]))
@click.option(
    "--format",
    "form",
    type=click.Choice(_FORMS),
    default="jsonl",
    help="The form of the data; parquet and sqlite are for answers.",
)
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="A file to write (else standard output).",
)
@click.option(
    "--shape",
    type=click.Choice(["long", "wide"]),
    default="long",
    help="Answers: a row for each figure, or a row for each body with a column for each part and year.",
)
@click.option(
    "--public",
    is_flag=True,
    help="Answers: without names of staff, quotes and addresses, and without totals that give away what was held back.",
)
@click.option(
    "--confirmed",
    is_flag=True,
    help="Answers: only the figures that a person has confirmed; the rows of the others stay, empty.",
)
@click.option(
    "--letters",
    type=click.Path(file_okay=False, path_type=Path),
    help="Answers: a folder of saved letters, such as `foimail archive` makes; each row links to its own.",
)
@pass_session
def export(
    session: Session,
    what: str,
    form: str,
    output: Path | None,
    shape: str,
    letters: Path | None,
    *,
    public: bool,
    confirmed: bool,
) -> None:
    """Write the messages received, the requests made, the deadlines, one row each, or the answers.

    The answers of every body are there, those of the silent ones too. Beside a file NAME.csv of answers are written
    NAME.dictionary.md, which says what each column means, and NAME.schema.json for programs.
    """
    from foimail.workflows.answers_table import Choice

    if output is None and form in _BYTES and sys.stdout.isatty():
        raise click.UsageError(f"{form} is no text for a terminal: name a file with -o")
    if what == "answers":
        if form == "sqlite" and shape == "wide":
            raise click.UsageError("a SQLite file has tables of its own: leave --shape out")
        beside = output.parent if output else Path()
        _answers(session, form, output, Choice(shape, public, confirmed, letters, beside))
        return
    if form in _OF_ANSWERS:
        raise click.UsageError(f"{form} is for `foimail export answers`; take jsonl, csv or xlsx")
    if public or confirmed or letters or shape != "long":
        raise click.UsageError(
            "--shape, --public, --confirmed and --letters are for `foimail export answers`"
        )
    _rows(session, what, form, output)


def _answers(session: Session, form: str, output: Path | None, choice: Choice) -> None:
    from foimail.cli.printing import put
    from foimail.output.written import beside, written
    from foimail.workflows import answers_table as workflow
    from foimail.workflows.purge import note_copy

    data: str | bytes
    if form == "sqlite":
        data, table, metadata = workflow.database(
            session.workspace, choice, output.stem if output else "answers"
        )
        further = {".metadata.json": metadata}
    else:
        table = workflow.table(session.workspace, choice)
        data, further = written(table, form), beside(table, form)
    put(data, output)
    for remark in workflow.remarks(table):
        say(f"- {remark}")
    if output is not None:
        note_copy(session.workspace, "export", output)
        for ending, text in further.items():
            put(text, output.with_suffix(ending))
        also = "".join(f", {output.with_suffix(ending).name}" for ending in further)
        say(f"{len(table.rows)} rows in {output}{also}")


def _rows(session: Session, what: str, form: str, output: Path | None) -> None:
    from foimail.cli.printing import put, rendered
    from foimail.output.xlsx import Sheet, to_xlsx
    from foimail.workflows import export as workflow
    from foimail.workflows import report
    from foimail.workflows.purge import note_copy

    rows, columns = {
        "messages": (workflow.messages, workflow.MESSAGES),
        "requests": (workflow.requests, workflow.REQUESTS),
        "deadlines": (report.rows, report.COLUMNS),
    }[what]
    found = rows(session.workspace)
    if form == "xlsx":
        put(to_xlsx([Sheet(what.capitalize(), columns, workflow.with_dates(found))]), output)
    else:
        put(rendered(found, columns, form), output)
    if output is not None:
        if what == "messages":
            note_copy(session.workspace, "export", output)
        say(f"{len(found)} rows in {output}")
