"""Deliver the outbox: claim a letter, send it, record what became of it, one at a time.

What a kill at any point leaves behind: before the claim is committed, a queued letter; between claim and record, a letter in
`sending`, of which the next run says `unknown` (the server may have it); after the record, a settled letter. Nothing is sent
twice in silence. Where no pause is to be made, a letter is recorded and the next one claimed by one transaction (ADR 11).
"""

from __future__ import annotations

import signal
import threading
import time
from collections import deque
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from foimail.errors import MailError
from foimail.events import Refused, Sent, Unknown
from foimail.law.calendar import legal_date
from foimail.mail.compose import build
from foimail.mail.outgoing import Accepted, Lost, Rejected
from foimail.store import cases, outbox
from foimail.workflows import days, turns
from foimail.workflows.turns import USED_UP, Turns

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sqlalchemy import Connection

    from foimail.mail.outgoing import Outcome, Outgoing
    from foimail.model import Attachment
    from foimail.store.locks import Hold
    from foimail.workspace import Workspace

# hours between tries after a temporary refusal: greylisting ends within minutes, a full mailbox within days
_BACK_OFF_HOURS = (0.1, 0.5, 2, 6, 24, 48)
# where our connection to the store was lost for a while, another run may have taken us for dead; the server's yes is better
_OPEN: tuple[outbox.State, ...] = ("sending", "unknown", "not_sent", "queued")
_BLOCKED = 500  # from this code on, an answer about the sender is a block and no mere limit


@dataclass
class Delivered:
    """What a run did."""

    sent: int = 0
    refused: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    put_off: list[str] = field(default_factory=list)
    left: int = 0
    stopped: str = ""


def deliver(
    ws: Workspace,
    *,
    limit: int | None = None,
    progress: Callable[[int, int], None] | None = None,
    sleep: Callable[[float], None] = time.sleep,
) -> Delivered:
    """Send what is queued and due. BusyError where a run that must be alone is sending; MailError where no server can be reached.

    Where the store bears it several runs may send at once, here or on other machines: each letter is claimed by one of them.

    Once a letter has gone, a server that fails or wants another login stops the run instead: what was done is to be told.
    """
    result = Delivered()
    with ws.one_of("send") as hold:
        orphans(ws, result, hold)
        with ws.store.read() as connection:
            rows = outbox.ready(connection, ws.now())
            budget = turns.budget(ws, connection)
        goes = rows[: min(n for n in (limit, budget, len(rows)) if n is not None)]
        result.left = len(rows) - len(goes)
        if goes:
            check_day(ws)
            days.by_the_clock(ws)
            outgoing = ws.open_outgoing()
            try:
                with _letter_by_letter() as interrupted:
                    sender = Sender(ws, outgoing, hold, Turns(ws, hold, sleep), result)
                    _send_all(sender, goes, progress, interrupted)
            finally:
                outgoing.close()
        if budget is not None and len(goes) == budget and result.left and not result.stopped:
            result.stopped = USED_UP
    return result


def check_day(ws: Workspace) -> None:
    """Refuse to send over a network on a pretended day: the law would count from a day on which nothing was sent."""
    server = ws.server("outgoing")
    if not ws.is_real_day and server.kind != "maildir" and not server.is_loopback:
        raise MailError("--today is not the real day, so nothing is sent over SMTP", "leave --today out")


def orphans(ws: Workspace, result: Delivered, hold: Hold) -> None:
    """Letters found `sending` whose sender lives no more: nobody knows whether the server took them."""
    with ws.store.write() as connection:
        for row in outbox.rows(connection, "sending"):
            if not hold.is_gone(row.claimed_by):
                continue
            reason = "foimail was stopped while the letter was on its way"
            if outbox.settle(connection, row.id, "unknown", reason, ws.now(), was=("sending",)):
                # since the day it was on its way: the mailbox may yet show that it went then, which is to be the last word
                since = legal_date(row.claimed_at or ws.moment)
                unknown = Unknown(since, row.message_id, row.recipient, reason)
                cases.append_to_each(connection, row.tokens, unknown, ws.now())
                result.unknown.append(f"{row.recipient}: {reason}")


