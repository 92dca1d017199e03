"""The report as one web page: self-contained, readable on a telephone and on paper, and whole without its script."""

from __future__ import annotations

import hashlib
from base64 import b64encode
from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from foimail.output import charts, templates
from foimail.output.tables import plain

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from foimail.output.tables import Row

_NOTHING_SENT = "No request has been sent yet, so there is nothing to draw."
# once an answer has come, the days say how it came and no longer run
_ENDED = frozenset({"answered", "review", "review_overdue", "complained", "decided", "closed"})


@dataclass(frozen=True, slots=True)
class Page:
    """What a page shows.

    `rows` are those of the deadlines report, in their order; `sent` and `answered` hold a London day for each request and
    each answer; `on` is the day that the report was made for.
    """

    title: str
    on: date
    rows: Sequence[Row]
    sent: Sequence[date]
    answered: Sequence[date]


def page(shown: Page) -> str:
    """The page as HTML. All text in it is escaped, and its policy lets nothing be loaded and no script but its own run."""
    from markupsafe import Markup

    style, script = templates.text("report.css"), templates.text("report.js")
    counts = Counter(str(row["stage"]) for row in shown.rows)
    stages = sorted(counts, key=charts.rank)
    # what is marked as Markup is our own: drawn from numbers, or a file of this package
    drawn = Markup(charts.over_time(shown.sent, shown.answered, shown.on))  # noqa: S704
    return templates.render(
        "report.html.j2",
        title=plain(shown.title),
        on=shown.on,
        summary=_summary(counts, shown),
        rows=[row_of(row, shown.on) for row in shown.rows],
        stages=[(name, charts.stage(name).name) for name in stages],
        over_time=drawn,
        by_stage=Markup(charts.by_stage({name: counts[name] for name in stages})),  # noqa: S704
        empty=Markup('<p class="empty">{}</p>').format(_NOTHING_SENT),
        style=Markup(style),  # noqa: S704
        script=Markup(script),  # noqa: S704
        script_hash=_hash(script),
    )


def _summary(counts: Mapping[str, int], shown: Page) -> str:
    """What most readers want to know, in a sentence or two."""
    if not shown.rows:
        return "No bodies are shown."
    late = counts.get("overdue", 0) + counts.get("review_overdue", 0)
    bodies = "1 body" if len(shown.rows) == 1 else f"{len(shown.rows)} bodies"
    asked = f"{len(shown.sent)} of {bodies} {'has' if len(shown.sent) == 1 else 'have'} been asked."
    answers = len(shown.answered)
    if not shown.sent:
        return f"None of {bodies} has been asked yet."
    answered = f"{answers or 'None'} {'has' if answers < 2 else 'have'} answered"  # noqa: PLR2004 - one, or more
    return f"{asked} {answered}; {late or 'none'} {'is' if late < 2 else 'are'} late."  # noqa: PLR2004 - as above


def _hash(script: str) -> str:
    """The script as the page's policy names it (CSP level 3, section 2.3.1)."""
    return "sha256-" + b64encode(hashlib.sha256(script.encode()).digest()).decode()


def row_of(row: Row, today: date) -> dict[str, object]:
    """A row of the report as a page shows it: marks taken out, the stage and the days in words."""
    named = charts.stage(str(row["stage"]))
    token, code = plain(str(row.get("case") or "")), plain(str(row["body"]))
    opens, last = row.get("from"), row.get("by")
    when = ""
    if isinstance(opens, date) and opens > today and row.get("route") != "wait":
        when = f"from {templates.short(opens)}"
    elif isinstance(last, date):
        when = f"by {templates.short(last)}"
    return {
        "anchor": token or f"body-{code}",
        "mark": token or code,
        "name": plain(str(row["name"])),
        "stage": row["stage"],
        "stage_name": named.name,
        "tone": named.tone,
        "rank": charts.rank(str(row["stage"])),
        "to_confirm": row.get("to_confirm"),
        "sent": row.get("sent"),
        "due": row.get("due"),
        "days_left": row.get("days_left"),
        "days": _days(row.get("days_left"), str(row["stage"])),
        "next_step": plain(str(row["next_step"] or "")),
        "when": when,
    }


def _days(left: object, stage: str) -> str:
    if not isinstance(left, int):
        return ""
    if left < 0:
        return f"{-left} late"
    if stage in _ENDED:
        return "in time"
    return f"{left} left" if left else "today"
