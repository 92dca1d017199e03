"""Take in mail from files, and requests that were sent by hand before foimail was used."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from foimail.errors import Problem
from foimail.events import Sent
from foimail.mail import stored
from foimail.mail.parse import parse
from foimail.replies import tokens
from foimail.store import cases, inbox, texts
from foimail.workflows import days, openings, read

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from sqlalchemy import Connection

    from foimail.model import Body, Message
    from foimail.workspace import Workspace


@dataclass
class Taken:
    """What was taken in."""

    new: int = 0
    repeats: int = 0
    adopted: int = 0
    made: read.Made = field(default_factory=read.Made)
    problems: list[Problem] = field(default_factory=list)


def take_in(ws: Workspace, paths: Iterable[Path]) -> Taken:
    """Store the mail in these files and read it, in the order of its dates."""
    result = Taken()
    with ws.only_one("poll"):
        days.by_the_clock(ws)
        with ws.store.write() as connection:
            for source, raw in stored.messages(paths, result.problems):
                _, new = inbox.keep(connection, raw, source, ws.now())
                result.new += new
                result.repeats += not new
        result.made = read.read_new(ws)
    return result


def adopt(ws: Workspace, paths: Iterable[Path]) -> Taken:
    """Open a case for each request that was sent by hand: its body by the To address, its token from the subject or a new one.

    Replies that came before, and further letters to the same body, are then read again.
    """
    result = Taken()
    bodies: dict[str, list[Body]] = {}
    for body in ws.bodies:
        for address in {a.lower() for a in (body.email, *body.email_alternatives) if a}:
            bodies.setdefault(address, []).append(body)
    with ws.only_one("poll"):
        days.by_the_clock(ws)
        for source, raw in stored.by_date(stored.messages(paths, result.problems)):
            try:
                message = parse(raw)
            except Exception as error:  # noqa: BLE001 - one unreadable file must not stop the rest
                result.problems.append(Problem(source, f"cannot be read: {error}"))
                continue
            with ws.store.write() as connection:
                problem = _adopt(connection, ws, source, raw, message, bodies, result)
            if problem:
                result.problems.append(problem)
        with ws.store.write() as connection:
            inbox.reopen(connection)
        result.made = read.read_new(ws)
    return result


def _adopt(
    connection: Connection,
    ws: Workspace,
    source: str,
    raw: bytes,
    message: Message,
    bodies: dict[str, list[Body]],
    result: Taken,
) -> Problem | None:
    known = cases.tokens_of_ids(connection, [message.message_id] if message.message_id else [])
    if known or inbox.filed(connection, message.sha256):
        result.repeats += 1
        return None
    if cases.tokens_of_ids(connection, (*message.in_reply_to, *message.references)):
        inbox.keep(connection, raw, source, ws.now())  # a further letter of a case, no request of its own
        return None
    meant = {body.id: (body, to) for to in message.to for body in bodies.get(to, ())}
    if len(meant) > 1:  # a shared address: the letter may say whom it means
        text = f"{message.subject}\n{message.text}".casefold()
        meant = {i: one for i, one in meant.items() if one[0].name.casefold() in text} or meant
    if len(meant) != 1:
        hint = (
            "add the address to the body in trusts.yaml"
            if not meant
            else "and it names none or several of them"
        )
        what = "no body has" if not meant else "several bodies have"
        return Problem(source, f"{what} the address it was sent to ({', '.join(message.to) or 'none'})", hint)
    if message.sent_at is None:
        return Problem(source, "it has no date, so no deadline can be computed", "give it a Date header")
    body, to = next(iter(meant.values()))
    taken = openings.all_tokens(connection)
    written = tokens.written(message.subject)
    if written in taken:
        return Problem(
            source,
            f"the token {written} belongs to another request already",
            "remove one of the two files",
        )
    token = written or openings.new_token(taken)
    on = read.on_day(message, ws.today)
    openings.open_case(connection, ws, body, token, on)
    message_id = message.message_id or f"{token.lower()}.adopted"
    sent = Sent(on, message_id, to, evidence="import")
    cases.append(connection, token, (sent,), ws.now(), ws.person)
    cases.remember_id(connection, message_id, token)
    sha256, _ = inbox.keep(connection, raw, source, ws.now())
    number = inbox.number_of(connection, sha256)
    texts.owe(connection, number)
    inbox.record(
        connection,
        number,
        state="own",
        reason=f"the request of {token}",
        content_hash=message.content_hash,
        message_id=message.message_id,
        sender=message.sender,
        subject=message.subject,
        sent_at=message.sent_at,
        on_date=on,
        needs_person=False,
    )
    inbox.file_under(connection, sha256, (token,), "rule")
    result.adopted += 1
    return None
