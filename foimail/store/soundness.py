"""Whether the store is whole in itself: the database, the hash of each message, each reference from one row to another."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from sqlalchemy import JSON, Connection, Text, cast, exists, func, select

from foimail import events as happenings
from foimail.errors import Problem, StoreError
from foimail.store import objects
from foimail.store.cases import Entry
from foimail.store.purged import buried
from foimail.store.schema import cases, drafts, events, messages, metadata, outbox, raw_mail

if TYPE_CHECKING:
    from collections.abc import Iterator

_AT_ONCE = 20  # rows held in memory: each may be a mail of many megabytes
_OF_A_MESSAGE = frozenset(
    {happenings.Received, happenings.Misfiled, happenings.Wrote, happenings.Told, happenings.Answered}
)


def damage(connection: Connection) -> Iterator[Problem]:
    """What the database says of its own file; after this nothing else that is read can be relied upon."""
    if connection.dialect.name == "sqlite":
        for (found,) in connection.exec_driver_sql("PRAGMA integrity_check(10)"):
            if found != "ok":
                yield Problem(
                    "the database", found, "put the last backup in its place; the mailbox still has the mail"
                )
        for table in metadata.sorted_tables:
            for column in (column for column in table.columns if isinstance(column.type, JSON)):
                bad = select(func.count()).where(func.json_valid(cast(column, Text)) == 0)
                if count := connection.scalar(bad):
                    yield Problem(f"{table.name}.{column.name}", f"{count} of its values cannot be read")


def bytes_of_mail(connection: Connection) -> Iterator[Problem]:
    """Each message that is not, byte for byte, what its hash says; one that was destroyed on purpose has a tombstone instead."""
    gone = buried(connection)
    answers = True  # the place where large mail is kept, if it is kept elsewhere
    query = select(raw_mail).execution_options(yield_per=_AT_ONCE)
    for sha256, size, kept in connection.execute(query):
        if sha256 in gone:
            if kept:
                yield Problem(f"raw mail {sha256[:12]}", "it has a tombstone, but its bytes are still there")
            continue
        if size and not kept and not answers:
            continue
        try:
            raw = objects.whole(connection, sha256, size, kept)
        except objects.LostError as error:
            yield Problem(f"raw mail {sha256[:12]}", error.message, error.hint)
            continue
        except StoreError as error:  # said once, and not of each mail that is there
            answers = False
            yield Problem("large mail", error.message, error.hint)
            continue
        if hashlib.sha256(raw).hexdigest() != sha256:
            yield Problem(
                f"raw mail {sha256[:12]}", "its bytes are not those that came", "restore them from a backup"
            )
        elif len(raw) != size:
            yield Problem(f"raw mail {sha256[:12]}", f"it has {len(raw)} bytes and not {size}")


def loose_ends(connection: Connection) -> Iterator[Problem]:
    """Each row that names a case or a message that does not exist."""
    for table in metadata.sorted_tables:
        for key in sorted(table.foreign_keys, key=lambda key: key.parent.name):
            there = exists().where(key.column == key.parent)
            for (value,) in connection.execute(
                select(key.parent).where(key.parent.is_not(None), ~there).distinct()
            ):
                where = f"{table.name}.{key.parent.name}"
                yield Problem(where, f"it names {value}, and {key.column.table.name} has no such row")
    tokens = set(connection.scalars(select(cases.c.token)))
    for table in (outbox, drafts):
        for number, also in connection.execute(select(table.c.id, table.c.also)):
            for token in sorted(set(also.split()) - tokens):
                yield Problem(
                    f"{table.name} {number}", f"it is also about {token}, and there is no such case"
                )
    kept = exists().where(messages.c.sha256 == raw_mail.c.sha256)
    for sha256 in connection.scalars(select(raw_mail.c.sha256).where(~kept)):
        yield Problem(f"raw mail {sha256[:12]}", "no message is recorded for it, so it was never read")


def log(connection: Connection, faults: list[Problem]) -> list[Entry]:
    """All events in the order of recording; those that cannot be read, or speak of mail that is not here, become faults."""
    here = set(connection.scalars(select(raw_mail.c.sha256)))
    entries = []
    for row in connection.execute(select(events).order_by(events.c.seq)):
        where = f"event {row.seq} of {row.token}"
        try:
            event = happenings.from_json(row.kind, row.on_date, row.data)
        except ValueError as error:
            faults.append(Problem(where, f"it cannot be read: {error}", "install the newer foimail"))
            continue
        message = getattr(event, "message", "") if type(event) in _OF_A_MESSAGE else ""
        if message and message not in here:
            faults.append(Problem(where, f"it speaks of the message {message[:12]}, which is not here"))
        entries.append(Entry(row.seq, row.token, event, row.recorded_at))
    return entries
