"""One case for reading: where it stands, every date with its count, and what happened."""

from __future__ import annotations

from typing import TYPE_CHECKING

from foimail.events import (
    Answered,
    Closed,
    Event,
    Misfiled,
    Noted,
    NotSent,
    Opened,
    Paid,
    Queued,
    Received,
    Refused,
    Reopened,
    Sent,
    Snoozed,
    Told,
    Unknown,
    Wrote,
)
from foimail.output.tables import plain
from foimail.workflows import standing

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from foimail.law.breaches import Breach
    from foimail.law.clocks import Clock
    from foimail.law.position import Position
    from foimail.law.routes import Step
    from foimail.store.cases import Entry
    from foimail.workspace import Workspace


_KNOWN_BY = {
    "mailbox": "its copy was seen in your mailbox",
    "person": "as you said",
    "import": "taken over from a file",
}


def shown(ws: Workspace, name: str, *, working: bool = False) -> Iterator[str]:
    """A case in lines, each harmless to a terminal: stage, dates, steps, what is wrong, what happened, how days were counted.

    The case is named by its token or its body's code. With `working` the count of every clock is given, else only that of the
    answer.
    """
    case, log = standing.one(ws, name)
    where = standing.position_of(ws, case)
    yield f"{case.token}  {plain(standing.body_of(ws, case).name)}"
    yield f"Stage: {where.stage.replace('_', ' ')}{' (to be confirmed)' if where.to_confirm else ''}"
    yield from _dates(where)
    for place, step in enumerate(where.steps):
        yield plain(f"{'Then, or instead' if place else 'Next'}: {step.what} {step.why}{_days(step)}")
    yield from _listed("What to know:", where.remarks)
    yield from _listed("What they have not kept:", (_breach(breach) for breach in where.breaches))
    yield from _listed("What happened:", (_line(ws, entry) for entry in log))
    if working and where.clocks:
        for clock in where.clocks:
            note = (f"Note: {clock.note}",) if clock.note else ()
            yield from _listed(f"{_capital(clock.title)}:", (*clock.working, *note))
    else:
        yield from _listed("How the dates were counted:", where.working or ("No clock runs.",))


def _dates(where: Position) -> Iterator[str]:
    if where.due:
        left = where.days_left or 0
        days = "working day" if abs(left) == 1 else "working days"
        late = f"{-left} {days} late" if left < 0 else f"{left} {days} left"
        yield f"Due: {where.due} ({late}; {where.citation}, {where.basis}; holiday table {where.calendar})"
    yield from (_date(clock) for clock in where.clocks if clock.name != "response")
    if where.snoozed_until:
        yield f"Put off until {where.snoozed_until}."


def _date(clock: Clock) -> str:
    unseen = "" if clock.checked else ", its words not checked"
    return f"{_capital(clock.title)}: {clock.due} ({clock.citation}, {clock.basis}{unseen})"


def _capital(sentence: str) -> str:
    return sentence[0].upper() + sentence[1:]


def _listed(title: str, lines: Iterable[str]) -> Iterator[str]:
    found = list(lines)
    if found:
        yield from ("", title, *(f"  {plain(line)}" for line in found))


def _days(step: Step) -> str:
    first = f"from {step.on_or_after}" if step.on_or_after else ""
    last = f"by {step.by}" if step.by else ""
    return f" ({', '.join(filter(None, (first, last)))})" if first or last else ""


def _breach(breach: Breach) -> str:
    doubt = "" if breach.checked else " (The words of this rule have not been checked: ask, do not assert.)"
    guess = " (A rule read it so: confirm it first.)" if breach.to_confirm else ""
    return f"{breach.citation}, {breach.basis}: they have to {breach.what}. {breach.evidence}{doubt}{guess}"


def _line(ws: Workspace, entry: Entry) -> str:
    return f"{entry.event.on}  {told_of(ws, entry)}"


def told_of(ws: Workspace, entry: Entry) -> str:
    """A line of the log in words, with the person who decided it."""
    # who asks knows that it was they; Answered says it anyway
    others = entry.who and entry.who != ws.settings.requester.name and not isinstance(entry.event, Answered)
    return f"{told(entry.event)}{f' [{entry.who}]' if others else ''}"


def told(event: Event) -> str:
    """One event in words, with the names and answers that a time line shows; a stranger's text is in it as it came."""
    match event:
        case Queued() | Sent() | Refused() | Unknown() | NotSent() | Wrote():
            return _letter(event)
        case Opened(regime=regime):
            return f"the case was opened under {regime.upper()}"
        case Received(reply=kind, sender=sender, subject=subject, matched_by=how, by=by):
            return f"{kind} from {sender}: {subject} (filed by {by}, {how})"
        case Misfiled():
            return "a message was taken out of this case"
        case Told(facts=facts, by=by):
            said = "; ".join(f"{key.replace('_', ' ')}: {_value(value)}" for key, value in facts.items())
            return f"a message says, as read by a {by}: {said}"
        case Answered(part=part, answer=answer, who=who):
            said = str(answer["outcome"]).replace("_", " ") if answer else "no answer to it"
            return f"part {part}, as {who} said: {said}"
        case _:
            return _word(event)


def _letter(event: Queued | Sent | Refused | Unknown | NotSent | Wrote) -> str:
    match event:
        case Queued(letter=letter, to=to):
            return f"{letter} to {to} put into the outbox"
        case Sent(letter=letter, to=to, by=by, answer=answer, evidence=evidence):
            how = f"the server said: {answer}" if answer else _KNOWN_BY.get(evidence, evidence)
            return f"{letter} sent to {to or 'the body'} by {by} ({how})"
        case Refused(to=to, answer=answer):
            return f"refused by the server of {to}: {answer}"
        case Unknown(to=to, reason=reason):
            return f"perhaps sent to {to}, unknown: {reason}"
        case NotSent(to=to):
            return f"not sent to {to} after all"
        case Wrote(to=to, subject=subject):
            return f"you wrote to {to} by hand: {subject}"


def _word(event: Event) -> str:
    """What the user said of the case as a whole."""
    match event:
        case Paid():
            return "their fee was paid"
        case Snoozed(until=until):
            return f"put off until {until}"
        case Closed(because=because):
            return f"closed by you: {because}"
        case Reopened():
            return "taken up again by you"
        case Noted(text=text):
            return f"your note: {text}"
        case _:
            return event.kind


def _value(value: object) -> str:
    match value:
        case bool():
            return "yes" if value else "no"
        case list():
            return ", ".join(map(str, value)) or "none"
        case dict():
            return "; ".join(f"{key} {words!r}" for key, words in value.items())
        case _:
            return str(value)
