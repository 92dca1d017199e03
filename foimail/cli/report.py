"""`foimail report` and `foimail show`: where the cases stand."""

from __future__ import annotations

from pathlib import Path

import click

from foimail.cli.session import Session, pass_session, say
from foimail.law.position import STAGES

_SHOWN = ("name", "case", "stage", "sent", "due", "days_left", "next_step")


@click.command("report")
@click.option(
    "--format",
    "form",
    type=click.Choice(["table", "csv", "jsonl", "html", "ics"]),
    default="table",
    help="How to print it; html is a page for a browser, ics a calendar of the deadlines.",
)
@click.option("--stage", type=click.Choice(STAGES), help="Only cases at this stage, such as overdue.")
@click.option(
    "--first",
    type=click.IntRange(1),
    metavar="N",
    help="Only the first N rows of the table, the most pressing.",
)
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="A file to write (else standard output).",
)
@pass_session
def report(session: Session, form: str, stage: str | None, first: int | None, output: Path | None) -> None:
    """Where every body stands: sent, due, days left or late, the last event, the next step and its route.

    A row per body, those never sent to and those silent too; the most pressing first. `days left` counts working days and is
    below zero when late.
    """
    from foimail.cli.printing import put, rendered
    from foimail.workflows import report as workflow
    from foimail.workflows.standing import perhaps_unread

    ws = session.workspace
    if form in {"html", "ics"}:
        from foimail.workflows import present  # with all that a page needs, which a table does not

        put(present.page(ws, stage) if form == "html" else present.calendar(ws, stage), output)
        return
    found = workflow.standings(ws)
    rows = [r for r in workflow.rows_of(found) if stage in {None, r["stage"]}]
    text = rendered(rows[:first], _SHOWN if form == "table" else workflow.COLUMNS, form, output)
    put(f"{text}\n" if text and form == "table" else text, output)
    if form == "table":
        nobody = f"no body is at the stage {stage}" if stage and not rows else ""
        say(f"\n{nobody or workflow.summary(rows)} (on {ws.today})")
        for sentence in perhaps_unread(found):
            say(sentence)


@click.command("show")
@click.argument("case")
@click.option("--working", is_flag=True, help="How every date was counted, in sentences for an e-mail.")
@pass_session
def show(session: Session, case: str, working: bool) -> None:  # noqa: FBT001 - click's
    """The time line of one CASE (its token, or its body's code): what happened, every date, and how it was counted."""
    from foimail.workflows.show import shown

    for line in shown(session.workspace, case, working=working):
        click.echo(line)
