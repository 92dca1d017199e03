"""What a letter's words on one part come to: answered, partial, not held, refused, redirected or unanswered."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from foimail.replies import figures as numbers
from foimail.replies import starred
from foimail.replies.plain import pattern, small

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from foimail.model import Part
    from foimail.replies.marks import Topics
    from foimail.replies.parts import Said, Spot
    from foimail.replies.reading import Figure


@dataclass(frozen=True, slots=True)
class Cues:
    """The compiled phrases for outcomes (tables/phrases.toml); they are searched in small letters."""

    not_held: re.Pattern[str]
    refused: re.Pattern[str]
    redirected: re.Pattern[str]
    later: re.Pattern[str]
    earlier_only: re.Pattern[str]
    same_as: re.Pattern[str]
    narrowed: re.Pattern[str]
    wider: re.Pattern[str]
    notation: re.Pattern[str]
    uncounted: re.Pattern[str]
    whole: re.Pattern[str]


def cues(table: Mapping[str, Any]) -> Cues:
    """Compile them."""

    def one(name: str) -> re.Pattern[str]:
        value = table[name]
        return pattern(*value) if isinstance(value, list) else pattern(value)

    return Cues(
        *(
            one(name)
            for name in (
                "not_held",
                "refused",
                "redirected",
                "later",
                "earlier_only",
                "same_as",
                "narrowed",
                "wider",
                "notation",
                "uncounted",
                "whole",
            )
        )
    )


_HYPOTHETICAL = re.compile(
    r"^\W*(?:if|should|where|were)\b|\b(?:if|whether|unless|minded to)\b", re.IGNORECASE
)
_CONDITIONAL = re.compile(
    r"\b(?:may|might|could|should|if|where|whether|unless|were (?:you|we|it)|would (?:only|not be|"
    r"you)|in case|in the event|can be|sometimes|some cases|some applications|no longer|not been|"
    r"ought not|wrongly|set aside|in error|withdrawn|abandoned|rescinded|"
    r"used to|no (?:proper |good |real )?(?:basis|grounds?|reason)|otherwise|would have to|.d have to|"
    r"(?:was|were) (?:strictly )?entitled to|won.t be used|not be used|has not been|have not|not considered|rather than)\b",
    re.IGNORECASE,
)
_CAN = re.compile(
    r"\bwould (?:exceed|take|cost|require|need|be likely|have to|enable|tell|go|mean|identify|show)\b",
    re.IGNORECASE,
)


_END = re.compile(r"[.;]\s")  # of a sentence


@lru_cache(maxsize=1024)  # a sentence is asked again for each part
def decided(text: str, cue: re.Pattern[str], *, advice: bool = False) -> str:
    """The words of a cue that stands in a sentence that decides, not in one that says what may be.

    `advice`: a sentence that says where one should turn decides too.
    """
    for found in cue.finditer(small(text)):
        words = text[found.start() : found.end()]
        sentence = _END.split(text[: found.start()])[-1] + words
        tail = _END.split(text[found.end() :], maxsplit=1)[0]
        if _HYPOTHETICAL.search(sentence) or _DROPPED.search(tail):
            continue
        if advice and _MORE.search(sentence):
            continue
        if advice or not _CONDITIONAL.search(sentence) or _CAN.search(sentence):
            return words
    return ""


_MORE = re.compile(
    r"\b(?:more|further) (?:information|details?|about|on)\b|\b(?:read|find|learn) (?:out )?more\b",
    re.IGNORECASE,
)  # beside what is told
_DROPPED = re.compile(
    r"^[^.;]{0,60}\b(?:won.t be used|not been (?:applied|relied)|has not been|is withdrawn|"
    r"was withdrawn|therefore withdrawn|abandoned|no longer|in error|wrongly|not relied|set aside|"
    r"rescinded|ought not)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Verdict:
    """The outcome of a part, the words that decided it, and how sure that is."""

    outcome: str
    quote: str
    spot: Spot | None
    confidence: float
    figures: tuple[tuple[Spot, Figure], ...] = ()
    named: bool = False  # the letter names the part, by number or heading
    form: bool = False  # read from our form, filled in
    sections: tuple[str, ...] = ()  # relied on for this part, where that is known


_ELSEWHERE = re.compile(
    r"\bs(?:ection|ec)?\.?\s?(?:21|25)\b|\b(?:otherwise|reasonably) accessible\b", re.IGNORECASE
)  # FOIA s.21, FOISA s.25
_LEAST_NARRATIVE = 5  # words
_LEAST_STORY = 8  # words
_WITNESSES = 2  # different words of a part, where no number says that a story is about it


def verdict(part: Part, number: int, said: Said, cue: Cues, topics: Topics, year: int = 0) -> Verdict:
    """What the letter's words on one part come to. `unanswered` where they come to nothing; `year` is the letter's."""
    found = _verdict(part, number, said, cue, topics, year)
    # a numbered answer in which no word of the question comes back may answer another question
    stray = (
        said.named
        and found.outcome in {"answered", "partial"}
        and found.spot is not None
        and len(found.spot.text.split()) > _LEAST_NARRATIVE
    )
    if stray and not any(topics.words(number, spot.unit.text) for spot in said.spots):
        found = replace(found, confidence=min(found.confidence, 0.55))
    return replace(found, named=said.named)


def _verdict(part: Part, number: int, said: Said, cue: Cues, topics: Topics, year: int) -> Verdict:
    spots = [spot for spot in said.spots if spot.text.strip()]
    values = list(said.figures)
    for spot in spots:
        if not any(spot is known for known, _ in said.figures):
            values += [
                (spot, figure) for figure in _figures(part, spot, Of(number, said.named, topics, year, cue))
            ]
    values = [(spot, starred.read(figure, said.key)) for spot, figure in values]
    denied = _first(spots, cue.not_held, cue)
    refused = _first(spots, cue.refused, cue)
    sent_on = _first(spots, cue.redirected, cue)
    if refused and elsewhere(refused[0].text) and sent_on:
        refused = None
    put_off = _first(spots, cue.later, cue)
    if refused and _only_why(values, refused):
        values = []
    if part.answer == "text":
        return _narrative(spots, cue, topics, number, denied, refused, sent_on, put_off, named=said.named)
    narrowed = said.narrowed or said.gaps or any(_left_out(spot.text, cue) for spot in spots)
    return _counted(
        part, spots, values, denied, refused, sent_on, put_off, narrowed=narrowed, named=said.named
    )


def _left_out(text: str, cue: Cues) -> bool:
    """Whether years were left out: by agreement, or because what is known of earlier ones was not counted."""
    low = small(text)
    return bool(cue.narrowed.search(low) or (cue.uncounted.search(low) and cue.earlier_only.search(low)))


def _figures(part: Part, spot: Spot, of: Of) -> Iterator[Figure]:
    named = of.named
    if not numbers.tokens(spot.text):
        return
    low = small(spot.text)
    if of.cue.wider.search(low) or (
        of.cue.notation.search(low) and not any(t.period for t in numbers.tokens(spot.text))
    ):
        return
    if part.answer == "count_by_year":
        yield from _beside(spot.text, of) or numbers.pairs(spot.text, of.year)
        return
    lone = numbers.lone_values(spot.text)
    dated = list(lone)
    counts = [figure for figure in dated if figure.unit == "count" and not figure.withheld]
    if (each := numbers.labelled(spot.text)) and not _CORRECTED.search(spot.text):
        yield from each
    elif counts:
        best = _best(spot.text, counts)
        if named or _counts_people(spot.text, best):
            yield best
    else:
        yield from [figure for figure in dated if not figure.withheld][:1]


@dataclass(frozen=True, slots=True)
class Of:
    """What is asked of a sentence: figures of this part, which the letter names or not, in a letter of this year."""

    part: int
    named: bool
    topics: Topics
    year: int
    cue: Cues


def _beside(text: str, of: Of) -> list[Figure]:
    """`2024: eight referrals, eight assessments`: one period, and each value followed by what is counted."""
    found = numbers.tokens(text, of.year)
    periods = {t.period for t in found if t.period}
    values = [t for t in found if t.figure is not None]
    if len(periods) != 1 or len(values) < _WITNESSES:
        return []
    mine = [
        t.figure
        for t in values
        if of.topics.words(of.part, text[t.end : t.end + 20].split(",", maxsplit=1)[0]) and t.figure
    ]
    others = [
        t for t in values if of.topics.every(text[t.end : t.end + 20].split(",", maxsplit=1)[0]) - {of.part}
    ]
    return [replace(mine[0], period=next(iter(periods)))] if len(mine) == 1 and others else []


_RATHER = re.compile(
    r"\b(?:so|which makes|making|in all|altogether|should (?:read|be|have been)|"
    r"correct(?:ed)? (?:number|figure|total)(?: is| of)?|is now|ond)\b\W*",
    re.IGNORECASE,
)
_STAFF = re.compile(
    r"\b(?:staff|employees?|people|persons?|nurses|headcount|certificates?|of us|train\w*|members|"
    r"individuals|completed|total|colleagues)\b",
    re.IGNORECASE,
)


def _counts_people(text: str, figure: Figure) -> bool:
    """Whether a number that stands in no numbered answer is one of staff: they are named beside it, or nothing else is said."""
    at = text.find(figure.quote)
    return len(text.split()) <= _LEAST_STORY or bool(
        _STAFF.search(text[max(0, at - 30) : at + len(figure.quote) + 45])
    )


def _best(text: str, counts: Sequence[Figure]) -> Figure:
    """Of several numbers the one that is meant: after `should read`, else the nearest to the people who are counted."""
    if len(counts) == 1:
        return counts[0]
    if rather := list(_RATHER.finditer(text)):
        after = [f for f in counts if text.find(f.quote, rather[-1].end()) >= 0]
        if after:
            return after[0]
    if of := re.search(r"(\d[\d,]*)\s+(?:out )?of\s+(?:the |our )?(\d[\d,]*)", text):
        return next((f for f in counts if f.quote == of[1]), counts[0])
    places = [m.start() for m in _STAFF.finditer(text)]
    if not places:
        return counts[0]
    return min(counts, key=lambda f: (min(abs(text.find(f.quote) - p) for p in places), text.find(f.quote)))


def _first(spots: Sequence[Spot], pattern: re.Pattern[str], cue: Cues) -> tuple[Spot, str] | None:
    for spot in spots:
        words = decided(spot.text, pattern, advice=pattern is cue.redirected)
        if words and not (pattern is cue.not_held and _earlier(spot.text, words, cue)):
            return spot, words
    return None


def _earlier(text: str, words: str, cue: Cues) -> bool:
    """Whether a `not held` is about years before a series begins: what is held stands beside it."""
    sentence = next((s for s in re.split(r"(?<=[.;])\s", text) if words in s), text)
    return bool(cue.earlier_only.search(small(sentence)))


def _narrative(
    spots: Sequence[Spot],
    cue: Cues,
    topics: Topics,
    number: int,
    denied: tuple[Spot, str] | None,
    refused: tuple[Spot, str] | None,
    sent_on: tuple[Spot, str] | None,
    put_off: tuple[Spot, str] | None,
    *,
    named: bool,
) -> Verdict:
    story = [
        s
        for s in spots
        if len(s.text.split()) >= _LEAST_NARRATIVE
        and not any(
            decided(s.text, c, advice=c is cue.redirected)
            for c in (cue.not_held, cue.refused, cue.redirected, cue.later)
        )
    ]
    if not named and len({w.lower() for s in spots for w in topics.words(number, s.text)}) < _WITNESSES:
        story = []
    if refused:
        if story and not _whole_refusal(refused[0], spots):
            return Verdict("partial", refused[1], refused[0], 0.7)
        return Verdict("refused", refused[1], refused[0], 0.85)
    if denied and not story:
        return Verdict("not_held", denied[1], denied[0], 0.8)
    if sent_on and not story and _mostly(sent_on):
        return Verdict("redirected", sent_on[1], sent_on[0], 0.75)
    if put_off and not story:
        return Verdict("unanswered", put_off[1], put_off[0], 0.7)
    told = story or [
        s for s in spots if named and not any((denied, refused, sent_on, put_off)) and s.text.split()
    ]
    if told:
        return Verdict("answered", told[0].text, told[0], 0.8 if len(told[0].text.split()) > 7 else 0.6)  # noqa: PLR2004 - a sentence
    return Verdict("unanswered", "", None, 0.5)


def elsewhere(text: str) -> bool:
    """Whether a sentence rests on the information being accessible elsewhere: no refusal but a pointer."""
    return bool(_ELSEWHERE.search(text))


def _mostly(found: tuple[Spot, str]) -> bool:
    return len(found[0].text.split()) < 60  # noqa: PLR2004 - a long story that names a website on the way


def _whole_refusal(spot: Spot, spots: Sequence[Spot]) -> bool:
    """A reason that follows a refusal is no story: the refusal opens what is said on the part."""
    return spots[0] is spot or not any(len(s.text.split()) > 7 for s in spots[: list(spots).index(spot)])  # noqa: PLR2004


def _counted(
    part: Part,
    spots: Sequence[Spot],
    values: Sequence[tuple[Spot, Figure]],
    denied: tuple[Spot, str] | None,
    refused: tuple[Spot, str] | None,
    sent_on: tuple[Spot, str] | None,
    put_off: tuple[Spot, str] | None,
    *,
    narrowed: bool,
    named: bool,
) -> Verdict:
    by_year = part.answer == "count_by_year"
    counts = [(s, f) for s, f in values if f.unit == "count" and not f.withheld]
    held_back = [(s, f) for s, f in values if f.withheld]
    rates = [(s, f) for s, f in values if f.unit != "count"]
    if by_year and not counts and not held_back:
        rates = [(s, f) for s in spots for f in numbers.lone_values(s.text) if f.unit != "count"]
    if by_year:
        counts, held_back = _in_years(part, counts), _in_years(part, held_back)
        if not counts and not refused and not denied:
            counts = _totals(spots, named=named)
    if counts and not (refused and not by_year and _refused_first(refused[0], counts[0][0], spots)):
        narrowed = narrowed or (by_year and _one_year(counts, put_off))
        return _given(counts, held_back, denied, refused, by_year=by_year, narrowed=narrowed)
    if rates:
        several = rates if all(f.category for _, f in rates) else rates[:1]
        return Verdict("partial", rates[0][0].text, rates[0][0], 0.75, tuple(several))
    if refused:
        return Verdict("refused", refused[1], refused[0], 0.85)
    if denied:
        return Verdict("not_held", denied[1], denied[0], 0.8)
    if sent_on:
        return Verdict("redirected", sent_on[1], sent_on[0], 0.7)
    if put_off:
        return Verdict("unanswered", put_off[1], put_off[0], 0.7)
    return Verdict("unanswered", "", None, 0.5)


def _one_year(counts: Sequence[tuple[Spot, Figure]], put_off: tuple[Spot, str] | None) -> bool:
    """Whether one year is corrected and no other given, or the number of one is put off."""
    corrected = len(counts) == 1 and _CORRECTED.search(counts[0][0].text)
    return bool(corrected or (put_off and any(t.period for t in numbers.tokens(put_off[0].text))))


_CORRECTED = re.compile(r"\bshould (?:have )?(?:read|been?)\b|\bcorrect(?:ed|ion)\b", re.IGNORECASE)


def _only_why(values: Sequence[tuple[Spot, Figure]], refused: tuple[Spot, str]) -> bool:
    """Whether the numbers are but the reason of a refusal: one band for all years, or what the work would come to."""
    if any(_costs(spot.text) for spot, _ in values) and len(values) == 1:
        return True
    return (
        len(values) == 1
        and values[0][1].value is None
        and (".." in values[0][1].period or values[0][1].period in {"", "total"})
        and not _is_band(refused)
    )


def _given(
    counts: Sequence[tuple[Spot, Figure]],
    held_back: Sequence[tuple[Spot, Figure]],
    denied: tuple[Spot, str] | None,
    refused: tuple[Spot, str] | None,
    *,
    by_year: bool,
    narrowed: bool,
) -> Verdict:
    """What counts come to: all that was asked, or a part of it."""
    spot = counts[0][0]
    periods = {f.period for _, f in counts}
    nil = all(f.value == 0 for _, f in counts)
    if nil and denied and denied[0] is spot and _says_none(spot.text, denied[1]):
        return Verdict("not_held", denied[1], denied[0], 0.7)
    if held_back or (by_year and (narrowed or (not nil and _lumped(periods)))):
        return Verdict("partial", spot.text, spot, 0.75, (*counts, *held_back))
    if by_year and refused and refused[0] is not spot and not _is_band(refused):
        return Verdict("partial", refused[1], refused[0], 0.55, tuple(counts))
    several = len(periods - {"", "total"}) > 1
    return Verdict("answered", spot.text, spot, 0.9 if several or not by_year else 0.7, tuple(counts))


def _lumped(periods: set[str]) -> bool:
    """Whether years were put together: one total, or a count for several years. Months at the edge of a series are none."""
    runs = {p for p in periods if ".." in p and not _MONTHS.fullmatch(p)}
    if periods - runs:  # a year that is still running beside others
        runs = {p for p in runs if not p.endswith("..present")}
    return periods <= {"", "total"} or bool(runs)


_MONTHS = re.compile(r"\d{4}-\d\d\.\.\d{4}-\d\d")


def _says_none(text: str, words: str) -> bool:
    """`None. We have no record`: a heading's `none` beside words that deny possession is no nil return."""
    return not re.search(r"\b(?:nil|zero|0)\b", text, re.IGNORECASE) and "none" not in words.lower()


