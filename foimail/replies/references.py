"""The body's own reference, `FOI/1182/26` or `00418`, where a message gives one.

A code counts by the place it stands in: after a word such as `our ref`, in the subject, alone in a heading, before or after a
signature, at the beginning of a file's name. What looks like one elsewhere is a date, a paragraph or a rank of the regulator's.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from foimail.replies import tokens

if TYPE_CHECKING:
    from collections.abc import Container, Iterator

    from foimail.model import Message

_READ = 12_000  # characters of a text: a reference stands at its beginning, and a stranger's mail must not keep us busy
_LINES = 200
_HEAD = 25  # lines, from the top, in which a code alone in its line is a heading
_LONGEST_LINE = 400
_READ_OF_A_FILE = 3_000  # characters
_SHOWN = 200  # characters of a line
_NEAR = 60  # characters before a code, in which a word such as `our ref` is looked for
_LONG = 5  # digits of a number that is no count and no year
_BEST = 3  # places of a code that are added up
_CUED, _ALONE, _ENOUGH, _HINT = 5, 4, 3, 1  # points of a place; with fewer than enough a code is no reference
_MOST_MENTIONS = 400
_SHORTEST, _LONGEST = 3, 60  # characters of what may be a reference

_DASHES = re.compile("[\u2010-\u2015\u2212\ufe58\ufe63\uff0d]")
# words in capitals may go before the number, GHSCT FOI 25/109, and the number may be spaced, INV 26 - 091
_CODE = re.compile(
    r"(?<![\w@/.£$€-])"
    r"(?P<words>(?:[A-Z][A-Za-z-]{0,5}[A-Z] {1,2}){0,3})"
    r"(?P<code>(?=[A-Za-z/._-]{0,14}\d)[A-Za-z0-9]{1,20}(?:[/._-][A-Za-z0-9]{1,16}){0,6}"
    r"(?:\s[-/]\s\d{3,6})?(?:(?<= (?:19|20)\d\d) \d{3,6})?)"
    r"(?![\w@£%]|[.,/:-]\d|-[a-z]{3})"
)
_CUE = re.compile(
    r"(?P<your>\byour\s+)?"
    r"(?:\b(?:ref(?:erence)?|cyf(?:eirnod)?|rhif|case|ticket|request|enquiry|contact|log|file|foi|foia|foisa|eir|rfi|ig"
    r"|application|job|incident|quot(?:e|ing)|numbered|ours|(?:our|its|your)(?=\s+(?:number|no)\b)"
    r"|(?:logged|registered|filed|recorded|known|listed|down|book|entered|booked) (?:as|under)|index)\b"
    r"(?:\s*(?:number|numbers|no|num|id|ref(?:erence)?|code)\b)*)"
    r"(?:\s+(?:is|of|as|was))?\s*[.:#=|\"'\u201c\u2018\t-]*\s*(?:#|n[o\u00ba]\.?\s+)?[\"'\u201c\u2018(\[]*\s*$",
    re.IGNORECASE,
)
# what makes a bare number a reference; `request 5512` and `FOI 777`, but not `case 12 of 14`
_FORMAL = re.compile(r"\b(?:ref|reference|number|no|id|ticket|cyf|log|numbered)\b|#", re.IGNORECASE)
_OF_FOI = re.compile(r"(?:^|[^a-z])(?:foi|foia|foisa|rfi|eir|fois|rhg|iat)(?:[^a-z]|$)", re.IGNORECASE)
_NOT_WORDS = re.compile(
    r"(?:^|(?<= ))(?:OUR|YOUR|MY|RE|REF|NO|ID|THE|OF|CASE|REQUEST|TICKET|NUMBER|NHS|ACT|Q|A|I|S|FOR|ON|AND|IN|IS|TO|AT|BY|FW"
    r"|PDF|CSE|PART|ANNEX|TABLE|PAGE|BST|GMT|UTC|TEL|EXT|FAX|GBP|VAT|SI|LEVEL|YEAR|FY|CYF|FILE|LOG|TOTAL|NUMBERED|CONTACT"
    r"|REFERENCE|ENQUIRY|MS|MR|DR|MRS|PS)(?: +|$)",
)
_NEVER = re.compile(
    r"(?:IC[-_ ]?\d{5,6}(?:-\w{4})?|F(?:S|ER)\d{6,}|EA[/. ]\d{4}[/. ]\d{4}|UKFTT.*|GIA[/ ].*"  # the regulator and the tribunal
    r"|(?:s|ss|sec|section|reg|art|article|para|q|qu|question|a|p|pt|part|v|ver|version|level|band|grade|tier|step|stage|item|annex"
    r"|appendix|table|page|note|room|floor|rule|unit|ward|option|form|sheet|entry|schedule)[ ._-]?\d{1,3}[a-z]?"
    r"|(?:covid|sars|gpt|office|windows|word|excel|iso|utf|mp|sha|fig)[ -]?\d{1,5}"
    r"|(?:image|img|scan|skm|kmx|doc|dsc)[ ._-]?[a-z]?\d{3,}"
    r"|\d{1,2}(?:st|nd|rd|th)|[a-z]{1,2}\d{1,2}[a-z]?\s?\d[a-z]{2}"  # 3rd; a postcode
    r"|(?:19|20)\d{2}s?|\d{1,2}[:.]\d{2}(?:am|pm|hrs)?|\d{1,2}(?:am|pm)"  # a year, an hour
    r"|(?:19|20)\d{2}[/-](?:19|20)?\d{2}(?![/-]\d)|\d{2}[/-]\d{2}|\d[/-]\d{1,3}|[\d.]+[mk]b?|\d{4}[-/]q\d"
    r"|fy\d{2}(?:[/-]\d{2})?|h[12]|cp-?is|24[/x]7|[a-z]+\d?\.(?:pdf|docx?|xlsx?|csv|txt|png|jpe?g|gov|nhs|uk)|mk\d{1,2}|\d{1,3}[a-z]{1,3})",
    re.IGNORECASE,
)
_DATE = re.compile(
    r"\d{1,2}[./-]\d{1,2}[./-](?:19|20)?\d{2}|(?:19|20)\d{2}[./-]\d{1,2}[./-]\d{1,2}", re.IGNORECASE
)
_MONTHS = (
    r"jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?"
    r"|dec(?:ember)?"
)
_AFTER = re.compile(
    rf"\s*(?:(?:{_MONTHS})\b|working|days?\b|weeks?\b|hours?\b|months?\b|years?\b|minutes\b|pages\b|pounds|staff\b|children\b|people\b"
    r"|requests\b|per\s?cent|of (?:the|\d)|in (?:the|our|my)|on (?:the|our|my)|and \d|to \d)",
    re.IGNORECASE,
)
_DIGIT = re.compile(r"\d")
_CUTS = re.compile(r"[/._:),;-]|$")  # where a reference may end within a word: FOI/118/R, 26-118.
_EXTENSION = re.compile(r"\.[A-Za-z0-9]{2,5}$")
# web and mail addresses, hosts, and the watermark of a ticket system's mail
_LINK = re.compile(r"\S*(?:://|www\.)\S*|\S+@\S+|\b(?:[\w-]+\.){2,}[a-z]{2,}\b|\bRef:MSG\S+")
_ACT = re.compile(r"\b(?:SI|S\.I\.|Act|Regulations|Order)\s+(?:19|20)\d{2}(?:/\d+)?", re.IGNORECASE)
_QUOTE = re.compile(r"\s*[>|]")
# letters and two groups of digits, ECH 24/0338: little else is written so, wherever it stands
_FORM = re.compile(r"[A-Z]{2,6}[ /.-](?=(?:\D*\d){5})\d{2,4}[/.-]\d{2,5}")
_BARE = re.compile(r"[\d ]+")
_LETTER = re.compile(r"[A-Za-z]")
_CAPITAL = re.compile(r"[A-Z]")
_SET_OFF_AFTER = re.compile(r"\s*[-:|.,(\u2022]|\s{2}")
_SET_OFF_BEFORE = re.compile(r"[-:|,.(]\s*$|\s{2,}$")


@dataclass(frozen=True, slots=True)
class Reference:
    """A reference as it is written, the line it stands in, and where: `subject`, `text`, `file name`, or the name of the file."""

    text: str
    quote: str
    where: str

    @property
    def key(self) -> str:
        """What it is compared by."""
        return key(self.text)


def key(text: str) -> str:
    """Letters and digits only, in lower case: `FOI/16/0063` and `foi 16-0063` are one reference."""
    return re.sub(r"[^a-z0-9]", "", text.lower())


@dataclass(frozen=True, slots=True)
class _Place:
    """A code seen somewhere, and how many points this gives it."""

    text: str
    points: int
    quote: str
    where: str


def find(message: Message, own_words: str, issued: Container[str] = frozenset()) -> tuple[Reference, ...]:
    """The references that a message gives as the body's own, best first; none where it gives none.

    Args:
        message: The message.
        own_words: Its text without what it quotes of our letters (and, where known, without the complaint paragraph).
        issued: Our own tokens, which are no references of theirs.
    """
    seen: dict[str, list[_Place]] = {}
    for place in _places(message, own_words, issued):
        seen.setdefault(key(place.text), []).append(place)
    ranked = []
    for found, places in seen.items():
        points = sum(sorted((p.points for p in places), reverse=True)[:_BEST])
        if points >= _ENOUGH and (not found.isdigit() or max(p.points for p in places) >= _ENOUGH):
            ranked.append((points, found, places))
    kept = [one for one in ranked if not _is_within_another(one[1], one[0], ranked)]
    kept.sort(key=lambda one: -one[0])
    return tuple(_reference(places) for _, _, places in kept)


def mentions(message: Message, own_words: str) -> frozenset[str]:
    """Keys of everything in a message that may be a reference: to be looked up among those that are known."""
    names = [_EXTENSION.sub("", a.name) for a in message.attachments]
    found: set[str] = set()
    for line in (message.subject, *names, *own_words[:_READ].splitlines()[:_LINES]):
        if not _DIGIT.search(line):
            continue
        words = _plain(line[:_LONGEST_LINE]).split()
        for at in (n for n, word in enumerate(words) if _DIGIT.search(word)):
            found |= {words[at][: cut.start()] for cut in _CUTS.finditer(words[at])}
            for start in range(max(at - 3, 0), at + 1):
                for end in range(max(at + 1, start + 2), min(start + 4, len(words)) + 1):
                    found.add("".join(words[start:end]))
        if len(found) > _MOST_MENTIONS:
            break
    keys = (key(one) for one in found if len(one) <= _LONGEST)
    return frozenset(one for one in keys if len(one) >= _SHORTEST and _DIGIT.search(one))


def _places(message: Message, own_words: str, issued: Container[str]) -> Iterator[_Place]:
    yield from _in_line(message.subject, "subject", issued, title=True)
    filled = 0
    for line in own_words[:_READ].splitlines()[:_LINES]:
        filled += bool(line.strip())
        if not _QUOTE.match(line):
            yield from _in_line(line, "text", issued, heading=filled <= _HEAD)
    for attachment in message.attachments:
        yield from _in_file_name(attachment.name, issued)
        for line in attachment.text[:_READ_OF_A_FILE].splitlines()[:_HEAD]:
            yield from _in_line(line, attachment.name, issued)


def _in_line(
    line: str, where: str, issued: Container[str], *, title: bool = False, heading: bool = False
) -> Iterator[_Place]:
    if not _DIGIT.search(line):
        return
    plain = _plain(tokens.blanked(line[:_LONGEST_LINE], issued))
    for found in _CODE.finditer(plain):
        words = found["words"]
        for wrong in _NOT_WORDS.finditer(words):
            words = found["words"][wrong.end() :]
        code = f"{words}{found['code']}".strip(" ._-/")
        before = plain[: found.start("code") - len(words)]
        one = _Code(code, before, plain[found.end() :], title=title, heading=heading)
        never = any(_NEVER.fullmatch(c) for c in (found["code"], code))
        if _DATE.fullmatch(code) or (never and not one.is_named):
            continue
        if points := one.points:
            yield _Place(code, points, line.strip()[:_SHOWN], where)


def _in_file_name(name: str, issued: Container[str]) -> Iterator[_Place]:
    """A number alone says little there: a date, a scan. One with letters, or after a word such as `FOISA`, may be the reference."""
    for place in _in_line(_EXTENSION.sub("", name).replace("_", " "), "file name", issued, title=True):
        telling = _LETTER.search(place.text) or (
            place.points >= _CUED - 1 and not _BARE.fullmatch(place.text)
        )
        yield _Place(place.text, _ENOUGH if telling else _HINT, name, "file name")


@dataclass(frozen=True, slots=True)
class _Code:
    """A code in its line. `title`: the line is a subject or a file's name; `heading`: it stands near the letter's top."""

    text: str
    before: str
    after: str
    title: bool
    heading: bool

    @property
    def points(self) -> int:
        """How much the place speaks for its being a reference."""
        if self.is_bare:
            return self._points_of_a_number()
        if self._cue:
            return _CUED - 1 if self._cue["your"] else _CUED
        alone = _ALONE if self.title or self.heading else _ENOUGH
        if _OF_FOI.search(re.sub(r"\d", " ", self.text)):
            return alone if self.title or self._starts or self._ends else _ENOUGH
        if not _CAPITAL.search(self.text):
            return self._points_of_figures()
        if self.title or (self._starts and (self._ends or _SET_OFF_AFTER.match(self.after))):
            return alone
        return _ENOUGH if self._is_set_off or _FORM.fullmatch(self.text) else _HINT

    @property
    def is_bare(self) -> bool:
        """Whether it is a number and nothing else."""
        return _BARE.fullmatch(self.text) is not None

    @property
    def is_named(self) -> bool:
        """Whether the words before leave no doubt that a reference follows, even if its figures look like years: `ref 47/26`."""
        cue = self._cue
        return cue is not None and not _LETTER.search(self.text) and _FORMAL.search(cue[0]) is not None

    @property
    def _cue(self) -> re.Match[str] | None:
        return _CUE.search(self.before[-_NEAR:])

    @property
    def _digits(self) -> int:
        return sum(c.isdigit() for c in self.text)

    @property
    def _starts(self) -> bool:
        return not self.before.strip(" \t([*|\"'-")

    @property
    def _ends(self) -> bool:
        return not self.after.strip(" \t)]*|.\"'-,:;")

    @property
    def _is_set_off(self) -> bool:
        """First in its line and of a form that no word has, last in it after a mark or a gap, or alone in brackets."""
        if self._starts and self._digits >= 3 and re.search(r"[/.-]", self.text):  # noqa: PLR2004
            return True
        if self._ends and (self._starts or _SET_OFF_BEFORE.search(self.before)):
            return True
        return self.before.rstrip().endswith("(") and self.after.lstrip().startswith(")")

    def _points_of_a_number(self) -> int:
        if self._cue and self._digits >= 3:  # noqa: PLR2004 - fewer are of a question or a paragraph
            if self.is_named and "#" not in self._cue[0]:
                return _CUED
            return 0 if _AFTER.match(self.after) else _CUED if self.is_named else _ENOUGH
        enclosed = self.before.rstrip().endswith(("(", "[", "#")) and re.match(r"\s*(?:[)\]]|$)", self.after)
        return _ALONE if self.title and enclosed and self._digits >= _LONG else 0

    def _points_of_figures(self) -> int:
        """Of `25/26187`, without a letter: it may be a range of years, and needs more of its place."""
        if _LETTER.search(self.text):
            return 0
        if self.title and self._digits >= _LONG:
            return _ENOUGH
        return 2 if self._starts and self._ends else 0


def _is_within_another(found: str, points: int, ranked: list[tuple[int, str, list[_Place]]]) -> bool:
    return any(found != other and found in other and theirs >= points for theirs, other, _ in ranked)


def _reference(places: list[_Place]) -> Reference:
    best = max(places, key=lambda p: (p.where != "file name", p.points))
    return Reference(best.text, best.quote, best.where)


def _plain(line: str) -> str:
    return _ACT.sub(" ", _LINK.sub(" ", _DASHES.sub("-", line.replace("\xa0", " "))))
