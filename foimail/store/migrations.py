"""How a store of an earlier foimail becomes one of today's: an ordered list of steps, each recorded in its own transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import Connection, MetaData, inspect, select

from foimail.errors import StoreError
from foimail.store import postgresql, schema, schema_derived, texts

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager
    from datetime import datetime


# the tables of the first step and, in `_first`, their columns stay as they were: stores made since 0001 have them so
_FIRST = (
    *("cases", "events", "outbox", "raw_mail", "messages"),
    *("filings", "message_ids", "sightings", "cursors"),
)

_GROWN = {  # tables that later steps widened
    "events": schema.events_table,
    "outbox": schema.outbox_table,
    "messages": schema.messages_table,
}


def _first(connection: Connection) -> None:
    # the list of applied steps is made by `migrate` itself, before any step
    then = MetaData()
    for name in _FIRST:
        if name in _GROWN:
            _GROWN[name](then)
        else:
            schema.metadata.tables[name].to_metadata(then)
    then.create_all(connection)


def _drafts(connection: Connection) -> None:
    for name in ("in_reply_to", "reference_ids", "also"):
        connection.exec_driver_sql(f"ALTER TABLE outbox ADD COLUMN {name} TEXT DEFAULT '' NOT NULL")
    schema.drafts.create(connection)


def _due_dates(connection: Connection) -> None:
    schema.due_dates.create(connection)


def _reminded(connection: Connection) -> None:
    schema.reminded.create(connection)


def _readings(connection: Connection) -> None:
    connection.exec_driver_sql("ALTER TABLE messages ADD COLUMN reading JSON DEFAULT '{}' NOT NULL")
    schema.references.create(connection)
    schema.known_addresses.create(connection)


def _skipped(connection: Connection) -> None:
    schema.skipped.create(connection)


def _privacy(connection: Connection) -> None:
    for table in (schema.quarantine, schema.tombstones, schema.copies):
        table.create(connection)


def _attached(connection: Connection) -> None:
    binary = schema.outbox.c.attachment.type.compile(connection.dialect)
    connection.exec_driver_sql("ALTER TABLE outbox ADD COLUMN attached TEXT DEFAULT '' NOT NULL")
    connection.exec_driver_sql(f"ALTER TABLE outbox ADD COLUMN attachment {binary}")


def _team(connection: Connection) -> None:
    connection.exec_driver_sql("ALTER TABLE outbox ADD COLUMN claimed_by INTEGER DEFAULT 0 NOT NULL")
    connection.exec_driver_sql("ALTER TABLE events ADD COLUMN who TEXT DEFAULT '' NOT NULL")


def _facts(connection: Connection) -> None:
    # they are folded by whoever first asks for them: the fold reads columns that this step must not depend on
    schema_derived.facts.create(connection)


def _texts(connection: Connection) -> None:
    schema_derived.make_texts(connection)
    texts.owe_all(connection)  # they stand in the bytes of the stored mail, which the first search reads


STEPS: tuple[tuple[str, Callable[[Connection], None]], ...] = (
    ("0001_first", _first),
    ("0002_drafts", _drafts),
    ("0003_due_dates", _due_dates),
    ("0004_reminded", _reminded),
    ("0005_readings", _readings),
    ("0006_skipped", _skipped),
    ("0007_attached", _attached),
    ("0008_privacy", _privacy),
    ("0009_team", _team),
    ("0010_facts", _facts),
    ("0011_texts", _texts),
)


def applied(connection: Connection) -> set[str]:
    """The names of the steps that this store has had; empty for a new one."""
    if not inspect(connection).has_table("migrations"):
        return set()
    return set(connection.scalars(select(schema.migrations.c.name)))


def is_current(connection: Connection) -> bool:
    """Whether there is nothing to do."""
    return applied(connection) == {name for name, _ in STEPS}


def migrate(write: Callable[[], AbstractContextManager[Connection]], now: datetime) -> None:
    """Bring a store up to date. StoreError where a newer foimail wrote it: its rules are not known here.

    Each step runs in a transaction that began with the write lock, and looks again at what has been applied: of several
    processes that start at once, one migrates and the others find it done.
    """
    known = [name for name, _ in STEPS]
    for name, step in STEPS:
        with write() as connection:
            schema.migrations.create(connection, checkfirst=True)
            done = applied(connection)
            if unknown := done - set(known):
                raise StoreError(
                    f"this store was written by a newer foimail ({', '.join(sorted(unknown))})",
                    "install the newer foimail",
                )
            if name not in done:
                step(connection)
                if connection.dialect.name == "postgresql":
                    postgresql.sort_by_code_point(connection)
                connection.execute(schema.migrations.insert().values(name=name, applied_at=now))
