"""Write a letter after the request: to whom, in which thread, from what is known of the case. It becomes a draft."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from foimail.errors import InputError
from foimail.letters.compose import compose
from foimail.letters.facts import facts
from foimail.store import drafts, inbox, outbox
from foimail.workflows import correspondence, standing

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from sqlalchemy import Connection

    from foimail.law.position import Position
    from foimail.model import Body, Case, Letter
    from foimail.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Followup:
    """A letter of a case, in its thread, with the reason for it; the store has not seen it yet."""

    case: Case
    letter: Letter
    thread: outbox.Thread
    why: str


@dataclass(frozen=True, slots=True)
class Matter:
    """A case with its body and where it stands: what a letter is written from."""

    case: Case
    body: Body
    position: Position


def matter(ws: Workspace, case: Case) -> Matter:
    """A case of the campaign in hand; InputError where it is another campaign's, whose words are not at hand."""
    if case.campaign != ws.campaign.name:
        raise InputError(
            f"{case.token} is a case of the campaign {case.campaign}",
            hint=f"say it before the command: foimail --campaign {case.campaign} ...",
        )
    return Matter(case, standing.body_of(ws, case), standing.position_of(ws, case))


def write(
    ws: Workspace,
    about: Matter,
    kind: str,
    why: str,
    *,
    text: str = "",
    keep: Collection[str] = (),
    also: Sequence[Case] = (),
    figures: Sequence[str] = (),
) -> Followup:
    """The letter of this kind, from what is known of the case today. Nothing is recorded.

    Args:
        ws: The workspace.
        about: The case, its body and where it stands.
        kind: One of `letters.facts.LETTERS`.
        why: The reason, for the person who approves it.
        text: The user's own words.
        keep: The keys of the parts that a narrower request keeps.
        also: Further cases that the letter is about; their answers are expected too.
        figures: Passages of their answer that are asked about.

    Raises:
        InputError: The letter would be refused; every reason is named.
    """
    regime = ws.law.regime(about.case.regime)
    to, remark = correspondence.recipient(about.case, about.body, regime, kind)
    with ws.store.read() as connection:
        subject = _subject(connection, about.case)
        thread = correspondence.thread(connection, about.case, kind, [case.token for case in also])
    known = facts(
        about.case, about.position, ws.campaign, regime, ws.today, subject=subject, keep=keep, figures=figures
    )
    letter, problems = compose(
        ws.campaign,
        about.body,
        ws.settings.requester,
        regime,
        about.case.token,
        ws.today,
        kind,
        known,
        text=text,
        to=to or None,
    )
    if letter is None:
        raise InputError(f"the {kind} letter to {about.body.name} cannot be written", problems)
    return Followup(about.case, letter, thread, f"{why} To {remark}." if remark else why)


def keep_draft(connection: Connection, ws: Workspace, made: Followup) -> int:
    """Keep a letter as a draft, in the caller's transaction; its number comes back."""
    return drafts.add(connection, made.case.token, made.letter, made.thread, made.why, ws.today, ws.now())


def open_draft(waiting: Collection[drafts.Draft], token: str, kind: str) -> drafts.Draft | None:
    """The draft of this kind that waits already, for this case or for several with it."""
    return next((d for d in waiting if d.letter == kind and token in d.tokens), None)


def _subject(connection: Connection, case: Case) -> str:
    """That of the request as it last went."""
    sent = [s for s in case.sendings if s.letter == "request" and s.state == "sent"]
    if not sent:
        return ""
    row = outbox.by_message_id(connection, sent[-1].message_id)
    return row.subject if row else inbox.subject_of(connection, sent[-1].message_id)
