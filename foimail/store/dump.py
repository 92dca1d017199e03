"""Every row of every table as plain values, and back: what an archive keeps of a store.

Times are ISO 8601 in UTC, dates ISO dates; bytes stand as their SHA-256, and the archive has them as files. The tables come in
an order in which what a row refers to is there before it.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Date, Integer, LargeBinary, Table, func, insert, select, text

from foimail import events
from foimail.errors import StoreError
from foimail.store import cases, migrations, objects, quarantine, schema, texts
from foimail.wordless import wordless

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable, Iterator, Mapping

    from sqlalchemy.types import TypeEngine

    Row = tuple[str, Mapping[str, Any]]  # the table, and the values by column

_OF_MAIL = (schema.raw_mail, schema.messages, schema.filings, schema.sightings, schema.skipped)
_AT_ONCE = 20  # rows held in memory: each may be a mail of many megabytes


def rows(connection: Connection, keep: Callable[[bytes], str]) -> Iterator[Row]:
    """All rows, table by table, each table in the order of its key. `keep` is given the bytes met and says their SHA-256.

    Mail in quarantine is not among them, and of the events that speak of it no word of the mail.
    """
    held = quarantine.held(connection)
    messages = schema.messages.c
    numbers = set(connection.scalars(select(messages.id).where(messages.sha256.in_(held))))
    for table in schema.metadata.sorted_tables:
        query = select(table).order_by(*table.primary_key.columns).execution_options(yield_per=_AT_ONCE)
        for row in connection.execute(query):
            values = dict(row._mapping)  # noqa: SLF001 - public
            if table is schema.raw_mail:
                values["raw"] = objects.whole(connection, row.sha256, row.size, row.raw)
            if table in _OF_MAIL and (values.get("sha256") in held or values.get("message") in numbers):
                continue
            yield table.name, {name: _plain(value, keep) for name, value in _at_large(table, values, held)}


def _at_large(table: Table, values: Mapping[str, Any], held: Container[str]) -> Iterable[tuple[str, Any]]:
    if table is not schema.events or values["data"].get("message") not in held:
        return values.items()
    event = events.from_json(values["kind"], values["on_date"], values["data"])
    return {**values, "data": events.to_json(wordless(event))}.items()


def full(connection: Connection) -> tuple[str, ...]:
    """The tables that hold anything; the list of migrations does not count."""
    tables = (table for table in schema.metadata.sorted_tables if table is not schema.migrations)
    return tuple(table.name for table in tables if connection.execute(select(table).limit(1)).first())


def load(connection: Connection, found: Iterable[Row], content: Callable[[str], bytes]) -> int:
    """Put rows into an empty store, in the order given; their number comes back. `content` finds bytes by their SHA-256.

    Rows of an earlier foimail lack the columns that came later; these get what a migration would have given them.

    Raises:
        StoreError: The rows are of a newer foimail, or make no sense.
    """
    count = 0
    for name, values in found:
        table = schema.metadata.tables.get(name)
        if table is None or (unknown := set(values) - set(table.columns.keys())):
            what = f"the table {name!r}" if table is None else f"{name}.{min(unknown)}"
            raise StoreError(
                f"foimail does not know {what}", "install the foimail that wrote it, or a newer one"
            )
        row = {key: _stored(table, key, value, content) for key, value in values.items()}
        if table is schema.raw_mail:
            row["raw"] = objects.stowed(connection, str(row["sha256"]), content(values["raw"]))
        if table is schema.migrations:
            _date_step(connection, row)
        else:
            connection.execute(insert(table).values(row))
        count += 1
    count_on(connection)
    texts.owe_all(connection)
    cases.log(connection)  # an event of a newer foimail is refused here
    return count


def _plain(value: object, keep: Callable[[bytes], str]) -> object:
    match value:
        case bytes():
            return keep(value)
        case date():  # a datetime is one, too
            return value.isoformat()
        case _:
            return value


def _stored(table: Table, name: str, value: Any, content: Callable[[str], bytes]) -> object:  # noqa: ANN401 - from JSON
    if value is None:
        return None
    kind: TypeEngine[Any] = table.columns[name].type
    try:
        match kind:
            case schema.Utc():
                return datetime.fromisoformat(value)
            case Date():
                return date.fromisoformat(value)
            case LargeBinary():
                return content(value)
            case _:
                return value
    except (TypeError, ValueError):
        raise StoreError(f"{table.name}.{name}: {value!r} is not what stands there") from None


def _date_step(connection: Connection, row: Mapping[str, Any]) -> None:
    """A step of a migration is known already; when it was first taken is the archive's to say."""
    known = {name for name, _ in migrations.STEPS}
    if row.get("name") not in known:
        raise StoreError(
            f"this was written by a newer foimail ({row.get('name')})", "install the newer foimail"
        )
    steps = schema.migrations
    connection.execute(steps.update().where(steps.c.name == row["name"]).values(applied_at=row["applied_at"]))


def count_on(connection: Connection) -> None:
    """Let the next number follow the highest: PostgreSQL's sequences know nothing of numbers given; SQLite looks at the table."""
    if connection.dialect.name != "postgresql":
        return
    for table in schema.metadata.sorted_tables:
        for column in table.primary_key.columns:
            if isinstance(column.type, Integer) and not column.foreign_keys:
                last = connection.scalar(select(func.max(column)))
                sequence = {"table": table.name, "column": column.name, "last": last or 1, "any": bool(last)}
                connection.execute(
                    text("SELECT setval(pg_get_serial_sequence(:table, :column), :last, :any)"), sequence
                )
