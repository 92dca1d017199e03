"""Keep a mail out of everything that leaves the store: by a person's word, or by itself where a body sent too much.

It is decided within the transaction that reads the mail; the letter that tells the body is drafted after it, and is never sent by
itself. No reason given here holds a word of the mail.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from foimail.errors import FoimailError, InputError
from foimail.files.tables import table
from foimail.letters.facts import in_words
from foimail.replies.mistakes import mistakes
from foimail.replies.recall import Earlier, is_recall, taken_back
from foimail.store import drafts, inbox
from foimail.store import quarantine as store
from foimail.workflows import followup, standing

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy import Connection

    from foimail.model import Message
    from foimail.replies.reader import Enclosure
    from foimail.store.inbox import Row
    from foimail.store.quarantine import Spell
    from foimail.workspace import Workspace

COLUMNS = ("id", "on", "cases", "since", "by", "who", "because", "released", "released_by")
NOTICE = "breach_notice"
_RECALLED = "the body has asked for it back"
_STATES = ("read", "broken", "own", "repeat", "new")


@dataclass(frozen=True, slots=True)
class Held:
    """A mail that went into quarantine: its number, why, and the draft that tells the body, or why there is none."""

    number: int
    because: str
    draft: int | None = None
    no_draft: str = ""


def rows(ws: Workspace, *, everything: bool = False) -> list[dict[str, object]]:
    """What is in quarantine, or all that ever was, oldest first; nothing of what the mail says."""
    with ws.store.read() as connection:
        found = store.spells(connection)
        filed = inbox.filed(connection)
        known = {
            row.sha256: row for row in inbox.rows(connection, states=(*_STATES, "purged"), quarantined=True)
        }
    return [
        {
            "id": known[s.sha256].id if s.sha256 in known else None,
            "on": known[s.sha256].on_date if s.sha256 in known else None,
            "cases": ", ".join(token for token, _ in filed.get(s.sha256, ())),
            "since": s.held_on,
            "by": s.by,
            "who": s.who,
            "because": s.because,
            "released": s.released_on,
            "released_by": s.released_by,
        }
        for s in found
        if everything or s.released_on is None
    ]


def hold(ws: Workspace, number: int, because: str = "") -> Held:
    """A person puts a message into quarantine; a notice to the body is drafted.

    Raises:
        InputError: There is no such message, or it is there already by a person's word.
    """
    row = _row(ws, number)
    why = because.strip() or "set aside by you"
    with ws.store.write() as connection:
        if not _hold(connection, ws, row.sha256, "person", why):
            raise InputError(f"message {number} is in quarantine already", hint="foimail quarantine lists it")
    if row.state == "own":
        return Held(number, why, no_draft="it is a letter of your own")
    return _noticed(ws, row, why, "It may hold more than you meant to send.")


def release(ws: Workspace, number: int, because: str = "") -> None:
    """A person lets a message out; no rule holds it again. InputError where it is not in."""
    row = _row(ws, number)
    said = {"who": ws.person, "because": because.strip()}
    with ws.store.write() as connection:
        out = [
            store.release(connection, one, **said, on=ws.today, now=ws.now())
            for one in inbox.alike(connection, row.sha256)
        ]
        if not any(out):
            raise InputError(
                f"message {number} is not in quarantine", hint="foimail quarantine lists what is"
            )


def spell(ws: Workspace, sha256: str) -> Spell | None:
    """The stay of a message that is in quarantine now, by its hash; None where it is not."""
    with ws.store.read() as connection:
        return store.held(connection).get(sha256)


def words(number: int, spell: Spell) -> str:
    """That a message is in quarantine, and why, in a sentence."""
    who = spell.who if spell.by == "person" else "a rule"
    return f"message {number} is in quarantine since {spell.held_on}, by {who}: {spell.because}"


def look(
    connection: Connection,
    ws: Workspace,
    number: int,
    message: Message,
    enclosures: Sequence[Enclosure],
    tokens: Iterable[str],
) -> list[tuple[Row, str]]:
    """Put into quarantine what this message shows to have been sent by mistake: itself, or the one that it takes back.

    In the transaction that records the message; what went in comes back, each with the reason. A recall that names no mail
    that is here is a person's to look at.
    """
    if not ws.settings["quarantine.by_itself"]:
        return []
    why, recall = "; ".join(mistakes(message, enclosures)), is_recall(message, table("phrases"))
    row = inbox.row(connection, number) if why or recall else None
    if row is None:
        return []
    found = [(row, why)] if why else []
    if recall:
        meant = _taken_back(connection, row, message, tokens)
        numbers = ", ".join(f"message {one.id}" for one in meant)
        said = f"it takes back {numbers}" if meant else "it takes back a mail that is not here"
        released = [
            one
            for one in meant
            if any(s.released_on for s in store.spells(connection) if s.sha256 == one.sha256)
        ]
        if released:
            said += ", which you had let out of quarantine"
        inbox.record(
            connection,
            row.id,
            evidence=[*row.evidence, said],
            needs_person=row.needs_person or not meant or bool(released),
        )
        found += [(one, _RECALLED) for one in meant]
    return [(one, why) for one, why in found if _hold(connection, ws, one.sha256, "rule", why)]


def again(connection: Connection, ws: Workspace, sha256: str, first: Row) -> None:
    """A mail came once more over another path: it goes where the first one is."""
    if first.sha256 in store.held(connection):
        _hold(connection, ws, sha256, "rule", f"the same as message {first.id}")


def _hold(connection: Connection, ws: Workspace, sha256: str, by: str, because: str) -> bool:
    """The mail, and the same mail where it came over several paths."""
    said = {"by": by, "who": ws.person if by == "person" else "", "because": because}
    went = [
        store.hold(connection, one, **said, on=ws.today, now=ws.now())
        for one in inbox.alike(connection, sha256)
    ]
    return went[0]


def notices(ws: Workspace, held: Iterable[tuple[Row, str]]) -> list[Held]:
    """Draft the letters that tell the bodies; whatever stands in the way is said, and no reading of mail ends by it."""
    return [_noticed(ws, row, why, _of_rule(why)) for row, why in held]


def _of_rule(why: str) -> str:
    if why == _RECALLED:
        return "You have asked for it back."
    return f"It may hold more than you meant to send: {why}."


def _taken_back(connection: Connection, row: Row, message: Message, tokens: Iterable[str]) -> list[Row]:
    filed = inbox.filed(connection)
    known = [
        one
        for one in inbox.rows(connection, states=("read", "broken"), quarantined=True)
        if one.id != row.id
        and one.on_date
        and not (one.sent_at and row.sent_at and one.sent_at > row.sent_at)
    ]
    before = [
        Earlier(
            one.sha256,
            one.message_id or "",
            one.sender,
            one.subject,
            one.on_date,
            frozenset(token for token, _ in filed.get(one.sha256, ())),
        )
        for one in known
        if one.on_date
    ]
    meant = taken_back(message, tokens, before)
    return [one for one in known if one.sha256 in meant]


def _noticed(ws: Workspace, row: Row, why: str, reason: str) -> Held:
    try:
        return Held(row.id, why, *_notice(ws, row, reason))
    except FoimailError as error:
        return Held(row.id, why, None, str(error))


def _notice(ws: Workspace, row: Row, reason: str) -> tuple[int | None, str]:
    with ws.store.read() as connection:
        tokens = [token for token, _ in inbox.filed(connection, row.sha256).get(row.sha256, ())]
    if not tokens:
        return None, "it is filed under no case"
    about = followup.matter(ws, standing.one(ws, tokens[0])[0])
    text = f"I write about your e-mail of {in_words(row.on_date or ws.today)}. {reason}"
    with ws.only_one("escalate"):
        with ws.store.read() as connection:
            waiting = followup.open_draft(drafts.rows(connection, "draft"), tokens[0], NOTICE)
        if waiting:
            return None, f"draft {waiting.id} to them waits already; add this mail to it (drafts edit)"
        made = followup.write(ws, about, NOTICE, f"Message {row.id} is in quarantine.", text=text)
        with ws.store.write() as connection:
            return followup.keep_draft(connection, ws, made), ""


def _row(ws: Workspace, number: int) -> Row:
    with ws.store.read() as connection:
        row = inbox.row(connection, number)
    if row is None:
        raise InputError(f"there is no message {number}", hint="foimail inbox list --all")
    if row.state == "purged":
        raise InputError(f"message {number} was {row.reason}: nothing is left of it")
    return row
