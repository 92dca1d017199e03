"""From which day the law counts: receipt, bounces, questions, fees and narrower requests along the time line of a case."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import takewhile
from typing import TYPE_CHECKING, TypeAlias

from foimail.events import Paid
from foimail.model import BY_HAND, FINAL_KINDS, Pause, Reply, Route, Sending

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

Happening: TypeAlias = Sending | Reply | Paid

_HOW_IT_WENT: dict[Route, str] = {
    "email": "by e-mail",
    "form": "by the body's web form",
    "post": "by post, and may have arrived some days later",
    "phone": "by telephone",
}


@dataclass(frozen=True, slots=True)
class Receipt:
    """From which day the law counts, as far as the time line has been read. The fields are those of `model.Case`."""

    first_sent_on: date | None = None
    received_on: date | None = None
    received_why: str = ""
    restarted: bool = False
    asked_on: date | None = None
    earlier_received: tuple[date, ...] = ()
    began: int = 0
    identity_asked_on: date | None = None
    other_address: str = ""
    pauses: tuple[Pause, ...] = ()
    arrived: bool = False  # a reply has shown that the request is in their hands
    replies: int = 0
    sent_to: str = ""
    absent: bool = False  # whoever reads mail to `sent_to` is away, and names nobody else


def marked(timeline: Sequence[Happening]) -> list[Happening]:
    """The time line with each letter that came back marked so."""
    return [
        replace(one, came_back=True)
        if isinstance(one, Sending) and one.state == "sent" and _came_back(one, timeline[place:])
        else one
        for place, one in enumerate(timeline, start=1)
    ]


def receipt(timeline: Sequence[Happening]) -> Receipt:
    """Read the time line from its beginning. Letters that came back count for nothing."""
    found = Receipt()
    for one in timeline:
        match one:
            case Sending(state="sent", came_back=False):
                found = _after_sending(found, one)
            case Reply():
                found = replace(_after_reply(found, one), replies=found.replies + 1)
            case Paid():
                found = _after_payment(found, one)
            case _:
                pass
    return found


def _came_back(sending: Sending, later: Sequence[Happening]) -> bool:
    """Whether a letter bounced, by what followed it.

    Any other reply is a sign of life: then the bounce was one recipient's among several, or only a warning of delay.
    """
    until_next = takewhile(lambda one: not (isinstance(one, Sending) and one.state == "sent"), later)
    nearest = [one for one in until_next if isinstance(one, Reply)]
    replies = [one for one in later if isinstance(one, Reply)]
    bounces = [one for one in replies if one.kind == "bounce"]
    named = any(_names(bounce, sending, nearest) for bounce in bounces)
    return named and len(bounces) == len(replies)


def _names(bounce: Reply, sending: Sending, nearest: Sequence[Reply]) -> bool:
    """Whether a bounce says that the address of this letter failed.

    It says so by returning the letter or by naming the address, and then it speaks of the letter sent last before it. One that
    names another address tells of a copy or of a forwarding inside the body: the letter itself was taken. One that names
    nothing counts only where a person has read it.
    """
    if bounce.failed and bounce.failed.lower() != sending.to.lower():
        return False
    if bounce.about:
        return bounce.about == sending.message_id
    return bounce in nearest and bool(bounce.failed or not bounce.automatic)


def _after_sending(known: Receipt, sending: Sending) -> Receipt:
    before = replace(known, first_sent_on=known.first_sent_on or sending.on)
    earlier = (*before.earlier_received, *((before.received_on,) if before.received_on else ()))
    if sending.letter == "narrowing":
        # what is left after a refusal by cost is asked for anew: another request, with all its time
        return Receipt(
            first_sent_on=before.first_sent_on,
            received_on=sending.on,
            received_why="the narrower request was sent, which is a new request",
            earlier_received=earlier,
            began=before.replies,
            replies=before.replies,
            sent_to=sending.to,
        )
    if before.asked_on is not None and sending.letter in {"clarification", "request", BY_HAND}:
        # FOIA s.1(3) and s.10(6)(b), FOISA s.10(1)(b): the clock starts afresh, it does not go on
        return replace(
            before,
            received_on=sending.on,
            received_why="your answer to their question was sent, and the time starts afresh",
            restarted=True,
            asked_on=None,
            earlier_received=earlier,
            pauses=(),
        )
    if before.identity_asked_on is not None and sending.letter in {"identity", BY_HAND}:
        return replace(before, identity_asked_on=None)
    passed_on = sending.letter == BY_HAND and sending.to.lower() == before.other_address.lower() != ""
    if (sending.letter == "request" or passed_on) and not before.arrived:
        if before.absent and sending.to.lower() == before.sent_to.lower():
            return before  # the notice of absence shows that the first one came
        again = "again " if before.received_on else ""
        return replace(
            before,
            received_on=sending.on,
            received_why=f"the request was sent {again}{_HOW_IT_WENT[sending.by]}",
            other_address="",
            sent_to=sending.to,
            absent=False,
        )
    return before


def _after_reply(known: Receipt, reply: Reply) -> Receipt:
    if reply.kind == "bounce":
        return known
    if reply.kind == "out_of_office":
        # sent to the address that the notice names, the request counts from then
        other = str(reply.facts.get("other_address", ""))
        return known if known.arrived else replace(known, other_address=other, absent=not other)
    after = replace(known, arrived=True, other_address="")
    if reply.kind in FINAL_KINDS:
        return replace(after, asked_on=None, identity_asked_on=None)
    match reply.kind:
        case "clarification":
            return replace(after, asked_on=reply.on)
        case "identity_request":
            return replace(after, identity_asked_on=reply.on)
        case "fees_notice" if not (after.pauses and after.pauses[-1].paid_on is None):
            return replace(after, pauses=(*after.pauses, Pause(reply.on)))
        case _:
            return after


def _after_payment(known: Receipt, paid: Paid) -> Receipt:
    if not known.pauses or known.pauses[-1].paid_on is not None:
        return known  # nothing was asked for: no clock stopped
    return replace(known, pauses=(*known.pauses[:-1], replace(known.pauses[-1], paid_on=paid.on)))
