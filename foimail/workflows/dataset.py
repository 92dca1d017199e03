"""The answers of every body of the campaign, as letters and people give them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from foimail.dataset.answers import Letter, PartAnswer
from foimail.dataset.combine import combine
from foimail.replies.reading import from_json
from foimail.store import inbox
from foimail.workflows import standing

if TYPE_CHECKING:
    from collections.abc import Mapping

    from foimail.model import Case, Reply
    from foimail.replies.reading import Answer
    from foimail.store.inbox import Row
    from foimail.workflows.standing import Standing
    from foimail.workspace import Workspace


@dataclass(frozen=True, slots=True)
class BodyAnswers:
    """A body that the campaign asks, where its case stands, and its answers part by part; without a case, none of them."""

    standing: Standing
    parts: tuple[PartAnswer, ...]


def everybody(ws: Workspace) -> list[BodyAnswers]:
    """The answers of every body of the campaign, the silent ones too, in the order of the registry."""
    rows = _messages(ws)
    nothing = combine((), (), ws.campaign.parts)
    return [
        BodyAnswers(
            one,
            _parts(ws, one.case, rows) if one.case and (one.case.replies or one.case.decisions) else nothing,
        )
        for one in standing.everybody(ws)
    ]


def of_case(ws: Workspace, case: Case) -> tuple[PartAnswer, ...]:
    """The answers of one case."""
    return _parts(ws, case, _messages(ws, case.token))


def _messages(ws: Workspace, token: str | None = None) -> dict[str, Row]:
    with ws.store.read() as connection:
        return {row.sha256: row for row in inbox.rows(connection, token=token)}


def _parts(ws: Workspace, case: Case, rows: Mapping[str, Row]) -> tuple[PartAnswer, ...]:
    letters = [_letter(rows[reply.message], reply) for reply in case.replies if reply.message in rows]
    return combine(letters, case.decisions, ws.campaign.parts)


def _letter(row: Row, reply: Reply) -> Letter:
    reading = from_json(row.reading)
    dated = (reading.letter_date if reading else None) or reply.on.isoformat()
    answers = [_with_sections(one, reply) for one in reading.answers] if reading else []
    return Letter(row.id, row.sha256, reply.on, dated, reply.kind, tuple(answers), row.needs_person)


def _with_sections(answer: Answer, reply: Reply) -> Answer:
    """What a part is refused under where no reading of it says so: the sections that a person told of its letter, or rules read."""
    if answer.sections or answer.outcome != "refused":
        return answer
    return replace(answer, sections=tuple(reply.facts.get("sections", ())))
