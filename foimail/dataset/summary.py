"""The figures of the whole, part by part: who answered what, and what the numbers add up to, with what is missing named.

A total rests on the bodies that gave figures, never on those that did not; a withheld figure leaves it without an upper end; per
cents are never added. How the figures of one body become one sum is in `series`.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

from foimail.dataset import series
from foimail.dataset.answers import ANSWERS
from foimail.dataset.bounds import Bounds
from foimail.dataset.respondents import counted, response

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from foimail.dataset.answers import PartAnswer, Value
    from foimail.dataset.respondents import Respondent, Response
    from foimail.dataset.series import Cell, Sum
    from foimail.model import Part

_COUNTED = frozenset({"count_by_year", "count"})


@dataclass(frozen=True, slots=True)
class Checked:
    """Who answers for the values: `confirmed` by a person, `read` by rules alone, or read so that a person should look."""

    confirmed: int = 0
    read: int = 0
    doubtful: int = 0


@dataclass(frozen=True, slots=True)
class Total:
    """A sum over bodies.

    Attributes:
        period: A calendar or financial year; empty for the sum of all.
        bounds: Between them the true sum for these bodies lies; no upper end where a figure was withheld.
        given: The same without the figures that were withheld.
        bodies: How many bodies it rests on.
        withheld: How many of these withheld a figure.
        values: Who answers for its values.
    """

    period: str
    bounds: Bounds
    given: Bounds
    bodies: int
    withheld: int
    values: Checked


@dataclass(frozen=True, slots=True)
class Shares:
    """The per cents that bodies gave, which cannot be added up: how many, of how many bodies, and how they lie."""

    values: int
    bodies: int
    least: float
    median: float
    most: float


@dataclass(frozen=True, slots=True)
class Figures:
    """The numbers of one part.

    Attributes:
        total: The sum of all.
        calendar: By calendar year; `financial`: by financial year. A body is in one of them, or, giving both, in each.
        without: Bodies that answered, wholly or in part, without a number.
        total_only: Bodies whose total counts in the sum of all and in no year.
        differs: Bodies that state a total which is not the sum of their years.
        pieces: Bodies that gave categories, or years of a number that was asked once, which may overlap.
        outside: Figures left out because they are of years that were not asked.
        shares: The per cents, where any were given.
    """

    total: Total
    calendar: tuple[Total, ...]
    financial: tuple[Total, ...]
    without: int
    total_only: int
    differs: int
    pieces: int
    outside: int
    shares: Shares | None


@dataclass(frozen=True, slots=True)
class PartSummary:
    """One part of the request over all bodies.

    Attributes:
        number: From "1".
        part: The question.
        statuses: How many bodies have which status, those without any too.
        refused: How many bodies refused it under which section (`FOIA s.12`); one may name several, or none: an empty name.
        partly: The same for those that answered it in part.
        outcomes: Of the outcomes, how many a person has confirmed and how many only rules have read.
        figures: Its numbers; None where no number was asked.
    """

    number: str
    part: Part
    statuses: dict[str, int]
    refused: dict[str, int]
    partly: dict[str, int]
    outcomes: Checked
    figures: Figures | None


@dataclass(frozen=True, slots=True)
class Summary:
    """The figures of the whole."""

    response: Response
    parts: tuple[PartSummary, ...]


def summarise(bodies: Sequence[Respondent], parts: Sequence[Part]) -> Summary:
    """The figures of these bodies; each has one answer for each of the parts, in their order."""
    return Summary(response(bodies), tuple(_part(bodies, n, part) for n, part in enumerate(parts)))


def _part(bodies: Sequence[Respondent], index: int, part: Part) -> PartSummary:
    answers = [(one, one.parts[index]) for one in bodies]
    return PartSummary(
        number=str(index + 1),
        part=part,
        statuses=counted(one.status_of(answer) for one, answer in answers),
        refused=_sections(answers, "refused"),
        partly=_sections(answers, "partial"),
        outcomes=_outcomes(answer for _, answer in answers if answer.outcome),
        figures=_figures([answer for _, answer in answers], part) if part.answer in _COUNTED else None,
    )


def _sections(answers: Iterable[tuple[Respondent, PartAnswer]], outcome: str) -> dict[str, int]:
    """Bodies by the sections that stand with this outcome, the most frequent first."""
    found: Counter[str] = Counter()
    for one, answer in answers:
        if answer.outcome == outcome and answer.last is not None:
            found.update({f"{one.law} {section}".strip() for section in answer.last.answer.sections} or {""})
    if outcome != "refused":
        del found[""]  # who answers in part may have left out what is not held
    return dict(sorted(found.items(), key=lambda item: (-item[1], item[0])))


def _outcomes(answers: Iterable[PartAnswer]) -> Checked:
    found: Counter[str] = Counter()
    for answer in answers:
        found["confirmed" if answer.state == "confirmed" else "doubtful" if answer.asks else "read"] += 1
    return Checked(**found)


def _checked(values: Iterable[Value]) -> Checked:
    found: Counter[str] = Counter()
    for value in values:
        found["confirmed" if value.given.confirmed else "read" if value.sure else "doubtful"] += 1
    return Checked(**found)


def _figures(answers: Sequence[PartAnswer], part: Part) -> Figures:
    giving = [answer for answer in answers if answer.outcome in ANSWERS]
    read = [series.counts(answer.values, part) for answer in giving]
    sums = [total for cells, _ in read if (total := series.summed(cells, part))]
    years: dict[str, list[Cell]] = {}
    if part.answer == "count_by_year":
        for cells, _ in read:
            for name, cell in series.by_year(cells).items():
                years.setdefault(name, []).append(cell)
    totals = [_total(name, [[cell] for cell in years[name]]) for name in sorted(years)]
    return Figures(
        total=_whole(sums),
        calendar=tuple(total for total in totals if "/" not in total.period),
        financial=tuple(total for total in totals if "/" in total.period),
        without=sum(not answer.values for answer in giving),
        total_only=sum(one.total_only for one in sums) if part.answer == "count_by_year" else 0,
        differs=sum(one.differs for one in sums),
        pieces=sum(one.pieces for one in sums),
        outside=sum(outside for _, outside in read),
        shares=_shares(giving),
    )


def _whole(sums: Sequence[Sum]) -> Total:
    whole = _total("", [one.cells for one in sums])
    return Total(
        "",
        sum((one.bounds for one in sums), Bounds()),
        sum((one.given for one in sums), Bounds()),
        whole.bodies,
        whole.withheld,
        whole.values,
    )


def _total(period: str, of_bodies: Sequence[Sequence[Cell]]) -> Total:
    """The sum of the cells of several bodies."""
    cells = [cell for own in of_bodies for cell in own]
    return Total(
        period,
        sum((cell.bounds for cell in cells), Bounds()),
        sum((cell.given for cell in cells), Bounds()),
        len(of_bodies),
        sum(any(cell.withheld for cell in own) for own in of_bodies),
        _checked(value for cell in cells for value in cell.values),
    )


def _shares(answers: Iterable[PartAnswer]) -> Shares | None:
    of_bodies = [
        [v.figure.value for v in answer.values if v.figure.unit != "count" and v.figure.value is not None]
        for answer in answers
    ]
    found = [share for own in of_bodies for share in own]
    if not found:
        return None
    return Shares(len(found), sum(bool(own) for own in of_bodies), min(found), median(found), max(found))
