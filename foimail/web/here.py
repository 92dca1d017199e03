"""What every page asks for: the desk, the workspace, the rows of all bodies, and how much waits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import current_app, g, render_template, request
from markupsafe import Markup

from foimail.workflows import answers, casebook, drafts, report, review, standing

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from foimail.output.tables import Row
    from foimail.web.desk import Desk
    from foimail.web.door import Door
    from foimail.web.table import Cut
    from foimail.workflows.casebook import Book
    from foimail.workflows.standing import Standing
    from foimail.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Page:
    """An entry of the navigation: its words, its address, whether one is there, and how many things wait."""

    words: str
    address: str
    is_here: bool
    waiting: int = 0


def desk() -> Desk:
    """The desk of this application."""
    found: Desk = current_app.extensions["desk"]
    return found


def door() -> Door:
    """The door of this application."""
    found: Door = current_app.extensions["door"]
    return found


def ws() -> Workspace:
    """The workspace as it is now, in the hands of whoever asks: what they decide is recorded under their name."""
    found = desk().workspace
    return found.in_hands_of(g.visit.person) if "visit" in g and g.visit.person else found


def standings() -> list[Standing]:
    """Where every body stands today."""
    return desk().known("standings", standing.everybody)


def rows() -> Sequence[Row]:
    """The rows of the report, the most pressing first."""
    return desk().known("rows", lambda _: report.rows_of(standings()))


def book(name: str) -> Book:
    """One body with its case; InputError where there is neither."""
    return desk().known(("book", name), lambda ws: casebook.book(ws, name))


def drawn(template: str, cut: Cut, shown: Callable[[], dict[str, object]]) -> Markup:
    """The part of a page that shows this cut of a table, drawn once for each state of the store; it is the same for everybody."""

    def draw(_: Workspace) -> Markup:
        return Markup(render_template(template, cut=cut, asked=cut.asked, **shown()))  # noqa: S704 - our own template

    return desk().known((template, *cut.asked.items()), draw)


def waiting() -> dict[str, int]:
    """How many messages, letters with proposed answers, and drafts wait for a person."""
    return desk().known(
        "waiting",
        lambda ws: {
            "review": len(review.queue(ws)),
            "answers": len(answers.queue(ws)),
            "drafts": len(drafts.waiting(ws)),
        },
    )


def nav() -> list[Page]:
    """The pages, in the order of the work."""
    count = waiting()
    listed = (
        ("Campaign", "/", 0),
        ("Review", "/review", count["review"]),
        ("Answers", "/answers", count["answers"]),
        ("Letters", "/letters", count["drafts"]),
        ("Deadlines", "/deadlines", 0),
        ("Setup", "/setup", 0),
    )
    return [Page(words, address, _is_here(address), number) for words, address, number in listed]


def _is_here(address: str) -> bool:
    own = {
        "/": ("/", "/body/"),
        "/review": ("/review", "/inbox", "/message/"),
        "/letters": ("/letters", "/drafts", "/outbox", "/send", "/questions"),
    }.get(address, (address,))
    return any(request.path == one or (one != "/" and request.path.startswith(one)) for one in own)
