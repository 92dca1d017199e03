"""Send the request: choose the bodies, write the letters, put them into the outbox. `deliver` takes them from there."""

from __future__ import annotations

import itertools
import re
import secrets
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from foimail.case import fold
from foimail.errors import BusyError, InputError, Problem
from foimail.events import Queued, Sent
from foimail.files import campaigns
from foimail.mail.compose import new_message_id
from foimail.store import cases, outbox
from foimail.workflows import days, form, openings, standing
from foimail.workflows.registry import Filter, pick

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from datetime import date

    from sqlalchemy import Connection

    from foimail.events import Event
    from foimail.law.calendar import Calendar
    from foimail.model import Body, Case, Letter
    from foimail.workspace import Workspace

_NO_REPLY = re.compile(r"(?:do[-_.]?not|no)[-_.]?reply|donotreply|mailer-daemon", re.IGNORECASE)
RELATED_WORKING_DAYS = (
    60  # the Fees Regulations' period for adding up related requests, SI 2004/3244 reg.5(2)(b)
)


@dataclass(frozen=True, slots=True)
class Selection:
    """Which bodies are meant: all that the campaign asks, or those named; narrowed by type and nation."""

    codes: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    nations: tuple[str, ...] = ()
    include_unverified: bool = False
    again: bool = False
    pilot: int | None = None
    limit: int | None = None
    with_form: bool = False


@dataclass(frozen=True, slots=True)
class Addressed:
    """A letter and its case: open already, or to be opened after the `earlier` cases that its body has had."""

    body: Body
    token: str
    is_open: bool
    letter: Letter
    earlier: int = 0


@dataclass(frozen=True, slots=True)
class Plan:
    """What `send` would do: shown to the user before anything happens."""

    letters: tuple[Addressed, ...]
    waiting: tuple[outbox.Row, ...]
    skipped: tuple[tuple[Body, str], ...]
    problems: tuple[Problem, ...]
    warnings: tuple[str, ...]


def plan(ws: Workspace, selection: Selection, *, queued_only: bool = False) -> Plan:
    """Decide who gets a letter, and write it; with `queued_only`, only what waits already. Nothing is recorded."""
    if faults := campaigns.audience_faults(ws.templates, ws.campaign, ws.bodies):
        raise InputError("nothing was done", faults)
    log = standing.cases_of(ws)
    with ws.store.read() as connection:
        openings_by_body: dict[str, list[cases.Opening]] = {}
        for opening in cases.openings(connection, campaign=ws.campaign.name):
            openings_by_body.setdefault(opening.body, []).append(opening)
        queued = outbox.rows(connection, "queued")
        waiting = outbox.ready(connection, ws.now())
        taken = openings.all_tokens(connection)
        wordings = outbox.wordings(connection, set(log))
        related = cases.last_sendings(connection, ws.campaign.topic or ws.campaign.name)
    put_off = tuple(
        f"{r.recipient}: tried again after {r.next_try_at:%d %B %H:%M} UTC"
        for r in queued
        if r not in waiting
    )
    if queued_only:
        return Plan((), tuple(waiting[: selection.limit]), (), (), put_off)
    latest = {body: log[found[-1].token] for body, found in openings_by_body.items()}
    chosen, skipped = choose(ws.bodies, ws.campaign.audience.includes, selection, latest)
    chosen = _handful(chosen, selection.pilot)
    room = None if selection.limit is None else max(0, selection.limit - len(waiting))
    chosen = chosen[:room]
    letters: list[Addressed] = []
    problems: list[Problem] = []
    for body in chosen:
        case = latest.get(body.id)
        if case and case.sendings and selection.again:
            case = None
        token = case.token if case else openings.new_token(taken)
        regime = ws.law.governing(body.nation, environmental=ws.campaign.environmental)
        letter, faults = form.request(ws, ws.campaign, body, regime, token, with_form=selection.with_form)
        problems += faults
        if letter is not None:
            earlier = len(openings_by_body.get(body.id, ()))
            letters.append(Addressed(body, token, case is not None, letter, earlier))
    warnings = _warnings(ws, letters, wordings, related)
    return Plan(
        tuple(letters),
        tuple(waiting[: selection.limit]),
        tuple(skipped),
        tuple(problems),
        (*warnings, *put_off),
    )


def choose(
    bodies: Sequence[Body],
    asked: Callable[[Body], bool],
    selection: Selection,
    latest: Mapping[str, Case],
) -> tuple[list[Body], list[tuple[Body, str]]]:
    """Those to be written to, and those not, each with the reason. InputError names codes and types that nobody has."""
    named: dict[str, Body] = {}
    problems: list[Problem] = []
    for code in selection.codes:
        try:
            body = pick(bodies, code)
            named[body.id] = body
        except InputError as error:
            problems.append(Problem("command line", error.message, error.hint))
    types = {body.type.casefold(): body.type for body in bodies if body.type}
    problems += [
        Problem(
            "command line",
            f"no body is of the type {name!r}",
            f"there are {', '.join(sorted(types.values()))}",
        )
        for name in selection.types
        if name.casefold() not in types
    ]
    if problems:
        raise InputError("nothing was done", problems)
    narrowed = Filter(types=selection.types, nations=selection.nations)
    meant = [
        b for b in (named.values() if selection.codes else filter(asked, bodies)) if narrowed.includes(b)
    ]
    chosen: list[Body] = []
    skipped: list[tuple[Body, str]] = []
    for body in meant:
        reason = why_not(body, selection, latest.get(body.id))
        if reason:
            skipped.append((body, reason))
        else:
            chosen.append(body)
    return chosen, skipped


