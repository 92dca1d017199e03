"""How well the rules did: what they propose of each message against what a person said of it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, get_args

from foimail.events import Received
from foimail.model import Kind
from foimail.store import cases, inbox
from foimail.workflows import inbox as mail

if TYPE_CHECKING:
    from collections.abc import Iterable

    from foimail.store.inbox import Row
    from foimail.workspace import Workspace

COLUMNS = (
    "kind", "messages", "alone", "waiting", "decided", "confirmed", "corrected", "right", "corrected_to",
    "case_confirmed", "case_corrected", "case_chosen",
)  # fmt: skip
ALL = "all"


@dataclass
class Tally:
    """Messages of which the rules propose one kind.

    `alone` were decided by rules, `waiting` wait for a person, the others were decided by one. The case was `confirmed`, or
    `corrected`, or `chosen` by a person where the rules had left it open.
    """

    alone: int = 0
    waiting: int = 0
    confirmed: int = 0
    corrected_to: Counter[str] = field(default_factory=Counter)
    case: Counter[str] = field(default_factory=Counter)

    @property
    def corrected(self) -> int:
        """Messages of which a person said another kind."""
        return self.corrected_to.total()

    @property
    def decided(self) -> int:
        """Messages that a person decided."""
        return self.confirmed + self.corrected


def rows(ws: Workspace) -> list[dict[str, object]]:
    """A row for each kind that the rules propose, in the order of the list of kinds, and one for all.

    `right` is the share of decided messages whose kind was confirmed, in per cent; None where nobody has decided any.
    """
    with ws.store.read() as connection:
        found = inbox.rows(connection, states=("read", "broken"))
        filed = inbox.filed(connection)
        said = _said(entry for entry in cases.log(connection))
    tallies: dict[str, Tally] = {}
    for row in found:
        rule = said.get(row.sha256, {})
        proposed = str(row.reading.get("kind") or "") or next(iter(rule.values()), "") or _unfiled(row)
        # what came by post was recorded by the user, and no rule had a say in it
        if proposed and not row.sender.endswith(".invalid"):
            _count(tallies.setdefault(proposed, Tally()), proposed, row, filed.get(row.sha256, []), set(rule))
    known = [kind for kind in get_args(Kind) if kind in tallies]
    return [_row(kind, [tallies[kind]]) for kind in known] + [_row(ALL, list(tallies.values()))]


def summary(found: list[dict[str, object]]) -> str:
    """All of it in a sentence."""
    whole = found[-1]
    text = (
        f"{whole['messages']} messages: {whole['alone']} decided by the rules alone, {whole['waiting']} waiting for you, "
        f"{whole['decided']} decided by you"
    )
    if whole["decided"]:
        text += f", {whole['confirmed']} of them as proposed ({whole['right']} %)"
    return f"{text}."


def _said(log: Iterable[cases.Entry]) -> dict[str, dict[str, str]]:
    """By message: the cases under which rules filed it, with the first kind they said."""
    found: dict[str, dict[str, str]] = {}
    for entry in log:
        if isinstance(entry.event, Received) and entry.event.by == "rule":
            found.setdefault(entry.event.message, {}).setdefault(entry.token, entry.event.reply)
    return found


def _unfiled(row: Row) -> str:
    return row.kind or "" if row.needs_person else ""


def _count(tally: Tally, proposed: str, row: Row, filed: list[tuple[str, str]], rule: set[str]) -> None:
    if not mail.judged(row, filed):
        tally.waiting += row.needs_person
        tally.alone += not row.needs_person
        return
    if row.kind == proposed:
        tally.confirmed += 1
    else:
        tally.corrected_to[row.kind or "other"] += 1
    of_person = {token for token, _ in filed}
    tally.case["chosen" if not rule else "confirmed" if rule == of_person else "corrected"] += 1


def _row(kind: str, tallies: list[Tally]) -> dict[str, object]:
    to = sum((t.corrected_to for t in tallies), Counter[str]())
    case = sum((t.case for t in tallies), Counter[str]())
    decided, confirmed = sum(t.decided for t in tallies), sum(t.confirmed for t in tallies)
    alone, waiting = sum(t.alone for t in tallies), sum(t.waiting for t in tallies)
    return {
        "kind": kind,
        "messages": alone + waiting + decided,
        "alone": alone,
        "waiting": waiting,
        "decided": decided,
        "confirmed": confirmed,
        "corrected": decided - confirmed,
        "right": round(100 * confirmed / decided, 1) if decided else None,
        "corrected_to": [f"{name} {number}" for name, number in to.most_common()],
        "case_confirmed": case["confirmed"],
        "case_corrected": case["corrected"],
        "case_chosen": case["chosen"],
    }
