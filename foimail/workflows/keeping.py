"""What a person says of a case as a whole: put off, closed, taken up again, noted, paid. Each is an event; nothing is undone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from foimail.errors import InputError
from foimail.events import Closed, Noted, Paid, Reopened, Snoozed
from foimail.store import cases
from foimail.workflows import days, standing

if TYPE_CHECKING:
    from datetime import date

    from foimail.events import Event
    from foimail.model import Case
    from foimail.workspace import Workspace


def snooze(ws: Workspace, name: str, until: date) -> Case:
    """Hear no more of a case before this day; its clocks run on."""
    case = _open(ws, name)
    days.ahead(ws.today, until)
    return _record(ws, case, Snoozed(ws.today, until.isoformat()))


def close(ws: Workspace, name: str, because: str) -> Case:
    """Have done with a case. A body is told nothing by this: `foimail reply CASE --kind withdrawal` writes to it."""
    return _record(ws, _open(ws, name), Closed(ws.today, because))


def reopen(ws: Workspace, name: str) -> Case:
    """Take a closed case up again."""
    case, _ = standing.one(ws, name)
    if case.closed_on is None:
        raise InputError(f"{case.token} is not closed")
    return _record(ws, case, Reopened(ws.today))


def note(ws: Workspace, name: str, text: str) -> Case:
    """Keep words with a case."""
    case, _ = standing.one(ws, name)
    if not text.strip():
        raise InputError("the note is empty")
    return _record(ws, case, Noted(ws.today, text.strip()))


def paid(ws: Workspace, name: str, on: date) -> Case:
    """Record the day on which the body had the fee that it asked for: from the next day its clock goes on."""
    case, _ = standing.one(ws, name)
    asked = [pause for pause in case.pauses if pause.paid_on is None]
    if not asked:
        why = "its fee is paid already" if case.pauses else "no fees notice has come"
        raise InputError(
            f"{case.token}: {why}", hint="foimail correct MESSAGE --kind fees_notice, if one has"
        )
    days.not_ahead(ws.today, on)
    if on < asked[-1].asked_on:
        raise InputError(f"{on} is before the fees notice of {case.token}, {asked[-1].asked_on}")
    return _record(ws, case, Paid(on))


def _open(ws: Workspace, name: str) -> Case:
    case, _ = standing.one(ws, name)
    if case.closed_on:
        raise InputError(
            f"{case.token} was closed on {case.closed_on} ({case.closed_because})",
            hint=f"foimail reopen {case.token}",
        )
    return case


def _record(ws: Workspace, case: Case, event: Event) -> Case:
    with ws.store.write() as connection:
        cases.append(connection, case.token, (event,), ws.now(), ws.person)
    return case
