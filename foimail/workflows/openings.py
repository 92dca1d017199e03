"""Opening a case: a token nobody has had, the regime decided once, and the first event."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from foimail.events import Opened
from foimail.replies import tokens
from foimail.store import cases

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy import Connection

    from foimail.model import Body
    from foimail.workspace import Workspace


def new_token(taken: set[str]) -> str:
    """A random token that is not among those taken, and is added to them."""
    while True:
        token = tokens.make("".join(secrets.choice(tokens.ALPHABET) for _ in range(6)))
        if token is not None and token not in taken:
            taken.add(token)
            return token


def all_tokens(connection: Connection) -> set[str]:
    """Every token in the store, of whichever campaign."""
    return {opening.token for opening in cases.openings(connection)}


def open_case(connection: Connection, ws: Workspace, body: Body, token: str, on: date | None = None) -> None:
    """Record that a case is open, since today or the London date `on`.

    The law is that of the body, never of the requester; it is decided here for good.
    """
    opened = begin(connection, ws, body, token, on)
    cases.append(connection, token, (opened,), ws.now(), ws.person)


def begin(connection: Connection, ws: Workspace, body: Body, token: str, on: date | None = None) -> Opened:
    """Open a case; its first event comes back, for the caller to put on its log in the same transaction."""
    campaign = ws.campaign
    regime = ws.law.governing(body.nation, environmental=campaign.environmental)
    waves = [o.wave for o in cases.openings(connection, campaign=campaign.name, body=body.id)]
    topic = campaign.topic or campaign.name
    cases.begin(connection, cases.Opening(token, campaign.name, topic, body.id, max(waves, default=0) + 1))
    return Opened(on or ws.today, campaign.name, body.id, regime.key)


def reserve(ws: Workspace, body: Body) -> str:
    """The token of the body's case in this campaign; a case is opened where there is none (a letter printed for the post)."""
    with ws.store.write() as connection:
        found = cases.openings(connection, campaign=ws.campaign.name, body=body.id)
        if found:
            return found[-1].token
        token = new_token(all_tokens(connection))
        open_case(connection, ws, body, token)
    return token
