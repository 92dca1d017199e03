"""`foimail login`: sign in to the mail servers without a password."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from foimail.cli.session import Session, pass_session, say

if TYPE_CHECKING:
    from foimail.workflows.login import Which


@click.command("login")
@click.argument("which", type=click.Choice(["incoming", "outgoing", "both"]), default="both")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=0,
    help="The port of this machine that the browser comes back to (Google). [else any that is free]",
)
@pass_session
def login(session: Session, which: Which, port: int) -> None:
    """Sign in at Microsoft or Google, where mail.password is `oauth:microsoft` or `oauth:google`.

    It prints an address to open in a browser, and for Microsoft a code to type there; then it waits. What it is given is kept in
    the workspace, or in the keyring (oauth.tokens), and renewed by itself. No token is ever printed.
    """
    from foimail.workflows import login as workflow

    place = workflow.sign_in(session.workspace, which, _show, port=port)
    say(f"Signed in; kept in {place}. `foimail doctor` tries both servers.")


def _show(address: str, code: str) -> None:
    say(f"Open {address}")
    say(f"and type the code {code}" if code else "in a browser on this machine.")
    say("Waiting for you to sign in; Ctrl-C stops.")
