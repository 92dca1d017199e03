"""A person's word on what came: a wrong kind, case or day; what a letter says; a letter by post, a telephone call.

Each is a later event, and the history stays. A person's word beats a rule's.
"""

from __future__ import annotations

import re
import secrets
from datetime import date, timedelta
from email.message import EmailMessage
from typing import TYPE_CHECKING

from foimail.errors import InputError, Problem
from foimail.events import Told
from foimail.law.behind import SORTS
from foimail.mail.parse import parse
from foimail.replies.reading import to_json
from foimail.store import cases, inbox, texts
from foimail.workflows import days, read, standing
from foimail.workflows import inbox as filing
from foimail.workflows.judge import Judge

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from foimail.model import Attachment, Case
    from foimail.store.inbox import Row
    from foimail.workspace import Workspace

FACTS: dict[str, str] = {
    "sections": "the grounds it names, with commas: s.12,s.40(2); `none` where it names none",
    "until": "the new last day of an extension or a promise, as 2026-11-23",
    "received": "the day of receipt that it states",
    "due": "the last day for an answer that it states",
    "on": "the day on which it came",
    "fee": "the fee that it asks for",
    "reference": "their reference",
    "review_address": "where a review is asked for",
    "review_by": "by when a review is to be asked for, a day or in words",
    "question": "what they ask",
    "redirected": "to which body they send you",
    "other_address": "the address that an out-of-office notice names",
    "behind": f"why the answer cannot be read yet: {', '.join(SORTS)}; `none` once it has been fetched",
    "behind_until": "the last day on which the link works, as 2026-11-23",
    "behind_link": "the link, or where it leads",
    "ignored": "the keys of the parts that it leaves out, with commas; `none` where it answers all",
    "interest_reasons": "yes or no: does it weigh the public interest",
    "review_details": "yes or no: does it say how to ask for a review",
    "advice": "yes or no: does it say what could be asked instead",
}
"""What can be told of a message, and in what words."""

_FAR = timedelta(days=731)  # no body names a day that far off: a slip of the fingers
_DATES = frozenset({"until", "received", "due", "on", "behind_until"})
_LISTS = frozenset({"sections", "ignored"})
_WHETHER = {"yes": True, "no": False}
WAYS = ("post", "phone", "link")
_CAME = {"post": "A letter", "phone": "A call", "link": "An answer fetched from a link"}


def correct(
    ws: Workspace, number: int, *, kind: str | None = None, tokens: Sequence[str] = (), on: date | None = None
) -> tuple[str, ...]:
    """Put right what a message is, where it belongs or the day it came; the tokens of its cases come back.

    Raises:
        InputError: There is no such message or case, or the day makes no sense.
    """
    row, _ = filing.message(ws, number)
    before = _cases_of(ws, row)
    meant = tuple(standing.one(ws, token)[0] for token in tokens) or before
    if not meant and not kind:
        raise InputError(
            f"message {number} is filed under no case", hint=f"foimail inbox assign {number} CASE"
        )
    if on:
        for case in meant:
            days.within(case, ws.today, on)
    filed = tuple(case.token for case in meant)
    if kind or tokens:
        filed = filing.assign(ws, number, filed, kind)
    with ws.store.write() as connection:
        moved = set(filed) - {case.token for case in before}
        for token in filed:
            # a case that the message is new to is told what a person has said of it elsewhere
            facts = _confirmed(before, row.sha256) if token in moved else {}
            if on:
                facts["on"] = on.isoformat()
            if facts:
                told = Told(ws.today, row.sha256, facts, "person")
                cases.append(connection, token, (told,), ws.now(), ws.person)
    return filed


def tell(ws: Workspace, name: str, number: int, said: Mapping[str, str]) -> dict[str, object]:
    """Record what a person reads in a message of a case; the facts as understood come back.

    Raises:
        InputError: The message is not filed under the case, or some facts make no sense; all of them are named.
    """
    case, _ = standing.one(ws, name)
    row, _ = filing.message(ws, number)
    if case.token not in {c.token for c in _cases_of(ws, row)}:
        raise InputError(
            f"message {number} is not filed under {case.token}",
            hint=f"foimail correct {number} --case {case.token}",
        )
    came = next((r.on for r in case.replies if r.message == row.sha256), row.on_date or ws.today)
    facts: dict[str, object] = {}
    problems: list[Problem] = []
    for key, text in said.items():
        try:
            facts[key] = _understood(ws, case, key, text.strip(), came)
        except InputError as error:
            problems.append(Problem(f"{key}={text}", error.message, error.hint))
    if problems:
        raise InputError("nothing was recorded", problems)
    with ws.store.write() as connection:
        told = Told(ws.today, row.sha256, facts, "person")
        cases.append(connection, case.token, (told,), ws.now(), ws.person)
    return facts


