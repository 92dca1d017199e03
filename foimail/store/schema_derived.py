"""The tables that hold nothing of their own: what they say follows from the others, and `rebuild` makes it afresh.

They are in no archive, and in a `MetaData` apart from that of the truth.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import Column, ForeignKey, Integer, MetaData, String, Table, Text, delete, select

from foimail.store import schema
from foimail.store.terms import flat

if TYPE_CHECKING:
    from sqlalchemy import Connection

derived = MetaData()

# the words of a message and of its attachments, in pieces; `part` 0 is the letter, the attachments follow in their order
texts = Table(
    "texts",
    derived,
    Column("id", Integer, primary_key=True),
    Column("message", ForeignKey(schema.messages.c.id), nullable=False, index=True),
    Column("part", Integer, nullable=False),
    Column("name", Text, nullable=False),  # of the attachment; empty for the letter
    Column("text", Text, nullable=False),
)

# messages whose texts are still to be read: those of a store that had no index, or whose index is made afresh
texts_owed = Table(
    "texts_owed",
    derived,
    Column("message", ForeignKey(schema.messages.c.id), primary_key=True),
)

# the facts of a case as `case.fold` gives them, up to the event `seq`; `code` is that of the fold which gave them
facts = Table(
    "facts",
    derived,
    Column("token", String(10), ForeignKey(schema.cases.c.token), primary_key=True),
    Column("seq", Integer, nullable=False),
    Column("code", String(16), nullable=False),
    Column("facts", Text, nullable=False),
)


def unfold(connection: Connection, sha256: str) -> None:
    """Drop the facts of the cases that a message is spoken of in: what the log tells of it has changed."""
    spoken_of = select(schema.events.c.token).where(schema.events.c.data["message"].as_string() == sha256)
    connection.execute(delete(facts).where(facts.c.token.in_(spoken_of)))


# porter finds `referrals` by `referral`, as PostgreSQL's `english` does
_SQLITE = (
    """CREATE VIRTUAL TABLE text_index USING fts5(text, content='texts', content_rowid='id',
        tokenize='porter unicode61 remove_diacritics 2')""",
    """CREATE TRIGGER texts_added AFTER INSERT ON texts BEGIN
        INSERT INTO text_index(rowid, text) VALUES (new.id, new.text); END""",
    """CREATE TRIGGER texts_removed AFTER DELETE ON texts BEGIN
        INSERT INTO text_index(text_index, rowid, text) VALUES ('delete', old.id, old.text); END""",
    """CREATE TRIGGER texts_changed AFTER UPDATE ON texts BEGIN
        INSERT INTO text_index(text_index, rowid, text) VALUES ('delete', old.id, old.text);
        INSERT INTO text_index(rowid, text) VALUES (new.id, new.text); END""",
)
_POSTGRESQL = (f"CREATE INDEX text_index ON texts USING gin (to_tsvector('english', {flat('text')}))",)


def make_texts(connection: Connection) -> None:
    """The tables of texts with the index of their words: on SQLite `text_index` and tables of its own that begin alike."""
    derived.create_all(connection, tables=[texts, texts_owed])
    for statement in _SQLITE if connection.dialect.name == "sqlite" else _POSTGRESQL:
        connection.exec_driver_sql(statement)
