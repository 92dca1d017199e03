"""A person's word: on what came by post, by telephone or from a portal, on what a message says, on a letter sent by hand."""

from __future__ import annotations

import mimetypes
from typing import TYPE_CHECKING

from flask import Blueprint, redirect, request

from foimail.errors import InputError
from foimail.model import Attachment
from foimail.web import door, table
from foimail.web.here import ws
from foimail.web.marked import blank
from foimail.web.review import kind
from foimail.workflows import corrections, drafts

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

pages = Blueprint("word", __name__)
_LARGEST = 50_000_000  # bytes of the files that came by post: a scan of a hundred pages
_OUR_WAYS = ("form", "post", "phone")


@pages.url_value_preprocessor
def scans_are_large(endpoint: str | None, _: dict[str, object] | None) -> None:
    """Let files in that are larger than what is typed; before anything reads the form."""
    if endpoint == "word.received":
        request.max_content_length = _LARGEST


@pages.post("/body/<name>/received")
def received(name: str) -> Response:
    """Keep what came by post, by telephone or from a link, with its files, and have its answers read."""
    form = request.form
    by = form.get("by", "")
    if by not in corrections.WAYS:
        raise InputError(
            "nothing is said of how it came", hint=f"choose one of {', '.join(corrections.WAYS)}"
        )
    meant = kind(form.get("kind", ""))
    files = [
        Attachment(name_, mimetypes.guess_type(name_)[0] or "application/octet-stream", one.read())
        for one in request.files.getlist("file")
        if (name_ := (one.filename or "").replace("\\", "/").rpartition("/")[2])
    ]
    token, number = corrections.received(
        ws(),
        name,
        by=by,
        on=table.day(form.get("on", "")),
        kind=meant,
        text=form.get("text", ""),
        files=files,
    )
    door.say(f"Kept as message {number} of {token}. Look at what was read in it.")
    return redirect(f"/message/{number}", 303)


@pages.post("/message/<int:number>/told")
def told(number: int) -> Response:
    """What a person reads in a message; it beats what foimail has read."""
    form = request.form
    said = {
        key: text.strip()
        for key, text in zip(form.getlist("fact"), form.getlist("value"), strict=False)
        if key or text.strip()
    }
    if not said:
        raise InputError(
            "nothing is said of the message", hint="choose what you read in it, and write it down"
        )
    facts = corrections.tell(ws(), form.get("case", ""), number, said)
    shown = ", ".join(
        f"{blank(name)} {', '.join(value) or 'none' if isinstance(value, list) else value}"
        for name, value in facts.items()
    )
    door.say(f"Recorded as your word: {shown}.")
    return redirect(f"/message/{number}", 303)


@pages.post("/drafts/<int:number>/sent")
def sent(number: int) -> Response:
    """The letter of a draft went by web form, post or telephone."""
    by = request.form.get("by", "")
    if by not in _OUR_WAYS:
        raise InputError("nothing is said of how it went", hint=f"choose one of {', '.join(_OUR_WAYS)}")
    drafts.sent(ws(), number, by, table.day(request.form.get("on", "")))
    door.say(f"The letter of draft {number} counts as sent by {by}.")
    return redirect(f"/drafts/{number}", 303)
