"""Letters: drafts that wait for a yes, and the outbox with what became of each."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, get_args

from flask import Blueprint, redirect, render_template, request

from foimail.errors import InputError
from foimail.store.outbox import State
from foimail.web import door, here, table
from foimail.web.post import state
from foimail.workflows import drafts, outbox

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

pages = Blueprint("letters", __name__)
STATES: tuple[str, ...] = get_args(State)


@pages.get("/letters")
def page() -> str:
    """The drafts in full, and the outbox in a table."""
    ws = here.ws()
    asked = {name: request.args.get(name, "") for name in ("state", "q", "page")}
    everything = here.desk().known("outbox", outbox.rows)
    words = asked["q"]
    rows = [
        row
        for row in reversed(everything)
        if asked["state"] in {"", row["state"]}
        and (
            not words
            or table.found(words, f"{row['to']} {row['subject']} {row['case']} {row['body']}".lower())
        )
    ]
    waiting = table.cut(drafts.waiting(ws), {"page": request.args.get("drafts", "")}, size=25)
    return render_template(
        "letters.html",
        drafts=[(one, drafts.stale(ws, one)) for one in waiting.rows],
        waiting=waiting,
        cut=table.cut(rows, asked),
        states=STATES,
        counts={name: sum(row["state"] == name for row in everything) for name in STATES},
        run=state(),
    )


@pages.post("/letters")
def decide() -> Response:
    """Approve or drop the drafts that were ticked; of the letters, nothing goes by this alone."""
    numbers = [table.number(text, 0) for text in request.form.getlist("draft")]
    if not numbers:
        raise InputError("no draft was chosen", hint="tick the drafts first")
    if request.form.get("do") == "drop":
        done = drafts.drop(here.ws(), numbers)
        door.say(f"{_many(len(done))} dropped.")
    else:
        done = drafts.approve(here.ws(), numbers, anyway=bool(request.form.get("anyway")))
        door.say(
            f"{_many(len(done))} approved. {'It waits' if len(done) == 1 else 'They wait'} in the outbox: send them below."
        )
    return redirect("/letters", 303)


@pages.get("/drafts/<int:number>")
def draft(number: int) -> str:
    """One draft, to be read and changed."""
    found = drafts.draft(here.ws(), number)
    return render_template(
        "draft.html",
        draft=found,
        stale=drafts.stale(here.ws(), found) if found.state == "draft" else "",
        problems=(),
    )


@pages.post("/drafts/<int:number>")
def edit(number: int) -> Response | tuple[str, int]:
    """Keep what was changed; then approve it, drop it, or let it wait. What was typed is never lost to a fault."""
    ws, form = here.ws(), request.form
    found = drafts.draft(ws, number)
    to, subject = form.get("to", "").strip(), form.get("subject", "").strip()
    text = form.get("text", "").replace("\r\n", "\n")
    if form.get("do") == "drop":
        drafts.drop(ws, [number])
        door.say(f"Draft {number} was dropped.")
        return redirect("/letters", 303)
    try:
        if (to, subject, text.strip()) != (found.recipient, found.subject, found.text.strip()):
            drafts.edit(ws, number, to, subject, text)
        if form.get("do") == "approve":
            drafts.approve(ws, [number], anyway=bool(form.get("anyway")))
    except InputError as error:
        typed = replace(drafts.draft(ws, number), recipient=to, subject=subject, text=text)
        problems = [str(problem) for problem in error.problems] or [str(error)]
        return render_template("draft.html", draft=typed, stale="", problems=problems), 400
    door.say(
        f"Draft {number} was {'approved and waits in the outbox' if form.get('do') == 'approve' else 'kept'}."
    )
    return redirect("/letters" if form.get("do") == "approve" else f"/drafts/{number}", 303)


@pages.get("/outbox/<int:number>")
def letter(number: int) -> str:
    """One letter of the outbox."""
    return render_template("outbox_one.html", row=outbox.letter(here.ws(), number))


@pages.post("/outbox/<int:number>")
def settle(number: int) -> Response:
    """What a person found out of a letter in doubt, or that it is to be tried again."""
    match request.form.get("do"):
        case "sent" | "not_sent" as what:
            outbox.settle(here.ws(), number, sent=what == "sent")
            door.say(f"Letter {number} counts as {'sent' if what == 'sent' else 'not sent'}, by your word.")
        case "retry":
            to = outbox.retry(here.ws(), number, request.form.get("to", "").strip() or None)
            door.say(f"Queued again, for {to}.")
        case other:
            raise InputError(f"this desk knows nothing of `{other}`")
    return redirect(f"/outbox/{number}", 303)


def say_written(count: int) -> None:
    """Tell of drafts that were written."""
    door.say(f"{count or 'No'} draft{'s' * (count != 1)} written. Nothing is sent before you approve it.")


def _many(count: int) -> str:
    return f"{count} {'draft was' if count == 1 else 'drafts were'}"
