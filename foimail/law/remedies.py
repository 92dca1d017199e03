"""What to do once an answer has come: read it, narrow, ask for a review, go to the regulator, appeal from there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from foimail.law.calendar import in_words
from foimail.law.exemptions import cites
from foimail.law.routes import Step, complaint

if TYPE_CHECKING:
    from collections.abc import Sequence

    from foimail.law.breaches import Breach
    from foimail.law.clocks import Clocks
    from foimail.law.course import Course

_OF_TIME = frozenset({"late", "review_late"})  # an answer has come: what remains to be mended is its content


def answered(so_far: Course, clocks: Clocks, broken: Sequence[Breach]) -> tuple[Step, ...]:
    """Once an answer or the outcome of a review has come: a person reads it, and it can be gone against."""
    last = so_far.last_answer
    remedies = (*_narrow(so_far), *_review(so_far, clocks, broken), *_regulator(so_far, clocks))
    if last is not None and last.automatic:
        why = (
            "foimail took a message for their answer by a rule; until you have confirmed it, that is a guess."
        )
        confirm = Step(
            "Read the message and say whether it is their answer.", "confirm", None, why, "",
            closes="`foimail inbox assign`",
        )  # fmt: skip
        return (confirm, *remedies)
    read = Step(
        "Read the answer and check the figures.", "read", None, "They have answered.", "",
        letter="thanks", to="body", closes="`foimail close`",
    )  # fmt: skip
    wanting = any(breach.name not in _OF_TIME for breach in broken) or any(
        step.route == "narrow" for step in remedies
    )
    return (*remedies, read) if wanting and so_far.outcome is None else (read, *remedies)


def _narrow(so_far: Course) -> tuple[Step, ...]:
    """After a refusal by cost: less may fit, and less is a new request with all its time."""
    answer, regime = so_far.answer, so_far.regime
    if (
        answer is None
        or so_far.outcome is not None
        or not cites(answer.facts.get("sections", ()), regime.cost_section)
    ):
        return ()
    limit = f" (the limit is {regime.cost_limit})" if regime.cost_limit else ""
    why = (
        f"On {in_words(answer.on)} they refused by {regime.cost_section}{limit}. A request for less is a new request, "
        f"with a fresh {regime.limit('response').period}."
    )
    step = Step(
        "Offer to narrow the request: say which parts to keep.", "narrow", None, why, regime.limit("response").citation,
        letter="narrowing", to="body", closes="the narrower request being sent", basis=regime.limit("response").basis,
    )  # fmt: skip
    return (step,)


def _review(so_far: Course, clocks: Clocks, broken: Sequence[Breach]) -> tuple[Step, ...]:
    clock, answer = clocks.review_request, so_far.answer
    if clock is None or answer is None:
        return ()
    wrong = [breach for breach in broken if breach.name not in _OF_TIME]
    why = f"They answered on {in_words(answer.on)}."
    for breach in wrong:
        why += f" They had to {breach.what} ({breach.citation})."
    if not wrong:
        why += " No breach has been found; if you are not content with the answer, they can be asked to look again."
    if so_far.today > clock.due:
        why += f" The last day was {in_words(clock.due)}; they need not take a later one."
    step = Step(
        f"Ask for the {so_far.regime.review_title}.", "review", answer.on, why, clock.citation,
        by=clock.due, letter="review", to="body", closes="the review being asked for", basis=clock.basis,
    )  # fmt: skip
    return (step,)


def _regulator(so_far: Course, clocks: Clocks) -> tuple[Step, ...]:
    outcome, clock = so_far.outcome, clocks.complaint
    if outcome is None or clock is None:
        return ()
    why = f"The outcome of the review came on {in_words(outcome.on)}. If you are not content with it, the next is the regulator."
    return (complaint(so_far, clocks, outcome.on, why, clock.citation, clock.basis),)


def complained(so_far: Course) -> tuple[Step, ...]:
    """While the regulator has it."""
    name, on = so_far.regime.regulator.name, so_far.complaint_on
    why = f"You turned to {name} on {in_words(on)}." if on else f"{name} has it."
    return (Step(f"Wait for {name}.", "wait", None, why, "", closes="a decision, or the body's answer"),)


def decided(so_far: Course, clocks: Clocks) -> tuple[Step, ...]:
    """Once the regulator has decided."""
    clock, regulator = clocks.tribunal, so_far.regime.regulator
    read = Step(
        "Read the decision, and watch whether the body does what it says.", "read", None,
        f"{regulator.name[0].upper()}{regulator.name[1:]} has decided.", "", closes="`foimail close`",
    )  # fmt: skip
    if clock is None:
        why = f"An appeal goes to {regulator.appeal_to}; foimail knows no last day for it."
        return (read, Step("Take advice before you appeal.", "tribunal", None, why, ""))
    if so_far.today > clock.due:
        return (read,)
    why = f"{clock.working[0]} An appeal goes to {regulator.appeal_to}."
    appeal = Step(
        "If you do not agree, appeal.", "tribunal", clock.starts_on, why, clock.citation,
        by=clock.due, closes="the appeal, or its last day", basis=clock.basis,
    )  # fmt: skip
    return (appeal, read)


def closed(so_far: Course) -> tuple[Step, ...]:
    """Once the user has done with it."""
    case = so_far.case
    on = f" on {in_words(case.closed_on)}" if case.closed_on else ""
    why = f"You closed it{on}: {case.closed_because}. `foimail reopen` takes it up again."
    return (Step("Nothing: this case is closed.", "none", None, why, ""),)
