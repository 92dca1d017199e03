"""The tables. Times are UTC, dates are London calendar dates; raw mail is kept as it came, by its SHA-256."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Date,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
)

if TYPE_CHECKING:
    from sqlalchemy.engine import Dialect


class Utc(TypeDecorator[datetime]):
    """An aware moment, stored as UTC: SQLite keeps no zone."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:  # noqa: ANN401, ARG002, D102
        return None if value is None else value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:  # noqa: ANN401, ARG002, D102
        return None if value is None else value.replace(tzinfo=UTC)


metadata = MetaData()

migrations = Table(
    "migrations",
    metadata,
    Column("name", String, primary_key=True),
    Column("applied_at", Utc, nullable=False),
)

cases = Table(
    "cases",
    metadata,
    Column("token", String(10), primary_key=True),
    Column("campaign", String, nullable=False),
    Column("topic", String, nullable=False),
    Column("body", String, nullable=False),
    Column("wave", Integer, nullable=False),
    # two senders, or one started twice, must not open two cases for one body
    UniqueConstraint("campaign", "body", "wave", name="one_case_per_wave"),
    Index("cases_body", "body"),
)


def events_table(tables: MetaData, *later: Column[Any]) -> Table:
    """The log among these tables; `later` are the columns that came after the first schema."""
    return Table(
        "events",
        tables,
        Column("seq", Integer, primary_key=True),
        Column("token", ForeignKey("cases.token"), nullable=False, index=True),
        Column("kind", String, nullable=False),
        Column("on_date", Date, nullable=False),
        Column("recorded_at", Utc, nullable=False),
        Column("data", JSON, nullable=False),
        *later,
    )


events = events_table(
    metadata,
    Column(
        "who", Text, nullable=False, server_default=""
    ),  # the person who decided it; empty where a rule did
)


def outbox_table(tables: MetaData, *later: Column[Any]) -> Table:
    """The outbox among these tables; `later` are the columns that came after the first schema."""
    return Table(
        "outbox",
        tables,
        Column("id", Integer, primary_key=True),
        Column("token", ForeignKey("cases.token"), nullable=False, index=True),
        Column("letter", String, nullable=False),
        Column("message_id", String, nullable=False, unique=True),
        Column("recipient", String, nullable=False),
        Column("domain", String, nullable=False),
        Column("subject", Text, nullable=False),
        Column("text", Text, nullable=False),
        Column("wording", String(64), nullable=False),
        Column("state", String, nullable=False),
        Column("queued_at", Utc, nullable=False),
        Column("claimed_at", Utc),
        Column("settled_at", Utc),
        Column("attempts", Integer, nullable=False),
        Column("next_try_at", Utc),
        Column("raw", LargeBinary),
        Column("answer", Text, nullable=False),
        *later,
        Index("outbox_state", "state", "id"),
        Index("outbox_settled", "state", "settled_at"),
    )


outbox = outbox_table(
    metadata,
    # ids and tokens with a blank between them: neither can hold one
    Column("in_reply_to", Text, nullable=False, server_default=""),
    Column("reference_ids", Text, nullable=False, server_default=""),
    Column("also", Text, nullable=False, server_default=""),  # further cases that the letter is about
    Column("attached", Text, nullable=False, server_default=""),  # the name of the file that goes with it
    Column("attachment", LargeBinary),
    # the number of the sender that has it in hand, where a store has several (store.locks)
    Column("claimed_by", Integer, nullable=False, server_default="0"),
)

raw_mail = Table(
    "raw_mail",
    metadata,
    Column("sha256", String(64), primary_key=True),
    Column("size", Integer, nullable=False),
    Column("raw", LargeBinary, nullable=False),
)


def messages_table(tables: MetaData, *later: Column[Any]) -> Table:
    """The messages among these tables; `later` are the columns that came after the first schema."""
    return Table(
        "messages",
        tables,
        Column("id", Integer, primary_key=True),
        Column("sha256", ForeignKey("raw_mail.sha256"), nullable=False, unique=True),
        Column("source", String, nullable=False),
        Column("stored_at", Utc, nullable=False),
        # new -> read | repeat (of a mail seen before) | own (a letter of ours) | broken (with the reason); each -> purged
        Column("state", String, nullable=False),
        Column("reason", Text, nullable=False, default=""),
        Column("content_hash", String(64), index=True),
        Column("message_id", String, index=True),
        Column("sender", String, nullable=False, default=""),
        Column("subject", Text, nullable=False, default=""),
        Column("sent_at", Utc),
        Column("on_date", Date),
        Column("kind", String),
        Column("matched_by", String),
        Column("needs_person", Boolean, nullable=False, default=False),
        Column("candidates", JSON, nullable=False, default=list),
        Column("evidence", JSON, nullable=False, default=list),
        *later,
        Index("messages_state", "state", "id"),
        Index("messages_waiting", "needs_person", "id"),
    )


