"""`foimail export`: the data for other programs."""

from __future__ import annotations

from pathlib import Path

import click

from foimail.cli.session import Session, pass_session, say


@click.command("export")
@click.argument("what", type=click.Choice(["messages", "requests", "deadlines"]))
@click.option(
    "--format", "form", type=click.Choice(["jsonl", "csv"]), default="jsonl", help="The form of the data."
)
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="A file to write (else standard output).",
)
@pass_session
def export(session: Session, what: str, form: str, output: Path | None) -> None:
    """Write the messages received, the requests made or the deadlines, one row each."""
    from foimail.cli.printing import rendered
    from foimail.workflows import export as workflow
    from foimail.workflows import report

    rows, columns = {
        "messages": (workflow.messages, workflow.MESSAGES),
        "requests": (workflow.requests, workflow.REQUESTS),
        "deadlines": (report.rows, report.COLUMNS),
    }[what]
    found = rows(session.workspace)
    text = rendered(found, columns, form)
    if output is None:
        click.echo(text, nl=False)
        return
    output.write_text(text, encoding="utf-8")
    say(f"{len(found)} rows in {output}")
