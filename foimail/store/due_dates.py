"""The last days that were computed, each with the version of the holiday table: what `foimail holidays diff` compares."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import Connection, insert, select

from foimail.store.schema import due_dates

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class Row:
    """The last day for an answer to a request received on a day, as one version of the holiday table gives it."""

    token: str
    received_on: date
    due: date
    version: str

    @property
    def key(self) -> tuple[str, date, str]:
        """What there is one last day of."""
        return self.token, self.received_on, self.version


def rows(connection: Connection) -> list[Row]:
    """Everything recorded, in the order of recording."""
    query = select(*(due_dates.c[name] for name in Row.__dataclass_fields__)).order_by(
        due_dates.c.recorded_at, due_dates.c.token, due_dates.c.received_on
    )
    return [Row(*row) for row in connection.execute(query)]


def remember(connection: Connection, new: Iterable[Row], now: datetime) -> None:
    """Record these; what is recorded already, by another process perhaps, is left as it is."""
    known = {row.key for row in rows(connection)}
    values = [
        {name: getattr(row, name) for name in Row.__dataclass_fields__} | {"recorded_at": now}
        for row in dict.fromkeys(new)
        if row.key not in known
    ]
    if values:
        connection.execute(insert(due_dates), values)
