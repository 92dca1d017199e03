"""What a regulator is shown of a case: its mails, chronology, questions and breaches as rows and as plain text.

A stranger's words come in as one harmless line; what only a rule has read is said to be so.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from textwrap import fill
from typing import TYPE_CHECKING, cast

from foimail.law.calendar import in_words
from foimail.model import AUTOMATIC_KINDS, BY_HAND, FINAL_KINDS, Reply, Sending
from foimail.output.tables import plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from foimail.law.breaches import Breach
    from foimail.law.clocks import Clock
    from foimail.law.position import Position
    from foimail.model import Case, Message, Part

    Row = dict[str, object]

MAILS = (
    "file", "date", "direction", "what", "from", "to", "subject", "message_id", "attachments", "bytes", "sha256",
    "authentication", "note",
)  # fmt: skip
CHRONOLOGY = ("date", "what", "citation", "file", "sha256")
ASKED = ("number", "part", "question", "asked_for", "letters", "outcome")
CHECK = "to be checked by you"
SHARED = "it concerns further requests too; the rest of those is not in this pack"

_LETTERS = {
    "request": "the request",
    "chaser": "a reminder",
    "clarification": "an answer to their question",
    "identity": "an answer on who is asking",
    "narrowing": "a narrower request",
    "review": "a request for a review",
    "complaint": "a complaint to the regulator",
    "query": "a question on a figure",
    "withdrawal": "a withdrawal",
    "breach_notice": "a notice that they sent too much",
    BY_HAND: "a letter written by hand",
}
_KINDS = {
    "auto_ack": "an automatic acknowledgement",
    "human_ack": "an acknowledgement",
    "out_of_office": "an out-of-office notice",
    "bounce": "a notice that a letter could not be delivered",
    "clarification": "a question on what was meant",
    "fees_notice": "a fees notice",
    "extension_pit": "an extension for the public interest test",
    "holding_delay": "a letter that promises a later answer",
    "identity_request": "a question on who is asking",
    "refusal": "a refusal",
    "not_held": "an answer that the information is not held",
    "transfer_redirect": "a reference to another body",
    "partial": "a part of the information",
    "full_disclosure": "the information",
    "internal_review_outcome": "the outcome of a review",
    "decision_notice": "a decision of the regulator",
}
_SENT = {
    "sent": "Sent",
    "refused": "Offered to the mail server, which refused it,",
    "unknown": "Sent, but whether it arrived is not known,",
}
_WAYS = {"email": "by e-mail", "form": "by web form", "post": "by post", "phone": "by telephone"}
_ANSWERS = {
    "count_by_year": "a number for each year",
    "count": "a number",
    "yes_no": "yes or no",
    "text": "words",
}
# the clocks that bind the body; whether the requester was in time is the requester's to say
_THEIRS = frozenset({"response", "response_code", "extension", "review", "review_late"})
_WIDTH = 78


@dataclass(frozen=True, slots=True)
class Exhibit:
    """A letter that went or a reply that came; `file` and `content` are empty where there is no e-mail of it.

    `shared` marks one that is about further cases too.
    """

    about: Sending | Reply
    file: str = ""
    content: bytes = b""
    shared: bool = False

    @property
    def sha256(self) -> str:
        """The hash of the bytes as sent or received; empty where there are none."""
        return hashlib.sha256(self.content).hexdigest() if self.file else ""


def what_it_is(about: Sending | Reply) -> str:
    """A letter or reply in words."""
    if isinstance(about, Sending):
        return _LETTERS.get(about.letter, "a letter")
    return _KINDS.get(about.kind, "a message")


def mail(exhibit: Exhibit, message: Message | None, authentication: str = "") -> Row:
    """An e-mail as a row; of one that could not be opened little more than its hash is known.

    `authentication` is what it bears on who sent it, in words.
    """
    about = exhibit.about
    ours = isinstance(about, Sending)
    notes = [_reserve(about)] if isinstance(about, Reply) else []
    notes += [SHARED] * exhibit.shared + ["it could not be opened by foimail"] * (message is None)
    return {
        "file": exhibit.file,
        "date": about.on,
        "direction": "sent" if ours else "received",
        "what": what_it_is(about),
        "from": plain(message.sender) if message else "",
        "to": plain(", ".join(message.to)) if message else "",
        "subject": plain(message.subject) if message else "",
        "message_id": plain(message.message_id or "") if message else "",
        "attachments": [plain(a.name) for a in message.attachments] if message else [],
        "bytes": len(exhibit.content),
        "sha256": exhibit.sha256,
        "authentication": plain(authentication),
        "note": "; ".join(filter(None, notes)),
    }


def chronology(
    case: Case, position: Position, exhibits: Iterable[Exhibit], today: date, *, notes: bool
) -> list[Row]:
    """What happened and which last days of the body passed, up to today (a London date), in the order of the days."""
    rows: list[Row] = [
        {"date": e.about.on, "what": _happened(e), "citation": "", "file": e.file, "sha256": e.sha256}
        for e in exhibits
    ]
    paid = [pause.paid_on for pause in case.pauses if pause.paid_on]
    rows += [_event(on, "The fee that their notice asked for was paid.") for on in paid]
    if notes:
        rows += [_event(on, f"Noted by the requester: {plain(text)}") for on, text in case.notes]
    if case.closed_on:
        rows.append(_event(case.closed_on, f"The requester closed the case: {plain(case.closed_because)}."))
    rows += [
        _event(clock.due, f"This was {clock.title}.", f"{clock.citation} ({_standing(clock)})")
        for clock in _theirs(position)
        if clock.due <= today
    ]
    return sorted(rows, key=lambda row: str(row["date"]))


def chronology_text(rows: Sequence[Row], position: Position, today: date) -> str:
    """The chronology for reading, with the count that leads to each last day."""
    parts = ["WHAT HAPPENED\n"]
    for row in rows:
        what = f"{row['what']} [{row['citation']}]" if row["citation"] else str(row["what"])
        lines = [_indented(what, first=f"{row['date']}  ", then=" " * 12)]
        if row["file"]:
            lines += [f"{'':12}{row['file']}", f"{'':12}SHA-256 {row['sha256']}"]
        parts.append("\n".join(lines) + "\n")
    parts.append("HOW THE DATES WERE COUNTED\n")
    clocks = _theirs(position)
    counts = [
        (f"{in_words(c.due)} is {c.title} [{c.citation} ({_standing(c)})]", (*c.working, c.note))
        for c in clocks
    ]
    if position.working and position.working not in {c.working for c in clocks}:
        counts.append((f"As it stands on {in_words(today)}", position.working))
    for title, working in counts:
        sentences = "\n".join(_indented(s, first="  ", then="  ") for s in working if s)
        parts.append(f"{_indented(title)}\n{sentences}\n")
    if not counts:
        parts.append("No period of the law runs.\n")
    return "\n".join(parts)


def asked(parts: Sequence[Part], exhibits: Iterable[Exhibit]) -> list[Row]:
    """Each part of the request against the letters that may answer it.

    What a letter gives on a part is said only where a person has said it; all else is to be checked.
    """
    replies = [(e.about, e.file) for e in exhibits if isinstance(e.about, Reply) and _may_answer(e.about)]
    letters = [f"{r.on} {what_it_is(r)} ({file or 'no e-mail'})" for r, file in replies]
    return [
        {
            "number": number,
            "part": part.key,
            "question": plain(part.question),
            "asked_for": _asked_for(part),
            "letters": letters,
            "outcome": _outcome(part, [r for r, _ in replies]),
        }
        for number, part in enumerate(parts, start=1)
    ]


def asked_text(rows: Sequence[Row]) -> str:
    """The questions and what came on each, for reading."""
    blocks = []
    for row in rows:
        letters = cast("list[str]", row["letters"]) or ["none"]
        lines = [
            _indented(f"{row['number']}. {row['question']}", then="   "),
            f"   Asked for: {row['asked_for']}",
            *(_indented(letter, first="   Letter: ", then="     ") for letter in letters),
            f"   Outcome: {row['outcome']}",
        ]
        blocks.append("\n".join(lines) + "\n")
    return "\n".join(blocks)


def breaches_text(breaches: Sequence[Breach]) -> str:
    """The duties not kept, each with what shows it; those that may be asserted apart from those that may only be asked about."""
    certain = [b for b in breaches if b.may_be_asserted]
    rest = [b for b in breaches if not b.may_be_asserted]
    blocks = []
    for title, found in (("DUTIES OF THE LAW THAT WERE NOT KEPT", certain), ("TO BE LOOKED AT", rest)):
        if found:
            blocks.append(f"{title}\n")
        blocks += [_breach(b) for b in found]
    return "\n".join(blocks or ["foimail has found no breach.\n"])


def _breach(breach: Breach) -> str:
    lines = [f"The duty to {breach.what} ({breach.citation})", f"Evidence: {breach.evidence}"]
    if breach.to_confirm:
        lines.append(f"This rests on a rule's reading of a message: {CHECK}.")
    if not breach.may_be_asserted:
        lines.append(f"Basis: {_standing(breach)}.")
    return "\n".join(_indented(plain(line), then="  ") for line in lines) + "\n"


def _standing(rule: Breach | Clock) -> str:
    return rule.basis if rule.checked else f"{rule.basis}; its words were not checked"


def _theirs(position: Position) -> list[Clock]:
    return [clock for clock in position.clocks if clock.name in _THEIRS]


def _event(on: date, what: str, citation: str = "") -> Row:
    return {"date": on, "what": what, "citation": citation, "file": "", "sha256": ""}


def _happened(exhibit: Exhibit) -> str:
    about = exhibit.about
    if isinstance(about, Reply):
        sentences = [f'Received from {plain(about.sender)}: {what_it_is(about)}, "{plain(about.subject)}"']
        sentences.append(_reserve(about))
    else:
        to = f" to {plain(about.to)}" if about.to else ""
        sentences = [f"{_SENT[about.state]}{to} {_WAYS[about.by]}: {what_it_is(about)}"]
        sentences.append(f"the server said: {plain(about.answer)}" if about.answer else "")
        sentences.append("it came back undelivered" if about.came_back else "")
    sentences.append(SHARED if exhibit.shared else "")
    sentences.append("" if exhibit.file else "there is no e-mail of it")
    return "; ".join(filter(None, sentences)) + "."


def _reserve(reply: Reply) -> str:
    return f"what it is was read by a rule, {CHECK}" if reply.automatic else ""


def _may_answer(reply: Reply) -> bool:
    by_rule = reply.automatic and reply.kind not in AUTOMATIC_KINDS | {"bounce"}
    return reply.kind in FINAL_KINDS or by_rule


def _asked_for(part: Part) -> str:
    years = f", {part.years[0]} to {part.years[1]}" if part.years else ""
    return f"{_ANSWERS[part.answer]}{years}"


def _outcome(part: Part, replies: Sequence[Reply]) -> str:
    if not replies:
        return "no answer has come"
    last = replies[-1]
    if part.key not in last.facts.get("ignored", ()):
        return CHECK
    return (
        "left out of the answer"
        if "ignored" in last.confirmed
        else f"perhaps left out of the answer: {CHECK}"
    )


def _indented(text: str, first: str = "", then: str = "") -> str:
    return fill(
        text,
        _WIDTH,
        initial_indent=first,
        subsequent_indent=then,
        break_long_words=False,
        break_on_hyphens=False,
    )
