"""What follows from the rest of the store and is kept only to be found quickly, as the rest of the store says it must be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, Connection, delete, func, insert, select, tuple_

from foimail.events import Sent
from foimail.store.schema import events, filings, message_ids, messages, outbox

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from sqlalchemy import Table

    Rows = set[tuple[str, ...]]

_AT_ONCE = 500  # rows in one command: databases have a limit


def threads(connection: Connection, message_id: str | None = None) -> Rows:
    """(Message-ID, token) of our letters, of those sent before foimail was used, and of all mail filed; of one ID, if given."""
    said = events.c.data["message_id"].as_string()
    queries = (
        (select(outbox.c.message_id, outbox.c.token, outbox.c.also), outbox.c.message_id),
        (
            select(messages.c.message_id, filings.c.token).join(
                filings, filings.c.sha256 == messages.c.sha256
            ),
            messages.c.message_id,
        ),
        (
            select(said, events.c.token).where(
                events.c.kind == Sent.kind, events.c.data["evidence"].as_string() == "import"
            ),
            said,
        ),
    )
    found: Rows = set()
    for query, column in queries:
        asked = query if message_id is None else query.where(column == message_id)
        for identifier, token, *also in connection.execute(asked):
            found |= {(identifier, one) for one in (token, *" ".join(also).split())} if identifier else set()
    return found


def references(
    connection: Connection, tokens: Collection[str] | None = None
) -> Iterator[tuple[str, str, str, str]]:
    """(reference as written, sender, kind, token) of each message read that is filed under one case; of these cases, if given."""
    alone = select(filings.c.sha256).group_by(filings.c.sha256).having(func.count() == 1)
    given = messages.c.reading["body_reference"].as_string()
    query = (
        select(given, messages.c.sender, messages.c.kind, filings.c.token)
        .join(filings, filings.c.sha256 == messages.c.sha256)
        .where(messages.c.state == "read", messages.c.sha256.in_(alone), given.is_not(None))
    )
    if tokens is not None:
        query = query.where(filings.c.token.in_(tokens))
    for reference, sender, kind, token in connection.execute(query):
        yield reference, sender, kind or "", token


def rows(connection: Connection, table: Table, only: ColumnElement[bool] | None = None) -> Rows:
    """What such a table holds; all its columns are text, and together its key."""
    query = select(table) if only is None else select(table).where(only)
    return {tuple(row) for row in connection.execute(query)}


def renew(connection: Connection, table: Table, due: Rows, only: ColumnElement[bool] | None = None) -> int:
    """Make it hold these rows and no others (of those that are `only` meant); how many were wrong comes back."""
    held = rows(connection, table, only)
    surplus, lacking = sorted(held - due), sorted(due - held)
    for start in range(0, len(surplus), _AT_ONCE):
        some = surplus[start : start + _AT_ONCE]
        connection.execute(delete(table).where(tuple_(*table.columns).in_(some)))
    if lacking:
        connection.execute(
            insert(table), [dict(zip(table.columns.keys(), row, strict=True)) for row in lacking]
        )
    return len(surplus) + len(lacking)


def renew_thread(connection: Connection, message_id: str) -> None:
    """A message was moved: answers to it belong where it is now."""
    only = message_ids.c.message_id == message_id
    renew(connection, message_ids, threads(connection, message_id), only)
