"""`foimail web`: the desk in a browser on this machine."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from foimail.cli.session import Session, pass_session, say

if TYPE_CHECKING:
    from foimail.workspace import Workspace


@click.command("web")
@click.option(
    "--host",
    default="127.0.0.1",
    show_default=True,
    help="Where it listens; another than this machine needs named users and TLS (docs/desk.md).",
)
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    help="The port, 0 for any that is free (else 8417, or the next free one).",
)
@click.option("--open/--no-open", "browser", default=True, help="Whether to open it in your browser.")
@pass_session
def web(session: Session, host: str, port: int | None, *, browser: bool) -> None:
    """Open the desk: a page in your browser, on this machine, on which you watch, decide and read as with the commands.

    The address that is printed lets one browser in, once. Stop it with Ctrl-C. Nothing on its pages comes from elsewhere. To
    others it opens by name alone (`foimail users`, or a proxy that knows them) and over TLS alone: docs/desk.md.
    """
    from foimail.files import users
    from foimail.web import serve, terms
    from foimail.web.desk import Desk

    def opened() -> Workspace:
        session.forget_workspace()
        return session.workspace

    desk = Desk(opened, lambda: session.today)
    ws = desk.workspace
    _ = ws.campaign  # its faults are told here, and not on a page
    agreed = terms.agree(ws, host, [*users.load(ws.folder)])
    server, door = serve.bind(desk, port, agreed)

    def tell() -> None:
        if door.key:
            say("The desk is open. Its address works once, in one browser; stop it with Ctrl-C.")
        else:
            say("The desk is open to those who are named; stop it with Ctrl-C.")
        click.echo(door.address)
        if browser and not agreed.is_open:
            click.launch(door.address)

    serve.run(server, tell)
    say("The desk is closed.")
