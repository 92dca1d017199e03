"""Destroy a message for good: its bytes, its words in every table, the letters of ours that quote it. A tombstone stays."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from foimail.errors import InputError
from foimail.mail.parse import parse
from foimail.replies import anatomy
from foimail.replies.reading import from_json
from foimail.store import copies, drafts, inbox, outbox, purged
from foimail.workflows import matching

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from foimail.store.copies import Copy
    from foimail.store.inbox import Row
    from foimail.workspace import Workspace

COLUMNS = ("id", "sha256", "size", "on", "who", "because")
_RUN = 6  # words in a row that a letter shares with a message: then it quotes it
_UNSETTLED = frozenset({"queued", "sending", "unknown"})
_AT_ONCE = 5_000  # messages looked through for one that quotes another


@dataclass(frozen=True, slots=True)
class Plan:
    """What a purge would destroy, and what it cannot reach.

    `messages` are the same mail over several paths, the one named first; `drafts` and `letters` are ours that quote it;
    `perhaps` are other messages that seem to quote it, to be purged by themselves; `copies` were written from the store before.
    """

    messages: tuple[Row, ...]
    drafts: tuple[int, ...] = ()
    letters: tuple[int, ...] = ()
    perhaps: tuple[int, ...] = ()
    copies: tuple[Copy, ...] = field(default=())
    done: bool = False


def rows(ws: Workspace) -> list[dict[str, object]]:
    """The tombstones, oldest first."""
    with ws.store.read() as connection:
        stones = purged.buried(connection).values()
        numbers = {one.sha256: inbox.number_of(connection, one.sha256) for one in stones}
    return [
        {
            "id": numbers[one.sha256],
            "sha256": one.sha256,
            "size": one.size,
            "on": one.purged_on,
            "who": one.who,
            "because": one.because,
        }
        for one in sorted(stones, key=lambda one: (one.purged_on, numbers[one.sha256]))
    ]


def plan(ws: Workspace, number: int) -> Plan:
    """What a purge of this message would take with it; nothing is changed.

    Raises:
        InputError: There is no such message, or a letter that quotes it is on its way.
    """
    with ws.store.read() as connection:
        row = inbox.row(connection, number)
        if row is None:
            raise InputError(f"there is no message {number}", hint="foimail inbox list --all")
        made = tuple(copies.all_of(connection))
        if row.state == "purged":
            return Plan((row,), copies=made, done=True)
        digests = inbox.alike(connection, row.sha256)
        numbers = [inbox.number_of(connection, sha256) for sha256 in digests]
        same = tuple(one for one in (inbox.row(connection, n) for n in numbers) if one)
        raw = inbox.raw(connection, row.sha256)
        stored = inbox.stored_at(connection, row.sha256)
        came = min(row.sent_at or stored, stored)
        letters = outbox.rows(connection)
        written = drafts.rows(connection)
        tokens = {token for one in digests for token, _ in inbox.filed(connection, one).get(one, ())}
        others = [
            (one.id, inbox.raw(connection, one.sha256))
            for token in sorted(tokens)
            for one in inbox.rows(
                connection, states=("read", "own", "broken"), token=token, quarantined=True
            )[:_AT_ONCE]
            if one.sha256 not in digests
        ]
    said = _said(row, raw)
    # what we wrote before it came, and what all our letters say, is quoted by it and does not quote it
    earlier = [one.text for one in letters if one.letter == "request" or one.queued_at < came]
    for text in (*earlier, *_ours(ws)):
        said -= _runs(text)
    quoting = [one for one in letters if said & _runs(one.text)]
    if waiting := [one for one in quoting if one.state in _UNSETTLED]:
        raise InputError(
            f"letter {waiting[0].id} quotes message {number} and is {waiting[0].state}",
            hint=f"foimail outbox show {waiting[0].id}: settle it first",
        )
    return Plan(
        same,
        tuple(one.id for one in written if said & _runs(one.text)),
        tuple(one.id for one in quoting),
        tuple(dict.fromkeys(n for n, content in others if said & _runs(_text(content)))),
        made,
    )


def purge(ws: Workspace, plans: Iterable[Plan], because: str) -> None:
    """Destroy what these plans name, each in one transaction, then take it off the disk.

    Raises:
        InputError: No reason is given.
        BusyError: Mail is being fetched or sent at this moment.
        StoreError: Another program has the store open; the same command again finishes the work.
    """
    if not because.strip():
        raise InputError("it is not said why", hint="give --because in your words; it stays beside the hash")
    with ws.only_one("poll"), ws.only_one("send"):
        for one in plans:
            with ws.store.write() as connection:
                purged.empty_drafts(connection, one.drafts)
                purged.empty_letters(connection, one.letters)
                for row in () if one.done else one.messages:
                    said = {"who": ws.person, "because": because.strip()}
                    purged.purge(connection, row.sha256, **said, on=ws.today, now=ws.now())
                    tokens = [token for token, _ in inbox.filed(connection, row.sha256).get(row.sha256, ())]
                    matching.learn_afresh(connection, tokens)
        ws.store.scrub()


def note_copy(ws: Workspace, what: str, place: Path) -> None:
    """Note that an archive, pack or export was written here, so that a later purge can name it."""
    with ws.store.write() as connection:
        copies.note(connection, what, str(place.resolve()), ws.today, ws.now())


def _said(row: Row, raw: bytes) -> set[tuple[str, ...]]:
    """The runs of words of a message, and of what was read out of its attachments."""
    reading = from_json(row.reading) if "kind" in row.reading else None
    quotes = [one.quote for one in reading.passages] if reading else []
    for answer in reading.answers if reading else ():
        quotes += [answer.quote, *(figure.quote for figure in answer.figures)]
    return {run for text in (_text(raw), *quotes) for run in _runs(text)}


def _ours(ws: Workspace) -> Iterator[str]:
    yield from (text for _, text in ws.campaign.templates)
    yield from (part.question for part in ws.campaign.parts)


def _runs(text: str) -> set[tuple[str, ...]]:
    words = anatomy.words(text)
    return {tuple(words[at : at + _RUN]) for at in range(len(words) - _RUN + 1)}


def _text(raw: bytes) -> str:
    """The text of a mail; of one that cannot be opened, its bytes as they are."""
    try:
        return parse(raw).text
    except Exception:  # noqa: BLE001 - whatever a stranger's bytes set off: it can be destroyed all the same
        return raw.decode("latin-1")
