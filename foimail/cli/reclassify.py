"""`foimail reclassify`: today's rules over the mail that is here."""

from __future__ import annotations

import click

from foimail.cli.printing import FORM
from foimail.cli.session import Session, pass_session, say

_SHOWN = (
    "id", "case_after", "kind_before", "kind_after", "needs_person_before", "needs_person_after", "facts",
)  # fmt: skip


@click.command("reclassify")
@click.option("--yes", is_flag=True, help="Record what changes.")
@click.option("--dry-run", is_flag=True, help="Only show what would change; so it is without --yes, too.")
@FORM
@pass_session
def reclassify(session: Session, form: str, *, yes: bool, dry_run: bool) -> None:
    """Run today's rules over stored mail and show what would change: case, kind, whether it waits for you, facts.

    Nothing is recorded without --yes. What you have said of a message is never overwritten.
    """
    from foimail.cli.printing import print_rows
    from foimail.workflows import reclassify as workflow

    if yes and dry_run:
        raise click.UsageError("give --yes or --dry-run, not both")
    found = workflow.apply(session.workspace) if yes else workflow.changes(session.workspace)
    rows = list(workflow.rows_of(found))
    print_rows(rows, _SHOWN if form == "table" else workflow.COLUMNS, form)
    would = "" if yes else "would "
    say(
        f"{len(rows)} {'message' if len(rows) == 1 else 'messages'} {would}change, "
        f"{len(found) - len(rows)} more {would}have {'their' if len(found) - len(rows) != 1 else 'its'} reading renewed."
    )
    if found and not yes:
        say("Nothing was recorded; `foimail reclassify --yes` does it.")
