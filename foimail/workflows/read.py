"""Make something of stored mail: parse, recognise repeats and our own letters, match, classify, record.

Some messages are one transaction. One that raises is kept, marked broken with the reason, and the rest goes on.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, fields, replace
from datetime import date
from typing import TYPE_CHECKING

from foimail.case import fold
from foimail.errors import StoreError
from foimail.events import Received, Sent, Told, Wrote
from foimail.law.calendar import legal_date
from foimail.mail import stored
from foimail.mail.parse import parse
from foimail.replies.reading import to_json
from foimail.store import cases, inbox, outbox, purged, texts
from foimail.store.engine import UnfitError
from foimail.store.locks import ALONE
from foimail.workflows import matching, quarantine
from foimail.workflows.correspondence import address_domain
from foimail.workflows.judge import Judge

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sqlalchemy import Connection

    from foimail.model import Message
    from foimail.replies.bodies import Directory
    from foimail.replies.match import Match
    from foimail.replies.reader import Enclosure
    from foimail.replies.reading import Reading
    from foimail.replies.references import Reference
    from foimail.store.locks import Hold
    from foimail.workflows.quarantine import Held
    from foimail.workspace import Workspace


_IN_FORCE = date(2005, 1, 1)  # of both Acts: mail about a request is not older
_FORWARDED = re.compile(r"\s*(?:fwd?|wg|tr)\s*:", re.IGNORECASE)
_TOGETHER = 50  # messages of one transaction, and their bytes
_TOGETHER_BYTES = 8 * 2**20
_HEAD = 16_384  # bytes of a message that are looked at for its date


@dataclass
class Made:
    """What was made of the new mail."""

    filed: int = 0
    waiting: int = 0
    own: int = 0
    repeats: int = 0
    broken: list[str] = field(default_factory=list)
    held: list[Held] = field(default_factory=list)
    settled: list[str] = field(default_factory=list)

    @property
    def unopened(self) -> list[str]:
        """A sentence for each message that could not be opened."""
        return [f"could not be opened, kept for you to look at: {line}" for line in self.broken]

    def add(self, other: Made) -> None:
        """Count another one's mail, too."""
        for one in fields(self):
            setattr(self, one.name, getattr(self, one.name) + getattr(other, one.name))


@dataclass(frozen=True, slots=True)
class Filing:
    """Where a message goes, what it is, the London day it counts from, and who says so by what."""

    tokens: tuple[str, ...]
    kind: str
    on: date
    matched_by: str
    by: str


def read_new(ws: Workspace, hold: Hold = ALONE) -> Made:
    """Read all stored messages that nothing has been made of yet, in the order of their dates: replies follow what they answer.

    What another poll has in hand (`hold` knows) is passed over.
    """
    made = Made()
    apart: list[tuple[inbox.Row, str]] = []
    with ws.store.read() as connection:
        found = inbox.unread(connection)
        moments = {one.sha256: stored.moment(inbox.head(connection, one.sha256, _HEAD)) for one in found}
    waiting = sorted(found, key=lambda one: moments[one.sha256])
    bodies = matching.directory(ws.bodies if waiting else ())
    with Judge(ws) as judge:
        for some in _batches(waiting):
            mine = [one for one in some if hold.take(f"message {one.number}")]
            try:
                apart += _read(ws, judge, mine, bodies, made, hold)
            finally:
                for one in mine:
                    hold.free(f"message {one.number}")
    _settle_by_mailbox(ws, made)
    made.held += quarantine.notices(ws, apart)
    return made


def _batches(waiting: Iterable[inbox.Unread]) -> Iterator[list[inbox.Unread]]:
    """Messages for one transaction each: few enough that whoever wants to write waits for a moment only."""
    batch: list[inbox.Unread] = []
    for one in waiting:
        if batch and (len(batch) == _TOGETHER or sum(b.size for b in batch) + one.size > _TOGETHER_BYTES):
            yield batch
            batch = []
        batch.append(one)
    if batch:
        yield batch


def _read(
    ws: Workspace, judge: Judge, some: list[inbox.Unread], bodies: Directory, made: Made, hold: Hold
) -> list[tuple[inbox.Row, str]]:
    """Read messages in one transaction; where one of them raises, each in its own, so that it alone is broken.

    What went into quarantine comes back, each with the reason.
    """
    counted = Made()
    apart: list[tuple[inbox.Row, str]] = []
    try:
        with ws.store.read() as connection:  # another poll may have read one since the list was made
            new = inbox.still_new(connection, [one.number for one in some])
            some = [one for one in some if one.number in new]
        # outside of any writing: it may take its time, and a sender waits for the lock
        opened = [(one.number, *_opened(ws, judge, one, bodies, among=hold.number != 0)) for one in some]
        with ws.store.write() as connection:
            new = inbox.still_new(connection, [one.number for one in some])
            for number, message, enclosures in opened:
                if number not in new:
                    continue
                decided = _take(connection, ws, judge, number, message, enclosures, bodies, counted)
                if decided is not None:
                    # it must not be seen for a moment: what holds it is written in the transaction that makes it visible
                    apart += quarantine.look(connection, ws, number, message, enclosures, decided)
    except Exception as error:  # whatever a stranger's bytes set off must not stop the rest
        if isinstance(error, StoreError) and not isinstance(error, UnfitError):
            raise
        judge.forget()
        if len(some) > 1:
            return [held for one in some for held in _read(ws, judge, [one], bodies, made, hold)]
        _mark_broken(ws, some[0].number, error, made)
        return []
    made.add(counted)
    return apart


