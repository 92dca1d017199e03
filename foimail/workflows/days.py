"""Days that a person names, refused with the reason where they make no sense. London dates."""

from __future__ import annotations

from typing import TYPE_CHECKING

from foimail.errors import InputError, WorkspaceError
from foimail.law.calendar import legal_date
from foimail.store import cases

if TYPE_CHECKING:
    from datetime import date

    from foimail.model import Case
    from foimail.workspace import Workspace


def not_ahead(today: date, on: date) -> None:
    """What has happened did not happen after today."""
    if on > today:
        raise InputError(f"{on} lies in the future", hint="give the day it happened")


def ahead(today: date, on: date) -> None:
    """What is put off is put off until a day to come."""
    if on <= today:
        raise InputError(f"{on} has come already", hint=f"give a day after {today}")


def within(case: Case, today: date, on: date) -> None:
    """What comes from the body came after the request went, and not after today."""
    not_ahead(today, on)
    if case.first_sent_on is None:
        raise InputError(
            f"the request of {case.token} has not been sent, so nothing can have come",
            hint="record it first: foimail sent",
        )
    if on < case.first_sent_on:
        raise InputError(f"{on} is before the request of {case.token} was sent, {case.first_sent_on}")


def by_the_clock(ws: Workspace) -> None:
    """Refuse to go on by a clock that was set back: letters would bear a day before what they answer, and the law would count on.

    Raises:
        WorkspaceError: The machine's day is before that of the last event, and nobody has said that it is right.
    """
    if ws.day_is_given or not ws.is_real_day:
        return
    with ws.store.read() as connection:
        last = cases.last_recorded(connection)
    if last and ws.today < (day := legal_date(last)):
        raise WorkspaceError(
            f"the clock of this machine says {ws.today}, but something was recorded here on {day}",
            f"nothing was done; set the clock, or say that it is right: foimail --today {ws.today}",
        )
