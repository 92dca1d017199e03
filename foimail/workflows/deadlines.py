"""The days that still matter in a case: what a calendar shows and a reminder is about."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

    from foimail.law.position import Position

_ANSWER = frozenset({"response", "response_code", "extension", "review_request", "complaint"})
_REVIEW = frozenset({"review", "review_late", "complaint"})
# the clocks that decide something at a stage; those that it has left behind are only told of
_RUNNING = {
    "awaiting": _ANSWER,
    "extended": _ANSWER,
    "overdue": _ANSWER,
    "fees": frozenset({"fee"}),
    "answered": frozenset({"review_request", "complaint"}),
    "review": _REVIEW,
    "review_overdue": _REVIEW,
    "decided": frozenset({"tribunal"}),
}


@dataclass(frozen=True, slots=True)
class Day:
    """A last day, itself still in time. `what` names its meaning and stays when the date moves; `warn_on` as a Clock's."""

    what: str
    title: str
    on: date
    text: tuple[str, ...]
    warn_on: date | None = None


def days(where: Position) -> tuple[Day, ...]:
    """The last days that still run, in the order of a case; each step's own last day is that of a clock."""
    running = _RUNNING.get(where.stage, frozenset())
    if where.clock("extension") is not None:
        running -= {
            "response",
            "response_code",
        }  # further time was taken: the first last day has no more effect
    found = tuple(
        Day(clock.name, _sentence(clock.title), clock.due, (*clock.working, clock.citation), clock.warn_on)
        for clock in where.clocks
        if clock.name in running
    )
    links = (
        Day("fetch", "The link to an answer", step.by, (step.what, step.why))
        for step in where.steps
        if step.route == "fetch" and step.by is not None
    )
    return (*links, *found)


def _sentence(title: str) -> str:
    words = title.removeprefix("the ")
    return words[:1].upper() + words[1:]
