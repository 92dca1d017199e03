"""Facts that a reply tells beside its answers: new dates, a fee, what is asked, whom to turn to, where and by when to complain."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from foimail.replies.dates import day_after, days

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from foimail.replies.kinds import Words

_PROMISED = timedelta(days=150)  # a later day is another year's: the letter names one that has passed
_REVIEWED = frozenset(
    {
        "refusal",
        "not_held",
        "transfer_redirect",
        "partial",
        "full_disclosure",
        "internal_review_outcome",
        "extension_pit",
        "fees_notice",
        "other",
    }
)
_MOST = 400  # characters of a fact that is kept in words
_BY = (
    r"\b(?:by|until|till|before|to|(?:no|not) later than|on or before|(?:new|revised|target|"
    r"due) (?:date|deadline)(?: of| is| has been)?|deadline(?: of| is)?|target|"
    r"falls? due(?: for \w+)? on|due(?: on| by)?|expires on|latest|date for compliance is|"
    r"calculate as|i\.e\. by)\b[\s:\t]*(?:midnight on |the |mid-)?"
)
_ADDRESS = re.compile(r"[\w.+%-]+@[\w-]+(?:\.[\w-]+)+")
_AMOUNT = re.compile(r"\u00a3\s?(\d[\d,]*(?:\.\d\d)?)")
_FEE = re.compile(r"\b(?:total|fee|payable|to pay|amount|sum|charge|send us|pay)\b", re.IGNORECASE)
_WITHIN = re.compile(
    r"\b(?:(?:within|in|inside|after|not later than|no later than|"
    r"you have)\s+)?(?P<time>(?:the next )?(?:\d+|two|three|six|twenty|twenty[- ]eight|thirty|forty|"
    r"sixty)\s+(?:calendar |working )?(?:days|months|weeks|w\.d\.))"
    r"|\b(?:by|before|no later than|not later than)\s+(?P<day>(?:the end of )?(?:\d{1,2}(?:st|nd|rd|"
    r"th)?\s+\w+(?:\s+20\d\d)?|easter|christmas|may|june|july|[a-z]+ 20\d\d))",
    re.IGNORECASE,
)
_TO = re.compile(
    r"(?:\b(?:to|from|through|with|tell|ring|contact|ask|writing to|write to|petition|by)\s+(?!you\b|"
    r"us\b|seek|ask|make|the (?:information )?commissioner|complain|request|require|a |an |this|our|"
    r"any|do so|be |it |review|have|contest|whom)(?:the )?|^\W*(?:(?:internal )?reviews?|complaints?|"
    r"appeals?|challenge|objections?|remedies|not happy\?|unhappy\?|adolygiad mewnol|"
    r"requests for review)[^:\n]{0,60}:\s*(?:the )?|^the (?=[A-Z])|\breviews are conducted by the )"
    r"(?P<who>[A-Z][^.;:?()\n]{2,140}?)(?=\s*(?:,? ?\b(?:within|inside|not later|no later|by \d+|"
    r"before|in \d+|in the first|will|for an?|if you|would like|as soon)\b|[.;:?(]|\s-\s|$|"
    r",?\s*\d+ (?:working|calendar)? ?(?:days|months|w\.d)|,? (?:two|three|forty) (?:months|working)))"
)
_REGULATOR = re.compile(r"\b(?:commissioner|\bico\b|wycliffe|wilmslow|osic)\b", re.IGNORECASE)


_HIDDEN = (
    ("waits elsewhere", "portal"),
    ("password", "password"),
    ("nothing is attached", "missing_attachment"),
)  # what kinds.py says of an answer that cannot be seen yet


@dataclass(frozen=True, slots=True)
class Told:
    """The facts by the names of `events.Told`, and the words each rests on."""

    facts: dict[str, Any]
    quotes: dict[str, str]


def of(
    kind: str,
    evidence: str,
    own: Sequence[str],
    complaint: Sequence[str],
    sent: date,
    sender: str,
    words: Words,
) -> Told:
    """The facts of a message of this kind.

    Args:
        kind: As decided.
        evidence: What decided it.
        own: The writer's own sentences.
        complaint: The sentences of the complaint paragraph.
        sent: The London day of its Date header.
        sender: Its address.
        words: The phrases.
    """
    found: dict[str, Any] = {}
    quotes: dict[str, str] = {}

    def tell(name: str, value: Any, quote: str) -> None:  # noqa: ANN401 - a fact of any type
        if value and name not in found:
            found[name], quotes[name] = value, quote

    match kind:
        case "extension_pit" | "holding_delay" | "human_ack" | "auto_ack":
            tell("until" if kind in {"extension_pit", "holding_delay"} else "due", *_promised(own, sent))
        case "fees_notice":
            tell("fee", *_fee(own))
        case "clarification" | "identity_request":
            asked = [s for s in own if "?" in s or words.first("ask", s) or words.first("identity", s)]
            tell("question", " ".join(asked)[:_MOST], " ".join(asked)[:_MOST])
        case "transfer_redirect":
            whole = " ".join(s for s in own if words.first("redirected", s))
            tell(
                "redirected",
                ", ".join(dict.fromkeys(_ADDRESS.findall(whole))) or whole[:_MOST],
                whole[:_MOST],
            )
        case "out_of_office":
            others = ((a, s) for s in own for a in _ADDRESS.findall(s) if a.lower() != sender.lower())
            tell("other_address", *next(others, ("", "")))
        case "other":
            _behind(own, sent, evidence, tell)
    where, when = review(complaint if kind in _REVIEWED else ())
    tell("review_address", where, where)
    tell("review_by", when, when)
    return Told(found, quotes)


def _promised(own: Sequence[str], sent: date) -> tuple[str, str]:
    """The first day that they give for an answer, and the sentence that gives it."""
    for sentence in own:
        day = day_after(sentence, _BY, sent)
        if day and sent <= day <= sent + _PROMISED:
            return day.isoformat(), sentence
    return "", ""


def _fee(own: Sequence[str]) -> tuple[str, str]:
    """The sum to pay: named as fee or total, else the last; the limits of the Fees Regulations are none."""
    sums = [(m[1], s) for s in own for m in _AMOUNT.finditer(s) if m[1] not in {"450", "600", "25", "100"}]
    named = [
        (amount, s)
        for amount, s in sums
        if re.search(
            rf"\b(?:total payable|to pay|amount|the fee is|fee is accordingly|"
            rf"in the sum)\b[^\u00a3]{{0,60}}\u00a3\s?{re.escape(amount)}",
            s,
            re.IGNORECASE,
        )
    ]
    results = [(amount, s) for amount, s in sums if re.search(rf"=\s*\u00a3\s?{re.escape(amount)}", s)]
    fees = [(amount, s) for amount, s in sums if _FEE.search(s)]
    chosen = (named or results or fees or sums)[:1] if (named or results or fees or sums) else []
    return chosen[0] if chosen else ("", "")


def review(complaint: Sequence[str]) -> tuple[str, str]:
    """Where to ask for a review and within what time, as the letter says it; the regulator is no answer."""
    where = when = ""
    for sentence in complaint:
        theirs = not _REGULATOR.search(sentence)
        early = sentence if theirs else _REGULATOR.split(sentence, maxsplit=1)[0]
        if not where and early:
            address = _ADDRESS.search(early)
            named = _TO.search(early)
            where = address[0] if address else named["who"].strip(" ,") if named else ""
        if not when and early and (time := _WITHIN.search(early)):
            when = (time["time"] or time["day"]).strip()
    return where, when


def _behind(own: Sequence[str], sent: date, evidence: str, tell: Any) -> None:  # noqa: ANN401 - the closure of `of`
    """An answer that waits elsewhere: what for, where, and until when."""
    link = next((s for s in own if re.search(r"https?://", s)), "")
    what = next((name for cue, name in _HIDDEN if cue in evidence), "")
    if not what:
        return
    tell("behind", "link" if what == "portal" and link else what, evidence)
    if link:
        tell("behind_link", re.search(r"https?://\S+", link)[0].rstrip(".,)"), link)  # type: ignore[index]
    for sentence in own:
        day = day_after(
            sentence, r"\b(?:until|till|on|before|by|expires?(?: on)?)\b\s*(?:midnight on )?", sent
        )
        if day is None:
            day = next((d for d, *_ in days(sentence) if d > sent), None)
        if day and day > sent:
            tell("behind_until", day.isoformat(), sentence)
