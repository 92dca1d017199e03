"""Mail that came, and a person's word on where it belongs and what it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from foimail.documents.reader import Reader
from foimail.errors import InputError
from foimail.events import Misfiled
from foimail.mail.parse import parse
from foimail.store import cases, derived, inbox, quarantine
from foimail.workflows import matching, read
from foimail.workflows.quarantine import words

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from foimail.documents.model import Document
    from foimail.model import Attachment, Message
    from foimail.store.inbox import Row
    from foimail.workspace import Workspace

_HELD = "(in quarantine)"
COLUMNS = ("id", "on", "from", "subject", "kind", "cases", "candidates", "needs_person")


def rows(ws: Workspace, *, waiting: bool) -> list[dict[str, object]]:
    """Messages received, oldest first; only those that wait for a person, where asked."""
    with ws.store.read() as connection:
        found = inbox.rows(connection, states=("read", "broken"), waiting=waiting, quarantined=True)
        filed = inbox.filed(connection)
        held = quarantine.held(connection)
    return [
        {
            "id": r.id,
            "on": r.on_date,
            "from": r.sender,
            "subject": _HELD if r.sha256 in held else subject(r),
            "kind": r.kind,
            "cases": ", ".join(token for token, _ in filed.get(r.sha256, ())),
            "candidates": ", ".join(r.candidates) if r.needs_person else "",
            "needs_person": r.needs_person,
        }
        for r in found
    ]


def subject(row: Row) -> str:
    """The subject of a message, or why it has none that could be read."""
    return row.subject if row.state == "read" else f"(could not be opened: {row.reason})"


def judged(row: Row, filed: Sequence[tuple[str, str]]) -> bool:
    """Whether a person has said where a message belongs. What no case claims waits, unless a person said so."""
    return any(by == "person" for _, by in filed) or (
        row.state == "read" and not filed and not row.needs_person
    )


def message(ws: Workspace, number: int, *, quarantined: bool = False) -> tuple[Row, bytes]:
    """One message and its bytes; InputError where there is none of that number, or it is in quarantine."""
    with ws.store.read() as connection:
        row = inbox.row(connection, number)
        if row is None:
            raise InputError(f"there is no message {number}", hint="foimail inbox list --all")
        if row.state == "purged":
            raise InputError(f"message {number} was {row.reason}: nothing is left of it")
        spell = quarantine.held(connection).get(row.sha256)
        if spell and not quarantined:
            raise InputError(words(number, spell), hint=f"foimail inbox show {number} --quarantined")
        return row, inbox.raw(connection, row.sha256)


def attachments(message: Message) -> list[tuple[Attachment, Document]]:
    """Each attachment with what could be read of it, in a process of its own."""
    with Reader() as reader:
        return [(a, reader.read(a.name, a.media_type, a.content)) for a in message.attachments]


def assign(ws: Workspace, number: int, tokens: Iterable[str], kind: str | None) -> tuple[str, ...]:
    """A person says to which cases a message belongs (none: to no case) and, where given, what it is. Their word stands."""
    row, raw = message(ws, number, quarantined=True)
    meant = tuple(dict.fromkeys(t.strip("[] ").upper() for t in tokens))
    if row.state not in {"read", "broken"}:
        raise InputError(f"message {number} is no reply: {row.reason}")
    # the day the message came, not today: a correction of this correction must come after it in the log's order
    on = row.on_date or ws.today
    with ws.one_of("poll"), ws.store.write() as connection:
        if unknown := set(meant) - cases.issued(connection, meant):
            raise InputError(f"no case {', '.join(sorted(unknown))}", hint="foimail report shows the tokens")
        before = [token for token, _ in inbox.filed(connection, row.sha256).get(row.sha256, ())]
        for token in before:
            if token not in meant:
                cases.append(connection, token, (Misfiled(on, row.sha256),), ws.now(), ws.person)
        filing = read.Filing(meant, kind or row.kind or "other", on, "person", by="person")
        parsed = _parsed(row, raw)
        read.file(connection, ws, parsed, filing)
        inbox.record(
            connection,
            number,
            state="read",
            needs_person=False,
            matched_by="person" if meant else None,
            kind=filing.kind,
        )
        # a person's word is remembered: where answers to it belong, in which case its reference, whose the address is
        if parsed.message_id:
            derived.renew_thread(connection, parsed.message_id)
        matching.learn_afresh(connection, {*before, *meant})
        matching.teach(connection, matching.directory(ws.bodies), parsed, meant)
    return meant


def _parsed(row: Row, raw: bytes) -> Message:
    try:
        return parse(raw)
    except Exception:  # noqa: BLE001 - a broken message can still be filed by hand
        from foimail.model import Message

        return Message(
            row.sha256, row.message_id, (), (), (), row.sender, "", "", (), row.subject, row.sent_at, ""
        )
