"""How a last day was found, in sentences that may be pasted into an e-mail to the body."""

from __future__ import annotations

from typing import TYPE_CHECKING

from foimail.law.calendar import in_words

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from foimail.law.calendar import Calendar
    from foimail.law.periods import Limit
    from foimail.model import Pause


def sentences(
    received: date,
    why: str,
    limit: Limit,
    calendar: Calendar,
    code: Limit | None,
    pauses: Sequence[Pause] = (),
    pause_citation: str = "",
) -> tuple[str, ...]:
    """The count from the day of receipt to the last day, with each weekday that does not count.

    `code` is a limit of a code of practice that counts from the first working day on or after receipt; it is
    mentioned where that makes a difference. `pauses` are the fees notices that were paid.
    """
    paused = pause_days(received, pauses, calendar)
    due = limit.last_day(received, calendar, paused)
    found = [
        f"The request counts as received on {in_words(received)}, which is day 0{f': {why}' if why else ''}."
    ]
    if not calendar.is_working(received):
        found.append(
            f"That is no working day ({day_off(received, calendar)}), but the day of receipt all the same."
        )
    found.append(f"Day 1, the next working day, is {in_words(calendar.after(received, 1))}.")
    found += _weekdays_off(received, due, calendar)
    for pause in pauses:
        days = pause_days(received, (pause,), calendar)
        if pause.paid_on and days:
            found.append(
                f"From the fees notice of {in_words(pause.asked_on)} to its payment on {in_words(pause.paid_on)}, both "
                f"included, {days} working {_days(days)} not count ({pause_citation})."
            )
    found.append(
        f"Working day {limit.number}, the last day for an answer, is {in_words(due)} ({limit.citation})."
    )
    if code is not None and not calendar.is_working(received):
        later = code_due(received, code, calendar, paused)
        found.append(
            f"On another reading ({code.citation}) a request that comes on such a day is received on the "
            f"next working day; then the last day is {in_words(later)}."
        )
    return (*found, *_reliance(due, calendar))


def count(start: str, day: date, limit: Limit, title: str, calendar: Calendar) -> tuple[str, ...]:
    """The count of any other period: `start` says in a sentence why it begins on `day`, `title` what the last day is for."""
    due = limit.last_day(day, calendar)
    found = [start]
    if limit.unit == "working days":
        found.append(f"{in_words(day)} is day 0. Day 1 is {in_words(calendar.after(day, 1))}.")
        found += _weekdays_off(day, due, calendar)
        last = f"Working day {limit.number}"
    else:
        found.append(
            f"{limit.period} {'beginning with that day' if limit.beginning else 'after that day'}, every day counting."
        )
        last = "The end of that period"
    found.append(f"{last}, {title}, is {in_words(due)} ({limit.citation}).")
    if limit.unit == "working days":
        found += _reliance(due, calendar)
    return tuple(found)


def pause_days(received: date, pauses: Sequence[Pause], calendar: Calendar) -> int:
    """The working days from each fees notice to its payment, both included, after the day of receipt."""
    days = 0
    for pause in pauses:
        if pause.paid_on is not None and pause.paid_on > received:
            # where the notice is of day 0 itself, that day does not count anyway
            before = max(received, pause.asked_on)
            own = before > received and calendar.is_working(before)
            days += calendar.between(before, pause.paid_on) + own
    return days


def code_due(received: date, code: Limit, calendar: Calendar, paused: int = 0) -> date:
    """The last day where receipt is moved to the first working day on or after arrival."""
    counted_from = received if calendar.is_working(received) else calendar.after(received, 1)
    return code.last_day(counted_from, calendar, paused)


def day_off(day: date, calendar: Calendar) -> str:
    """Why a day is no working day: its holiday, or the day of the week."""
    return calendar.holidays.get(day, f"a {day:%A}")


def _weekdays_off(start: date, due: date, calendar: Calendar) -> list[str]:
    skipped = [f"{in_words(day)} does not count: {reason}." for day, reason in calendar.skipped(start, due)]
    return ["Saturdays and Sundays do not count.", *skipped]


def _reliance(due: date, calendar: Calendar) -> list[str]:
    found = []
    if due > calendar.reliable_to:
        found.append(
            f"Bank holidays after {in_words(calendar.reliable_to)} have not all been proclaimed yet; "
            "this date may change."
        )
    return [*found, f"Bank holidays as of: {calendar.version}."]


def _days(number: int) -> str:
    return "day does" if number == 1 else "days do"
