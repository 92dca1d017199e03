"""`foimail outbox`: letters on their way."""

from __future__ import annotations

import sys

import click

from foimail.cli.printing import FORM
from foimail.cli.session import Session, pass_session, say


@click.group("outbox")
def outbox() -> None:
    """Letters on their way: queued, sending, sent, refused, unknown, not_sent."""


@outbox.command("list")
@click.option(
    "--state",
    type=click.Choice(["queued", "sending", "sent", "refused", "unknown", "not_sent"]),
    help="Only letters in this state.",
)
@FORM
@pass_session
def list_(session: Session, state: str | None, form: str) -> None:
    """List the letters with the server's answers."""
    from foimail.cli.printing import print_rows
    from foimail.workflows import outbox as workflow

    rows = [r for r in workflow.rows(session.workspace) if state in {None, r["state"]}]
    print_rows(rows, workflow.COLUMNS, form)
    if form == "table" and not rows:
        say(
            f"No letter is {state}."
            if state
            else "No letters here yet. `foimail send --all-trusts` writes them."
        )


@outbox.command("show")
@click.argument("number", type=int)
@pass_session
def show(session: Session, number: int) -> None:
    """Show the letter with this NUMBER."""
    from foimail.output.tables import plain
    from foimail.workflows import outbox as workflow

    row = workflow.letter(session.workspace, number)
    click.echo(
        f"State: {row.state}{f' ({plain(row.answer)})' if row.answer else ''}\nMessage-ID: <{row.message_id}>"
    )
    attached = f"\nAttached: {row.attached}" if row.attached else ""
    click.echo(f"To: {row.recipient}\nSubject: {row.subject}{attached}\n\n{row.text}")


@outbox.command("settle")
@click.argument("number", type=int)
@click.option("--sent/--not-sent", "was_sent", default=None, help="What you found out.")
@pass_session
def settle(session: Session, number: int, *, was_sent: bool | None) -> None:
    """Say what became of the letter with this NUMBER whose fate is unknown.

    Look into your own mailbox for its copy, or ask the body. `foimail poll` settles it by itself when it sees the copy.
    """
    from foimail.workflows import outbox as workflow

    if was_sent is None:
        raise click.UsageError("say --sent or --not-sent")
    workflow.settle(session.workspace, number, sent=was_sent)
    click.echo(
        f"letter {number}: {'sent' if was_sent else 'not sent; `foimail outbox retry` queues it again'}"
    )


@outbox.command("retry")
@click.argument("number", type=int)
@click.option("--to", metavar="ADDRESS", help="Another address, such as the one their absence notice names.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@pass_session
def retry(session: Session, number: int, to: str | None, *, yes: bool) -> None:
    """Queue the letter with this NUMBER again, to the address that trusts.yaml has now; `foimail send --queued` sends it."""
    from foimail.errors import ConsentError
    from foimail.workflows import outbox as workflow

    row = workflow.letter(session.workspace, number)
    if not yes:
        if not sys.stdin.isatty():
            raise ConsentError("nobody is here to say yes, so nothing was queued", "give --yes in a script")
        click.confirm(f"Queue the letter again, to {to or row.recipient}?", abort=True, err=True)
    click.echo(
        f"queued for {workflow.retry(session.workspace, number, to)}; `foimail send --queued` sends it"
    )
