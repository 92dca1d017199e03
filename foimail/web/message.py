"""A message by itself: read, looked at as it was laid out; its files as downloads, and pages of them as pictures of our own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, Response, abort, render_template, request

from foimail.errors import InputError
from foimail.mail import laid_out
from foimail.output import names, safe_html
from foimail.web import here, paper
from foimail.web.letter import documents, shown
from foimail.workflows import corrections, inbox, pictures, review

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from foimail.documents.model import Document
    from foimail.model import Attachment
    from foimail.workflows.review import Item

pages = Blueprint("message", __name__)
_CLOSED = "default-src 'none'; sandbox"


@pages.get("/message/<int:number>")
def page(number: int) -> str:
    """One message beside what was read out of it."""
    return render_template("message.html", letter=shown(number), facts=corrections.FACTS)


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


@pages.get("/message/<int:number>/file/<int:place>/page/<int:at>")
def alone(number: int, place: int, at: int) -> str:
    """One page of a PDF by itself, with ways to those before and behind it."""
    item, attachment, document = _paged(number, place)
    spans = paper.spans_of(request.args.getlist("mark"))
    shown_ = paper.page(item, place, attachment, document, at, spans)
    text = next((one.text for one in document.pages if one.number == at), "")
    ways = {"earlier": at - 1, "later": at + 1}
    beside = {
        word: paper.address(item, place, to, spans) for word, to in ways.items() if 0 < to <= shown_.count
    }
    return render_template("paper.html", row=item.row, file=attachment, page=shown_, beside=beside, text=text)


@pages.get("/message/<int:number>/file/<int:place>/page/<int:at>.png")
def picture(number: int, place: int, at: int) -> Response:
    """The picture of a page."""
    item, attachment, document = _paged(number, place)
    spans = paper.spans_of(request.args.getlist("mark"))
    drawn = paper.drawn(item, place, attachment, at, paper.quotes_of(document, at, spans))
    if not drawn.png:
        raise InputError(f"page {at} of {attachment.name} cannot be shown: {drawn.reason}")
    return Response(drawn.png, mimetype="image/png", headers={"Content-Security-Policy": _CLOSED})


def _paged(number: int, place: int) -> tuple[Item, Attachment, Document]:
    """The message, and the PDF of it that is asked for. InputError where the message is in quarantine, or gone."""
    item = review.item(here.ws(), number)
    files = documents(item)
    if not 0 < place <= len(files) or not pictures.is_paged(*files[place - 1]):
        abort(404)
    return item, *files[place - 1]


def download(content: bytes | str, name: str) -> Response:
    """A file to be saved: its type says nothing to a browser, so that it is never shown or run within the desk."""
    response = Response(content, mimetype="application/octet-stream")
    response.headers.set("Content-Disposition", "attachment", filename=names.safe(name))
    response.headers["Content-Security-Policy"] = _CLOSED
    return response
