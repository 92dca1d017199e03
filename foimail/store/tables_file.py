"""The answers as a database of their own, for SQL and Datasette: bodies, parts, messages, and the answers that refer to them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    ForeignKey,
    Integer,
    MetaData,
    Numeric,
    String,
    Table,
    create_engine,
    event,
    insert,
    text,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from foimail.dataset.fields import Field

    Rows = Sequence[Mapping[str, object]]

KEYS = {"bodies": "body", "parts": "part", "messages": "message"}  # what an answer names each by
_TYPES: dict[str, Any] = {
    "string": String,
    "integer": Integer,
    "number": Numeric(asdecimal=False),  # 12 stays 12
    "boolean": Boolean,
    "date": Date,
}


def to_sqlite(tables: Mapping[str, tuple[Sequence[Field], Rows]], about: Mapping[str, str]) -> bytes:
    """A SQLite file with these tables, `answers` among them, and a table `about`.

    The columns of `answers` that are called as a key of another table refer to it; the view `long` has all of them in one row.
    """
    metadata = MetaData()
    made = {name: _table(name, fields, metadata) for name, (fields, _) in tables.items()}
    notes = Table(
        "about", metadata, Column("name", String, primary_key=True), Column("text", String, nullable=False)
    )
    engine = create_engine("sqlite://")
    event.listen(engine, "connect", lambda connection, _: connection.execute("PRAGMA foreign_keys=ON"))
    with engine.connect() as connection:
        metadata.create_all(connection)
        for name, (fields, rows) in tables.items():
            if rows:
                values = [{one.name: _plain(row.get(one.name)) for one in fields} for row in rows]
                connection.execute(insert(made[name]), values)
        if about:
            connection.execute(insert(notes), [{"name": name, "text": said} for name, said in about.items()])
        connection.execute(text(_view(made)))
        connection.commit()
        driver = connection.connection.driver_connection
        content: bytes = driver.serialize()  # type: ignore[union-attr]  # sqlite3's, since Python 3.11
    engine.dispose()
    return content


def _table(name: str, fields: Sequence[Field], metadata: MetaData) -> Table:
    columns: list[Column[Any]] = []
    if name == "answers":
        columns.append(Column("id", Integer, primary_key=True))
    of = {key: table for table, key in KEYS.items()}
    for one in fields:
        is_key = KEYS.get(name) == one.name
        refers = [ForeignKey(f"{of[one.name]}.{one.name}")] if one.name in of and not is_key else []
        indexed = bool(refers) or (name == "answers" and bool(one.values))
        more: dict[str, Any] = {"primary_key": is_key, "nullable": not one.required, "index": indexed or None}
        columns.append(Column(one.name, _TYPES[one.kind], *refers, **more))
    return Table(name, metadata, *columns)


def _view(tables: Mapping[str, Table]) -> str:
    """Every answer with what is known of its body and of its part."""
    answers, joined = tables["answers"], ("bodies", "parts")
    columns = [f'answers."{c.name}"' for c in answers.columns if c.name != "id"]
    columns += [
        f'{name}."{c.name}"' for name in joined for c in tables[name].columns if c.name not in answers.columns
    ]
    joins = " ".join(f"JOIN {name} USING ({KEYS[name]})" for name in joined)
    return f"CREATE VIEW long AS SELECT {', '.join(columns)} FROM answers {joins} ORDER BY answers.id"  # noqa: S608 - our names


def _plain(value: object) -> object:
    # half a surrogate pair is no text
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else value
