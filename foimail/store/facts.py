"""The facts of each case, kept beside the log from which `case.fold` makes them: a report need not read every event.

A row is renewed in the transaction that adds to its log. Like the log, it has no word of a message in quarantine. One that is
missing, or that another fold than today's has made, counts for nothing and is made afresh.
"""

from __future__ import annotations

import hashlib
import json
import pkgutil
from functools import cache
from typing import TYPE_CHECKING

from sqlalchemy import Connection, bindparam, delete, select, text

from foimail import events as happenings
from foimail.case import fold
from foimail.case_json import from_json, to_json
from foimail.errors import StoreError
from foimail.store import quarantine
from foimail.store.schema import cases, events
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


def of_campaign(connection: Connection, campaign: str) -> tuple[dict[str, Case], list[str]]:
    """The cases of a campaign by token, body by body, and the tokens of those that are to be folded afresh."""
    query = (
        select(cases.c.token, facts.c.code, facts.c.facts)
        .outerjoin(facts)
        .where(cases.c.campaign == campaign)
        .order_by(cases.c.body, cases.c.wave)
    )
    found: dict[str, Case] = {}
    stale: list[str] = []
    today = code()
    for token, made_by, kept in connection.execute(query):
        if made_by == today:
            found[token] = from_json(json.loads(kept))
        else:
            stale.append(token)
    return found, stale


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
