"""How a letter says which part of a request an answer is about: by number, by a heading, by our own question, by its words."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from foimail.replies import figures as numbers

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from foimail.model import Part

_ORDINALS = {
    **{str(n): n for n in range(1, 10)},
    **dict(
        zip(
            ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine"],
            range(1, 10),
            strict=True,
        )
    ),
    **dict(
        zip(
            ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth"],
            range(1, 10),
            strict=True,
        )
    ),
    **dict(zip(["1st", "2nd", "3rd", "4th"], range(1, 5), strict=True)),
    **dict(zip(["i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix"], range(1, 10), strict=True)),
}
_ONE = r"(?:\d|one|two|three|four|five|six|first|second|third|fourth|fifth|sixth)"
_LIST = (
    rf"(?P<list>{_ONE}\b(?![,.]\d)(?:\s*(?:,|&|and|\+|/|or|a|to|-|\u2013)+\s*(?:(?:q|question|point|item|"
    rf"part|c)s?\.?\s?)?{_ONE}\b(?![,.]\d))*)"
)
_NOUN = (
    r"(?:q(?:ue?|uestion)?s?|requests?|queries|points?|items?|parts?|limbs?|ans(?:wer)?s?|cwestiwn|cwestiynau|heads?|c|a|number|"
    r"no|enquiry|query|ateb)"
)
_LEAD = (
    r"^[\W_]*(?:(?:by|on|as to|to|in (?:answer|response|reply) to|re|regarding|for|and|your|my|our|"
    r"with regard to|turning to|in regard to|trust|answer|response|correction to|gwestiwn \d /)\s+)*"
)
_STRONG = re.compile(
    rf"{_LEAD}(?P<noun>{_NOUN})(?:\b|(?=\d))\.?\s*(?:(?:no\.?|numbers?)\s*)?(?:[:.#]\s*)?{_LIST}",
    re.IGNORECASE,
)
_ORDINAL = re.compile(
    rf"{_LEAD}(?P<list>(?:first|second|third|fourth)(?:,? (?:and|&) (?:first|second|third|"
    rf"fourth))*)(?:ly)?\b(?:\s+(?:question|point|item|part)s?)?\s*[.:,-]",
    re.IGNORECASE,
)
_WEAK = re.compile(
    r"^[\W_]*?\(?(?P<list>[1-9]|i{1,3}|iv|v)(?:[.):]|\s?(?=\t)|(?=\s+[-\u2013]\s)|"
    r"(?=\s{2,}\S))(?:\s*(?P<more>(?:and|&|\+|,|to|-)\s*\(?[1-9][.):]?))?(?=\s|$|\*)|"
    r"^[\W_]*\(?(?P<letter>[a-d])[.):]+(?=\s)|"
    r"^\W*(?P<alone>[1-9])\W*$|"
    r"^(?:in respect of|as (?:to|for|regards)|regarding) (?:no\.? ?)?(?P<of>[1-9]),? (?=\w)|"
    r"^[\W_]*(?P<plus>[1-9](?:\s*(?:\+|&|and)\s*[1-9])+)\b[.):]?|"
    r"^(?P<bare>[1-9])\s(?=(?-i:[A-Z])|[\d\u201c\"\'])",
    re.IGNORECASE,
)
_INSIDE = re.compile(
    rf"\b(?:q(?:ue?|uestion)s?|quer(?:y|ies)|enquir(?:y|ies)|points?|items?|parts?|limbs?|heads?|numbers?|"
    rf"q(?!\s?[1-4]\s?(?:of )?(?:19|20)\d\d)|"
    rf"cwestiwn|cwestiynau|(?:under|for|"
    rf"on|to)(?= \d (?:and|&) \d\b))\s?\.?{_LIST}"
    r"|\b(?P<which>first|last|second|third|fourth|1st|2nd|3rd|4th)(?:\s+(?:and|&)\s+(?P<other>second|"
    r"third|fourth))?\s+(?P<many>two|three|pair of)?\s*"
    r"(?:(?:questions?|quer(?:y|ies)|enquir(?:y|ies)|points?|items?|parts?|heads?|"
    r"limbs?|ones?)\b|(?<=two)(?!\s+[a-z]*(?:year|month|quarter|week|day)s)|"
    r"(?<=three)(?!\s+[a-z]*(?:year|month|quarter|week|day)s))",
    re.IGNORECASE,
)
_CODE = re.compile(r"^[\w.-]*\d[\w-]*[./](?P<list>[1-9])(?=\s|\t|$)")
SHEET = re.compile(r"^\[\s*(?:q(?:uestion)?\s?)?(?P<list>[1-9]|[a-i])\b[^\]]{0,40}\]$", re.IGNORECASE)
_STATEMENT = re.compile(r"^(?:table|statement|schedule|section|tab)\s+(?P<list>[a-f])\b", re.IGNORECASE)
_YOU_ASKED = re.compile(
    r"^\W*(?:you (?:have )?asked(?: for| about| us)?|your question|we were asked|enquiry|request|"
    r"question|q)\s*:",
    re.IGNORECASE,
)


class Topics:
    """Which parts a text speaks of, by the words that campaign.toml gives for each, else by those of its question."""

    def __init__(self, parts: Sequence[Part]) -> None:
        """Compile the parts' words; `parts` are those of the campaign, in their order."""
        self.count = len(parts)
        self._words = [re.compile(rf"\b(?:{'|'.join(_stems(part, parts))})", re.IGNORECASE) for part in parts]

    def __call__(self, text: str) -> frozenset[int]:
        """The part named most often, of equals the first; in a line with a heading (`Training: 1,220`) the heading's."""
        if found := marks(text) & frozenset(range(1, self.count + 1)):
            return found
        lead = text.split(":", 1)[0] if ":" in text[:60] else ""
        for part in (lead, text):
            hits = [[m.start() for m in words.finditer(part)] for words in self._words]
            if any(hits):
                most = max(len(places) for places in hits)
                first = min((places[0], n) for n, places in enumerate(hits) if len(places) == most)
                return frozenset({first[1] + 1})
        return frozenset()

    def counted(self, text: str) -> frozenset[int]:
        """The parts whose word directly follows a number: `eight referrals, eight assessments`."""
        values = [t for t in numbers.tokens(text) if t.figure is not None]
        return frozenset(
            n + 1
            for n, words in enumerate(self._words)
            for t in values
            if words.match(text[t.end :].lstrip())
        )

    def words(self, part: int, text: str) -> list[str]:
        """The words of one part in a text."""
        return self._words[part - 1].findall(text)

    def every(self, text: str) -> frozenset[int]:
        """All parts of which a word stands there."""
        return frozenset(n + 1 for n, words in enumerate(self._words) if words.search(text))


