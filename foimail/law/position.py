"""Where a case stands on a day: stage, last day with its working, next step. Computed, never stored."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias, get_args

from foimail.errors import CalendarError
from foimail.law import routes, working
from foimail.law.calendar import in_words
from foimail.model import FINAL_KINDS

if TYPE_CHECKING:
    from datetime import date

    from foimail.law.calendar import Calendar
    from foimail.law.regimes import Limit, Regime
    from foimail.law.routes import Step
    from foimail.model import Case, Reply

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
    of the holiday table.
    """

    stage: Stage
    step: Step
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


def position(case: Case, regime: Regime, calendar: Calendar, today: date) -> Position:
    """Where the case stands on `today`, a London date, under this law.

    Raises:
        CalendarError: a date lies outside the calendar, or the calendar is another law's.
    """
    if set(calendar.nations) != set(regime.holidays):
        raise CalendarError(f"a calendar of {', '.join(calendar.nations)} does not serve the {regime.short}")
    answer = _answer(case)
    if case.received_on is None:
        return _without_receipt(case, answer)
    if answer is None and case.asked_on is not None:
        return _asked(case, case.asked_on, case.received_on, regime, calendar)

    limit, code = _limits(case, regime)
    due = calendar.after(case.received_on, limit.number)
    later = None
    if code is not None and not calendar.is_working(case.received_on):
        later = working.code_due(case.received_on, code, calendar)
    day = answer.on if answer else today
    stage: Stage
    if answer:
        stage, step = "answered", routes.answered(to_confirm=answer.automatic)
    elif today > due:
        stage, step = "overdue", routes.overdue(case, due, regime, calendar, today)
    else:
        stage, step = "awaiting", routes.awaiting(due, limit.citation)
    return Position(
        stage=stage,
        step=step,
        due=due,
        due_code45=later,
        days_left=calendar.between(day, due),
        days_late=max(0, (day - due).days),
        undisputed=day > (later or due),
        answered_on=answer.on if answer else None,
        to_confirm=answer is not None and answer.automatic,
        basis=limit.basis,
        citation=limit.citation,
        calendar=calendar.version,
        working=working.sentences(case.received_on, case.received_why, limit, calendar, code),
    )


def _answer(case: Case) -> Reply | None:
    """The first reply that answers the request; one that a person confirmed goes before a rule's."""
    answers = [reply for reply in case.replies if reply.kind in FINAL_KINDS]
    return min(answers, key=lambda reply: (reply.automatic, reply.on), default=None)


def _limits(case: Case, regime: Regime) -> tuple[Limit, Limit | None]:
    """The limit for an answer, and that of a code which reads receipt on a non-working day otherwise."""
    restart = regime.find("restart") if case.earlier_received else None
    return restart or regime.limit("response"), regime.find("response_code")


def _without_receipt(case: Case, answer: Reply | None) -> Position:
    if answer:
        step = routes.answered(to_confirm=answer.automatic)
        return Position("answered", step, answered_on=answer.on, to_confirm=answer.automatic)
    states = [sending.state for sending in case.sendings if sending.letter == "request"]
    last = states[-1] if states else "not_sent"
    stage: Stage = "undelivered" if last == "sent" else last
    return Position(stage, routes.unsent(stage))


def _asked(case: Case, asked_on: date, received: date, regime: Regime, calendar: Calendar) -> Position:
    limit, _ = _limits(case, regime)
    due = calendar.after(received, limit.number)
    return Position(
        stage="clarification",
        step=routes.clarification(asked_on, regime),
        to_confirm=any(reply.automatic for reply in case.replies if reply.kind == "clarification"),
        basis=limit.basis,
        citation=limit.citation,
        calendar=calendar.version,
        working=(
            f"The request counts as received on {in_words(received)}; the answer was due by {in_words(due)}.",
            f"On {in_words(asked_on)} they asked what was meant. Until you answer, no last day runs.",
        ),
    )
