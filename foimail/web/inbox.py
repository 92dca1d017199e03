"""All that came, the latest first, and the button that looks for new mail: nothing is asked of the network without it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, redirect, render_template, request

from foimail.web import door, here, post, table
from foimail.web.marked import blank
from foimail.workflows import inbox
from foimail.workflows import poll as polling

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from werkzeug.wrappers import Response

    from foimail.output.tables import Row
    from foimail.web.post import Run
    from foimail.workflows.poll import Polled
    from foimail.workspace import Workspace

pages = Blueprint("inbox", __name__)
FETCHING = "looking for new mail"


@pages.get("/inbox")
def page() -> str:
    """The messages, found by words; those of the last look are said to be new."""
    asked = {name: request.args.get(name, "") for name in ("q", "page")}
    run = post.state()
    run = run if run is not None and run.what == FETCHING else None
    rows = [row for row in reversed(_rows()) if not asked["q"] or table.found(asked["q"], _text(row))]
    shown = {"cut": table.cut(rows, asked), "asked": asked, "run": run}
    if request.headers.get("X-Part") == "rows":
        return render_template("inbox_rows.html", **shown)
    return render_template("inbox.html", **shown)


@pages.post("/poll")
def poll() -> Response:
    """Look for new mail, as `foimail poll` does, while the pages go on. BusyError where another poll is at work."""
    ws = here.ws()
    with ws.only_one("poll"):
        last = max((int(str(row["id"])) for row in _rows()), default=0)
    post.start(FETCHING, lambda run: _poll(ws, run), since=last)
    door.say("foimail is looking for new mail.", "wait")
    return redirect("/inbox", 303)


def _rows() -> Sequence[Row]:
    rows: Sequence[Row] = here.desk().known("inbox", lambda ws: inbox.rows(ws, waiting=False))
    return rows


def _text(row: Row) -> str:
    return blank(f"{row['id']} {row['from']} {row['subject']} {row['kind']} {row['cases']}").lower()


def _poll(ws: Workspace, run: Run) -> str:
    result = polling.poll(ws)
    run.notes = list(_notes(result))
    return result.line


def _notes(result: Polled) -> Iterator[str]:
    yield from result.made.settled
    yield from result.made.unopened
    for held in result.made.held:
        said = (
            f"draft {held.draft} tells the body" if held.draft else f"no letter was drafted: {held.no_draft}"
        )
        yield f"message {held.number} went into quarantine: {held.because}; {said}"
    yield from result.undelivered
