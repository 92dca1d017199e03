"""`foimail poll` and `foimail import`: mail in."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from foimail.cli.session import Session, pass_session, say, show_problems
from foimail.errors import DONE_WITH_PROBLEMS

if TYPE_CHECKING:
    from foimail.workflows.poll import Polled
    from foimail.workflows.read import Made


@click.command("poll")
@click.option(
    "--watch", type=click.IntRange(1), metavar="MINUTES", help="Go on, and poll again every so many minutes."
)
@pass_session
def poll(session: Session, watch: int | None) -> None:
    """Fetch new mail, file each reply under its request, and say what waits for you.

    Nothing on the server is changed: no message is marked read, moved or deleted. Made for cron: it prints one line, and
    ends with 3 where something went wrong.
    """
    from foimail.errors import LoginError, MailError
    from foimail.workflows import poll as workflow

    while True:
        try:
            code = _report(workflow.poll(session.workspace))
        except LoginError:
            raise
        except MailError as error:
            if watch is None:
                raise
            say(f"{error}; next try in {watch} minutes")
            code = 0
        if watch is None:
            sys.exit(code)
        time.sleep(watch * 60)
        session.forget_workspace()


def _report(result: Polled) -> int:
    _made(result.made)
    for line in result.undelivered:
        say(click.style(line, fg="yellow"))
    click.echo(result.line)
    return DONE_WITH_PROBLEMS if result.made.broken or result.missing else 0


def _made(made: Made) -> None:
    for line in made.settled:
        say(line)
    for line in made.unopened:
        say(click.style(line, fg="yellow"))
    for held in made.held:
        say(click.style(f"message {held.number} went into quarantine: {held.because}", fg="yellow"))
        if held.draft:
            say(f"  draft {held.draft} tells the body: foimail drafts show {held.draft}")
        else:
            say(f"  no letter to the body was drafted: {held.no_draft}")
    if made.waiting:
        say("`foimail inbox list` shows what waits for you.")


@click.command("import")
@click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--sent", is_flag=True, help="These are requests that you sent by hand: open a case for each.")
@pass_session
def import_(session: Session, paths: tuple[Path, ...], *, sent: bool) -> None:
    """Read mail from PATHS: .eml files, mbox files, Maildir folders, folders of .eml files.

    With --sent, take over requests that you sent before you used foimail: the body is found by the To address, the token
    by the subject where there is one. Importing a file twice changes nothing.
    """
    from foimail.workflows import adopt

    ws = session.workspace
    result = adopt.adopt(ws, paths) if sent else adopt.take_in(ws, paths)
    _made(result.made)
    problems = show_problems(result.problems)
    if sent:
        click.echo(
            f"{result.adopted} requests taken over, {result.repeats} known already, {len(result.problems)} not"
        )
    else:
        made = result.made
        click.echo(
            f"{result.new} new, {made.filed} filed, {made.waiting} waiting for you, {result.repeats + made.repeats} seen before"
        )
    if problems or result.made.broken:
        sys.exit(DONE_WITH_PROBLEMS)
