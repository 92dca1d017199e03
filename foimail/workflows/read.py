"""Make something of stored mail: parse, recognise repeats and our own letters, match, classify, record.

Each message is its own transaction. One that raises is kept, marked broken with the reason, and the rest goes on.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from foimail.events import Received, Sent, Wrote
from foimail.files.tables import table
from foimail.law.calendar import legal_date
from foimail.mail.parse import parse
from foimail.replies import kinds, match
from foimail.store import cases, inbox, outbox

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy import Connection

    from foimail.model import Message
    from foimail.workspace import Workspace


@dataclass
class Made:
    """What was made of the new mail."""

    filed: int = 0
    waiting: int = 0
    own: int = 0
    repeats: int = 0
    broken: list[str] = field(default_factory=list)
    settled: list[str] = field(default_factory=list)


def read_new(ws: Workspace) -> Made:
    """Read all stored messages that nothing has been made of yet, in the order they were stored."""
    made = Made()
    with ws.store.read() as connection:
        waiting = inbox.unread(connection)
    addresses = _addresses(ws) if waiting else {}
    for number, sha256 in waiting:
        with ws.store.read() as connection:
            raw = inbox.raw(connection, sha256)
        try:
            message = parse(raw)
        except Exception as error:  # noqa: BLE001 - whatever a stranger's bytes set off must not stop the rest
            reason = f"{type(error).__name__}: {error}"[:300]
            with ws.store.write() as connection:
                inbox.record(
                    connection, number, state="broken", reason=reason, needs_person=True, on_date=ws.today
                )
            made.broken.append(f"message {number}: {reason}")
            continue
        with ws.store.write() as connection:
            _take(connection, ws, number, message, addresses, made)
    return made


def on_day(message: Message, today: date) -> date:
    """The London day a message counts from: its Date header, but never a day that is still to come."""
    return min(legal_date(message.sent_at), today) if message.sent_at else today


def _addresses(ws: Workspace) -> dict[str, set[str]]:
    # address -> tokens of the cases with that body, to find the case of a letter the user wrote by hand
    with ws.store.read() as connection:
        tokens: dict[str, set[str]] = {}
        for opening in cases.openings(connection):
            tokens.setdefault(opening.body, set()).add(opening.token)
    found: dict[str, set[str]] = {}
    for body in ws.bodies:
        for address in (body.email, *body.email_alternatives):
            if address and body.id in tokens:
                found.setdefault(address.lower(), set()).update(tokens[body.id])
    return found


def _take(
    connection: Connection,
    ws: Workspace,
    number: int,
    message: Message,
    addresses: dict[str, set[str]],
    made: Made,
) -> None:
    facts = {
        "content_hash": message.content_hash,
        "message_id": message.message_id,
        "sender": message.sender,
        "subject": message.subject,
        "sent_at": message.sent_at,
        "on_date": on_day(message, ws.today),
    }
    if earlier := inbox.earlier(connection, message.content_hash, number):
        inbox.record(connection, number, state="repeat", reason=f"the same as message {earlier.id}", **facts)
        made.repeats += 1
        return
    if message.sender.lower() == ws.settings.requester.email.lower():
        reason = _own(connection, ws, message, addresses, made)
        inbox.record(connection, number, state="own", reason=reason, **facts)
        made.own += 1
        return
    decided = _match(connection, message)
    kind = kinds.classify(message, table("phrases"))
    # mail that no case claims is shown to a person too: a reply must not be lost because its clues were
    needs_person = decided.token is None or kind.needs_person
    inbox.record(
        connection,
        number,
        state="read",
        kind=kind.kind,
        matched_by=decided.matched_by,
        needs_person=needs_person,
        candidates=list(decided.candidates),
        evidence=[*decided.evidence, f"{kind.kind}: {kind.evidence}"],
        **facts,
    )
    made.waiting += needs_person
    if decided.token is not None:
        file(connection, ws, message, (decided.token,), kind.kind, decided.matched_by or "", by="rule")
        made.filed += 1


def file(
    connection: Connection,
    ws: Workspace,
    message: Message,
    tokens: tuple[str, ...],
    kind: str,
    matched_by: str,
    *,
    by: str,
) -> None:
    """File a message under cases: the filing, an event in each, and its Message-ID for replies to come."""
    inbox.file_under(connection, message.sha256, tokens, by)
    ours = cases.tokens_of_ids(connection, message.returned_ids) if kind == "bounce" else {}
    about = next(iter(ours), "")
    for token in tokens:
        on = on_day(message, ws.today)
        received = Received(on, message.sha256, kind, message.sender, message.subject, matched_by, by, about)
        cases.append(connection, token, (received,), ws.now())
        if message.message_id:
            cases.remember_id(connection, message.message_id, token)


def _match(connection: Connection, message: Message) -> match.Match:
    clues = match.clues(message)
    return match.match(
        clues, cases.tokens_of_ids(connection, clues.ids), cases.issued(connection, clues.all_tokens)
    )


def _own(
    connection: Connection, ws: Workspace, message: Message, addresses: dict[str, set[str]], made: Made
) -> str:
    """A message from the user: the copy of a letter foimail sent, or one written by hand. What it was is returned."""
    row = outbox.by_message_id(connection, message.message_id) if message.message_id else None
    if row is not None:
        settle_by_mailbox(connection, ws, row, made)
        return "the copy of a letter that foimail sent"
    decided = _match(connection, message)
    tokens = {decided.token} if decided.token else set(decided.candidates)
    if not tokens:
        tokens = set().union(*(addresses.get(to, set()) for to in message.to))
    if len(tokens) != 1:
        return "written by you; about no case, or about several"
    token = tokens.pop()
    if message.message_id and token in cases.tokens_of_ids(connection, [message.message_id]).get(
        message.message_id, ()
    ):
        return f"a letter of {token} that is known already"
    to = next((a for a in message.to if a != message.sender.lower()), "")
    wrote = Wrote(on_day(message, ws.today), message.sha256, message.message_id or "", to, message.subject)
    cases.append(connection, token, (wrote,), ws.now())
    inbox.file_under(connection, message.sha256, (token,), "rule")
    if message.message_id:
        cases.remember_id(connection, message.message_id, token)
    return f"written by you in {token}"


def settle_by_mailbox(connection: Connection, ws: Workspace, row: outbox.Row, made: Made) -> None:
    """Our own Message-ID in the mailbox proves that an `unknown` letter went."""
    if row.state != "unknown":
        return
    answer = "seen in the mailbox"
    if outbox.settle(connection, row.id, "sent", answer, ws.now(), was=("unknown",)):
        on = legal_date(row.claimed_at) if row.claimed_at and ws.is_real_day else ws.today
        sent = Sent(on, row.message_id, row.recipient, letter=row.letter, answer=answer, evidence="mailbox")
        cases.append(connection, row.token, (sent,), ws.now())
        made.settled.append(f"{row.recipient}: sent after all, its copy is in the mailbox")
