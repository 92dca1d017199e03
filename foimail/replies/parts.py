"""What a letter says on each part of the request: which of its words speak of which part, and what they come to.

A part is named by a number where the letter numbers its answers, else by what is spoken of. Where a letter decides on the
whole request in one sentence, the sentence goes for every part that has no answer of its own.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from foimail.replies import figures as numbers
from foimail.replies import grids

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from foimail.model import Part
    from foimail.replies.anatomy import Unit
    from foimail.replies.reading import Figure

_ORDINALS = {
    **{str(n): n for n in range(1, 10)},
    **dict(zip("one two three four five six seven eight nine".split(), range(1, 10), strict=True)),
    **dict(
        zip("first second third fourth fifth sixth seventh eighth ninth".split(), range(1, 10), strict=True)
    ),
    **dict(zip("1st 2nd 3rd 4th".split(), range(1, 5), strict=True)),
    **dict(zip("i ii iii iv v vi vii viii ix".split(), range(1, 10), strict=True)),
}
_ONE = r"(?:\d|one|two|three|four|five|six|first|second|third|fourth|fifth|sixth)"
_LIST = rf"(?P<list>{_ONE}\b(?![,.]\d)(?:\s*(?:,|&|and|\+|/|or|a|to|-|\u2013)+\s*(?:(?:q|question|point|item|part|c)s?\.?\s?)?{_ONE}\b(?![,.]\d))*)"
_NOUN = r"(?:q(?:uestion)?s?|points?|items?|parts?|limbs?|ans(?:wer)?s?|cwestiwn|cwestiynau|heads?|c|a|number|no|enquiry|query|ateb)"
_LEAD = r"^[\W_]*(?:(?:by|on|as to|to|in (?:answer|response|reply) to|re|regarding|for|and|your|my|our|with regard to|turning to|in regard to|trust|answer|response|correction to|gwestiwn \d /)\s+)*"
_STRONG = re.compile(
    rf"{_LEAD}(?P<noun>{_NOUN})(?:\b|(?=\d))\.?\s*(?:no\.?|numbers?)?\s*[:.#]?\s*{_LIST}", re.IGNORECASE
)
_ORDINAL = re.compile(
    rf"{_LEAD}(?P<list>(?:first|second|third|fourth)(?:,? (?:and|&) (?:first|second|third|fourth))*)\b(?:ly)?(?:\s+(?:question|point|item|part)s?)?\s*[.:,-]",
    re.IGNORECASE,
)
_WEAK = re.compile(
    r"^[\W_]*?\(?(?P<list>[1-9]|i{1,3}|iv|v)(?:[.):]|\s?(?=\t)|(?=\s+[-\u2013]\s)|(?=\s{2,}\S))(?:\s*(?P<more>(?:and|&|\+|,|to|-)\s*\(?[1-9][.):]?))?(?=\s|$|\*)|^[\W_]*(?P<plus>[1-9](?:\s*(?:\+|&|and)\s*[1-9])+)\b[.):]?",
    re.IGNORECASE,
)
_INSIDE = re.compile(
    rf"\b(?:questions?|points?|items?|parts?|limbs?|heads?|numbers?|q|cwestiwn|cwestiynau|(?:under|for|on|to)(?= \d (?:and|&) \d))\s?\.?{_LIST}"
    r"|\b(?P<which>first|last|second|third|fourth|1st|2nd|3rd|4th)(?:\s+(?:and|&)\s+(?P<other>second|third|fourth))?\s+(?P<many>two|three|pair of)?\s*(?:(?:questions?|points?|items?|parts?|heads?|limbs?|ones?)\b|(?<=two)|(?<=three))",
    re.IGNORECASE,
)
_CODE = re.compile(r"^[\w.-]*\d[\w-]*[./](?P<list>[1-9])(?=\s|\t|$)")
_SHEET = re.compile(r"^\[\s*(?:q(?:uestion)?\s?)?(?P<list>[1-9]|[a-i])\b[^\]]{0,40}\]$", re.IGNORECASE)
_STATEMENT = re.compile(r"^(?:table|statement|schedule|section|tab)\s+(?P<list>[a-f])\b", re.IGNORECASE)
_EVERYTHING = re.compile(
    r"\b(?:in full|all (?:of )?(?:its |the |your )?(?:four|4)(?= (?:of|parts|points|questions|heads|limbs|items)\b|[,.;:)]|\W*$)|for the lot|any (?:part|of (?:your|the|it))|every (?:one|part|point|question|item|respect|head)|each of your|whole (?:request|of your|of the)|entire (?:request|subject)|"
    r"the (?:whole )?request (?:is|was|or any|as a whole)|under no obligation to comply|not obliged to comply|(?:your|the) request\b[^.]{0,40}\b(?:forwarded|transferred|passed|refused|declined)|answering any)",
    re.IGNORECASE,
)
_ABOVE = re.compile(
    r"\b(?:the )?(?:above|preceding|foregoing)\b.{0,40}\b(?:question|point|item|part|answer)", re.IGNORECASE
)
_SAME = re.compile(r"\W*(?:as|see|same|the same|identical)\b", re.IGNORECASE)
_YOU_ASKED = re.compile(
    r"^\W*(?:you (?:have )?asked(?: for| about| us)?|your question|we were asked|enquiry|request|question|q)\s*:",
    re.IGNORECASE,
)
_STRONG_ENOUGH = 2  # parts named by a strong mark, and bare numbers are paragraphs only


@dataclass(frozen=True, slots=True)
class Spot:
    """A unit of a file (empty: the message itself) that speaks of a part; `text` is what follows the part's mark."""

    file: str
    unit: Unit
    text: str


