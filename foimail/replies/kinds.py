"""What kind of reply a message is.

In the order that works: headers (a bounce, a machine), then what hides an answer (a portal, a password, nothing attached),
then a reviewer's verdict, then answers on the parts; only where there are none, what asks, charges, weighs, delays or
acknowledges. Each step gives the words that decided and how sure they are; where two steps would do, nobody is sure.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from foimail.replies import pending
from foimail.replies.plain import pattern, small

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from foimail.model import Message
    from foimail.replies.outcomes import Verdict

_UNDELIVERED = frozenset(
    {"", "failed", "delayed"}
)  # of RFC 3464 s.2.3.3; the others report that all went well
_FLAGS = re.IGNORECASE
_SHOWN = 160  # characters of evidence
FINAL = ("full_disclosure", "partial", "refusal", "not_held", "transfer_redirect")


@dataclass(frozen=True, slots=True)
class Decision:
    """A kind of CONTRACT.md's list, the words or header that decided, and how sure that is, from 0 to 1."""

    kind: str
    evidence: str
    confidence: float


@dataclass(frozen=True, slots=True)
class View:
    """What the decision sees of a message.

    `own` are the writer's sentences of the message and its attachments, `said` those of the message alone; `unread` are states
    of attachments that could not be read (`encrypted`, `no_text`).
    """

    message: Message
    said: str
    own: str
    verdicts: Sequence[Verdict]
    unread: tuple[str, ...] = ()
    attachments: int = 0


def final_kind(outcomes: Sequence[str]) -> str | None:
    """The kind that follows from the outcomes of a letter's parts; None where no part comes to anything."""
    found = set(outcomes) - {"unanswered"}
    if not found:
        return None
    if set(outcomes) == {"answered"}:
        return "full_disclosure"
    if found & {"answered", "partial"}:
        return "partial"
    return next(
        kind
        for outcome, kind in (
            ("refused", "refusal"),
            ("not_held", "not_held"),
            ("redirected", "transfer_redirect"),
        )
        if outcome in found
    )


class Words:
    """The phrases of tables/phrases.toml, compiled as they are asked for."""

    def __init__(self, table: Mapping[str, Any]) -> None:
        """Keep the table."""
        self._table = {
            name: tuple(value) if isinstance(value, list) else (value,) for name, value in table.items()
        }

    def first(self, name: str, text: str) -> str:
        """The first words of a text that a list knows, or nothing."""
        found = pattern(*self._table[name]).search(small(text))
        return text[found.start() : found.end()] if found else ""

    def count(self, name: str, text: str) -> int:
        """How many different phrases of a list stand in a text."""
        low = small(text)
        if not pattern(*self._table[name]).search(low):
            return 0
        return sum(1 for phrase in self._table[name] if pattern(phrase).search(low))


def decide(view: View, words: Words) -> Decision:
    """Decide the kind."""
    if found := _returned(view, words):
        return found
    machine = automatic(view.message, view.said, words)
    if found := _hidden(view, words, machine=bool(machine)):
        return found
    if (
        not machine
        and not view.attachments
        and len(view.own.split()) < _SHORT_NOTE
        and (away := words.first("absent", view.own))
    ):
        return Decision("out_of_office", away, 0.75 if not any(v.figures for v in view.verdicts) else 0.4)
    final = final_kind([v.outcome for v in view.verdicts])
    strength = _strength(view)
    if found := _review(view, words) or (_still(view, words, strength) if final and not machine else None):
        return found
    asked = _asking(view, words, final, strength)
    if machine and not any(
        v.figures or (v.named and v.outcome in {"refused", "not_held"})
        for v in view.verdicts
        if strength >= _MACHINE
    ):
        final = None
    if final and strength >= _HARD and (asked is None or asked.confidence < _HARD_ASK):
        return _final(view, final, strength, rival=asked)
    if asked is not None and not (machine and asked.confidence < _MACHINE_ASKS):
        return asked
    if machine:
        return _machine(view, words, machine)
    waiting = _waiting(view, words)
    if (
        final
        and strength >= _SOFT
        and not (waiting and waiting.kind == "holding_delay" and words.count("delay", view.own) > 1)
    ):
        return _final(view, final, strength, rival=waiting)
    return waiting or Decision("other", "no words that foimail knows", 0.2)


