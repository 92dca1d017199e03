"""What is recorded in a workspace's store, on either engine, read without foimail's own code."""

from __future__ import annotations

import json
import re
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from sqlalchemy import Integer, NullPool, create_engine, inspect, make_url, text

from tests.stores import url_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from sqlalchemy import Connection, Inspector

    Rows = list[tuple[Any, ...]]

# when it was recorded, and by which of several workers
_MOMENTS = frozenset(
    {
        "recorded_at",
        "stored_at",
        "queued_at",
        "claimed_at",
        "claimed_by",
        "settled_at",
        "applied_at",
        "next_try_at",
        "made_at",
        "seq",
    }
)


@contextmanager
def _read(folder: Path) -> Iterator[Connection]:
    url = make_url(url_of(folder))
    if url.drivername == "sqlite":
        url = url.set(database=str(folder / str(url.database)))
    else:
        url = url.set(drivername="postgresql+psycopg")
    with create_engine(url, poolclass=NullPool).connect() as connection:
        yield connection


def rows(folder: Path, query: str, **values: object) -> Rows:
    """Rows of the store."""
    with _read(folder) as connection:
        return [tuple(row) for row in connection.execute(text(query), values)]


def memory(folder: Path) -> dict[str, Rows]:
    """All that the store holds, apart from the moments at which it was recorded.

    Rows have the numbers 1, 2, 3: a server does not give those again that a transaction took which came to nothing.
    """
    with _read(folder) as connection:
        looked = inspect(connection)
        # the pages of an index tell how it grew and not what it holds
        tables = [name for name in looked.get_table_names() if not name.startswith("text_index")]
        numbers = {name: _numbers(connection, name) for name in tables if _is_numbered(looked, name)}
        return {name: _rows(connection, looked, name, numbers) for name in tables}


def _is_numbered(looked: Inspector, table: str) -> bool:
    return any(c["name"] == "id" and isinstance(c["type"], Integer) for c in looked.get_columns(table))


def _numbers(connection: Connection, table: str) -> dict[int, int]:
    found = connection.execute(text(f"SELECT id FROM {table} ORDER BY id")).scalars()  # noqa: S608  # our tables
    return {number: rank for rank, number in enumerate(found, start=1)}


def _rows(connection: Connection, looked: Inspector, table: str, numbers: dict[str, dict[int, int]]) -> Rows:
    kept = [c["name"] for c in looked.get_columns(table) if c["name"] not in _MOMENTS]
    key = looked.get_pk_constraint(table)["constrained_columns"]
    ranks = {"id": numbers[table]} if table in numbers else {}
    for one in looked.get_foreign_keys(table):
        if one["referred_columns"] == ["id"]:
            ranks[one["constrained_columns"][0]] = numbers[one["referred_table"]]
    if table == "messages":
        ranks["reason"] = numbers[table]
    query = f"SELECT {_listed(kept)} FROM {table} ORDER BY {_listed(key)}"  # noqa: S608  # our tables
    return [
        tuple(_ranked(value, ranks.get(name)) for name, value in zip(kept, row, strict=True))
        for row in connection.execute(text(query))
    ]


def _listed(names: Sequence[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)


def _ranked(value: object, ranks: dict[int, int] | None) -> object:
    if ranks is None or value is None:
        return value
    if isinstance(value, str):  # "the same as message 7"
        return re.sub(r"(?<=message )\d+", lambda found: str(ranks[int(found[0])]), value)
    return ranks[value]  # type: ignore[index]  # a number


def states(folder: Path) -> dict[str, str]:
    """The state of each letter, by its recipient."""
    return dict(rows(folder, "SELECT recipient, state FROM outbox ORDER BY id"))


def has_letters(folder: Path) -> bool:
    """Whether there is an outbox yet."""
    with _read(folder) as connection:
        return inspect(connection).has_table("outbox")


def events(folder: Path, kind: str) -> list[tuple[str, dict[str, Any]]]:
    """(body, data) of all events of a kind, in the order of recording."""
    query = "SELECT body, data FROM events JOIN cases USING (token) WHERE kind = :kind ORDER BY seq"
    return [
        (body, json.loads(data) if isinstance(data, str) else data)
        for body, data in rows(folder, query, kind=kind)
    ]


def kept_mail(folder: Path) -> dict[str, int]:
    """How many stored messages there are in each state."""
    return dict(rows(folder, "SELECT state, count(*) FROM messages GROUP BY state"))
