"""The queue of what waits for a person: one message with all that a decision rests on, and the decision."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from foimail import places
from foimail.errors import InputError
from foimail.mail.parse import parse
from foimail.model import FINAL_KINDS
from foimail.replies import tokens as written
from foimail.replies.figures import short
from foimail.replies.reading import SURE, from_json
from foimail.store import cases, inbox, skipped
from foimail.workflows import inbox as mail

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from foimail.model import Message
    from foimail.replies.reading import Passage, Reading
    from foimail.store.inbox import Row
    from foimail.workspace import Workspace

COLUMNS = ("id", "on", "from", "subject", "kind", "cases", "candidates", "doubts", "skipped")


@dataclass(frozen=True, slots=True)
class Choice:
    """A case by its token and its body's name."""

    token: str
    name: str


@dataclass(frozen=True, slots=True)
class Item:
    """A message that waits: as stored, opened (None where it cannot be), as the rules read it, its cases and those offered."""

    row: Row
    raw: bytes
    message: Message | None
    reading: Reading | None
    cases: tuple[Choice, ...]
    candidates: tuple[Choice, ...]


def queue(ws: Workspace, *, quarantined: bool = False) -> list[Row]:
    """What waits, oldest first; what was passed over comes last, in the order in which it was."""
    with ws.store.read() as connection:
        states = ("read", "broken")
        waiting = inbox.rows(connection, states=states, waiting=True, quarantined=quarantined)
        passed = skipped.all_of(connection)
    fresh = [row for row in waiting if row.id not in passed]
    again = [row for row in waiting if row.id in passed]
    return [
        *sorted(fresh, key=lambda row: (row.on_date or date.max, row.id)),
        *sorted(again, key=lambda row: (passed[row.id], row.id)),
    ]


def rows(ws: Workspace, *, quarantined: bool = False) -> list[dict[str, object]]:
    """The queue as rows for scripts, in its order."""
    waiting = queue(ws, quarantined=quarantined)
    with ws.store.read() as connection:
        filed = inbox.filed(connection)
        passed = skipped.all_of(connection)
    return [
        {
            "id": row.id,
            "on": row.on_date,
            "from": row.sender,
            "subject": mail.subject(row),
            "kind": row.kind,
            "cases": [token for token, _ in filed.get(row.sha256, ())],
            "candidates": row.candidates,
            "doubts": list(row.reading.get("doubts") or ()),
            "skipped": row.id in passed,
        }
        for row in waiting
    ]


def item(ws: Workspace, number: int, *, quarantined: bool = False) -> Item:
    """One message with all that a decision rests on; InputError where there is none of that number, or it is in quarantine."""
    row, raw = mail.message(ws, number, quarantined=quarantined)
    if row.state not in {"read", "broken"}:
        raise InputError(f"message {number} is no reply: {row.reason or 'it has not been read yet'}")
    with ws.store.read() as connection:
        filed = [token for token, _ in inbox.filed(connection, row.sha256).get(row.sha256, ())]
    known = {choice.token: choice for choice in _choices(ws)}
    reading = from_json(row.reading) if "kind" in row.reading else None
    return Item(
        row,
        raw,
        opened(raw),
        reading,
        tuple(known[token] for token in filed),
        tuple(known[token] for token in row.candidates if token in known and token not in filed),
    )


def choices(ws: Workspace, words: str) -> tuple[Choice, ...]:
    """The cases that a person may mean by a token, however typed, by a body's code, or by part of its name."""
    meant = words.strip("[] \t")
    tokens = {meant.upper(), *written.candidates(meant)}
    known = _choices(ws)
    if exact := tuple(choice for choice in known if choice.token in tokens):
        return exact
    code = {body.id.lower(): body.name for body in ws.bodies}.get(meant.lower())
    part = (code or meant).lower()
    return tuple(choice for choice in known if part and part in choice.name.lower())


def case(ws: Workspace, words: str) -> Choice:
    """The one case that a person means; InputError where there is none, or more than one."""
    found = choices(ws, words)
    if not found:
        raise InputError(f"no case {words}", hint="foimail report shows the tokens")
    if len(found) > 1:
        named = ", ".join(f"{choice.token} ({choice.name})" for choice in found[:8])
        raise InputError(f"{words} may be any of {len(found)} cases: {named}", hint="give the token of one")
    return found[0]


