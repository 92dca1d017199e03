"""`foimail review`: what waits for you, decided in the terminal one message at a time, or by options."""

from __future__ import annotations

import sys
from typing import get_args

import click

from foimail.cli.printing import FORM
from foimail.cli.session import Session, pass_session, say
from foimail.model import Kind

_BY_OPTIONS = (
    "this asks for keys, and standard input is no terminal: use `foimail review --list`, then `foimail review NUMBER` with "
    "--accept, --kind, --case, --none or --skip"
)


@click.command("review")
@click.argument("number", type=int, required=False)
@click.option("--list", "listed", is_flag=True, help="Print the queue, in its order, and ask nothing.")
@FORM
@click.option("--accept", is_flag=True, help="Its case and kind are as proposed.")
@click.option("--kind", type=click.Choice(get_args(Kind)), help="What it is.")
@click.option(
    "--case",
    "named",
    metavar="CASE",
    multiple=True,
    help="Where it belongs: a token, or part of a body's name; may be repeated.",
)
@click.option("--none", "no_case", is_flag=True, help="It belongs to no case.")
@click.option("--skip", is_flag=True, help="Pass it over; it comes again after the others.")
@click.option("--quarantined", is_flag=True, help="With what is in quarantine.")
@pass_session
def review(
    session: Session,
    number: int | None,
    named: tuple[str, ...],
    kind: str | None,
    form: str,
    *,
    listed: bool,
    accept: bool,
    no_case: bool,
    skip: bool,
    quarantined: bool,
) -> None:
    """Go through the messages that wait for you, oldest first: what the rules propose, why, and the words it rests on.

    In a terminal each message is shown with the keys that decide it. Stop when you like: it goes on where you stopped. With a
    NUMBER and an option one message is decided without asking. Your word stands, and the history is kept.
    """
    ways = sum((listed, accept, skip, bool(kind or named or no_case)))
    if ways > 1 or (named and no_case):
        raise click.UsageError(
            "--list, --accept, --skip and (--kind with --case or --none) exclude each other"
        )
    if listed and number is not None:
        raise click.UsageError("--list is of the whole queue: give no number")
    if listed:
        _list(session, form, quarantined=quarantined)
    elif ways and number is None:
        raise click.UsageError("say which message: `foimail review --list` has the numbers")
    elif ways and number is not None:
        _decide(session, number, named, kind, no_case=no_case, skip=skip)
    elif not at_terminal():
        raise click.UsageError(_BY_OPTIONS)
    else:
        from foimail.cli.sitting import sit

        sit(session.workspace, number, quarantined=quarantined)


def at_terminal() -> bool:
    """Whether somebody is there to press keys."""
    return sys.stdin.isatty() and sys.stdout.isatty()


def _list(session: Session, form: str, *, quarantined: bool) -> None:
    from foimail.cli.printing import print_rows
    from foimail.workflows import review as workflow

    rows = workflow.rows(session.workspace, quarantined=quarantined)
    print_rows(rows, workflow.COLUMNS, form)
    if form == "table" and not rows:
        say("Nothing waits for you.")


def _decide(
    session: Session, number: int, named: tuple[str, ...], kind: str | None, *, no_case: bool, skip: bool
) -> None:
    from foimail.workflows import review as workflow

    ws = session.workspace
    if skip:
        workflow.skip(ws, number)
        click.echo(f"message {number}: passed over")
    else:
        tokens = [workflow.case(ws, words).token for words in named]
        what, filed = workflow.decide(ws, number, tokens=tokens if named or no_case else None, kind=kind)
        click.echo(f"message {number}: {what}, {', '.join(filed) or 'no case'}")
    say(f"{len(workflow.queue(ws))} left.")
