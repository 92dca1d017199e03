"""The data as plain rows, in the fields that scripts rely on."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from foimail.model import FINAL_KINDS
from foimail.replies.figures import series
from foimail.replies.reading import from_json
from foimail.store import inbox, outbox, quarantine
from foimail.workflows import standing
from foimail.workspace import LONDON

if TYPE_CHECKING:
    from collections.abc import Iterable

    from foimail.replies.reading import Answer
    from foimail.workspace import Workspace

MESSAGES = (
    "source", "message_id", "date", "sender", "subject", "case", "cases", "candidates", "matched_by", "kind", "needs_person",
    "evidence", "exemptions", "body_reference", "letter_date", "review_address", "review_deadline", "answers", "quarantined",
)  # fmt: skip
_WORDLESS: dict[str, object] = {
    "subject": "", "needs_person": True, "evidence": [], "body_reference": None, "review_address": None, "answers": [],
}  # fmt: skip
SERIES = ("period", "category", "value", "lower", "upper", "unit", "withheld", "quote", "confidence")
REQUESTS = (
    "case",
    "campaign",
    "body",
    "name",
    "regime",
    "opened",
    "sent",
    "to",
    "by",
    "message_id",
    "state",
    "stage",
    "attached",
)


def messages(ws: Workspace) -> list[dict[str, object]]:
    """A row per message received; copies of our own letters are none. What is in quarantine has a row without its words."""
    with ws.store.read() as connection:
        found = inbox.rows(connection, states=("read", "broken"), quarantined=True)
        filed = inbox.filed(connection)
        held = quarantine.held(connection)
    rows: list[dict[str, object]] = []
    for r in found:
        tokens = filed.get(r.sha256, [])
        reading = from_json(r.reading)
        alone = tokens[0] if len(tokens) == 1 else None
        row: dict[str, object] = {
            "source": r.source,
            "message_id": r.message_id,
            "date": r.sent_at.isoformat() if r.sent_at else None,
            "sender": r.sender,
            "subject": r.subject,
            "case": alone[0] if alone and alone[1] == "rule" else None,
            "cases": [token for token, _ in tokens],
            "candidates": r.candidates if len(tokens) != 1 else [],
            "matched_by": r.matched_by,
            "kind": r.kind or "other",
            "needs_person": r.needs_person,
            "evidence": r.evidence,
            "exemptions": list(reading.exemptions) if reading else [],
            "body_reference": reading.body_reference if reading else None,
            "letter_date": (reading.letter_date if reading else None) or r.on_date,
            "review_address": reading.review_address if reading else None,
            "review_deadline": reading.review_deadline if reading else None,
            "answers": [_answer(one) for one in reading.answers] if reading and _answers(r.kind) else [],
            "quarantined": r.sha256 in held,
        }
        rows.append(row | _WORDLESS if r.sha256 in held else row)
    return rows


def _answers(kind: str | None) -> bool:
    """Only final letters and review outcomes answer, whatever a rule read out of a message that a person calls otherwise."""
    return kind in FINAL_KINDS


def _answer(answer: Answer) -> dict[str, object]:
    figures = [figure for figure in answer.figures if figure.unit == "count"] or list(answer.figures)
    return {
        "part": answer.part,
        "outcome": answer.outcome,
        "figures": series(figures),
        "series": [
            {name: getattr(figure, name) for name in SERIES} | {"where": dict(figure.where)}
            for figure in answer.figures
        ],
        "quote": answer.quote,
        "where": dict(answer.where),
        "confidence": answer.confidence,
    }


def requests(ws: Workspace) -> list[dict[str, object]]:
    """A row per case of the campaign; `attached` is the name of the form that went with the request."""
    with ws.store.read() as connection:
        attached = {row.message_id: row.attached for row in outbox.rows(connection)}
    rows: list[dict[str, object]] = []
    for s in standing.everybody(ws):
        if s.case is None or s.position is None:
            continue
        letters = [x for x in s.case.sendings if x.letter == "request"]
        last = letters[-1] if letters else None
        rows.append(
            {
                "case": s.case.token,
                "campaign": s.case.campaign,
                "body": s.body.id,
                "name": s.body.name,
                "regime": s.case.regime,
                "opened": s.case.opened_on,
                "sent": last.on if last and last.state == "sent" else None,
                "to": last.to if last else None,
                "by": last.by if last else None,
                "message_id": last.message_id if last else None,
                "state": last.state if last else "not_sent",
                "stage": s.position.stage,
                "attached": attached.get(last.message_id, "") if last else "",
            }
        )
    return rows


def with_dates(rows: Iterable[dict[str, object]]) -> list[dict[str, object]]:
    """The rows with real dates, and moments of London, where there is an ISO text: for spreadsheets."""
    return [
        row | {name: _dated(row[name]) for name in ("date", "letter_date", "review_deadline") if name in row}
        for row in rows
    ]


def _dated(value: object) -> object:
    if not isinstance(value, str):
        return value
    try:
        return datetime.fromisoformat(value).astimezone(LONDON) if "T" in value else date.fromisoformat(value)
    except ValueError:
        return value
