"""What to do while there is no answer: one or more steps for each stage, with first and last day, reason and authority."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Literal

from foimail.law.calendar import in_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from foimail.law.clocks import Clock, Clocks
    from foimail.law.course import Course

Route = Literal[
    "send", "wait", "settle", "address", "clarification", "read", "confirm", "chaser", "review", "complaint",
    "fees", "identity", "narrow", "fetch", "tribunal", "none",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Step:
    """A step that is open or opens next: a plain sentence, its route, its first and last day, and what it rests on.

    `on_or_after` and `by` are None where any day will do. `citation` and `basis` are those of the limit that the dates come
    from. `letter` is the kind of letter to draft, `to` whom it goes to ("body", "regulator"); both are empty where
    nothing is written. `closes` says what would close the step.
    """

    what: str
    route: Route
    on_or_after: date | None
    why: str
    citation: str
    by: date | None = None
    letter: str = ""
    to: Literal["body", "regulator", ""] = ""
    closes: str = ""
    basis: str = ""

    def is_open(self, today: date) -> bool:
        """Whether it can be taken on this day; one whose last day has passed can still be tried."""
        return self.on_or_after is None or today >= self.on_or_after


_UNSENT: dict[str, tuple[str, Route, str, str]] = {
    "not_sent": ("Send the request.", "send", "It has not gone, so no clock runs.", "the request being sent"),
    "queued": (
        "Send what is in the outbox.",
        "send",
        "The request waits in the outbox, so no clock runs.",
        "the request being sent",
    ),
    "refused": (
        "Find another address and send the request there.",
        "address",
        "Their mail server refused the request, so they have not received it and no clock runs.",
        "the request being sent to an address that works",
    ),
    "unknown": (
        "Find out whether the request arrived, and settle the letter in the outbox.",
        "settle",
        "Their mail server never said whether it took the request, so no day of receipt is known.",
        "a copy in your mailbox, a reply of theirs, or your word",
    ),
    "undelivered": (
        "Find another address and send the request there.",
        "address",
        "The request came back undelivered, so they have not received it and no clock runs.",
        "the request being sent to an address that works",
    ),
}


def unsent(stage: str, alternatives: Sequence[str] = ()) -> tuple[Step, ...]:
    """The step for a request that is not in their hands. `alternatives` are further addresses that have not failed."""
    what, route, why, closes = _UNSENT[stage]
    if route == "address" and alternatives:
        what = f"Send the request to another address of theirs: {alternatives[0]}"
    return (Step(what, route, None, why, "", closes=closes),)


def clarification(so_far: Course) -> tuple[Step, ...]:
    """While they wait to be told what was meant."""
    limit = so_far.regime.find("restart") or so_far.regime.limit("response")
    asked = f"They asked on {in_words(so_far.case.asked_on)}. " if so_far.case.asked_on else ""
    why = f"{asked}No clock runs until they have your answer; then they have a fresh {limit.period}."
    step = Step(
        "Answer their question.", "clarification", None, why, limit.citation,
        letter="clarification", to="body", closes="your answer being sent", basis=limit.basis,
    )  # fmt: skip
    return (step,)


def fees(so_far: Course, clock: Clock) -> tuple[Step, ...]:
    """While a fees notice waits to be paid."""
    asked = f"They asked for a fee on {in_words(clock.starts_on)}."
    if so_far.today > clock.due:
        why = f"{asked} It had to be paid by {in_words(clock.due)}; since then they need not answer this request."
        again = "Ask again with a new request, or let it be."
        return (Step(again, "send", None, why, clock.citation, closes="a new request", basis=clock.basis),)
    why = f"{asked} No working day counts until it is paid; if it is not paid in time they need not answer."
    return (
        Step(
            "Pay the fee, ask how it was reckoned, or withdraw.", "fees", None, why, clock.citation,
            by=clock.due, letter="reply", to="body", closes="`foimail paid`, or the case being closed", basis=clock.basis,
        ),
    )  # fmt: skip


def besides(so_far: Course) -> tuple[Step, ...]:
    """What has to be done while the time for an answer runs, whatever its stage: another address, a name they want to know."""
    found = []
    case = so_far.case
    if case.other_address:
        found.append(
            Step(
                f"Send the request to {case.other_address}, the address in their out-of-office notice.",
                "address",
                None,
                "Nobody may have read it yet. `foimail outbox retry NUMBER --to ADDRESS` queues it for there, and it counts as "
                "received on the day it goes; so it does where you send it on from your own mail program. Until then the first "
                "day stands.",
                "",
                to="body",
                closes="the request being sent there, or a reply",
            )
        )
    if case.identity_asked_on is not None:
        section = so_far.regime.requester_section
        rule = f" A valid request needs the applicant's real name ({section})." if section else ""
        found.append(
            Step(
                "Answer their question who is asking.",
                "identity",
                None,
                f"They asked on {in_words(case.identity_asked_on)}.{rule}",
                section,
                letter="identity",
                to="body",
                closes="your answer being sent",
            )
        )
    return tuple(found)


def awaiting(by: Clock) -> tuple[Step, ...]:
    """While they are in time: nothing can be done before the day after the last day."""
    why = f"They have until the end of {in_words(by.due)}."
    return (_wait(by, why, "their answer"),)


def extended(so_far: Course, clocks: Clocks, by: Clock) -> tuple[Step, ...]:
    """While they are in the further time that they took."""
    found = awaiting(by)
    taken = clocks.extension
    limit = so_far.regime.find("extension")
    if taken and limit and taken.backstop and taken.until and taken.until > taken.backstop:
        why = f"By {limit.citation} no more than {limit.period} are expected, which ended with {in_words(taken.backstop)}."
        ask = Step(
            "Ask them for an earlier answer.", "chaser", _after(taken.backstop), why, limit.citation,
            letter="reply", to="body", closes="their answer", basis=limit.basis,
        )  # fmt: skip
        found = (ask, *found) if ask.is_open(so_far.today) else (*found, ask)
    return found


def overdue(so_far: Course, clocks: Clocks, by: Clock) -> tuple[Step, ...]:
    """On silence: to the regulator, after a chaser or after the review that this law wants first."""
    flaw = clocks.extension.flaw if clocks.extension else ""
    why = f"No answer came by {in_words(by.due)}."
    if flaw:
        why += f" They took further time, but their notice is not valid: {flaw}."
    if so_far.regime.review_before_regulator_on_silence and clocks.review_request is not None:
        return (_review_first(so_far, clocks.review_request, why),)
    chased = so_far.chased_on(by.due)
    if chased is None:
        why += f" {_regulator(so_far)} wants to see that you asked once more."
        return (
            Step(
                "Send a chaser.", "chaser", _after(by.due), why, by.citation,
                letter="chaser", to="body", closes="their answer, or the chaser being sent", basis=by.basis,
            ),
        )  # fmt: skip
    grace = so_far.regime.limit("grace")
    why = (
        f"You asked once more on {in_words(chased)} and still have no answer. "
        "Where nothing came at all, no internal review is needed first."
    )
    opens = grace.last_day(chased, so_far.calendar)
    return (complaint(so_far, clocks, opens, why, grace.citation, grace.basis),)


def _review_first(so_far: Course, clock: Clock, why: str) -> Step:
    why += f" {_regulator(so_far)} can only look at it after a review."
    if so_far.today > clock.due:
        why += f" The last day to require one was {in_words(clock.due)}; the body need not take a later one."
    return Step(
        "Require a review from the body.", "review", _after(clock.starts_on), why, clock.citation,
        by=clock.due, letter="review", to="body", closes="their answer, or the review being required", basis=clock.basis,
    )  # fmt: skip


def review_running(so_far: Course, clocks: Clocks, review: Clock) -> tuple[Step, ...]:
    """While a review runs, and once it is late."""
    last = clocks.review_late or review
    asked = f"You asked for a review on {in_words(review.starts_on)}"
    opens = _after(last.due)
    late = f"{asked} and had no outcome by {in_words(last.due)}."
    if so_far.today <= last.due:
        late = f"This is open if no outcome has come by the end of {in_words(last.due)}."
    regulator = complaint(so_far, clocks, opens, late, last.citation, last.basis)
    if so_far.today <= review.due:
        return (
            _wait(review, f"{asked}; they have until the end of {in_words(review.due)}.", "the outcome"),
            regulator,
        )
    if regulator.is_open(so_far.today):
        return (regulator,)
    why = f"{asked}; the outcome was expected by {in_words(review.due)}, in an exceptional case by {in_words(last.due)}."
    remind = Step(
        "Remind them of the review.", "chaser", _after(review.due), why, review.citation,
        letter="reply", to="body", closes="the outcome", basis=review.basis,
    )  # fmt: skip
    return (remind, regulator)


def complaint(so_far: Course, clocks: Clocks, opens: date, why: str, citation: str, basis: str) -> Step:
    """The step to the regulator, with a warning once it has been open for long."""
    clock, regulator = clocks.complaint, so_far.regime.regulator
    if clock is not None and so_far.today > clock.due:
        why += f" The last day was {in_words(clock.due)}: a complaint may now be refused as late ({clock.citation})."
    elif clock is not None and clock.warn_on is not None and so_far.today >= clock.warn_on:
        why += f" Do it soon: after {in_words(clock.due)} it may be refused as late ({clock.citation})."
    return Step(
        f"{so_far.regime.complaint_words} {regulator.name}: {regulator.form}", "complaint", opens, why, citation,
        by=clock.due if clock else None, letter="complaint", to="regulator",
        closes="their answer, or the complaint being made", basis=basis,
    )  # fmt: skip


def _wait(clock: Clock, why: str, closes: str) -> Step:
    what = f"Wait until {in_words(clock.due)} has passed."
    return Step(what, "wait", _after(clock.due), why, clock.citation, closes=closes, basis=clock.basis)


def _after(day: date) -> date:
    return day + timedelta(days=1)


def _regulator(so_far: Course) -> str:
    name = so_far.regime.regulator.name
    return name[0].upper() + name[1:]