def why_not(body: Body, selection: Selection, case: Case | None) -> str:
    """Why a body gets no letter now; an empty string where it gets one."""
    if body.status == "closed":
        return "closed" + (f", see {body.successor}" if body.successor else "")
    requests = [s for s in case.sendings if s.letter == "request"] if case else []
    if requests and not selection.again:
        last = requests[-1]
        if last.state == "sent" and case and case.received_on is None:
            return "came back undelivered; mend its address, then `foimail outbox retry`"
        return {
            "sent": f"asked already ({last.on})",
            "queued": "already in the outbox",
            "refused": f"its server refused {last.to}; see `foimail outbox`",
            "unknown": "perhaps sent; settle it with `foimail outbox settle`",
            "not_sent": "settled as not sent; use `foimail outbox retry`",
        }[last.state]
    if not body.email:
        return "no address known; see `foimail letter`"
    if body.route != "email":
        return f"takes requests by {body.route}; see `foimail letter`"
    if _NO_REPLY.search(body.email.partition("@")[0]):
        return f"{body.email} is a no-reply address"
    if body.email_confidence == "unverified" and not selection.include_unverified:
        return "address unverified; --include-unverified to use it"
    return ""


def _handful(bodies: list[Body], size: int | None) -> list[Body]:
    # one of each nation and type in turn: a pilot is to meet every sort of body
    if size is None:
        return bodies
    groups: dict[tuple[str, str], list[Body]] = {}
    for body in bodies:
        groups.setdefault((body.nation, body.type), []).append(body)
    turns = itertools.zip_longest(*groups.values())
    return [body for turn in turns for body in turn if body is not None][:size]


def _warnings(
    ws: Workspace,
    letters: Sequence[Addressed],
    wordings: set[str],
    related: Iterable[tuple[str, str, date]],
) -> list[str]:
    warnings = []
    if letters and wordings - {letters[0].letter.wording}:
        warnings.append(
            "the wording has changed since earlier letters of this campaign: answers may not be comparable"
        )
    going = {a.body.id: a.body for a in letters}
    warnings += [
        f"{a.body.name}: a second letter of the same campaign; it may be refused as a repeat (FOIA s.14(2))"
        for a in letters
        if a.earlier and not a.is_open
    ]
    for body, campaign, on in related:
        if (
            body in going
            and campaign != ws.campaign.name
            and _within(ws.calendar(ws.law.governing(going[body].nation)), on, ws.today)
        ):
            warnings.append(
                f"{going[body].name}: the campaign {campaign} asked on the same subject on {on}, within "
                f"{RELATED_WORKING_DAYS} working days; costs may be added up (SI 2004/3244 reg.5)"
            )
    return warnings


def _within(calendar: Calendar, earlier: date, today: date) -> bool:
    return earlier <= today <= calendar.after(earlier, RELATED_WORKING_DAYS)


def enqueue(ws: Workspace, letters: Iterable[Addressed]) -> int:
    """Put the letters into the outbox, all or none: each with its case, its event and its Message-ID. The number comes back.

    BusyError where a body got a case or a letter since the plan was made: a question may be answered an hour later.
    """
    count = 0
    happened: list[tuple[str, Event]] = []
    days.by_the_clock(ws)
    with ws.one_of("send"), ws.store.write() as connection:
        had = Counter(o.body for o in cases.openings(connection, campaign=ws.campaign.name))
        written = {row.token for row in outbox.rows(connection)}
        for addressed in letters:
            if addressed.token in written or had[addressed.body.id] != addressed.earlier:
                raise BusyError(
                    f"{addressed.body.name} was written to meanwhile, so nothing was sent", "run it again"
                )
            happened += _begin(connection, ws, addressed)
            count += 1
        cases.append_all(connection, happened, ws.now(), ws.person)
    return count


def _begin(connection: Connection, ws: Workspace, addressed: Addressed) -> list[tuple[str, Event]]:
    """The case, where it is not open yet, and its letter in the outbox; the events of both come back."""
    token = addressed.token
    opened = [] if addressed.is_open else [(token, openings.begin(connection, ws, addressed.body, token))]
    return [*opened, *_put(connection, ws, token, addressed.letter, outbox.ALONE)]


def put(
    connection: Connection, ws: Workspace, token: str, letter: Letter, thread: outbox.Thread = outbox.ALONE
) -> None:
    """One letter into the outbox, with its event in each case that it is about, in the caller's transaction."""
    cases.append_all(connection, _put(connection, ws, token, letter, thread), ws.now(), ws.person)


def _put(
    connection: Connection, ws: Workspace, token: str, letter: Letter, thread: outbox.Thread
) -> list[tuple[str, Event]]:
    domain = ws.settings.requester.email.rpartition("@")[2]
    message_id = new_message_id(token, secrets.token_hex(6), domain)
    outbox.queue(connection, token, letter, message_id, ws.now(), thread)
    queued = Queued(ws.today, message_id, letter.to or "", letter.wording, letter.kind)
    about = (token, *thread.also)
    for one in about:
        cases.remember_id(connection, message_id, one)
    return [(one, queued) for one in about]


def record_sent(ws: Workspace, body: Body, by: str, on: date) -> str:
    """Record a request that the user sent by form, post or telephone; the case's token comes back."""
    if on > ws.today:
        raise InputError(f"{on} lies in the future", hint="give the day it was sent")
    token = openings.reserve(ws, body)
    with ws.store.write() as connection:
        case = fold(token, (e.event for e in cases.log(connection, token=token)))
        if any(s.state == "sent" for s in case.sendings):
            raise InputError(f"{body.name} has had this request already", hint=f"foimail show {token}")
        sent = Sent(on, f"{token.lower()}.{by}", body.email or "", by=by, evidence="person")
        cases.append(connection, token, (sent,), ws.now(), ws.person)
    return token
