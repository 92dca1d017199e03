"""Numbers and the periods they belong to, out of a sentence or the rows of a table.

What is no answer is taken out first: dates, sums of money, sections, references, telephone numbers, hours of work. A band
keeps its bounds, nil is a number, a withheld cell is neither.
"""

from __future__ import annotations

import itertools
import re
from bisect import bisect
from collections import Counter
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from foimail.replies.noise import NO_ANSWER
from foimail.replies.numerals import NOTHING, NUMBER_WORD, VALUE, value_of, whole
from foimail.replies.periods import (
    EDGE,
    FINANCIAL,
    PERIOD,
    financial,
    following,
    is_period,
    named,
    resolved,
    span,
)
from foimail.replies.plain import small
from foimail.replies.quotes import plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from foimail.replies.reading import Figure

_ANY = re.compile(
    rf"[\d*]|\b(?:{NUMBER_WORD}|nil|none|withheld|suppressed|redacted|exempt|n/[ar]|not (?:re|in|av|"
    rf"he|kn|co|ap|di))\b",
)  # without it there is neither


@dataclass(frozen=True, slots=True)
class Token:
    """A period or a value, with its place in the text."""

    start: int
    end: int
    period: str = ""
    figure: Figure | None = None  # without a period; None of a cell that says nothing


@lru_cache(maxsize=2048)  # a sentence is looked at for each part
def tokens(text: str, year: int = 0) -> tuple[Token, ...]:
    """Periods and values in their order. `year` is that of the letter: what `this year` means in it; 0 where unknown."""
    low = small(text)
    if not _ANY.search(low):
        return ()
    low = _LEADER.sub(_blank, low)
    found: list[Token] = []
    if "march" in low:  # as in all that FINANCIAL knows
        found = [Token(m.start(), m.end(), _financial(m)) for m in FINANCIAL.finditer(low)]
        low = FINANCIAL.sub(_blank, low)
    plain = NO_ANSWER.sub(lambda m: m[0] if is_period(m[0]) else _blank(m), low)
    taken = list(plain)
    for match in PERIOD.finditer(plain):
        if name := named(match, year):
            if not EDGE.search(plain[: match.start()]):
                found.append(Token(match.start(), match.end(), name))
            taken[match.start() : match.end()] = "\x01" * (match.end() - match.start())
    found += [
        Token(match.start(), match.end(), figure=_seen(value, text, match.start()))
        for match in VALUE.finditer("".join(taken))
        if (value := value_of(match, text[match.start() : match.end()].strip())) is not NOTHING
    ]
    return tuple(_in_turn(found))


_LEADER = re.compile(
    r"\.{3,}|\.{2,}(?=\d)|(?<!\w)(?:c|ca|approx)\.(?=\s?\d)|~(?=\s?\d)"
)  # between a label and its value


def _financial(found: re.Match[str]) -> str:
    if found["ended"]:
        return financial(int(found["ended"]) - 1)
    first, last = financial(int(found["from"])), financial(int(found["until"]) - 1)
    return first if first == last else f"{first}..{last}"


def _in_turn(found: Iterable[Token]) -> Iterator[Token]:
    """The tokens in their order, `the next year` as the year that it means."""
    before = ""
    for token in sorted(found, key=lambda token: token.start):
        if not token.period:
            yield token
        elif period := resolved(token.period, before):
            before = period
            yield replace(token, period=period)


def _seen(figure: Figure | None, text: str, at: int) -> Figure | None:
    """The figure with the place of its words in the text that is read."""
    if figure is None:
        return None
    start = text.index(figure.quote, at)
    return replace(figure, where={"start": start, "end": start + len(figure.quote)})


def _blank(found: re.Match[str]) -> str:
    return "\x00" * len(found[0])


