"""The messages of the queue that a person has passed over, and when."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import Connection, delete, insert, select

from foimail.store.schema import skipped

if TYPE_CHECKING:
    from datetime import datetime


def skip(connection: Connection, number: int, now: datetime) -> None:
    """Note that a message was passed over; the last time counts."""
    connection.execute(delete(skipped).where(skipped.c.message == number))
    connection.execute(insert(skipped).values(message=number, at=now))


def all_of(connection: Connection) -> dict[int, datetime]:
    """When each message that was ever passed over was so, last."""
    return {row.message: row.at for row in connection.execute(select(skipped))}
