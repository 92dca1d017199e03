"""The deadlines report: a row per body, and the time line of one case."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from foimail.events import Event, Misfiled, NotSent, Opened, Queued, Received, Refused, Sent, Unknown, Wrote
from foimail.workflows import standing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from foimail.law.position import Position
    from foimail.model import Case
    from foimail.store.cases import Entry
    from foimail.workspace import Workspace

COLUMNS = (
    "body", "name", "case", "stage", "sent", "due", "days_left", "last_event", "last_on",
    "next_step", "route", "from", "by", "to_confirm",
)  # fmt: skip
# what asks for something comes first
_ORDER = (
    "overdue", "refused", "undelivered", "unknown", "clarification", "answered", "awaiting", "queued", "not_sent",
)  # fmt: skip


def rows(ws: Workspace) -> list[dict[str, object]]:
    """A row per body and case, the most pressing first.

    Dates are London dates; `days_left` counts working days and is below zero when late.
    """
    found = [_row(s) for s in standing.everybody(ws)]
    return sorted(
        found, key=lambda r: (_ORDER.index(str(r["stage"])), str(r["due"] or "9999"), str(r["name"]))
    )


def _row(standing_: standing.Standing) -> dict[str, object]:
    body, case, where = standing_.body, standing_.case, standing_.position
    if case is None or where is None:
        nothing = dict.fromkeys(COLUMNS)
        by_hand = "Use its web form or the post (`foimail letter`): no address is known."
        return nothing | {
            "body": body.id, "name": body.name, "stage": "not_sent", "next_step": "Send the request." if body.email else by_hand,
            "route": "email" if body.email else "form", "to_confirm": False,
        }  # fmt: skip
    sent = next((s.on for s in case.sendings if s.letter == "request" and s.state == "sent"), None)
    step = where.step
    return {
        "body": body.id,
        "name": body.name,
        "case": case.token,
        "stage": where.stage,
        "sent": sent,
        "due": where.due,
        "days_left": where.days_left,
        "last_event": case.last_event,
        "last_on": case.last_on,
        "next_step": step.what,
        "route": step.route,
        "from": step.on_or_after,
        "by": step.by,
        "to_confirm": where.to_confirm,
    }


def summary(found: Sequence[dict[str, object]]) -> str:
    """How many stand where, in one line."""
    counts = {stage: sum(r["stage"] == stage for r in found) for stage in _ORDER}
    named = ", ".join(f"{count} {stage.replace('_', ' ')}" for stage, count in counts.items() if count)
    return f"{len(found)} bodies: {named}" if found else "no bodies: the campaign asks nobody in trusts.yaml"


@dataclass(frozen=True, slots=True)
class TimeLine:
    """One case for reading: its facts, its law today, and its log."""

    case: Case
    position: Position
    log: tuple[Entry, ...]
    body_name: str


def time_line(ws: Workspace, name: str) -> TimeLine:
    """The time line of a case, by its token or its body's code."""
    case, log = standing.one(ws, name)
    body = next((b.name for b in ws.bodies if b.id == case.body), case.body)
    return TimeLine(case, standing.position_of(ws, case), tuple(log), body)


def told(event: Event) -> str:
    """One event in words, with the names and answers that a time line shows."""
    match event:
        case Opened(regime=regime):
            return f"the case was opened under {regime.upper()}"
        case Queued(letter=letter, to=to):
            return f"{letter} to {to} put into the outbox"
        case Sent(letter=letter, to=to, by=by, answer=answer, evidence=evidence):
            how = f"the server said: {answer}" if answer else f"known by: {evidence}"
            return f"{letter} sent to {to or 'the body'} by {by} ({how})"
        case Refused(to=to, answer=answer):
            return f"refused by the server of {to}: {answer}"
        case Unknown(to=to, reason=reason):
            return f"perhaps sent to {to}, unknown: {reason}"
        case NotSent(to=to):
            return f"not sent to {to} after all"
        case Received(reply=kind, sender=sender, subject=subject, matched_by=how, by=by):
            return f"{kind} from {sender}: {subject} (filed by {by}, {how})"
        case Misfiled():
            return "a message was taken out of this case"
        case Wrote(to=to, subject=subject):
            return f"you wrote to {to} by hand: {subject}"
        case _:
            return event.kind