def pairs(text: str, year: int = 0) -> list[Figure]:
    """Periods and the values that belong to them in a sentence or list: `2019: 4`, `4 in 2019`, `in 2019, four`.

    Also a list in the order of the years: `2019 to 2021 should read 7, 12 and 9`, `2019 was 7, then 12 and 9`.
    """
    found = tokens(text, year)
    if listed := _in_order(text, found):
        return listed
    if blocks := _blocks(text, found):
        return blocks
    clauses = _clauses(text, found)
    if len(clauses) > 1 and all(any(t.period for t in clause) for clause in clauses):
        return [figure for clause in clauses for figure in _matched(text, clause)]
    return _matched(text, found)


_CLAUSE = re.compile(r";|\n|\||(?<!approx)\.\s|\s/\s")


def _clauses(text: str, found: Sequence[Token]) -> list[list[Token]]:
    """The tokens of each clause that has any."""
    ends = [match.start() for match in _CLAUSE.finditer(text)]
    return [list(one) for _, one in itertools.groupby(found, lambda token: bisect(ends, token.start))]


_EACH = re.compile(r"\b(?:each|both|every|(?:a|per) year|annually)\b")


def _matched(text: str, found: Sequence[Token]) -> list[Figure]:
    """The values of one clause with their periods; `over` is what tells that values are left which belong to none."""
    periods = [t for t in found if t.period]
    values = [t for t in found if not t.period]
    if not periods or not values:
        return []
    shared = bool(_EACH.search(small(text)[found[0].start : found[-1].end]))
    after, before = (_paired(found, value_first=first, shared=shared) for first in (False, True))
    best = max((after, before), key=lambda p: (len(p), -sum(abs(v.start - q.start) for q, v in p)))
    used = {id(v) for _, v in best}
    known = sum(v.figure.value or 0 for _, v in best if v.figure)
    over = any(v.figure and v.figure.value != known for v in values if id(v) not in used)
    uses = Counter(id(v) for _, v in best)
    return [
        replace(v.figure, period=one, where=_noted(v.figure, over, uses[id(v)] > 1, shared))
        for q, v in best
        if v.figure is not None
        for one in (_single(q.period) if v.figure.value == 0 else [q.period])
    ]


_LIST = 3  # values in a row that make a list


_THEN = re.compile(
    r"[\s,;&/]*(?:(?:and|then|so far|this year|last year|to date|\x00)[\s,;&/]*)*$"
)  # what parts the values of a list


def _in_order(text: str, found: Sequence[Token]) -> list[Figure]:
    """Values that follow one period and are those of the years from it on: of a range just as many, else of a first year."""
    valued = [t for t in found if not t.period]
    if any(not _THEN.match(small(text[one.end : other.start])) for one, other in itertools.pairwise(valued)):
        return []
    values = [t.figure for t in found if not t.period and t.figure is not None]
    periods = [t for t in found if t.period]
    if len(values) < _LIST or len(periods) not in {1, 2} or any(v.unit != "count" for v in values):
        return []
    years = span(periods[0].period)
    if len(years) == len(values) and found[0] is periods[0]:
        return [replace(v, period=year) for v, year in zip(values, years, strict=True)]
    first = found.index(periods[0])
    last = len(periods) == 2 and (found[-1] is periods[-1] or found[-2] is periods[-1])  # noqa: PLR2004 - `and 71 for last year`
    alone = len(periods) == 1 and first == 0
    if (alone or (last and first == 0)) and re.fullmatch(r"\d{4}(?:/\d\d)?", periods[0].period):
        run = following(periods[0].period, len(values))
        if alone or run[-1] == periods[-1].period:
            return [replace(v, period=year) for v, year in zip(values, run, strict=True)]
    return []


_ALL = re.compile(r"\b(?:total|all|both|any|sum|combined|overall|trust)\W*$")


def _blocks(text: str, found: Sequence[Token]) -> list[Figure]:
    """A table that was flattened into a line: the periods, then for each row its name and as many values."""
    periods: list[Token] = []
    while len(periods) < len(found) and found[len(periods)].period:
        periods.append(found[len(periods)])
    values = found[len(periods) :]
    if (
        len(periods) < _LIST
        or len(values) < len(periods)
        or len(values) % len(periods)
        or any(v.period for v in values)
    ):
        return []
    rows = [values[n : n + len(periods)] for n in range(0, len(values), len(periods))]
    before = [periods[-1], *(row[-1] for row in rows)]
    total = next(
        (
            row
            for last, row in zip(before, rows, strict=False)
            if _ALL.search(small(text[last.end : row[0].start]))
        ),
        None,
    )
    row = total or (rows[0] if len(rows) == 1 else None)
    return (
        [replace(v.figure, period=p.period) for p, v in zip(periods, row, strict=True) if v.figure]
        if row
        else []
    )


