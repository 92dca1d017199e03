"""`foimail stats`: the rules against a person's word."""

from __future__ import annotations

import click

from foimail.cli.printing import FORM
from foimail.cli.session import Session, pass_session, say


@click.command("stats")
@FORM
@pass_session
def stats(session: Session, form: str) -> None:
    """How well the rules did against your own decisions so far, for each kind that they propose.

    Alone: decided by the rules. Confirmed and corrected: what you said of those that you decided, and to which kinds. Right:
    confirmed, in per cent of these. The case of a message was confirmed, corrected, or chosen where the rules had left it open.
    """
    from foimail.cli.printing import print_rows
    from foimail.workflows import stats as workflow

    rows = workflow.rows(session.workspace)
    print_rows(rows, workflow.COLUMNS, form)
    if form == "table":
        say(f"\n{workflow.summary(rows)}")
