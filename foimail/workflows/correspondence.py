"""Where a letter of a case goes, and which thread it continues."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from foimail.mail.addresses import is_address
from foimail.store import inbox, outbox

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import Connection

    from foimail.law.regimes import Regime
    from foimail.model import Body, Case, Reply

NO_REPLY = re.compile(r"(?:do[-_.]?not|no)[-_.]?reply|donotreply|mailer-daemon|postmaster", re.IGNORECASE)
_NOT_ANSWERED = frozenset({"bounce", "out_of_office"})  # nobody reads what is written to their sender
# Of a letter on paper the Message-ID is made up by us: without an @ where we sent it, at .invalid where it came. A stranger's
# may be anything.
_ID = re.compile(r"[!-;=?A-~]{1,200}@[!-;=?A-~]{1,200}(?<!\.invalid)")


def thread(connection: Connection, case: Case, letter: str, also: Iterable[str] = ()) -> outbox.Thread:
    """The thread that a letter to the body continues: it answers their last message, else our request.

    References hold the ids of the correspondence up to the message answered (RFC 5322 s.3.6.4). A complaint begins a
    thread of its own: it goes to another reader.
    """
    if letter == "complaint":
        return outbox.Thread(also=tuple(also))
    theirs = inbox.message_ids(connection, [reply.message for reply in case.replies])
    letters = [
        (s.on, 0, s.message_id)
        for s in case.sendings
        if s.state == "sent" and s.by == "email" and not s.came_back
    ]
    replies = [(r.on, 1, theirs.get(r.message) or "") for r in case.replies if r.kind not in _NOT_ANSWERED]
    chain = [i for _, _, i in sorted([*letters, *replies], key=lambda one: one[:2]) if _ID.fullmatch(i)]
    received = [i for _, _, i in sorted(replies, key=lambda one: one[:2]) if _ID.fullmatch(i)]
    ours = [i for _, _, i in letters if i in chain]
    parent = received[-1] if received else ours[0] if ours else ""
    if not parent:
        return outbox.Thread(also=tuple(also))
    before = [i for i in chain[: chain.index(parent)] if i != parent]
    return outbox.Thread(parent, (*dict.fromkeys(before), parent), tuple(also))


def recipient(case: Case, body: Body, regime: Regime, letter: str) -> tuple[str, str]:
    """The address for a letter, and a remark where it is not the one in trusts.yaml; no address where none is known.

    A complaint goes to the regulator. A review goes where their letter said that reviews are asked for. Any other letter
    answers the sender of their last message where that is at a domain we know to be theirs: mail is easily forged.
    """
    if letter == "complaint":
        return regime.regulator.email, ""
    listed = body.email or next((s.to for s in reversed(case.sendings) if is_address(s.to)), "")
    if letter == "review":
        for reply in reversed(case.replies):
            named = str(reply.facts.get("review_address", "")).strip()
            if is_address(named):
                return named, f"the address for reviews that their message of {reply.on} names"
        return listed, ""
    known = {address_domain(a) for a in (listed, *body.email_alternatives) if a}
    for reply in reversed(case.replies):
        if _is_answerable(reply) and address_domain(reply.sender) in known:
            remark = (
                "" if reply.sender.lower() == listed.lower() else f"the sender of their message of {reply.on}"
            )
            return reply.sender, remark
    return listed, ""


def address_domain(address: str) -> str:
    """What stands after the @, in lower case."""
    return address.rpartition("@")[2].lower()


def _is_answerable(reply: Reply) -> bool:
    return (
        reply.kind not in _NOT_ANSWERED
        and reply.kind != "auto_ack"
        and is_address(reply.sender)
        and not NO_REPLY.search(reply.sender.partition("@")[0])
    )