@dataclass(slots=True)
class Said:
    """All that a letter says on one part."""

    spots: list[Spot] = field(default_factory=list)
    figures: list[tuple[Spot, Figure]] = field(default_factory=list)
    named: bool = False  # by a number, a heading or our own question
    gaps: bool = False  # a row of its table says that a site or recipient keeps no count
    narrowed: bool = False  # the letter says that years were left out by agreement


@dataclass(frozen=True, slots=True)
class Piece:
    """The units of one text: of the message (no file name) or of an attachment."""

    file: str
    units: tuple[Unit, ...]


class Topics:
    """Which parts a text speaks of, by the words that campaign.toml gives for each, else by those of its question."""

    def __init__(self, parts: Sequence[Part]) -> None:
        """Compile the parts' words; `parts` are those of the campaign, in their order."""
        self.count = len(parts)
        self.by_year = frozenset(n for n, part in enumerate(parts, 1) if part.answer == "count_by_year")
        self._words = [re.compile(rf"\b(?:{'|'.join(_stems(part, parts))})", re.IGNORECASE) for part in parts]

    def __call__(self, text: str) -> frozenset[int]:
        """The part named most often, of equals the first; in a line with a heading (`Training: 1,220`) the heading's."""
        if found := _marks(text, strong=True) & frozenset(range(1, self.count + 1)):
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


def spread(pieces: Sequence[Piece], parts: Sequence[Part], topics: Topics) -> dict[int, Said]:
    """The units of a letter by part; those that speak of no single part under 0."""
    known = frozenset(range(1, len(parts) + 1))
    found: dict[int, Said] = {n: Said() for n in (0, *sorted(known))}
    for piece in pieces:
        _spread(piece, known, topics, found)
    return found


