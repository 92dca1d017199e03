"""How a store of an earlier foimail becomes one of today's: an ordered list of steps, each recorded in its own transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import Connection, inspect, select

from foimail.errors import StoreError
from foimail.store import schema

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager
    from datetime import datetime


def _first(connection: Connection) -> None:
    # the list of applied steps is made by `migrate` itself, before any step
    first = [t for t in schema.metadata.sorted_tables if t is not schema.migrations]
    schema.metadata.create_all(connection, tables=first)


STEPS: tuple[tuple[str, Callable[[Connection], None]], ...] = (("0001_first", _first),)


def applied(connection: Connection) -> set[str]:
    """The names of the steps that this store has had; empty for a new one."""
    if not inspect(connection).has_table("migrations"):
        return set()
    return set(connection.scalars(select(schema.migrations.c.name)))


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
                connection.execute(schema.migrations.insert().values(name=name, applied_at=now))
