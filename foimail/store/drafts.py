"""Letters written and not yet approved. A draft goes draft -> queued | sent | dropped, and each of these is the last."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from sqlalchemy import Connection, insert, select, update

from foimail.store.outbox import Thread
from foimail.store.schema import drafts

if TYPE_CHECKING:
    from datetime import date, datetime

    from foimail.model import Letter

State = Literal["draft", "queued", "sent", "dropped"]


@dataclass(frozen=True, slots=True)
class Draft:
    """A letter that waits for a person's yes. `why` says which step it takes; `recipient` is empty where no address is known.

    `made_on` is the London day its dates are of, `made_at` the moment in UTC.
    """

    id: int
    token: str
    also: str
    letter: str
    recipient: str
    subject: str
    text: str
    wording: str
    state: State
    made_on: date
    made_at: datetime
    in_reply_to: str
    reference_ids: str
    why: str

    @property
    def tokens(self) -> tuple[str, ...]:
        """Its case and the further cases that it is about."""
        return (self.token, *self.also.split())

    @property
    def thread(self) -> Thread:
        """What it follows, and its further cases."""
        return Thread(self.in_reply_to, tuple(self.reference_ids.split()), tuple(self.also.split()))


_COLUMNS = tuple(drafts.c[name] for name in Draft.__dataclass_fields__)


def add(
    connection: Connection, token: str, letter: Letter, thread: Thread, why: str, on: date, now: datetime
) -> int:
    """Keep a letter as a draft; its number comes back."""
    done = connection.execute(
        insert(drafts).values(
            token=token,
            also=" ".join(thread.also),
            letter=letter.kind,
            recipient=letter.to or "",
            subject=letter.subject,
            text=letter.text,
            wording=letter.wording,
            state="draft",
            made_on=on,
            made_at=now,
            in_reply_to=thread.in_reply_to,
            reference_ids=" ".join(thread.references),
            why=why,
        )
    )
    (number,) = done.inserted_primary_key or (0,)
    return int(number)


def rows(connection: Connection, *states: State) -> list[Draft]:
    """The drafts in these states (all where none is given), oldest first."""
    query = select(*_COLUMNS).order_by(drafts.c.id)
    if states:
        query = query.where(drafts.c.state.in_(states))
    return [Draft(*row) for row in connection.execute(query)]


def row(connection: Connection, number: int) -> Draft | None:
    """One draft by its number."""
    found = connection.execute(select(*_COLUMNS).where(drafts.c.id == number)).first()
    return Draft(*found) if found else None


def rewrite(connection: Connection, number: int, recipient: str, subject: str, text: str) -> bool:
    """Give a draft another address and other words; False where it is open no more."""
    change = update(drafts).where(drafts.c.id == number, drafts.c.state == "draft")
    return connection.execute(change.values(recipient=recipient, subject=subject, text=text)).rowcount == 1


def settle(connection: Connection, number: int, state: State) -> bool:
    """End a draft; False where somebody has done so already."""
    change = update(drafts).where(drafts.c.id == number, drafts.c.state == "draft")
    return connection.execute(change.values(state=state)).rowcount == 1