def _stems(part: Part, parts: Sequence[Part]) -> list[str]:
    if part.words:
        return [re.escape(word).replace(r"\ ", r"\s+") for word in part.words]
    others = {
        w for other in parts if other is not part for w in re.findall(r"[a-z]{5,}", other.question.lower())
    }
    own = dict.fromkeys(w[:7] for w in re.findall(r"[a-z]{5,}", part.question.lower()) if w not in others)
    return list(own) or ["\u0000"]


def letters(match: re.Match[str] | None) -> frozenset[int]:
    """The part that a sheet or table is named by: `[4]`, `Statement C`."""
    if match is None:
        return frozenset()
    name = match["list"].lower()
    return frozenset({int(name)}) if name.isdigit() else frozenset({ord(name) - ord("a") + 1})


def headed(text: str, known: frozenset[int], topics: Topics, *, weak: int) -> tuple[frozenset[int], str]:
    """The parts that a sentence is headed with, and the rest of it; `weak` is what `numbering` says of the text."""
    if asked := _YOU_ASKED.match(text):
        about = (inside(text, len(known)) or topics(text[asked.end() :])) & known
        if about:
            return about, ""
    bare = _WEAK.match(text)
    if bare and _is_loose(bare) and weak <= 1:
        bare = None
    after = text[bare.end() :].lstrip() if bare else text
    strong = _STRONG.match(after)
    match = strong if strong and _is_mark(strong, after) else _ORDINAL.match(after)
    if match and (parts := _numbers(match["list"]) & known):
        return parts, after[match.end() :].lstrip(" :.)-\u2013*\t")
    if match := _CODE.match(text):
        return _numbers(match["list"]) & known, text[match.end() :].strip()
    if match := _STATEMENT.match(text):
        named = inside(text, len(known)) & known
        return named or (letters(match) & known if weak else frozenset()), text
    if not bare:
        return frozenset(), text
    if bare["of"]:
        return _bare(bare) & known, after
    named = inside(text, len(known)) & known or (_bare(bare) & known if weak else frozenset())
    return named, after if named or weak else text


