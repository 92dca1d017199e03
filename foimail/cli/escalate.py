"""`foimail escalate`: the letters that press on."""

from __future__ import annotations

from typing import TextIO

import click

from foimail.cli.session import Session, finish, pass_session, say


@click.command("escalate")
@click.argument("cases", metavar="[CASE]...", nargs=-1)
@click.option("--due", is_flag=True, help="All cases of the campaign whose next step is such a letter.")
@click.option(
    "--route",
    type=click.Choice(["chaser", "review", "complaint"]),
    help="Only this letter, where it can be sent today.",
)
@click.option(
    "--text",
    type=click.File("r", encoding="utf-8"),
    metavar="FILE|-",
    help="Your own words on what was wrong, for the letters to the CASEs named.",
)
@pass_session
def escalate(
    session: Session, cases: tuple[str, ...], route: str | None, text: TextIO | None, *, due: bool
) -> None:
    """Draft the letter of the step that is open today: a chaser, a request for review, a complaint.

    CASE is a token or the code of a body. Bodies that share a mailbox get one chaser. Nothing is sent: read the drafts, then
    `foimail drafts approve` and `foimail send --queued`. Run it as often as you like; no step is taken twice.
    """
    from foimail.workflows import drafts as drafted
    from foimail.workflows import escalate as workflow

    if bool(cases) == due:
        raise click.UsageError("name the cases, or give --due")
    if text and due:
        raise click.UsageError("--text goes with the cases named, not with --due")
    ws = session.workspace
    result = workflow.escalate(ws, cases, route=route or "", text=text.read() if text else "")
    for who, why in result.skipped:
        say(f"{who}: {why}")
    for number in result.drafts:
        one = drafted.draft(ws, number)
        click.echo(
            f"draft {number}: {one.letter} to {one.recipient or '(no address)'} for {', '.join(one.tokens)}"
        )
    if result.drafts:
        say("Read them: `foimail drafts show NUMBER`; `foimail drafts approve` puts them into the outbox.")
    elif not result.problems:
        say("There is nothing to draft.")
    finish(result.problems)
