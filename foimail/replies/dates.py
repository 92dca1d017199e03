"""Days as letters write them, and the day a letter bears in its heading."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from foimail.replies.anatomy import Unit

_ENGLISH = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_WELSH = {
    "ionawr": 1, "chwefror": 2, "mawrth": 3, "ebrill": 4, "mai": 5, "mehefin": 6, "gorffennaf": 7, "awst": 8, "medi": 9,
    "hydref": 10, "tachwedd": 11, "rhagfyr": 12,
}  # fmt: skip
_NAME = rf"(?:{'|'.join(_ENGLISH)})[a-z]*|{'|'.join(_WELSH)}"
_DAY = re.compile(
    rf"\b(?P<d>\d{{1,2}})(?:st|nd|rd|"
    rf"th)?[\s-]+(?:of\s+)?(?P<m>{_NAME})\.?,?[\s-]+(?:(?:{_NAME})\s+)?(?P<y>(?:20)?\d\d|'\d\d)\b"
    r"|\b(?P<iso>20\d\d-\d\d-\d\d)\b"
    r"|\b(?P<nd>\d{1,2})(?P<s>[./-])(?P<nm>\d{1,2})(?P=s)(?P<ny>(?:20)?\d\d)\b",
    re.IGNORECASE,
)
_DAY_ONLY = re.compile(rf"\b(?P<d>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?(?P<m>{_NAME})\b", re.IGNORECASE)
_OTHER_DAY = re.compile(
    r"\b(?:of(?! (?:notice|decision|reply|response|letter|issue))|dated|received|derbyniwyd|on|by|"
    r"until|till|due|before|sent|since|to|supersedes|when|lodged|opened|logged|registered|target|"
    r"statutory|"
    r"clock|start|requested?|request date|between|from|falls?|deadline|return|delivery|your|starting|"
    r"and|at|last|expires?|closes?|accepted|created|erbyn|ar)\s*(?:date|at|day)?\s*[:\t]?\s*(?:mon\w*|"
    r"tue\w*|wed\w*|thu\w*|fri\w*|sat\w*|sun\w*)?,?\s*(?:the\s+)?$",
    re.IGNORECASE,
)
_OTHER_LABEL = re.compile(
    r"\b(?:received|target|due|lodged|opened|logged|deadline|start|registered|delivery|statutory|expir)\b",
    re.IGNORECASE,
)
_HEADING = 14  # units in which a letter bears its date
_LINE = 110  # characters of a heading line
_WILD = timedelta(days=45)  # a date so far from the mail's is a live field of a template
_AHEAD = timedelta(days=3)


def days(text: str) -> Iterator[tuple[date, int, int]]:
    """The full dates of a text, day first, with their places; impossible ones are passed over."""
    for found in _DAY.finditer(text):
        day = _day(found)
        if day:
            yield day, found.start(), found.end()


def _day(found: re.Match[str]) -> date | None:
    try:
        if found["iso"]:
            return date.fromisoformat(found["iso"])
        if found["m"]:
            return date(_year(found["y"]), _month(found["m"]), int(found["d"]))
        return date(_year(found["ny"]), int(found["nm"]), int(found["nd"]))
    except ValueError:
        return None


def _year(text: str) -> int:
    digits = text.lstrip("'")
    return int(digits) if len(digits) > 2 else 2000 + int(digits)  # noqa: PLR2004 - `26` and `2026`


def _month(name: str) -> int:
    plain = name.lower()
    return _WELSH[plain] if plain in _WELSH else _ENGLISH.index(plain[:3]) + 1


def day_after(text: str, words: str, sent: date) -> date | None:
    """The first day named after one of these words (`by 9 February`); a day without its year is the next one after `sent`."""
    for lead in re.finditer(words, text, re.IGNORECASE):
        rest = text[lead.end() : lead.end() + 60]
        full = next(days(rest), None)
        short = _DAY_ONLY.search(rest)
        if full and (not short or full[1] <= short.start()):
            return full[0]
        if short:
            for year in (sent.year, sent.year + 1):
                try:
                    day = date(year, _month(short["m"]), int(short["d"]))
                except ValueError:
                    continue
                if day >= sent:
                    return day
    return None


def letter_date(texts: Sequence[Sequence[Unit]], sent: date) -> tuple[date, str, int]:
    """The day a letter bears, as its heading has it; the mail's own where none stands there or it cannot be right.

    Args:
        texts: The units of the message and of each attachment.
        sent: The London day of the mail's Date header.

    Returns:
        The day, the words (empty: the header), and which of the texts they stand in.
    """
    for number, units in enumerate(texts):
        before = ""
        for unit in [u for u in units if u.role in {"own", "notes", "complaint"}][:_HEADING]:
            if found := _in_heading(unit.text, before, sent):
                return found[0], found[1], number
            before = unit.text
    return sent, "", 0


def _in_heading(text: str, before: str, sent: date) -> tuple[date, str] | None:
    if len(text) > _LINE and not re.match(r"\W*(?:date|dyddiad)\b", text, re.IGNORECASE):
        return None
    if "\t" in text and not re.search(
        r"\b(?:date|dyddiad)\b", text.split("\t", maxsplit=1)[0], re.IGNORECASE
    ):
        return None
    if len(before.split()) <= 3 and _OTHER_LABEL.search(before) and len(text) < 20:  # noqa: PLR2004 - a label above its value
        return None
    for day, start, end in days(text):
        if _OTHER_DAY.search(text[:start]) or re.match(r"\s*[-\u2013]\s*\d", text[end:]):
            continue
        alone = len(re.sub(r"\W", "", text[:start] + text[end:]))
        if alone > 70 or not sent - _WILD <= day <= sent + _AHEAD:  # noqa: PLR2004 - characters of a heading beside the date
            continue
        if re.search(r"\w[.!?]\s+\w", text[:start]) or text[end:].lstrip()[:1].islower():
            continue
        return day, text[start:end]
    return None
