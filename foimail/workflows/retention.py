"""What is kept, of which campaign and since when; and the letters of cases that were closed so long ago that they are due to go."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from foimail.law.periods import months_later
from foimail.store import cases, inbox
from foimail.workflows import standing

if TYPE_CHECKING:
    from datetime import date

    from foimail.model import Case
    from foimail.store.inbox import Row
    from foimail.workspace import Workspace

COLUMNS = ("campaign", "cases", "closed", "messages", "since", "quarantined", "purged", "due")
_KEPT = ("new", "read", "repeat", "own", "broken")
_UNFILED = "(no case)"


@dataclass(frozen=True, slots=True)
class Due:
    """A message all of whose cases were closed before the limit: its number, the day it came, its cases, the last closing."""

    number: int
    on: date | None
    tokens: tuple[str, ...]
    closed_on: date


@dataclass(frozen=True, slots=True)
class Kept:
    """A row per campaign, and what is due; `limit` is the day before which a case must have been closed, None for no limit."""

    rows: tuple[dict[str, object], ...]
    due: tuple[Due, ...]
    limit: date | None


def kept(ws: Workspace, months: int | None = None) -> Kept:
    """What the store keeps. `months` goes before the setting `retention.months`; 0 is no limit."""
    over = ws.settings["retention.months"] if months is None else months
    limit = months_later(ws.today, -over) if over else None
    with ws.store.read() as connection:
        folded = standing.folded(cases.log(connection))
        everything = inbox.rows(connection, states=(*_KEPT, "purged"), quarantined=True)
        at_large = {row.id for row in inbox.rows(connection, states=_KEPT)}
        filed = {digest: tuple(t for t, _ in by) for digest, by in inbox.filed(connection).items()}
    due = tuple(
        one for row in everything if (one := _due(row, filed.get(row.sha256, ()), folded, limit)) is not None
    )
    names = sorted({case.campaign for case in folded.values()})
    numbers = {one.number for one in due}
    rows = []
    for name in (*names, _UNFILED):
        own = [case for case in folded.values() if case.campaign == name]
        tokens = {case.token for case in own}
        mail = [
            r
            for r in everything
            if tokens & set(filed.get(r.sha256, ())) or (name == _UNFILED and r.sha256 not in filed)
        ]
        here = [r for r in mail if r.state != "purged"]
        if name == _UNFILED and not mail:
            continue
        rows.append(
            {
                "campaign": name,
                "cases": len(own),
                "closed": sum(case.closed_on is not None for case in own),
                "messages": len(here),
                "since": min((r.on_date for r in here if r.on_date), default=None),
                "quarantined": sum(r.id not in at_large for r in here),
                "purged": len(mail) - len(here),
                "due": sum(r.id in numbers for r in here),
            }
        )
    return Kept(tuple(rows), due, limit)


def _due(row: Row, tokens: tuple[str, ...], folded: dict[str, Case], limit: date | None) -> Due | None:
    """A message that an open case has is needed, however old it is; one of no case is a person's to decide on."""
    closed = [folded[token].closed_on for token in tokens if token in folded]
    ended = [day for day in closed if day is not None]
    if limit is None or row.state == "purged" or not ended or len(ended) < len(closed) or max(ended) >= limit:
        return None
    return Due(row.id, row.on_date, tokens, max(ended))