def _still(view: View, words: Words, strength: float) -> Decision | None:
    """A letter that gives numbers but says that its answer is still to come: a person looks whether it is none."""
    waits, promise = pending.stopped(view.own, words), pending.promised(view.own, words)
    if not waits and not (promise and strength < _MUCH):
        return None
    without = replace(view, verdicts=())
    found = _asking(without, words, None, 0.0) or _waiting(without, words)
    kind = found.kind if found else "holding_delay"
    return Decision(kind, _short(waits or promise), 0.6)


_MUCH = 4.0  # more than two parts are answered: whatever is promised beside is not the answer
_MACHINE = 1.8  # what a machine sends is an acknowledgement unless it plainly answers
_MANY = 3  # different words of one matter
_MACHINE_ASKS = 0.85
_SHORT_NOTE = 70  # words
_NOTE = 90  # words of a covering note or a notice: more is a letter
_DOUBT = 0.6
_HARD = 2.0  # a figure of a year, an exemption, a plain `not held`
_SOFT = 0.9
_HARD_ASK = 0.9


def _strength(view: View) -> float:
    """How much speaks for a final letter: figures more than words."""
    weight = 0.0
    for verdict in view.verdicts:
        if verdict.outcome == "answered":
            weight += (
                2.0
                if len(verdict.figures) > 1
                else 1.2
                if verdict.figures
                else 1.0
                if verdict.named and verdict.confidence > _DOUBT
                else 0.6
            )
        elif verdict.outcome == "partial":
            weight += 1.2
        elif verdict.outcome in {"refused", "not_held"}:
            weight += 1.0
        elif verdict.outcome == "redirected":
            weight += 0.9
    return weight


def _final(view: View, kind: str, strength: float, rival: Decision | None) -> Decision:
    decided = [v for v in view.verdicts if v.outcome != "unanswered"]
    least = min((v.confidence for v in decided), default=0.0)
    sure = min(0.95, 0.5 + 0.05 * strength) if rival is None else 0.55
    if rival is None and all(v.form for v in decided):
        return Decision(kind, next(v.quote for v in decided), least)
    words = next((v.quote for v in decided if v.quote), "")
    return Decision(kind, _short(words), min(sure, least + 0.05))


def _returned(view: View, words: Words) -> Decision | None:
    """Something of ours came back: a letter that did not arrive, or the form filled in.

    With the form it is a final letter, whatever its covering note says; only one that asks for something is doubtful.
    """
    if report := bounce(view.message, view.said, words):
        return Decision("bounce", *report)
    if not any(v.form for v in view.verdicts):
        return None
    if found := _review(view, words):
        return found
    kind = final_kind([v.outcome for v in view.verdicts]) or "other"
    strength = _strength(view)
    return _final(view, kind, strength, rival=_asking(view, words, kind, strength))


def bounce(message: Message, said: str, words: Words) -> tuple[str, float] | None:
    """Why a message is a returned letter, and how sure that is (RFC 3464, else the words of old gateways)."""
    report = dict(message.delivery_report)
    if report and (action := report.get("action", "").lower()) in _UNDELIVERED:
        return f"delivery report: {action or '?'} {report.get('status', '')}".strip(), 0.99
    if message.header("x-failed-recipients"):
        return "header X-Failed-Recipients", 0.97
    subject = words.first("bounce_subject", message.subject)
    told = words.count("bounce", f"{message.subject}\n{said[:3000]}")
    postman = message.sender.partition("@")[0].lower() in {"mailer-daemon", "postmaster"}
    if postman and (message.returned_ids or subject or told):
        return f"a returned letter from {message.sender}", 0.95
    if subject and told > 1:
        return f"the subject begins {subject.strip()!r}", 0.85
    if message.returned_ids and told:
        return f"our letter is returned, with the words {words.first('bounce', said)!r}", 0.85
    return None


def automatic(message: Message, said: str, words: Words) -> str:
    """The header or words by which a machine sent this (RFC 3834 s.5); empty where a person may have."""
    # any value of Auto-Submitted but "no" means that no person pressed send
    if (value := message.header("auto-submitted")) and value.strip().lower() != "no":
        return f"header Auto-Submitted: {value.strip()}"
    for name in ("x-autoreply", "x-autorespond"):
        if message.header(name):
            return f"header {name}"
    if message.header("precedence").strip().lower() in {"auto_reply", "bulk", "junk", "list"}:
        return f"header Precedence: {message.header('precedence').strip()}"
    if found := words.first("automatic_subject", message.subject):
        return f"the subject begins {found.strip()!r}"
    if re.search(
        r"\b(?:all|oof|autoreply)\b", message.header("x-auto-response-suppress"), _FLAGS
    ) and words.first("automatic_text", said):
        return "header X-Auto-Response-Suppress"
    return ""


