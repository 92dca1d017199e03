"""Answers made in a few words, for the tests of the dataset."""

from __future__ import annotations

from datetime import date
from typing import Any

from foimail.dataset.answers import Given, Letter, PartAnswer, Value
from foimail.dataset.long import Asked
from foimail.model import Body, Part
from foimail.replies.reading import Answer, Figure

BODY = Body(id="RAA", ods="RAA", name="Ashcombe NHS Trust", nation="England", type="acute")
COUNTS = Part("referrals", "How many referrals?", "count_by_year", (2020, 2022))
WORDS = Part("arrangements", "Which arrangements?", "text")
COUNT = Part("trained", "How many were trained?", "count")
LETTER = Letter(7, "ab" * 32, date(2026, 6, 15), "2026-06-14", "full_disclosure")


def figure(period: str = "", value: float | None = None, category: str = "", **more: Any) -> Figure:
    return Figure(period, category, value, **more)


def withheld(period: str = "", category: str = "", **more: Any) -> Figure:
    return Figure(period, category, withheld=True, **more)


def given(outcome: str = "answered", *figures: Figure, who: str = "", **more: Any) -> Given:
    """What a letter gives; with `who`, by that person's word of 20 June."""
    source = more.pop("source", "")
    letter = more.pop("letter", LETTER)
    answer = Answer("1", outcome, figures=figures, **more)
    return Given(letter, answer, who, date(2026, 6, 20) if who else None, source=source)


def part(of: Part, *standing: Given, number: str = "1", waiting: tuple[Given, ...] = ()) -> PartAnswer:
    """Where a part stands once these have been put together."""
    values = tuple(Value(one, by) for by in standing for one in by.answer.figures)
    outcome = standing[-1].answer.outcome if standing else ""
    return PartAnswer(number, of, outcome, standing, values, waiting=waiting)


def asked(*parts: PartAnswer, **more: Any) -> Asked:
    usual: dict[str, Any] = {"body": BODY, "case": "FOI-AAAAAA", "stage": "answered", "reached": True}
    return Asked(parts=parts, **(usual | more))