@dataclass(frozen=True, slots=True)
class Sender:
    """A run at work: its server, its hold on the store, the turns it takes, and what it has done."""

    ws: Workspace
    outgoing: Outgoing
    hold: Hold
    turns: Turns
    result: Delivered


def _send_all(
    sender: Sender,
    rows: list[outbox.Row],
    progress: Callable[[int, int], None] | None,
    interrupted: threading.Event,
) -> None:
    ws, result = sender.ws, sender.result
    in_a_row = 0
    began_today = ws.is_real_day
    left = deque(rows)
    raw: bytes | None = None  # of the next letter, where it was claimed when the one before was recorded
    while left:
        row = left.popleft()
        if raw is None:
            if not result.stopped and not interrupted.is_set():
                sender.turns.wait(row.domain)
            result.stopped = result.stopped or _why_stop(ws, interrupted, began_today=began_today)
            if result.stopped:
                result.left += len(left) + 1
                return
            raw = _claim(sender, row)
        if raw is None:  # another sender has it, or the day's budget is used up
            if progress:
                progress(len(rows) - len(left), len(rows))
            result.left += bool(result.stopped)
            left = _elsewhere(sender, left)
            continue
        try:
            outcome = _hand_over(sender, row, raw)
        except MailError as error:
            if len(left) + 1 == len(rows):
                raise
            result.stopped = str(error)
            result.left += len(left) + 1
            return
        sender.turns.taken(row.domain)
        in_a_row = in_a_row + 1 if isinstance(outcome, Rejected | Lost) else 0
        result.stopped = _enough(ws, outcome, in_a_row)
        goes_on = not result.stopped and not _why_stop(ws, interrupted, began_today=began_today)
        at_once = goes_on and left and sender.turns.at_once(left[0].domain)
        raw = _recorded(sender, row, outcome, left[0] if at_once else None)
        if progress:
            progress(len(rows) - len(left), len(rows))


def _enough(ws: Workspace, outcome: Outcome, in_a_row: int) -> str:
    """Why the server should be asked no more after this, or nothing."""
    if isinstance(outcome, Rejected) and outcome.scope == "session":
        what = (
            "ask your mail provider why before you go on: more letters now may lock the account"
            if outcome.code >= _BLOCKED
            else "wait, then run it again"
        )
        return f"the server will take no more now: {outcome.answer}; {what}"
    if in_a_row >= ws.settings["sending.refusals_in_a_row"] > 0:
        return f"{in_a_row} letters in a row were not taken; read the last answer above before you go on"
    return ""


def _elsewhere(sender: Sender, left: deque[outbox.Row]) -> deque[outbox.Row]:
    """What nobody has taken meanwhile, from another place on: who follows another sender through the list only finds its tracks."""
    with sender.ws.store.read() as connection:
        queued = outbox.queued(connection)
    still = deque(row for row in left if row.id in queued)
    still.rotate(sender.hold.number % len(still) if still else 0)
    return still


def _why_stop(ws: Workspace, interrupted: threading.Event, *, began_today: bool) -> str:
    if interrupted.is_set():
        return "stopped by you"
    if began_today and not ws.is_real_day:
        # the law counts from the London day, and this run has the old one
        return "midnight has passed; the next run goes on with the new date"
    return ""


def _claim(sender: Sender, row: outbox.Row) -> bytes | None:
    """The bytes of a letter that is ours to send now; None where it is not, and the run stops where none will be."""
    ws, hold = sender.ws, sender.hold
    while True:
        raw = frozen(ws, row)
        hold.check()
        with ws.store.write() as connection:
            seconds = sender.turns.among(connection, row.domain)
            if seconds is None:
                sender.result.stopped = USED_UP
                return None
            if not seconds:
                return outbox.claim(connection, row.id, raw, ws.moment, hold.number, tried=row.attempts)
        sender.turns.sleep(seconds)


def _hand_over(sender: Sender, row: outbox.Row, raw: bytes) -> Outcome:
    ws = sender.ws
    requester = ws.settings.requester
    copy = (
        requester.email
        if ws.settings["mail.copy_to_self"] and requester.email.lower() != row.recipient.lower()
        else None
    )
    try:
        return sender.outgoing.send(requester.email, row.recipient, copy, raw)
    except MailError as error:
        # raised only where it is certain that nothing was accepted: no connection, or no login
        with ws.store.write() as connection:
            outbox.requeue(connection, row.id, str(error), None, was=("sending",), attempts=row.attempts)
        raise


