"""`foimail drafts`: letters that wait for your yes."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from foimail.cli.printing import FORM
from foimail.cli.session import Session, pass_session, say
from foimail.errors import ConsentError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from foimail.store.drafts import Draft
    from foimail.workspace import Workspace


@click.group("drafts")
def drafts() -> None:
    """Letters written and not yet approved. Nothing here is sent before you say yes to it."""


@drafts.command("list")
@click.option("--all", "everything", is_flag=True, help="Also those approved, sent and dropped.")
@FORM
@pass_session
def list_(session: Session, form: str, *, everything: bool) -> None:
    """List the drafts that wait for you."""
    from foimail.cli.printing import print_rows
    from foimail.workflows import drafts as workflow

    rows = workflow.rows(session.workspace, everything=everything)
    print_rows(rows, workflow.COLUMNS, form)
    if form == "table" and not rows:
        say("No drafts. `foimail escalate --due` writes those that are due.")


@drafts.command("show")
@click.argument("number", type=int)
@pass_session
def show(session: Session, number: int) -> None:
    """Show the draft with this NUMBER as it would go, and why it was written."""
    from foimail.workflows import drafts as workflow

    _show(session.workspace, workflow.draft(session.workspace, number))


@drafts.command("edit")
@click.argument("number", type=int)
@pass_session
def edit(session: Session, number: int) -> None:
    """Open the draft with this NUMBER in your editor ($EDITOR): its address, its subject, its text."""
    from foimail.workflows import drafts as workflow

    ws = session.workspace
    before = workflow.draft(ws, number)
    changed = click.edit(_as_text(before), extension=".txt", require_save=True)
    if changed is None or changed == _as_text(before):
        say(f"Draft {number} is as it was.")
        return
    try:
        to, subject, text = _from_text(changed)
        workflow.edit(ws, number, to, subject, text)
    except Exception:
        # what somebody typed is not lost because it held a fault
        say(f"Your words, to be kept:\n\n{changed}")
        raise
    click.echo(f"draft {number}: changed")


@drafts.command("approve")
@click.argument("numbers", metavar="NUMBER...", type=int, nargs=-1)
@click.option("--all", "everything", is_flag=True, help="All that wait, but complaints to a regulator.")
@click.option("--anyway", is_flag=True, help="Also where the case has gone on since the letter was written.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@pass_session
def approve(session: Session, numbers: tuple[int, ...], *, everything: bool, anyway: bool, yes: bool) -> None:
    """Approve the drafts with these NUMBERs: they go into the outbox, and `foimail send --queued` sends them.

    A complaint to a regulator is approved by itself.
    """
    from foimail.workflows import drafts as workflow

    if bool(numbers) == everything:
        raise click.UsageError("give the numbers of drafts, or --all")
    ws = session.workspace
    if everything:
        open_now = workflow.waiting(ws)
        numbers = tuple(d.id for d in open_now if d.letter != "complaint" and d.recipient)
        for left in (d for d in open_now if d.id not in numbers):
            say(f"left out: draft {left.id}, {_why_alone(left)}")
    approve_all(ws, numbers, anyway=anyway, yes=yes)


@drafts.command("drop")
@click.argument("numbers", metavar="NUMBER...", type=int, nargs=-1, required=True)
@pass_session
def drop(session: Session, numbers: tuple[int, ...]) -> None:
    """Drop the drafts with these NUMBERs. They are kept for the record and cannot be taken up again."""
    from foimail.workflows import drafts as workflow

    for one in workflow.drop(session.workspace, numbers):
        click.echo(f"draft {one.id}: dropped")


@drafts.command("sent")
@click.argument("number", type=int)
@click.option("--by", type=click.Choice(["form", "post", "phone"]), required=True, help="How you sent it.")
@click.option("--on", "on", type=click.DateTime(["%Y-%m-%d"]), required=True, help="The day you sent it.")
@pass_session
def sent(session: Session, number: int, by: str, on: datetime) -> None:
    """Record that you sent the letter of the draft with this NUMBER by web form, post or telephone."""
    from foimail.workflows import drafts as workflow

    one = workflow.sent(session.workspace, number, by, on.date())
    click.echo(f"draft {number}: {one.letter} of {', '.join(one.tokens)} sent by {by} on {on.date()}")


def approve_all(ws: Workspace, numbers: Sequence[int], *, yes: bool, anyway: bool = False) -> None:
    """Show, ask once and put these drafts into the outbox. ConsentError where nobody can be asked."""
    from foimail.workflows import drafts as workflow

    if not numbers:
        say("There is nothing to approve.")
        return
    _ask(ws, [workflow.draft(ws, number) for number in numbers], yes=yes)
    for one in workflow.approve(ws, numbers, anyway=anyway):
        click.echo(f"draft {one.id}: {one.letter} to {one.recipient} is in the outbox")
    say("`foimail send --queued` sends what is in the outbox.")


def _ask(ws: Workspace, found: list[Draft], *, yes: bool) -> None:
    """One letter is shown in full, of several one of each kind: what is approved has been before somebody's eyes."""
    shown: set[str] = set()
    for one in found:
        if one.letter not in shown:
            _show(ws, one, err=True)
            shown.add(one.letter)
    if len(found) > len(shown):
        say("\nIn all:")
        for one in found:
            say(f"  {one.id:5} {one.letter} to {one.recipient} ({', '.join(one.tokens)})")
    if yes:
        return
    if not sys.stdin.isatty():
        raise ConsentError("nobody is here to say yes, so nothing was approved", "give --yes in a script")
    what = f"these {len(found)} letters" if len(found) > 1 else "this letter"
    click.confirm(f"Approve {what}?", abort=True, err=True)


def _why_alone(draft: Draft) -> str:
    return (
        "a complaint: approve it by itself"
        if draft.letter == "complaint"
        else "which has no e-mail address: foimail drafts sent"
    )


def _show(ws: Workspace, draft: Draft, *, err: bool = False) -> None:
    from foimail.output.tables import plain
    from foimail.workflows import drafts as workflow

    heading = [f"Draft {draft.id}: {draft.letter} for {', '.join(draft.tokens)}, of {draft.made_on}"]
    heading.append(f"State: {draft.state}")
    heading.append(f"Why: {plain(draft.why)}")
    if draft.state == "draft" and (why := workflow.stale(ws, draft)):
        heading.append(f"But: {why}")
    if draft.in_reply_to:
        heading.append(f"In reply to: <{plain(draft.in_reply_to)}>")
    text = "\n".join(plain(line) for line in _as_text(draft).splitlines())
    click.echo("\n".join(heading) + f"\n\n{text}", err=err)


def _as_text(draft: Draft) -> str:
    return f"To: {draft.recipient}\nSubject: {draft.subject}\n\n{draft.text}"


def _from_text(text: str) -> tuple[str, str, str]:
    """Address, subject and text out of what came back from the editor."""
    head, _, body = text.replace("\r\n", "\n").lstrip("\ufeff").partition("\n\n")
    lines = dict(line.partition(":")[::2] for line in head.splitlines())
    if set(lines) != {"To", "Subject"}:
        raise click.UsageError(
            "keep the two lines To: and Subject: at the head, and the empty line after them"
        )
    return lines["To"].strip(), lines["Subject"].strip(), body
