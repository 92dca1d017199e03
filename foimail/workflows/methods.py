"""How the figures came about: what a methods appendix has to say, out of the registry, the log and the readings."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from foimail import __version__
from foimail.dataset.agreement import agreement
from foimail.dataset.methods import Law, Methods, Reading, Silent, Trial, Wording
from foimail.dataset.respondents import OUT, by_week, within
from foimail.dataset.summary import summarise
from foimail.events import Queued
from foimail.files.tables import table
from foimail.letters.compose import wording_hash
from foimail.model import FINAL_KINDS
from foimail.output.methods import DAYS
from foimail.replies.reading import from_json
from foimail.store import cases, inbox, outbox
from foimail.workflows import send, standing, stats
from foimail.workflows.summary import respondents

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from foimail.dataset.respondents import Respondent
    from foimail.model import Case, Sending
    from foimail.replies.reading import Answer
    from foimail.store.inbox import Row
    from foimail.workspace import Workspace

_REASONS = (
    ("closed", "the body no longer exists"),
    ("no address", "no address is known"),
    ("by form", "takes requests by web form only"),
    ("by post", "takes requests by post only"),
    ("by phone", "takes requests by telephone only"),
    ("no-reply", "the only address known takes no replies"),
    ("unverified", "the address was not verified"),
    ("already in the outbox", "the request waits in the outbox"),
    ("", "the request had not been sent yet"),
)  # what `send.why_not` says, and how an appendix says it


@dataclass
class _Log:
    """What the log and the outbox hold of the campaign."""

    cases: dict[str, Case]
    wordings: dict[str, str]  # by Message-ID, of letters that foimail wrote
    numbers: dict[str, int]  # in the outbox, by Message-ID
    rows: dict[str, Row] = field(default_factory=dict)


def methods(ws: Workspace) -> Methods:
    """Everything that the appendix says, as of today."""
    log = _log(ws)
    bodies = respondents(ws)
    sent = [s for case in log.cases.values() for s in case.sendings if s.state == "sent"]
    requests = [one for one in sent if one.letter == "request"]
    return Methods(
        title=ws.campaign.title,
        campaign=ws.campaign_name,
        on=ws.today,
        version=__version__,
        audience=ws.campaign.audience,
        summary=summarise(bodies, ws.campaign.parts),
        excluded=_excluded(ws, bodies, log),
        outside=_outside(ws, bodies),
        sent=tuple(sorted(Counter(one.on for one in requests).items())),
        ways=dict(Counter(one.by for one in requests).most_common()),
        letters=dict(Counter(one.letter for one in sent if one.letter != "request").most_common()),
        wordings=_wordings(ws, requests, log),
        within=tuple(within(bodies, DAYS)),
        weeks=tuple(by_week(bodies, ws.today)),
        silent=_silent(ws, bodies, log),
        laws=_laws(ws, log),
        reading=_reading(ws, log),
    )


def _log(ws: Workspace) -> _Log:
    with ws.store.read() as connection:
        entries = cases.log(connection, campaign=ws.campaign_name)
        written = {e.event.message_id: e.event.wording for e in entries if isinstance(e.event, Queued)}
        numbers = {row.message_id: row.id for row in outbox.rows(connection)}
        rows = {row.sha256: row for row in inbox.rows(connection)}
    return _Log(standing.folded(entries), written, numbers, rows)


def _excluded(ws: Workspace, bodies: Iterable[Respondent], log: _Log) -> dict[str, tuple[str, ...]]:
    """The bodies that the campaign means and that do not have the request, by reason; those that have closed too."""
    without = {one.code: one for one in bodies if one.status in OUT}
    latest = {case.body: case for case in log.cases.values()}
    found: dict[str, list[str]] = {}
    for body in ws.bodies:
        meant = ws.campaign.audience.includes(body)
        if body.id in without and without[body.id].status == "not_reached":
            found.setdefault("the request did not reach them, or nobody can say whether it did", []).append(
                body.name
            )
        elif body.id in without or (meant and body.status == "closed" and body.id not in latest):
            why = send.why_not(body, send.Selection(), latest.get(body.id))
            found.setdefault(next(words for mark, words in _REASONS if mark in why), []).append(body.name)
    return {reason: tuple(names) for reason, names in sorted(found.items(), key=lambda item: -len(item[1]))}


def _outside(ws: Workspace, bodies: Iterable[Respondent]) -> int:
    """How many active bodies of the registry the campaign does not mean, and did not ask."""
    meant = {one.code for one in bodies}
    return sum(body.status == "active" and body.id not in meant for body in ws.bodies)


def _wordings(ws: Workspace, requests: Iterable[Sending], log: _Log) -> tuple[Wording, ...]:
    """The versions of the request, in the order of their first letter; what foimail did not write has no hash."""
    now = wording_hash(ws.campaign)
    by_hash: dict[str, list[tuple[date, int]]] = {}
    for one in sorted(requests, key=lambda one: one.on):
        number = log.numbers.get(one.message_id, 0)
        by_hash.setdefault(log.wordings.get(one.message_id, ""), []).append((one.on, number))
    return tuple(
        Wording(name, sent[0][0], sent[-1][0], len(sent), sent[0][1], current=name == now)
        for name, sent in by_hash.items()
    )


def _silent(ws: Workspace, bodies: Iterable[Respondent], log: _Log) -> tuple[Silent, ...]:
    """Those whose last day has passed without an answer, in the order of the registry."""
    latest = {case.body: case for case in log.cases.values()}
    return tuple(
        Silent(one.name, one.law, one.sent_on, standing.position_of(ws, latest[one.code]).due)
        for one in bodies
        if one.status == "silent"
    )


def _laws(ws: Workspace, log: _Log) -> tuple[Law, ...]:
    """The laws under which cases were opened, each with its limit and the table of days that was used."""
    used = Counter(case.regime for case in log.cases.values())
    found = []
    for key, count in used.most_common():
        regime = ws.law.regime(key)
        limit, calendar = regime.limit("response"), ws.calendar(regime)
        found.append(
            Law(
                regime.act,
                regime.short,
                limit.period,
                limit.citation,
                regime.holidays,
                calendar.version,
                count,
            )
        )
    return tuple(found)


def _trial() -> Trial:
    """The last of the blind scores on record."""
    score = table("blind")["score"][-1]
    right, of, _ = score["aspects"]["part outcome"]
    figures = score["figures_right"]
    return Trial(
        score["date"],
        score["letters"],
        (right, of),
        (figures, score["figures_given"]),
        (figures, score["figures_wanted"]),
    )


def _reading(ws: Workspace, log: _Log) -> Reading:
    replies = [reply for case in log.cases.values() for reply in case.replies]
    finals = [reply for reply in replies if reply.kind in FINAL_KINDS]
    read = {
        reply.message: from_json(log.rows[reply.message].reading)
        for reply in replies
        if reply.message in log.rows
    }
    answers: Mapping[tuple[str, str], Answer] = {
        (message, answer.part): answer
        for message, reading in read.items()
        if reading
        for answer in reading.answers
    }
    decisions = [decision for case in log.cases.values() for decision in case.decisions]
    whole = stats.rows(ws)[-1]
    return Reading(
        messages=len({reply.message for reply in replies}),
        answers=len({reply.message for reply in finals}),
        confirmed=len({reply.message for reply in finals if not reply.automatic}),
        rules=tuple(sorted({reading.rules for reading in read.values() if reading})),
        agreement=agreement(decisions, answers),
        people=dict(Counter(decision.who for decision in decisions).most_common()),
        kinds_decided=int(str(whole["decided"])),
        kinds_right=int(str(whole["confirmed"])),
        trial=_trial(),
    )
