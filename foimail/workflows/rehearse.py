"""A rehearsal: every letter goes to the user, and nothing is recorded."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from foimail.errors import InputError
from foimail.files.settings import is_address
from foimail.mail.compose import build, new_message_id
from foimail.mail.outgoing import Accepted, Rejected
from foimail.mail.parse import parse
from foimail.store import inbox
from foimail.workflows.deliver import Delivered
from foimail.workflows.turns import Pace

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from foimail.model import Message
    from foimail.workflows.send import Addressed
    from foimail.workspace import Workspace


_MARK = "(A rehearsal. This letter would go to "
_LOOKED_AT = 50  # messages of the user's own, the newest


def come_back(ws: Workspace) -> Message | None:
    """The newest letter of a rehearsal that has come to the user's own mailbox and was fetched; None where there is none."""
    with ws.store.read() as connection:
        own = [
            row
            for row in inbox.rows(connection, states=("own", "read", "repeat"), quarantined=True)
            if row.sender == ws.settings.requester.email.lower()
        ]
        for row in own[: -_LOOKED_AT - 1 : -1]:
            message = parse(inbox.raw(connection, row.sha256))
            if message.text.startswith(_MARK):
                return message
    return None


def rehearse(
    ws: Workspace,
    letters: Sequence[Addressed],
    address: str,
    *,
    progress: Callable[[int, int], None] | None = None,
) -> Delivered:
    """Send each letter to `address` as it would go to its body. Its token is issued to nobody, so a reply to it matches nothing."""
    import time

    if not is_address(address):
        raise InputError(f"{address!r} is not an e-mail address", hint="give your own address")
    result = Delivered()
    requester = ws.settings.requester
    domain = requester.email.rpartition("@")[2]
    over_network = ws.server("outgoing").kind != "maildir"
    pace = Pace(ws.settings["sending.rate"] if over_network else 0, 0)
    outgoing = ws.open_outgoing()
    try:
        for number, addressed in enumerate(letters, start=1):
            letter = addressed.letter
            if (seconds := pace.wait("", time.monotonic())) > 0:
                time.sleep(seconds)
            raw = build(
                sender_name=requester.name,
                sender=requester.email,
                to=address,
                subject=letter.subject,
                text=f"{_MARK}{letter.to}.)\n\n{letter.text}",
                message_id=new_message_id(addressed.token, secrets.token_hex(6), domain),
                date=ws.moment,
                attachments=(letter.attached,) if letter.attached else (),
            )
            outcome = outgoing.send(requester.email, address, None, raw)
            pace.sent("", time.monotonic())
            if not isinstance(outcome, Accepted):
                result.stopped = outcome.answer if isinstance(outcome, Rejected) else outcome.reason
                result.left = len(letters) - number + 1
                break
            result.sent += 1
            if progress:
                progress(number, len(letters))
    finally:
        outgoing.close()
    return result
