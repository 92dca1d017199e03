"""What a letter after the request can say of its case: dates in words, the body's own words, breaches, what to keep.

Built here from the case and its position, so that a template reads only finished words and decides nothing in law.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING

from foimail.errors import Problem
from foimail.law.course import answers_and_outcomes
from foimail.letters.chronology import chronology, sections
from foimail.letters.quotation import Quoted, quotation, without_brackets
from foimail.letters.reasons import in_full, reasons
from foimail.model import FINAL_KINDS

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from foimail.law.breaches import Breach
    from foimail.law.periods import Limit
    from foimail.law.position import Position
    from foimail.law.regimes import Regime
    from foimail.model import Campaign, Case, Part, Reply

LETTERS = (
    *("request", "chaser", "clarification", "identity", "narrowing", "review"),
    *("complaint", "reply", "query", "thanks", "withdrawal"),
    "breach_notice",
)
"""The kinds of letters, each made from the template of its name."""

NEED_TEXT = frozenset(
    {"clarification", "reply", "query", "breach_notice"}
)  # they are nothing without the user's own words
LONGEST_TEXT = 20_000  # characters of the user's own words

# Not strftime: its month names follow the machine's language.
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_ADDRESS = re.compile(r"[^\s@<>()\[\],;:\"\\]+@[^\s@<>()\[\],;:\"\\]+\.[^\s@<>()\[\],;:\"\\.]+")
_LONGEST_REFERENCE = 40


@dataclass(frozen=True, slots=True)
class Said:
    """A message of the body's: the day it came, its words where they are known, the grounds it names, a day it gives."""

    on: str
    words: str = ""
    sections: str = ""
    until: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the chronology, the date in words."""

    on: str
    what: str


@dataclass(frozen=True, slots=True)
class Facts:
    """What a letter after the request says of its case: the word `case` of a template. Empty where it is not known.

    Dates are in words. What strangers wrote is `Quoted`. `subject` is that of the request as it went, with its token.
    `due` is the last day for the answer and `due_is_law` whether a statute whose words were checked sets it, and nothing
    puts in doubt that it has passed; `days_late` are calendar days. `breaches` may be asserted; of `expectations` (code,
    guidance) a letter says what is expected; of `doubts` it asks. `in_time_to` is the last day to ask for a review while it
    has not passed. `keep` are the parts of a narrower request, `figures` passages of an answer that are asked about.
    `review_address` is where the body wants requests for review.
    """

    subject: str = ""
    their_reference: str = ""
    sent_on: str = ""
    received_on: str = ""
    due: str = ""
    due_is_law: bool = False
    days_late: int = 0
    chased_on: str = ""
    answer: Said | None = None
    question: Said | None = None
    identity: Said | None = None
    refusal: Said | None = None
    promise: Said | None = None
    review_asked_on: str = ""
    review_due: str = ""
    review_outcome: Said | None = None
    review_address: str = ""
    in_time_to: str = ""
    breaches: tuple[Breach, ...] = ()
    expectations: tuple[Breach, ...] = ()
    doubts: tuple[Breach, ...] = ()
    working: tuple[str, ...] = ()
    chronology: tuple[Entry, ...] = ()
    keep: tuple[Part, ...] = ()
    figures: tuple[str, ...] = ()


def facts(
    case: Case,
    position: Position,
    campaign: Campaign,
    regime: Regime,
    today: date,
    *,
    subject: str = "",
    keep: Collection[str] = (),
    figures: Sequence[str] = (),
) -> Facts:
    """What a letter of today can say of a case.

    Args:
        case: Its facts, folded from its events.
        position: Where it stands on `today`, in law.
        campaign: What was asked.
        regime: The law that binds the body.
        today: The date of the letter, in the London calendar.
        subject: That of the request as it went; where it is empty, the letter takes the campaign's.
        keep: The keys of the parts that a narrower request keeps.
        figures: Passages of an answer, in the body's words, that are asked about.
    """
    answers, outcomes = answers_and_outcomes(case)
    answer = _last(answers)
    review = position.clock("review_late") or position.clock("review")
    window = position.clock("review_request")
    why = reasons(position.breaches, campaign, answer)
    return Facts(
        subject=quotation(subject),
        their_reference=_reference(case),
        sent_on=_day(_written(case, "narrowing") or case.first_sent_on),
        received_on=_day(case.received_on),
        due=_day(position.due),
        due_is_law=any(
            clock.due == position.due and clock.basis == "statute" and clock.checked
            for clock in position.clocks
        )
        and all(one.may_be_asserted for one in position.breaches if one.name == "late"),
        days_late=position.days_late,
        chased_on=_day(_written(case, "chaser")),
        answer=_said(answer, regime),
        question=_said(_last(case.current, {"clarification"}), regime, "question"),
        identity=_said(_last(case.current, {"identity_request"}), regime, "question"),
        refusal=_said(_last(answers, {"refusal", "partial"}), regime, "sections"),
        promise=_said(_last(case.current, {"extension_pit", "holding_delay"}), regime, "until"),
        review_asked_on=_day(_written(case, "review")),
        review_due=_day(review.due if review else None),
        review_outcome=_said(_last(outcomes), regime),
        review_address=_review_address(case),
        in_time_to=_day(window.due) if window and today <= window.due else "",
        breaches=why.breaches,
        expectations=why.expectations,
        doubts=why.doubts,
        working=position.working,
        chronology=tuple(Entry(in_words(one.on), one.what) for one in chronology(case, regime)),
        keep=tuple(part for part in campaign.parts if part.key in keep),
        figures=tuple(quotation(figure) for figure in figures),
    )


def wanting(kind: str, case: Facts | None, regime: Regime, text: str) -> Iterator[Problem]:
    """What a letter of this kind cannot be written without, and a letter that would say what is not so.

    Args:
        kind: One of `LETTERS`, or a campaign's own.
        case: What is known of the case; None for a letter that says nothing of it.
        regime: The law that binds the body.
        text: The user's own words.
    """
    place = f"the {kind} letter"
    if kind in NEED_TEXT and not text.strip():
        yield Problem(place, "it needs your own words", "write what the letter shall say")
    if len(text) > LONGEST_TEXT:
        yield Problem(
            place, f"your own words have more than {LONGEST_TEXT:,} characters", "send a file instead"
        )
    if case is None:
        return
    if kind == "chaser" and not case.days_late:
        late = f"the last day is {case.due}" if case.due else "no last day is known"
        yield Problem(place, f"the answer is not late: {late}", "a chaser goes the day after the last day")
    if kind == "narrowing" and not case.keep:
        yield Problem(place, "it keeps no part of the request", "name the parts to keep by their keys")
    if kind == "complaint" and regime.review_before_regulator_on_silence and not case.review_asked_on:
        yield Problem(
            place, "no review has been asked for", f"{regime.short} wants a {regime.review_title} first"
        )
    if kind in {"review", "complaint"} and not (
        case.breaches or case.expectations or case.doubts or text.strip()
    ):
        yield Problem(place, "it gives no reason", "say in your own words what was wrong with the answer")


@lru_cache(maxsize=8)
def limits(regime: Regime) -> tuple[dict[str, Limit], dict[str, Limit]]:
    """The limits of a law that a letter may state, and those of code or guidance of which it may say that they are expected.

    One whose words were not seen is in neither: no template can assert it.
    """
    checked = {
        name: replace(limit, citation=in_full(limit.citation))
        for name, limit in regime.limits
        if limit.checked
    }
    law = {name: limit for name, limit in checked.items() if limit.basis == "statute"}
    return law, {name: limit for name, limit in checked.items() if limit.basis in {"code", "guidance"}}


def in_words(day: date) -> str:
    """A date as a letter gives it: `12 June 2026`."""
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def _day(day: date | None) -> str:
    return in_words(day) if day else ""


def _written(case: Case, letter: str) -> date | None:
    """The last day on which such a letter went."""
    days = (one.on for one in case.sendings if one.state == "sent" and one.letter == letter)
    return max(days, default=None)


def _last(replies: Iterable[Reply], kinds: Collection[str] = FINAL_KINDS) -> Reply | None:
    """The last of these replies that is of these kinds; one that a person confirmed goes before a rule's."""
    found = [reply for reply in replies if reply.kind in kinds]
    return max(found, key=lambda reply: (not reply.automatic, reply.on), default=None)


