"""What the requester has been told: each thing once, and one digest a day."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import Connection, delete, insert, select
from sqlalchemy.exc import IntegrityError

from foimail.store.schema import reminded

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date


def said(connection: Connection) -> set[tuple[str, str]]:
    """(token, what) of all that has been said; the token is empty for what belongs to no case."""
    return {(row[0], row[1]) for row in connection.execute(select(reminded.c.token, reminded.c.what))}


def note(connection: Connection, things: Iterable[tuple[str, str]], on: date) -> None:
    """Note what was said on this London day, so that it is not said again."""
    known = said(connection)
    rows = [{"token": token, "what": what, "on": on} for token, what in dict.fromkeys(things)]
    if new := [row for row in rows if (row["token"], row["what"]) not in known]:
        connection.execute(insert(reminded), new)


def claim(connection: Connection, campaign: str, on: date) -> bool:
    """Take the digest of this campaign and day for sending; False where it has been taken: of two, one sends."""
    try:
        with connection.begin_nested():
            connection.execute(insert(reminded).values(token="", what=_digest(campaign, on), on=on))
    except IntegrityError:
        return False
    return True


def release(connection: Connection, campaign: str, on: date) -> None:
    """Give the day's digest back: it certainly did not go."""
    connection.execute(
        delete(reminded).where(reminded.c.token == "", reminded.c.what == _digest(campaign, on))
    )


def _digest(campaign: str, on: date) -> str:
    return f"digest:{campaign}:{on.isoformat()}"