def _spread(piece: Piece, known: frozenset[int], topics: Topics, found: dict[int, Said]) -> None:
    units = piece.units
    strong = frozenset().union(*(_marks(u.text, strong=True) for u in units if u.role == "own")) & known
    asked = {u.asked for u in units if u.asked} & known
    numbered = len(strong) >= _STRONG_ENOUGH or bool(asked and _answered_between(units))
    weak = (
        frozenset().union(*(_weak(u.text) for u in units if u.role == "own")) if not numbered else frozenset()
    )
    weak_counts = len(weak & known) >= _STRONG_ENOUGH and weak <= known and not numbered
    tables = {table.first: table for table in grids.tables(units)}
    current: frozenset[int] = (
        _inside(piece.file.replace("_", " "), len(known)) & known if piece.file else frozenset()
    )
    paragraph, hidden, at = -1, False, 0
    orphan: tuple[Spot, grids.Table] | None = None
    dash = any(
        re.search(r"[-\u2013\u2014]\s*(?:denotes|means|is|=|stands for)\s*(?:nil|zero|none|0)", u.text)
        for u in units
    )
    while at < len(units):
        unit = units[at]
        if unit.text.startswith("[") and unit.text.rstrip().endswith(", hidden]"):
            hidden = True  # a hidden sheet was not meant to be read
        elif _is_sheet(unit.text):
            hidden, current = False, _letters(_SHEET.match(unit.text)) & known or topics(unit.text)
            at += 1
            continue
        if hidden or unit.role not in {"own", "quoted"}:
            current = _mark(unit, known, strong=numbered, weak=weak_counts, topics=topics)[0] or current
            at += 1
            continue
        if unit.role == "quoted":
            if not unit.asked and unit.text and (about := _paraphrased(unit.text, topics) & known):
                current, paragraph = about, unit.paragraph
                found[next(iter(about))].named = True
            elif unit.asked:
                current, paragraph = frozenset({unit.asked}) & known, unit.paragraph
            elif not unit.asked:
                current = frozenset()
            at += 1
            continue
        if at in tables:
            table = tables[at]
            here = current or topics.every(table.heading) & known
            for row in table.rows:
                mark = _row_part(row, known, topics)
                if mark and len(mark) == 1 and not grids.is_data(row):
                    here = mark
            grids.read(table, topics, here if len(here) <= len(known) else frozenset(), dash_is_nil=dash)
            if table.found:
                for part in table.gaps:
                    found[part].gaps = True
                for part, values in table.found.items():
                    rows = "\n".join("\t".join(row) for row in table.rows)
                    spot = Spot(piece.file, replace(unit, end=units[table.last].end), rows)
                    found[part].spots.append(spot)
                    found[part].figures += [(spot, value) for value in values]
                at = table.last + 1
                continue
            orphan = Spot(piece.file, unit, unit.text), table
        mark, rest = _mark(unit, known, strong=numbered, weak=weak_counts, topics=topics)
        if mark:
            current, paragraph = mark, unit.paragraph
        else:
            inside = _inside(unit.text, len(known)) & known
            about = topics(unit.text) if not (numbered or weak_counts) or not current else frozenset()
            beside = topics.counted(unit.text) & known
            heading = topics(unit.text.split(":", 1)[0]) if ":" in unit.text[:60] else frozenset()
            if _EVERYTHING.search(unit.text):
                pass  # of the whole request
            elif _ABOVE.search(unit.text) and inside and orphan is not None:
                grids.read(orphan[1], topics, inside, dash_is_nil=dash)
                for part, values in orphan[1].found.items():
                    found[part].spots.append(orphan[0])
                    found[part].figures += [(orphan[0], value) for value in values]
                orphan = None
            elif inside and not (current and _SAME.match(unit.text)):
                mark = inside
                for part in inside:
                    found[part].named = True
                if not (numbered or weak_counts):
                    current, paragraph = inside, unit.paragraph
            elif len(beside) > 1:
                mark = beside
            elif len(about) == 1:
                mark = about
                current, paragraph = about, unit.paragraph
                if heading == about:
                    found[next(iter(about))].named = True
            elif current and numbers.pairs(unit.text):
                mark = current  # a row of years goes on with what was spoken of
            elif current and (numbered or weak_counts or unit.paragraph == paragraph or unit.row):
                mark = current
            elif asked and current:
                mark = current
        spot = Spot(piece.file, unit, rest)
        for part in mark or (0,):
            found[part].spots.append(spot)
            if part and (rest is not unit.text or (current and (numbered or weak_counts or asked))):
                found[part].named = True
        at += 1


