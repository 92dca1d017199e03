"""Working days: which days stop the clock of a law, and why. London calendar dates only.

FOIA s.10(6) stops its clock on a bank holiday in any part of the United Kingdom, FOISA s.73 on one in
Scotland. The days come from the holidays library, one nation at a time, and from our own table.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from foimail.errors import CalendarError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

_SATURDAY = 5
_WHOLE_UK = frozenset({"England", "Scotland", "Northern Ireland"})


@dataclass(frozen=True, slots=True)
class Calendar:
    """The working days of one law, from `first` to `last`, both covered.

    `working` holds their ordinals in order; `holidays` gives the weekdays that are no working days, in order,
    each with its name and nations. Days after `reliable_to` rest on proclamations not made yet.
    """

    nations: tuple[str, ...]
    first: date
    last: date
    reliable_to: date
    version: str
    working: tuple[int, ...] = field(repr=False)
    holidays: Mapping[date, str] = field(repr=False, hash=False)

    def after(self, received: date, n: int) -> date:
        """The nth working day after the day of receipt, which is day 0 whether or not it is a working day.

        Raises:
            CalendarError: the receipt or the answer lies outside the table.
            ValueError: `n` is less than one.
        """
        if n < 1:
            raise ValueError(f"a period of {n} working days has no last day")
        index = self._until(received) + n - 1
        if index >= len(self.working):
            raise CalendarError(
                f"{n} working days after {in_words(received)} is past the end of the table of working days, "
                + in_words(self.last),
                "a newer foimail may know more years",
            )
        return date.fromordinal(self.working[index])

    def between(self, start: date, end: date) -> int:
        """Working days after `start` to `end` inclusive; below zero where `end` is first. Undoes `after`."""
        return self._until(end) - self._until(start)

    def skipped(self, received: date, due: date) -> tuple[tuple[date, str], ...]:
        """The weekdays after receipt and before `due` that do not count, each with its name and nations."""
        return tuple((day, why) for day, why in self.holidays.items() if received < day < due)

    def is_working(self, day: date) -> bool:
        """Whether this day counts."""
        index = self._until(day)
        return index > 0 and self.working[index - 1] == day.toordinal()

    def _until(self, day: date) -> int:
        """How many working days of the table lie before or on this day."""
        if day < self.first:
            raise CalendarError(
                f"{in_words(day)} lies before the start of the table of working days, {in_words(self.first)}"
            )
        if day > self.last:
            raise CalendarError(
                f"{in_words(day)} lies past the end of the table of working days, {in_words(self.last)}",
                "a newer foimail may know more years",
            )
        return bisect_right(self.working, day.toordinal())


def build(nations: Iterable[str], proclaimed: Mapping[str, Any]) -> Calendar:
    """The calendar in which a bank holiday of any of these nations stops the clock.

    `proclaimed` is the table of that name: its years bound the calendar and its days go before the library's.
    """
    from holidays import country_holidays
    from holidays.version import __version__ as library

    nations = tuple(nations)
    years = range(proclaimed["first_year"], proclaimed["last_year"] + 1)
    named: dict[date, dict[str, list[str]]] = {}
    for nation in nations:
        # One nation at a time: holidays.UK() without a subdivision knows only the days that all four share.
        # The language is named because the library would take it from the environment.
        days = dict(country_holidays("GB", subdiv=nation, years=years, language="en_GB"))
        for entry in proclaimed.get("worked", ()):
            if nation in entry["nations"]:
                days.pop(entry["date"], None)
        days |= {entry["date"]: entry["name"] for entry in proclaimed["day"] if nation in entry["nations"]}
        for day, names in days.items():
            if day.weekday() < _SATURDAY:
                for name in names.split("; "):
                    in_full = name.replace("(observed)", "(substitute day)")
                    named.setdefault(day, {}).setdefault(in_full, []).append(nation)
    first, last = date(years[0], 1, 1), date(years[-1], 12, 31)
    return Calendar(
        nations=nations,
        first=first,
        last=last,
        reliable_to=date(proclaimed["reliable_to"], 12, 31),
        version=f"holidays {library}, proclaimed days {proclaimed['version']}",
        working=tuple(
            day.toordinal()
            for day in (first + timedelta(days) for days in range((last - first).days + 1))
            if day.weekday() < _SATURDAY and day not in named
        ),
        holidays={day: "; ".join(_reason(*one) for one in named[day].items()) for day in sorted(named)},
    )


def to_json(calendar: Calendar) -> dict[str, Any]:
    """The calendar as plain values, for `from_json`: building it anew takes as long as all else that a report does."""
    return {
        "nations": calendar.nations,
        "days": [day.isoformat() for day in (calendar.first, calendar.last, calendar.reliable_to)],
        "version": calendar.version,
        "working": calendar.working,
        "holidays": {day.isoformat(): why for day, why in calendar.holidays.items()},
    }


def from_json(data: Mapping[str, Any]) -> Calendar:
    """The calendar that `to_json` was given."""
    first, last, reliable_to = map(date.fromisoformat, data["days"])
    return Calendar(
        nations=tuple(data["nations"]),
        first=first,
        last=last,
        reliable_to=reliable_to,
        version=data["version"],
        working=tuple(data["working"]),
        holidays={date.fromisoformat(day): why for day, why in data["holidays"].items()},
    )


def legal_date(moment: datetime) -> date:
    """The London calendar date of an aware moment: 23:30 UTC on 30 June is 1 July. The hour is irrelevant.

    Raises:
        ValueError: the moment has no time zone, so its date is unknown.
    """
    if moment.utcoffset() is None:
        raise ValueError(f"{moment.isoformat()} has no time zone")
    return moment.astimezone(_london()).date()


def in_words(day: date) -> str:
    """A date as a letter gives it: `Friday 12 June 2026`."""
    return f"{day:%A} {day.day} {day:%B} {day.year}"


def _reason(name: str, nations: list[str]) -> str:
    """A holiday with where it is one; the 1971 Act treats England and Wales as one part of the kingdom."""
    if set(nations) >= _WHOLE_UK:
        return f"{name} (all of the United Kingdom)"
    if "England" in nations:
        nations = ["England", "Wales", *(nation for nation in nations if nation not in {"England", "Wales"})]
    *others, last = nations
    return f"{name} ({', '.join(others)} and {last})" if others else f"{name} ({last})"


@cache
def _london() -> ZoneInfo:
    return ZoneInfo("Europe/London")
