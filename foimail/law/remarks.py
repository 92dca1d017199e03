"""What the user should know of a case beside its dates: what the body states against what foimail counts."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from foimail.errors import CalendarError
from foimail.law.calendar import in_words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from foimail.law.clocks import Clocks
    from foimail.law.course import Course


def remarks(so_far: Course, clocks: Clocks) -> tuple[str, ...]:
    """Sentences on dates that differ, further time that is not valid, promises that bind nobody, and bounces that name nothing."""
    return (*_stated(so_far, clocks), *_further(clocks), *_promised(so_far, clocks), *_bounces(so_far))


def _stated(so_far: Course, clocks: Clocks) -> Iterator[str]:
    received, by = so_far.case.received_on, clocks.answer_by
    said = _last(so_far, "received")
    if said is not None and received is not None and said != received:
        yield (
            f"They state that the request was received on {in_words(said)}; foimail counts from {in_words(received)}."
            f"{_from_theirs(so_far, said)}"
        )
    said = _last(so_far, "due")
    if said is not None and by is not None:
        if said == by.due:
            yield f"They too give {in_words(said)} as the last day."
        else:
            later = "later" if said > by.due else "earlier"
            yield f"They give {in_words(said)} as the last day, which is {later} than {in_words(by.due)} ({by.citation})."


def _from_theirs(so_far: Course, said: date) -> str:
    try:
        due = so_far.regime.limit("response").last_day(said, so_far.calendar)
    except CalendarError:
        return " That is a day which nobody can count from."
    return f" From their day of receipt the last day would be {in_words(due)}."


def _further(clocks: Clocks) -> Iterator[str]:
    taken = clocks.extension
    if taken is not None and not taken.valid:
        yield (
            f"Their notice of {in_words(taken.notice.on)} that takes further time is not valid: {taken.flaw}. "
            "The last day stays as it was."
        )
    elif clocks.further_time is not None and clocks.further_time.note:
        yield clocks.further_time.note


def _promised(so_far: Course, clocks: Clocks) -> Iterator[str]:
    promises = [r for r in so_far.case.current if r.kind == "holding_delay" and "until" in r.facts]
    if promises and so_far.answer is None and clocks.answer_by is not None:
        until = date.fromisoformat(promises[-1].facts["until"])
        yield f"They promise an answer by {in_words(until)}. A promise does not move the last day."


def _bounces(so_far: Course) -> Iterator[str]:
    for reply in so_far.case.current:
        if reply.kind == "bounce" and not (reply.about or reply.failed) and reply.automatic:
            yield (
                f"On {in_words(reply.on)} a message said that mail came back, but not from which address. "
                "Read it; if it was the request, confirm the message with `foimail inbox assign`."
            )


def _last(so_far: Course, fact: str) -> date | None:
    """The day that they stated last."""
    said = [reply.facts[fact] for reply in so_far.case.current if fact in reply.facts]
    return date.fromisoformat(said[-1]) if said else None
