"""`foimail doctor`: is everything well?"""

from __future__ import annotations

import sys

import click

from foimail.cli.session import Session, pass_session, show_problems
from foimail.errors import DONE_WITH_PROBLEMS

_COLOURS = {"ok": "green", "warning": "yellow", "problem": "red"}


@click.command("doctor")
@pass_session
def doctor(session: Session) -> None:
    """Check settings, registry, letters, store, files, holidays, logins and TLS of both mail servers, and the clock.

    Where a letter of a rehearsal has come back to your own mailbox, it tells what your mail server says of SPF, DKIM and DMARC.
    """
    from foimail.workflows import doctor as workflow

    ill = False
    for finding in workflow.examine(session.workspace):
        ill = ill or finding.state == "problem"
        hint = f"\n{'':19}-> {finding.hint}" if finding.hint else ""
        click.echo(
            f"{click.style(f'{finding.state:8}', fg=_COLOURS[finding.state])} {finding.what}: {finding.says}{hint}"
        )
        show_problems(finding.problems)
    if ill:
        sys.exit(DONE_WITH_PROBLEMS)
