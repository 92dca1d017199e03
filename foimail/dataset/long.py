"""The long table: a row for each figure of each body, and one where there is none."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from foimail.dataset.bounds import of
from foimail.dataset.suppressed import given_away
from foimail.places import words
from foimail.replies.numerals import whole

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any

    from foimail.dataset.answers import Given, PartAnswer, Value
    from foimail.dataset.fields import Row
    from foimail.model import Body

IN_WORDS = frozenset({"text", "yes_no"})  # parts that are answered in words, whatever figures come with them
GUARDED = "it could be worked out from a total beside it, and was not"
GIVES_AWAY = "with this total a figure that was held back could be worked out"
WAITS = "another letter says otherwise and waits for a person's decision"


@dataclass(frozen=True, slots=True)
class Asked:
    """A body of the campaign with its answers.

    Attributes:
        body: The body.
        parts: Where each part stands.
        case: The token of its case; empty where there is none.
        stage: Where that stands, as `law.position` has it.
        reached: Whether a request has gone and has not come back.
    """

    body: Body
    parts: tuple[PartAnswer, ...]
    case: str = ""
    stage: str = "not_sent"
    reached: bool = False


def rows(asked: Asked) -> list[Row]:
    """The rows of one body, in the order of the questions; each has the columns of `fields.LONG` that it can fill."""
    body = asked.body
    about = {
        "body": body.id,
        "ods": body.ods,
        "name": body.name,
        "nation": body.nation,
        "type": body.type or None,
        "region": body.region or None,
        "case": asked.case or None,
        "stage": asked.stage,
    }
    silent = "no_reply" if asked.reached else "not_asked"
    return [
        about
        | {
            "part_number": int(part.number),
            "part": part.part.key,
            "outcome": part.outcome or silent,
        }
        | row
        for part in asked.parts
        for row in _of_part(part)
    ]


def _of_part(part: PartAnswer) -> Iterator[Row]:
    waits = [WAITS] * bool(part.waiting)
    if part.last is None:
        yield {"state": "missing", "note": "; ".join(waits) or None}
        return
    if part.part.answer in IN_WORDS:
        yield from (_in_words(part, given, waits) for given in part.standing)
    elif not part.values:
        yield _in_words(part, part.last, waits)
    cells, totals = given_away([value.figure for value in part.values])
    for number, value in enumerate(part.values):
        notes = [GUARDED] * (number in cells) + [GIVES_AWAY] * (number in totals) + waits
        yield _figure(value, notes)


def _in_words(part: PartAnswer, given: Given, notes: list[str]) -> Row:
    answer = given.answer
    unsaid = "missing" if part.outcome == "unanswered" else "proposed"
    return _source(given, answer.where) | {
        "state": "confirmed" if given.confirmed else unsaid,
        "confidence": answer.confidence,
        "quote": answer.quote or None,
        "note": "; ".join(notes) or None,
    }


def _figure(value: Value, notes: list[str]) -> Row:
    figure, bounds = value.figure, of(value.figure)
    return _source(value.given, figure.where) | {
        "period": figure.period or None,
        "category": figure.category or None,
        "value": whole(figure.value),
        "lower": whole(bounds.lower),
        "upper": whole(bounds.upper),
        "unit": figure.unit,
        "withheld": figure.withheld,
        "state": "confirmed" if value.given.confirmed else "proposed",
        "confidence": figure.confidence,
        "quote": figure.quote or None,
        "note": "; ".join(notes) or None,
    }


def _source(given: Given, where: Mapping[str, Any]) -> Row:
    letter = given.letter
    return {
        "exemptions": "; ".join(given.answer.sections) or None,
        "source_file": where.get("file") or None,
        "place": words(where) or given.source or None,
        **{name: where.get(name) for name in ("member", "page", "to_page", "sheet", "cell", "start", "end")},
        "message": letter.number or None,
        "message_sha256": letter.sha256 or None,
        "letter_date": date.fromisoformat(letter.dated),
        "confirmed_by": given.who or None,
        "confirmed_on": given.said_on,
    }
