"""The desk's application: its pages, its language, its errors. One for each start."""

from __future__ import annotations

import logging
from importlib import import_module
from importlib.resources import files
from typing import TYPE_CHECKING

from flask import Flask, Response, abort, current_app, g, render_template, request
from jinja2 import StrictUndefined
from werkzeug.exceptions import HTTPException

from foimail.errors import BusyError, FoimailError, InputError
from foimail.law.calendar import in_words
from foimail.output import charts, templates
from foimail.web import door as doors
from foimail.web import here
from foimail.web.marked import blank, safe

if TYPE_CHECKING:
    from foimail.web.desk import Desk
    from foimail.web.door import Door

PAGES = (
    "login",
    "campaign",
    "body",
    "message",
    "inbox",
    "word",
    "writing",
    "review",
    "answers",
    "proposals",
    "exports",
    "letters",
    "post",
    "deadlines",
    "setup",
)
_KINDS = {"css": "text/css", "js": "text/javascript", "svg": "image/svg+xml"}
_LARGEST = 2_000_000  # bytes of a form: a letter is a hundredth of it


def create(desk: Desk, door: Door) -> Flask:
    """The application, for this desk and behind this door."""
    app = Flask("foimail.web", static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = app.config["MAX_FORM_MEMORY_SIZE"] = _LARGEST
    app.config["MAX_FORM_PARTS"] = 2000
    app.extensions["desk"] = desk
    app.extensions["door"] = door
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.finalize = safe  # no stranger's mark steers a page
    app.jinja_env.filters |= {"day": templates.short, "in_words": in_words, "spaced": blank}
    app.jinja_env.globals |= {
        "said": doors.said,
        "stage_of": charts.stage,
        "form_key": lambda: g.visit.form_key,
        "visit": lambda: g.get("visit"),
        "nav": lambda: here.nav() if "visit" in g else (),
        "today": lambda: here.ws().today,
    }
    doors.guard(app, door)
    for name in PAGES:
        app.register_blueprint(import_module(f"foimail.web.{name}").pages)
    app.register_error_handler(FoimailError, _fault)
    app.register_error_handler(HTTPException, _refused)
    app.register_error_handler(Exception, _broken)
    app.add_url_rule("/assets/<name>", "asset", _asset)
    return app


def _asset(name: str) -> Response:
    """A style sheet or script of ours; the report's style is the desk's too."""
    kind = _KINDS.get(name.rpartition(".")[2])
    folder = files("foimail") / ("output" if name == "report.css" else "web/assets")
    if kind is None or not (folder / name).is_file():
        abort(404)
    # asked anew each time: after an upgrade nobody sees yesterday's style
    return Response((folder / name).read_bytes(), mimetype=kind, headers={"Cache-Control": "no-cache"})


def _fault(error: FoimailError) -> tuple[str, int]:
    """A fault in what a person wrote or asked: the sentence that the command line prints."""
    problems = error.problems if isinstance(error, InputError) else ()
    status = 409 if isinstance(error, BusyError) else 400
    return _page(error.message, error.hint, status, [str(problem) for problem in problems])


def _refused(error: HTTPException) -> tuple[str, int]:
    words = "There is no such page." if error.code == 404 else doors.refusal(error)  # noqa: PLR2004 - not found
    return _page(words, "", error.code or 500)


def _broken(error: Exception) -> tuple[str, int]:
    if current_app.testing:
        raise error
    logging.getLogger("foimail.web").error("a fault in foimail itself", exc_info=error)
    words = f"A fault in foimail itself ({type(error).__name__}). Nothing that was recorded is lost."
    return _page(words, "Please report it, with what you did.", 500)


def _stands() -> bool:
    """Whether the workspace can be opened, so that a page can have its head."""
    try:
        here.nav()
    except FoimailError:
        return False
    return True


def _page(words: str, hint: str, status: int, problems: list[str] | None = None) -> tuple[str, int]:
    # without a visit nothing of the workspace is shown; and where its files hold faults, no page of it can be
    name = "error.html" if "visit" in g and _stands() else "refused.html"
    problems = problems if "visit" in g else []
    came = request.referrer or ""
    back = came if came.startswith(f"{here.door().terms.scheme}://{request.host}/") else "/"
    return render_template(name, words=words, hint=hint, problems=problems, back=back), status
