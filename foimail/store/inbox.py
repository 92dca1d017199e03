"""Mail that came: raw bytes first and for good, then what was made of them."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, bindparam, delete, func, insert, select, update

from foimail.store import objects, quarantine
from foimail.store.schema import cursors, filings, messages, raw_mail, sightings

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date, datetime

    from sqlalchemy import Column, ColumnElement

_AT_ONCE = 500  # values in one query: databases have a limit


STATES = frozenset({"new", "read", "repeat", "own", "broken", "purged"})


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


@dataclass(frozen=True, slots=True)
class Unread:
    """A stored message that nothing has been made of yet: its number, hash and size in bytes."""

    number: int
    sha256: str
    size: int


_COLUMNS = tuple(messages.c[name] for name in Row.__dataclass_fields__)

# built once, as all that has such a name: they are asked for with each mail
_RAW = select(raw_mail.c.size, raw_mail.c.raw).where(raw_mail.c.sha256 == bindparam("of"))
_HEAD = select(raw_mail.c.size, func.substr(raw_mail.c.raw, 1, bindparam("length"))).where(
    raw_mail.c.sha256 == bindparam("of")
)
_RECORD = update(messages).where(messages.c.id == bindparam("number"))
_UNFILE, _FILE = delete(filings).where(filings.c.sha256 == bindparam("of")), insert(filings)


def keep(connection: Connection, raw: bytes, source: str, now: datetime) -> tuple[str, bool]:
    """Store raw bytes under their SHA-256; the hash comes back, and whether they were new."""
    ((sha256, new),) = keep_all(connection, [(raw, source)], now)
    return sha256, new


def keep_all(
    connection: Connection, sourced: Sequence[tuple[bytes, str]], now: datetime
) -> list[tuple[str, bool]]:
    """Store the bytes of many messages, each with its source, as `keep` stores one; what it says of each comes back."""
    hashes = [hashlib.sha256(raw).hexdigest() for raw, _ in sourced]
    known = _known(connection, raw_mail.c.sha256, hashes)
    new: dict[str, tuple[bytes, str]] = {}
    for sha256, (raw, source) in zip(hashes, sourced, strict=True):
        if sha256 not in known:
            new.setdefault(sha256, (raw, source))
    if new:
        bytes_of = [
            {"sha256": sha256, "size": len(raw), "raw": objects.stowed(connection, sha256, raw)}
            for sha256, (raw, _) in new.items()
        ]
        connection.execute(insert(raw_mail), bytes_of)
        as_new = {"stored_at": now, "state": "new", "candidates": [], "evidence": []}
        connection.execute(
            insert(messages), [{"sha256": sha256, "source": of, **as_new} for sha256, (_, of) in new.items()]
        )
    return [(sha256, new.pop(sha256, None) is not None) for sha256 in hashes]


def saw(connection: Connection, account: str, folder: str, seen_as: Mapping[str, str]) -> None:
    """Note where messages were seen: account, folder, and hash by the server's own key (UIDVALIDITY/UID, RFC 3501 2.3.1.1)."""
    same = (sightings.c.account == account, sightings.c.folder == folder)
    known = _known(connection, sightings.c.key, list(seen_as), *same)
    rows = [
        {"account": account, "folder": folder, "key": key, "sha256": sha256}
        for key, sha256 in seen_as.items()
        if key not in known
    ]
    if rows:
        connection.execute(insert(sightings), rows)


def _known(
    connection: Connection, column: Column[str], values: Sequence[str], *where: ColumnElement[bool]
) -> set[str]:
    """Those of the values that stand in a column already."""
    found: set[str] = set()
    for start in range(0, len(values), _AT_ONCE):
        some = column.in_(values[start : start + _AT_ONCE])
        found.update(connection.scalars(select(column).where(some, *where)))
    return found


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
    size, kept = connection.execute(_RAW, {"of": sha256}).one()
    return objects.whole(connection, sha256, size, kept)


def head(connection: Connection, sha256: str, length: int) -> bytes:
    """The first bytes of a message: what follows is not read, wherever it is."""
    size, kept = connection.execute(_HEAD, {"of": sha256, "length": length}).one()
    return objects.beginning(connection, sha256, size, kept, length)


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


def unread(connection: Connection) -> list[Unread]:
    """The stored messages that nothing has been made of yet."""
    query = select(messages.c.id, messages.c.sha256, raw_mail.c.size).join(raw_mail)
    return [
        Unread(*row)
        for row in connection.execute(query.where(messages.c.state == "new").order_by(messages.c.id))
    ]


def still_new(connection: Connection, numbers: Sequence[int]) -> set[int]:
    """Those of a few messages that nothing has been made of yet."""
    query = select(messages.c.id).where(messages.c.id.in_(numbers), messages.c.state == "new")
    return set(connection.scalars(query))


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
    connection.execute(_RECORD, {"number": number, **values})


_EARLIER = (
    select(*_COLUMNS)
    .where(
        messages.c.content_hash == bindparam("content"),
        messages.c.id != bindparam("number"),
        messages.c.state.in_(("read", "own", "purged")),
    )
    .order_by(messages.c.id)
    .limit(1)
)


def earlier(connection: Connection, content_hash: str, number: int) -> Row | None:
    """A message with the same content that has been dealt with or destroyed: the same mail delivered twice."""
    found = connection.execute(_EARLIER, {"content": content_hash, "number": number}).first()
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


def outline(connection: Connection) -> list[tuple[int, str, str | None, list[str]]]:
    """(number, state, kind, candidates) of every message: little enough to hold for all of them."""
    query = select(messages.c.id, messages.c.state, messages.c.kind, messages.c.candidates)
    return [(row[0], row[1], row[2], row[3]) for row in connection.execute(query.order_by(messages.c.id))]


def own_by_hash(connection: Connection) -> dict[str, str]:
    """The Message-IDs of the user's own letters (empty where one has none), by hash."""
    query = select(messages.c.sha256, messages.c.message_id).where(messages.c.state == "own")
    return {sha256: message_id or "" for sha256, message_id in connection.execute(query)}


def count_waiting(connection: Connection) -> int:
    """How many messages wait for a person."""
    waiting = select(func.count()).where(messages.c.needs_person, quarantine.at_large())
    return int(connection.scalar(waiting) or 0)


def file_under(connection: Connection, sha256: str, tokens: Iterable[str], by: str) -> None:
    """File a message under these cases and no others."""
    connection.execute(_UNFILE, {"of": sha256})
    if rows := [{"sha256": sha256, "token": token, "by": by} for token in sorted(set(tokens))]:
        connection.execute(_FILE, rows)


def filed(connection: Connection, sha256: str | None = None) -> dict[str, list[tuple[str, str]]]:
    """For each message (or this one) its cases and who filed it there: `rule` or `person`."""
    query = select(filings.c.sha256, filings.c.token, filings.c.by).order_by(filings.c.token)
    if sha256 is not None:
        query = query.where(filings.c.sha256 == sha256)
    found: dict[str, list[tuple[str, str]]] = {}
    for digest, token, by in connection.execute(query):
        found.setdefault(digest, []).append((token, by))
    return found
