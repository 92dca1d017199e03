"""What a person does with letters on their way: look, settle what is unknown, try again what was refused."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from foimail.case import fold
from foimail.errors import InputError
from foimail.events import NotSent, Queued, Sent
from foimail.law.calendar import legal_date
from foimail.mail.addresses import is_address
from foimail.store import cases, inbox, outbox
from foimail.workflows import form, send

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from foimail.store.outbox import Row
    from foimail.workspace import Workspace

COLUMNS = ("id", "state", "case", "body", "to", "subject", "attached", "when", "tries", "answer")


def rows(ws: Workspace) -> list[dict[str, object]]:
    """Every letter with its state and the server's answer, oldest first. Times are UTC."""
    with ws.store.read() as connection:
        letters = outbox.rows(connection)
        bodies = {opening.token: opening.body for opening in cases.openings(connection)}
    return [
        {
            "id": r.id,
            "state": r.state,
            "case": r.token,
            "body": bodies[r.token],
            "to": r.recipient,
            "subject": r.subject,
            "attached": r.attached,
            "when": f"{r.settled_at or r.claimed_at or r.queued_at:%Y-%m-%d %H:%M}",
            "tries": r.attempts,
            "answer": r.answer,
        }
        for r in letters
    ]


def letter(ws: Workspace, number: int) -> Row:
    """One letter; InputError where there is none of that number."""
    with ws.store.read() as connection:
        row = outbox.row(connection, number)
    if row is None:
        raise InputError(f"there is no letter {number} in the outbox", hint="foimail outbox list")
    return row


def settle(ws: Workspace, number: int, *, sent: bool) -> None:
    """A person says what became of an `unknown` letter. InputError where it is in no doubt, so that nothing is settled twice."""
    row = letter(ws, number)
    with ws.one_of("send"), ws.store.write() as connection:
        state: outbox.State = "sent" if sent else "not_sent"
        if not outbox.settle(connection, number, state, "settled by you", ws.now(), was=("unknown",)):
            raise InputError(
                f"letter {number} is {row.state}, not unknown", hint="only a letter in doubt can be settled"
            )
        event = (
            Sent(
                legal_date(row.claimed_at or ws.moment),
                row.message_id,
                row.recipient,
                letter=row.letter,
                evidence="person",
            )
            if sent
            else NotSent(ws.today, row.message_id, row.recipient)
        )
        cases.append_to_each(connection, row.tokens, event, ws.now(), ws.person)


def retry(ws: Workspace, number: int, to: str | None = None) -> str:
    """Queue again a letter that certainly never arrived; the address it will go to comes back.

    The same bytes go to the same address; to another address (`to`, or the one that trusts.yaml has by now), or where the
    letter was taken and came back, a new letter goes. InputError where the letter may have arrived, unless `to` is the address
    that their absence notice named: there the request counts as received when it comes.
    """
    if to is not None and not is_address(to):
        raise InputError(f"{to!r} is not an e-mail address that can be sent to")
    row = letter(ws, number)
    with ws.one_of("send"), ws.store.write() as connection:
        return _retry(ws, connection, outbox.row(connection, number) or row, to)


def _retry(ws: Workspace, connection: Connection, row: Row, to: str | None) -> str:
    case = fold(row.token, (e.event for e in cases.log(connection, token=row.token)))
    came_back = row.state == "sent" and row.letter == "request" and case.received_on is None
    is_request = row.letter == "request"
    elsewhere = (
        is_request and row.state == "sent" and to is not None and to.lower() == case.other_address.lower()
    )
    if row.state not in {"refused", "not_sent", "queued"} and not came_back and not elsewhere:
        hint = (
            "settle it first: foimail outbox settle"
            if row.state == "unknown"
            else "a letter that was sent is not sent again"
        )
        raise InputError(f"letter {row.id} is {row.state}", hint=hint)
    if row.state == "not_sent" and row.message_id in inbox.own_ids(connection):
        raise InputError(
            f"letter {row.id} went after all: its copy is in your mailbox",
            hint=f"foimail show {row.token}",
        )
    if case.campaign != ws.campaign.name:
        again = f"foimail --campaign {case.campaign} outbox retry {row.id}"
        raise InputError(f"letter {row.id} is one of the campaign {case.campaign}", hint=again)
    newer = [s for s in case.sendings if s.letter == "request" and s.message_id != row.message_id]
    if is_request and any(
        s.state not in {"refused", "not_sent"} and (s.state != "sent" or not came_back) for s in newer
    ):
        raise InputError(
            f"another letter of {row.token} has gone or waits already", hint=f"foimail show {row.token}"
        )
    body = next((b for b in ws.bodies if b.id == case.body), None)
    address = to or (body.email if body and body.email else row.recipient)
    same = address.lower() == row.recipient.lower() and not came_back
    if body is None or same or not is_request:  # a follow-up was approved with its address
        # a person's word begins the count of tries anew
        outbox.requeue(connection, row.id, row.answer, None, was=(row.state,), attempts=0)
        queued = Queued(ws.today, row.message_id, row.recipient, row.wording, row.letter)
        cases.append_to_each(connection, row.tokens, queued, ws.now(), ws.person)
        return row.recipient
    if row.state == "queued":
        outbox.settle(
            connection, row.id, "not_sent", f"the address is now {address}", ws.now(), was=("queued",)
        )
        gone = NotSent(ws.today, row.message_id, row.recipient)
        cases.append(connection, row.token, (gone,), ws.now(), ws.person)
    regime = ws.law.regime(case.regime)
    written, faults = form.request(ws, ws.campaign, body, regime, row.token, with_form=bool(row.attached))
    if written is None:
        raise InputError("the letter cannot be written", faults)
    send.put(connection, ws, row.token, replace(written, to=address))
    return address
