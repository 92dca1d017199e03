"""Remind: at most one digest a day to the requester's own address, and each thing in it once.

The day's digest is claimed before it goes, and what it said is noted after: a kill between the two costs one day's digest,
and the next day's says the same.
"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from foimail.errors import MailError
from foimail.mail.compose import build, new_message_id
from foimail.mail.outgoing import Accepted, Lost
from foimail.output import digest as pages
from foimail.store import reminded
from foimail.workflows.deliver import check_day
from foimail.workflows.news import news

if TYPE_CHECKING:
    from foimail.mail.outgoing import Outcome
    from foimail.output.digest import Digest
    from foimail.workspace import Workspace


def remind(ws: Workspace, *, within: int, by_mail: bool = True) -> Digest | None:
    """Send today's digest to the requester, or give it back to be printed; None where there is nothing or it has gone.

    Args:
        ws: The workspace; its campaign alone is looked at.
        within: What falls due in so many working days is due soon.
        by_mail: Send it; otherwise the caller prints it.

    Raises:
        MailError: It was not sent, and the next run tries again; or nobody can say, and the next day's says the same.
    """
    found = news(ws, within)
    if found.digest is None:
        return None
    if by_mail:
        check_day(ws)
    with ws.store.write() as connection:
        if not reminded.claim(connection, ws.campaign_name, ws.today):
            return None
    if by_mail:
        _send(ws, found.digest)
    with ws.store.write() as connection:
        reminded.note(connection, found.facts, ws.today)
    return found.digest


def _send(ws: Workspace, digest: Digest) -> None:
    try:
        outcome = _handed_over(ws, digest)
    except MailError:
        _give_back(ws)
        raise
    if isinstance(outcome, Accepted):
        return
    if isinstance(outcome, Lost):
        hint = "the next day's digest says the same"
        raise MailError(f"nobody can say whether the digest was sent: {outcome.reason}", hint)
    _give_back(ws)
    raise MailError(f"the digest was not sent: {outcome.answer}", "the next run tries again")


def _handed_over(ws: Workspace, digest: Digest) -> Outcome:
    requester = ws.settings.requester
    raw = build(
        sender_name=requester.name,
        sender=requester.email,
        to=requester.email,
        subject=pages.subject(digest),
        text=pages.as_text(digest),
        html=pages.as_html(digest),
        message_id=new_message_id("digest", secrets.token_hex(6), requester.email.rpartition("@")[2]),
        date=ws.moment,
        # RFC 3834: no autoresponder answers it, and `poll` does not take it for a letter written by hand
        headers=[("Auto-Submitted", "auto-generated")],
    )
    outgoing = ws.open_outgoing()
    try:
        return outgoing.send(requester.email, requester.email, None, raw)
    finally:
        outgoing.close()


def _give_back(ws: Workspace) -> None:
    """It certainly did not go: another run of today may send it."""
    with ws.store.write() as connection:
        reminded.release(connection, ws.campaign_name, ws.today)
