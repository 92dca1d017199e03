"""Totals that a letter states beside its figures: in a row or column of its table, in the list, or in the sentence.

The rules read figures by year; here the same place is looked at again for what they are said to come to.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from foimail.replies import figures as numbers
from foimail.replies.grids import cells
from foimail.replies.periods import span as years

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from foimail.replies.reading import Figure

_TOTAL = re.compile(r"\W*(?:(?:grand|overall|sub) ?)?totals?(?: (?:for )?all years)?\W*", re.IGNORECASE)
_TOTAL_OF = re.compile(
    r"\btotal(?:l?ing)?(?: (?:of|is|was|number|comes to|for all years))* ?[:=\u2013-]? ?$", re.IGNORECASE
)
_IN_TOTAL = re.compile(r"(?: \w+)? (?:in total|in all|altogether|together|all told)\b", re.IGNORECASE)
_BEFORE = re.compile(r"[.;]\s|\n\s*\n")  # what ends the words before a list
_AFTER = re.compile(r"[.;]\s|\n")
_ALONE = re.compile(r"\s*\W*(?:grand |overall )?total\W{1,3}[\d,]+\W*?(?=\n|$)", re.IGNORECASE)
_ROW = re.compile(r"\t|\s{2}|\|")  # a line of cells: what it says is read by row and column
_ROWS = 3  # lines above and below the figures in which a table may have its heads and its total
_FEW = 2


def stated(text: str, figures: Sequence[Figure]) -> tuple[Figure, ...]:
    """The totals that stand with these figures of one part, as figures of `total` or of a range of years.

    Args:
        text: That of the file in which they stand.
        figures: Those that one letter gives in that file; `where` has their place.
    """
    places = [f.where for f in figures if {"start", "end"} <= f.where.keys()]
    if len(figures) < _FEW or not places:
        return ()
    start, end = min(one["start"] for one in places), max(one["end"] for one in places)
    rows = [cells(line) for line in _lines(text, start, end) if line.strip()]
    found = [*_below(rows, figures), *_beside(rows, figures), *_said(text, start, end)]
    return tuple({(f.period, f.value, f.lower, f.upper): f for f in found}.values())


def _lines(text: str, start: int, end: int) -> list[str]:
    above = text[: text.rfind("\n", 0, start) + 1].splitlines()[-_ROWS:]
    last = text.find("\n", end)
    below = text[last:].strip("\n").splitlines()[:_ROWS] if last >= 0 else []
    return [*above, *text[text.rfind("\n", 0, start) + 1 : last if last >= 0 else None].splitlines(), *below]


def _below(rows: Sequence[Sequence[str]], figures: Sequence[Figure]) -> Iterator[Figure]:
    """A row of totals under rows of years; the column is the one that holds these figures and no other."""
    by_period = {_period(row[0]): row for row in rows if _period(row[0])}
    for row in rows:
        columns = range(1, len(row)) if _TOTAL.fullmatch(row[0]) else ()
        fits = [c for c in columns if all(_at(by_period.get(f.period, ()), c, f) for f in figures)]
        if len(fits) == 1 and (value := _value(row[fits[0]])):
            yield replace(value, period="total", quote=" ".join(row))


def _beside(rows: Sequence[Sequence[str]], figures: Sequence[Figure]) -> Iterator[Figure]:
    """A column of totals beside columns of years; the row is the one that holds these figures."""
    for head in rows:
        places = {period: n for n, cell in enumerate(head) if (period := _period(cell))}
        total = [n for n, cell in enumerate(head) if _TOTAL.fullmatch(cell)]
        if len(places) < _FEW or len(total) != 1:
            continue
        for row in rows:
            fits = all(f.period in places and _at(row, places[f.period], f) for f in figures)
            if fits and total[0] < len(row) and (value := _value(row[total[0]])):
                yield replace(value, period="total", quote=" ".join(row))


def _said(text: str, start: int, end: int) -> Iterator[Figure]:
    """A total in the words around the figures: of the range of years beside it, else of all that is listed there."""
    first = max((m.end() for m in _BEFORE.finditer(text, 0, start)), default=0)
    after = _AFTER.search(text, end)
    last = after.start() if after else len(text)
    alone = _ALONE.match(text, last)
    lines = f"{text[first:last]}{alone[0] if alone else ''}".splitlines()
    words = " ".join(line.strip() for line in lines if not _ROW.search(line.strip()))
    for sentence in _BEFORE.split(words):
        found = numbers.tokens(sentence)
        period = _of({token.period for token in found if token.period})
        for token in found if period else ():
            named = _TOTAL_OF.search(sentence[: token.start]) or _IN_TOTAL.match(sentence, token.end)
            if token.figure and named:
                yield replace(token.figure, period=period, quote=sentence.strip())


def _of(periods: set[str]) -> str:
    """What a total beside these periods is of: the one range, or all; nothing where it is the number of one year."""
    if len(periods) == 1:
        (one,) = periods
        return one if years(one) else ""
    return "" if any(".." in period for period in periods) else "total"


def _period(cell: str) -> str:
    found = numbers.tokens(cell)
    return found[0].period if len(found) == 1 else ""


def _value(cell: str) -> Figure | None:
    found = numbers.tokens(cell)
    return found[0].figure if len(found) == 1 else None


def _at(row: Sequence[str], column: int, figure: Figure) -> bool:
    """Whether this figure stands in this column of a row."""
    value = _value(row[column]) if column < len(row) else None
    return value is not None and all(
        getattr(value, name) == getattr(figure, name) for name in ("value", "lower", "upper", "withheld")
    )
