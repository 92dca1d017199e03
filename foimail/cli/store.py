"""`foimail store`: the database itself."""

from __future__ import annotations

import click

from foimail.cli.session import Session, pass_session, say


@click.group("store")
def store() -> None:
    """The database: copy it from one engine to another."""


@store.command("copy")
@click.argument("source", metavar="FROM")
@click.argument("target", metavar="TO")
@click.option("--from-password", default="", metavar="REFERENCE", help="Where the password of FROM is.")
@click.option("--to-password", default="", metavar="REFERENCE", help="Where the password of TO is.")
@pass_session
def copy(session: Session, source: str, target: str, from_password: str, to_password: str) -> None:
    """Copy the store at FROM into the empty one at TO, both written as `store.url` is in the settings.

    Every row and every mail is copied, read back and compared; TO holds all of it or nothing. Passwords are references as
    for `store.password`, which counts for a server where none is given. The settings stay as they are.
    """
    from foimail.workflows import engines

    copied, waiting = engines.copy(session.workspace, source, target, (from_password, to_password))
    for table in copied:
        click.echo(f"{table.table}\t{table.rows}\t{table.sha256}")
    say(f"{sum(table.rows for table in copied)} rows are there, and the same in both stores.")
    if waiting:
        letters = "letter waits" if waiting == 1 else "letters wait"
        say(f"{waiting} {letters} in both: only one of the two may go on, or they go twice.")
    say("To go on with the copy, write its address as `url` under [store] in foimail.toml.")
