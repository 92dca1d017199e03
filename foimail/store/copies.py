"""Files that were written from what the store keeps: a purge cannot reach them, and names them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import Connection, delete, insert, select

from foimail.store.schema import copies

if TYPE_CHECKING:
    from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class Copy:
    """What was written (archive, pack, export, backup), where, and on which London day."""

    what: str
    place: str
    made_on: date


def note(connection: Connection, what: str, place: str, on: date, now: datetime) -> None:
    """Note that a copy was written; one that took the place of another is noted once."""
    connection.execute(delete(copies).where(copies.c.what == what, copies.c.place == place))
    connection.execute(insert(copies).values(what=what, place=place, made_on=on, made_at=now))


def all_of(connection: Connection) -> list[Copy]:
    """Every copy that was ever written, oldest first; whether it is still there nobody knows."""
    query = select(copies.c.what, copies.c.place, copies.c.made_on).order_by(copies.c.id)
    return [Copy(*row) for row in connection.execute(query)]
