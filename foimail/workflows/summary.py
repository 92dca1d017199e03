"""The figures of the whole: every body of the campaign as the summary sees it, once."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from foimail.dataset.respondents import Respondent, confirmed
from foimail.dataset.summary import summarise
from foimail.output.summary import Sheet
from foimail.workflows import dataset

if TYPE_CHECKING:
    from collections.abc import Sequence

    from foimail.dataset.answers import PartAnswer
    from foimail.workflows.dataset import BodyAnswers
    from foimail.workspace import Workspace


def sheet(ws: Workspace, *, only_confirmed: bool = False) -> Sheet:
    """What the summary shows as of today; of the answers, where wanted, only what a person has confirmed."""
    bodies = respondents(ws)
    if only_confirmed:
        bodies = [replace(one, parts=tuple(map(confirmed, one.parts))) for one in bodies]
    return Sheet(
        title=ws.campaign.title,
        campaign=ws.campaign_name,
        on=ws.today,
        summary=summarise(bodies, ws.campaign.parts),
        sent=tuple(one.sent_on for one in bodies if one.sent_on),
        answered=tuple(one.answered_on for one in bodies if one.answered_on),
        only_confirmed=only_confirmed,
    )


def respondents(ws: Workspace) -> list[Respondent]:
    """Every body that the campaign asks, in the order of the registry.

    A body that was asked more than once stands where its latest case stands; a part that this one does not answer is what the
    latest case before it answered.
    """
    cases: dict[str, list[BodyAnswers]] = {}
    for one in dataset.everybody(ws):
        cases.setdefault(one.standing.body.id, []).append(one)
    return [_respondent(ws, own[-1], _latest(own)) for own in cases.values()]


def _latest(cases: Sequence[BodyAnswers]) -> tuple[PartAnswer, ...]:
    in_turn = zip(*(one.parts for one in reversed(cases)), strict=True)
    return tuple(next((part for part in parts if part.outcome), parts[0]) for parts in in_turn)


def _respondent(ws: Workspace, one: BodyAnswers, parts: tuple[PartAnswer, ...]) -> Respondent:
    body, case, where = one.standing.body, one.standing.case, one.standing.position
    environmental = ws.campaign.environmental
    law = ws.law.regime(case.regime) if case else ws.law.governing(body.nation, environmental=environmental)
    asked = Respondent(body.id, body.name, body.nation, body.type, body.region, law.short, "not_sent", parts)
    if case is None or where is None:
        return asked
    calendar, received, answered = ws.calendar(law), case.received_on, where.answered_on
    return replace(
        asked,
        stage=where.stage,
        sent_on=case.first_sent_on,
        received_on=received,
        answered_on=answered,
        working_days=calendar.between(received, answered) if received and answered else None,
        waited=calendar.between(received, ws.today) if received else None,
        in_time=where.days_late == 0 if answered and where.due else None,
        to_confirm=where.to_confirm,
    )
