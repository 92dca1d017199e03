"""Letters in a person's own words: to one body, or one answer to the like questions of many. What comes out are drafts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, redirect, render_template, request

from foimail.errors import InputError
from foimail.web import door, here
from foimail.web.letters import say_written
from foimail.workflows import clarifications, reply

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

pages = Blueprint("writing", __name__)


@pages.post("/body/<name>/reply")
def write(name: str) -> Response:
    """Draft a letter to a body."""
    form = request.form
    kind = form.get("kind", "")
    if kind and kind not in reply.KINDS:
        raise InputError(
            f"there is no letter of the kind {kind!r}", hint=f"there are {', '.join(reply.KINDS)}"
        )
    number = reply.reply(here.ws(), name, kind, form.get("text", ""), form.getlist("keep"))
    door.say("A draft was written. Read it, change what you like, and approve it.")
    return redirect(f"/drafts/{number}", 303)


@pages.get("/questions")
def questions() -> str:
    """The questions that wait for an answer, like ones together."""
    return render_template("questions.html", found=here.desk().known("questions", clarifications.waiting))


@pages.post("/questions")
def answer() -> Response:
    """Draft one answer to every question of a group."""
    text = request.form.get("text", "").strip()
    if not text:
        raise InputError("the answer is empty", hint="write what you meant")
    numbers, problems = clarifications.answer(here.ws(), request.form.get("group", ""), text)
    say_written(len(numbers))
    for problem in problems:
        door.say(str(problem), "bad")
    return redirect("/letters" if numbers else "/questions", 303)