def _said(reply: Reply | None, regime: Regime, fact: str = "") -> Said | None:
    """A reply in words; of the fact named, the letter's own words, where they were kept."""
    if reply is None:
        return None
    quotes = reply.facts.get("quotes") or {}
    words = quotes.get(fact) or (reply.facts.get(fact) if fact == "question" else "") or ""
    until = str(reply.facts.get("until") or "")
    return Said(in_words(reply.on), quotation(str(words)), sections(reply, regime), _iso(until))


def _iso(text: str) -> str:
    """An ISO date in words; whatever else they called it stays theirs."""
    try:
        return in_words(date.fromisoformat(text))
    except ValueError:
        return quotation(text)


def _fact(case: Case, name: str) -> str:
    """The last that the body said of this; a person's reading goes before a rule's."""
    told = [reply for reply in case.replies if reply.facts.get(name)]
    last = max(told, key=lambda reply: (name in reply.confirmed, reply.on), default=None)
    return str(last.facts[name]) if last else ""


def _reference(case: Case) -> Quoted:
    """Their reference, fit for a subject and on one line; a long one is no reference."""
    found = without_brackets(quotation(_fact(case, "reference")))
    return Quoted(found if len(found) <= _LONGEST_REFERENCE and found != case.token else "")


def _review_address(case: Case) -> str:
    """The address that the body named for reviews, where it is one."""
    found = _fact(case, "review_address").strip()
    return found if _ADDRESS.fullmatch(found) else ""