def _recorded(
    sender: Sender, row: outbox.Row, outcome: Outcome, following: outbox.Row | None
) -> bytes | None:
    """Record what became of a letter and claim the one that is `following` at once, whose bytes come back.

    It is one transaction, and so one wait for the disk instead of two.
    """
    ws = sender.ws
    raw = None
    if following is not None:
        # where it cannot be composed, that must not keep this one from being recorded; it is told when its turn comes
        with suppress(Exception):
            raw = frozen(ws, following)
    with ws.store.write() as connection:
        record(connection, ws, row, outcome, sender.result)
        if following is None or raw is None:
            return None
        return outbox.claim(connection, following.id, raw, ws.moment, tried=following.attempts)


def frozen(ws: Workspace, row: outbox.Row) -> bytes:
    """The bytes of a letter: Date is that of the first attempt, and a retry uses the same bytes."""
    attachments: tuple[Attachment, ...] = ()
    if row.attached:
        with ws.store.read() as connection:
            attachments = outbox.attachments(connection, row)
    requester = ws.settings.requester
    local, _, domain = requester.email.rpartition("@")
    reply_to = f"{local}+{row.token.lower()}@{domain}" if ws.settings["mail.plus_address"] else None
    return build(
        sender_name=requester.name,
        sender=requester.email,
        to=row.recipient,
        subject=row.subject,
        text=row.text,
        message_id=row.message_id,
        date=ws.moment,
        in_reply_to=row.in_reply_to or None,
        references=row.references,
        reply_to=reply_to,
        attachments=attachments,
    )


def record(
    connection: Connection, ws: Workspace, row: outbox.Row, outcome: Outcome, result: Delivered
) -> None:
    """Record what became of a claimed letter: its row and its event, in the caller's transaction."""
    now = ws.now()
    match outcome:
        case Accepted(answer=answer):
            if outbox.settle(connection, row.id, "sent", answer, now, was=_OPEN):
                sent = Sent(ws.today, row.message_id, row.recipient, letter=row.letter, answer=answer)
                cases.append_to_each(connection, row.tokens, sent, now)
            result.sent += 1
        case Lost(reason=reason):
            if outbox.settle(connection, row.id, "unknown", reason, now, was=("sending",)):
                unknown = Unknown(ws.today, row.message_id, row.recipient, reason)
                cases.append_to_each(connection, row.tokens, unknown, now)
            result.unknown.append(f"{row.recipient}: {reason}")
        case Rejected(answer=answer, permanent=permanent, scope=scope):
            tries = row.attempts + 1
            if scope == "session":  # says nothing of this letter, so it is no try of its own
                outbox.requeue(connection, row.id, answer, None, was=("sending",), attempts=row.attempts)
                result.put_off.append(f"{row.recipient}: {answer}")
            elif not permanent and tries <= len(_BACK_OFF_HOURS):
                later = now + timedelta(hours=_BACK_OFF_HOURS[tries - 1])
                outbox.requeue(connection, row.id, answer, later, was=("sending",))
                result.put_off.append(f"{row.recipient}: {answer}")
            else:
                if outbox.settle(connection, row.id, "refused", answer, now, was=("sending", "unknown")):
                    refused = Refused(ws.today, row.message_id, row.recipient, answer)
                    cases.append_to_each(connection, row.tokens, refused, now)
                result.refused.append(f"{row.recipient}: {answer}")


@contextmanager
def _letter_by_letter() -> Iterator[threading.Event]:
    # Ctrl-C waits for the letter in hand: cut off after the final dot it would be `unknown`. A second Ctrl-C does not wait.
    interrupted = threading.Event()
    if threading.current_thread() is not threading.main_thread():
        yield interrupted
        return
    before = signal.getsignal(signal.SIGINT)

    def note(number: int, frame: object) -> None:  # noqa: ARG001 - signal's signature
        interrupted.set()
        signal.signal(signal.SIGINT, before)

    signal.signal(signal.SIGINT, note)
    try:
        yield interrupted
    finally:
        signal.signal(signal.SIGINT, before)
