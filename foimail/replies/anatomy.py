"""What the lines of a letter are: the writer's own words, our request quoted back, the complaint paragraph, a disclaimer.

Nothing is deleted: a text is cut into units (a sentence, a row of a table, a line of a list), each a slice of the text with
its role. Our own words are found by comparing with the letters we sent, not by `>`: answers are typed between the lines of
a quoted request, and a request is quoted without any mark.
"""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

SEVERAL = -2  # words that stand in several parts of our request: they do not tell which is repeated
_SHINGLE = 5  # words in a row that two texts share: fewer are common English
_OURS = 0.75  # of the words of a line that are ours, and the line is
_FULL_LINE = 52  # characters from which on a line may have been broken by its width and not by its writer
_WIDEST = 125  # characters: a text with a longer line has one line a paragraph
_PIPES = re.compile(r"\|[^\n]*\|[^\n]*\|")
_GAP = re.compile(r"\S\s{3,}\S|\S \| \S")  # between the cells of a row
_LONGEST = 200_000  # characters of one text that are read
_LONGEST_LINE = 4000  # characters of a line or paragraph: more are taken for several
_LONGEST_RUN = 300  # characters without a blank, or blanks, in one line
_RUN = re.compile(rf"\S{{1,{_LONGEST_RUN}}}|\s{{1,{_LONGEST_RUN}}}")
_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)?")
_MARKS = " \t>|*#_"
_NUMBERED = re.compile(r"[\s>]*\(?(\d{1,2}|[a-z])[.):]\s", re.IGNORECASE)
_SENTENCE = re.compile(
    r"(?<=[^\s.(][a-z0-9)\]\u201d\"'%][.?!])(?<!\bno\.)(?<!\bs\.)(?<!\bref\.)(?<!\bsect\.)(?<!\bincl\.)(?<!\bdr\.)(?<!\bmr\.)"
    r"(?<!\bmrs\.)(?<!\be\.g\.)(?<!\bi\.e\.)(?<!\bapprox\.)(?<!\bq\.)\s+(?=[A-Z\u201c\"'(\[\d\u00a3<])|(?<=[?!])\s+",
    re.IGNORECASE,
)
_QUOTE_HEAD = re.compile(
    r"[\s>]*(?:-{2,}\s*(?:original message|forwarded message)\s*-{2,}|on\b.{4,150}\bwrote:|_{10,})\s*$",
    re.IGNORECASE,
)
_HEADER = re.compile(r"[\s>*]*(?:from|sent|to|cc|date|subject|importance)\*?:\s*(.*)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Ours:
    """The words of the letters we sent in a case; each run of them with the part of the request that it stands in (0: none)."""

    shingles: Mapping[tuple[str, ...], int]
    lines: Mapping[str, int]
    names: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Unit:
    """A slice of a text. `role` is own, quoted, complaint, disclaimer or notes; `asked` is the part of our request it repeats.

    `paragraph` and `block` (lines that only their width has broken) count from 0; `row` is true of single short lines.
    """

    start: int
    end: int
    text: str
    role: str = "own"
    asked: int = 0
    paragraph: int = 0
    block: int = 0
    row: bool = False


def words(text: str) -> list[str]:
    """The words of a text in lower case."""
    return _WORD.findall(text.lower().replace("\u2019", "'"))


def ours(letters: Iterable[str], names: Iterable[str] = ()) -> Ours:
    """What to compare with.

    Args:
        letters: The texts of the letters that we sent in this case.
        names: Our name and address: a quoted heading names them.
    """
    shingles: dict[tuple[str, ...], int] = {}
    lines: dict[str, int] = {}
    for letter in letters:
        part, expected = 0, 1
        flow: list[tuple[str, int]] = []
        for line in letter.splitlines():
            numbered = re.match(r"\s*\(?(\d{1,2})[.)]\s", line)
            if numbered and int(numbered[1]) == expected:
                part, expected = expected, expected + 1
            elif not line.strip() and part == expected - 1:
                part = 0 if expected > 1 and not _more(letter, expected) else part
            here = words(line)
            if numbered:
                here = here[1:]
            flow += [(word, part) for word in here]
            if here:
                said = " ".join(here)
                lines[said] = part if lines.get(said, part) == part else SEVERAL
        for at in range(len(flow) - _SHINGLE + 1):
            run = flow[at : at + _SHINGLE]
            words_, here_ = tuple(word for word, _ in run), max(run[0][1], run[-1][1])
            shingles[words_] = here_ if shingles.get(words_, here_) == here_ else SEVERAL
    return Ours(shingles, lines, frozenset(name.lower() for name in names if name))


def _more(letter: str, number: int) -> bool:
    return re.search(rf"^\s*\(?{number}[.)]\s", letter, re.MULTILINE) is not None


def units(text: str, sent: Ours, table: Mapping[str, Any]) -> tuple[Unit, ...]:
    """The text cut up, in order. `table` is tables/phrases.toml."""
    lines = _lines(text[:_LONGEST])
    marked = _quoted(lines, sent)
    cut = [unit for number, block in enumerate(_blocks(marked)) for unit in _sentences(number, block, text)]
    return tuple(_roles(cut, table))


def own_text(found: Sequence[Unit]) -> str:
    """The writer's own words, a unit a line: without quotes, complaint paragraph, disclaimers and notes."""
    return "\n".join(unit.text for unit in found if unit.role == "own")


def own_words(text: str, table: Mapping[str, Any]) -> str:
    """A reply's own words where it is not known yet what it answers: without `>` lines and what follows a quoted heading."""
    kept: list[str] = []
    for line in _lines(text[:_LONGEST]):
        if _QUOTE_HEAD.match(line.text) and "_" not in line.text:
            break
        if not line.text.lstrip().startswith(">"):
            kept.append(line.text)
    return own_text(units("\n".join(kept), ours(()), table))


@dataclass(slots=True)
class _Line:
    start: int
    end: int
    text: str
    quoted: bool = False
    asked: int = 0
    theirs: bool = (
        False  # a `>` line in words that are not ours: our question from memory, or somebody else's letter
    )


def _lines(text: str) -> list[_Line]:
    found: list[_Line] = []
    at = 0
    for raw in text.splitlines(keepends=True):
        line = raw.rstrip("\r\n\f\x0b\x1c\x1d\x1e\x85\u2028\u2029")
        cuts = _cuts(line) if len(line) > _LONGEST_RUN else (0, len(line))
        found += [_Line(at + a, at + b, line[a:b]) for a, b in itertools.pairwise(cuts)]
        at += len(raw)
    return found


def _cuts(line: str) -> list[int]:
    """Where a line is cut that no person would write: in runs without a blank, or of blanks, and where it has a few pages.

    Patterns that are quick on what people write take the square of the length of a run that leads them on.
    """
    cuts = [0]
    for run in _RUN.finditer(line):
        if run.end() - cuts[-1] > _LONGEST_LINE:
            cuts.append(run.start())
        if run.end() - run.start() == _LONGEST_RUN:
            cuts.append(run.end())
    return list(dict.fromkeys((*cuts, len(line))))


def _quoted(lines: list[_Line], sent: Ours) -> list[_Line]:
    """Mark the lines that are ours, and the headings and banners above them."""
    said = [_own_numbering(line.text) for line in lines]
    flow = [word for line in said for word in line]
    covered: dict[int, list[int]] = {}
    hits = [False] * len(flow)
    parts = [0] * len(flow)
    for at in range(len(flow) - _SHINGLE + 1):
        part = sent.shingles.get(tuple(flow[at : at + _SHINGLE]))
        if part is not None:
            hits[at : at + _SHINGLE] = [True] * _SHINGLE
            for i in range(at, at + _SHINGLE):
                parts[i] = parts[i] or part
    numbers = (number for number, line in enumerate(said) for _ in line)
    for number, hit, part in zip(numbers, hits, parts, strict=True):
        covered.setdefault(number, []).append(part if hit else -1)
    for number, line in enumerate(lines):
        marks = covered.get(number, [])
        plain = " ".join(said[number])
        if marks and sum(mark != -1 for mark in marks) >= _OURS * len(marks):
            line.quoted = True
            line.asked = max(marks, key=lambda m: (m > 0, m == SEVERAL, marks.count(m)))
            line.asked = 0 if line.asked == -1 else line.asked
        elif plain in sent.lines and len(plain) > 3:  # noqa: PLR2004 - no heading is shorter
            line.quoted, line.asked = True, sent.lines[plain]
    for line in lines:
        if re.match(r"\s*>", line.text) and not line.quoted:
            line.quoted = line.theirs = True
    _headings(lines, sent)
    return lines


def _own_numbering(text: str) -> list[str]:
    numbered = _NUMBERED.match(text)
    return words(text[numbered.end() :] if numbered else text)


def _headings(lines: list[_Line], sent: Ours) -> None:
    """A heading over our own letter is quoted, with what stands between it and our first line (a banner)."""
    number = 0
    while number < len(lines):
        if not _is_heading(lines, number):
            number += 1
            continue
        end = number
        while end < len(lines) and (
            _QUOTE_HEAD.match(lines[end].text)
            or _HEADER.match(lines[end].text)
            or not lines[end].text.strip(_MARKS)
        ):
            end += 1
        head = " ".join(line.text for line in lines[number:end]).lower()
        upcoming = next((i for i in range(end, min(end + 12, len(lines))) if lines[i].quoted), None)
        theirs = re.search(r"from\*?:\s*(.*?)(?:\bsent\b|\bdate\b|\bto\b\*?:|$)", head)
        is_ours = any(name in (theirs[1] if theirs else head) for name in sent.names)
        if is_ours or (upcoming is not None and not theirs):
            for line in lines[number : upcoming if upcoming is not None else end]:
                line.quoted = True
        number = max(end, number + 1)


def _is_heading(lines: list[_Line], number: int) -> bool:
    if _QUOTE_HEAD.match(lines[number].text):
        return True
    return bool(
        re.match(r"[\s>*]*from\*?:", lines[number].text, re.IGNORECASE)
        and any(
            re.match(r"[\s>*]*(?:sent|date|to|subject)\*?:", line.text, re.IGNORECASE)
            for line in lines[number + 1 : number + 4]
        )
    )


def _blocks(lines: list[_Line]) -> Iterator[tuple[int, list[_Line]]]:
    """Lines that belong together: one paragraph's broken lines, or one row; with the paragraph's number."""
    wrapped = max((len(line.text) for line in lines if "\t" not in line.text), default=0) <= _WIDEST
    paragraph, block = 0, list[_Line]()
    for line in lines:
        if not line.text.strip(_MARKS):
            if block:
                yield paragraph, block
            block, paragraph = [], paragraph + 1
            continue
        too_long = block and line.end - block[0].start > _LONGEST_LINE
        if block and (too_long or not (wrapped and _goes_on(block[-1], line))):
            yield paragraph, block
            block = []
        block.append(line)
    if block:
        yield paragraph, block


def _goes_on(before: _Line, line: _Line) -> bool:
    """Whether a line was only broken by its width."""
    if before.quoted != line.quoted or before.asked != line.asked or "\t" in before.text or "\t" in line.text:
        return False
    if _PIPES.fullmatch(before.text.strip()) or _PIPES.fullmatch(line.text.strip()):
        return False
    last = before.text.rstrip()
    if _GAP.search(before.text) or _GAP.search(line.text) or (last.isupper() and not line.text.isupper()):
        return False
    if len(last) < _FULL_LINE:
        return last.endswith(",") and line.text.lstrip(_MARKS)[:1].islower() and len(last) > 25  # noqa: PLR2004 - a narrow column
    return not (last.endswith((".", ":", ";", "?", "!")) and _NUMBERED.match(line.text)) and not re.match(
        r"\s*(?:\(?\d{1,2}(?:[.)]|\s[-\u2013])\s|Q\.?\s?\d|Question \d|(?:FY\s?)?(?:19|20)?\d\d(?:[/-]\d\d)?\b[^.a-z]{0,200}$)",
        line.text,
    )


def _sentences(number: int, block: tuple[int, list[_Line]], text: str) -> Iterator[Unit]:
    paragraph, lines = block
    start, end = lines[0].start, lines[-1].end
    role = "quoted" if lines[0].quoted else "own"
    row = len(lines) == 1 and ("\t" in lines[0].text or len(lines[0].text) < _FULL_LINE)
    whole = text[start:end]
    cuts = [0, *(found.end() for found in _SENTENCE.finditer(whole)), len(whole)]
    if role == "quoted" or "\t" in whole or _PIPES.fullmatch(whole.strip()):
        cuts = [0, len(whole)]
    for a, b in itertools.pairwise(cuts):
        raw = whole[a:b]
        plain = re.sub(r"[ \t]*[\r\n\f]+(?:[ \t>]+)*", " ", raw).strip("\r\n ")
        if _PIPES.fullmatch(plain):  # a row of a table as Markdown writes it
            plain = plain.replace("|", "\t").strip("\t ")
        if plain.strip(_MARKS):
            lead = len(raw) - len(raw.lstrip())
            yield Unit(
                start + a + lead,
                start + a + len(raw.rstrip()),
                plain if lines[0].theirs or "\t" in plain else plain.lstrip(">").strip(" "),
                role,
                lines[0].asked,
                paragraph,
                number,
                row,
            )


@cache
def _any_of(*phrases: str) -> re.Pattern[str]:
    return re.compile("|".join(phrases), re.IGNORECASE)


def _roles(cut: list[Unit], table: Mapping[str, Any]) -> Iterator[Unit]:
    """Mark disclaimers and notes by paragraph, complaint sentences one by one and those that follow them."""
    disclaimers, notes, complaint, goes_on, decides = (
        _any_of(*table[name]) for name in ("disclaimer", "notes", "complaint", "complaint_goes_on", "decides")
    )
    by_block: dict[int, str] = {}
    for unit in cut:
        if unit.role == "own" and disclaimers.search(unit.text):
            by_block[unit.block] = "disclaimer"
    complaining = -1
    noting = -1
    for unit in cut:
        if unit.role != "own":
            complaining = -1
            yield unit
        elif by_block.get(unit.block) == "disclaimer":
            yield replace(unit, role="disclaimer")
        elif complaint.search(unit.text) and not decides.search(unit.text):
            complaining = unit.block
            yield replace(unit, role="complaint")
        elif complaining == unit.block and goes_on.search(unit.text) and not decides.search(unit.text):
            yield replace(unit, role="complaint")
        elif notes.search(unit.text) or noting == unit.block:
            noting = unit.block
            yield replace(unit, role="notes")
        else:
            yield unit
