"""`foimail send` and `foimail sent`: letters out."""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import TYPE_CHECKING

import click

from foimail.cli.printing import WITH_FORM
from foimail.cli.session import Session, pass_session, say, show_problems
from foimail.errors import DONE_WITH_PROBLEMS, ConsentError
from foimail.model import NATIONS, ROUTES

if TYPE_CHECKING:
    from datetime import datetime

    from foimail.workflows.deliver import Delivered
    from foimail.workflows.send import Addressed, Plan, Selection


@click.command("send")
@click.argument("codes", metavar="[CODE]...", nargs=-1)
@click.option("--all-trusts", is_flag=True, help="Every body that the campaign asks.")
@click.option(
    "--type", "types", multiple=True, help="Only bodies of this type (as in trusts.yaml); may be repeated."
)
@click.option(
    "--nation",
    "nations",
    multiple=True,
    type=click.Choice(NATIONS, case_sensitive=False),
    help="Only bodies of this nation; may be repeated.",
)
@click.option("--pilot", type=click.IntRange(1), metavar="N", help="A mixed handful of N bodies first.")
@click.option("--limit", type=click.IntRange(1), metavar="N", help="At most N letters in this run.")
@click.option("--queued", is_flag=True, help="Only what waits in the outbox from earlier runs.")
@click.option("--include-unverified", is_flag=True, help="Also use addresses marked unverified.")
@click.option("--again", is_flag=True, help="A second letter of this campaign to bodies that have had one.")
@WITH_FORM
@click.option("--dry-run", is_flag=True, help="Show what would be sent, and stop.")
@click.option(
    "--rehearse", metavar="ADDRESS", help="Send all letters to yourself at ADDRESS; nothing is recorded."
)
@click.option("--yes", is_flag=True, help="Do not ask.")
@pass_session
def send(
    session: Session,
    codes: tuple[str, ...],
    types: tuple[str, ...],
    nations: tuple[str, ...],
    pilot: int | None,
    limit: int | None,
    rehearse: str | None,
    *,
    all_trusts: bool,
    queued: bool,
    include_unverified: bool,
    again: bool,
    with_form: bool | None,
    dry_run: bool,
    yes: bool,
) -> None:
    """Send the request to every body that has not had it, or to the bodies with these CODEs.

    Shows first what would go to whom, who is left out and why, and one letter in full; then asks. Running it again sends
    nothing twice and goes on where it stopped.
    """
    from foimail.workflows import deliver
    from foimail.workflows import rehearse as rehearsal
    from foimail.workflows import send as workflow

    if not (codes or all_trusts or types or nations or queued or pilot):
        raise click.UsageError(
            "say to whom: --all-trusts, or the codes of bodies, or --type, --nation, --pilot, --queued"
        )
    if codes and all_trusts:
        raise click.UsageError("either codes or --all-trusts, not both")
    ws = session.workspace
    # whoever has had the letter may still be rehearsed: nothing goes to them
    selection = workflow.Selection(
        codes,
        types,
        nations,
        include_unverified,
        again or bool(rehearse),
        pilot,
        limit,
        with_form=ws.settings["campaign.form"] if with_form is None else with_form,
    )
    plan = workflow.plan(ws, selection, queued_only=queued)
    if rehearse:
        plan = replace(plan, waiting=(), warnings=())
    _show(plan, selection)
    problems = show_problems(plan.problems)
    if dry_run:
        say("A dry run: nothing was recorded, nothing was sent.")
        sys.exit(DONE_WITH_PROBLEMS if problems else 0)
    count = len(plan.letters) + len(plan.waiting)
    if not count:
        say("There is nothing to send.")
    else:
        deliver.check_day(ws)
        to = f"{rehearse} (a rehearsal)" if rehearse else ws.settings["mail.outgoing"]
        _ask(f"Send {count} letter{'s' * (count != 1)} by {to}?", yes=yes)
    if rehearse:
        result = rehearsal.rehearse(ws, plan.letters, rehearse, progress=_bar)
    else:
        workflow.enqueue(ws, plan.letters)
        result = deliver.deliver(ws, limit=limit, progress=_bar)
    _tell(result)
    failed = len(plan.problems) + len(result.refused) + len(result.unknown)
    _tell_the_end(result.sent, len(plan.skipped), failed, left=result.left, put_off=len(result.put_off))
    if failed or result.put_off or result.stopped:
        sys.exit(DONE_WITH_PROBLEMS)


