"""`foimail backup`, `verify` and `rebuild`: that the store can be trusted, today and after a broken disk."""

from __future__ import annotations

from pathlib import Path

import click

from foimail.cli.session import Session, finish, pass_session, say


@click.command("backup")
@click.argument("file", metavar="FILE", type=click.Path(dir_okay=False, path_type=Path))
@pass_session
def backup(session: Session, file: Path) -> None:
    """Copy the store into FILE, whole even while foimail polls or sends.

    The copy can be read by you alone. FILE must not be there yet: nothing is overwritten. Keep it on another machine or an
    encrypted disk, with foimail.toml, trusts.yaml and templates/.
    """
    from foimail.workflows.backup import backup as copy

    size = copy(session.workspace, file)
    click.echo(f"{file}: {size / 1_000_000:.1f} MB")
    say("Letters sent from now on are not in it: make another after each sending.")


@click.command("verify")
@pass_session
def verify(session: Session) -> None:
    """Look whether everything in the store is true: nothing is changed.

    The hash of every message, every reference from one record to another, each letter and each message against the log of
    its case, and all that is derived. Each fault is one sentence; with any, the exit code is 3.
    """
    from foimail.workflows import verify as workflow

    found = workflow.verify(session.workspace)
    faults = len(found.faults)
    looked = f"{found.cases} cases, {found.events} events, {found.letters} letters, {found.messages} messages"
    click.echo(f"{looked}: {'no fault' if not faults else '1 fault' if faults == 1 else f'{faults} faults'}")
    finish(found.faults)


@click.command("rebuild")
@pass_session
def rebuild(session: Session) -> None:
    """Make again what follows from the rest of the store and is kept only for speed.

    What happened (letters, messages, the log of each case) is never changed by it.
    """
    from foimail.workflows import rebuild as workflow

    for one, wrong in workflow.rebuild(session.workspace):
        click.echo(f"{one.name}: {wrong or 'nothing'} mended ({one.what})")
