"""One body as a page shows it: where its case stands, what was written and came, and what is wrong."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from foimail.errors import InputError
from foimail.store import inbox, outbox
from foimail.workflows import dataset, standing

if TYPE_CHECKING:
    from foimail.dataset.answers import PartAnswer
    from foimail.law.position import Position
    from foimail.model import Body, Case
    from foimail.store.cases import Entry
    from foimail.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Book:
    """A body with its case, if it has one.

    Attributes:
        body: The body as trusts.yaml has it.
        case: The facts of its case, and `position` where that stands today.
        log: What happened, oldest first.
        came: The messages filed under the case, oldest first.
        wrote: Our letters, oldest first.
        answers: Its answers, part by part; none for a case of another campaign.
    """

    body: Body
    case: Case | None = None
    position: Position | None = None
    log: tuple[Entry, ...] = ()
    came: tuple[inbox.Row, ...] = ()
    wrote: tuple[outbox.Row, ...] = ()
    answers: tuple[PartAnswer, ...] = ()


def book(ws: Workspace, name: str) -> Book:
    """The body with this code, with its latest case; or the case with this token. InputError where there is neither."""
    try:
        case, log = standing.one(ws, name)
    except InputError:
        body = next((one for one in ws.bodies if one.id.lower() == name.lower()), None)
        if body is None:
            raise
        return Book(body)
    with ws.store.read() as connection:
        came = inbox.rows(connection, states=("read", "broken"), token=case.token)
        wrote = outbox.rows(connection, token=case.token)
    ours = case.campaign == ws.campaign.name
    return Book(
        standing.body_of(ws, case),
        case,
        standing.position_of(ws, case),
        tuple(log),
        tuple(came),
        tuple(wrote),
        dataset.of_case(ws, case) if ours else (),
    )
