"""Deadlines as a calendar file (RFC 5545) that a calendar program can subscribe to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, timedelta
from typing import TYPE_CHECKING

from foimail.output.tables import plain

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime

    from icalendar import Event

_ALARM = timedelta(hours=-15)  # nine in the morning of the day before: an all-day event begins at midnight
_REFRESH = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class Deadline:
    """A day that matters in a case.

    `uid` stays the same for as long as the day has the same meaning, so that a new date moves the entry instead of adding
    one. `revision` never falls and `changed_at`, with a time zone, is when the case last changed (RFC 5545 s.3.8.7).
    A quiet one has no alarm.
    """

    uid: str
    on: date
    title: str
    text: str
    revision: int
    changed_at: datetime
    quiet: bool = False


def to_ics(name: str, deadlines: Iterable[Deadline]) -> bytes:
    """The deadlines as all-day events, with an alarm at nine on the day before; the same deadlines give the same bytes."""
    from icalendar import Calendar

    calendar = Calendar()
    calendar.add("prodid", "-//foimail//deadlines//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    # the name and the refresh rate as RFC 7986 has them, and as programs older than it look for them
    calendar.add("name", plain(name))
    calendar.add("x-wr-calname", plain(name))
    calendar.add("refresh-interval", _REFRESH, parameters={"value": "DURATION"})
    calendar.add("x-published-ttl", "PT12H")
    for deadline in sorted(deadlines, key=lambda one: (one.on, one.uid)):
        calendar.add_component(_event(deadline))
    return bytes(calendar.to_ical())


def _event(deadline: Deadline) -> Event:
    from icalendar import Alarm, Event

    title = plain(deadline.title)
    changed = deadline.changed_at.astimezone(UTC).replace(microsecond=0)
    event = Event()
    event.add("uid", deadline.uid)
    event.add("dtstamp", changed)
    event.add("last-modified", changed)
    event.add("sequence", deadline.revision)
    event.add("dtstart", deadline.on)
    event.add("dtend", deadline.on + timedelta(days=1))
    event.add("summary", title)
    event.add("description", "\n".join(map(plain, deadline.text.splitlines())))
    event.add("transp", "TRANSPARENT")
    if deadline.quiet:
        return event
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", title)
    alarm.add("trigger", _ALARM)
    event.add_component(alarm)
    return event
