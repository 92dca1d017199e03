"""How a last day was found, in sentences that may be pasted into an e-mail to the body."""

from __future__ import annotations

from typing import TYPE_CHECKING

from foimail.law.calendar import in_words

if TYPE_CHECKING:
    from datetime import date

    from foimail.law.calendar import Calendar
    from foimail.law.regimes import Limit


def sentences(
    received: date, why: str, limit: Limit, calendar: Calendar, code: Limit | None
) -> tuple[str, ...]:
    """The count from the day of receipt to the last day, with each weekday that does not count.

    `code` is a limit of a code of practice that counts from the first working day on or after receipt; it is
    mentioned where that makes a difference.
    """
    due = calendar.after(received, limit.number)
    found = [
        f"The request counts as received on {in_words(received)}, which is day 0{f': {why}' if why else ''}."
    ]
    if not calendar.is_working(received):
        found.append(
            f"That is no working day ({day_off(received, calendar)}), but the day of receipt all the same."
        )
    found.append(f"Day 1, the next working day, is {in_words(calendar.after(received, 1))}.")
    found.append("Saturdays and Sundays do not count.")
    found += [f"{in_words(day)} does not count: {reason}." for day, reason in calendar.skipped(received, due)]
    found.append(
        f"Working day {limit.number}, the last day for an answer, is {in_words(due)} ({limit.citation})."
    )
    if code is not None and not calendar.is_working(received):
        later = code_due(received, code, calendar)
        found.append(
            f"On another reading ({code.citation}) a request that comes on such a day is received on the "
            f"next working day; then the last day is {in_words(later)}."
        )
    if due > calendar.reliable_to:
        found.append(
            f"Bank holidays after {in_words(calendar.reliable_to)} have not all been proclaimed yet; "
            "this date may change."
        )
    found.append(f"Bank holidays as of: {calendar.version}.")
    return tuple(found)


def code_due(received: date, code: Limit, calendar: Calendar) -> date:
    """The last day where receipt is moved to the first working day on or after arrival."""
    counted_from = received if calendar.is_working(received) else calendar.after(received, 1)
    return calendar.after(counted_from, code.number)


def day_off(day: date, calendar: Calendar) -> str:
    """Why a day is no working day: its holiday, or the day of the week."""
    return calendar.holidays.get(day, f"a {day:%A}")
