"""Mail in quarantine: kept, and out of everything that leaves the store. A person's release goes before any rule's word."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, Connection, insert, select, update

from foimail.store.schema import messages, quarantine
from foimail.store.schema_derived import unfold

if TYPE_CHECKING:
    from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class Spell:
    """One stay in quarantine. `by` is rule or person, `because` names no word of the message; days are of London."""

    sha256: str
    by: str
    who: str
    held_on: date
    because: str
    released_on: date | None
    released_by: str
    released_because: str


_COLUMNS = tuple(quarantine.c[name] for name in Spell.__dataclass_fields__)
_NOW = quarantine.c.released_at.is_(None)
_HELD = select(*_COLUMNS).where(_NOW).order_by(quarantine.c.by.desc(), quarantine.c.id)


def held(connection: Connection) -> dict[str, Spell]:
    """The mail that is in quarantine, by hash; where a rule and a person hold one, the person's word."""
    return {row.sha256: Spell(*row) for row in connection.execute(_HELD)}


def spells(connection: Connection) -> list[Spell]:
    """All that ever was, oldest first."""
    return [Spell(*row) for row in connection.execute(select(*_COLUMNS).order_by(quarantine.c.id))]


def at_large() -> ColumnElement[bool]:
    """The condition by which a query over messages passes over what is in quarantine."""
    return messages.c.sha256.not_in(select(quarantine.c.sha256).where(_NOW))


def hold(
    connection: Connection, sha256: str, *, by: str, who: str, because: str, on: date, now: datetime
) -> bool:
    """Put a message into quarantine; False where it is there already, or a rule asks for what a person has released."""
    before = [s for s in spells(connection) if s.sha256 == sha256]
    if any(s.released_on is None and s.by in {by, "person"} for s in before):
        return False
    if by != "person" and any(s.released_on for s in before):
        return False
    connection.execute(
        insert(quarantine).values(sha256=sha256, by=by, who=who, held_on=on, held_at=now, because=because)
    )
    unfold(connection, sha256)
    return True


def release(connection: Connection, sha256: str, *, who: str, because: str, on: date, now: datetime) -> bool:
    """A person lets a message out; False where it is not in."""
    change = update(quarantine).where(quarantine.c.sha256 == sha256, _NOW)
    said = {"released_on": on, "released_at": now, "released_by": who, "released_because": because}
    unfold(connection, sha256)
    return connection.execute(change.values(**said)).rowcount > 0