messages = messages_table(
    metadata,
    Column(
        "reading", JSON, nullable=False, server_default="{}"
    ),  # replies.reading.Reading, as the rules last made it
)

filings = Table(
    "filings",
    metadata,
    Column("sha256", ForeignKey("raw_mail.sha256"), primary_key=True),
    Column("token", ForeignKey("cases.token"), primary_key=True, index=True),
    Column("by", String, nullable=False),
)

message_ids = Table(
    "message_ids",
    metadata,
    Column("message_id", String, primary_key=True),
    Column("token", ForeignKey("cases.token"), primary_key=True),
)

# their own references, learnt from mail that was matched by better evidence or by a person
references = Table(
    "their_references",
    metadata,
    Column("reference", String, primary_key=True),  # letters and digits only, in lower case
    Column("domain", String, primary_key=True),  # of the sender it was learnt from
    Column("token", ForeignKey("cases.token"), primary_key=True, index=True),
)

# addresses that a person has said to be a body's
known_addresses = Table(
    "known_addresses",
    metadata,
    Column("address", String, primary_key=True),  # in lower case
    Column("body", String, primary_key=True),
)

# messages that a person has passed over in the queue: they come after those that nobody has looked at
skipped = Table(
    "skipped",
    metadata,
    Column("message", ForeignKey("messages.id"), primary_key=True),
    Column("at", Utc, nullable=False),
)

sightings = Table(
    "sightings",
    metadata,
    Column("account", String, primary_key=True),
    Column("folder", String, primary_key=True),
    Column("key", String, primary_key=True),
    Column("sha256", ForeignKey("raw_mail.sha256"), nullable=False),
)

cursors = Table(
    "cursors",
    metadata,
    Column("account", String, primary_key=True),
    Column("folder", String, primary_key=True),
    Column("cursor", String, nullable=False),
)

drafts = Table(
    "drafts",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("token", ForeignKey("cases.token"), nullable=False, index=True),
    Column("also", Text, nullable=False),  # as in the outbox
    Column("letter", String, nullable=False),
    Column("recipient", String, nullable=False),
    Column("subject", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("wording", String(64), nullable=False),
    # draft -> queued (into the outbox) | sent (by form, post or telephone) | dropped
    Column("state", String, nullable=False),
    Column("made_on", Date, nullable=False),
    Column("made_at", Utc, nullable=False),
    Column("in_reply_to", Text, nullable=False),
    Column("reference_ids", Text, nullable=False),
    Column("why", Text, nullable=False),
    Index("drafts_state", "state", "id"),
)

reminded = Table(
    "reminded",
    metadata,
    Column(
        "token", String(10), primary_key=True
    ),  # empty for a message of no case and for the digest of a day
    Column("what", String, primary_key=True),
    Column("on", Date, nullable=False),
)

due_dates = Table(
    "due_dates",
    metadata,
    Column("token", ForeignKey("cases.token"), primary_key=True),
    Column("received_on", Date, primary_key=True),
    Column("version", String, primary_key=True),  # of the table of working days
    Column("due", Date, nullable=False),
    Column("recorded_at", Utc, nullable=False),
)

# mail that is kept out of everything that leaves the store; one row from being held to being released, and all of them stay
quarantine = Table(
    "quarantine",
    metadata,
    Column("id", Integer, primary_key=True),
    # no reference: an archive knows of mail in quarantine, and does not hold it
    Column("sha256", String(64), nullable=False, index=True),
    Column("by", String, nullable=False),  # rule | person
    Column("who", String, nullable=False),
    Column("held_on", Date, nullable=False),
    Column("held_at", Utc, nullable=False),
    Column("because", Text, nullable=False),
    Column("released_on", Date),
    Column("released_at", Utc),
    Column("released_by", String, nullable=False, server_default=""),
    Column("released_because", Text, nullable=False, server_default=""),
)

# what is left of a message whose bytes and text were destroyed
tombstones = Table(
    "tombstones",
    metadata,
    Column("sha256", String(64), primary_key=True),
    Column("size", Integer, nullable=False),  # of the bytes that were destroyed
    Column("purged_on", Date, nullable=False),
    Column("purged_at", Utc, nullable=False),
    Column("who", String, nullable=False),
    Column("because", Text, nullable=False),
)

# files that foimail wrote from what it keeps: a purge does not reach into them, and names them
copies = Table(
    "copies",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("what", String, nullable=False),  # archive | pack | export | backup
    Column("place", Text, nullable=False),
    Column("made_on", Date, nullable=False),
    Column("made_at", Utc, nullable=False),
)
