"""The campaign: where all bodies stand, what is due, and the table of them; drafts for those that are chosen."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from typing import TYPE_CHECKING

from flask import Blueprint, redirect, render_template, request
from markupsafe import Markup

from foimail.errors import InputError
from foimail.output import charts
from foimail.output.html import row_of
from foimail.web import door, here, table
from foimail.web.letters import say_written
from foimail.web.regions import regions
from foimail.workflows import escalate, standing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from werkzeug.wrappers import Response

    from foimail.output.tables import Row
    from foimail.web.table import Cut
    from foimail.workflows.escalate import Escalated

pages = Blueprint("campaign", __name__)
_WEEK = timedelta(days=7)
_GROUPS = {
    "late": frozenset({"overdue", "review_overdue"}),
    "replied": frozenset({"answered", "decided", "review", "review_overdue", "complained"}),
}
_IN_TIME = frozenset({"awaiting", "extended"})
_KEYS = {
    "name": lambda row: str(row["name"]).casefold(),
    "stage": lambda row: charts.rank(str(row["stage"])),
    "sent": lambda row: row["sent"],
    "due": lambda row: row["due"],
    "days": lambda row: row["days_left"],
}


@pages.get("/")
def page() -> str:
    """The whole page; or, where a script asks for it as one types, the table alone."""
    cut = _cut()
    table_ = here.drawn(
        "campaign_rows.html", cut, lambda: {"rows": [row_of(row, here.ws().today) for row in cut.rows]}
    )
    if request.headers.get("X-Part") == "rows":
        return table_
    counts = here.desk().known("stages", lambda _: Counter(str(row["stage"]) for row in here.rows()))
    stages = sorted(counts, key=charts.rank)
    return render_template(
        "campaign.html",
        title=here.ws().campaign.title,
        tiles=_tiles(),
        stages=[(name, counts[name]) for name in stages],
        strip=Markup(charts.strip({name: counts[name] for name in stages})),  # noqa: S704 - numbers and our own words
        over_time=here.desk().known("over_time", lambda _: _over_time()),
        regions=here.desk().known(
            "regions", lambda _: regions(here.rows(), _region_of(), _GROUPS["replied"], _GROUPS["late"])
        ),
        unread=here.desk().known("unread", lambda _: standing.perhaps_unread(here.standings())),
        table=table_,
        asked=cut.asked,
    )


@pages.post("/draft")
def draft() -> Response:
    """Write the drafts for the bodies that were chosen, or for all whose next letter is due. Nothing is sent."""
    everybody = request.form.get("whom") == "due"
    chosen = request.form.getlist("case")
    if not everybody and not chosen:
        raise InputError("no body was chosen", hint="tick the bodies in the table first")
    _tell(escalate.escalate(here.ws(), () if everybody else chosen))
    return redirect("/letters", 303)


def _cut() -> Cut:
    asked = {name: request.args.get(name, "") for name in ("q", "stage", "region", "sort", "down", "page")}
    words, stage, region, sort = asked["q"], asked["stage"], asked["region"], asked["sort"]
    chosen = here.desk().known(
        ("rows", words, stage, region, sort, asked["down"]),
        lambda _: table.ordered(_found(words, stage, region), asked, _KEYS),
    )
    return table.cut(chosen, asked, _KEYS, is_ordered=True)


def _region_of() -> dict[str, str]:
    return {one.body.id: one.body.region for one in here.standings()}


def _found(words: str, stage: str, region: str = "") -> Sequence[Row]:
    rows = here.rows()
    if words:
        texts = here.desk().known("texts", lambda _: list(map(_text, rows)))
        rows = [row for row, text in zip(rows, texts, strict=True) if table.found(words, text)]
    if region:
        of = here.desk().known("region of", lambda _: _region_of())
        rows = [row for row in rows if of.get(str(row["body"])) == region]
    if stage == "week":
        today = here.ws().today
        return [row for row in rows if row["stage"] in _IN_TIME and _within_a_week(row["due"], today)]
    return [row for row in rows if row["stage"] in _GROUPS.get(stage, {stage})] if stage else rows


def _within_a_week(due: object, today: date) -> bool:
    return isinstance(due, date) and today <= due <= today + _WEEK


def _text(row: Row) -> str:
    stage = charts.stage(str(row["stage"])).name
    return f"{row['name']} {row['body']} {row['case']} {stage} {row['next_step']}".lower()


def _tiles() -> list[tuple[int, str, str, str]]:
    """Number, words, address and tone of what a person wants to know first."""
    late, week, replied = here.desk().known(
        "tiles", lambda _: [len(_found("", name)) for name in ("late", "week", "replied")]
    )
    waiting = next((page.address for page in here.nav() if page.waiting), "/review")
    count = sum(here.waiting().values())
    return [
        (late, "late", "/?stage=late#bodies", "late" if late else "idle"),
        (week, "due within a week", "/?stage=week#bodies", "wait"),
        (count, "waiting for you", waiting, "ask" if count else "idle"),
        (replied, "answered", "/?stage=replied#bodies", "good"),
    ]


def _over_time() -> Markup:
    found = here.standings()
    sent = [s.case.first_sent_on for s in found if s.case and s.case.first_sent_on]
    answered = [s.position.answered_on for s in found if s.position and s.position.answered_on]
    return Markup(charts.over_time(sent, answered, here.ws().today))  # noqa: S704 - numbers and our own words


def _tell(done: Escalated) -> None:
    say_written(len(done.drafts))
    for who, why in done.skipped:
        door.say(f"Left out: {who}: {why}", "ask")
    for problem in done.problems:
        door.say(str(problem), "bad")
