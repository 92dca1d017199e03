"""Mail by which a body takes back what it sent: Outlook's recall, or the same in words; and which mail it means."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from foimail.replies import anatomy, subjects
from foimail.replies.plain import pattern, small

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from foimail.model import Message

_QUOTED = re.compile(
    r"recall the (?:e-?mail|message),? [\"\u201c']([^\n\"\u201d]{1,300}(?:\n[^\n\"\u201d]{1,300})?)[\"\u201d']",
    re.IGNORECASE,
)  # Outlook's words; a long subject goes over two lines
_NOTE = 40  # words of a whole mail


@dataclass(frozen=True, slots=True)
class Earlier:
    """A mail that came before, as far as it must be known to see whether it is the one taken back; `cases` are its tokens."""

    sha256: str
    message_id: str
    sender: str
    subject: str
    on: date
    cases: frozenset[str] = frozenset()


def is_recall(message: Message, phrases: Mapping[str, Any]) -> bool:
    """Whether a message takes back an earlier one. The footer that begs a stranger to delete what went astray does not.

    `phrases` is tables/phrases.toml.
    """
    if message.header("supersedes") or message.header("obsoletes"):  # RFC 2156 s.2.3.1.2, RFC 5536 s.3.2.12
        return True
    if pattern(phrases["recalled_subject"]).search(small(message.subject)):
        return True
    if not pattern(*phrases["recalled"]).search(small(message.text)):
        return False  # most mail: what is whose need not be asked
    own = anatomy.own_words(message.text, phrases)
    # of a mail of two lines that says nothing else, "delete it" is no footer
    said = small(message.text if len(message.text.split()) < _NOTE else own)
    return any(
        pattern(*phrases["recalled"]).search(line) and not pattern(phrases["recalled_if"]).search(line)
        for line in said.splitlines()
        if not line.startswith(">")
    )


def taken_back(message: Message, cases: Iterable[str], before: Iterable[Earlier]) -> tuple[str, ...]:
    """The hashes of the mail that a recall means, of those that came before it; none where nothing tells.

    A named Message-ID goes before a subject named in the text, that before a like subject in the same case, and that before
    the sender's last mail in it.
    """
    named = {*message.in_reply_to, *message.references}
    named |= {message.header(name).strip(" <>") for name in ("supersedes", "obsoletes")}
    quoted = _QUOTED.search(message.text)
    ours = frozenset(cases)
    theirs = [one for one in before if _domain(one.sender) == _domain(message.sender)]
    for found in (
        [one for one in theirs if one.message_id and one.message_id in named],
        [one for one in theirs if quoted and subjects.alike(one.subject, quoted[1])],
        [one for one in theirs if one.cases & ours and subjects.alike(one.subject, message.subject)],
        [one for one in theirs if one.cases & ours],
    ):
        if found:
            last = max(one.on for one in found)
            return tuple(one.sha256 for one in found if one.on == last)
    return ()


def _domain(address: str) -> str:
    return address.rpartition("@")[2].lower()