def _answered_between(units: Sequence[Unit]) -> bool:
    """Whether anything of theirs stands between our quoted questions."""
    places = [n for n, unit in enumerate(units) if unit.asked]
    return any(unit.role == "own" for unit in units[places[0] : places[-1] + 3]) if places else False


def _paraphrased(text: str, topics: Topics) -> frozenset[int]:
    """The part that a question in their words is about, where they quote us from memory."""
    return topics(text) if text.startswith(("\u00bb", ">")) else frozenset()


def _is_sheet(text: str) -> bool:
    return bool(re.fullmatch(r"\[[^\]]{1,80}\]", text.strip()))


def _letters(match: re.Match[str] | None) -> frozenset[int]:
    if match is None:
        return frozenset()
    name = match["list"].lower()
    return frozenset({int(name)}) if name.isdigit() else frozenset({ord(name) - ord("a") + 1})


def _row_part(row: Sequence[str], known: frozenset[int], topics: Topics) -> frozenset[int]:
    return (_marks(row[0], strong=True) or topics(" ".join(row[:2]))) & known


def _mark(
    unit: Unit, known: frozenset[int], *, strong: bool, weak: bool, topics: Topics
) -> tuple[frozenset[int], str]:
    """The parts that a unit is headed with, and the rest of it."""
    text = unit.text
    if asked := _YOU_ASKED.match(text):
        about = (_inside(text, len(known)) or topics(text[asked.end() :])) & known
        if about:
            return about, ""
    bare = _WEAK.match(text)
    after = text[bare.end() :].lstrip() if bare else text
    for pattern in (_STRONG, _ORDINAL):
        if match := pattern.match(after):
            parts = _numbers(match["list"]) & known
            if parts and (pattern is _STRONG and _is_mark(match, after)):
                return parts, after[match.end() :].lstrip(" :.)-\u2013*\t")
            if parts and pattern is _ORDINAL:
                return parts, after[match.end() :].lstrip(" :.)-\u2013*\t")
    if match := _CODE.match(text):
        return _numbers(match["list"]) & known, text[match.end() :].strip()
    if match := _STATEMENT.match(text):
        inside = _inside(text, len(known)) & known
        return inside or (_letters(match) & known if weak else frozenset()), text
    inside = _inside(text, len(known)) & known if bare else frozenset()
    if inside:
        return inside, after
    if weak and bare:
        return _bare(bare) & known, after
    return frozenset(), text


def _is_mark(match: re.Match[str], text: str) -> bool:
    """`A 2023` is no answer 2, `part 1` in running text no heading: the mark stands alone, or punctuation or a gap follows."""
    noun, after = match["noun"].lower(), text[match.end() :]
    if noun in {"a", "c", "no", "number"} and not re.match(r"\s*(?:[:.)\-\u2013/]|$|\t)", after):
        return noun == "number" and bool(re.match(r"[,.]| is\b", after))
    return not after[:1].isdigit()


def _marks(text: str, *, strong: bool) -> frozenset[int]:
    bare = _WEAK.match(text)
    after = text[bare.end() :].lstrip() if bare else text
    match = _STRONG.match(after)
    if match and _is_mark(match, after):
        return _numbers(match["list"])
    match = _ORDINAL.match(after) or _CODE.match(text)
    return _numbers(match["list"]) if match and strong else frozenset()


def _weak(text: str) -> frozenset[int]:
    match = _WEAK.match(text)
    return _bare(match) if match else frozenset()


def _bare(match: re.Match[str]) -> frozenset[int]:
    return _numbers(match["plus"] or f"{match['list']} {match['more'] or ''}")


def _inside(text: str, count: int) -> frozenset[int]:
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


