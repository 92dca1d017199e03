"""Write to a body in the course of a case, in the user's own words. What comes out is a draft."""

from __future__ import annotations

from typing import TYPE_CHECKING

from foimail.errors import InputError
from foimail.model import FINAL_KINDS
from foimail.store import drafts
from foimail.workflows import followup, standing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from foimail.model import Campaign, Case
    from foimail.workspace import Workspace

_WHY = {
    "reply": "You write to them.",
    "clarification": "They asked what you meant.",
    "identity": "They asked who is asking.",
    "narrowing": "They refused the request, and you ask for less.",
    "query": "You ask about their answer.",
    "thanks": "You thank them for their answer.",
    "withdrawal": "You withdraw the request.",
}
KINDS = tuple(_WHY)
# what must have come before a letter of this kind makes sense, and what it is called
_ANSWERS: dict[str, tuple[frozenset[str], str]] = {
    "clarification": (frozenset({"clarification"}), "question"),
    "identity": (frozenset({"identity_request"}), "question who is asking"),
    "narrowing": (frozenset({"refusal", "partial", "clarification"}), "refusal"),
    "query": (FINAL_KINDS, "answer"),
    "thanks": (FINAL_KINDS | {"human_ack"}, "answer"),
}


def reply(
    ws: Workspace,
    name: str,
    kind: str = "",
    text: str = "",
    keep: Sequence[str] = (),
    figures: Sequence[str] = (),
) -> int:
    """Draft a letter of this kind (the one that the case waits for, where none is given); the draft's number comes back.

    `figures` are passages of their answer that a `query` is about.

    Raises:
        InputError: There is no such case, the letter makes no sense in it, one of this kind is a draft already, or it
            cannot be written.
    """
    case, _ = standing.one(ws, name)
    about = followup.matter(ws, case)
    kind = kind or fitting(case, keep)
    if reason := senseless(case, kind):
        raise InputError(f"{case.token}: {reason}", hint=f"foimail show {case.token}")
    kept = parts(ws.campaign, keep)
    if kind == "narrowing" and len(kept) == len(ws.campaign.parts) and not text.strip():
        raise InputError(
            f"{case.token}: to keep every part is to ask for no less",
            hint="name fewer with --keep, or say with --text what you ask for less of",
        )
    with ws.only_one("escalate"):
        with ws.store.read() as connection:
            waiting = followup.open_draft(drafts.rows(connection, "draft"), case.token, kind)
        if waiting:
            raise InputError(
                f"draft {waiting.id} is a {kind} letter of {case.token} already",
                hint=f"foimail drafts edit {waiting.id}, or drop it",
            )
        made = followup.write(ws, about, kind, _WHY[kind], text=text, keep=kept, figures=figures)
        with ws.store.write() as connection:
            return followup.keep_draft(connection, ws, made)


def fitting(case: Case, keep: Sequence[str] = ()) -> str:
    """The kind of letter that a case waits for."""
    if keep:
        return "narrowing"
    if case.asked_on:
        return "clarification"
    return "identity" if case.identity_asked_on else "reply"


def senseless(case: Case, kind: str) -> str:
    """Why a letter of this kind makes no sense in this case, or an empty string."""
    if case.first_sent_on is None:
        return "the request has not been sent, so there is nothing to write about"
    if case.closed_on and kind not in {"thanks", "withdrawal"}:
        return f"the case was closed on {case.closed_on} ({case.closed_because})"
    needed, called = _ANSWERS.get(kind, (frozenset(), ""))
    if needed and not any(r.kind in needed for r in case.current):
        return f"a {kind} letter follows their {called}, and none has come"
    return ""


def parts(campaign: Campaign, named: Sequence[str]) -> tuple[str, ...]:
    """The keys of parts that were named by key or by number; InputError lists those there are."""
    keys = [part.key for part in campaign.parts]
    by_name = {**{str(number): key for number, key in enumerate(keys, 1)}, **{key: key for key in keys}}
    if unknown := [name for name in named if name not in by_name]:
        there = ", ".join(f"{number} {key}" for number, key in enumerate(keys, 1))
        raise InputError(f"the campaign has no part {', '.join(unknown)}", hint=f"its parts are {there}")
    kept = {by_name[name] for name in named}
    return tuple(key for key in keys if key in kept)
