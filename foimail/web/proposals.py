"""The answers that rules propose and nobody has confirmed: a letter beside its parts, confirmed by one key."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from typing import TYPE_CHECKING

from flask import Blueprint, abort, redirect, render_template, request

from foimail import places
from foimail.dataset import typed
from foimail.errors import InputError
from foimail.model import OUTCOMES
from foimail.replies.reading import SURE
from foimail.web import door, here
from foimail.web.letter import rests, shown
from foimail.workflows import answers

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

    from foimail.replies.reading import Answer, Figure
    from foimail.workflows.answers import Item

pages = Blueprint("proposals", __name__)


@pages.get("/answers/review")
def queue() -> str:
    """The letters that wait, those in doubt first."""
    return render_template("proposals.html", items=_queue())


@pages.get("/answers/review/<token>/<int:number>")
def one(token: str, number: int) -> str:
    """One letter beside what was read in it on each part."""
    item = _item(token, number)
    parts = here.ws().campaign.parts
    return render_template(
        "proposal.html",
        item=item,
        given=[(one.answer, parts[int(one.answer.part) - 1]) for one in item.given],
        letter=shown(number, rests(one.answer for one in item.given)),
        outcomes=OUTCOMES,
        written=lambda answer: "; ".join(map(typed.written, answer.figures)),
        one_written=typed.written,
        by_place=_by_place,
        place=places.words,
        sure=SURE,
        seen=_seen(item),
        left=len(_queue()),
    )


@pages.post("/answers/review/<token>/<int:number>")
def decide(token: str, number: int) -> Response:
    """A person's word on the letter, part by part as it stands in the form."""
    form = request.form
    if form.get("do") == "later":
        return _next(token, number)
    item = _item(token, number)
    if form.get("seen") != _seen(item):
        raise InputError(
            "something of this letter has changed since the page was shown", hint="look at it again"
        )
    said = {one.answer.part: _said(one.answer) for one in item.given}
    answers.decide(here.ws(), item, said)
    door.say(f"{item.name}: {len(said)} {'part' if len(said) == 1 else 'parts'} confirmed.")
    return _next(token, number)


def _queue() -> list[Item]:
    return here.desk().known("proposals", answers.queue)


def _item(token: str, number: int) -> Item:
    found = next((item for item in _queue() if item.token == token and item.letter.number == number), None)
    if found is None:
        raise InputError(
            f"no answer of message {number} waits for you", hint="/answers/review lists those that do"
        )
    return found


def _next(token: str, number: int) -> Response:
    """The letter after this one, so that what was passed over comes again last."""
    items = _queue()
    if not items:
        return redirect("/answers/review", 303)
    place = next((n for n, one in enumerate(items) if (one.token, one.letter.number) == (token, number)), -1)
    following = items[(place + 1) % len(items)]
    return redirect(f"/answers/review/{following.token}/{following.letter.number}", 303)


def _said(answer: Answer) -> Answer | None:
    """The answer as the form has it: as proposed where nothing was changed, None where it is none."""
    part = answer.part
    outcome = request.form.get(f"outcome-{part}", "")
    if outcome == "none":
        return None
    if outcome not in OUTCOMES:
        abort(400, f"Part {part} has no outcome.")
    changed = answers.with_outcome(answer, outcome) if outcome != answer.outcome else answer
    before = [typed.written(one) for one in answer.figures]
    now = [piece.strip() for piece in request.form.get(f"values-{part}", "").split(";") if piece.strip()]
    if now == before or (not changed.figures and changed is not answer and now == before):
        return changed
    # what is not named any more is taken out
    gone = [f"{name}=" for name in (_name(one) for one in before) if name not in set(map(_name, now))]
    return answers.retyped(changed, ";".join((*now, *gone, "")))


def _by_place(answer: Answer) -> list[tuple[str, list[Figure]]]:
    """The figures of an answer by their page, sheet or letter, so that the place is said once for all that stand there."""
    found: dict[str, list[Figure]] = {}
    for one in answer.figures:
        found.setdefault(places.words({**one.where, "cell": ""}), []).append(one)
    return list(found.items())


def _name(written: str) -> str:
    return written.rpartition("=")[0].strip()


def _seen(item: Item) -> str:
    """What stood on the page: a decision is on that and nothing newer."""
    text = json.dumps([asdict(one.answer) for one in item.given], sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()
