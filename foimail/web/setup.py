"""Setup: what `doctor` says, the settings without their secrets, how well the rules did, and the log of events."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, render_template, request

from foimail.files.settings import SPEC
from foimail.web import here, table
from foimail.workflows import doctor, journal, stats

if TYPE_CHECKING:
    from foimail.workspace import Workspace

pages = Blueprint("setup", __name__)


@pages.get("/setup")
def page() -> str:
    """All of it; the servers are asked only where that is wanted."""
    ws = here.ws()
    looked = bool(request.args.get("look"))
    return render_template(
        "setup.html",
        findings=list(doctor.examine(ws)) if looked else (),
        looked=looked,
        settings=_settings(ws),
        folder=str(ws.folder),
        stats=here.desk().known("stats", stats.rows),
    )


@pages.get("/setup/log")
def log() -> str:
    """What was recorded, the latest first."""
    before = table.number(request.args.get("before", ""), 0)
    lines = here.desk().known(("log", before), lambda ws: journal.latest(ws, before=before or None))
    return render_template("log.html", lines=lines, before=before, most=journal.AT_ONCE)


def _settings(ws: Workspace) -> list[tuple[str, str, str]]:
    """Name, value and meaning. A reference to a secret is no secret, but where one lies is nobody's business either."""
    found = []
    for one in SPEC:
        name = f"{one.section}.{one.key}"
        value = ws.settings[name]
        if one.kind == "reference":
            shown = f"kept elsewhere ({str(value).partition(':')[0]})" if value else "not set"
        elif isinstance(value, bool):
            shown = "yes" if value else "no"
        elif isinstance(value, (tuple, list)):
            shown = ", ".join(map(str, value))
        else:
            shown = str(value)
        found.append((name, shown, one.meaning))
    return found
