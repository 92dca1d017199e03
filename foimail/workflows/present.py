"""The report as a file: a page for a browser, and a calendar of deadlines to subscribe to."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from foimail.output.html import Page
from foimail.output.html import page as drawn
from foimail.output.ics import Deadline, to_ics
from foimail.store import cases
from foimail.workflows import deadlines, report, standing

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date, datetime

    from foimail.workflows.standing import Standing
    from foimail.workspace import Workspace


def page(ws: Workspace, stage: str | None = None) -> str:
    """The report as one HTML file: every body, or those at one stage, as of today."""
    found = _chosen(ws, stage)
    shown = Page(
        title=ws.campaign.title,
        on=ws.today,
        rows=report.rows_of(found),
        sent=[s.case.first_sent_on for s in found if s.case and s.case.first_sent_on],
        answered=[s.position.answered_on for s in found if s.position and s.position.answered_on],
    )
    return drawn(shown)


def calendar(ws: Workspace, stage: str | None = None) -> bytes:
    """The deadlines of the cases that are open, as an iCalendar file (RFC 5545).

    A deadline keeps its UID for as long as its case and meaning stay; its SEQUENCE is the length of the case's log, which
    only grows. What has been closed or answered takes its deadlines with it; what is put off has no alarm.
    """
    with ws.store.read() as connection:
        log = cases.log(connection, campaign=ws.campaign_name)
    lengths = Counter(entry.token for entry in log)
    changed = {entry.token: entry.recorded_at for entry in log}
    found = _chosen(ws, stage)
    entries = (entry for s in found for entry in _entries(s, ws.today, lengths, changed))
    return to_ics(f"FOI deadlines: {ws.campaign.title}", entries)


def _chosen(ws: Workspace, stage: str | None) -> list[Standing]:
    everybody = standing.everybody(ws)
    at = [s.position.stage if s.position else "not_sent" for s in everybody]
    return [s for s, where in zip(everybody, at, strict=True) if stage in {None, where}]


def _entries(
    standing_: Standing, today: date, revisions: Counter[str], changed: dict[str, datetime]
) -> Iterator[Deadline]:
    case, where = standing_.case, standing_.position
    if case is None or where is None:
        return
    name, token, quiet = standing_.body.name, case.token, where.snoozed_until is not None

    def entry(what: str, title: str, text: str, on: date) -> Deadline:
        uid = f"{token}-{what}@foimail"
        return Deadline(
            uid, on, f"{title}: {name}", f"{text}\n{token}", revisions[token], changed[token], quiet
        )

    for day in deadlines.days(where):
        yield entry(day.what, day.title, "\n".join(day.text), day.on)
    for step in where.steps:
        # a step that is open already is in the report, and no day of it is to come
        if step.route not in {"wait", "none"} and step.on_or_after is not None and step.on_or_after >= today:
            yield entry(f"{step.route}-from", f"From today: {step.what}", step.why, step.on_or_after)
