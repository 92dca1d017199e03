"""The mails of one case, ours and theirs, with the bytes as sent or received and names that are safe as files."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from foimail.events import Received, Refused, Sent, Unknown, Wrote
from foimail.model import Reply, Sending
from foimail.output.evidence import Exhibit
from foimail.store import inbox, outbox

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import Connection

    from foimail.model import Case
    from foimail.store.cases import Entry

FOLDER = "mails"
_WENT = frozenset({"sent", "refused", "unknown"})


def exhibits(connection: Connection, case: Case, log: Iterable[Entry]) -> tuple[Exhibit, ...]:
    """All letters that went and replies that came in this case, in the order of their London dates, then of recording.

    Mail of other cases is left out; mail filed under this one and others too is marked as shared.
    """
    own = inbox.rows(connection, states=("read", "broken", "own"), token=case.token)
    written = [row for row in own if row.state == "own"]
    found = [_letter(connection, case, s, written) for s in case.sendings if s.state in _WENT]
    for reply in case.replies:
        # one that came by post or telephone was noted, and has no bytes
        has_mail = any(row.sha256 == reply.message for row in own)
        content = inbox.raw(connection, reply.message) if has_mail else b""
        filed = inbox.filed(connection, reply.message).get(reply.message, ())
        found.append(Exhibit(reply, content=content, shared=len(filed) > 1))
    recorded = _recorded(log)
    found.sort(key=lambda e: (e.about.on, recorded.get(_key(e.about), 0)))
    return _named(found)


def _letter(connection: Connection, case: Case, sending: Sending, written: list[inbox.Row]) -> Exhibit:
    row = outbox.by_message_id(connection, sending.message_id)
    if row is not None and case.token in row.tokens:
        return Exhibit(sending, content=outbox.raw(connection, row.id) or b"", shared=len(row.tokens) > 1)
    # written in another mail program; one without a Message-ID is known by its day
    for mail in written if sending.by == "email" else ():
        if mail.message_id == sending.message_id or (mail.message_id is None and mail.on_date == sending.on):
            written.remove(mail)
            return Exhibit(sending, content=inbox.raw(connection, mail.sha256))
    return Exhibit(sending)


def _key(about: Sending | Reply) -> str:
    return about.message if isinstance(about, Reply) else about.message_id


def _recorded(log: Iterable[Entry]) -> dict[str, int]:
    """When each message was recorded: a reply when it first came, a letter when it took its last state."""
    found: dict[str, int] = {}
    for entry in log:
        match entry.event:
            case Received(message=key) | Wrote(message_id=key):
                found.setdefault(key, entry.seq)
            case Sent(message_id=key) | Refused(message_id=key) | Unknown(message_id=key):
                found[key] = entry.seq
            case _:
                pass
    return found


def _named(found: list[Exhibit]) -> tuple[Exhibit, ...]:
    """The exhibits with file names: number, day, and a word of ours; nothing that a stranger wrote is in them."""
    with_mail = [e for e in found if e.content]
    width = max(2, len(str(len(with_mail))))
    names = {
        id(e): f"{FOLDER}/{number:0{width}}_{e.about.on}_{_word(e.about)}.eml"
        for number, e in enumerate(with_mail, start=1)
    }
    return tuple(replace(e, file=names.get(id(e), "")) for e in found)


def _word(about: Sending | Reply) -> str:
    if isinstance(about, Reply):
        word = "reply" if about.automatic else about.kind  # what only a rule has read is not asserted
    else:
        word = about.letter if about.state == "sent" else f"{about.letter}-{about.state}"
    return re.sub(r"[^a-z0-9]+", "-", word.lower()).strip("-") or "letter"
