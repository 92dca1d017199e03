"""Cases and their log of events."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Select, bindparam, exists, func, insert, select, text

from foimail import events as happenings
from foimail.errors import StoreError
from foimail.store import facts, quarantine
from foimail.store.schema import cases, events, filings, message_ids, messages, outbox
from foimail.wordless import message_of, wordless

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date, datetime

    from foimail.events import Event


_FEW = 12  # cases that a person can be asked to choose from
_LOG = select(*(events.c[name] for name in ("seq", "token", "kind", "on_date", "data", "recorded_at", "who")))
_AT_ONCE = 500  # values in one query: databases have a limit, and a stranger's References may have none
# these, and what stands before a function below, are built once: they are asked for with each letter or mail
_CAMPAIGN = select(cases.c.campaign).where(cases.c.token == bindparam("of"))
_BEGIN, _APPEND = insert(cases), insert(events)


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the log: the event, whose case it belongs to, when it was recorded (UTC), and the person who decided it.

    `who` is empty where a rule, a server or a mailbox did, and in the log of an earlier foimail.
    """

    seq: int
    token: str
    event: Event
    recorded_at: datetime
    who: str = ""


@dataclass(frozen=True, slots=True)
class Opening:
    """A case as it was opened; `wave` counts the letters of one campaign to one body, from 1."""

    token: str
    campaign: str
    topic: str
    body: str
    wave: int


def open_case(connection: Connection, opening: Opening, opened: Event, now: datetime, who: str = "") -> None:
    """Record a new case with its first event."""
    begin(connection, opening)
    append(connection, opening.token, (opened,), now, who)


def begin(connection: Connection, opening: Opening) -> None:
    """Record a new case, whose first event the caller appends. The store refuses a second of one campaign, body and wave."""
    connection.execute(_BEGIN, asdict(opening))


def append(connection: Connection, token: str, new: Iterable[Event], now: datetime, who: str = "") -> None:
    """Add events to a case's log, decided by `who` where a person did. There is no function that changes or removes one.

    The facts of the case are renewed with it.
    """
    append_all(connection, [(token, event) for event in new], now, who)


def append_all(
    connection: Connection, new: Sequence[tuple[str, Event]], now: datetime, who: str = ""
) -> None:
    """Add events to the logs of many cases, each with its case's token."""
    rows = [
        {
            "token": token,
            "kind": event.kind,
            "on_date": event.on,
            "data": happenings.to_json(event),
            "recorded_at": now,
            "who": who,
        }
        for token, event in new
    ]
    if rows:
        connection.execute(_APPEND, rows)
        facts.refold(connection, {token for token, _ in new})


def append_to_each(
    connection: Connection, tokens: Iterable[str], event: Event, now: datetime, who: str = ""
) -> None:
    """Add one event to the logs of several cases: a letter may be about more than one."""
    append_all(connection, [(token, event) for token in tokens], now, who)


def log(connection: Connection, *, campaign: str | None = None, token: str | None = None) -> list[Entry]:
    """The log of one case, of a campaign's cases, or of all, in the order of recording.

    Of a message in quarantine it tells the days and the kind, and none of its words: no letter or page can quote it.
    """
    query = _LOG
    if campaign is not None:
        query = query.join(cases).where(cases.c.campaign == campaign)
    if token is not None:
        query = query.where(events.c.token == token)
    return _entries(connection, query.order_by(events.c.seq))


def latest(connection: Connection, *, before: int | None = None, count: int = 100) -> list[Entry]:
    """The last lines of the log, or of what stands before a number: the latest first."""
    query = _LOG if before is None else _LOG.where(events.c.seq < before)
    return _entries(connection, query.order_by(events.c.seq.desc()).limit(count))


def _entries(connection: Connection, query: Select[Any]) -> list[Entry]:
    held = quarantine.held(connection)
    try:
        found = [
            Entry(
                row.seq,
                row.token,
                happenings.from_json(row.kind, row.on_date, row.data),
                row.recorded_at,
                row.who,
            )
            for row in connection.execute(query)
        ]
    except ValueError as error:
        raise StoreError(f"the store holds an {error}", "install the newer foimail") from None
    if not held:
        return found
    return [replace(e, event=wordless(e.event)) if message_of(e.event) in held else e for e in found]


def last_recorded(connection: Connection) -> datetime | None:
    """When the last event of all was recorded; None where nothing has happened."""
    return connection.scalar(select(events.c.recorded_at).order_by(events.c.seq.desc()).limit(1))


def openings(
    connection: Connection, *, campaign: str | None = None, body: str | None = None
) -> list[Opening]:
    """The cases of a campaign, of a body, or all of them."""
    asked = {name: value for name, value in (("campaign", campaign), ("body", body)) if value is not None}
    return [Opening(*row) for row in connection.execute(_openings(*asked), asked)]


