"""What a person does with letters on their way: look, settle what is unknown, try again what was refused."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from foimail.case import fold
from foimail.errors import InputError
from foimail.events import NotSent, Sent
from foimail.letters import compose
from foimail.store import cases, outbox
from foimail.workflows import send

if TYPE_CHECKING:
    from foimail.store.outbox import Row
    from foimail.workspace import Workspace

COLUMNS = ("id", "state", "case", "body", "to", "subject", "when", "tries", "answer")


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
    with ws.only_one("send"), ws.store.write() as connection:
        state: outbox.State = "sent" if sent else "not_sent"
        if not outbox.settle(connection, number, state, "settled by you", ws.now(), was=("unknown",)):
            raise InputError(
                f"letter {number} is {row.state}, not unknown", hint="only a letter in doubt can be settled"
            )
        event = (
            Sent(ws.today, row.message_id, row.recipient, letter=row.letter, evidence="person")
            if sent
            else NotSent(ws.today, row.message_id, row.recipient)
        )
        cases.append(connection, row.token, (event,), ws.now())


def retry(ws: Workspace, number: int) -> str:
    """Queue again a letter that certainly never arrived; the address it will go to comes back.

    The same bytes go to the same address; where trusts.yaml has another by now, a new letter goes there. InputError where the
    letter may have arrived.
    """
    row = letter(ws, number)
    if row.state not in {"refused", "not_sent", "queued"}:
        hint = (
            "settle it first: foimail outbox settle"
            if row.state == "unknown"
            else "a letter that was sent is not sent again"
        )
        raise InputError(f"letter {number} is {row.state}", hint=hint)
    with ws.only_one("send"), ws.store.write() as connection:
        case = fold(row.token, (e.event for e in cases.log(connection, token=row.token)))
        newer = [s for s in case.sendings if s.letter == row.letter and s.message_id != row.message_id]
        if any(s.state not in {"refused", "not_sent"} for s in newer):
            raise InputError(
                f"another letter of {row.token} has gone or waits already", hint=f"foimail show {row.token}"
            )
        body = next((b for b in ws.bodies if b.id == case.body), None)
        address = body.email if body and body.email else row.recipient
        if body is None or address.lower() == row.recipient.lower():
            outbox.requeue(connection, number, row.answer, None, was=(row.state,))
            return row.recipient
        if row.state == "queued":
            outbox.settle(
                connection, number, "not_sent", f"the address is now {address}", ws.now(), was=("queued",)
            )
        regime = ws.law.regime(case.regime)
        written, faults = compose.compose(
            ws.campaign, body, ws.settings.requester, regime, row.token, ws.today
        )
        if written is None:
            raise InputError("the letter cannot be written", faults)
        send.put(
            connection,
            ws,
            row.token,
            replace(written, to=address),
            ws.settings.requester.email.rpartition("@")[2],
        )
        return address
