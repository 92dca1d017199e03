"""A whole store into an empty one, on whichever engine, compared row by row before it counts."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import date
from itertools import zip_longest
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, LargeBinary, Table, insert, select

from foimail.errors import StoreError
from foimail.store import dump, objects, schema, texts

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_MAILS, _ROWS = 20, 1000  # rows held in memory, with bytes in them and without


@dataclass(frozen=True, slots=True)
class Copied:
    """What a table held: how many rows, and the SHA-256 of all of them, the same on each engine."""

    table: str
    rows: int
    sha256: str


def copy(source: Connection, target: Connection) -> tuple[Copied, ...]:
    """Copy every row of a store, those in quarantine too, into an empty one that is as far in its migrations.

    Nothing is kept in the caller's transaction unless both hold the same.

    Raises:
        StoreError: The target holds something, or does not give back what it was given.
    """
    if full := dump.full(target):
        raise StoreError(
            f"the store to copy into is not empty (it has {', '.join(full)}); nothing was changed",
            "name a new one",
        )
    tables = [table for table in schema.metadata.sorted_tables if table is not schema.migrations]
    for table in tables:
        for some in _rows(source, table):
            target.execute(insert(table), [_stowed(source, target, table, row) for row in some])
    dump.count_on(target)
    texts.owe_all(target)
    there = tuple(_print(source, table) for table in tables)
    here = tuple(_print(target, table) for table in tables)
    if unlike := [a.table for a, b in zip_longest(there, here) if a != b]:
        raise StoreError(
            f"the copy is not as the store is, in {', '.join(unlike)}; nothing was kept", "report this"
        )
    _look_at_mail(target)
    return here


def _rows(connection: Connection, table: Table) -> Iterator[Sequence[Any]]:
    heavy = any(isinstance(column.type, LargeBinary) for column in table.columns)
    query = select(table).order_by(*table.primary_key.columns)
    yield from connection.execute(query.execution_options(yield_per=_MAILS if heavy else _ROWS)).partitions()


def _print(connection: Connection, table: Table) -> Copied:
    digest, count = hashlib.sha256(), 0
    for some in _rows(connection, table):
        for row in some:
            values = dict(row._mapping)  # noqa: SLF001 - public
            if table is schema.raw_mail:
                values["raw"] = objects.whole(connection, row.sha256, row.size, row.raw)
            digest.update(json.dumps([_plain(value) for value in values.values()], sort_keys=True).encode())
            count += 1
    return Copied(table.name, count, digest.hexdigest())


def _stowed(source: Connection, target: Connection, table: Table, row: Any) -> dict[str, Any]:  # noqa: ANN401 - of any table
    values = dict(row._mapping)  # noqa: SLF001 - public
    if table is schema.raw_mail:
        values["raw"] = objects.stowed(
            target, row.sha256, objects.whole(source, row.sha256, row.size, row.raw)
        )
    return values


def _plain(value: object) -> object:
    match value:
        case bytes():
            return hashlib.sha256(value).hexdigest()
        case date():  # a datetime is one, too
            return value.isoformat()
        case str():
            return value.replace("\0", "\ufffd")  # PostgreSQL's text has no NUL (store.postgresql)
        case _:
            return value


def _look_at_mail(connection: Connection) -> None:
    """See that the bytes of each mail are those that its name says: not only the copy may be at fault."""
    buried = set(connection.scalars(select(schema.tombstones.c.sha256)))
    for some in _rows(connection, schema.raw_mail):
        for row in some:
            raw = objects.whole(connection, row.sha256, row.size, row.raw)
            if hashlib.sha256(raw).hexdigest() != row.sha256 and row.sha256 not in buried:
                raise StoreError(
                    f"the bytes of the mail {row.sha256} have changed since they came; nothing was copied",
                    "restore the last backup",
                )
