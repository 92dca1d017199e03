"""What to do next, from which day, and why: one step for each stage of a case."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Literal

from foimail.case import BY_HAND
from foimail.law.calendar import Calendar, in_words

if TYPE_CHECKING:
    from foimail.law.regimes import Regime
    from foimail.model import Case

Route = Literal[
    "send", "wait", "settle", "address", "clarification", "read", "confirm", "chaser", "review", "complaint"
]


@dataclass(frozen=True, slots=True)
class Step:
    """The next step: a plain sentence, its route, the first and last day for it, and what it rests on.

    `on_or_after` and `by` are None where any day will do. `citation` is the limit that the dates come from.
    """

    what: str
    route: Route
    on_or_after: date | None
    why: str
    citation: str
    by: date | None = None


_UNSENT: dict[str, tuple[str, Route, str]] = {
    "not_sent": ("Send the request.", "send", "It has not gone, so no clock runs."),
    "queued": (
        "Send what is in the outbox.",
        "send",
        "The request waits in the outbox, so no clock runs.",
    ),
    "refused": (
        "Find another address and send the request there.",
        "address",
        "Their mail server refused the request, so they have not received it and no clock runs.",
    ),
    "unknown": (
        "Find out whether the request arrived, and settle the letter in the outbox.",
        "settle",
        "Their mail server never said whether it took the request, so no day of receipt is known.",
    ),
    "undelivered": (
        "Find another address and send the request there.",
        "address",
        "The request came back undelivered, so they have not received it and no clock runs.",
    ),
}


def unsent(stage: str) -> Step:
    """The step for a request that is not in their hands."""
    what, route, why = _UNSENT[stage]
    return Step(what, route, None, why, "")


def answered(*, to_confirm: bool) -> Step:
    """The step once an answer has come: a person reads it."""
    if to_confirm:
        why = (
            "foimail took a message for their answer by a rule; until you have confirmed it, that is a guess."
        )
        return Step("Read the message and say whether it is their answer.", "confirm", None, why, "")
    return Step("Read the answer and check the figures.", "read", None, "They have answered.", "")


def clarification(asked_on: date, regime: Regime) -> Step:
    """The step while they wait to be told what was meant."""
    limit = regime.find("restart") or regime.limit("response")
    why = (
        f"They asked on {in_words(asked_on)}. No clock runs until they have your answer; "
        f"then they have a fresh {limit.number} {limit.unit}."
    )
    return Step("Answer their question.", "clarification", None, why, limit.citation)


def awaiting(due: date, citation: str) -> Step:
    """The step while they are in time: nothing can be done before the day after the last day."""
    why = f"They have until the end of {in_words(due)}."
    return Step(f"Wait until {in_words(due)} has passed.", "wait", due + timedelta(days=1), why, citation)


def overdue(case: Case, due: date, regime: Regime, calendar: Calendar, today: date) -> Step:
    """The step on silence: to the regulator, after a chaser or after the review that this law wants first."""
    if regime.review_before_regulator_on_silence:
        return _by_review(case, due, regime, calendar, today)
    return _by_chaser(case, due, regime, calendar)


def _by_chaser(case: Case, due: date, regime: Regime, calendar: Calendar) -> Step:
    chased = _written(case, {"chaser", BY_HAND}, due)
    if chased is None:
        limit = regime.limit("response")
        why = (
            f"No answer came by {in_words(due)}. {_regulator(regime)} wants to see that you asked once more."
        )
        return Step("Send a chaser.", "chaser", due + timedelta(days=1), why, limit.citation)
    grace = regime.limit("grace")
    why = (
        f"You asked once more on {in_words(chased)} and still have no answer. "
        "Where nothing came at all, no internal review is needed first."
    )
    return Step(
        f"Complain to {regime.regulator.name}: {regime.regulator.form}",
        "complaint",
        calendar.after(chased, grace.number),
        why,
        grace.citation,
    )


def _by_review(case: Case, due: date, regime: Regime, calendar: Calendar, today: date) -> Step:
    required = _written(case, {"review"}, due)
    if required is None:
        limit = regime.limit("review_request")
        by = calendar.after(due, limit.number)
        why = f"No answer came by {in_words(due)}. {_regulator(regime)} can only look at it after a review."
        if today > by:
            why += f" The last day to require one was {in_words(by)}; the body need not take a later one."
        return Step(
            "Require a review from the body.", "review", due + timedelta(days=1), why, limit.citation, by=by
        )
    limit = regime.limit("review")
    answer_by = calendar.after(required, limit.number)
    why = f"You required a review on {in_words(required)}; they have until the end of {in_words(answer_by)}."
    return Step(
        f"If no review comes, apply to {regime.regulator.name}: {regime.regulator.form}",
        "complaint",
        answer_by + timedelta(days=1),
        why,
        limit.citation,
    )


def _written(case: Case, letters: set[str], after: date) -> date | None:
    """The first day after that one on which such a letter went to the body."""
    days = (
        sending.on
        for sending in case.sendings
        if sending.state == "sent" and sending.letter in letters and sending.on > after
    )
    return min(days, default=None)


def _regulator(regime: Regime) -> str:
    name = regime.regulator.name
    return name[0].upper() + name[1:]
