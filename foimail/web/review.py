"""The queue of doubtful mails: one letter beside the decision, which one key makes."""

from __future__ import annotations

from typing import TYPE_CHECKING, get_args

from flask import Blueprint, redirect, render_template, request

from foimail.errors import InputError
from foimail.model import Kind
from foimail.web import door, here, table
from foimail.web.letter import shown
from foimail.web.marked import blank
from foimail.workflows import review

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

pages = Blueprint("review", __name__)
KINDS: tuple[str, ...] = get_args(Kind)


@pages.get("/review")
def queue() -> str:
    """What waits, oldest first."""
    rows = here.desk().known("review", review.rows)
    return render_template("review.html", cut=table.cut(rows, {"page": request.args.get("page", "")}))


@pages.get("/review/<int:number>")
def one(number: int) -> str:
    """One message and its decision."""
    waiting = [row.id for row in review.queue(here.ws())]
    return render_template(
        "review_one.html", letter=shown(number), kinds=KINDS, left=len(waiting), is_waiting=number in waiting
    )


@pages.post("/review/<int:number>")
def decide(number: int) -> Response:
    """A person's word: the case and kind as they stood on the page, or that it belongs nowhere; or it is passed over."""
    ws, form = here.ws(), request.form
    match form.get("do"):
        case "skip":
            review.skip(ws, number)
            door.say(f"Message {number} was passed over; it comes again after the others.", "wait")
        case "none":
            what, _ = review.decide(ws, number, tokens=(), kind=kind(form.get("kind", "")))
            door.say(f"Message {number} belongs to no case ({blank(what)}).")
        case "accept":
            other = [
                review.case(ws, words.strip()).token
                for words in form.get("other", "").split(",")
                if words.strip()
            ]
            tokens = [*form.getlist("case"), *other]
            if not tokens:
                raise InputError(
                    "no case was chosen", hint="tick or name one, or say that it belongs to none"
                )
            what, filed = review.decide(ws, number, tokens=tokens, kind=kind(form.get("kind", "")))
            door.say(f"Message {number}: {blank(what)}, {', '.join(filed)}.")
        case other_:
            raise InputError(f"this desk knows nothing of `{other_}`")
    left = review.queue(ws)
    return redirect(f"/review/{left[0].id}" if left else "/review", 303)


def kind(name: str) -> str:
    """The kind that a form names; InputError where it names none."""
    if name not in KINDS:
        raise InputError("nothing is said of what it is", hint="choose its kind from the list")
    return name
