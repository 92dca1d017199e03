"""A case: the facts of one request to one body, folded from its log; `law.position` says what they mean."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import takewhile
from typing import TYPE_CHECKING, TypeAlias, cast

from foimail.errors import StoreError
from foimail.events import Event, Misfiled, NotSent, Opened, Queued, Received, Refused, Sent, Unknown, Wrote
from foimail.model import FINAL_KINDS, Case, Reply, Route, Sending

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

BY_HAND = "by hand"  # the `letter` of a Sending that the user wrote in another mail program

_Posted: TypeAlias = Queued | Sent | Refused | Unknown | NotSent | Wrote
_Happening: TypeAlias = Sending | Reply

_HOW_IT_WENT: dict[Route, str] = {
    "email": "by e-mail",
    "form": "by the body's web form",
    "post": "by post, and may have arrived some days later",
    "phone": "by telephone",
}

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
    timeline = _timeline(history)
    clock = _clock(timeline)
    return Case(
        token=token,
        campaign=opened.campaign,
        body=opened.body,
        regime=opened.regime,
        opened_on=opened.on,
        sendings=tuple(one for one in timeline if isinstance(one, Sending)),
        replies=tuple(one for one in timeline if isinstance(one, Reply)),
        received_on=clock.received_on,
        received_why=clock.why,
        asked_on=clock.asked_on,
        earlier_received=clock.earlier,
        last_on=history[-1].on,
        last_event=_in_words(history[-1]),
    )


def _timeline(history: Sequence[Event]) -> list[_Happening]:
    """Sendings and replies as they now stand, by when a sending took its state and when a reply came."""
    sendings: dict[str, Sending] = {}
    replies: dict[str, Reply] = {}
    judged: set[str] = set()  # messages of which a person has said something: no rule changes them any more
    order: dict[tuple[str, str], None] = {}
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
            case Wrote() if event.message_id in sendings:
                pass  # a copy of a letter we know, found in the mailbox
            case Queued() | Sent() | Refused() | Unknown() | NotSent() | Wrote():
                key = event.message_id or (event.message if isinstance(event, Wrote) else "")
                sendings[key] = _sending(event, sendings.get(key))
                order.pop(("sending", key), None)
                order["sending", key] = None
            case _:
                pass
    return [sendings[key] if sort == "sending" else replies[key] for sort, key in order]


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
        about=event.about,
    )


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


@dataclass(frozen=True, slots=True)
class _Clock:
    """From which day the law counts, as far as the time line has been read."""

    received_on: date | None = None
    why: str = ""
    asked_on: date | None = None
    earlier: tuple[date, ...] = ()
    arrived: bool = False  # a reply has shown that the request is in their hands


def _clock(timeline: Sequence[_Happening]) -> _Clock:
    clock = _Clock()
    for place, one in enumerate(timeline, start=1):
        match one:
            case Sending(state="sent") if not _came_back(one, timeline[place:]):
                clock = _after_sending(clock, one)
            case Reply():
                clock = _after_reply(clock, one)
            case _:
                pass
    return clock


def _came_back(sending: Sending, later: Sequence[_Happening]) -> bool:
    """Whether a letter bounced, by what followed it.

    A bounce speaks of the letter that it returned, and of the one sent last before it where it does not say. Any other reply
    is a sign of life: then the bounce was one recipient's among several, or only a warning of delay.
    """
    until_next = takewhile(lambda one: not (isinstance(one, Sending) and one.state == "sent"), later)
    nearest = [one for one in until_next if isinstance(one, Reply)]
    replies = [one for one in later if isinstance(one, Reply)]
    bounces = [one for one in replies if one.kind == "bounce"]
    bounced = any(one.about == sending.message_id if one.about else one in nearest for one in bounces)
    return bounced and len(bounces) == len(replies)


def _after_sending(clock: _Clock, sending: Sending) -> _Clock:
    if clock.asked_on is not None and sending.letter in {"clarification", "request", BY_HAND}:
        # FOIA s.1(3) and s.10(6)(b), FOISA s.10(1)(b): the clock starts afresh, it does not go on
        return replace(
            clock,
            received_on=sending.on,
            why="your answer to their question was sent, and the time starts afresh",
            asked_on=None,
            earlier=(*clock.earlier, clock.received_on) if clock.received_on else clock.earlier,
        )
    if sending.letter == "request" and not clock.arrived:
        again = "again " if clock.received_on else ""
        return replace(
            clock, received_on=sending.on, why=f"the request was sent {again}{_HOW_IT_WENT[sending.by]}"
        )
    return clock


def _after_reply(clock: _Clock, reply: Reply) -> _Clock:
    if reply.kind in {"bounce", "out_of_office"}:
        return clock  # neither shows that the right people have it: sent again, the request counts from then
    if reply.kind == "clarification":
        return replace(clock, arrived=True, asked_on=reply.on)
    return replace(clock, arrived=True, asked_on=None if reply.kind in FINAL_KINDS else clock.asked_on)


def _in_words(event: Event) -> str:
    """What happened, for a list of cases; nothing of a stranger's text is in it."""
    return _WORDS[event.kind].format(event=event).replace("_", " ")
