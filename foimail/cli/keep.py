"""`foimail snooze`, `close`, `reopen`, `note` and `paid`: your word on a case."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from foimail.cli.session import Session, pass_session, say
from foimail.events import ENDS

if TYPE_CHECKING:
    from datetime import datetime

_DAY = click.DateTime(["%Y-%m-%d"])


@click.command("snooze")
@click.argument("case")
@click.option("--until", type=_DAY, required=True, help="The day from which you want to hear of it again.")
@pass_session
def snooze(session: Session, case: str, until: datetime) -> None:
    """Hear no more of CASE before a day. Its clocks run on, and mail that comes is still shown."""
    from foimail.workflows import keeping

    found = keeping.snooze(session.workspace, case, until.date())
    click.echo(f"{found.token}: put off until {until.date()}")


@click.command("close")
@click.argument("case")
@click.option(
    "--because",
    type=click.Choice(ENDS),
    required=True,
    help="Why you have done with it.",
)
@pass_session
def close(session: Session, case: str, because: str) -> None:
    """Have done with CASE. The body is told nothing by this."""
    from foimail.workflows import keeping

    found = keeping.close(session.workspace, case, because)
    click.echo(f"{found.token}: closed ({because})")
    if because == "withdrawn":
        say(f"To tell the body: foimail reply {found.token} --kind withdrawal")


@click.command("reopen")
@click.argument("case")
@pass_session
def reopen(session: Session, case: str) -> None:
    """Take a closed CASE up again."""
    from foimail.workflows import keeping

    click.echo(f"{keeping.reopen(session.workspace, case).token}: open again")


@click.command("note")
@click.argument("case")
@click.argument("text")
@pass_session
def note(session: Session, case: str, text: str) -> None:
    """Keep TEXT with CASE, in its time line."""
    from foimail.workflows import keeping

    click.echo(f"{keeping.note(session.workspace, case, text).token}: noted")


@click.command("paid")
@click.argument("case")
@click.option("--on", type=_DAY, required=True, help="The day they had the money.")
@pass_session
def paid(session: Session, case: str, on: datetime) -> None:
    """Record that the body of CASE had the fee it asked for: its clock goes on."""
    from foimail.workflows import keeping

    click.echo(f"{keeping.paid(session.workspace, case, on.date()).token}: paid on {on.date()}")
