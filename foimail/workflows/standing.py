"""Where the cases stand today: each folded from its log and looked at with the eyes of its law."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from foimail.case import fold
from foimail.errors import InputError, StoreError
from foimail.law.position import position
from foimail.law.silence import silences
from foimail.store import cases, facts

if TYPE_CHECKING:
    from collections.abc import Iterable

    from foimail.events import Event
    from foimail.law.calendar import Calendar
    from foimail.law.position import Position
    from foimail.law.silence import Silence
    from foimail.model import Body, Case
    from foimail.workspace import Workspace


_AT_ONCE = 2000  # cases folded in one transaction: others want to write, too


@dataclass(frozen=True, slots=True)
class Standing:
    """A body of the campaign, its case if it has one, and where that stands.

    `silence` says that nothing has been heard of the request, where most bodies of the same mail domain have shown a sign of life.
    """

    body: Body
    case: Case | None
    position: Position | None
    silence: Silence | None = None


def folded(log: Iterable[cases.Entry]) -> dict[str, Case]:
    """The cases of a log, by token."""
    events: dict[str, list[Event]] = {}
    for entry in log:
        events.setdefault(entry.token, []).append(entry.event)
    return {token: fold(token, happened) for token, happened in events.items()}


def position_of(ws: Workspace, case: Case) -> Position:
    """Where a case stands today."""
    return _position(ws, case, body_of(ws, case))


def _position(ws: Workspace, case: Case, body: Body) -> Position:
    regime = ws.law.regime(case.regime)
    return position(case, regime, ws.calendar(regime), ws.today, body.email_alternatives)


@dataclass
class _Known:
    """What was worked out for one workspace, as it was opened, on one day: who looks again works out what has changed alone."""

    read: facts.Read = field(default_factory=facts.Read)
    positions: dict[str, tuple[Case, Position]] = field(default_factory=dict)
    rows: tuple[facts.Read, list[Standing]] | None = None


def _known(ws: Workspace) -> _Known:
    found: _Known = ws.seen.setdefault(__name__, _Known())
    return found


def cases_of(ws: Workspace) -> dict[str, Case]:
    """The cases of the campaign by token, body by body, from their facts as kept; what is not kept by today's fold is folded."""
    return {token: case for token, (_, case) in _read(ws).cases.items()}


def _read(ws: Workspace) -> facts.Read:
    known = _known(ws)
    known.read = found = _looked_at(ws, known.read)
    return found


def _looked_at(ws: Workspace, before: facts.Read) -> facts.Read:
    with ws.store.read() as connection:
        found, stale = facts.of_campaign(connection, ws.campaign_name, before)
    if not stale:
        return found
    for start in range(0, len(stale), _AT_ONCE):
        with ws.store.write() as connection:
            facts.refold(connection, stale[start : start + _AT_ONCE])
    with ws.store.read() as connection:
        found, never_opened = facts.of_campaign(connection, ws.campaign_name, before)
    if never_opened:
        raise StoreError(f"case {never_opened[0]} has no record of its opening")
    return found


def everybody(ws: Workspace) -> list[Standing]:
    """A row per body and case: every body that the campaign asks, those never sent to and those silent too."""
    known = _known(ws)
    read, rows = _read(ws), known.rows
    # what was read is held in hand: a page of another thread may have read on meanwhile
    if rows is None or rows[0] is not read:
        known.rows = rows = read, _everybody(ws, read, known.positions)
    return [*rows[1]]


def _everybody(
    ws: Workspace, read: facts.Read, positions: dict[str, tuple[Case, Position]]
) -> list[Standing]:
    found = [case for _, case in read.cases.values()]

    def standing(case: Case, body: Body) -> Standing:
        before = positions.get(case.token)
        if before is None or before[0] is not case:
            before = positions[case.token] = case, _position(ws, case, body)
        return Standing(body, case, before[1], silent.get(case.token))

    silent = {one.token: one for one in silences(found, lambda c: calendar_of(ws, c), ws.today)}
    by_body: dict[str, list[Case]] = {}
    for case in found:
        by_body.setdefault(case.body, []).append(case)
    rows = []
    for body in ws.bodies:
        own = by_body.pop(body.id, [])
        rows += [standing(case, body) for case in own]
        if not own and body.status == "active" and ws.campaign.audience.includes(body):
            rows.append(Standing(body, None, None))
    for gone, own in by_body.items():
        # a body taken out of trusts.yaml does not take its case with it
        rows += [standing(case, _unlisted(gone)) for case in own]
    return rows


def calendar_of(ws: Workspace, case: Case) -> Calendar:
    """The working days of the law under which a case was opened."""
    return ws.calendar(ws.law.regime(case.regime))


def perhaps_unread(standings: Iterable[Standing]) -> list[str]:
    """A sentence for each request that perhaps never reached anybody, with another address where one is known."""
    found = []
    for row in standings:
        if (one := row.silence) is not None:
            others = [a for a in (row.body.email or "", *row.body.email_alternatives) if a and a != one.to]
            again = f"Another address: {others[0]}." if others else "No other address is known."
            found.append(
                f"{row.body.name}: perhaps never reached. Nothing has come for {one.working_days} working days from {one.to}, "
                f"while {one.heard} of {one.asked} bodies at {one.domain} have shown a sign of life. {again}"
            )
    return found


def one(ws: Workspace, name: str) -> tuple[Case, list[cases.Entry]]:
    """The case with this token, or the latest of the body with this code, with its log; InputError where there is none."""
    with ws.store.read() as connection:
        token = name.strip("[] ").upper()
        log = cases.log(connection, token=token)
        if not log:
            bodies = [b.id for b in ws.bodies if b.id.lower() == name.lower()]
            openings = cases.openings(connection, campaign=ws.campaign_name, body=bodies[0]) if bodies else []
            if not openings:
                raise InputError(
                    f"no case {name}",
                    hint="give a token such as FOI-7K3Q2M, or the code of a body that was asked",
                )
            token = openings[-1].token
            log = cases.log(connection, token=token)
    return fold(token, (entry.event for entry in log)), log


def body_of(ws: Workspace, case: Case) -> Body:
    """The body of a case as trusts.yaml has it now, or a body without an address where it is no longer listed."""
    return next((body for body in ws.bodies if body.id == case.body), None) or _unlisted(case.body)


def _unlisted(code: str) -> Body:
    from foimail.model import Body

    return Body(id=code, name=f"{code} (no longer in trusts.yaml)", nation="England")
