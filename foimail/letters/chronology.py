"""What happened in a case, day by day, in words for a body or a regulator to read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from foimail.law.exemptions import number

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from foimail.law.regimes import Regime
    from foimail.model import Case, Reply

_WROTE = {
    "request": "I sent my request.",
    "chaser": "I asked for the answer, which had not come.",
    "clarification": "I answered their question about my request.",
    "identity": "I answered their question about who is asking.",
    "narrowing": "I asked anew for a part of what I had asked, to keep within the limit.",
    "review": "I asked for a review.",
    "complaint": "I complained to the Commissioner.",
    "withdrawal": "I withdrew my request.",
}
_CAME = {
    "auto_ack": "An automatic message acknowledged what I had sent.",
    "human_ack": "They acknowledged my letter.",
    "out_of_office": "An automatic message told me of an absence.",
    "bounce": "My letter came back undelivered.",
    "clarification": "They asked what I meant.",
    "fees_notice": "They asked for a fee.",
    "extension_pit": "They told me that they were taking further time.",
    "holding_delay": "They told me that their answer would be late.",
    "identity_request": "They asked who I am.",
    "refusal": "They refused the request{sections}.",
    "not_held": "They answered that they do not hold the information.",
    "transfer_redirect": "They sent me to another body.",
    "partial": "They answered in part{sections}.",
    "full_disclosure": "They answered.",
    "internal_review_outcome": "They gave the outcome of the review.",
    "decision_notice": "The Commissioner gave a decision.",
}


@dataclass(frozen=True, slots=True)
class Happening:
    """One line of a chronology: the London date, and what happened, as a sentence of the requester's."""

    on: date
    what: str


def chronology(case: Case, regime: Regime) -> tuple[Happening, ...]:
    """What was sent and what came, in order of date; on one day, what was sent comes first."""
    return tuple(sorted(_happenings(case, regime), key=lambda one: one.on))


def sections(reply: Reply, regime: Regime) -> str:
    """The grounds that a refusal names, in words: `section 12 and section 40(2)`; empty where it names none."""
    word = regime.refusal_section.partition(" ")[0]  # an Act has sections, Regulations have regulations
    named = (number(str(cited)) for cited in reply.facts.get("sections") or ())
    *others, last = [f"{word} {one}" for one in dict.fromkeys(named) if one] or [""]
    return f"{', '.join(others)} and {last}" if others else last


def _happenings(case: Case, regime: Regime) -> Iterator[Happening]:
    for sending in case.sendings:
        if sending.state == "sent":
            yield Happening(sending.on, _WROTE.get(sending.letter, "I wrote to them."))
    for reply in case.replies:
        named = sections(reply, regime)
        what = _CAME.get(reply.kind, "They wrote to me.")
        yield Happening(reply.on, what.format(sections=f" under {named}" if named else ""))