@cache
def _openings(*names: str) -> Select[Any]:
    query = select(*(cases.c[name] for name in Opening.__dataclass_fields__))
    of_these = (cases.c[name] == bindparam(name) for name in names)
    return query.where(*of_these).order_by(cases.c.body, cases.c.wave)


def issued(connection: Connection, tokens: Iterable[str]) -> set[str]:
    """Those of the tokens that belong to a case; only issued tokens match a reply."""
    return set(bodies_of(connection, tokens))


_BODIES = select(cases.c.token, cases.c.body).where(cases.c.token.in_(bindparam("tokens", expanding=True)))


def bodies_of(connection: Connection, tokens: Iterable[str]) -> dict[str, str]:
    """The body of each of these tokens that was issued."""
    listed = sorted(set(tokens))
    found: dict[str, str] = {}
    for start in range(0, len(listed), _AT_ONCE):
        some = {"tokens": listed[start : start + _AT_ONCE]}
        found.update((row.token, row.body) for row in connection.execute(_BODIES, some))
    return found


def _open_cases() -> Select[tuple[str, str]]:
    later = events.alias()
    reopened = exists().where(
        later.c.token == events.c.token,
        later.c.kind == happenings.Reopened.kind,
        (later.c.on_date > events.c.on_date)
        | ((later.c.on_date == events.c.on_date) & (later.c.seq > events.c.seq)),
    )
    closed = exists().where(
        events.c.token == cases.c.token, events.c.kind == happenings.Closed.kind, ~reopened
    )
    some = cases.c.body.in_(bindparam("bodies", expanding=True))
    query = select(cases.c.token, cases.c.body).where(some, ~closed)
    return query.order_by(cases.c.body, cases.c.wave).limit(_FEW)


_OPEN_CASES = _open_cases()  # built once: it is asked for each mail


def open_of(connection: Connection, bodies: Iterable[str]) -> dict[str, set[str]]:
    """The cases of these few bodies that the user has not closed: the first dozen, for more are no answer to "which one?"."""
    listed = sorted(set(bodies))[:_AT_ONCE]
    found: dict[str, set[str]] = {}
    if not listed:
        return found
    for row in connection.execute(_OPEN_CASES, {"bodies": listed}):
        found.setdefault(row.body, set()).add(row.token)
    return found


def subjects_of(connection: Connection, tokens: Iterable[str]) -> dict[str, set[str]]:
    """The subjects of our own letters in these few cases, sent by foimail or adopted."""
    listed = sorted(set(tokens))[:_AT_ONCE]
    sent = select(outbox.c.token, outbox.c.subject).where(outbox.c.token.in_(listed))
    adopted = (
        select(filings.c.token, messages.c.subject)
        .join(messages, messages.c.sha256 == filings.c.sha256)
        .where(filings.c.token.in_(listed), messages.c.state == "own")
    )
    found: dict[str, set[str]] = {}
    for token, subject in (*connection.execute(sent), *connection.execute(adopted)):
        found.setdefault(token, set()).add(subject)
    return found


def campaign_of(connection: Connection, token: str) -> str:
    """The campaign of a case that exists."""
    return str(connection.execute(_CAMPAIGN, {"of": token}).scalar_one())


def last_sendings(connection: Connection, topic: str) -> list[tuple[str, str, date]]:
    """(body, campaign, last day) of letters sent on this topic: related requests may be added up (SI 2004/3244 reg.5)."""
    query = (
        select(cases.c.body, cases.c.campaign, func.max(events.c.on_date))
        .join(events)
        .where(cases.c.topic == topic, events.c.kind == happenings.Sent.kind)
        .group_by(cases.c.body, cases.c.campaign)
    )
    return [(row[0], row[1], row[2]) for row in connection.execute(query)]


_REMEMBER = text(
    "INSERT INTO message_ids (message_id, token) VALUES (:message_id, :token) ON CONFLICT DO NOTHING"
)


def remember_id(connection: Connection, message_id: str, token: str) -> None:
    """Let later replies to this Message-ID find the case."""
    connection.execute(_REMEMBER, {"message_id": message_id, "token": token})


_REMEMBERED = select(message_ids).where(message_ids.c.message_id.in_(bindparam("ids", expanding=True)))


def tokens_of_ids(connection: Connection, ids: Sequence[str]) -> dict[str, set[str]]:
    """For each known Message-ID the cases whose correspondence it belongs to."""
    found: dict[str, set[str]] = {}
    for start in range(0, len(ids), _AT_ONCE):
        some = {"ids": ids[start : start + _AT_ONCE]}
        for message_id, token in connection.execute(_REMEMBERED, some):
            found.setdefault(message_id, set()).add(token)
    return found
