"""What the tests of oddities are about: the answer of one body to one part, as letters or a person give it."""

from __future__ import annotations

from datetime import date

from foimail.dataset.answers import Given, Letter, PartAnswer, Value
from foimail.model import AnswerType, Part
from foimail.replies.reading import Answer, Figure

ON = date(2025, 3, 14)


def part(answer: AnswerType = "count_by_year", years: tuple[int, int] | None = (2010, 2024)) -> Part:
    return Part("referrals", "How many referrals were made?", answer, years)


def given(*figures: Figure, text: str = "", said: bool = False, number: int = 1, on: date = ON) -> Given:
    """A letter on part 1; its figures stand in the whole of `text`."""
    where = {"file": "", "start": 0, "end": len(text)}
    placed = tuple(
        Figure(f.period, f.category, f.value, f.lower, f.upper, f.unit, f.withheld, f.quote, f.where or where)
        for f in figures
    )
    letter = Letter(number, f"hash{number}", on, on.isoformat(), "full_disclosure")
    answer = Answer("1", "answered", quote=text, where=where, figures=placed)
    return Given(letter, answer, "Rowan" if said else "", on if said else None)


def standing(*all_given: Given, asked: Part | None = None, earlier: tuple[Given, ...] = ()) -> PartAnswer:
    values = {v.key: v for one in all_given for f in one.answer.figures for v in [Value(f, one)]}
    return PartAnswer(
        "1",
        asked or part(),
        "answered",
        all_given,
        tuple(sorted(values.values(), key=lambda v: v.key)),
        earlier,
    )


def counts(**years: float | str) -> list[Figure]:
    """Figures: `y2019=4`, `f2019=4` of 2019/20, `y2019="<5"`, `y2019="withheld"`, `y2019_2021=11` of both years and between."""
    return [figure(_period(name), value) for name, value in years.items()]


def figure(period: str, value: float | str, category: str = "") -> Figure:
    """A count, a band below a number, or a withheld cell."""
    if value == "withheld":
        return Figure(period, category, withheld=True, quote="withheld")
    if isinstance(value, str):
        return Figure(period, category, upper=float(value[1:]) - 1, quote=value)
    return Figure(period, category, value=float(value), quote=f"{value} in {period}")


def _period(name: str) -> str:
    first, _, last = name[1:].partition("_")
    years = [f"{y}/{int(y[2:]) + 1}" if name[0] == "f" else y for y in (first, last) if y]
    return "..".join(years) if name[0] in "yf" else name
