"""Letters on their way: the truth about transport.

A row goes queued -> sending -> sent | refused | unknown, and back to queued only where it is certain that nobody took the
letter. Each move is one compare-and-swap: of two senders one wins, the other sees that nothing changed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from sqlalchemy import Connection, bindparam, func, insert, or_, select, update

from foimail.form import MEDIA_TYPE
from foimail.model import Attachment
from foimail.store.schema import outbox

if TYPE_CHECKING:
    from datetime import datetime

    from foimail.model import Letter

State = Literal["queued", "sending", "sent", "refused", "unknown", "not_sent"]


@dataclass(frozen=True, slots=True)
class Row:
    """A letter in the outbox, without its bytes. Times are UTC; `answer` is what the server or a person said of it."""

    id: int
    token: str
    letter: str
    message_id: str
    recipient: str
    domain: str
    subject: str
    text: str
    wording: str
    state: State
    queued_at: datetime
    claimed_at: datetime | None
    settled_at: datetime | None
    attempts: int
    next_try_at: datetime | None
    answer: str
    in_reply_to: str
    reference_ids: str
    also: str
    attached: str = ""
    claimed_by: int = 0

    @property
    def tokens(self) -> tuple[str, ...]:
        """Its case and the further cases that it is about."""
        return (self.token, *self.also.split())

    @property
    def references(self) -> tuple[str, ...]:
        """The Message-IDs of its thread, oldest first (RFC 5322 s.3.6.4)."""
        return tuple(self.reference_ids.split())


_COLUMNS = tuple(outbox.c[name] for name in Row.__dataclass_fields__)

# built once: they are asked for with each letter
_PUT = insert(outbox)
_MOVE = update(outbox).where(
    outbox.c.id == bindparam("number"), outbox.c.state.in_(bindparam("was", expanding=True))
)
_CLAIM = (
    update(outbox)
    .where(outbox.c.id == bindparam("number"), outbox.c.state == "queued")
    .where(
        outbox.c.attempts
        == func.coalesce(bindparam("tried", type_=outbox.c.attempts.type), outbox.c.attempts)
    )
    .values(state="sending", attempts=outbox.c.attempts + 1)
    .values(raw=func.coalesce(outbox.c.raw, bindparam("frozen", type_=outbox.c.raw.type)))
    .returning(outbox.c.raw)
)


@dataclass(frozen=True, slots=True)
class Thread:
    """What a letter follows (`in_reply_to` and `references`, Message-IDs), and the further cases (`also`) that it is about."""

    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    also: tuple[str, ...] = ()


ALONE = Thread()


def queue(
    connection: Connection,
    token: str,
    letter: Letter,
    message_id: str,
    now: datetime,
    thread: Thread = ALONE,
) -> int:
    """Put a letter into the outbox with the Message-ID it will keep; the row's number comes back."""
    to = letter.to or ""
    done = connection.execute(
        _PUT,
        {
            "token": token,
            "letter": letter.kind,
            "message_id": message_id,
            "recipient": to,
            "domain": to.rpartition("@")[2].lower(),
            "subject": letter.subject,
            "text": letter.text,
            "wording": letter.wording,
            "state": "queued",
            "queued_at": now,
            "attempts": 0,
            "answer": "",
            "in_reply_to": thread.in_reply_to,
            "reference_ids": " ".join(thread.references),
            "also": " ".join(thread.also),
            "attached": letter.attached.name if letter.attached else "",
            "attachment": letter.attached.content if letter.attached else None,
        },
    )
    (number,) = done.inserted_primary_key or (0,)
    return int(number)


def rows(connection: Connection, *states: State, token: str | None = None) -> list[Row]:
    """The letters in these states (all where none is given), oldest first."""
    query = select(*_COLUMNS).order_by(outbox.c.id)
    if states:
        query = query.where(outbox.c.state.in_(states))
    if token is not None:
        query = query.where(outbox.c.token == token)
    return [Row(*row) for row in connection.execute(query)]


def row(connection: Connection, number: int) -> Row | None:
    """One letter by its number."""
    found = connection.execute(select(*_COLUMNS).where(outbox.c.id == number)).first()
    return Row(*found) if found else None


def by_message_id(connection: Connection, message_id: str) -> Row | None:
    """The letter that carries this Message-ID."""
    found = connection.execute(select(*_COLUMNS).where(outbox.c.message_id == message_id)).first()
    return Row(*found) if found else None


def attachments(connection: Connection, one: Row) -> tuple[Attachment, ...]:
    """The file that goes with a letter, where there is one: the form of answers, as it was when the letter was queued."""
    content = connection.scalar(select(outbox.c.attachment).where(outbox.c.id == one.id))
    return (Attachment(one.attached, MEDIA_TYPE, content),) if content else ()


