"""What kind of reply a message is: headers first, then the operative words of the reply itself.

A first, careful reading: what headers and plain words settle is decided; whatever would close a case is only proposed, and
a person confirms it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from foimail.model import Message

_SHOWN = 80  # characters of evidence
_READ = 20_000  # characters of a text: some eight pages, and a bound for the patterns on a stranger's text
_UNDELIVERED = frozenset(
    {"", "failed", "delayed"}
)  # of RFC 3464 s.2.3.3; the others report that all went well
_FLAGS = re.IGNORECASE | re.MULTILINE


@dataclass(frozen=True, slots=True)
class Decision:
    """A kind of CONTRACT's list, the words or header that decided, and whether a person should confirm it."""

    kind: str
    evidence: str
    needs_person: bool


def own_words(text: str, phrases: Mapping[str, Any]) -> str:
    """The reply's own words: no `>` lines, nothing after a quoted letter's heading, no complaint paragraph and what follows."""
    kept = "\n".join(line for line in text.splitlines() if not line.lstrip().startswith(">"))
    cuts = [
        found.start()
        for pattern in (*phrases["cut"], phrases["complaint"])
        if (found := re.search(pattern, kept, _FLAGS))
    ]
    return kept[: min(cuts)] if cuts else kept


def classify(message: Message, phrases: Mapping[str, Any]) -> Decision:
    """Decide the kind. `phrases` is the table of words (tables/phrases.toml)."""
    if report := _bounce(message):
        return Decision("bounce", report, needs_person=False)
    words = own_words(message.text[:_READ], phrases)
    if automatic := _automatic(message, phrases):
        absent = re.search(phrases["absence"], f"{message.subject}\n{words}", _FLAGS)
        return Decision("out_of_office" if absent else "auto_ack", automatic, needs_person=False)
    for kind in phrases["kind"]:
        for phrase in kind["phrases"]:
            if found := re.search(phrase, words, _FLAGS):
                return Decision(
                    kind["name"], f"the words {_short(found[0])!r}", needs_person=not kind["sure"]
                )
    return Decision("other", "no words that foimail knows", needs_person=True)


def _bounce(message: Message) -> str | None:
    report = dict(message.delivery_report)
    if report and (action := report.get("action", "").lower()) in _UNDELIVERED:
        return f"delivery report: {action or '?'} {report.get('status', '')}".strip()
    if message.header("x-failed-recipients"):
        return "header X-Failed-Recipients"
    if message.sender.partition("@")[0].lower() in {"mailer-daemon", "postmaster"} and message.returned_ids:
        return f"a returned letter from {message.sender}"
    return None


def _automatic(message: Message, phrases: Mapping[str, Any]) -> str | None:
    # RFC 3834 section 5: any value but "no" means that no person wrote this
    if (value := message.header("auto-submitted")) and value.strip().lower() != "no":
        return f"header Auto-Submitted: {value.strip()}"
    for name in ("x-autoreply", "x-autorespond"):
        if message.header(name):
            return f"header {name}"
    if message.header("precedence").strip().lower() == "auto_reply":
        return "header Precedence: auto_reply"
    if found := re.search(phrases["automatic_subject"], message.subject, _FLAGS):
        return f"the subject begins {found[0].strip()!r}"
    return None


def _short(words: str) -> str:
    flat = " ".join(words.split())
    return flat if len(flat) <= _SHOWN else f"{flat[:77]}..."
