"""Whether an answer can be right as it stands: what would make a careful reader ask again.

Nothing is changed here and nothing is guessed. What was suppressed is never worked out: where a total gives it away, the
warning says where and not what.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations
from statistics import median
from typing import TYPE_CHECKING

from foimail.dataset.bounds import Bounds, apart, of, total
from foimail.dataset.oddities import Oddity, listed, plain, ranged, years
from foimail.dataset.periods import YEAR, months, span, unbroken
from foimail.dataset.periods import years as calendar_years
from foimail.dataset.suppressed import given_away
from foimail.dataset.totals import stated

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from foimail.dataset.answers import PartAnswer, Value
    from foimail.dataset.copies import Texts
    from foimail.dataset.oddities import Sort
    from foimail.replies.reading import Figure

_TIMES = 10
_CLEAR = 3  # times the furthest neighbour: it stands out from all of them
_NEIGHBOURS = 3  # at least so many, of at most so many on either side
_LARGE = 10  # neighbours below it are chance
_QUOTES = 6  # of the figures of one question


def oddities(answer: PartAnswer, texts: Texts) -> tuple[Oddity, ...]:
    """All that is odd about one part of one body's answer; copies need all bodies and are `copies.copies`.

    Args:
        answer: What stands.
        texts: Those of the files that the figures stand in, by their letter's hash and their name; totals are looked for there.
    """
    counted = answer.part.answer in {"count", "count_by_year"}
    if not counted or not answer.values:
        return ()
    wholes = tuple(_stated(answer, texts))
    found = (
        *_per_cent(answer),
        *_sums(answer, wholes),
        *_outside(answer),
        *_ten_times(answer),
        *_other_years(answer),
        *_could_be_worked_out(answer, wholes),
    )
    once = {one.message: one for one in found}.values()
    return tuple(replace(one, quotes=_quotes(one.values, texts)) if one.question else one for one in once)


def _per_cent(answer: PartAnswer) -> Iterator[Oddity]:
    rates = [value for value in answer.values if value.figure.unit == "per cent"]
    if rates and len(rates) == len(answer.values):
        shown = listed(f"{plain(v.figure.value)} %" for v in rates if v.figure.value is not None)
        given = f"{shown} is given" if shown else "A share is given"
        yield _odd(
            answer,
            "per_cent",
            f"{given} where a number was asked.",
            f"You give {shown or 'a percentage'} where I asked for a number. Which number is that, and of how many?",
            rates,
        )


def _stated(answer: PartAnswer, texts: Texts) -> Iterator[Value]:
    """The totals that letters state beside their figures, as values; only of letters whose figures all stand."""
    for given in answer.standing:
        mine = [value.figure for value in answer.values if value.given is given]
        if len(mine) < len(given.answer.figures):
            continue  # a later letter has changed some: this one's total is history too
        for file in dict.fromkeys(str(figure.where.get("file")) for figure in mine):
            here = [figure for figure in mine if figure.where.get("file") == file]
            text = texts.get((given.letter.sha256, file), "")
            for figure in stated(text, here) if len(here) == len(mine) else ():
                yield replace(answer.values[0], figure=figure, given=given)


def _wholes(answer: PartAnswer, also: Iterable[Value]) -> Iterator[tuple[Value, list[Value], bool]]:
    """Each total or range with the values that it is of, and whether these are all of them."""
    counts = [value for value in answer.values if value.figure.unit == "count"]
    for whole in (*counts, *also):
        figure = whole.figure
        over = span(figure.period)
        if (over and over.open) or (not over and figure.period != "total"):
            continue
        alike = [v for v in counts if v.figure.category == figure.category and v is not whole]
        dated = [(v, s) for v in alike if (s := span(v.figure.period))]
        here = [(v, s) for v, s in dated if v.given is whole.given]
        inside = [(v, s) for v, s in dated if over and over.holds(s) and over != s]
        if not over:  # a total is of what its own letter tells, where that tells anything
            inside = here if len(here) > 1 else dated
        finest = [(v, s) for v, s in inside if not any(s.holds(t) and s != t for _, t in inside)]
        row = sorted(s for _, s in finest)
        if len(row) < 2 or any(a.meets(b) for a, b in combinations(row, 2)):  # noqa: PLR2004 - one adds up to nothing
            continue
        whole_row = unbroken(row) and (not over or (row[0].first == over.first and row[-1].last == over.last))
        yield whole, [v for v, _ in finest], whole_row


def _sums(answer: PartAnswer, also: Sequence[Value]) -> Iterator[Oddity]:
    for whole, values, all_there in _wholes(answer, also):
        given, found = of(whole.figure), total(v.figure for v in values)
        if not all_there:
            found = Bounds(found.lower, None)  # the years that are not told apart may hold any number
        if not apart(given, found):
            continue
        when = years(whole.figure.period)
        of_these = listed(years(v.figure.period) for v in values)
        yield _odd(
            answer,
            "sum",
            f"{ranged(given)} is given for {when} together, while the figures of {of_these} add up to {ranged(found)}.",
            f"You give {ranged(given)} for {when} together, while the figures of these years add up to {ranged(found)}. "
            "Which is right?",
            [whole, *values],
        )


def _could_be_worked_out(answer: PartAnswer, also: Sequence[Value]) -> Iterator[Oddity]:
    """Cells that were suppressed, where a total beside them leaves one number only. That number is said nowhere."""
    values = (*answer.values, *also)
    cells, totals = given_away([value.figure for value in values])
    if cells:
        named = listed(_cell(values[at].figure) for at in sorted(cells))
        one = len(cells) == 1
        yield _odd(
            answer,
            "could_be_worked_out",
            f"The {'cell' if one else 'cells'} for {named} could be worked out from a total beside {'it' if one else 'them'}: "
            "suppressed in every export, and not to be published with that total.",
            "",
            [values[at] for at in sorted(cells | totals)],
        )


def _cell(figure: Figure) -> str:
    return f"{years(figure.period)} ({figure.category})" if figure.category else years(figure.period)


def _outside(answer: PartAnswer) -> Iterator[Oddity]:
    if answer.part.years is None:
        return
    first, last = answer.part.years
    asked = calendar_years(first, last)
    outside = [v for v in answer.values if (s := span(v.figure.period)) and not s.meets(asked)]
    if outside:
        named = listed(years(v.figure.period) for v in outside)
        early = [v for v in outside if _not_begun(v)]
        question = (
            f"You give figures for {listed(years(v.figure.period) for v in early)}, "
            "which had not begun on the day of your letter. Which years are meant?"
            if early
            else ""
        )
        yield _odd(
            answer,
            "outside_years",
            f"A figure is given for {named}, outside the years asked ({first} to {last}).",
            question,
            early or outside,
        )


def _not_begun(value: Value) -> bool:
    covered, on = span(value.figure.period), value.given.letter.on
    return covered is not None and covered.first > on.year * YEAR + on.month - 1


def _ten_times(answer: PartAnswer) -> Iterator[Oddity]:
    """A slip of the pen: one year ten times as large as those before and after it, or ten times smaller.

    Where a level changes and stays, the years after it are its witnesses; the first and the last year have none on one side.
    """
    for series in _series(answer):
        for at in range(1, len(series) - 1):
            value = series[at]
            beside = [*series[max(0, at - _NEIGHBOURS) : at], *series[at + 1 : at + 1 + _NEIGHBOURS]]
            known = [v.figure.value for v in beside if v.figure.value is not None]
            here = value.figure.value
            if not here or len(known) < _NEIGHBOURS or median(known) < _LARGE:
                continue
            middle = median(known)
            up = here >= _TIMES * middle and here >= _CLEAR * max(known)
            down = here * _TIMES <= middle and here * _CLEAR <= min(known) and middle >= _LARGE * _TIMES
            if up or down:
                near = f"{plain(min(known))} to {plain(max(known))}"
                year = years(value.figure.period)
                yield _odd(
                    answer,
                    "ten_times",
                    f"{plain(here)} is given for {year}, ten times {'more' if up else 'less'} than the years "
                    f"beside it ({near}).",
                    f"You give {plain(here)} for {year}, while the years beside it have {near}. Is that figure right?",
                    [value],
                )


def _series(answer: PartAnswer) -> Iterator[list[Value]]:
    """The exact counts of single years, in order: calendar and financial years apart, and each category."""
    by_kind: dict[tuple[str, str], list[Value]] = {}
    for value in answer.values:
        if value.figure.unit == "count" and (kind := _kind_of(value.figure)):
            by_kind.setdefault((kind, value.figure.category), []).append(value)
    yield from by_kind.values()


def _other_years(answer: PartAnswer) -> Iterator[Oddity]:
    """Financial years where calendar years were asked, or both: no fault, but no series that can be compared."""
    if answer.part.answer != "count_by_year":
        return
    kinds = {kind: v.figure.period for v in reversed(answer.values) if (kind := _kind_of(v.figure))}
    before = {
        kind for given in answer.earlier for figure in given.answer.figures if (kind := _kind_of(figure))
    }
    if len(kinds) > 1:
        message = "Some figures are by calendar years and some by financial years: they overlap and cannot be added up."
    elif before - kinds.keys() and kinds:
        (now,) = kinds
        message = (
            f"An earlier letter counted by {next(iter(before - kinds.keys()))}s, the last one by {now}s."
        )
    elif "financial year" in kinds:
        message = (
            f"The figures are by financial years (such as {kinds['financial year']}), not calendar years."
        )
    else:
        return
    yield _odd(answer, "other_years", message, "", list(answer.values))


def _kind_of(figure: Figure) -> str:
    covered = span(figure.period)
    if covered is None or months(covered) != YEAR:
        return ""
    return "financial year" if "/" in figure.period else "calendar year"


def _odd(answer: PartAnswer, sort: Sort, message: str, question: str, values: Sequence[Value]) -> Oddity:
    givens = tuple({id(value.given): value.given for value in values}.values())
    return Oddity(answer.number, sort, message, question, (), tuple(values), givens)


def _quotes(values: Sequence[Value], texts: Texts) -> tuple[str, ...]:
    """The rows or sentences that figures stand in, each once and on one line; a number alone says nothing."""
    found: dict[str, None] = {}
    for value in values:
        where = value.figure.where
        text = texts.get((value.given.letter.sha256, str(where.get("file"))), "")
        context = text[slice(*where["context"])] if text and "context" in where else ""
        found[" ".join((context or value.figure.quote).split())] = None
    return tuple(words for words in found if " " in words)[:_QUOTES]
