"""The facts of each case, kept beside the log from which `case.fold` makes them: a report need not read every event.

A row is renewed in the transaction that adds to its log. Like the log, it has no word of a message in quarantine. One that is
missing, or that another fold than today's has made, counts for nothing and is made afresh.
"""

from __future__ import annotations

import hashlib
import json
import pkgutil
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING

from sqlalchemy import Connection, bindparam, delete, func, select, text

from foimail import events as happenings
from foimail.case import fold
from foimail.case_json import from_json, to_json
from foimail.errors import StoreError
from foimail.store import quarantine
from foimail.store.schema import cases, events, tombstones
from foimail.store.schema_derived import facts
from foimail.wordless import message_of, wordless

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from foimail.model import Case

_AT_ONCE = 500  # values in one query: databases have a limit

# built once: they are asked for with each event
_LOGS = (
    select(events.c.token, events.c.seq, events.c.kind, events.c.on_date, events.c.data)
    .where(events.c.token.in_(bindparam("tokens", expanding=True)))
    .order_by(events.c.seq)
)
_DROP = delete(facts).where(facts.c.token.in_(bindparam("tokens", expanding=True)))
_PUT = text(
    "INSERT INTO facts (token, seq, code, facts) VALUES (:token, :seq, :code, :facts)"
    " ON CONFLICT (token) DO UPDATE SET seq = excluded.seq, code = excluded.code, facts = excluded.facts"
)


@cache
def code() -> str:
    """Which fold this is: a hash of the source of all that has a part in it."""
    whole = hashlib.sha256()
    for name in ("case", "case_json", "events", "model", "receipt", "wordless"):
        whole.update(pkgutil.get_data("foimail", f"{name}.py") or b"")
    return whole.hexdigest()[:16]


@dataclass
class Read:
    """Cases that were read before, for whoever looks again and again: their numbers tell which have changed since.

    Attributes:
        cases: The number of its last event and the facts of each, by token, body by body.
        shut_out: What was in quarantine or destroyed then: facts change with it, and no event tells of it.
    """

    cases: dict[str, tuple[int, Case]] = field(default_factory=dict)
    shut_out: object = None


def of_campaign(connection: Connection, campaign: str, read: Read | None = None) -> tuple[Read, list[str]]:
    """The cases of a campaign, and the tokens of those to be folded afresh.

    Of those `read` before the changed ones are read anew; where there are none, it is what comes back.
    """
    gone = connection.scalar(select(func.count()).select_from(tombstones))
    shut_out = (frozenset(quarantine.held(connection)), gone)
    before = read.cases if read is not None and read.shut_out == shut_out else {}
    query = (
        select(cases.c.token, facts.c.seq, facts.c.code).outerjoin(facts).where(cases.c.campaign == campaign)
    )
    numbers: dict[str, int] = {}
    stale: list[str] = []
    for token, seq, made_by in connection.execute(query.order_by(cases.c.body, cases.c.wave)):
        if made_by == code():
            numbers[token] = seq
        else:
            stale.append(token)
    changed = [token for token, seq in numbers.items() if token not in before or before[token][0] != seq]
    if read is not None and not changed and not stale and before.keys() == numbers.keys():
        return read, stale
    new = dict(_kept(connection, changed))
    found = {token: (seq, new[token]) if token in new else before[token] for token, seq in numbers.items()}
    return Read(found, shut_out), stale


def _kept(connection: Connection, tokens: list[str]) -> Iterator[tuple[str, Case]]:
    for start in range(0, len(tokens), _AT_ONCE):
        some = facts.c.token.in_(tokens[start : start + _AT_ONCE])
        for token, kept in connection.execute(select(facts.c.token, facts.c.facts).where(some)):
            yield token, from_json(json.loads(kept))


def refold(connection: Connection, tokens: Iterable[str]) -> None:
    """Renew the facts of these cases from their logs. A case that was never opened has none."""
    listed = sorted(set(tokens))
    for start in range(0, len(listed), _AT_ONCE):
        some = listed[start : start + _AT_ONCE]
        rows = [
            {"token": token, "seq": seq, "code": code(), "facts": json.dumps(to_json(case))}
            for token, seq, case in _folded(connection, some)
        ]
        if rows:
            connection.execute(_PUT, rows)
        if len(rows) < len(some):
            connection.execute(_DROP, {"tokens": sorted({*some} - {row["token"] for row in rows})})


def rebuild(connection: Connection) -> int:
    """Make all facts afresh from the log; how many were wrong comes back."""
    wrong = len(differing(connection))
    connection.execute(delete(facts))
    refold(connection, connection.scalars(select(cases.c.token)))
    return wrong


def differing(connection: Connection) -> list[str]:
    """The tokens of the cases whose facts are not what their log adds up to: there should be none.

    A case without facts is not among them, nor one of another fold: these are folded afresh by whoever asks.
    """
    kept = {
        row.token: (row.seq, row.code, row.facts)
        for row in connection.execute(select(facts.c.token, facts.c.seq, facts.c.code, facts.c.facts))
    }
    tokens = list(connection.scalars(select(cases.c.token).order_by(cases.c.token)))
    wrong = []
    for start in range(0, len(tokens), _AT_ONCE):
        for token, seq, case in _folded(connection, tokens[start : start + _AT_ONCE]):
            of_seq, made_by, text = kept.pop(token, (seq, "", ""))
            if of_seq != seq or (made_by == code() and from_json(json.loads(text)) != case):
                wrong.append(token)
    return sorted([*wrong, *kept])


def _folded(connection: Connection, tokens: list[str]) -> Iterator[tuple[str, int, Case]]:
    """(token, number of its last event, facts) of each of these few cases that was opened."""
    logs: dict[str, list[happenings.Event]] = {}
    last: dict[str, int] = {}
    try:
        for token, seq, kind, on, data in connection.execute(_LOGS, {"tokens": tokens}):
            logs.setdefault(token, []).append(happenings.from_json(kind, on, data))
            last[token] = seq
    except ValueError as error:
        raise StoreError(f"the store holds an {error}", "install the newer foimail") from None
    # a letter of ours is no message that could be in quarantine, and most events of a sender speak of none
    spoken_of = any(message_of(event) for log in logs.values() for event in log)
    held = quarantine.held(connection) if spoken_of else {}
    for token, log in logs.items():
        if any(isinstance(event, happenings.Opened) for event in log):
            told = [wordless(event) if message_of(event) in held else event for event in log]
            yield token, last[token], fold(token, told)