def _opened(
    ws: Workspace, judge: Judge, one: inbox.Unread, bodies: Directory, *, among: bool
) -> tuple[Message, list[Enclosure]]:
    with ws.store.read() as connection:
        message = parse(inbox.raw(connection, one.sha256))
        if not (message.attachments or among):
            return message, []
        ours = is_own(ws, message) or inbox.earlier(connection, message.content_hash, one.number) is not None
    enclosures = [] if ours else judge.enclosures(message)
    message = with_texts(message, enclosures)
    if among and not ours:
        # the rules take their time, too; if nothing has changed until the lock is ours, their answer is ready there
        judge.forget()
        with ws.store.read() as connection:
            _judged(connection, ws, judge, message, enclosures, bodies)
    return message, enclosures


def _mark_broken(ws: Workspace, number: int, error: Exception, made: Made) -> None:
    # our own parser says what is wrong in a sentence; of any other fault its name is all that helps
    reason = (str(error) if type(error) is ValueError else f"{type(error).__name__}: {error}")[:300]
    with ws.store.write() as connection:
        if not inbox.still_new(connection, [number]):
            return
        inbox.record(connection, number, state="broken", reason=reason, needs_person=True, on_date=ws.today)
    made.broken.append(f"message {number}: {reason}")
    made.waiting += 1


def with_texts(message: Message, enclosures: list[Enclosure]) -> Message:
    """The message with what could be read of its attachments: a reference may stand in nothing but a letter attached."""
    texts = {enclosure.name: enclosure.text for enclosure in enclosures}
    return replace(
        message, attachments=tuple(replace(a, text=texts.get(a.name, "")) for a in message.attachments)
    )


def texts_of(message: Message) -> list[tuple[str, str]]:
    """What a search looks through: subject and text, then what could be read of each attachment, with its name."""
    return [("", f"{message.subject}\n{message.text}"), *((a.name, a.text) for a in message.attachments)]


def is_own(ws: Workspace, message: Message) -> bool:
    """Whether the user wrote it."""
    return message.sender.lower() == ws.settings.requester.email.lower()


def on_day(message: Message, today: date) -> date:
    """The London day a message counts from: its Date header, unless a wrong clock put it before the law or after today."""
    day = legal_date(message.sent_at) if message.sent_at else today
    return day if _IN_FORCE <= day <= today else today


def _take(
    connection: Connection,
    ws: Workspace,
    judge: Judge,
    number: int,
    message: Message,
    enclosures: list[Enclosure],
    bodies: Directory,
    made: Made,
) -> tuple[str, ...] | None:
    """Record what a message is; the cases that a reply belongs to come back, None where it is none."""
    on = on_day(message, ws.today)
    facts = {
        "content_hash": message.content_hash,
        "message_id": message.message_id,
        "sender": message.sender,
        "subject": message.subject,
        "sent_at": message.sent_at,
        "on_date": on,
    }
    if earlier := inbox.earlier(connection, message.content_hash, number):
        inbox.record(connection, number, state="repeat", reason=f"the same as message {earlier.id}", **facts)
        made.repeats += 1
        if earlier.state == "purged":
            purged.purge_again(connection, message.sha256, earlier.sha256, on=ws.today, now=ws.now())
        quarantine.again(connection, ws, message.sha256, earlier)
        return None
    texts.keep(connection, number, texts_of(message))
    if is_own(ws, message):
        judge.forget()
        reason = _own(connection, ws, message, bodies)
        inbox.record(connection, number, state="own", reason=reason, **facts)
        made.own += 1
        return None
    named, decided, reading = _judged(connection, ws, judge, message, enclosures, bodies)
    # mail that no case claims is shown to a person too: a reply must not be lost because its clues were
    needs_person = not decided.filed or reading.needs_person
    inbox.record(
        connection,
        number,
        state="read",
        kind=reading.kind,
        matched_by=decided.matched_by,
        needs_person=needs_person,
        candidates=list(decided.candidates),
        evidence=[*decided.evidence, *reading.evidence],
        reading=to_json(reading),
        **facts,
    )
    made.waiting += needs_person
    if decided.filed:
        filing = Filing(decided.filed, reading.kind, on, decided.matched_by or "", by="rule")
        file(connection, ws, message, filing)
        matching.learn(connection, message, decided.filed, reading.kind, named)
        if reading.facts:
            told = Told(on, message.sha256, dict(reading.facts) | {"quotes": quotes(reading)})
            cases.append_to_each(connection, filing.tokens, told, ws.now())
        made.filed += 1
    return decided.filed


