"""The words of stored mail and of what could be read of its attachments, and where they are found.

The texts are plain rows, the same in every database. Their index is FTS5 on SQLite, which triggers keep in step, and one of
tsvectors on PostgreSQL.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Date, bindparam, column, delete, exists, insert, select, text

from foimail.store.schema import messages
from foimail.store.schema_derived import texts, texts_owed
from foimail.store.terms import as_written, flat, to_fts5, to_tsquery

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import date

    from foimail.store.terms import Term

OPENING, CLOSING = "\x02", "\x03"  # around a word that was found; no stored text has them
_PIECE = 100_000  # characters in a row: PostgreSQL indexes no text of more than a megabyte of words
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")
_AROUND = 24  # words shown of a text


_NO_TEXTS = delete(texts).where(texts.c.message == bindparam("of"))  # built once: asked for with each mail
_TEXTS = insert(texts)
_NO_DEBT = delete(texts_owed).where(texts_owed.c.message == bindparam("of"))


@dataclass(frozen=True, slots=True)
class Hit:
    """A place where all that was looked for is found; `name` is that of the attachment, empty for the letter itself."""

    message: int
    sha256: str
    sender: str
    on: date | None
    name: str
    words: str


def keep(connection: Connection, message: int, parts: Iterable[tuple[str, str]]) -> None:
    """Keep the texts of a message in place of those it had: (name, text) of the letter, then of each attachment."""
    forget(connection, message)
    rows = [
        {"message": message, "part": number, "name": name, "text": piece}
        for number, (name, whole) in enumerate(parts)
        for piece in _pieces(f"{name}\n{whole}" if name else whole)
    ]
    if rows:
        connection.execute(_TEXTS, rows)


def forget(connection: Connection, message: int) -> None:
    """Let nothing of a message be found any more."""
    connection.execute(_NO_TEXTS, {"of": message})
    connection.execute(_NO_DEBT, {"of": message})


def tidy(connection: Connection) -> None:
    """Take the words of forgotten texts out of the index itself: FTS5 else keeps them until it next merges its pages."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("INSERT INTO text_index(text_index) VALUES ('optimize')")


def owe(connection: Connection, message: int) -> None:
    """Note that the texts of a message are still to be read."""
    forget(connection, message)
    connection.execute(insert(texts_owed).values(message=message))


def owe_all(connection: Connection) -> None:
    """Forget all texts, and note that those of every message that was read are to be read afresh."""
    connection.execute(delete(texts))
    connection.execute(delete(texts_owed))
    every = select(messages.c.id).where(messages.c.state.in_(("read", "own")))
    connection.execute(insert(texts_owed).from_select(["message"], every))


def owe_missing(connection: Connection) -> int:
    """Note that the texts of messages that have none are to be read, and make their index afresh; how many these are comes back."""
    lacking = missing(connection)
    if lacking:
        connection.execute(insert(texts_owed), [{"message": message} for message in lacking])
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("INSERT INTO text_index(text_index) VALUES ('rebuild')")
    return len(lacking)


def owed(connection: Connection) -> list[tuple[int, str]]:
    """(number, hash) of the messages whose texts are still to be read, oldest first."""
    query = select(messages.c.id, messages.c.sha256).join(texts_owed, texts_owed.c.message == messages.c.id)
    return [(row[0], row[1]) for row in connection.execute(query.order_by(messages.c.id))]


def missing(connection: Connection) -> list[int]:
    """Messages that were read, whose texts are neither here nor owed: there should be none."""
    here = exists().where(texts.c.message == messages.c.id)
    later = exists().where(texts_owed.c.message == messages.c.id)
    query = select(messages.c.id).where(messages.c.state.in_(("read", "own")), ~here, ~later)
    return list(connection.scalars(query.order_by(messages.c.id)))


def search(connection: Connection, wanted: Sequence[Term], most: int, *, own: bool = False) -> list[Hit]:
    """Where all of these terms stand in one text, the mail stored last first; at most so many places.

    Where `own`, the user's own letters are looked through as well.
    """
    if connection.dialect.name == "sqlite":
        rows = connection.execute(_SQLITE, {"wanted": to_fts5(wanted), "most": most, "own": own})
        return [Hit(*row) for row in rows]
    rows = connection.execute(_POSTGRESQL, {"wanted": to_tsquery(wanted), "most": most, "own": own})
    return [
        Hit(number, sha256, sender, on, name, as_written(words, flat_text, whole, (OPENING, CLOSING)))
        for number, sha256, sender, on, name, words, flat_text, whole in rows
    ]


# the one place that says which messages a search shows, and leaves all others out
_MAY_BE_FOUND = (
    "(messages.state = 'read' OR (:own AND messages.state = 'own'))"
    " AND messages.sha256 NOT IN (SELECT sha256 FROM quarantine WHERE released_at IS NULL)"
)

_SHOWN = "messages.id, messages.sha256, messages.sender, messages.on_date, texts.name"

_TYPES = (*map(column, ("id", "sha256", "sender")), column("on_date", Date), *map(column, ("name", "words")))

# the order is that of the index itself, so that a word which stands everywhere is found as soon as a rare one
_SQLITE = text(f"""
    SELECT {_SHOWN}, snippet(text_index, 0, char(2), char(3), ' \u2026 ', {_AROUND})
    FROM text_index CROSS JOIN texts ON texts.id = text_index.rowid
    CROSS JOIN messages ON messages.id = texts.message
    WHERE text_index MATCH :wanted AND {_MAY_BE_FOUND}
    ORDER BY text_index.rowid DESC LIMIT :most
""").columns(*_TYPES)  # noqa: S608 - of our own words alone

# a text is cut for showing only where it is shown
_QUERY = "to_tsquery('english', :wanted)"
_FLAT = flat("texts.text")
_POSTGRESQL = text(f"""
    SELECT id, sha256, sender, on_date, name, ts_headline('english', flat, {_QUERY},
        'MaxFragments=1, MaxWords={_AROUND}, MinWords=8, StartSel="' || chr(2) || '", StopSel="' || chr(3) || '"'), flat, text
    FROM (
        SELECT {_SHOWN}, texts.text, {_FLAT} AS flat, texts.id AS place FROM texts JOIN messages ON messages.id = texts.message
        WHERE to_tsvector('english', {_FLAT}) @@ {_QUERY} AND {_MAY_BE_FOUND}
        ORDER BY texts.id DESC LIMIT :most
    ) AS found ORDER BY place DESC
""").columns(*_TYPES, column("flat"), column("text"))  # noqa: S608 - of our own words alone


def _pieces(whole: str) -> Iterator[str]:
    """A text in rows of a bounded length, cut between lines or else between words; an empty one is one row too."""
    left = _CONTROL.sub(" ", whole)
    while len(left) > _PIECE:
        at = max(left.rfind("\n", 0, _PIECE), 0) or max(left.rfind(" ", 0, _PIECE), 0) or _PIECE
        yield left[:at]
        left = left[at:]
    yield left