def _machine(view: View, words: Words, why: str) -> Decision:
    text = f"{view.message.subject}\n{view.said}"
    if (
        words.first("automatic_subject", view.message.subject)
        or view.message.header("x-autorespond")
        or not words.first("ack", view.said)
    ):
        if found := words.first("absence", text) or words.first("absence_subject", view.message.subject):
            return Decision("out_of_office", f"{why}; {found!r}", 0.92)
    elif found := words.first("absence", text):
        return Decision("out_of_office", f"{why}; {found!r}", 0.8)
    if (
        re.search(r"\bI(?:.m| am| work| will|.ve| have)\b", view.said)
        and len(view.said.split()) < _SHORT_NOTE
        and not words.first("automatic_text", view.said)
    ):
        return Decision("out_of_office", f"{why}, and a person speaks of themselves", 0.75)
    late = words.count("delay", view.own)
    if late >= 2 and re.search(r"\boverdue\b|\bapolog|\bsorry\b|\blate\b", view.own, _FLAGS):  # noqa: PLR2004 - one word may be chance
        return Decision("holding_delay", f"{why}; {words.first('delay', view.own)!r}", 0.7)
    return Decision("auto_ack", why, 0.9)


def _hidden(view: View, words: Words, *, machine: bool) -> Decision | None:
    """Mail that answers nothing by itself: a recall, a survey, a bulletin, an answer behind a link or a password."""
    subject = view.message.subject
    text = f"{subject}\n{view.said}"
    answered = any(v.figures or v.outcome in {"refused", "not_held"} for v in view.verdicts)
    if found := _aside(view, words, text, answered=answered):
        return found
    if answered:
        return None
    length = len(view.own.split())
    if "encrypted" in view.unread and not view.own.replace(view.said, "").strip():
        return Decision("other", "what is attached is locked by a password", 0.9)
    if words.first("password", subject) and length < _NOTE:
        return Decision("other", "a password for an earlier message", 0.85)
    signs = words.count("portal", text)
    if signs > 1 or (signs and "://" in view.message.text and (machine or length < _NOTE)):
        return Decision("other", f"an answer waits elsewhere: {words.first('portal', text)!r}", 0.8)
    if "no_text" in view.unread and length < _NOTE:
        return Decision("other", "what is attached is a picture that could not be read", 0.3)
    promise = _promised(view.own, words) if not view.attachments and length < _NOTE else ""
    return Decision("other", f"{promise!r}, and nothing is attached", 0.85) if promise else None


def _aside(view: View, words: Words, text: str, *, answered: bool) -> Decision | None:
    """Mail beside the matter: a recall, bulk mail, a lure, a survey, a note among colleagues."""
    message = view.message
    length = len(view.own.split())
    if found := words.first("recall", message.subject) or (
        words.first("recall", view.said) if length < _NOTE else ""
    ):
        return Decision("other", f"a recall: {found!r}", 0.9)
    if message.header("list-id") or message.header("list-unsubscribe"):
        return Decision("other", "bulk mail: it has a List- header", 0.92)
    if (found := words.first("phishing", text)) and re.search(r"https?://|\u00a3|attached", text):
        return Decision("other", f"asks for what no body asks: {found!r}", 0.75)
    if (found := words.first("survey", text)) and not answered and length < _NOTE:
        return Decision("other", f"a survey: {found!r}", 0.85)
    if words.count("newsletter", text) > 1:
        return Decision("other", f"a bulletin: {words.first('newsletter', text)!r}", 0.8)
    if found := words.first("internal", view.said):
        return Decision("other", f"reads like a note among colleagues: {found!r}", 0.6)
    return None


_PROMISE = re.compile(
    r"\b(?:(?:please )?(?:find|see)(?: the| our| your)?[^.]{0,60}\b(?:attach|enclos)\w*|(?:is|"
    r"are) (?:now )?(?:attached|enclosed)|attached (?:is|are|please)|i (?:attach|enclose)|"
    r"we (?:attach|enclose)|(?:letter|response|reply|answer)\w* (?:is )?(?:attached|enclosed))",
    re.IGNORECASE,
)


def _promised(text: str, words: Words) -> str:
    found = _PROMISE.search(text)
    return found[0] if found and words.first("attached", text) else ""


