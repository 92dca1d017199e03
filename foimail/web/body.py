"""One body: where its case stands, each date with its working, the open steps, and the whole correspondence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, redirect, render_template, request

from foimail.errors import InputError
from foimail.events import (
    ENDS,
    Answered,
    Event,
    Misfiled,
    NotSent,
    Queued,
    Received,
    Refused,
    Sent,
    Told,
    Unknown,
)
from foimail.output import templates
from foimail.web import door, here, table
from foimail.web.letter import shown
from foimail.web.review import KINDS
from foimail.workflows import corrections, escalate, keeping, preview, reply
from foimail.workflows import show as words

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from werkzeug.wrappers import Response

    from foimail.workflows.casebook import Book

pages = Blueprint("body", __name__)
_OPEN_LETTERS = 6  # the latest letters of a long correspondence stand open; the others are a click away


@pages.get("/body/<name>")
def page(name: str) -> str:
    """The body with this code, or the case with this token."""
    ws = here.ws()
    book = here.book(name)
    if book.case is None:
        letters = preview.preview(ws, [book.body.id]) if book.body.status == "active" else None
        return render_template("body_unasked.html", book=book, letters=letters)
    last = book.came[-_OPEN_LETTERS:]
    return render_template(
        "body.html",
        book=book,
        steps=[(step, step.is_open(ws.today)) for step in book.position.steps] if book.position else [],
        drafted=escalate.LETTERS,
        ends=ENDS,
        line=list(_time_line(book)),
        letters=[shown(one.id, pictures=False) for one in last],
        writes=[kind for kind in reply.KINDS if not reply.senseless(book.case, kind)],
        fitting=reply.fitting(book.case),
        parts=ws.campaign.parts,
        ways=corrections.WAYS,
        kinds=KINDS,
        further=book.came[: -len(last)] if last else (),
    )


@pages.post("/body/<name>/draft")
def draft(name: str) -> Response:
    """Draft the letter of a step."""
    letter, text = request.form.get("letter", ""), request.form.get("text", "")
    done = escalate.escalate(here.ws(), [name], route=letter, text=text)
    if done.problems:
        raise InputError("no draft was written", done.problems)
    for who, why in done.skipped:
        door.say(f"{who}: {why}", "ask")
    if not done.drafts:
        return redirect(f"/body/{name}", 303)
    door.say("A draft was written. Read it, change what you like, and approve it.")
    return redirect(f"/drafts/{done.drafts[0]}", 303)


@pages.post("/body/<name>/keep")
def keep(name: str) -> Response:
    """A note, a day before which nothing is to be heard of the case, its end, or its new beginning."""
    ws, text = here.ws(), request.form.get("text", "").strip()
    match request.form.get("what"):
        case "note":
            keeping.note(ws, name, text)
            door.say("The note is kept.")
        case "snooze":
            until = table.day(request.form.get("until", ""))
            keeping.snooze(ws, name, until)
            door.say(f"Put off until {templates.short(until)}; its clocks run on.")
        case "close":
            because = request.form.get("because", "")
            if because not in ENDS:
                raise InputError("nothing is said of why", hint=f"choose one of {', '.join(ENDS)}")
            keeping.close(ws, name, because)
            door.say("Closed. The body is told nothing by this.")
        case "reopen":
            keeping.reopen(ws, name)
            door.say("Taken up again.")
        case "paid":
            on = table.day(request.form.get("on", ""))
            keeping.paid(ws, name, on)
            door.say(f"Their fee counts as paid on {templates.short(on)}.")
        case other:
            raise InputError(f"this desk knows nothing of `{other}`")
    return redirect(f"/body/{name}", 303)


def _time_line(book: Book) -> Iterator[tuple[date, str, str, str]]:
    """What happened: the day, the words, an address that leads to it, and a mark of whose doing it was."""
    came = {row.sha256: f"/message/{row.id}" for row in book.came}
    wrote = {row.message_id: f"/outbox/{row.id}" for row in book.wrote}
    for entry in book.log:
        event = entry.event
        yield event.on, words.told_of(here.ws(), entry), _leads(event, came, wrote), _whose(event)


def _leads(event: Event, came: dict[str, str], wrote: dict[str, str]) -> str:
    match event:
        case (
            Received(message=sha256)
            | Told(message=sha256)
            | Answered(message=sha256)
            | Misfiled(message=sha256)
        ):
            return came.get(sha256, "")
        case (
            Queued(message_id=number)
            | Sent(message_id=number)
            | Refused(message_id=number)
            | Unknown(message_id=number)
            | NotSent(message_id=number)
        ):
            return wrote.get(number, "")
        case _:
            return ""


def _whose(event: Event) -> str:
    match event:
        case Received():
            return "theirs"
        case Sent():
            return "ours"
        case Refused() | Unknown():
            return "trouble"
        case _:
            return "quiet"
