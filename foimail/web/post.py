"""Sending: who would get the request, shown before anything is queued; and the run that sends what is queued."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from threading import Event, Lock, Thread
from typing import TYPE_CHECKING

from flask import Blueprint, current_app, redirect, render_template, request

from foimail.errors import BusyError, FoimailError, InputError
from foimail.web import door, here, table
from foimail.workflows import deliver, send

if TYPE_CHECKING:
    from collections.abc import Callable

    from werkzeug.wrappers import Response

    from foimail.workflows.send import Plan, Selection
    from foimail.workspace import Workspace

pages = Blueprint("post", __name__)
_PILOT = 8


@dataclass
class Run:
    """What is at work beside the pages: sending or fetching. `told` is what came of it, `notes` what else is to be said.

    Of mail, what has a higher number than `since` came by it.
    """

    what: str
    done: int = 0
    of: int = 0
    told: str = ""
    notes: list[str] = field(default_factory=list)
    since: int = 0
    failed: bool = False
    busy: bool = True
    stop: Event = field(default_factory=Event)

    def check(self) -> None:
        """FoimailError where the desk is being closed: what is left goes with the next run."""
        if self.stop.is_set():
            raise FoimailError(
                f"{self.what} was stopped by you; {self.done} done, the rest goes with the next run"
            )

    def rest(self, seconds: float) -> None:
        """Wait so long between two letters, unless the desk is closed meanwhile."""
        self.stop.wait(seconds)
        self.check()


_lock = Lock()


def state() -> Run | None:
    """The run that is at work, or was the last."""
    found: Run | None = current_app.extensions.get("run")
    return found


@pages.get("/send")
def page() -> str:
    """Who would get the request now, who would not and why, and one letter in full."""
    selection = _selection(request.args.get("whom", "pilot"), request.args.get("pilot", ""))
    plan = send.plan(here.ws(), selection)
    reasons: dict[str, list[str]] = {}
    for body, why in plan.skipped:
        reasons.setdefault(why, []).append(body.name)
    return render_template(
        "send.html",
        plan=plan,
        reasons=sorted(reasons.items(), key=lambda one: -len(one[1])),
        whom="all" if selection.pilot is None else "pilot",
        pilot=selection.pilot or _PILOT,
        seen=_seen(plan),
        way=here.ws().settings["mail.outgoing"],
    )


@pages.post("/send")
def enqueue() -> Response:
    """Put the letters that were shown into the outbox. They go once the outbox is sent."""
    form = request.form
    plan = send.plan(here.ws(), _selection(form.get("whom", "pilot"), form.get("pilot", "")))
    if form.get("seen") != _seen(plan):
        raise InputError(
            "the letters are other ones than those that were shown",
            hint="look at them again, then queue them",
        )
    count = send.enqueue(here.ws(), plan.letters)
    door.say(
        f"{count} {'letter waits' if count == 1 else 'letters wait'} in the outbox. Nothing has gone yet: send them below."
    )
    return redirect("/letters#outbox", 303)


@pages.post("/outbox/send")
def send_queued() -> Response:
    """Send what waits in the outbox, at the pace of the settings, while the pages go on."""
    ws = here.ws()
    deliver.check_day(ws)
    start("sending", lambda run: _deliver(ws, run))
    door.say("Sending has begun.", "wait")
    return redirect("/letters#outbox", 303)


def _selection(whom: str, pilot: str) -> Selection:
    size = None if whom == "all" else max(1, min(table.number(pilot, _PILOT), 500))
    return send.Selection(pilot=size, with_form=bool(here.ws().settings["campaign.form"]))


def _seen(plan: Plan) -> str:
    """Which letters stood on the page: to whom, and in which words; the tokens are new each time."""
    text = "\n".join(f"{one.body.id} {one.letter.to} {one.letter.wording}" for one in plan.letters)
    return hashlib.sha256(text.encode()).hexdigest()


def start(what: str, work: Callable[[Run], str], *, since: int = 0) -> None:
    """Have something done beside the pages. BusyError where something is at work already."""
    with _lock:
        before = state()
        if before is not None and before.busy:
            raise BusyError(f"{before.what} is at work already", "wait for it to end")
        run = Run(what, since=since)
        current_app.extensions["run"] = run

    def carry_out() -> None:
        try:
            run.told = work(run)
        except FoimailError as error:
            run.told, run.failed = str(error), True
        except Exception as error:  # noqa: BLE001 - it has nobody else to be told by
            run.told, run.failed = (
                f"a fault in foimail itself ({type(error).__name__}); nothing recorded is lost",
                True,
            )
        finally:
            run.busy = False

    # no daemon: a letter that is on its way is seen to its end before the program leaves
    Thread(target=carry_out, name=f"foimail-{what}").start()


def _deliver(ws: Workspace, run: Run) -> str:
    def progress(done: int, of: int) -> None:
        run.done, run.of = done, of
        run.check()

    result = deliver.deliver(ws, progress=progress, sleep=run.rest)
    counted = (
        (result.sent, "sent"),
        (len(result.refused), "refused"),
        (len(result.unknown), "unknown"),
        (len(result.put_off), "put off"),
        (result.left, "left for the next run"),
    )
    told = ", ".join(f"{count} {words}" for count, words in counted if count) or "nothing was due to go"
    run.failed = bool(result.stopped or result.refused or result.unknown)
    return f"{told}{f'; it stopped: {result.stopped}' if result.stopped else ''}"
