"""Read stored mail again by today's rules: first to see what would change, then to record it. A person's word stays as it is."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from foimail.events import Told
from foimail.mail.parse import parse
from foimail.replies.reading import to_json
from foimail.store import cases, inbox
from foimail.workflows import inbox as mail
from foimail.workflows import matching, read
from foimail.workflows.judge import Judge

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from sqlalchemy import Connection

    from foimail.model import Message
    from foimail.replies.bodies import Directory
    from foimail.replies.reading import Reading
    from foimail.store.inbox import Row
    from foimail.workspace import Workspace

COLUMNS = (
    "id", "from", "subject", "case_before", "case_after", "kind_before", "kind_after",
    "needs_person_before", "needs_person_after", "facts",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Change:
    """A message of which today's rules make something else.

    `before` and `after` are the cases that it is filed under; `judged` is true where a person has spoken of it, so that the
    record of the reading alone is renewed.
    """

    row: Row
    message: Message
    reading: Reading
    before: tuple[str, ...]
    after: tuple[str, ...]
    judged: bool

    @property
    def needs_person(self) -> bool:
        """Whether it waits for a person from now on."""
        return not self.judged and (not self.after or self.reading.needs_person)

    @property
    def facts(self) -> list[str]:
        """The facts that change, as `until: 2026-07-01 -> 2026-08-01`."""
        old: Mapping[str, object] = self.row.reading.get("facts") or {}
        new = _as_stored(self.reading)["facts"]
        names = sorted({*old, *new} - {"quotes"})
        return [
            f"{n}: {_words(old.get(n))} -> {_words(new.get(n))}" for n in names if old.get(n) != new.get(n)
        ]

    @property
    def matters(self) -> bool:
        """Whether a case or the queue changes by it."""
        return not self.judged and bool(
            self.facts
            or self.before != self.after
            or self.row.kind != self.reading.kind
            or self.row.needs_person != self.needs_person
        )


def changes(ws: Workspace) -> list[Change]:
    """What today's rules make otherwise of the messages received, oldest first."""
    with ws.store.read() as connection:
        rows = inbox.rows(connection, states=("read", "broken"))
        filed = inbox.filed(connection)
    bodies = matching.directory(ws.bodies if rows else ())
    with Judge(ws) as judge:
        found = [_change(ws, judge, bodies, row, filed.get(row.sha256, ())) for row in rows]
    return [change for change in found if change]


def rows_of(found: Sequence[Change]) -> Iterator[dict[str, object]]:
    """A row for each change by which a case or the queue changes."""
    for c in found:
        if c.matters:
            yield {
                "id": c.row.id,
                "from": c.message.sender,
                "subject": c.message.subject,
                "case_before": ", ".join(c.before),
                "case_after": ", ".join(c.after),
                "kind_before": c.row.kind,
                "kind_after": c.reading.kind,
                "needs_person_before": c.row.needs_person,
                "needs_person_after": c.needs_person,
                "facts": c.facts,
            }


def apply(ws: Workspace) -> list[Change]:
    """Record what today's rules make of stored mail; what changed comes back.

    Each message is its own transaction. One that no case claimed, or that could not be opened, is read as if it came now.
    """
    with ws.only_one("poll"):
        found = changes(ws)
        for change in found:
            with ws.store.write() as connection:
                if inbox.row(connection, change.row.id) == change.row:  # else a person has spoken meanwhile
                    _record(connection, ws, change)
        read.read_new(ws)
    return found


def _change(
    ws: Workspace, judge: Judge, bodies: Directory, row: Row, filed: Sequence[tuple[str, str]]
) -> Change | None:
    with ws.store.read() as connection:
        raw = inbox.raw(connection, row.sha256)
    try:
        message = parse(raw)
    except Exception:  # noqa: BLE001 - whatever a stranger's bytes set off: what is broken stays so
        return None
    tokens = tuple(token for token, _ in filed)
    judged = mail.judged(row, filed)
    enclosures = judge.enclosures(message)
    message = read.with_texts(message, enclosures)
    with ws.store.read() as connection:
        named = matching.their_references(connection, message)
        after, meant = tokens, tokens or tuple(row.candidates)
        if not tokens and not judged:
            decided = matching.decide(connection, ws, bodies, message, named)
            after, meant = decided.filed, decided.filed or decided.candidates
        on = row.on_date or read.on_day(message, ws.today)
        reading = judge.read(
            connection, message, enclosures, meant, on, reference=named[0] if named else None
        )
    change = Change(row, message, reading, tokens, after, judged)
    return change if change.matters or _as_stored(reading) != row.reading else None


def _as_stored(reading: Reading) -> Mapping[str, Any]:
    stored: Mapping[str, Any] = json.loads(json.dumps(to_json(reading)))
    return stored


def _record(connection: Connection, ws: Workspace, change: Change) -> None:
    row, reading = change.row, change.reading
    if change.judged:
        inbox.record(connection, row.id, reading=to_json(reading))
        matching.learn_afresh(connection, change.before)
        return
    if not change.before:
        inbox.record(connection, row.id, state="new")
        return
    on = (
        row.on_date or ws.today
    )  # the day it came: a person's later word must come after it in the log's order
    if row.kind != reading.kind:
        filing = read.Filing(change.before, reading.kind, on, row.matched_by or "", by="rule")
        read.file(connection, ws, change.message, filing)
    if change.facts:
        facts = dict(reading.facts) | {"quotes": read.quotes(reading)}
        told = Told(on, row.sha256, facts, whole=True)
        cases.append_to_each(connection, change.before, told, ws.now())
    of_match = [words for words in row.evidence if not words.startswith(f"{row.kind}: ")]
    inbox.record(
        connection,
        row.id,
        kind=reading.kind,
        needs_person=reading.needs_person,
        evidence=[*of_match, *reading.evidence],
        reading=to_json(reading),
    )
    matching.learn_afresh(connection, change.before)


def _words(value: object) -> str:
    match value:
        case None:
            return "-"
        case list():
            return ", ".join(map(str, value)) or "none"
        case _:
            return str(value)
