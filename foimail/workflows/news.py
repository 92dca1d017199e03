"""What there is to tell the requester today: what is late, due soon, waiting for them or new, and not told before."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING

from foimail.law.calendar import in_words
from foimail.output.digest import Digest, Item, Section
from foimail.output.evidence import what_it_is
from foimail.store import drafts, inbox, quarantine, reminded
from foimail.workflows import deadlines, report, standing
from foimail.workflows.quarantine import words as quarantine_words

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator

    from foimail.law.position import Position
    from foimail.law.routes import Step
    from foimail.model import Body, Case
    from foimail.store.drafts import Draft
    from foimail.store.inbox import Row
    from foimail.store.quarantine import Spell
    from foimail.workflows.standing import Standing
    from foimail.workspace import Workspace

    Fact = tuple[str, str]  # the case's token, empty for a message of no case, and what of it

_LATE = frozenset({"overdue", "review_overdue"})
# steps that wait for the requester on no day in particular
_WAITING = frozenset({"settle", "address", "clarification", "fees", "identity", "narrow", "fetch"})
_ACKNOWLEDGED = frozenset({"auto_ack", "human_ack", "out_of_office"})
# a reply of these kinds is said by the step that it opens
_OPENS_A_STEP = frozenset({"bounce", "clarification", "fees_notice", "identity_request"})
# in the order of the digest: heading, how the subject counts them, where all of them are shown
_SECTIONS = {
    "late": ("Late", "late", "foimail report --stage overdue"),
    "due": ("Due soon", "due soon", "foimail report"),
    "waiting": (
        "Waiting for you",
        "waiting for you",
        "foimail report, foimail inbox list, foimail drafts list",
    ),
    "new": ("New", "new", "foimail inbox list --all"),
}


@dataclass(frozen=True, slots=True)
class Topic:
    """Something that may be said: its section, its words, and the facts it rests on. It is said while one of them is new."""

    section: str
    item: Item
    facts: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class News:
    """A digest, None where there is nothing to say, and the facts that are told with it."""

    digest: Digest | None
    facts: tuple[Fact, ...]


def news(ws: Workspace, within: int) -> News:
    """What can be said of the campaign today; what falls due in `within` working days is due soon."""
    with ws.store.read() as connection:
        said = reminded.said(connection)
        asked = inbox.rows(connection, states=("read", "broken"), waiting=True)
        filed = inbox.filed(connection)
        open_drafts = drafts.rows(connection, "draft")
        held = inbox.rows(connection, states=("read", "broken"), quarantined=True)
        apart = quarantine.held(connection)
    everybody = report.standings(ws)
    found = [(s.body, s.case, s.position) for s in everybody if s.case and s.position]
    names = {case.token: body.name for body, case, _ in found}
    tokens = {row.sha256: [token for token, _ in filed.get(row.sha256, ())] for row in asked}
    topics = [
        *chain.from_iterable(_of_case(ws, *one, within) for one in found),
        *chain.from_iterable(map(_of_silence, everybody)),
        *(_of_draft(draft, names[draft.token]) for draft in open_drafts if draft.token in names),
        # a message that was filed under another campaign's case is that campaign's
        *(
            _of_message(row, tokens[row.sha256], names)
            for row in asked
            if not tokens[row.sha256] or not names.keys().isdisjoint(tokens[row.sha256])
        ),
        *chain.from_iterable(_of_replies(body, case, {*tokens, *apart}) for body, case, _ in found),
        *(
            _of_quarantine(row, apart[row.sha256], of, names)
            for row in held
            if row.sha256 in apart
            and (
                not (of := [token for token, _ in filed.get(row.sha256, ())])
                or not names.keys().isdisjoint(of)
            )
        ),
    ]
    acks = [
        fact
        for _, case, _ in found
        for reply in case.replies
        if reply.kind in _ACKNOWLEDGED and (fact := (case.token, f"new:{reply.message}")) not in said
    ]
    fresh = [topic for topic in topics if not said.issuperset(topic.facts)]
    heard = Counter(topic.section for topic in topics if said.issuperset(topic.facts))
    return News(
        _digest(ws, fresh, heard, len(acks)),
        (*chain.from_iterable(topic.facts for topic in fresh), *acks),
    )


def _digest(ws: Workspace, fresh: list[Topic], heard: Counter[str], acks: int) -> Digest | None:
    """The digest. Acknowledgements alone are nothing to write about."""
    if not fresh:
        return None
    remarks = []
    if acks:
        remarks.append(f"{acks} {'acknowledgement has' if acks == 1 else 'acknowledgements have'} come.")
    if still := [f"{heard[name]} {_SECTIONS[name][1]}" for name in ("late", "waiting") if heard[name]]:
        remarks.append(f"Still open, as said before: {', '.join(still)}.")
    remarks.append("`foimail report` shows every body, `foimail show` with a token or code one case.")
    return Digest(ws.campaign.title, ws.today, list(_sections(fresh)), remarks)


def _sections(topics: Iterable[Topic]) -> Iterator[Section]:
    sorted_: dict[str, list[Item]] = {name: [] for name in _SECTIONS}
    for topic in topics:
        sorted_[topic.section].append(topic.item)
    for name, items in sorted_.items():
        if items:
            heading, short, more = _SECTIONS[name]
            yield Section(heading, short, items, more)


def _of_case(ws: Workspace, body: Body, case: Case, where: Position, within: int) -> Iterator[Topic]:
    """What is late, waits or falls due soon in a case; nothing of one that is put off."""
    if where.snoozed_until is not None:
        return
    token = case.token
    for step in where.steps:
        if step.route in _WAITING:
            facts = ((token, f"waiting:{step.route}:{_since(case, step)}"),)
            yield Topic("waiting", Item(body.name, token, f"{step.what} {step.why}"), facts)
    if where.stage in _LATE:
        step = next((s for s in where.steps if s.route not in _WAITING), where.step)
        late = (token, f"late:{where.stage}:{where.due}")
        # once a chaser has gone, the next thing to say is that the step after it has opened
        opened = ((token, f"open:{step.route}:{step.on_or_after}"),) if step.is_open(ws.today) else ()
        yield Topic("late", Item(body.name, token, f"{step.what} {step.why}"), (late, *opened))
    soon = standing.calendar_of(ws, case).after(ws.today, within)
    for day in deadlines.days(where):
        reasons = []
        if ws.today <= day.on <= soon:
            reasons.append((token, f"due:{day.what}:{day.on}"))
        if day.warn_on is not None and day.warn_on <= ws.today <= day.on:
            reasons.append((token, f"warned:{day.what}:{day.on}"))
        if reasons:
            text = f"{day.title}: {in_words(day.on)}."
            yield Topic("due", Item(body.name, token, text), tuple(reasons))


def _since(case: Case, step: Step) -> object:
    """What tells one time of waiting at a step from the next."""
    match step.route:
        case "clarification":
            return case.asked_on
        case "identity":
            return case.identity_asked_on
        case "fees":
            return step.by
        case "fetch":
            return f"{sum('behind' in reply.facts for reply in case.replies)}:{step.by}"
        case "address" if case.other_address:
            return case.other_address
        case _:
            return f"{len(case.sendings)}:{case.began}"


def _of_silence(one: Standing) -> Iterator[Topic]:
    if one.case is not None and one.silence is not None:
        (sentence,) = standing.perhaps_unread([one])
        text = sentence.removeprefix(f"{one.body.name}: ")
        item = Item(one.body.name, one.case.token, text[:1].upper() + text[1:])
        yield Topic("waiting", item, ((one.case.token, f"silent:{one.silence.to}"),))


def _of_draft(draft: Draft, name: str) -> Topic:
    text = f"A draft ({draft.letter}) waits for your yes: foimail drafts show {draft.id}."
    return Topic("waiting", Item(name, draft.token, text), ((draft.token, f"draft:{draft.id}"),))


def _of_message(row: Row, tokens: list[str], names: dict[str, str]) -> Topic:
    who = next((names[token] for token in tokens if token in names), row.sender or "Unknown sender")
    text = f"A message waits to be confirmed (foimail inbox show {row.id}): {row.subject or 'no subject'}"
    return Topic("waiting", Item(who, ", ".join(tokens), text), (("", f"message:{row.sha256}"),))


def _of_quarantine(row: Row, spell: Spell, tokens: list[str], names: dict[str, str]) -> Topic:
    """No word of the mail goes into a digest, which travels by mail itself."""
    who = next((names[token] for token in tokens if token in names), "A message of no case")
    said = quarantine_words(row.id, spell)
    text = f"{said[:1].upper()}{said[1:]} (foimail quarantine)."
    return Topic("waiting", Item(who, ", ".join(tokens), text), (("", f"quarantine:{row.sha256}"),))


def _of_replies(body: Body, case: Case, asked: Container[str]) -> Iterator[Topic]:
    """Replies that a rule filed and that are said nowhere else: what a person filed is no news."""
    for reply in case.replies:
        elsewhere = reply.kind in _ACKNOWLEDGED or reply.kind in _OPENS_A_STEP or reply.message in asked
        if reply.automatic and not elsewhere:
            text = f"On {in_words(reply.on)} came {what_it_is(reply)}: {reply.subject}"
            yield Topic("new", Item(body.name, case.token, text), ((case.token, f"new:{reply.message}"),))
