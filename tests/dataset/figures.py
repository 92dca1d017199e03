"""Answers for the tests of the figures of the whole, told in a few words."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from foimail.dataset.answers import Given, Letter, PartAnswer, Value
from foimail.model import Part
from foimail.replies.reading import Answer, Figure

if TYPE_CHECKING:
    from collections.abc import Mapping

YEARLY = Part("referrals", "How many referrals?", "count_by_year", (2019, 2024))
ONCE = Part("trained", "How many staff are trained?", "count")
PROSE = Part("arrangements", "What are your arrangements?", "text")
_DAY = date(2026, 6, 20)


def figure(name: str, value: object, unit: str = "count") -> Figure:
    """`2019`, `total` or `@under 16` (a category), `2019@police` (both); a number, (lower, upper), or None for a withheld one."""
    period, _, category = name.partition("@")
    if value is None:
        return Figure(period, category, withheld=True, unit=unit, confidence=0.9)
    if isinstance(value, tuple):
        return Figure(period, category, lower=value[0], upper=value[1], unit=unit, confidence=0.9)
    assert isinstance(value, int | float)
    return Figure(period, category, value=float(value), unit=unit, confidence=0.9)


def answer(
    figures: Mapping[str, object] | None = None,
    outcome: str = "answered",
    part: Part = YEARLY,
    *,
    sections: tuple[str, ...] = (),
    confirmed: bool = False,
    sure: float = 0.9,
    unit: str = "count",
) -> PartAnswer:
    """What a body's one letter answers on a part."""
    read = tuple(figure(name, value, unit) for name, value in (figures or {}).items())
    said: dict[str, Any] = {"who": "Rowan", "said_on": _DAY} if confirmed else {}
    given = Given(
        Letter(1, "hash", _DAY, _DAY.isoformat(), "full_disclosure"),
        Answer("1", outcome, sections=sections, figures=read, confidence=sure),
        **said,
    )
    return PartAnswer("1", part, outcome, (given,), tuple(Value(one, given) for one in read))
