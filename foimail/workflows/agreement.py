"""Whether the tables and the log tell the same story: of each letter, of each filing, of each draft and of each case."""

from __future__ import annotations

from typing import TYPE_CHECKING, get_args

from foimail.case import fold
from foimail.errors import Problem, StoreError
from foimail.events import Misfiled, NotSent, Opened, Queued, Received, Refused, Sent, Unknown, Wrote
from foimail.store import drafts, inbox, outbox
from foimail.store.purged import GONE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from foimail.events import Event
    from foimail.store.cases import Entry, Opening

# the event that must have been recorded last of a letter in this state
_LAST: dict[str, type[Event]] = {
    "queued": Queued,
    "sending": Queued,
    "sent": Sent,
    "refused": Refused,
    "unknown": Unknown,
    "not_sent": NotSent,
}
_ON_ITS_WAY = frozenset(
    {"sending", "sent", "refused", "unknown"}
)  # only what was claimed, and so has its bytes
_OF_LETTERS = (Queued, Sent, Refused, Unknown, NotSent)


def letters(
    rows: Sequence[outbox.Row], frozen: Mapping[int, bool], log: Iterable[Entry]
) -> Iterator[Problem]:
    """Each letter of the outbox against the log of its cases, and the other way about.

    `frozen` says of each letter whose bytes are kept, whether they are its own.
    """
    said: dict[tuple[str, str], Event] = {}
    for entry in log:
        if isinstance(entry.event, _OF_LETTERS):
            said[entry.token, entry.event.message_id] = entry.event
    for row in rows:
        yield from _letter(row, frozen, said)
    known = {(token, row.message_id) for row in rows for token in row.tokens}
    for (token, message_id), event in said.items():
        # a letter by post, or one sent before foimail was used, never was in the outbox
        by_hand = isinstance(event, Sent) and event.evidence in {"person", "import"}
        if not by_hand and (token, message_id) not in known:
            yield Problem(
                token, f"its log says `{event.kind}` of {message_id}, and the outbox has no such letter"
            )


def _letter(
    row: outbox.Row, frozen: Mapping[int, bool], said: Mapping[tuple[str, str], Event]
) -> Iterator[Problem]:
    where = f"letter {row.id}"
    if row.state not in _LAST:
        yield Problem(where, f"there is no state {row.state!r}")
        return
    for token in row.tokens:
        last = said.get((token, row.message_id))
        if not isinstance(last, _LAST[row.state]):
            now = f"its last record is `{last.kind}`" if last else "it has no record of it"
            yield Problem(where, f"it is `{row.state}`, but the log of {token} disagrees: {now}")
    if row.state in _ON_ITS_WAY and row.id not in frozen and row.text != GONE:
        yield Problem(where, f"it is `{row.state}`, but the bytes that went are not kept")
    elif not frozen.get(row.id, True):
        yield Problem(where, f"the bytes kept are not those of {row.message_id}")


def filed(
    rows: Mapping[str, Sequence[tuple[str, str]]], adopted: Mapping[str, str], log: Iterable[Entry]
) -> Iterator[Problem]:
    """Each filing against the log, and the other way about. `adopted` has the Message-IDs of our own letters, by hash."""
    said: dict[tuple[str, str], bool] = {}
    sent: set[tuple[str, str]] = set()
    for entry in log:
        match entry.event:
            case Received(message=message) | Wrote(message=message):
                said[message, entry.token] = True
            case Misfiled(message=message):
                said[message, entry.token] = False
            case Sent(message_id=message_id, evidence="import"):
                sent.add((message_id, entry.token))
            case _:
                pass
    filings = {(sha256, token) for sha256, found in rows.items() for token, _ in found}
    for sha256, token in sorted(filings):
        request = sha256 in adopted and (
            (adopted[sha256], token) in sent or (f"{token.lower()}.adopted", token) in sent
        )
        if not said.get((sha256, token)) and not request:
            yield Problem(
                f"message {sha256[:12]}", f"it is filed under {token}, whose log has no record of it"
            )
    for (sha256, token), there in said.items():
        if there and (sha256, token) not in filings:
            yield Problem(f"message {sha256[:12]}", f"the log of {token} has it, but it is not filed there")


def mail(rows: Iterable[tuple[int, str, str | None, list[str]]], tokens: set[str]) -> Iterator[Problem]:
    """Messages (number, state, kind, candidates) in a state that is none, or that may belong to cases that there are not."""
    for number, state, kind, candidates in rows:
        where = f"message {number}"
        if state not in inbox.STATES:
            yield Problem(where, f"there is no state {state!r}")
        elif state == "read" and kind is None:
            yield Problem(where, "it was read, but it has no kind")
        for token in sorted(set(candidates) - tokens):
            yield Problem(where, f"it may belong to {token}, and there is no such case")


def drafted(
    rows: Iterable[drafts.Draft], letters: Iterable[outbox.Row], log: Iterable[Entry]
) -> Iterator[Problem]:
    """Drafts that were approved or sent, of which nothing else knows."""
    queued = {(row.token, row.letter, row.text) for row in letters}
    sent = {
        (entry.token, entry.event.letter)
        for entry in log
        if isinstance(entry.event, Sent) and entry.event.evidence == "person"
    }
    for one in rows:
        where = f"draft {one.id}"
        if one.state not in get_args(drafts.State):
            yield Problem(where, f"there is no state {one.state!r}")
        elif one.state == "queued" and (one.token, one.letter, one.text) not in queued:
            yield Problem(where, "it was approved, but the outbox has no such letter")
        elif one.state == "sent" and (one.token, one.letter) not in sent:
            yield Problem(
                where, f"it was sent by other means, but the log of {one.token} has no record of it"
            )


def opened(openings: Iterable[Opening], log: Iterable[Entry]) -> Iterator[Problem]:
    """Cases whose log does not begin with their opening, or opens another one; and those that cannot be told at all."""
    told: dict[str, list[Event]] = {}
    for entry in log:
        told.setdefault(entry.token, []).append(entry.event)
    for opening in openings:
        events = told.get(opening.token, [])
        first = [event for event in events if isinstance(event, Opened)]
        if [(one.campaign, one.body) for one in first] != [(opening.campaign, opening.body)]:
            yield Problem(
                opening.token, f"its log has not the one opening for {opening.body} in {opening.campaign}"
            )
            continue
        try:
            fold(opening.token, events)
        except (StoreError, ValueError) as error:
            yield Problem(opening.token, f"its log makes no sense: {error}")