def _is_mark(match: re.Match[str], text: str) -> bool:
    """`A 2023` is no answer 2, `part 1` in running text no heading: the mark stands alone, or punctuation or a gap follows.

    `Q2 2023 - five` is a quarter, `Q2 2022 19, 2023 26` an answer.
    """
    noun, after = match["noun"].lower(), text[match.end() :]
    if (
        noun == "q"
        and re.match(r"\s?(?:of )?(?:19|20)\d\d\b", after)
        and numbers.tokens(text)[0].period.endswith(f"-Q{match['list']}")
    ):
        return sum(bool(token.period) for token in numbers.tokens(text)) != 1
    if noun in {"a", "c", "no", "number"} and not re.match(r"\s*(?:[:.)\-\u2013/]|$|\t)", after):
        return noun == "number" and bool(re.match(r"[,.]| is\b", after))
    return not after[:1].isdigit()


def marks(text: str) -> frozenset[int]:
    """The parts that a sentence names at its beginning by a mark that can mean nothing else."""
    bare = _WEAK.match(text)
    after = text[bare.end() :].lstrip() if bare else text
    match = _STRONG.match(after)
    if match and _is_mark(match, after):
        return _numbers(match["list"])
    match = _ORDINAL.match(after) or _CODE.match(text)
    return _numbers(match["list"]) if match else frozenset()


def numbering(texts: Iterable[str], known: frozenset[int]) -> int:
    """Whether the numbers or letters at the beginning of lines are those of the parts: 1 if marked as such, 2 also if bare.

    Two of them are with their full stop or bracket; a number that stands alone or before a word may be a count, and is a mark
    where all parts have theirs in turn.
    """
    found = [match for text in texts if (match := _WEAK.match(text))]
    plain = [match for match in found if not _is_loose(match)]
    weak = frozenset().union(*map(_bare, plain))
    if len(weak & known) >= _ENOUGH and weak <= known:
        alone = frozenset().union(*(_bare(match) for match in found if match["alone"]))
        return 2 if weak != known == weak | alone else 1
    return 2 if frozenset().union(*map(_bare, found)) == known and len(known) > _ENOUGH else 0


def _is_loose(match: re.Match[str]) -> bool:
    return bool(match["alone"] or match["bare"] or match["letter"])


_ENOUGH = 2  # marks


def _bare(match: re.Match[str]) -> frozenset[int]:
    if match["letter"]:
        return frozenset({ord(match["letter"].lower()) - ord("a") + 1})
    if one := match["alone"] or match["bare"] or match["of"]:
        return frozenset({int(one)})
    return _numbers(match["plus"] or f"{match['list']} {match['more'] or ''}")


def inside(text: str, count: int) -> frozenset[int]:
    """The parts that a sentence names by number: `questions 1 and 2`, `the first two points`, `your second question`."""
    found: set[int] = set()
    for match in _INSIDE.finditer(text):
        if match["list"]:
            found |= _numbers(match["list"])
            continue
        many = _ORDINALS[(match["many"] or "one").lower().replace("pair of", "two")]
        if match["which"].lower() == "last":
            found |= set(range(count - many + 1, count + 1))
        else:
            first = _ORDINALS[match["which"].lower()]
            found |= set(range(first, first + many))
            found |= {_ORDINALS[match["other"].lower()]} if match["other"] else set()
    return frozenset(found)


def _numbers(text: str) -> frozenset[int]:
    """`1 and 2`, `1-3`, `first and second` as numbers; a dash or `to` is a range."""
    found: list[int] = []
    ranged = False
    for word in re.findall(r"\d|[a-z]+|-|\u2013", text.lower()):
        if word in {"-", "\u2013", "to", "a"}:
            ranged = bool(found)
        elif word in _ORDINALS:
            here = _ORDINALS[word]
            found += range(found[-1] + 1, here + 1) if ranged and found and here > found[-1] else [here]
            ranged = False
    return frozenset(found)
