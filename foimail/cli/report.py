"""`foimail report` and `foimail show`: where the cases stand."""

from __future__ import annotations

import click

from foimail.cli.session import Session, pass_session, say

_SHOWN = ("name", "case", "stage", "sent", "due", "days_left", "next_step")


@click.command("report")
@click.option(
    "--format", "form", type=click.Choice(["table", "csv", "jsonl"]), default="table", help="How to print it."
)
@click.option("--stage", help="Only cases at this stage, such as overdue.")
@pass_session
def report(session: Session, form: str, stage: str | None) -> None:
    """Where every body stands: sent, due, days left or late, the last event, the next step and its route.

    A row per body, those never sent to and those silent too; the most pressing first. `days left` counts working days and is
    below zero when late.
    """
    from foimail.cli.printing import print_rows
    from foimail.workflows import report as workflow

    ws = session.workspace
    rows = [r for r in workflow.rows(ws) if stage in {None, r["stage"]}]
    print_rows(rows, _SHOWN if form == "table" else workflow.COLUMNS, form)
    if form == "table":
        say(f"\n{workflow.summary(rows)} (on {ws.today})")


@click.command("show")
@click.argument("case")
@pass_session
def show(session: Session, case: str) -> None:
    """The time line of one CASE (its token, or its body's code): what happened, the last day and how it was counted."""
    from foimail.output.tables import plain
    from foimail.workflows import report as workflow

    line = workflow.time_line(session.workspace, case)
    where = line.position
    click.echo(f"{line.case.token}  {line.body_name}")
    click.echo(f"Stage: {where.stage.replace('_', ' ')}{' (to be confirmed)' if where.to_confirm else ''}")
    if where.due:
        left = where.days_left or 0
        late = f"{-left} working days late" if left < 0 else f"{left} working days left"
        click.echo(
            f"Due: {where.due} ({late}; {where.citation}, {where.basis}; holiday table {where.calendar})"
        )
    click.echo(f"Next: {where.step.what} {where.step.why}")
    click.echo("\nWhat happened:")
    for entry in line.log:
        click.echo(f"  {entry.event.on}  {plain(workflow.told(entry.event))}")
    click.echo("\nHow the dates were counted:")
    for sentence in where.working or ("No clock runs.",):
        click.echo(f"  {sentence}")
