"""What the filled rows of one question of our form come to: its outcome and figures, at full confidence, or a doubt."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import dropwhile
from typing import TYPE_CHECKING

from foimail import form as layout
from foimail.replies import cells, outcomes, sections
from foimail.replies.anatomy import Unit
from foimail.replies.outcomes import Verdict
from foimail.replies.parts import Spot
from foimail.replies.reading import Figure

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from foimail.form import Line
    from foimail.model import Part
    from foimail.replies.outcomes import Cues

_SURE, _UNSURE = 1.0, 0.6
_SHOWN = 60  # characters of a cell in a doubt
_POINTS = re.compile(
    r"\b(?:see|refer|attached|enclosed|below|above|overleaf|separate(?:ly)?|https?://\S+)\b", re.IGNORECASE
)
_LONG = 12  # words: a longer text that also points elsewhere tells something itself


@dataclass(frozen=True, slots=True)
class Written:
    """What is written in a row, on one line and as it stands there; the row is from `begins`, the words from `start` to `end`."""

    line: Line
    text: str
    begins: int
    start: int
    end: int
    raw: str


def verdict(
    part: Part, written: Sequence[Written], file: str, mark: str, cues: Cues, exemptions: Collection[str]
) -> tuple[Verdict | None, list[str]]:
    """The outcome of a part from its rows that are not empty, and why a person should look. None where nothing answers it.

    Args:
        part: The question.
        written: Its rows.
        file: Where they stand.
        mark: The form's own mark, which is the evidence.
        cues: The phrases for outcomes.
        exemptions: The sections by which a body may refuse.
    """
    doubts: list[str] = []
    answers = [row for row in written if row.line.cell not in {"note", "years"}]
    if not answers:
        return None, ["nothing but its notes is filled in"] if any(
            r.line.cell == "note" for r in written
        ) else []
    outcome, figures = (
        _by_year(part, written, file, doubts)
        if part.answer == "count_by_year"
        else _one(answers[0], file, doubts, cues)
    )
    if not outcome:
        return None, doubts
    if outcome == "refused":  # all of it: there is no cell to tell from another
        figures = []
    first, last = written[0], written[-1]
    spot = Spot(file, Unit(first.begins, last.end, " ".join(row.text for row in written)), "")
    lacking = outcome in {"refused", "partial"}
    named = sections.relied_on([row.text for row in written], exemptions) if lacking else ()
    found = Verdict(outcome, mark, spot, _UNSURE if doubts else _SURE, tuple(figures), named=True, form=True)
    return replace(found, sections=tuple(name for name, _ in named)), doubts


def values(found: Verdict) -> tuple[object, ...]:
    """What two forms must agree on."""
    words = found.spot.unit.text if found.spot and not found.figures else ""
    return found.outcome, words, tuple(replace(figure, quote="") for _, figure in found.figures)


def _by_year(
    part: Part, written: Sequence[Written], file: str, doubts: list[str]
) -> tuple[str, list[tuple[Spot, Figure]]]:
    financial = _is_financial(written, doubts)
    figures: list[tuple[Spot, Figure]] = []
    said: dict[str, str] = {}
    whole = ""
    for row in written:
        if row.line.cell not in {"number", "all"}:
            continue
        year = row.line.label if row.line.cell == "number" else ""
        outcome, figure = _cell(row, doubts)
        if figure is not None:
            period = layout.period(year, financial=financial) if year else "total"
            figures.append((_spot(row, file), replace(figure, period=period)))
        if year and outcome == "redirected":
            doubts.append(_unclear(row))
        elif year:
            said[year] = outcome
        else:
            whole = outcome
    if said and whole not in {"", "answered"}:
        doubts.append(f"years are filled in, and all years together say “{_of(written, 'all')}”")
    if not said:
        none = all(figure.value == 0 for _, figure in figures)
        return ("partial" if whole == "answered" and not none else whole), figures
    first, last = part.years or (0, 0)
    asked = [said.get(str(year), "") for year in range(first, last + 1)]
    if "answered" not in asked and "" in asked:
        doubts.append("nothing is given, and only some years say why")
    return _of_years(asked), figures


def _of_years(said: Sequence[str]) -> str:
    """What the years come to. A series may begin later than asked: the letter asks from the earliest year held."""
    if "answered" not in said:
        return next((outcome for outcome in ("refused", "not_held") if outcome in said), "")
    series = list(dropwhile(lambda outcome: outcome == "not_held", said))
    return "answered" if set(series) == {"answered"} else "partial"


def _is_financial(written: Sequence[Written], doubts: list[str]) -> bool:
    text = _of(written, "years")
    if text and not text.casefold().startswith(("calendar", "financial")):
        doubts.append(f"which years are meant: “{text[:_SHOWN]}”")
    return text.casefold().startswith("financial")


def _of(written: Sequence[Written], cell: str) -> str:
    return next((row.text for row in written if row.line.cell == cell), "")


def _one(row: Written, file: str, doubts: list[str], cues: Cues) -> tuple[str, list[tuple[Spot, Figure]]]:
    """The answer of a question with one cell."""
    match row.line.cell:
        case "words":
            return _words(row, doubts, cues), []
        case "yes_no":
            said = "answered" if row.text.casefold() in {"yes", "no"} else cells.saying(row.text)
            if said is None:
                doubts.append(_unclear(row))
            return said or "", []
        case _:
            outcome, figure = _cell(row, doubts)
            return outcome, [(_spot(row, file), figure)] if figure else []


def _cell(row: Written, doubts: list[str]) -> tuple[str, Figure | None]:
    """The outcome of a cell for a number, and its figure; a withheld one has a figure without a value."""
    said = cells.saying(row.text)
    if said:
        return said, Figure(withheld=True, quote=row.raw) if said == "refused" else None
    figure = cells.count(row.text)
    if figure is None:
        doubts.append(_unclear(row))
        return "", None
    return "answered", replace(figure, quote=row.raw)


def _words(row: Written, doubts: list[str], cues: Cues) -> str:
    """An answer in words. One that denies, refuses or points elsewhere in words of its own is looked at by a person."""
    if said := cells.saying(row.text):
        return said
    if len(row.text.split()) < _LONG and _POINTS.search(row.text):
        doubts.append(_unclear(row))
        return ""
    for outcome, cue in (
        ("refused", cues.refused),
        ("not_held", cues.not_held),
        ("redirected", cues.redirected),
    ):
        if outcomes.decided(row.text, cue):
            doubts.append(f"it may be {outcome.replace('_', ' ')}: “{row.text[:_SHOWN]}”")
            break
    return "answered"


def _unclear(row: Written) -> str:
    return f"{row.line.label.partition(' (')[0]}: “{row.text[:_SHOWN]}” is no answer that foimail knows"


def _spot(row: Written, file: str) -> Spot:
    return Spot(file, Unit(row.start, row.end, row.text), row.text)
