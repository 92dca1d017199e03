"""The letters of a case, one after the other, to one answer a part: later ones supersede or add, and the history stays.

Only an answer takes the place of an answer: a later "unanswered", refusal or "not held" never undoes figures that were given.
Nothing that a rule reads takes the place of what a person has confirmed.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from foimail.dataset.answers import ANSWERS, Given, Letter, PartAnswer, Value
from foimail.model import FINAL_KINDS
from foimail.replies.reading import answer_from_json

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from foimail.model import Decision, Part

_COUNTED_BY = (
    ("quarter", re.compile(r"\d{4}-Q\d")),
    ("financial year", re.compile(r"\d{4}/\d\d")),
    ("calendar year", re.compile(r"\d{4}")),
)


def combine(
    letters: Iterable[Letter], decisions: Sequence[Decision], parts: Sequence[Part]
) -> tuple[PartAnswer, ...]:
    """Where each part of one case stands.

    Args:
        letters: The replies of the case.
        decisions: What a person has said, in the order of saying; what concerns other messages counts for nothing.
        parts: The questions of the campaign, in order.
    """
    known = sorted(letters, key=lambda letter: letter.on)
    return tuple(
        _part(PartAnswer(str(number), part), _given(known, decisions, str(number)))
        for number, part in enumerate(parts, 1)
    )


def _given(letters: Sequence[Letter], decisions: Sequence[Decision], part: str) -> list[Given]:
    """What each letter gives on a part, a person's word in the place of the rules', oldest first."""
    said = {decision.message: decision for decision in decisions if decision.part == part}
    found: list[Given] = []
    for letter in letters:
        if letter.sha256 in said:
            found += _as_said(letter, said[letter.sha256])
        elif letter.kind in FINAL_KINDS:
            found += [Given(letter, answer) for answer in letter.answers if answer.part == part]
    otherwise: list[Given] = []
    for decision in decisions:
        if (decision.part, decision.message) == (part, ""):
            came = Letter(0, "", decision.on, decision.on.isoformat(), "other")
            otherwise = [*otherwise, *_as_said(came, decision)] if decision.answer else []
    return sorted([*found, *otherwise], key=lambda given: given.letter.on)


def _as_said(letter: Letter, decision: Decision) -> list[Given]:
    if decision.answer is None:
        return []
    answer = answer_from_json(decision.answer)
    return [Given(letter, answer, decision.who, decision.on, decision.whole, decision.source)]


def _part(empty: PartAnswer, given: Iterable[Given]) -> PartAnswer:
    found = empty
    for one in given:
        found = _follow(found, one)
    return replace(found, values=tuple(sorted(found.values, key=lambda value: value.key)))


def _follow(found: PartAnswer, given: Given) -> PartAnswer:
    """What stands once this has come too."""
    here = tuple(Value(figure, given) for figure in given.answer.figures)
    fresh = replace(found, outcome=given.answer.outcome, standing=(given,), values=here)
    before = found.last
    if before is None:
        return fresh
    gives, gave = given.answer.outcome in ANSWERS, found.outcome in ANSWERS
    if given.whole or (not gave and (gives or given.confirmed or not before.confirmed)):
        if given.answer.outcome == "unanswered" and not given.confirmed:
            return found
        return replace(fresh, earlier=(*found.earlier, *found.standing))
    if not gives:
        # it cannot undo what was given; where it says more than nothing, a person should know of it
        silent = given.confirmed or given.answer.outcome in {"unanswered", found.outcome}
        return found if silent else replace(found, waiting=(*found.waiting, given))
    return _joined(found, given, here)


def _joined(found: PartAnswer, given: Given, here: tuple[Value, ...]) -> PartAnswer:
    """An answer after an answer: it supersedes the figures it repeats and adds the others."""
    guarded = {value.key for value in found.values if value.given.confirmed and not given.confirmed}
    known = {value.key: value for value in found.values}
    differs = [v for v in here if v.key in guarded and v.figure.amount != known[v.key].figure.amount]
    other_years = bool(known and here) and counted_by(found.values) != counted_by(here)
    if differs or (other_years and guarded):
        return replace(found, waiting=(*found.waiting, given))
    if other_years:
        return replace(
            found,
            outcome=given.answer.outcome,
            standing=(given,),
            values=here,
            earlier=(*found.earlier, *found.standing),
        )
    merged = known | {v.key: v for v in here if v.key not in guarded}
    using = [one for one in found.standing if not found.values or _used(one, merged.values())]
    gone = tuple(one for one in found.standing if one not in using)
    whole = "answered" in {found.outcome, given.answer.outcome}
    return replace(
        found,
        outcome="answered" if whole else "partial",
        standing=(*using, given),
        values=tuple(merged.values()),
        earlier=(*found.earlier, *gone),
    )


def _used(given: Given, values: Iterable[Value]) -> bool:
    return any(value.given is given for value in values)


def counted_by(values: Iterable[Value]) -> str:
    """By which years a series counts: figures by calendar and by financial years can neither be joined nor compared."""
    for name, form in _COUNTED_BY:
        if any(form.fullmatch(value.figure.period) for value in values):
            return name
    return ""
