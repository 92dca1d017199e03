"""The deadlines report: a row per body."""

from __future__ import annotations

from typing import TYPE_CHECKING

from foimail.workflows import holidays, standing

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from foimail.workspace import Workspace

COLUMNS = (
    "body", "name", "case", "stage", "sent", "due", "days_left", "last_event", "last_on",
    "next_step", "route", "from", "by", "to_confirm",
)  # fmt: skip
# what asks for something comes first
_ORDER = (
    "overdue", "review_overdue", "refused", "undelivered", "unknown", "clarification", "fees", "decided", "answered",
    "awaiting", "extended", "review", "complained", "queued", "not_sent", "closed",
)  # fmt: skip


def rows(ws: Workspace) -> list[dict[str, object]]:
    """A row per body and case, the most pressing first.

    Dates are London dates; `days_left` counts working days and is below zero when late.
    """
    return rows_of(standings(ws))


def standings(ws: Workspace) -> list[standing.Standing]:
    """Where every body and case stands; the last days are noted, so that a new table of holidays can be compared with them."""
    found = standing.everybody(ws)
    holidays.remember(ws, found)
    return found


def rows_of(found: Iterable[standing.Standing]) -> list[dict[str, object]]:
    """The rows of these bodies and cases, in the same order."""
    return sorted(
        map(_row, found),
        key=lambda r: (_ORDER.index(str(r["stage"])), str(r["due"] or "9999"), str(r["name"])),
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
    bodies = "body" if len(found) == 1 else "bodies"
    return f"{len(found)} {bodies}: {named}" if found else "no bodies"