def _ask(question: str, *, yes: bool) -> None:
    if not yes:
        if not sys.stdin.isatty():
            raise ConsentError("nobody is here to say yes, so nothing was sent", "give --yes in a script")
        click.confirm(question, abort=True, err=True)


def _show(plan: Plan, selection: Selection) -> None:
    reasons: dict[str, list[str]] = {}
    for body, why in plan.skipped:
        reasons.setdefault(why, []).append(body.id)
    say(
        f"{len(plan.letters)} new letter{'s' * (len(plan.letters) != 1)}"
        + (" with a form of answers" if any(a.letter.attached for a in plan.letters) else "")
        + (f", {len(plan.waiting)} waiting in the outbox" if plan.waiting else "")
    )
    domains: dict[str, int] = {}
    for addressed in plan.letters:
        domain = (addressed.letter.to or "").rpartition("@")[2].lower()
        domains[domain] = domains.get(domain, 0) + 1
    for domain, count in sorted(domains.items(), key=lambda d: -d[1])[:5]:
        say(f"  {count:4} to {domain}")
    if len(domains) > 5:  # noqa: PLR2004 - a screen is short
        others = len(domains) - 5
        rest = sum(sorted(domains.values())[:others])
        say(f"  {rest:4} to {others} other domain{'s' * (others != 1)}")
    if plan.skipped:
        say(f"{len(plan.skipped)} bodies get none:" if len(plan.skipped) > 1 else "1 body gets none:")
        for why, ids in sorted(reasons.items(), key=lambda r: -len(r[1])):
            say(f"  {len(ids):4} {why}: {', '.join(ids[:8])}{' ...' if len(ids) > 8 else ''}")  # noqa: PLR2004 - as above
    for warning in plan.warnings:
        say(click.style(f"warning: {warning}", fg="yellow"))
    if plan.letters:
        _show_first(plan.letters[0])
    if selection.limit and (plan.letters or plan.waiting):
        say(f"At most {selection.limit} letters go in this run.")


def _show_first(one: Addressed) -> None:
    letter = one.letter
    attached = f"\nAttached: {letter.attached.name}" if letter.attached else ""
    say(f"\nThe letter to {one.body.name}:\n")
    say(f"To: {letter.to}\nSubject: {letter.subject}{attached}\n\n{letter.text}")


def _bar(done: int, of: int) -> None:
    # only for eyes: a log or a pipe gets the result alone
    if sys.stderr.isatty():
        width = 30
        full = width * done // of
        click.echo(f"\r[{'#' * full}{'.' * (width - full)}] {done} of {of}", nl=done == of, err=True)


def _tell(result: Delivered) -> None:
    for heading, lines in (
        ("refused by the server", result.refused),
        ("put off, tried again by a later run", result.put_off),
        ("unknown: perhaps sent, see `foimail outbox`", result.unknown),
    ):
        if lines:
            say(click.style(f"{heading}:", fg="yellow"))
            for line in lines:
                say(f"  {line}")
    if result.stopped:
        say(click.style(f"The run stopped: {result.stopped}", fg="yellow"))


def _tell_the_end(sent: int, skipped: int, failed: int, *, left: int = 0, put_off: int = 0) -> None:
    more = "".join(
        f", {n} {what}" for n, what in ((put_off, "put off"), (left, "left for the next run")) if n
    )
    click.echo(f"sent {sent}, skipped {skipped}, failed {failed}{more}")


@click.command("sent")
@click.argument("code")
@click.option(
    "--by", type=click.Choice([r for r in ROUTES if r != "email"]), required=True, help="How you sent it."
)
@click.option(
    "--on",
    "on",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="YYYY-MM-DD",
    required=True,
    help="The day you sent it.",
)
@pass_session
def sent(session: Session, code: str, by: str, on: datetime) -> None:
    """Record that you sent the request to the body CODE by web form, post or telephone: its clock runs from that day."""
    from foimail.workflows import send as workflow
    from foimail.workflows.registry import pick

    ws = session.workspace
    body = pick(ws.bodies, code)
    click.echo(f"{workflow.record_sent(ws, body, by, on.date())} {body.name}: sent by {by} on {on.date()}")
