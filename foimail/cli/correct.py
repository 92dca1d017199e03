"""`foimail correct`, `told` and `received`: your word on what came."""

from __future__ import annotations

import mimetypes
from pathlib import Path
from typing import TYPE_CHECKING, get_args

import click

from foimail.cli.session import Session, pass_session, say
from foimail.model import Kind

if TYPE_CHECKING:
    from datetime import datetime

_DAY = click.DateTime(["%Y-%m-%d"])


@click.command("correct")
@click.argument("message", type=int)
@click.option("--kind", type=click.Choice(get_args(Kind)), help="What it really is.")
@click.option("--case", "cases", metavar="CASE", multiple=True, help="Where it belongs; may be repeated.")
@click.option("--on", type=_DAY, help="The day it really came.")
@pass_session
def correct(
    session: Session, message: int, kind: str | None, cases: tuple[str, ...], on: datetime | None
) -> None:
    """Put right what is known of the MESSAGE with this number (`foimail inbox list --all`). The history is kept."""
    from foimail.workflows import corrections

    if not (kind or cases or on):
        raise click.UsageError("say what is wrong: --kind, --case or --on")
    tokens = corrections.correct(
        session.workspace, message, kind=kind, tokens=cases, on=on.date() if on else None
    )
    click.echo(f"message {message}: {', '.join(tokens) or 'no case'}")


def _facts(ctx: click.Context, param: click.Parameter, value: tuple[str, ...]) -> dict[str, str]:  # noqa: ARG001 - click's
    pairs = [item.partition("=") for item in value]
    if bad := [key or "=" for key, equals, _ in pairs if not equals or not key]:
        raise click.BadParameter(f"{bad[0]!r} is not FACT=VALUE")
    return {key.strip(): text for key, _, text in pairs}


@click.command("told")
@click.argument("case")
@click.argument("message", type=int)
@click.argument("facts", metavar="FACT=VALUE...", nargs=-1, callback=_facts)
@pass_session
def told(session: Session, case: str, message: int, facts: dict[str, str]) -> None:
    """Record what a MESSAGE of CASE says, as `sections=s.12,s.40(2)` or `until=2026-11-23`.

    Your word beats what foimail has read. Without a FACT it lists those there are.
    """
    from foimail.workflows import corrections

    if not facts:
        width = max(map(len, corrections.FACTS))
        for name, meaning in corrections.FACTS.items():
            click.echo(f"{name:{width}}  {meaning}")
        return
    for name, value in corrections.tell(session.workspace, case, message, facts).items():
        shown = ", ".join(value) or "none" if isinstance(value, list) else value
        click.echo(f"{name}: {shown}")


@click.command("received")
@click.argument("case")
@click.option("--by", type=click.Choice(["post", "phone", "link"]), required=True, help="How it came.")
@click.option("--on", type=_DAY, required=True, help="The day it came.")
@click.option("--kind", type=click.Choice(get_args(Kind)), required=True, help="What it is.")
@click.option(
    "--file",
    "files",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    multiple=True,
    help="A scan, a recording or the file itself, kept with it; may be repeated.",
)
@click.option("--text", default="", help="What it says, or what was said.")
@pass_session
def received(
    session: Session, case: str, by: str, on: datetime, kind: str, files: tuple[Path, ...], text: str
) -> None:
    """File under CASE what came by post or by telephone, or what you fetched from a link or a portal."""
    from foimail.model import Attachment
    from foimail.workflows import corrections

    kept = [
        Attachment(f.name, mimetypes.guess_type(f.name)[0] or "application/octet-stream", f.read_bytes())
        for f in files
    ]
    token, number = corrections.received(
        session.workspace, case, by=by, on=on.date(), kind=kind, text=text, files=kept
    )
    click.echo(f"message {number}: {kind} of {token}, by {by} on {on.date()}")
    say(f"What was read in it: foimail answers {token}")
    say(f"What else it says can be told: foimail told {token} {number} FACT=VALUE")