def _review(view: View, words: Words) -> Decision | None:
    """A reviewer's verdict on an earlier decision."""
    subject = words.first("review_subject", view.message.subject)
    head = "\n".join(view.own.splitlines()[:8])
    heading = words.first("review_subject", head)
    if words.first("review_past", view.own):
        return None
    noun = words.first("review_noun", f"{view.message.subject}\n{view.own}")
    verdict = words.first("review_verdict", view.own)
    earlier = words.first("review_earlier", view.own)
    score = bool(noun) + bool(verdict) + bool(earlier) + 1.5 * bool(subject) + bool(heading)
    if verdict and score >= 3 and (noun or subject or heading):  # noqa: PLR2004 - verdict, and two witnesses
        return Decision(
            "internal_review_outcome",
            f"{noun or subject or heading!r}, {verdict!r}, {earlier!r}",
            min(0.95, 0.55 + 0.08 * score),
        )
    return None


def _asking(view: View, words: Words, final: str | None, strength: float) -> Decision | None:
    """A letter that wants something of us before it goes on: who we are, money, time to weigh, or what we mean."""
    text = view.own
    answers = any(
        v.outcome in {"answered", "partial"} and any(not f.withheld for _, f in v.figures)
        for v in view.verdicts
    )
    candidates: list[Decision] = []
    who = words.count("identity", text)
    if who and words.first("identity_ask", text) and not answers:
        named = words.first("identity", text)
        weak = re.fullmatch(r"(?:section 8|s\.? ?8|identity|who \w+.*)", named, _FLAGS) and who == 1
        if not weak:
            candidates.append(Decision("identity_request", named, 0.9 if who > 1 else 0.7))
    sums = re.search(r"\u00a3\s?(?!450\b|600\b|25\b)\d", text)
    if sums and not answers and (pays := words.count("fee", text)) > 1:
        said = [s for s in text.splitlines() if words.first("fee", s) and not words.first("fee_done", s)]
        if said:
            candidates.append(
                Decision("fees_notice", words.first("fee", said[0]), 0.9 if pays >= _MANY else 0.75)
            )
    weighs, time = words.first("extension", text), words.first("extension_time", text)
    if weighs and time and not answers and not (words.first("extension_over", text) and final):
        strong = words.count("extension", text) > 1 or re.search(
            r"\bexten|further|10\(3\)|17\(2\)", text, _FLAGS
        )
        candidates.append(Decision("extension_pit", f"{weighs!r}, {time!r}", 0.85 if strong else 0.6))
    question = [s for s in text.splitlines() if words.first("ask", s)]
    stop = words.first("stopped", text)
    question = [s for s in question if not _COURTESY.search(s)]
    real = [
        s
        for s in question
        if "?" in s
        or stop
        or re.search(
            r"\bplease|kindly|clarif|state under|let (?:us|me) know|do u\b|do you want|mean\b", s, _FLAGS
        )
    ]
    if real and not answers and (stop or strength < _HARD or "?" in "".join(real)):
        sure = (
            0.9 if stop else 0.75 if any(re.search(r"\byou|clarif|mean\b", s, _FLAGS) for s in real) else 0.6
        )
        candidates.append(Decision("clarification", _short(real[0]), sure))
    if not candidates:
        return None
    return (
        candidates[0]
        if candidates[0].kind != "clarification"
        else max(candidates, key=lambda d: d.confidence)
    )


_COURTESY = re.compile(
    r"\bin welsh\b|\byn gymraeg\b|\bif you (?:would like|have any|need any|require any|want any|"
    r"wish)\b|\b(?:any|further) (?:queries|questions)\b|\bplease (?:quote|note|do not|find|see|use|"
    r"allow)\b",
    re.IGNORECASE,
)


def _waiting(view: View, words: Words) -> Decision | None:
    """A letter that only says that it came, or that it is late."""
    late, came = words.count("delay", view.own), words.count("ack", view.own)
    if late and late >= came * 0.6:
        return Decision("holding_delay", words.first("delay", view.own), 0.85 if late > 1 else 0.6)
    if late > 1 and re.search(r"\b(?:apolog|sorry|late|delay|overdue)", view.own, _FLAGS):
        return Decision("holding_delay", words.first("delay", view.own), 0.65)
    if came:
        sure = 0.85 if came > 1 else 0.72 if not view.attachments else 0.6
        if words.first("refused", view.own) or words.first("not_held", view.own):
            sure = 0.55  # an acknowledgement says neither, unless it explains the law
        return Decision("human_ack", words.first("ack", view.own), sure)
    return None


def _short(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= _SHOWN else f"{flat[: _SHOWN - 3]}..."