def _noted(figure: Figure, over: bool, several: bool, shared: bool) -> dict[str, Any]:  # noqa: FBT001 - all of one sentence
    """Where a value stands; with it whether numbers are left over, and whether it is one of several years.

    `2020 and 2021: 5` may be one number for both together; `5 in each of 2020 and 2021` may not.
    """
    several = several and figure.value != 0
    doubt = {"over": True} if over or (several and not shared) else {}
    return {**figure.where, **doubt, **({"shared": True} if several else {})}


def _paired(found: Sequence[Token], *, value_first: bool, shared: bool) -> list[tuple[Token, Token]]:
    """Each period with the nearest value on its one side before another period comes; that is how lists are written."""
    sequence = list(reversed(found)) if value_first else list(found)
    result: list[tuple[Token, Token]] = []
    waiting: list[Token] = []
    for token in sequence:
        if token.period:
            waiting = [*waiting, token] if waiting and _joined(waiting[-1], token) else [token]
        elif waiting:
            # a nil is shared by any number of years; a count that seems to be is one of a row whose columns were lost
            if len(waiting) < _LIST or shared or (token.figure and token.figure.value == 0):
                result += [(one, token) for one in waiting]
            waiting = []
    return list(reversed(result)) if value_first else result


def _joined(one: Token, other: Token) -> bool:
    """`none for 2020 or 2021`: two periods side by side share a value."""
    gap = other.start - one.end if other.start > one.end else one.start - other.end
    return 0 <= gap <= 5  # noqa: PLR2004 - " and "


def _single(period: str) -> list[str]:
    """A nil for a run of years is a nil for each of them."""
    return span(period) or [period]


_ITEM = re.compile(
    r"(?:^|[;,:.(]|\band\b|\n)\s*(?P<name>(?:level \d|[A-Z][\w'&/ -]{2,50}?))\W{1,4}$", re.IGNORECASE
)


def labelled(text: str) -> list[Figure]:
    """`Nursing 2,210; Social work 389`: the values of a list with what each is of; empty of what is no such list."""
    start = 0
    found: list[Figure] = []
    values = [t for t in tokens(text) if t.figure is not None]
    for token in values:
        name = _ITEM.search(text[start : token.start])
        if token.period or not name or not (name["name"][0].isupper() or name["name"][:5] == "level"):
            return []
        found += [replace(token.figure, category=name["name"])] if token.figure else []
        start = token.end
    return found if len(found) > 1 and len({figure.unit for figure in found}) == 1 else []


def lone_values(text: str) -> list[Figure]:
    """The values of a text that names no period for them."""
    return [
        t.figure
        for t in tokens(text)
        if not t.period and t.figure is not None and t.figure.quote.lower() != "one"
    ]


def short(figure: Figure) -> float | int | str:
    """The value as CONTRACT.md's `figures` writes it: a number, a band as the letter writes it, or `withheld`."""
    if figure.withheld:
        return "withheld"
    if figure.value is None:
        return plain(figure.quote) if re.search(r"\d", figure.quote) else _band(figure)
    return whole(figure.value)


def _band(figure: Figure) -> str:
    """A band that stands there in words, or as an asterisk with a key."""
    if figure.lower is None:
        return plain(figure.quote) if figure.upper is None else f"<{figure.upper + 1:g}"
    return f"{figure.lower:g}+" if figure.upper is None else f"{figure.lower:g}-{figure.upper:g}"


def series(figures: Iterable[Figure]) -> dict[str, float | int | str]:
    """The figures as a mapping, each under its period or category."""
    return {figure.period or figure.category or "total": short(figure) for figure in figures}