@dataclass(frozen=True, slots=True)
class Cues:
    """The compiled phrases for outcomes (tables/phrases.toml)."""

    not_held: re.Pattern[str]
    refused: re.Pattern[str]
    redirected: re.Pattern[str]
    later: re.Pattern[str]
    earlier_only: re.Pattern[str]
    same_as: re.Pattern[str]
    narrowed: re.Pattern[str]
    whole: re.Pattern[str]


def cues(table: Mapping[str, Any]) -> Cues:
    """Compile them."""

    def one(name: str) -> re.Pattern[str]:
        value = table[name]
        return re.compile("|".join(value) if isinstance(value, list) else value, re.IGNORECASE)

    return Cues(
        *(
            one(name)
            for name in (
                "not_held",
                "refused",
                "redirected",
                "later",
                "earlier_only",
                "same_as",
                "narrowed",
                "whole",
            )
        )
    )


_HYPOTHETICAL = re.compile(
    r"^\W*(?:if|should|where|were)\b|\b(?:if|whether|unless|minded to)\b", re.IGNORECASE
)
_CONDITIONAL = re.compile(
    r"\b(?:may|might|could|should|if|where|whether|unless|were (?:you|we|it)|would (?:only|not be|you)|in case|in the event|can be|sometimes|some cases|some applications|no longer|not been|ought not|wrongly|set aside|in error|withdrawn|abandoned|rescinded|"
    r"used to|no (?:proper |good |real )?(?:basis|grounds?|reason)|otherwise|would have to|.d have to|won.t be used|not be used|has not been|have not|not considered|rather than)\b",
    re.IGNORECASE,
)
_CAN = re.compile(
    r"\bwould (?:exceed|take|cost|require|need|be likely|have to|enable|tell|go|mean|identify|show)\b",
    re.IGNORECASE,
)


def decided(text: str, cue: re.Pattern[str], *, advice: bool = False) -> str:
    """The words of a cue that stands in a sentence that decides, not in one that says what may be.

    `advice`: a sentence that says where one should turn decides too.
    """
    for found in cue.finditer(text):
        before = text[: found.start()]
        sentence = re.split(r"[.;]\s", before)[-1] + found[0]
        tail = re.split(r"[.;]\s", text[found.end() :])[0]
        if _HYPOTHETICAL.search(sentence) or _DROPPED.search(tail):
            continue
        if advice or not _CONDITIONAL.search(sentence) or _CAN.search(sentence):
            return found[0]
    return ""


