"""Where a case stands on a day: stage, last day with its working, next step. Computed, never stored."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, TypeAlias, get_args

from foimail.errors import CalendarError
from foimail.law import remedies, routes
from foimail.law.behind import fetch
from foimail.law.breaches import breaches
from foimail.law.calendar import in_words
from foimail.law.clocks import answer_limit, clocks
from foimail.law.course import course
from foimail.law.remarks import remarks

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from foimail.law.breaches import Breach
    from foimail.law.calendar import Calendar
    from foimail.law.clocks import Clock, Clocks
    from foimail.law.course import Course
    from foimail.law.regimes import Regime
    from foimail.law.routes import Step
    from foimail.model import Case

Stage: TypeAlias = Literal[
    "not_sent",
    "queued",
    "refused",  # the mail server did not take the request
    "unknown",  # the mail server never said whether it took the request
    "undelivered",  # taken, then returned
    "awaiting",
    "clarification",  # they asked what was meant; no clock runs until they are told
    "overdue",
    "answered",
    "extended",  # in the further time of a valid extension
    "fees",  # a fees notice waits to be paid; no clock of theirs runs
    "review",  # a review has been asked for and is not late
    "review_overdue",
    "complained",  # the regulator has it
    "decided",  # the regulator has decided
    "closed",
]
STAGES: tuple[Stage, ...] = get_args(Stage)


@dataclass(frozen=True, slots=True)
class Position:
    """A case on a day.

    `due` is the last day for an answer, None while no clock runs. `due_code45` is the later date
    that the section 45 Code can be read to give where receipt fell on a non-working day.
    `days_left` counts working days, below zero when late; `days_late` counts calendar days. Both
    count to `answered_on` once an answer has come. `undisputed` is true when the request is
    overdue, or was answered late, on every reading. `to_confirm` marks a stage that rests on a
    rule's reading of a message. `basis` and `citation` are the limit's; `calendar` is the version
    of the holiday table. `steps` are those open or next, the most pressing first; there is always one. `remarks` are
    sentences on what the body states and foimail counts otherwise. `snoozed_until` is a day still to come.
    """

    stage: Stage
    steps: tuple[Step, ...]
    due: date | None = None
    due_code45: date | None = None
    days_left: int | None = None
    days_late: int = 0
    undisputed: bool = False
    answered_on: date | None = None
    to_confirm: bool = False
    basis: str = ""
    citation: str = ""
    calendar: str = ""
    working: tuple[str, ...] = ()
    clocks: tuple[Clock, ...] = ()
    breaches: tuple[Breach, ...] = ()
    remarks: tuple[str, ...] = ()
    snoozed_until: date | None = None

    @property
    def step(self) -> Step:
        """The most pressing step."""
        return self.steps[0]

    def clock(self, name: str) -> Clock | None:
        """The clock of that name, or None where it does not run."""
        return next((clock for clock in self.clocks if clock.name == name), None)


def position(
    case: Case, regime: Regime, calendar: Calendar, today: date, alternatives: Sequence[str] = ()
) -> Position:
    """Where the case stands on `today`, a London date, under this law. `alternatives` are further addresses of the body.

    Raises:
        CalendarError: a date lies outside the calendar, or the calendar is another law's.
    """
    if set(calendar.nations) != set(regime.holidays):
        raise CalendarError(f"a calendar of {', '.join(calendar.nations)} does not serve the {regime.short}")
    so_far = course(case, regime, calendar, today)
    found = clocks(so_far)
    broken = breaches(so_far, found)
    stage = _stage(so_far, found)
    by, ended = found.answer_by, so_far.answer or so_far.outcome
    where = Position(
        stage=stage,
        steps=(*fetch(so_far), *_steps(so_far, found, broken, stage, alternatives)),
        answered_on=ended.on if ended else None,
        to_confirm=_to_confirm(so_far, stage),
        clocks=found.all,
        breaches=broken,
        remarks=remarks(so_far, found),
        snoozed_until=case.snoozed_until if case.snoozed_until and case.snoozed_until > today else None,
    )
    if case.received_on is None:
        return where
    if by is None:
        limit = found.fee or answer_limit(so_far)
        return replace(
            where,
            basis=limit.basis,
            citation=limit.citation,
            calendar=calendar.version,
            working=found.fee.working if found.fee else _stopped(so_far, case.received_on),
        )
    day = ended.on if ended else today
    later = found.code.due if found.code and by is found.response else None
    return replace(
        where,
        due=by.due,
        due_code45=later,
        days_left=calendar.between(day, by.due),
        days_late=max(0, (day - by.due).days),
        undisputed=day > (later or by.due),
        basis=by.basis,
        citation=by.citation,
        calendar=calendar.version,
        working=tuple(
            dict.fromkeys(s for clock in (found.response, found.further_time) if clock for s in clock.working)
        ),
    )


def _stage(so_far: Course, found: Clocks) -> Stage:
    case, today = so_far.case, so_far.today
    if case.closed_on is not None:
        return "closed"
    if so_far.decision is not None and not so_far.answered_after(so_far.decision.on):
        return "decided"
    if so_far.complaint_on is not None and not so_far.answered_after(so_far.complaint_on):
        return "complained"
    if found.review is not None and so_far.review_runs:
        return "review" if today <= found.review.due else "review_overdue"
    if so_far.finals:
        return "answered"
    if case.received_on is None:
        return _unreceived(case)
    if case.asked_on is not None:
        return "clarification"
    if found.answer_by is None:
        return "fees"
    if today > found.answer_by.due:
        return "overdue"
    return "extended" if found.further_time else "awaiting"


def _unreceived(case: Case) -> Stage:
    states = [sending.state for sending in case.sendings if sending.letter == "request"]
    last = states[-1] if states else "not_sent"
    return "undelivered" if last == "sent" else last


def _steps(
    so_far: Course, found: Clocks, broken: Sequence[Breach], stage: Stage, alternatives: Sequence[str]
) -> tuple[Step, ...]:
    match stage:
        case "closed":
            return remedies.closed(so_far)
        case "decided":
            return remedies.decided(so_far, found)
        case "complained":
            return remedies.complained(so_far)
        case "answered":
            return remedies.answered(so_far, found, broken)
        case "clarification":
            return routes.clarification(so_far)
        case _:
            return _without_answer(so_far, found, stage, alternatives)


def _without_answer(
    so_far: Course, found: Clocks, stage: Stage, alternatives: Sequence[str]
) -> tuple[Step, ...]:
    by, besides = found.answer_by, routes.besides(so_far)
    if found.review is not None and so_far.review_runs:
        return routes.review_running(so_far, found, found.review)
    if found.fee is not None:
        return (*besides, *routes.fees(so_far, found.fee))
    if by is None:
        return routes.unsent(stage, _untried(so_far.case, alternatives))
    if stage == "overdue":
        return (*besides, *routes.overdue(so_far, found, by))
    if stage == "extended":
        return (*besides, *routes.extended(so_far, found, by))
    return (*besides, *routes.awaiting(by))


def _untried(case: Case, alternatives: Sequence[str]) -> list[str]:
    """The addresses to which no letter of this case has gone in vain."""
    failed = {s.to.lower() for s in case.sendings if s.came_back or s.state == "refused"}
    return [address for address in alternatives if address.lower() not in failed]


def _to_confirm(so_far: Course, stage: Stage) -> bool:
    last = so_far.last_answer
    if stage == "clarification":
        return any(reply.automatic for reply in so_far.case.current if reply.kind == "clarification")
    return last is not None and last.automatic


def _stopped(so_far: Course, received: date) -> tuple[str, ...]:
    due = answer_limit(so_far).last_day(received, so_far.calendar)
    asked = f"On {in_words(so_far.case.asked_on)} they" if so_far.case.asked_on else "They"
    return (
        f"The request counts as received on {in_words(received)}; the answer was due by {in_words(due)}.",
        f"{asked} asked what was meant. Until you answer, no last day runs.",
    )