def decide(
    ws: Workspace, number: int, *, tokens: Iterable[str] | None = None, kind: str | None = None
) -> tuple[str, tuple[str, ...]]:
    """A person's word: its cases (none: it belongs to no case) and its kind, each as it stands where not given. Both come back.

    Raises:
        InputError: There is no such message or case; or it is filed nowhere and no case was named; or nothing is known of its kind.
    """
    about = item(ws, number, quarantined=True)
    if tokens is None:
        if not about.cases:
            offered = ", ".join(choice.token for choice in about.candidates)
            hint = (
                f"say which: {offered}" if offered else "say which, or that it belongs to none"
            ) + " (--case TOKEN, --none)"
            raise InputError(f"message {number} is filed under no case yet", hint=hint)
        tokens = [choice.token for choice in about.cases]
    meant = tuple(tokens)
    what = kind or about.row.kind or ("" if meant else "other")
    if not what:
        raise InputError(f"message {number} could not be opened", hint="say what it is (--kind)")
    return what, mail.assign(ws, number, meant, what)


def skip(ws: Workspace, number: int) -> None:
    """Pass a message over: it comes again after all the others."""
    item(ws, number, quarantined=True)
    with ws.store.write() as connection:
        skipped.skip(connection, number, ws.now())


def said(reading: Reading) -> Iterator[tuple[str, str]]:
    """What the rules read in a message beside its kind: name and value, each thing once."""
    facts = {name: value for name, value in reading.facts.items() if name != "quotes"}
    for name, value, same in (
        ("exemptions", list(reading.exemptions), "sections"),
        ("body_reference", reading.body_reference, "reference"),
        ("letter_date", reading.letter_date, ""),
        ("review_address", reading.review_address, "review_address"),
        ("review_deadline", reading.review_deadline, "review_by"),
    ):
        if value:
            facts[name] = value
            if name != same:
                facts.pop(same, None)
    for name, value in facts.items():
        shown = ", ".join(map(str, value)) or "none" if isinstance(value, list) else str(value)
        yield name.replace("_", " "), {"True": "yes", "False": "no"}.get(shown, shown)


def answers(row: Row) -> Iterator[tuple[str, str]]:
    """What a final letter says of each part, its values, and in which place; a value that is not sure has a question mark."""
    reading = from_json(row.reading)
    for answer in reading.answers if reading and row.kind in FINAL_KINDS else ():
        values = [
            f"{f.period or f.category} {short(f)}{'' if f.confidence >= SURE else '?'}".strip()
            for f in answer.figures
        ]
        where = answer.figures[0].where if len(answer.figures) == 1 else answer.where
        place = f" ({places.words(where)})" if where else ""
        said = ": ".join(filter(None, (answer.outcome.replace("_", " "), ", ".join(values))))
        yield f"part {answer.part}", f"{said}{place}"


def spans(passages: Sequence[Passage], text: str, file: str = "") -> list[tuple[int, int]]:
    """Where the deciding passages stand in the message's text, or in that of an attachment."""
    found = []
    for one in passages:
        if one.file != file or not one.quote.strip():
            continue
        if one.start >= 0 and text[one.start : one.end] == one.quote:
            found.append((one.start, one.end))
        # the text may be had in another way than when it was read: the words are looked for
        elif again := re.search(r"\s+".join(map(re.escape, one.quote.split())), text):
            found.append(again.span())
    return found


def _choices(ws: Workspace) -> list[Choice]:
    names = {body.id: body.name for body in ws.bodies}
    with ws.store.read() as connection:
        return [Choice(o.token, names.get(o.body, o.body)) for o in cases.openings(connection)]


def opened(raw: bytes) -> Message | None:
    """The message, or None where its bytes cannot be opened."""
    try:
        return parse(raw)
    except Exception:  # noqa: BLE001 - whatever a stranger's bytes set off: a person can still say what it is
        return None
