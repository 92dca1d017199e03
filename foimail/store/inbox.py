"""Mail that came: raw bytes first and for good, then what was made of them."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, delete, func, insert, select, update

from foimail.store import objects, quarantine
from foimail.store.schema import cursors, filings, messages, raw_mail, sightings

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class Row:
    """A stored message. `state`: new, read, repeat, own, broken (with the reason) or purged (nothing is left of it)."""

    id: int
    sha256: str
    source: str
    state: str
    reason: str
    message_id: str | None
    sender: str
    subject: str
    sent_at: datetime | None
    on_date: date | None
    kind: str | None
    matched_by: str | None
    needs_person: bool
    candidates: list[str]
    evidence: list[str]
    reading: dict[str, Any]


_COLUMNS = tuple(messages.c[name] for name in Row.__dataclass_fields__)


def keep(connection: Connection, raw: bytes, source: str, now: datetime) -> tuple[str, bool]:
    """Store raw bytes under their SHA-256; the hash comes back, and whether they were new."""
    sha256 = hashlib.sha256(raw).hexdigest()
    if connection.scalar(select(raw_mail.c.sha256).where(raw_mail.c.sha256 == sha256)):
        return sha256, False
    connection.execute(
        insert(raw_mail).values(sha256=sha256, size=len(raw), raw=objects.stowed(connection, sha256, raw))
    )
    connection.execute(
        insert(messages).values(
            sha256=sha256, source=source, stored_at=now, state="new", candidates=[], evidence=[]
        )
    )
    return sha256, True


def saw(connection: Connection, account: str, folder: str, key: str, sha256: str) -> None:
    """Note where a message was seen: account, folder and the server's own key (UIDVALIDITY/UID, RFC 3501 2.3.1.1)."""
    same = (sightings.c.account == account) & (sightings.c.folder == folder) & (sightings.c.key == key)
    if connection.scalar(select(sightings.c.key).where(same)) is None:
        connection.execute(insert(sightings).values(account=account, folder=folder, key=key, sha256=sha256))


def seen(connection: Connection, account: str, folder: str) -> set[str]:
    """The keys of all messages seen in a folder."""
    query = select(sightings.c.key).where(sightings.c.account == account, sightings.c.folder == folder)
    return set(connection.scalars(query))


def cursor(connection: Connection, account: str, folder: str) -> str:
    """How far a folder has been read; empty where it never was."""
    query = select(cursors.c.cursor).where(cursors.c.account == account, cursors.c.folder == folder)
    return connection.scalar(query) or ""


def set_cursor(connection: Connection, account: str, folder: str, position: str) -> None:
    """Note how far a folder has been read, in the transaction that stores what was read."""
    connection.execute(delete(cursors).where(cursors.c.account == account, cursors.c.folder == folder))
    connection.execute(insert(cursors).values(account=account, folder=folder, cursor=position))


def raw(connection: Connection, sha256: str) -> bytes:
    """The bytes as they came."""
    query = select(raw_mail.c.size, raw_mail.c.raw).where(raw_mail.c.sha256 == sha256)
    size, kept = connection.execute(query).one()
    return objects.whole(connection, sha256, size, kept)


def stored_at(connection: Connection, sha256: str) -> datetime:
    """When a message was stored."""
    query = select(messages.c.stored_at).where(messages.c.sha256 == sha256)
    found: datetime = connection.execute(query).scalar_one()
    return found


def number_of(connection: Connection, sha256: str) -> int:
    """The number of a stored message."""
    return int(connection.execute(select(messages.c.id).where(messages.c.sha256 == sha256)).scalar_one())


def message_ids(connection: Connection, digests: Iterable[str]) -> dict[str, str]:
    """The Message-IDs of these messages, by their hashes; those that have one."""
    query = select(messages.c.sha256, messages.c.message_id).where(messages.c.sha256.in_(tuple(digests)))
    return {sha256: message_id for sha256, message_id in connection.execute(query) if message_id}


def subject_of(connection: Connection, message_id: str) -> str:
    """The subject of the message with this Message-ID, empty where it was never seen."""
    query = select(messages.c.subject).where(messages.c.message_id == message_id).order_by(messages.c.id)
    return connection.scalar(query.limit(1)) or ""


def unread(connection: Connection) -> list[tuple[int, str]]:
    """(number, hash) of stored messages that nothing has been made of yet."""
    query = select(messages.c.id, messages.c.sha256).where(messages.c.state == "new").order_by(messages.c.id)
    return [(row[0], row[1]) for row in connection.execute(query)]


