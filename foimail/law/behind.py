"""An answer that is there and cannot be read yet: behind a link, in a portal, under a password, or forgotten."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from foimail.law.calendar import in_words
from foimail.law.routes import Step
from foimail.model import FINAL_KINDS

if TYPE_CHECKING:
    from foimail.law.course import Course
    from foimail.model import Reply

SORTS: dict[str, tuple[str, str]] = {
    "link": ("An answer waits behind a link", "fetch it, then `foimail received`"),
    "portal": ("An answer waits in a secure-mail portal", "fetch it, then `foimail received`"),
    "password": (
        "An answer is locked with a password, which often comes in a message of its own",
        "open it, then `foimail received`",
    ),
    "missing_attachment": (
        "They say that something is attached, and nothing is",
        "ask them to send it again",
    ),
}
"""What `behind` of `events.Told` may be: what is the matter, and what to do about it."""


def fetch(so_far: Course) -> tuple[Step, ...]:
    """The step to the last answer that could not be read; none once an answer came after it or somebody said `behind=none`."""
    hidden = _hidden(so_far)
    if hidden is None or so_far.case.closed_on is not None or so_far.decision is not None:
        return ()
    what, then = SORTS[hidden.facts["behind"]]
    host, until = _host(hidden.facts.get("behind_link", "")), _until(hidden)
    why = f"Their message of {in_words(hidden.on)} says so{f' ({host})' if host else ''}."
    closes = "`foimail received`, or an answer"
    if until is not None and so_far.today > until:
        what = f"{what}, which was open until {in_words(until)}: ask them to send it again."
        return (Step(what, "fetch", None, why, "", letter="reply", to="body", closes=closes),)
    last = f" until {in_words(until)}" if until else ""
    asks = hidden.facts["behind"] == "missing_attachment"
    return (
        Step(
            f"{what}{last}: {then}.", "fetch", None, why, "",
            by=until, letter="reply" if asks else "", to="body" if asks else "", closes=closes,
        ),
    )  # fmt: skip


def _hidden(so_far: Course) -> Reply | None:
    found = None
    for reply in so_far.case.current:
        if reply.facts.get("behind") in SORTS:
            found = reply
        elif "behind" in reply.facts or reply.kind in FINAL_KINDS:
            found = None
    return found


def _host(link: str) -> str:
    """Where a link leads. The link itself may be a key to the answer, or a trap: it stays in their message."""
    return link.partition("://")[2].partition("/")[0] or link


def _until(reply: Reply) -> date | None:
    return date.fromisoformat(reply.facts["behind_until"]) if "behind_until" in reply.facts else None
