"""`foimail remind`: the digest that comes to you."""

from __future__ import annotations

import sys

import click

from foimail.cli.session import Session, pass_session
from foimail.errors import DONE_WITH_PROBLEMS


@click.command("remind")
@click.option(
    "--within",
    type=click.IntRange(1, 60),
    default=3,
    show_default=True,
    metavar="DAYS",
    help="What falls due in so many working days is due soon.",
)
@click.option("--print", "to_print", is_flag=True, help="Print the digest instead of sending it to you.")
@click.option("--dry-run", is_flag=True, help="Print what would be said; send nothing and note nothing.")
@click.option(
    "--exit-code", is_flag=True, help="End with 3 where something was said, with 0 where nothing was."
)
@pass_session
def remind(session: Session, within: int, *, to_print: bool, dry_run: bool, exit_code: bool) -> None:
    """Tell you by e-mail what has become due, late or new, and what waits for you.

    Made for cron: it says nothing where there is nothing to say, says each thing once, and sends at most one digest a day, to
    your own address.
    """
    from foimail.output.digest import as_text, subject
    from foimail.workflows import remind as workflow
    from foimail.workflows.news import news

    ws = session.workspace
    digest = news(ws, within).digest if dry_run else workflow.remind(ws, within=within, by_mail=not to_print)
    if digest is None:
        return
    if dry_run or to_print:
        click.echo(as_text(digest), nl=False)
    else:
        click.echo(f"sent to {ws.settings.requester.email}: {subject(digest)}")
    if exit_code:
        sys.exit(DONE_WITH_PROBLEMS)
