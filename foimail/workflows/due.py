"""Due dates for days of receipt: the calendar and the limits alone, without a workspace."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from foimail.errors import CalendarError, InputError, Problem
from foimail.files.tables import table
from foimail.law import working
from foimail.law.calendar import build, in_words
from foimail.law.periods import Limit

if TYPE_CHECKING:
    from collections.abc import Iterable

    from foimail.law.calendar import Calendar
    from foimail.law.regimes import Regime

_SHOWN = 40  # of a line that is no date, so much is repeated to its writer


@dataclass(frozen=True, slots=True)
class DueDates:
    """The last days, in the order asked, each with its working; `remark` is a warning to the reader, or empty."""

    days: tuple[date, ...]
    working: tuple[tuple[str, ...], ...] = ()
    remark: str = ""


def due_dates(
    texts: Iterable[tuple[str, str]], regime: Regime, number: int | None = None, *, explain: bool = False
) -> DueDates:
    """The last day for an answer to requests received on these days.

    Args:
        texts: where each date was written (`argument 1`, `stdin:3`) and its text, an ISO date.
        regime: the law that counts.
        number: working days; the law's own limit for an answer where it is None.
        explain: with the working of each, in sentences for an e-mail.

    Raises:
        InputError: some texts are no dates or lie outside the calendar; all of them are named.
    """
    calendar = build(regime.holidays, table("proclaimed"))
    limit = regime.limit("response") if number is None else _plain(number, regime)
    days: list[date] = []
    workings: list[tuple[str, ...]] = []
    problems: list[Problem] = []
    for where, text in texts:
        try:
            received = _a_date(text)
            days.append(limit.last_day(received, calendar))
            if explain:
                workings.append(_working(received, limit, regime, calendar))
        except ValueError as error:
            problems.append(Problem(where, str(error), "write it as 2026-11-23"))
        except CalendarError as error:
            problems.append(Problem(where, error.message, error.hint))
    if problems:
        raise InputError(_count(len(problems)), problems)
    remark = ""
    if any(day > calendar.reliable_to for day in days):
        remark = (
            f"bank holidays after {in_words(calendar.reliable_to)} have not all been proclaimed yet; "
            "later dates may change"
        )
    return DueDates(tuple(days), tuple(workings), remark)


def _plain(number: int, regime: Regime) -> Limit:
    """A number of working days that no law sets, counted by the holidays of one."""
    citation = f"working days as in the {regime.act}"
    return Limit(number, "working days", "practice", citation, "", checked=True)


def _working(received: date, limit: Limit, regime: Regime, calendar: Calendar) -> tuple[str, ...]:
    if limit.basis == "practice":
        start = f"{limit.period} are counted from {in_words(received)}."
        return working.count(start, received, limit, "the last", calendar)
    return working.sentences(received, "", limit, calendar, regime.find("response_code"))


def _a_date(text: str) -> date:
    """The date of an ISO text; ValueError for anything else, short forms that Python reads included."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = None
    if day is None or day.isoformat() != text:
        raise ValueError(f"{text[:_SHOWN]!r} is not a date")
    return day


def _count(faults: int) -> str:
    return (
        f"no due dates: {faults} of the dates cannot be used"
        if faults > 1
        else "no due date: the date cannot be used"
    )
