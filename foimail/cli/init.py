"""`foimail init`: make a workspace."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from foimail.cli.session import say


def _asked_for(ctx: click.Context, param: click.Parameter, value: str | None) -> str:
    if value is not None:
        return value
    if not sys.stdin.isatty():
        raise click.MissingParameter(ctx=ctx, param=param)
    return str(click.prompt(_QUESTIONS[str(param.name)], err=True))


_QUESTIONS = {
    "name": "Your real name (the Act asks for it)",
    "email": "The address replies should go to",
}


@click.command("init")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option("--name", callback=_asked_for, help="Your real name, as FOIA s.8(1)(b) asks.")
@click.option("--email", callback=_asked_for, help="The address letters come from and replies go to.")
def init(folder: Path, name: str, email: str) -> None:
    """Make a workspace in FOLDER: foimail.toml, trusts.yaml and templates/.

    It begins with the embedded mailboxes (folders on this machine), so nothing can leave it until you set your own mail
    server in foimail.toml.
    """
    from foimail.workflows import init as workflow

    workflow.make(folder, name, email)
    say(f"A workspace stands in {folder}. Next:")
    say(f"  cd {folder}")
    say("  foimail preview RD8              read one letter")
    say(
        "  foimail send --all-trusts        a rehearsal: letters go into the folder outbox/, not over the network"
    )
    say("  foimail doctor                   when you have set your own mail server in foimail.toml")
