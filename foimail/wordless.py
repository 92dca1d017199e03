"""Events without the words of a message: what is left of a mail in quarantine, and of one that was destroyed.

Days, kinds, sections and yes or no stay, for the law's clocks rest on them; subjects, quotes, questions, references and figures go.
"""

from __future__ import annotations

from dataclasses import replace

from foimail.events import Answered, Event, Received, Told, Wrote

# facts that are words of the letter, or of our choice among them; `behind` is one of our own few words
_WORDS = frozenset(
    {"fee", "reference", "review_address", "review_by", "question", "redirected", "other_address"}
    | {"behind_link", "quotes"}
)


def message_of(event: Event) -> str:
    """The hash of the message that an event speaks of, or an empty string."""
    return event.message if isinstance(event, Received | Wrote | Told | Answered) else ""


def wordless(event: Event) -> Event:
    """The event with nothing in it that was read out of its message."""
    match event:
        case Received() | Wrote():
            return replace(event, subject="")
        case Told(facts=facts):
            return replace(event, facts={name: said for name, said in facts.items() if name not in _WORDS})
        case Answered(answer=dict(answer)):
            kept = {"part": answer.get("part", event.part), "outcome": answer.get("outcome", "unanswered")}
            return replace(event, answer=kept, source="")
        case _:
            return event
