"""A message by itself: read, looked at as it was laid out, and its files, which are downloads and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, Response, abort, render_template

from foimail.mail import laid_out
from foimail.output import names, safe_html
from foimail.web import here
from foimail.web.letter import shown
from foimail.workflows import inbox, review

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

pages = Blueprint("message", __name__)


@pages.get("/message/<int:number>")
def page(number: int) -> str:
    """One message beside what was read out of it."""
    return render_template("message.html", letter=shown(number))


@pages.get("/message/<int:number>/laid-out")
def frame(number: int) -> Response:
    """Its HTML, cleaned, for a sandboxed frame."""
    _, raw = inbox.message(here.ws(), number)
    found = laid_out.html(raw)
    if found is None:
        abort(404)
    whole = safe_html.page(found, "The letter as it was laid out")
    return Response(whole, mimetype="text/html", headers={"Content-Security-Policy": safe_html.POLICY})


@pages.get("/message/<int:number>/original")
def original(number: int) -> Response:
    """The mail byte for byte."""
    _, raw = inbox.message(here.ws(), number)
    return download(raw, f"message-{number}.eml")


@pages.get("/message/<int:number>/file/<int:place>")
def file(number: int, place: int) -> ResponseReturnValue:
    """One attachment."""
    _, raw = inbox.message(here.ws(), number)
    message = review.opened(raw)
    files = message.attachments if message else ()
    if not 0 < place <= len(files):
        abort(404)
    return download(files[place - 1].content, files[place - 1].name)


def download(content: bytes | str, name: str) -> Response:
    """A file to be saved: its type says nothing to a browser, so that it is never shown or run within the desk."""
    response = Response(content, mimetype="application/octet-stream")
    response.headers.set("Content-Disposition", "attachment", filename=names.safe(name))
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