def _refused_first(refused: Spot, counted: Spot, spots: Sequence[Spot]) -> bool:
    """Whether a number only explains a refusal: it follows it, and no people are counted in it."""
    if refused is counted:
        return _costs(refused.text)
    return spots.index(refused) < spots.index(counted) and not _STAFF.search(counted.text)


def _is_band(refused: tuple[Spot, str]) -> bool:
    return bool(re.search(r"\b(?:below|fewer|less|small)\b|\bunder (?!s|the\b|reg)|<", refused[0].text))


def _costs(text: str) -> bool:
    return bool(re.search(r"\b(?:hours?|minutes|limit|personal files)\b", text, re.IGNORECASE))


def _in_years(part: Part, values: Sequence[tuple[Spot, Figure]]) -> list[tuple[Spot, Figure]]:
    """Only periods that the question may mean, each once: a later table does not repeat an earlier one's years."""
    earliest, latest = part.years or (1, 9998)  # a campaign file always gives them
    found: dict[str, tuple[Spot, Figure]] = {}
    for spot, figure in values:
        first = re.match(r"\d{4}", figure.period)
        if first and earliest - 1 <= int(first[0]) <= latest + 2:
            if figure.period not in found:
                found[figure.period] = spot, figure
            elif found[figure.period][1].amount != figure.amount:
                known, value = found[figure.period]
                found[figure.period] = known, replace(value, where={**value.where, "rival": True})
    return list(found.values())


def _totals(spots: Sequence[Spot], *, named: bool) -> list[tuple[Spot, Figure]]:
    """One number where years were asked, or a nil for all of them."""
    for spot in spots:
        lone = [f for f in numbers.lone_values(spot.text) if f.unit == "count"]
        if len(lone) == 1 and len(spot.text.split()) < (40 if named else _LEAST_STORY):
            return [(spot, replace(lone[0], period="total"))]
    return []
