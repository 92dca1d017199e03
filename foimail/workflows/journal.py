"""The log of events over all cases, the latest first, a page at a time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from foimail.store import cases
from foimail.workflows.show import told
from foimail.workspace import LONDON

if TYPE_CHECKING:
    from datetime import date, datetime

    from foimail.workspace import Workspace


AT_ONCE = 50  # lines on a page


@dataclass(frozen=True, slots=True)
class Line:
    """An event: number, whose it is, the London date it counts from, London time of recording, what happened, who decided it."""

    seq: int
    token: str
    name: str
    on: date
    recorded: datetime
    words: str
    who: str


def latest(ws: Workspace, *, before: int | None = None, count: int = AT_ONCE) -> list[Line]:
    """The last events, or those before a number."""
    with ws.store.read() as connection:
        found = cases.latest(connection, before=before, count=count)
        bodies = cases.bodies_of(connection, [entry.token for entry in found])
    names = {body.id: body.name for body in ws.bodies}
    return [
        Line(
            entry.seq,
            entry.token,
            names.get(bodies[entry.token], bodies[entry.token]),
            entry.event.on,
            entry.recorded_at.astimezone(LONDON),
            told(entry.event),
            entry.who,
        )
        for entry in found
    ]