def _judged(
    connection: Connection,
    ws: Workspace,
    judge: Judge,
    message: Message,
    enclosures: list[Enclosure],
    bodies: Directory,
) -> tuple[tuple[Reference, ...], Match, Reading]:
    """Their references in a message, the cases that it belongs to or may, and what it says."""
    named = matching.their_references(connection, message)
    decided = matching.decide(connection, ws, bodies, message, named)
    meant = decided.filed or decided.candidates
    on = on_day(message, ws.today)
    reading = judge.read(connection, message, enclosures, meant, on, reference=named[0] if named else None)
    return named, decided, reading


def quotes(reading: Reading) -> dict[str, str]:
    """The words that each fact rests on."""
    return {p.what: p.quote for p in reading.passages if p.what in reading.facts}


def file(connection: Connection, ws: Workspace, message: Message, as_: Filing) -> None:
    """File a message under cases: the filing, an event in each, and its Message-ID for replies to come."""
    inbox.file_under(connection, message.sha256, as_.tokens, as_.by)
    # a warning that a letter is late (RFC 3464 s.2.3.3, "delayed") is filed as a bounce, but returns nothing yet
    late = dict(message.delivery_report).get("action", "").lower() == "delayed"
    returned = message.returned_ids if as_.kind == "bounce" and not late else ()
    ours = cases.tokens_of_ids(connection, returned)
    failed = _failed(message) if as_.kind == "bounce" and not late else ""
    received = Received(
        as_.on,
        message.sha256,
        as_.kind,
        message.sender,
        message.subject,
        as_.matched_by,
        as_.by,
        about=next(iter(ours), ""),
        failed=failed,
    )
    for token in as_.tokens:
        cases.append(connection, token, (received,), ws.now(), ws.person if as_.by == "person" else "")
        if message.message_id:
            cases.remember_id(connection, message.message_id, token)


def _failed(message: Message) -> str:
    """The address that a bounce says did not work; the one written to, where it was sent on (RFC 3464 s.2.3)."""
    report = dict(message.delivery_report)
    named = report.get("original-recipient") or report.get("final-recipient") or ""
    return (
        named.rpartition(";")[2].strip().strip("<>").lower()
        or message.header("x-failed-recipients").strip().lower()
    )


def _own(connection: Connection, ws: Workspace, message: Message, bodies: Directory) -> str:
    """A message from the user: the copy of a letter foimail sent, or one written by hand. What it was is returned."""
    if message.message_id and outbox.by_message_id(connection, message.message_id):
        return "the copy of a letter that foimail sent"
    if message.header("auto-submitted").strip().lower() not in {"", "no"}:
        # RFC 3834: our digest, or an out-of-office notice of the user's; taken for a letter by hand, it would move a clock
        return "sent by a program in your name"
    decided = matching.of_own(connection, message)
    tokens = {decided.token} if decided.token else set(decided.candidates)
    if not tokens:
        written_to = {body for to in message.to for body in bodies.of_address(to)}
        tokens = set().union(*cases.open_of(connection, written_to).values())
    if len(tokens) != 1:
        return "written by you; about no case, or about several"
    token = tokens.pop()
    if message.message_id and token in cases.tokens_of_ids(connection, [message.message_id]).get(
        message.message_id, ()
    ):
        return f"a letter of {token} that is known already"
    to = next((a for a in message.to if a != message.sender.lower()), "")
    if not to or (_FORWARDED.match(message.subject) and not _theirs(connection, token, to, bodies)):
        return f"shown by you to somebody else, about {token}"  # as an answer to them it would move a clock
    wrote = Wrote(on_day(message, ws.today), message.sha256, message.message_id or "", to, message.subject)
    cases.append(connection, token, (wrote,), ws.now())
    inbox.file_under(connection, message.sha256, (token,), "rule")
    if message.message_id:
        cases.remember_id(connection, message.message_id, token)
    return f"written by you in {token}"


def _theirs(connection: Connection, token: str, to: str, bodies: Directory) -> bool:
    """Whether an address is of the body of a case: at a domain it is known by, or named in its letters."""
    case = fold(token, (entry.event for entry in cases.log(connection, token=token)))
    known = {*bodies.addresses(case.body), case.other_address.lower()}
    known |= {r.sender.lower() for r in case.replies} | {s.to.lower() for s in case.sendings}
    return address_domain(to) in {address_domain(a) for a in known}


def _settle_by_mailbox(ws: Workspace, made: Made) -> None:
    """Our own Message-ID in the mailbox proves that an `unknown` letter went, whichever of the two became known first."""
    with ws.store.write() as connection:
        unknown = outbox.rows(connection, "unknown")
        seen = inbox.own_ids(connection) if unknown else set()
        for row in unknown:
            answer = "seen in the mailbox"
            if row.message_id in seen and outbox.settle(
                connection, row.id, "sent", answer, ws.now(), was=("unknown",)
            ):
                on = legal_date(row.claimed_at or ws.moment)
                sent = Sent(
                    on, row.message_id, row.recipient, letter=row.letter, answer=answer, evidence="mailbox"
                )
                cases.append_to_each(connection, row.tokens, sent, ws.now())
                made.settled.append(f"{row.recipient}: sent after all, its copy is in the mailbox")