def is_new(connection: Connection, number: int) -> bool:
    """Whether nothing has been made of a message yet."""
    return connection.scalar(select(messages.c.state).where(messages.c.id == number)) == "new"


def reopen(connection: Connection) -> None:
    """Let what no case claimed be read again: a case opened since may be the one."""
    unclaimed = messages.c.sha256.not_in(select(filings.c.sha256))
    undecided = (messages.c.state == "own") | ((messages.c.state == "read") & messages.c.needs_person)
    connection.execute(update(messages).where(unclaimed, undecided).values(state="new"))


def own_ids(connection: Connection) -> set[str]:
    """The Message-IDs of all letters of ours that were seen in the mailbox."""
    query = select(messages.c.message_id).where(messages.c.state == "own", messages.c.message_id.is_not(None))
    return set(connection.scalars(query))


def own_letters(connection: Connection, token: str) -> list[bytes]:
    """The bytes of the user's own letters that are filed under a case."""
    query = (
        select(raw_mail.c.sha256, raw_mail.c.size, raw_mail.c.raw)
        .join(messages, messages.c.sha256 == raw_mail.c.sha256)
        .join(filings, filings.c.sha256 == raw_mail.c.sha256)
        .where(filings.c.token == token, messages.c.state == "own")
        .order_by(messages.c.id)
    )
    return [objects.whole(connection, *row) for row in connection.execute(query)]


def record(connection: Connection, number: int, **values: Any) -> None:  # noqa: ANN401 - the columns of messages
    """Note what was made of a message."""
    connection.execute(update(messages).where(messages.c.id == number).values(**values))


def earlier(connection: Connection, content_hash: str, number: int) -> Row | None:
    """A message with the same content that has been dealt with or destroyed: the same mail delivered twice."""
    query = select(*_COLUMNS).where(
        messages.c.content_hash == content_hash,
        messages.c.id != number,
        messages.c.state.in_(("read", "own", "purged")),
    )
    found = connection.execute(query.order_by(messages.c.id)).first()
    return Row(*found) if found else None


def alike(connection: Connection, sha256: str) -> tuple[str, ...]:
    """The hashes of the same mail as it came over other paths, this one's own first."""
    content = select(messages.c.content_hash).where(messages.c.sha256 == sha256).scalar_subquery()
    others = select(messages.c.sha256).where(messages.c.content_hash == content, messages.c.sha256 != sha256)
    return (sha256, *connection.scalars(others))


def rows(
    connection: Connection,
    *,
    states: Iterable[str] = ("read",),
    waiting: bool = False,
    token: str | None = None,
    quarantined: bool = False,
) -> list[Row]:
    """Messages in these states, oldest first; only those that wait for a person, or are filed under a case, where asked.

    What is in quarantine is passed over, unless it is asked for by name.
    """
    query = select(*_COLUMNS).where(messages.c.state.in_(tuple(states)))
    if not quarantined:
        query = query.where(quarantine.at_large())
    if waiting:
        query = query.where(messages.c.needs_person)
    if token is not None:
        query = query.where(messages.c.sha256.in_(select(filings.c.sha256).where(filings.c.token == token)))
    return [Row(*row) for row in connection.execute(query.order_by(messages.c.id))]


def row(connection: Connection, number: int) -> Row | None:
    """One message by its number."""
    found = connection.execute(select(*_COLUMNS).where(messages.c.id == number)).first()
    return Row(*found) if found else None


def count_waiting(connection: Connection) -> int:
    """How many messages wait for a person."""
    waiting = select(func.count()).where(messages.c.needs_person, quarantine.at_large())
    return int(connection.scalar(waiting) or 0)


def file_under(connection: Connection, sha256: str, tokens: Iterable[str], by: str) -> None:
    """File a message under these cases and no others."""
    connection.execute(delete(filings).where(filings.c.sha256 == sha256))
    for token in sorted(set(tokens)):
        connection.execute(insert(filings).values(sha256=sha256, token=token, by=by))


def filed(connection: Connection, sha256: str | None = None) -> dict[str, list[tuple[str, str]]]:
    """For each message (or this one) its cases and who filed it there: `rule` or `person`."""
    query = select(filings.c.sha256, filings.c.token, filings.c.by).order_by(filings.c.token)
    if sha256 is not None:
        query = query.where(filings.c.sha256 == sha256)
    found: dict[str, list[tuple[str, str]]] = {}
    for digest, token, by in connection.execute(query):
        found.setdefault(digest, []).append((token, by))
    return found
