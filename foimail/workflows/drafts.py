"""A person's word on drafts: read, change, approve into the outbox, drop, or send by other means."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from foimail.case import fold
from foimail.errors import InputError, Problem
from foimail.events import Sent
from foimail.letters.facts import in_words
from foimail.letters.proof import slips, subject_slips
from foimail.mail.addresses import is_address
from foimail.model import Letter
from foimail.store import cases, drafts
from foimail.workflows import days, escalate, send, standing

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from sqlalchemy import Connection

    from foimail.model import Case
    from foimail.store.drafts import Draft
    from foimail.workspace import Workspace

COLUMNS = ("id", "state", "letter", "case", "body", "to", "subject", "made_on", "why")
AFTER_THE_END = frozenset(
    {"thanks", "withdrawal", "breach_notice"}
)  # letters that a closed case can still have


def rows(ws: Workspace, *, everything: bool = False) -> list[dict[str, object]]:
    """The drafts that wait, or all there ever were, oldest first."""
    with ws.store.read() as connection:
        found = drafts.rows(connection) if everything else drafts.rows(connection, "draft")
        bodies = {opening.token: opening.body for opening in cases.openings(connection)}
    return [
        {
            "id": d.id,
            "state": d.state,
            "letter": d.letter,
            "case": ", ".join(d.tokens),
            "body": ", ".join(bodies[token] for token in d.tokens),
            "to": d.recipient or "(no e-mail address)",
            "subject": d.subject,
            "made_on": d.made_on,
            "why": d.why,
        }
        for d in found
    ]


def draft(ws: Workspace, number: int) -> Draft:
    """One draft; InputError where there is none of that number."""
    with ws.store.read() as connection:
        found = drafts.row(connection, number)
    if found is None:
        raise InputError(f"there is no draft {number}", hint="foimail drafts list")
    return found


def waiting(ws: Workspace) -> list[Draft]:
    """The drafts that wait for a person, oldest first."""
    with ws.store.read() as connection:
        return drafts.rows(connection, "draft")


def edit(ws: Workspace, number: int, recipient: str, subject: str, text: str) -> None:
    """Give a draft another address and other words.

    Raises:
        InputError: It is no draft any more, or the letter could not go so; every fault is named.
    """
    before = _open(draft(ws, number))
    if problems := list(_faults(before, recipient, subject, text)):
        raise InputError(f"draft {number} is as it was", problems)
    with ws.store.write() as connection:
        if not drafts.rewrite(connection, number, recipient, subject, f"{text.strip()}\n"):
            raise InputError(f"draft {number} was settled meanwhile", hint="foimail drafts list --all")


def stale(ws: Workspace, found: Draft) -> str:
    """Why a draft should not go any more, or an empty string: since it was written, something has come."""
    with ws.store.read() as connection:
        now = [_case(connection, token) for token in found.tokens]
    for case in now:
        if case.closed_on and found.letter not in AFTER_THE_END:
            return f"{case.token} was closed on {case.closed_on} ({case.closed_because})"
        if found.letter in escalate.LETTERS and not escalate.is_open(ws, case, found.letter):
            return f"{case.token} needs no {found.letter} now; last, {case.last_event} on {case.last_on}"
        due = standing.position_of(ws, case).due
        if found.letter == "chaser" and due and in_words(due) not in found.text:
            return f"the last day of {case.token} is now {in_words(due)}, and the letter does not name it"
    return ""


def approve(ws: Workspace, numbers: Sequence[int], *, anyway: bool = False) -> list[Draft]:
    """Put drafts into the outbox, all or none; `foimail send --queued` sends them. A complaint is approved by itself.

    Args:
        ws: The workspace.
        numbers: The drafts.
        anyway: Also those whose case has gone on since they were written.

    Raises:
        InputError: One of them is no draft any more, has no address, is a complaint among others, or should not go now.
    """
    found = [_open(draft(ws, number)) for number in dict.fromkeys(numbers)]
    problems = list(_hindrances(ws, found, anyway=anyway))
    if problems:
        raise InputError("nothing was approved", problems)
    with ws.store.write() as connection:
        for one in found:
            if not drafts.settle(connection, one.id, "queued"):
                raise InputError(f"draft {one.id} was settled meanwhile", hint="foimail drafts list --all")
            letter = Letter(one.letter, "", one.recipient, one.subject, one.text, one.wording)
            send.put(connection, ws, one.token, letter, one.thread)
    return found


def drop(ws: Workspace, numbers: Iterable[int]) -> list[Draft]:
    """Drop drafts for good; InputError where one is settled already."""
    found = [_open(draft(ws, number)) for number in dict.fromkeys(numbers)]
    with ws.store.write() as connection:
        for one in found:
            if not drafts.settle(connection, one.id, "dropped"):
                raise InputError(f"draft {one.id} was settled meanwhile", hint="foimail drafts list --all")
    return found


def sent(ws: Workspace, number: int, by: str, on: date) -> Draft:
    """Record that the letter of a draft went by web form, post or telephone on this day."""
    found = _open(draft(ws, number))
    days.not_ahead(ws.today, on)
    if on < found.made_on:
        raise InputError(f"draft {number} was written on {found.made_on}, after {on}")
    with ws.store.write() as connection:
        if not drafts.settle(connection, number, "sent"):
            raise InputError(f"draft {number} was settled meanwhile", hint="foimail drafts list --all")
        message_id = f"{found.token.lower()}.{secrets.token_hex(6)}.{by}"
        event = Sent(on, message_id, found.recipient, by=by, letter=found.letter, evidence="person")
        cases.append_to_each(connection, found.tokens, event, ws.now(), ws.person)
    return found


def _open(found: Draft) -> Draft:
    if found.state != "draft":
        words = {"queued": "approved already", "sent": "sent already", "dropped": "dropped"}
        raise InputError(f"draft {found.id} is {words[found.state]}", hint="foimail drafts list --all")
    return found


def _hindrances(ws: Workspace, found: Sequence[Draft], *, anyway: bool) -> Iterable[Problem]:
    for one in found:
        place = f"draft {one.id}"
        if one.letter == "complaint" and len(found) > 1:
            yield Problem(
                place, "a complaint to the regulator is approved by itself", f"drafts approve {one.id}"
            )
        if not one.recipient:
            hint = f"send it by web form or post, then: foimail drafts sent {one.id} --by form --on DATE"
            yield Problem(place, "no e-mail address is known", hint)
        if not anyway and (why := stale(ws, one)):
            yield Problem(place, why, f"foimail drafts drop {one.id}; or --anyway")


def _faults(before: Draft, recipient: str, subject: str, text: str) -> Iterable[Problem]:
    place = f"draft {before.id}"
    if recipient and not is_address(recipient):
        yield Problem(place, f"{recipient!r} is not an e-mail address")
    if f"[{before.token}]" not in subject:
        hint = f"write [{before.token}] into it: by this a reply is recognised"
        yield Problem(place, "the subject lacks the reference", hint)
    if not text.strip():
        yield Problem(place, "the letter is empty", "foimail drafts drop, if it shall not go")
    # what stood there before was proof-read; it may quote the body's braces and brackets
    known = set(before.text.splitlines())
    new = "\n".join(line for line in text.splitlines() if line not in known)
    old = set(before.subject.split())
    words = " ".join(word for word in subject.split(" ") if word not in old)
    for slip in (*slips(new, before.token), *subject_slips(words, before.token)):
        yield Problem(place, slip.message, slip.hint)


def _case(connection: Connection, token: str) -> Case:
    return fold(token, (entry.event for entry in cases.log(connection, token=token)))
