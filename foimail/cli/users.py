"""`foimail users`: who may come to the desk by name. A password is asked for, and never an argument."""

from __future__ import annotations

import sys

import click

from foimail.cli.printing import FORM, print_rows
from foimail.cli.session import Session, pass_session, say


@click.group("users")
def users() -> None:
    """Who may come to the desk by name, from other machines: add, password, remove, list.

    Only a hash of each password is kept, in a file of the workspace that nobody else on this machine can read. What
    somebody decides at the desk is recorded under their name.
    """


@users.command("add")
@click.argument("name")
@click.option("--looks-only", is_flag=True, help="May read everything and decide nothing.")
@pass_session
def add(session: Session, name: str, *, looks_only: bool) -> None:
    """Let somebody in by this NAME, the one that is recorded with what they decide.

    The password is asked for twice; where there is no terminal, it is the first line of standard input.
    """
    from foimail.workflows import users as workflow

    user = workflow.add(session.workspace, name, _password(), decides=not looks_only)
    click.echo(f"{user.name}: may come in{'' if user.decides else ', and look only'}")


@users.command("password")
@click.argument("name")
@pass_session
def password(session: Session, name: str) -> None:
    """Give NAME a new password; where they are at the desk, they must come in anew."""
    from foimail.workflows import users as workflow

    user = workflow.known(session.workspace, name)
    workflow.change(session.workspace, name, _password())
    click.echo(f"{user.name}: has a new password")


@users.command("remove")
@click.argument("name")
@pass_session
def remove(session: Session, name: str) -> None:
    """Let NAME in no more; what they decided stays."""
    from foimail.workflows import users as workflow

    click.echo(f"{workflow.remove(session.workspace, name).name}: may come in no more")


@users.command("list")
@FORM
@pass_session
def list_(session: Session, form: str) -> None:
    """List who may come in."""
    from foimail.workflows import users as workflow

    rows = workflow.rows(session.workspace)
    print_rows(rows, workflow.COLUMNS, form)
    if form == "table" and not rows:
        say('Nobody may come in by name: `foimail users add "NAME"`.')


def _password() -> str:
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    return str(click.prompt("Password", hide_input=True, confirmation_prompt="Once more", err=True))