def raw(connection: Connection, number: int) -> bytes | None:
    """The bytes a letter was frozen to when it was first claimed."""
    return connection.scalar(select(outbox.c.raw).where(outbox.c.id == number))


def frozen(connection: Connection) -> dict[int, bool]:
    """Of each letter whose bytes are kept, whether they bear its Message-ID."""
    query = select(outbox.c.id, outbox.c.message_id, outbox.c.raw).where(outbox.c.raw.is_not(None))
    found = connection.execute(query.execution_options(yield_per=100))
    return {number: message_id.encode() in raw for number, message_id, raw in found}


def ready(connection: Connection, now: datetime, tokens: frozenset[str] | None = None) -> list[Row]:
    """Queued letters whose time has come, oldest first; of these cases only, where given."""
    query = select(*_COLUMNS).where(
        outbox.c.state == "queued", or_(outbox.c.next_try_at.is_(None), outbox.c.next_try_at <= now)
    )
    found = [Row(*r) for r in connection.execute(query.order_by(outbox.c.id))]
    return [r for r in found if tokens is None or r.token in tokens]


def queued(connection: Connection) -> set[int]:
    """The numbers of the letters that wait."""
    return set(connection.scalars(select(outbox.c.id).where(outbox.c.state == "queued")))


def claim(
    connection: Connection,
    number: int,
    frozen: bytes,
    now: datetime,
    by: int = 0,
    *,
    tried: int | None = None,
) -> bytes | None:
    """Take a queued letter for sending and freeze its bytes, which come back; None where somebody else has it.

    `by` is the sender's number, and `tried` how often the letter had been tried when it was chosen: where another sender has
    tried it since, its next time has not come.

    Bytes once frozen stay: a retry must carry the same Date and Message-ID, so that the receiver can see it is the same.
    """
    asked = {"number": number, "tried": tried, "frozen": frozen, "claimed_at": now, "claimed_by": by}
    taken: bytes | None = connection.scalar(_CLAIM, asked)
    return taken


def settle(
    connection: Connection, number: int, state: State, answer: str, now: datetime, *, was: tuple[State, ...]
) -> bool:
    """Record how a letter ended; False where it was in none of the states `was` any more."""
    return _move(connection, number, was, state=state, answer=answer, settled_at=now)


def requeue(
    connection: Connection,
    number: int,
    answer: str,
    next_try_at: datetime | None,
    *,
    was: tuple[State, ...],
    attempts: int | None = None,
) -> bool:
    """Put a letter that nobody took back into the queue, to be tried at this time or at once.

    `attempts` says how many tries count so far, where the last one was not the letter's own.
    """
    changed = {} if attempts is None else {"attempts": attempts}
    return _move(
        connection,
        number,
        was,
        state="queued",
        answer=answer,
        next_try_at=next_try_at,
        settled_at=None,
        **changed,
    )


def sent_since(connection: Connection, moment: datetime) -> int:
    """How many letters have been sent, or may have been, since then, or are on their way; the daily budget counts them."""
    settled = outbox.c.state.in_(("sent", "unknown")) & (outbox.c.settled_at >= moment)
    query = select(func.count()).where(settled | (outbox.c.state == "sending"))
    return int(connection.scalar(query) or 0)


def claimed_since(connection: Connection, moment: datetime) -> dict[str, datetime]:
    """When a letter to each domain was last claimed, by whatever sender, since then."""
    # the states and `settled_at` are indexed, `claimed_at` is not; nothing is settled before it is claimed
    recent = (outbox.c.state == "sending") | (
        outbox.c.state.in_(("sent", "refused", "unknown")) & (outbox.c.settled_at >= moment)
    )
    query = select(outbox.c.domain, func.max(outbox.c.claimed_at)).where(
        recent, outbox.c.claimed_at >= moment
    )
    return {row[0]: row[1] for row in connection.execute(query.group_by(outbox.c.domain))}


def wordings(connection: Connection, tokens: set[str]) -> set[str]:
    """The wordings of all request letters of these cases."""
    query = select(outbox.c.token, outbox.c.wording).where(outbox.c.letter == "request").distinct()
    return {wording for token, wording in connection.execute(query) if token in tokens}


def _move(
    connection: Connection,
    number: int,
    was: tuple[State, ...],
    **values: Any,  # noqa: ANN401 - columns
) -> bool:
    return connection.execute(_MOVE, {"number": number, "was": was, **values}).rowcount == 1
