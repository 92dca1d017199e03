"""Periods of the law, and how each unit is counted: working days, calendar days, weeks and months."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from foimail.law.calendar import Calendar

Unit = Literal["working days", "calendar days", "weeks", "months"]
Basis = Literal["statute", "code", "guidance", "practice"]


@dataclass(frozen=True, slots=True)
class Limit:
    """A period that a law, code or guidance sets. `checked` is False where its words were not seen.

    `beginning` is true for a period that begins WITH its first day, which then counts, rather than after it. `checked_on` is
    the ISO date on which the words were seen.
    """

    number: int
    unit: Unit
    basis: Basis
    citation: str
    source: str
    checked: bool
    checked_on: str = ""
    beginning: bool = False
    note: str = ""

    @property
    def period(self) -> str:
        """Its length in words: `20 working days`."""
        return f"{self.number} {self.unit}"

    def last_day(self, start: date, calendar: Calendar, pause: int = 0) -> date:
        """The last day of the period that starts on this day, day 0; `pause` is working days that do not count.

        Raises:
            CalendarError: a working day lies outside the table.
        """
        match self.unit:
            case "working days":
                day = calendar.after(start, self.number + pause)
            case "calendar days":
                day = start + timedelta(days=self.number)
            case "weeks":
                day = start + timedelta(weeks=self.number)
            case _:
                day = months_later(start, self.number)
        return day - timedelta(days=1) if self.beginning else day


@dataclass(frozen=True, slots=True)
class Duty:
    """What a law or code wants of a body beyond a date. `what` follows "the body has to": "name the exemption ..."."""

    what: str
    basis: Basis
    citation: str
    source: str
    checked: bool
    checked_on: str = ""
    note: str = ""


def months_later(day: date, number: int) -> date:
    """The corresponding date so many months later; at a month's end the last day there is."""
    years, month = divmod(day.month - 1 + number, 12)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))
