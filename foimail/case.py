"""A case: the facts of one request to one body, folded from its log; `law.position` says what they mean."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING, Any, TypeAlias, cast

from foimail.errors import StoreError
from foimail.events import (
    Answered,
    Closed,
    Event,
    Misfiled,
    Noted,
    NotSent,
    Opened,
    Paid,
    Queued,
    Received,
    Refused,
    Reopened,
    Sent,
    Snoozed,
    Told,
    Unknown,
    Wrote,
)
from foimail.model import BY_HAND, Case, Decision, Reply, Route, Sending
from foimail.receipt import Happening, marked, receipt

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_Posted: TypeAlias = Queued | Sent | Refused | Unknown | NotSent | Wrote

_WORDS = {
    Opened.kind: "the case was opened",
    Queued.kind: "the {event.letter} was put into the outbox",
    Sent.kind: "the {event.letter} was sent",
    Refused.kind: "their mail server refused a letter",
    Unknown.kind: "a letter was sent, but nobody can say whether it arrived",
    NotSent.kind: "a letter in doubt turned out never to have gone",
    Received.kind: "a message came ({event.reply})",
    Misfiled.kind: "a message was taken out of this case",
    Wrote.kind: "you wrote to them by hand",
    Paid.kind: "you paid their fee",
    Snoozed.kind: "you put the case off until {event.until}",
    Closed.kind: "you closed the case ({event.because})",
    Reopened.kind: "you took the case up again",
    Noted.kind: "you made a note",
}


def fold(token: str, events: Iterable[Event]) -> Case:
    """The facts that these events of one case add up to.

    Events count in the order of their London dates; on one date, in the order given, that of recording.

    Raises:
        StoreError: the case was never opened.
    """
    history = sorted(events, key=lambda event: event.on)
    opened = next((event for event in history if isinstance(event, Opened)), None)
    if opened is None:
        raise StoreError(f"case {token} has no record of its opening")
    timeline = marked(_timeline(history))
    known = receipt(timeline)
    # a letter printed one day and posted the day before: its opening is not the last thing that happened
    happened = next(
        (event for event in reversed(history) if not isinstance(event, Told | Answered | Opened)), opened
    )
    return replace(
        _said_of_the_case(history, Case(token, opened.campaign, opened.body, opened.regime, opened.on)),
        sendings=tuple(one for one in timeline if isinstance(one, Sending)),
        replies=tuple(one for one in timeline if isinstance(one, Reply)),
        first_sent_on=known.first_sent_on,
        received_on=known.received_on,
        received_why=known.received_why,
        restarted=known.restarted,
        asked_on=known.asked_on,
        earlier_received=known.earlier_received,
        began=known.began,
        identity_asked_on=known.identity_asked_on,
        other_address=known.other_address,
        pauses=known.pauses,
        last_on=happened.on,
        last_event=_in_words(happened),
    )


def _said_of_the_case(history: Sequence[Event], case: Case) -> Case:
    """What the user has said of the case and of its answers: put off, closed, taken up again, noted, decided."""
    for event in history:
        match event:
            case Snoozed():
                case = replace(case, snoozed_until=date.fromisoformat(event.until))
            case Closed():
                case = replace(case, closed_on=event.on, closed_because=event.because)
            case Reopened():
                case = replace(case, closed_on=None, closed_because="", snoozed_until=None)
            case Noted():
                case = replace(case, notes=(*case.notes, (event.on, event.text)))
            case Answered():
                said = (
                    event.message,
                    event.part,
                    event.answer,
                    event.who,
                    event.on,
                    event.whole,
                    event.source,
                )
                case = replace(case, decisions=(*case.decisions, Decision(*said)))
            case _:
                pass
    return case


@dataclass(slots=True)
class _Facts:
    """What one message says, as far as it has been told.

    A person's word on a fact beats a rule's, a later one an earlier; the `whole` of a rule takes the place of all that rules said.
    """

    said: dict[str, Any] = field(default_factory=dict)
    confirmed: set[str] = field(default_factory=set)

    def add(self, told: Told) -> None:
        if told.whole and told.by != "person":
            self.said = {key: self.said[key] for key in self.said if key in self.confirmed}
        for key, value in told.facts.items():
            if told.by == "person":
                self.confirmed.add(key)
            elif key in self.confirmed:
                continue
            self.said[key] = value


def _timeline(history: Sequence[Event]) -> list[Happening]:
    """Sendings and replies as they now stand, by when a sending took its state and when a reply came."""
    sendings: dict[str, Sending] = {}
    replies: dict[str, Reply] = {}
    facts: dict[str, _Facts] = {}
    judged: set[str] = set()  # messages of which a person has said something: no rule changes them any more
    order: dict[tuple[str, str], None] = {}
    payments: dict[str, Paid] = {}
    for event in history:
        match event:
            case Received() if event.by == "person" or event.message not in judged:
                replies[event.message] = _reply(event, replies.get(event.message))
                order.setdefault(("reply", event.message))
                judged |= {event.message} if event.by == "person" else set()
            case Misfiled():
                replies.pop(event.message, None)
                order.pop(("reply", event.message), None)
                judged.add(event.message)
            case Told():
                facts.setdefault(event.message, _Facts()).add(event)
            case Paid():
                payments[event.on.isoformat()] = event
                order["paid", event.on.isoformat()] = None
            case Wrote() if event.message_id in sendings:
                pass  # a copy of a letter we know, found in the mailbox
            case Queued() | Sent() | Refused() | Unknown() | NotSent() | Wrote():
                key = event.message_id or (event.message if isinstance(event, Wrote) else "")
                sendings[key] = _sending(event, sendings.get(key))
                order.pop(("sending", key), None)
                order["sending", key] = None
            case _:
                pass
    told = {message: _with_facts(one, facts.get(message, _Facts())) for message, one in replies.items()}
    sorts: dict[str, dict[str, Any]] = {"sending": sendings, "reply": told, "paid": payments}
    timeline: list[Happening] = [sorts[sort][key] for sort, key in order]
    return sorted(timeline, key=lambda one: one.on)


def _reply(event: Received, known: Reply | None) -> Reply:
    """The message with its kind now; a correction changes what it is, never the day it came."""
    return Reply(
        message=event.message,
        on=known.on if known else event.on,
        kind=event.reply,
        sender=event.sender,
        subject=event.subject,
        matched_by=event.matched_by,
        automatic=event.by != "person",
        about=event.about or (known.about if known else ""),
        failed=event.failed or (known.failed if known else ""),
    )


def _with_facts(reply: Reply, facts: _Facts) -> Reply:
    on = date.fromisoformat(facts.said["on"]) if "on" in facts.confirmed else reply.on
    return replace(reply, on=on, facts=facts.said, confirmed=frozenset(facts.confirmed))


def _sending(event: _Posted, known: Sending | None) -> Sending:
    before = known or Sending(event.message_id, event.to, "email", "request", "queued", event.on)
    match event:
        case Queued():
            return replace(before, letter=event.letter, state="queued", on=event.on)
        case Sent():
            by = cast("Route", event.by)
            return Sending(event.message_id, event.to, by, event.letter, "sent", event.on, event.answer)
        case Refused():
            return replace(before, state="refused", on=event.on, answer=event.answer)
        case Unknown():
            return replace(before, state="unknown", on=event.on, answer=event.reason)
        case NotSent():
            return replace(before, state="not_sent", on=event.on)
        case _:
            return replace(before, letter=BY_HAND, state="sent")


def _in_words(event: Event) -> str:
    """What happened, for a list of cases; nothing of a stranger's text is in it."""
    return _WORDS[event.kind].format(event=event).replace("_", " ")
