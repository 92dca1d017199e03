"""What a body has done against the law or a code, each breach with its evidence."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from foimail.law.calendar import in_words
from foimail.law.exemptions import cites, find

if TYPE_CHECKING:
    from collections.abc import Iterator

    from foimail.law.clocks import Clock, Clocks
    from foimail.law.course import Course
    from foimail.model import Reply


@dataclass(frozen=True, slots=True)
class Breach:
    """One duty not kept.

    `name` is the duty's in tables/regimes.toml (`late` and `review_late` are limits); `what` is the duty in words ("name the
    exemption on which a refusal rests"), `evidence` sentences with the dates and words that show the breach. A
    letter asserts it only where `basis` is statute and `checked`; else it asks, or says what is expected.
    `to_confirm`: it rests on a rule's reading of a letter, not yet on a person's.
    """

    citation: str
    what: str
    evidence: str
    basis: str
    checked: bool
    name: str = ""
    to_confirm: bool = False

    @property
    def may_be_asserted(self) -> bool:
        """Whether a letter may state it as a breach of the law."""
        return self.basis == "statute" and self.checked and not self.to_confirm


def breaches(so_far: Course, clocks: Clocks) -> tuple[Breach, ...]:
    """The breaches in the request as it now stands, in the order of a case."""
    return (
        *_late(so_far, clocks),
        *_extension(so_far, clocks),
        *_answer(so_far),
        *_review_late(so_far, clocks),
    )


def _late(so_far: Course, clocks: Clocks) -> Iterator[Breach]:
    clock, case, answer = clocks.answer_by, so_far.case, so_far.answer
    ended = answer or so_far.outcome
    day = ended.on if ended else so_far.today
    if clock is None or day <= clock.due or _had_asked(so_far, answer):
        return
    came = f"the answer came on {in_words(day)}" if ended else f"no answer had come by {in_words(day)}"
    evidence = (
        f"The request was received on {in_words(clock.starts_on)}; the last day for an answer was "
        f"{in_words(clock.due)}; {came}."
    )
    if case.other_address:
        evidence += " An out-of-office notice named another address, to which the request has not been sent."
    taken = clocks.extension
    unread = taken is not None and taken.unread
    if taken is not None and unread:
        evidence += f" On {in_words(taken.notice.on)} they took further time; which exemption that is for has not been found."
    # a request that was not sent on to where the notice points may not count as received, nor one be late in further time
    checked = clock.checked and not case.other_address and not unread
    yield Breach(clock.citation, "answer in time", evidence, clock.basis, checked, "late")


def _had_asked(so_far: Course, answer: Reply | None) -> bool:
    """Whether they answered although a question of theirs was open: until then they were not bound to."""
    received = so_far.case.received_on
    if answer is None or received is None:
        return False
    return any(
        reply.kind == "clarification" and received < reply.on <= answer.on for reply in so_far.case.current
    )


def _extension(so_far: Course, clocks: Clocks) -> Iterator[Breach]:
    taken = clocks.extension
    if taken is not None and taken.only_absolute:
        evidence = f"The notice of {in_words(taken.notice.on)} is not valid: {taken.flaw}."
        for found in _breach(so_far, "extension_qualified", taken.notice, "sections", evidence):
            yield replace(found, checked=found.checked and all(one.checked for one in taken.only_absolute))


def _answer(so_far: Course) -> Iterator[Breach]:
    reply = so_far.answer
    if reply is None:
        return
    told, day = reply.facts, in_words(reply.on)
    sections = told.get("sections", ())
    # what section 17 wants of a refusal is not wanted of a letter that refuses nothing
    if reply.kind == "refusal" or (reply.kind == "partial" and sections):
        if not sections and "sections" in told:
            yield from _breach(
                so_far, "name_section", reply, "sections", f"The refusal of {day} names no section."
            )
        weighed = [s for s in sections if _is_qualified(so_far, s)]
        if weighed and told.get("interest_reasons") is False:
            evidence = f"The refusal of {day} relies on {', '.join(weighed)} and gives no reasons on the public interest."
            yield from _breach(so_far, "interest_reasons", reply, "interest_reasons", evidence)
        if told.get("review_details") is False:
            evidence = f"The refusal of {day} does not say how to ask for a review."
            yield from _breach(so_far, "review_details", reply, "review_details", evidence)
    if told.get("ignored"):
        evidence = f"The answer of {day} says nothing of: {', '.join(told['ignored'])}."
        yield from _breach(so_far, "answer_all", reply, "ignored", evidence)
    if cites(sections, so_far.regime.cost_section) and told.get("advice") is False:
        evidence = f"The letter of {day} refuses by {so_far.regime.cost_section} and does not say how the request could be met."
        yield from _breach(so_far, "advise", reply, "advice", evidence)


def _is_qualified(so_far: Course, section: str) -> bool:
    ground = find(so_far.regime.exemptions, section)
    return ground is not None and ground.kind == "qualified"


def _review_late(so_far: Course, clocks: Clocks) -> Iterator[Breach]:
    clock: Clock | None = clocks.review_late or clocks.review
    outcome = so_far.outcome
    day = outcome.on if outcome else so_far.today
    if clock is None or day <= clock.due:
        return
    came = f"its outcome came on {in_words(day)}" if outcome else f"no outcome had come by {in_words(day)}"
    evidence = f"The review was asked for on {in_words(clock.starts_on)}; the last day was {in_words(clock.due)}; {came}."
    yield Breach(
        clock.citation, "complete a review in time", evidence, clock.basis, clock.checked, "review_late"
    )


def _breach(so_far: Course, name: str, reply: Reply, fact: str, evidence: str) -> Iterator[Breach]:
    """The breach of a duty that this law has, with the letter's own words where they were kept."""
    duty = so_far.regime.duty(name)
    if duty is None:
        return
    quote = reply.facts.get("quotes", {}).get(fact)
    yield Breach(
        citation=duty.citation,
        what=duty.what,
        evidence=f"{evidence} It says: “{quote}”" if quote else evidence,
        basis=duty.basis,
        checked=duty.checked,
        name=name,
        to_confirm=reply.automatic and fact not in reply.confirmed,
    )