def received(
    ws: Workspace,
    name: str,
    *,
    by: str,
    on: date,
    kind: str,
    text: str = "",
    files: Iterable[Attachment] = (),
) -> tuple[str, int]:
    """File under a case what came by post, telephone or link; its token and the new message's number come back.

    It is kept as a message made here, with its file, so that its answers are read, and it is shown and handed on like any other.

    Raises:
        InputError: The day makes no sense, or there is nothing to keep.
    """
    case, _ = standing.one(ws, name)
    days.within(case, ws.today, on)
    files = tuple(files)
    if not text.strip() and not files:
        raise InputError("nothing is said of what came", hint="give --text, or the scan with --file")
    body = standing.body_of(ws, case)
    raw = _as_message(ws, case, body.name, by, on, text, files)
    message = parse(raw)
    with Judge(ws) as judge:
        enclosures = judge.enclosures(message)  # outside of any writing: a scan takes its time
        with ws.store.read() as connection:
            # what it is the person says; what it answers the rules may propose
            reading = judge.read(connection, message, enclosures, (case.token,), on)
    with ws.one_of("poll"), ws.store.write() as connection:
        sha256, _ = inbox.keep(connection, raw, f"{by}/{case.token}", ws.now())
        number = inbox.number_of(connection, sha256)
        texts.owe(connection, number)
        inbox.record(
            connection,
            number,
            state="read",
            kind=kind,
            matched_by="person",
            evidence=[f"recorded by you as come by {by}"],
            content_hash=message.content_hash,
            message_id=message.message_id,
            sender=message.sender,
            subject=message.subject,
            sent_at=message.sent_at,
            on_date=on,
            reading=to_json(reading),
        )
        read.file(connection, ws, message, read.Filing((case.token,), kind, on, "person", by="person"))
    return case.token, number


def _as_message(
    ws: Workspace, case: Case, sender: str, by: str, on: date, text: str, files: Sequence[Attachment]
) -> bytes:
    message = EmailMessage()
    name = re.sub(r"[^\w .,&'-]", " ", sender)
    # .invalid belongs to nobody (RFC 2606 s.2): nothing can be sent there by mistake
    message["From"] = f'"{name}" <by-{by}@{case.token.lower()}.invalid>'
    message["To"] = ws.settings.requester.email
    message["Subject"] = f"{_CAME[by]} of {on} [{case.token}]"
    message["Message-ID"] = f"<{by}-{secrets.token_hex(8)}@{case.token.lower()}.invalid>"
    message["X-Foimail-Came-By"] = f"{by}, {on.isoformat()}"
    message.set_content(f"{text.strip()}\n" if text.strip() else "(see the file)\n")
    for file in files:
        maintype, _, subtype = file.media_type.partition("/")
        message.add_attachment(file.content, maintype=maintype, subtype=subtype, filename=file.name)
    return message.as_bytes()


def _cases_of(ws: Workspace, row: Row) -> tuple[Case, ...]:
    with ws.store.read() as connection:
        tokens = [token for token, _ in inbox.filed(connection, row.sha256).get(row.sha256, ())]
    return tuple(standing.one(ws, token)[0] for token in tokens)


def _confirmed(cases_of: Iterable[Case], sha256: str) -> dict[str, object]:
    """What a person has said of a message, whichever case it was filed under."""
    told = (r for case in cases_of for r in case.replies if r.message == sha256)
    return {key: reply.facts[key] for reply in told for key in sorted(reply.confirmed)}


def _understood(ws: Workspace, case: Case, key: str, text: str, came: date) -> object:
    if key not in FACTS:
        raise InputError(f"no letter is asked for `{key}`", hint="there are " + ", ".join(FACTS))
    if not text:
        raise InputError("it has no value")
    if key in _DATES:
        return _a_day(case, key, text, came, ws.today).isoformat()
    if key in _LISTS:
        return _a_list(ws, key, text)
    if key == "behind" and text not in {*SORTS, "none"}:
        raise InputError("no answer is behind that", hint="there are " + ", ".join((*SORTS, "none")))
    if key in {"interest_reasons", "review_details", "advice"}:
        if text.lower() not in _WHETHER:
            raise InputError("it is a question of yes or no")
        return _WHETHER[text.lower()]
    return text


def _a_day(case: Case, key: str, text: str, came: date, today: date) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise InputError(f"{text!r} is not a date", hint="write it as 2026-11-23") from None
    if key == "on":
        days.within(case, today, day)
    if case.first_sent_on and day < case.first_sent_on:
        raise InputError(f"{day} is before the request was sent, {case.first_sent_on}")
    if key == "received" and day > came:
        raise InputError(f"{day} is after the message itself came, {came}")
    if day > came + _FAR:
        raise InputError(f"{day} is more than two years after the message came, {came}")
    if key == "until" and day < came:
        raise InputError(f"{day} is before the message itself came, {came}")
    return day


def _a_list(ws: Workspace, key: str, text: str) -> list[str]:
    named = [] if text.lower() == "none" else [word.strip() for word in text.split(",") if word.strip()]
    if key == "ignored":
        keys = [part.key for part in ws.campaign.parts]
        if unknown := [word for word in named if word not in keys]:
            raise InputError(f"there is no part {', '.join(unknown)}", hint="there are " + ", ".join(keys))
    elif unknown := [word for word in named if not any(c.isdigit() for c in word)]:
        raise InputError(f"{', '.join(unknown)} is no section", hint="write s.12 or s.40(2)")
    return named