_DROPPED = re.compile(
    r"^[^.;]{0,60}\b(?:won.t be used|not been (?:applied|relied)|has not been|is withdrawn|was withdrawn|therefore withdrawn|abandoned|no longer|in error|wrongly|not relied|set aside|rescinded|ought not)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Verdict:
    """The outcome of a part, the words that decided it, and how sure that is."""

    outcome: str
    quote: str
    spot: Spot | None
    confidence: float
    figures: tuple[tuple[Spot, Figure], ...] = ()
    named: bool = False  # the letter names the part, by number or heading


_ELSEWHERE = re.compile(
    r"\bs(?:ection|ec)?\.?\s?(?:21|25)\b|\b(?:otherwise|reasonably) accessible\b", re.IGNORECASE
)  # FOIA s.21, FOISA s.25
_LEAST_NARRATIVE = 5  # words
_LEAST_STORY = 8  # words
_WITNESSES = 2  # different words of a part, where no number says that a story is about it
_RELEVANT = re.compile(r"\d")


def verdict(part: Part, number: int, said: Said, cue: Cues, topics: Topics, year: int = 0) -> Verdict:
    """What the letter's words on one part come to. `unanswered` where they come to nothing; `year` is the letter's."""
    found = _verdict(part, number, said, cue, topics, year)
    # a numbered answer in which no word of the question comes back may answer another question
    stray = (
        said.named
        and found.outcome in {"answered", "partial"}
        and found.spot is not None
        and len(found.spot.text.split()) > _LEAST_NARRATIVE
    )
    if stray and not any(topics.words(number, spot.unit.text) for spot in said.spots):
        found = replace(found, confidence=min(found.confidence, 0.55))
    return replace(found, named=said.named)


def _verdict(part: Part, number: int, said: Said, cue: Cues, topics: Topics, year: int) -> Verdict:
    spots = [spot for spot in said.spots if spot.text.strip()]
    values = list(said.figures)
    for spot in spots:
        if not any(spot is known for known, _ in said.figures):
            values += [
                (spot, figure) for figure in _figures(part, spot, Of(number, said.named, topics, year))
            ]
    denied = _first(spots, cue.not_held, cue)
    refused = _first(spots, cue.refused, cue)
    sent_on = _first(spots, cue.redirected, cue)
    if refused and sent_on and elsewhere(refused[0].text):
        refused = None
    put_off = _first(spots, cue.later, cue)
    if part.answer == "text":
        return _narrative(spots, cue, topics, number, denied, refused, sent_on, put_off, named=said.named)
    narrowed = any(cue.narrowed.search(spot.text) for spot in spots) or said.narrowed or said.gaps
    return _counted(
        part, spots, values, denied, refused, sent_on, put_off, narrowed=narrowed, named=said.named
    )


def _figures(part: Part, spot: Spot, of: Of) -> Iterator[Figure]:
    named = of.named
    if part.answer == "count_by_year":
        yield from _beside(spot.text, of) or numbers.pairs(spot.text, of.year)
        return
    lone = numbers.lone_values(spot.text)
    dated = [figure for figure in lone]
    counts = [figure for figure in dated if figure.unit == "count" and not figure.withheld]
    if counts:
        best = _best(spot.text, counts)
        if named or _counts_people(spot.text, best):
            yield best
    else:
        yield from [figure for figure in dated if not figure.withheld][:1]


@dataclass(frozen=True, slots=True)
class Of:
    """What is asked of a sentence: figures of this part, which the letter names or not, in a letter of this year."""

    part: int
    named: bool
    topics: Topics
    year: int


def _beside(text: str, of: Of) -> list[Figure]:
    """`2024: eight referrals, eight assessments`: one period, and each value followed by what is counted."""
    found = numbers.tokens(text, of.year)
    periods = {t.period for t in found if t.period}
    values = [t for t in found if t.figure is not None]
    if len(periods) != 1 or len(values) < _WITNESSES:
        return []
    mine = [
        t.figure
        for t in values
        if of.topics.words(of.part, text[t.end : t.end + 20].split(",")[0]) and t.figure
    ]
    others = [t for t in values if of.topics.every(text[t.end : t.end + 20].split(",")[0]) - {of.part}]
    return [replace(mine[0], period=next(iter(periods)))] if len(mine) == 1 and others else []


_RATHER = re.compile(
    r"\b(?:so|should (?:read|be|have been)|correct(?:ed)? (?:number|figure|total)(?: is| of)?|is now|ond)\b\W*",
    re.IGNORECASE,
)
_STAFF = re.compile(
    r"\b(?:staff|employees?|people|persons?|nurses|headcount|certificates?|of us|trained|members|individuals|completed|total|colleagues)\b",
    re.IGNORECASE,
)


def _counts_people(text: str, figure: Figure) -> bool:
    """Whether a number that stands in no numbered answer is one of staff: they are named beside it, or nothing else is said."""
    at = text.find(figure.quote)
    return len(text.split()) <= _LEAST_STORY or bool(
        _STAFF.search(text[max(0, at - 30) : at + len(figure.quote) + 45])
    )


def _best(text: str, counts: Sequence[Figure]) -> Figure:
    """Of several numbers the one that is meant: after `should read`, else the nearest to the people who are counted."""
    if len(counts) == 1:
        return counts[0]
    if rather := list(_RATHER.finditer(text)):
        after = [f for f in counts if text.find(f.quote, rather[-1].end()) >= 0]
        if after:
            return after[0]
    if of := re.search(r"(\d[\d,]*)\s+(?:out )?of\s+(?:the |our )?(\d[\d,]*)", text):
        return next((f for f in counts if f.quote == of[1]), counts[0])
    places = [m.start() for m in _STAFF.finditer(text)]
    if not places:
        return counts[0]
    return min(counts, key=lambda f: (min(abs(text.find(f.quote) - p) for p in places), text.find(f.quote)))


def _first(spots: Sequence[Spot], pattern: re.Pattern[str], cue: Cues) -> tuple[Spot, str] | None:
    for spot in spots:
        words = decided(spot.text, pattern, advice=pattern is cue.redirected)
        if words and not (pattern is cue.not_held and _earlier(spot.text, words, cue)):
            return spot, words
    return None


def _earlier(text: str, words: str, cue: Cues) -> bool:
    """Whether a `not held` is about years before a series begins: what is held stands beside it."""
    sentence = next((s for s in re.split(r"(?<=[.;])\s", text) if words in s), text)
    return bool(cue.earlier_only.search(sentence))


def _narrative(
    spots: Sequence[Spot],
    cue: Cues,
    topics: Topics,
    number: int,
    denied: tuple[Spot, str] | None,
    refused: tuple[Spot, str] | None,
    sent_on: tuple[Spot, str] | None,
    put_off: tuple[Spot, str] | None,
    *,
    named: bool,
) -> Verdict:
    story = [
        s
        for s in spots
        if len(s.text.split()) >= _LEAST_NARRATIVE
        and not any(
            decided(s.text, c, advice=c is cue.redirected)
            for c in (cue.not_held, cue.refused, cue.redirected, cue.later)
        )
    ]
    if not named and len({w.lower() for s in spots for w in topics.words(number, s.text)}) < _WITNESSES:
        story = []
    if refused:
        if story and not _whole_refusal(refused[0], spots):
            return Verdict("partial", refused[1], refused[0], 0.7)
        return Verdict("refused", refused[1], refused[0], 0.85)
    if denied and not story:
        return Verdict("not_held", denied[1], denied[0], 0.8)
    if sent_on and not story and _mostly(sent_on):
        return Verdict("redirected", sent_on[1], sent_on[0], 0.75)
    if put_off and not story:
        return Verdict("unanswered", put_off[1], put_off[0], 0.7)
    told = story or [
        s for s in spots if named and not any((denied, refused, sent_on, put_off)) and s.text.split()
    ]
    if told:
        return Verdict("answered", told[0].text, told[0], 0.8 if len(told[0].text.split()) > 7 else 0.6)  # noqa: PLR2004 - a sentence
    if denied:
        return Verdict("not_held", denied[1], denied[0], 0.6)
    return Verdict("unanswered", "", None, 0.5)


def elsewhere(text: str) -> bool:
    """Whether a sentence rests on the information being accessible elsewhere: no refusal but a pointer."""
    return bool(_ELSEWHERE.search(text))


def _mostly(found: tuple[Spot, str]) -> bool:
    return len(found[0].text.split()) < 60  # noqa: PLR2004 - a long story that names a website on the way


def _whole_refusal(spot: Spot, spots: Sequence[Spot]) -> bool:
    """A reason that follows a refusal is no story: the refusal opens what is said on the part."""
    return spots[0] is spot or not any(len(s.text.split()) > 7 for s in spots[: list(spots).index(spot)])  # noqa: PLR2004


def _counted(
    part: Part,
    spots: Sequence[Spot],
    values: Sequence[tuple[Spot, Figure]],
    denied: tuple[Spot, str] | None,
    refused: tuple[Spot, str] | None,
    sent_on: tuple[Spot, str] | None,
    put_off: tuple[Spot, str] | None,
    *,
    narrowed: bool,
    named: bool,
) -> Verdict:
    by_year = part.answer == "count_by_year"
    counts = [(s, f) for s, f in values if f.unit == "count" and not f.withheld]
    held_back = [(s, f) for s, f in values if f.withheld]
    rates = [(s, f) for s, f in values if f.unit != "count"]
    if by_year and not counts and not held_back:
        rates = [(s, f) for s in spots for f in numbers.lone_values(s.text) if f.unit != "count"]
    if by_year:
        counts, held_back = _in_years(part, counts), _in_years(part, held_back)
        if not counts and not refused and not denied:
            counts = _totals(spots, named=named)
    real = {f.period for _, f in counts}
    if counts and not (refused and not by_year and _refused_first(refused[0], counts[0][0], spots)):
        spot, figure = counts[0]
        several = len([p for p in real if p and p != "total"]) > 1
        single = (
            by_year and len(real) == 1 and (".." in next(iter(real)) or next(iter(real)) in {"", "total"})
        )
        grouped = by_year and any(".." in p and not re.search(r"\d{4}-\d\d\.\.\d{4}-\d\d", p) for p in real)
        nil = all(f.value == 0 for _, f in counts)
        if nil and denied and denied[0] is spot and _says_none(spot.text, denied[1]):
            return Verdict("not_held", denied[1], denied[0], 0.7)
        if held_back or (narrowed and by_year) or (single and not nil) or (grouped and not nil):
            return Verdict("partial", spot.text, spot, 0.75, (*counts, *held_back))
        if refused and refused[0] is not spot and by_year and not _is_band(refused):
            return Verdict("partial", refused[1], refused[0], 0.55, tuple(counts))
        return Verdict("answered", spot.text, spot, 0.9 if several or not by_year else 0.7, tuple(counts))
    if rates:
        return Verdict("partial", rates[0][0].text, rates[0][0], 0.75, tuple(rates[:1]))
    if refused:
        return Verdict("refused", refused[1], refused[0], 0.85)
    if denied:
        return Verdict("not_held", denied[1], denied[0], 0.8)
    if sent_on:
        return Verdict("redirected", sent_on[1], sent_on[0], 0.7)
    if put_off:
        return Verdict("unanswered", put_off[1], put_off[0], 0.7)
    return Verdict("unanswered", "", None, 0.5)


def _says_none(text: str, words: str) -> bool:
    """`None. We have no record`: a heading's `none` beside words that deny possession is no nil return."""
    return not re.search(r"\b(?:nil|zero|0)\b", text, re.IGNORECASE) and "none" not in words.lower()


def _refused_first(refused: Spot, counted: Spot, spots: Sequence[Spot]) -> bool:
    """Whether a number only explains a refusal: it follows it, and no people are counted in it."""
    if refused is counted:
        return _costs(refused.text)
    return spots.index(refused) < spots.index(counted) and not _STAFF.search(counted.text)


def _is_band(refused: tuple[Spot, str]) -> bool:
    return bool(re.search(r"\b(?:below|fewer|less|under|small)\b|<", refused[0].text))


def _costs(text: str) -> bool:
    return bool(re.search(r"\b(?:hours?|minutes|limit|personal files)\b", text, re.IGNORECASE))


def _in_years(part: Part, values: Sequence[tuple[Spot, Figure]]) -> list[tuple[Spot, Figure]]:
    """Only periods that the question may mean, each once: a later table does not repeat an earlier one's years."""
    if part.years is None:
        return list(values)
    found: dict[str, tuple[Spot, Figure]] = {}
    for spot, figure in values:
        first = re.match(r"\d{4}", figure.period)
        if first and part.years[0] - 1 <= int(first[0]) <= part.years[1] + 2:
            found.setdefault(figure.period, (spot, figure))
    return list(found.values())


def _totals(spots: Sequence[Spot], *, named: bool) -> list[tuple[Spot, Figure]]:
    """One number where years were asked, or a nil for all of them."""
    for spot in spots:
        lone = [f for f in numbers.lone_values(spot.text) if f.unit == "count"]
        if len(lone) == 1 and len(spot.text.split()) < (40 if named else _LEAST_STORY):
            return [(spot, replace(lone[0], period="total"))]
    return []
