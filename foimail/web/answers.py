"""The answers as a grid: body by part, and body by year for one part; each cell opens the words that it rests on."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from flask import Blueprint, abort, redirect, render_template, request

from foimail import places
from foimail.dataset import typed
from foimail.errors import InputError
from foimail.model import OUTCOMES
from foimail.output import summary as words
from foimail.web import door, here, table
from foimail.web.marked import blank
from foimail.workflows import answers, dataset, summary

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from werkzeug.wrappers import Response

    from foimail.dataset.answers import PartAnswer
    from foimail.dataset.summary import Figures
    from foimail.output.summary import Sheet
    from foimail.web.table import Cut
    from foimail.workflows.dataset import BodyAnswers

pages = Blueprint("answers", __name__)
_COUNTED = frozenset({"count_by_year", "count"})
_EMPTY_YEARS = 3
_FEW = 4  # values that a cell of the overview holds


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands in one cell: a few words, the outcome that colours it, and whether a person should look, or has confirmed."""

    words: str
    outcome: str
    asks: bool
    confirmed: bool
    number: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """A body of the grid."""

    code: str
    name: str
    token: str
    cells: tuple[Cell, ...]


@pages.get("/answers")
def page() -> str:
    """All parts side by side, or one part by its years."""
    ws = here.ws()
    key = request.args.get("part", "")
    number = next((n for n, part in enumerate(ws.campaign.parts) if part.key == key), None)
    if key and number is None:
        abort(404)
    cut = _cut()
    shown = {"cut": cut, "asked": cut.asked, "key": key}
    found = here.desk().known("summary", summary.sheet)
    if number is None:
        shown |= {
            "columns": [part.key for part in ws.campaign.parts],
            "lines": [_overview(one) for one in cut.rows],
            "totals": (),
        }
    else:
        columns = _columns(_everybody(), number, ws.campaign.parts[number].years)
        lines = [_by_year(one, number, columns) for one in cut.rows]
        shown |= {"columns": columns, "lines": lines, "totals": _totals(found, number, columns)}
    if request.headers.get("X-Part") == "rows":
        return render_template("answers_rows.html", **shown)
    said = words.of_part(found.summary.parts[number]) if number is not None else words.of_sheet(found)
    return render_template(
        "answers.html",
        parts=ws.campaign.parts,
        question=ws.campaign.parts[number].question if number is not None else "",
        sentences=list(said),
        waiting=here.waiting()["answers"],
        **shown,
    )


@pages.get("/answers/of/<token>")
def one(token: str) -> str:
    """What one body answers, each value with its words and their place."""
    book = here.book(token)
    if book.case is None:
        raise InputError(f"{book.body.name} has not been asked yet")
    return render_template(
        "answers_of.html", book=book, written=typed.written, place=places.words, outcomes=OUTCOMES
    )


@pages.post("/answers/of/<token>")
def put(token: str) -> Response:
    """A person's word on one part: what they typed stands."""
    form = request.form
    part = form.get("part", "")
    outcome = form.get("outcome", "")
    if outcome and outcome not in (*OUTCOMES, "none"):
        raise InputError(f"an answer is {', '.join(OUTCOMES)}, not {outcome}")
    values = [
        piece.strip() for piece in form.get("values", "").replace("\n", ";").split(";") if piece.strip()
    ]
    message = form.get("message", "")
    answers.put(
        here.ws(),
        token,
        part,
        message=table.number(message, 0) or None,
        outcome="" if outcome == "none" else outcome,
        values=() if outcome == "none" else values,
        sections=[piece.strip() for piece in form.get("sections", "").split(",") if piece.strip()],
        source=form.get("source", ""),
        none=outcome == "none",
    )
    door.say(f"Recorded for part {part}, as your word.")
    return redirect(f"/answers/of/{token}#part-{part}", 303)


def _everybody() -> list[BodyAnswers]:
    """Every body, those that have answered something first."""
    found = here.desk().known("answers", dataset.everybody)
    return here.desk().known(
        "answers in order", lambda _: sorted(found, key=lambda one: not any(p.outcome for p in one.parts))
    )


def _cut() -> Cut:
    asked = {name: request.args.get(name, "") for name in ("q", "part", "only", "page")}
    only, typed_ = asked["only"], asked["q"]

    def fits(one: BodyAnswers) -> bool:
        if only == "some" and not any(part.outcome for part in one.parts):
            return False
        if only == "ask" and not any(part.asks for part in one.parts):
            return False
        return not typed_ or table.found(typed_, f"{one.standing.body.name} {one.standing.body.id}".lower())

    return table.cut([*filter(fits, _everybody())] if only or typed_ else _everybody(), asked)


def _line(one: BodyAnswers, cells: Iterable[Cell]) -> Line:
    case = one.standing.case
    return Line(one.standing.body.id, one.standing.body.name, case.token if case else "", tuple(cells))


def _overview(one: BodyAnswers) -> Line:
    return _line(one, (_cell(part) for part in one.parts))


def _cell(part: PartAnswer) -> Cell:
    values = [typed.written(value.figure) for value in part.values]
    told = " ".join(values[:_FEW]) + (" …" if len(values) > _FEW else "")
    outcome = blank(part.outcome)
    return Cell(told or outcome, part.outcome, part.asks, part.state == "confirmed", part.number)


def _columns(found: Iterable[BodyAnswers], number: int, years: tuple[int, int] | None) -> list[str]:
    """The years asked, then the other periods and categories that any body gave, a total last.

    Several years on end of which nobody gave a figure are one column.
    """
    asked = [str(year) for year in range(years[0], years[1] + 1)] if years else []
    given = {
        v.figure.category or v.figure.period or "total" for one in found for v in one.parts[number].values
    }
    further = sorted(given - set(asked), key=lambda name: (name == "total", name))
    return [*_narrowed(asked, given), *further]


def _narrowed(years: Iterable[str], given: Collection[str]) -> Iterator[str]:
    for said, several in groupby(years, key=lambda year: year in given):
        run = list(several)
        if said or len(run) < _EMPTY_YEARS:
            yield from run
        else:
            yield f"{run[0]} to {run[-1]}"


def _by_year(one: BodyAnswers, number: int, columns: Sequence[str]) -> Line:
    part = one.parts[number]
    values: dict[str, list[str]] = {}
    sure: dict[str, bool] = {}
    for value in part.values:
        name = value.figure.category or value.figure.period or "total"
        values.setdefault(name, []).append(typed.value(value.figure))
        sure[name] = sure.get(name, True) and value.sure
    done = part.state == "confirmed"
    cells = [
        Cell(
            ", ".join(values.get(name, ())),
            part.outcome if name in values else "",
            not sure.get(name, True),
            done,
            part.number,
        )
        for name in columns
    ]
    whole = Cell(blank(part.outcome), part.outcome, part.asks, done, part.number)
    return _line(one, (whole, *cells))


def _totals(found: Sheet, number: int, columns: Sequence[str]) -> list[str]:
    """What each year adds up to, with its bounds; the total of all under `total`."""
    figures: Figures | None = found.summary.parts[number].figures
    if figures is None:
        return []
    by_year: Mapping[str, str] = {
        one.period: words.bounds_words(one.bounds) for one in (*figures.calendar, *figures.financial)
    }
    if not by_year and not figures.total.bodies:
        return []
    return [
        words.bounds_words(figures.total.bounds) if name == "total" else by_year.get(name, "")
        for name in columns
    ]
