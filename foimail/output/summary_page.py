"""The figures of the whole as one web page: no script, nothing loaded, readable on a telephone and on paper."""

from __future__ import annotations

from typing import TYPE_CHECKING

from foimail.output import charts, summary, templates
from foimail.output.charts import Stage
from foimail.output.tables import plain

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from markupsafe import Markup

    from foimail.dataset.summary import PartSummary, Total
    from foimail.output.summary import Sheet

_NAMED: Mapping[str, Stage] = {
    "answered": Stage("Answered", "good"),
    "partial": Stage("Answered in part", "good"),
    "not_held": Stage("Do not hold it", "idle"),
    "refused": Stage("Refused", "stuck"),
    "redirected": Stage("Pointed elsewhere", "idle"),
    "unanswered": Stage("Left it out", "ask"),
    "unread": Stage("Not read yet", "ask"),
    "silent": Stage("No answer, late", "late"),
    "awaited": Stage("Still in time", "wait"),
    "paused": Stage("Wait for us", "ask"),
    "closed": Stage("Closed by us", "idle"),
    "not_reached": Stage("Not reached", "stuck"),
    "not_asked": Stage("Not asked yet", "idle"),
}  # as short as a chart wants them


def page(sheet: Sheet) -> str:
    """The page as HTML. All text in it is escaped, and its policy lets nothing be loaded or run."""
    from markupsafe import Markup

    response = sheet.summary.response
    groups = (("Nation", response.nations), ("Type", response.types))
    return templates.render(
        "summary.html.j2",
        title=plain(sheet.title),
        on=sheet.on,
        sentences=list(summary.of_sheet(sheet)),
        # what is marked as Markup is our own: drawn from numbers, or a file of this package
        over_time=Markup(charts.over_time(sheet.sent, sheet.answered, sheet.on)),  # noqa: S704
        by_status=_statuses("all", "Bodies by where they stand", response.statuses),
        groups=[
            (heading, [summary.group_row(heading, one) for one in found])
            for heading, found in groups
            if len(found) > 1
        ],
        of_groups=summary.OF_GROUPS,
        parts=[_part(one) for one in sheet.summary.parts],
        style=Markup(templates.text("report.css")),  # noqa: S704
    )


def _part(one: PartSummary) -> Mapping[str, object]:
    years = summary.by_years(one.figures) if one.figures else []
    return {
        "number": one.number,
        "question": plain(one.part.question),
        "sentences": list(summary.of_part(one)),
        "chart": _statuses(
            f"part-{one.number}", f"Part {one.number}: bodies by what they answered", one.statuses
        ),
        "years": [
            {
                "heading": heading,
                "columns": summary.year_columns(heading, totals),
                "rows": [summary.year_row(heading, total) for total in totals],
                "chart": _sums(f"part-{one.number}-{heading.partition(' ')[0].lower()}", heading, totals),
            }
            for heading, totals in years
        ],
    }


def _statuses(name: str, title: str, counts: Mapping[str, int]) -> Markup:
    from markupsafe import Markup

    found = [(_NAMED[status], count) for status, count in counts.items() if count]
    return Markup(charts.bars(f"{name}-statuses", title, found))  # noqa: S704 - numbers and our own words


def _sums(name: str, heading: str, totals: Sequence[Total]) -> Markup:
    from markupsafe import Markup

    rows = [(total.period, total.bounds, summary.bounds_words(total.bounds)) for total in totals]
    return Markup(charts.sums(name, f"Total by {heading.lower()}", rows))  # noqa: S704 - numbers, and years by their form
