"""Destroy a message: its bytes, and its words wherever the store keeps them. A tombstone says that there was one.

The log of a case is only ever added to; this is the one lawful exception, for personal data may have to be erased (UK GDPR
Art.17), and what stays of an event is what `wordless` leaves. The hashes stay, so that the mail is known if it comes again.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import Connection, delete, insert, select, update

from foimail import events as happenings
from foimail.store import objects, quarantine, texts
from foimail.store.schema import drafts, events, messages, outbox, raw_mail, skipped, tombstones
from foimail.store.schema_derived import unfold
from foimail.wordless import message_of, wordless

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date, datetime

GONE = "This letter quoted a message that was destroyed since, and its text went with it."


@dataclass(frozen=True, slots=True)
class Tombstone:
    """What is left of a message: its hash, how long it was (bytes), the London day, who destroyed it and why."""

    sha256: str
    size: int
    purged_on: date
    purged_at: datetime
    who: str
    because: str


_COLUMNS = tuple(tombstones.c[name] for name in Tombstone.__dataclass_fields__)


def buried(connection: Connection) -> dict[str, Tombstone]:
    """The messages that were destroyed on purpose, by hash: their bytes are empty, and that is as it should be."""
    return {row.sha256: Tombstone(*row) for row in connection.execute(select(*_COLUMNS))}


def purge(connection: Connection, sha256: str, *, who: str, because: str, on: date, now: datetime) -> None:
    """Destroy a message in the caller's transaction; `engine.Store.scrub` then takes its bytes off the disk.

    Its number, hashes, Message-ID, sender, day, kind and cases stay, and where it was seen: it is never fetched again.
    """
    kept = select(raw_mail.c.size, raw_mail.c.raw).where(raw_mail.c.sha256 == sha256)
    size, raw = connection.execute(kept).one()
    objects.forget(connection, sha256, size, raw)
    connection.execute(update(raw_mail).where(raw_mail.c.sha256 == sha256).values(raw=b"", size=0))
    nothing = {"subject": "", "source": "", "evidence": [], "candidates": [], "reading": {}}
    left = nothing | {"state": "purged", "reason": f"destroyed on {on}", "needs_person": False}
    connection.execute(update(messages).where(messages.c.sha256 == sha256).values(left))
    number = select(messages.c.id).where(messages.c.sha256 == sha256)
    connection.execute(delete(skipped).where(skipped.c.message.in_(number)))
    for one in connection.scalars(number).all():
        texts.forget(connection, one)
    texts.tidy(connection)
    _silence(connection, sha256)
    unfold(connection, sha256)
    quarantine.release(connection, sha256, who=who, because="destroyed", on=on, now=now)
    connection.execute(
        insert(tombstones).values(
            sha256=sha256, size=size, purged_on=on, purged_at=now, who=who, because=because
        )
    )


def purge_again(connection: Connection, sha256: str, first: str, *, on: date, now: datetime) -> None:
    """Destroy a mail that came over another path after it had been destroyed, by the word that was given then."""
    stone = buried(connection)[first]
    purge(connection, sha256, who=stone.who, because=stone.because, on=on, now=now)


def _silence(connection: Connection, sha256: str) -> None:
    query = select(events.c.seq, events.c.kind, events.c.on_date, events.c.data)
    for row in connection.execute(query.where(events.c.data["message"].as_string() == sha256)).all():
        event = happenings.from_json(row.kind, row.on_date, row.data)
        if message_of(event) == sha256:
            data = happenings.to_json(wordless(event))
            connection.execute(update(events).where(events.c.seq == row.seq).values(data=data))


def empty_drafts(connection: Connection, numbers: Collection[int]) -> None:
    """Take the text out of drafts that quote a destroyed message; one that waits is dropped."""
    some = drafts.c.id.in_(numbers)
    connection.execute(update(drafts).where(some).values(text=GONE))
    connection.execute(update(drafts).where(some, drafts.c.state == "draft").values(state="dropped"))


def empty_letters(connection: Connection, numbers: Collection[int]) -> None:
    """Take text and bytes out of letters that went and quote a destroyed message; that they went, when and to whom, stays."""
    connection.execute(update(outbox).where(outbox.c.id.in_(numbers)).values(text=GONE, raw=None))
