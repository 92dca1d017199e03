#!/usr/bin/env python3
"""Write the table of stages and routes in law.md afresh, from the program: a case of each stage, law by law, looked at on a day.

The table stands between `<!-- routes -->` and `<!-- /routes -->`; a test compares it with what this script would write.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from foimail.case import fold
from foimail.events import Closed, Event, Opened, Queued, Received, Refused, Sent, Told, Unknown
from foimail.files.tables import table
from foimail.law import regimes
from foimail.law.calendar import build, in_words
from foimail.law.position import position

if TYPE_CHECKING:
    from collections.abc import Iterator

    from foimail.law.regimes import Regime
    from foimail.law.routes import Step

PAGE = Path(__file__).parent / "law.md"
BEGIN, END = "<!-- routes -->", "<!-- /routes -->"
TO = "foi@body.example"
SENT = date(2026, 6, 12)
HEADS = ("stage", "what can be done", "letter", "from", "by", "rests on", "closed by")


def sent(on: date, letter: str = "request") -> Sent:
    """A letter that went."""
    return Sent(on, f"{letter}@example", TO, letter=letter)


def came(on: date, kind: str, **facts: object) -> list[Event]:
    """A reply, and what a person has read in it."""
    number = f"{kind}-{on}"
    return [
        Received(on, number, kind, TO, "Re", "person", "person", failed=TO if kind == "bounce" else ""),
        Told(on, number, dict(facts), "person"),
    ]


def examples(regime: Regime) -> Iterator[tuple[str, list[Event], date]]:
    """Each stage of a case with what has happened in it, and the day on which it is looked at."""
    request, june = sent(SENT), date(2026, 6, 20)
    silent, late = date(2026, 7, 15), date(2026, 7, 20)
    refusal = came(date(2026, 7, 1), "refusal", sections=[regime.cost_section])
    review = [request, *came(date(2026, 7, 1), "refusal"), sent(date(2026, 7, 6), "review")]
    yield "nothing sent", [], SENT
    yield "in the outbox", [Queued(SENT, "m", TO, "w")], SENT
    yield "refused by their mail server", [Refused(SENT, "m", TO, "550")], SENT
    yield "perhaps sent", [Unknown(SENT, "m", TO, "silence")], SENT
    yield "came back", [request, *came(SENT, "bounce")], SENT
    yield "waiting for an answer", [request], june
    yield "they ask who is asking", [request, *came(june, "identity_request")], june
    notice = came(SENT, "out_of_office", other_address="deputy@body.example")
    yield "an absence notice names another address", [request, *notice], june
    yield "they ask what was meant", [request, *came(june, "clarification")], june
    if regime.find("fee"):
        yield "a fees notice is unpaid", [request, *came(june, "fees_notice")], june
        yield "a fees notice has lapsed", [request, *came(june, "fees_notice")], date(2026, 10, 1)
    if regime.find("extension"):
        further = came(june, "extension_pit", sections=["s.43"])
        yield "further time was taken", [request, *further], silent
    yield "no answer in time", [request], silent
    yield "no answer after a chaser", [request, sent(silent, "chaser")], late
    yield "an answer a rule has read", [request, Received(june, "a", "partial", TO, "Re", "token")], june
    yield (
        "an answer behind a link",
        [request, *came(june, "other", behind="link", behind_until="2026-07-03")],
        june,
    )
    yield "a complete answer", [request, *came(june, "full_disclosure")], june
    yield "refused by cost", [request, *refusal], late
    yield "refused without a section", [request, *came(june, "refusal", sections=[])], late
    yield "a review runs", review, late
    yield "a review is late", review, date(2026, 8, 20)
    outcome = came(date(2026, 7, 20), "internal_review_outcome")
    yield "the outcome of a review", [*review, *outcome], late
    complained = [request, sent(date(2026, 8, 3), "complaint")]
    yield "the regulator has it", complained, date(2026, 8, 20)
    decided = [*complained, *came(date(2026, 10, 1), "decision_notice")]
    yield "the regulator has decided", decided, date(2026, 10, 2)
    yield "closed by you", [request, Closed(june, "withdrawn")], june


def rows(regime: Regime) -> Iterator[tuple[str, ...]]:
    """A row per step."""
    calendar = build(regime.holidays, table("proclaimed"))
    for title, events, today in examples(regime):
        case = fold("FOI-ABCDE", [Opened(SENT, "example", "body", regime.key), *events])
        where = position(case, regime, calendar, today)
        for place, step in enumerate(where.steps):
            name = f"{title} (`{where.stage}`)" if place == 0 else ""
            yield (name, *_cells(step))


def _cells(step: Step) -> tuple[str, ...]:
    days = (f"{day.day} {day:%B %Y}" if day else "" for day in (step.on_or_after, step.by))
    what = step.what.partition(": http")[0].rstrip(".")
    rests_on = f"{step.citation} ({step.basis})" if step.citation and step.basis else step.citation
    return (f"{what} (`{step.route}`)", step.letter, *days, rests_on, step.closes)


def tables() -> str:
    """The tables of all laws."""
    head = (
        f"What can be done at each stage, for a request that was received on {in_words(SENT)}. The program itself computes "
        "steps and dates. *From* and *by* are the first and the last day of a step; where they are empty, any day will do."
    )
    found = [head]
    for regime in regimes.read(table("regimes"), table("exemptions")).regimes:
        lines = [HEADS, tuple("---" for _ in HEADS), *rows(regime)]
        found.append(f"### {regime.act}")
        found.append("\n".join("| " + " | ".join(line) + " |" for line in lines))
    return "\n\n".join(found)


def page() -> str:
    """The page with its tables written afresh."""
    text = PAGE.read_text(encoding="utf-8")
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not (begin and end):
        before, after = f"{text.rstrip()}\n\n## Stages and routes\n\n", "\n"
    return f"{before}{BEGIN}\n\n{tables()}\n\n{END}{after}"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
