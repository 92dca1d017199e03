"""`foimail quarantine`, `purge` and `retention`: what a body sent by mistake, and how long letters are kept."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from foimail.cli.printing import FORM
from foimail.cli.session import Session, pass_session, say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from foimail.store.copies import Copy
    from foimail.workflows.purge import Plan


@click.command("quarantine")
@click.argument("message", type=int, required=False)
@click.option("--release", is_flag=True, help="Let it out; no rule holds it again.")
@click.option("--because", metavar="TEXT", default="", help="Why, in your words; name nobody in them.")
@click.option("--all", "everything", is_flag=True, help="List also what was let out.")
@FORM
@pass_session
def quarantine(
    session: Session, message: int | None, because: str, form: str, *, release: bool, everything: bool
) -> None:
    """List the mail in quarantine; with the number of a MESSAGE put it in, or let it out.

    Mail in quarantine is kept, and is in no export, table, archive, pack, page or letter; its answers do not count. A mail goes
    in by itself where the body has asked for it back, or where it hides sheets or rows or seems to hold rows about people. A
    letter that tells the body is drafted, and waits for your yes.
    """
    from foimail.workflows import quarantine as workflow

    ws = session.workspace
    if message is None:
        if release or because:
            raise click.UsageError("say which message: `foimail quarantine` lists them")
        from foimail.cli.printing import print_rows

        rows = workflow.rows(ws, everything=everything)
        print_rows(rows, workflow.COLUMNS, form)
        if form == "table" and not rows:
            say("No mail is in quarantine.")
        return
    if release:
        workflow.release(ws, message, because)
        click.echo(f"message {message}: let out of quarantine by {ws.person}")
        return
    held = workflow.hold(ws, message, because)
    click.echo(f"message {message}: in quarantine")
    if held.draft:
        say(f"Draft {held.draft} tells the body: `foimail drafts show {held.draft}`. Nothing is sent.")
    else:
        say(f"No letter to the body was drafted: {held.no_draft}.")


@click.command("purge")
@click.argument("message", type=int, required=False)
@click.option(
    "--because", metavar="TEXT", help="Why, in your words; name nobody in them. It stays beside the hash."
)
@click.option("--yes", is_flag=True, help="Destroy it without being asked.")
@FORM
@pass_session
def purge(session: Session, message: int | None, because: str | None, form: str, *, yes: bool) -> None:
    """Destroy a MESSAGE: its bytes, its words, and your letters that quote it. Without a number, list what was destroyed.

    Its hash, sender, day, kind and case stay, with who destroyed it and why; it is never fetched again. What was written out of
    the store before still holds it, and so does your mailbox.
    """
    from foimail.workflows import purge as workflow

    ws = session.workspace
    if message is None:
        from foimail.cli.printing import print_rows

        rows = workflow.rows(ws)
        print_rows(rows, workflow.COLUMNS, form)
        if form == "table" and not rows:
            say("No message was destroyed.")
        return
    if because is None:
        raise click.UsageError("say why: --because TEXT")
    plan = workflow.plan(ws, message)
    _announce(plan)
    _agree([plan], yes=yes)
    workflow.purge(ws, [plan], because)
    click.echo(
        f"message {message}: {'it had been destroyed before; the disk was wiped again' if plan.done else 'destroyed'}"
    )
    _elsewhere(plan.copies)


@click.command("retention")
@click.option(
    "--older-than",
    "months",
    type=click.IntRange(1),
    metavar="MONTHS",
    help="Letters of cases closed more than so many months ago are due (else the setting retention.months).",
)
@click.option("--dry-run", is_flag=True, help="Only show it.")
@click.option("--yes", is_flag=True, help="Destroy what is due without being asked.")
@FORM
@pass_session
def retention(session: Session, months: int | None, form: str, *, dry_run: bool, yes: bool) -> None:
    """What is kept, of which campaign and since when, and which letters are due to be destroyed.

    Due are the letters of cases that were all closed longer ago than the limit. In a terminal you are asked; without your yes
    nothing is destroyed.
    """
    from foimail.cli.printing import print_rows
    from foimail.workflows import purge as work
    from foimail.workflows import retention as workflow

    ws = session.workspace
    kept = workflow.kept(ws, months)
    print_rows(kept.rows, workflow.COLUMNS, form)
    if kept.limit is None:
        say("No limit is set: `[retention] months` in foimail.toml, or --older-than, says what is due.")
        return
    for one in kept.due:
        say(f"due: message {one.number} of {one.on}, {', '.join(one.tokens)}, closed on {one.closed_on}")
    if not kept.due:
        say(f"Nothing is due: no letter belongs only to cases closed before {kept.limit}.")
    elif not dry_run and not yes and not sys.stdin.isatty():
        say("Nothing was destroyed: --yes destroys what is due.")
    elif not dry_run:
        plans = [work.plan(ws, one.number) for one in kept.due]
        _agree(plans, yes=yes)
        work.purge(ws, plans, f"kept until the case had been closed since before {kept.limit}")
        click.echo(f"{len(plans)} messages destroyed")
        _elsewhere(plans[0].copies)


def _announce(plan: Plan) -> None:
    if plan.done:
        return
    for row in plan.messages:
        say(f"message {row.id} of {row.on_date}, from {row.sender.rpartition('@')[2] or 'nobody known'}")
    for what, numbers in (("draft", plan.drafts), ("letter", plan.letters)):
        for number in numbers:
            say(f"{what} {number} quotes it: its text goes too")
    for number in plan.perhaps:
        say(f"message {number} seems to quote it, and stays: purge it too, if it does")


def _agree(plans: Sequence[Plan], *, yes: bool) -> None:
    from foimail.errors import ConsentError

    if yes:
        return
    if not sys.stdin.isatty():
        raise ConsentError("nobody is here to say yes, so nothing was destroyed", "give --yes in a script")
    count = "this message" if len(plans) == 1 else f"these {len(plans)} messages"
    click.confirm(f"Destroy {count} for good?", abort=True, err=True)


def _elsewhere(copies: Sequence[Copy]) -> None:
    say("Beyond the reach of foimail, and perhaps still holding it:")
    say("- your mailbox: delete the mail there, and from its bin; and the files that you imported it from")
    for copy in copies:
        say(f"- the {copy.what} of {copy.made_on}: {copy.place}")
    say("- backups of this folder, archives, packs and exports that were moved or copied, and paper")
