"""The form of answers that we sent, filled in and returned: read by the codes of its rows, from any file or from the letter.

Its text is taken out of what the other rules read, so that no hint or choice that we printed is ever an answer. An empty cell
is unanswered. What cannot be understood, and a form of another case or another wording, is for a person.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

from foimail import form as layout
from foimail.replies import filled
from foimail.replies.filled import Written

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from foimail.form import Line
    from foimail.model import Part
    from foimail.replies.outcomes import Cues, Verdict

_PAGE = re.compile(r"^[> \t]*\[page[^\]\n]*\][^\S\n]*$", re.MULTILINE)  # the foot of a printed page
_SHEET = re.compile(r"\[[^\]\n]*\]\n")  # the name of the sheet above it
_LETTERS = re.compile(r"[^\W_]+")


@dataclass(slots=True)
class Returned:
    """What forms came to: verdicts by the number of the part, doubts in words, and the texts, by file, without them.

    `remarks` are the words in which the section stands by which something was withheld.
    """

    texts: list[tuple[str, str]] = field(default_factory=list)
    verdicts: dict[int, Verdict] = field(default_factory=dict)
    doubts: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Asked:
    """What a form is read against: the questions, the cases of the message, the phrases and sections by which a body refuses."""

    parts: tuple[Part, ...]
    tokens: Collection[str]
    cues: Cues
    exemptions: Collection[str]


def read(texts: Iterable[tuple[str, str]], asked: Asked) -> Returned:
    """Read the forms in these texts, each with the name of its file: none for the message itself."""
    found = Returned()
    for file, text in texts:
        rest = text
        for piece in _pieces(text) if layout.is_in(text) else ():
            rest = rest[: piece.start] + _blank(rest[piece.start : piece.end]) + rest[piece.end :]
            _take(found, file, text, piece, asked)
        found.texts.append((file, rest))
    return found


@dataclass(frozen=True, slots=True)
class _Piece:
    """A form's stretch of a text, and its first row where that is there."""

    start: int
    end: int
    head: re.Match[str] | None


def tokens(texts: Iterable[str]) -> tuple[str, ...]:
    """The tokens that forms in these texts bear."""
    return tuple(dict.fromkeys(head["token"] for text in texts for head in layout.heading(text)))


def _pieces(text: str) -> Iterator[_Piece]:
    heads = list(layout.heading(text))
    starts = [head.start() for head in heads]
    for head, after in zip(heads, [*starts, len(text)][1:], strict=True):
        above = text.rfind("\n", 0, max(0, head.start() - 1)) + 1
        start = above if _SHEET.fullmatch(text, above, head.start()) else head.start()
        yield _Piece(start, _end(text, head.end(), after), head)
    if not heads:
        start = layout.rows(text)[0]
        yield _Piece(start, _end(text, start, len(text)), None)


def _end(text: str, start: int, after: int) -> int:
    end = _pattern(layout.END).search(text, start, after)
    return end.end() if end else after


def _take(found: Returned, file: str, text: str, piece: _Piece, asked: Asked) -> None:
    place = file or "the message"
    head = piece.head
    if head is None:
        why = "a form without its first row, so that nobody knows for which request it was made"
    else:
        why = _foreign(head, asked)
    if head is None or why:
        found.doubts.append(f"{place}: {why}; read it yourself")
        return
    rows, faults = _rows(text, piece, asked.parts)
    found.doubts += [f"{place}: {fault}" for fault in faults]
    by_part: dict[int, list[Written]] = {}
    for row in rows:
        by_part.setdefault(row.line.part, []).append(row)
    for number, written in by_part.items():
        verdict, doubts = filled.verdict(
            asked.parts[number - 1], written, file, head["mark"], asked.cues, asked.exemptions
        )
        found.doubts += [f"{place}: question {number}: {doubt}" for doubt in doubts]
        if verdict is None:
            continue
        if verdict.sections:
            found.remarks += [row.text for row in written]
        before = found.verdicts.setdefault(number, verdict)
        if filled.values(before) != filled.values(verdict):
            found.doubts.append(
                f"{place}: question {number}: another form in this message answers it otherwise"
            )


def _foreign(head: re.Match[str], asked: Asked) -> str:
    """Why a form is not one of this request, or an empty string."""
    if head["token"] not in asked.tokens:
        return f"the form is that of another request, {head['token']}"
    if head["version"] != layout.version(asked.parts):
        return "the form asks in other words than the campaign does now"
    return ""


def _rows(text: str, piece: _Piece, parts: tuple[Part, ...]) -> tuple[list[Written], list[str]]:
    """The rows in which something is written, and what is wrong with the rows themselves."""
    plain = _PAGE.sub(lambda foot: _blank(foot[0]), text)
    lines = (*layout.lines(parts), layout.END)
    places = sorted(
        (
            (match.start(), match.end(), line)
            for line in lines
            for match in _pattern(line).finditer(plain, piece.start, piece.end)
        ),
        key=lambda place: place[0],
    )
    seen = Counter(line.code for *_, line in places)
    faults = []
    if missing := [line.code for line in lines if line.code not in seen]:
        faults.append(f"rows of the form are missing or not as they were: {', '.join(missing)}")
    if twice := [code for code, count in seen.items() if count > 1]:
        return [], [*faults, f"rows of the form stand in it twice: {', '.join(twice)}"]
    rows: list[Written] = []
    ends = [*(start for start, *_ in places), piece.end][1:]
    for (start, end, line), after in zip(places, ends, strict=True):
        raw = plain[end:after]
        said = raw.strip(" \t\n\f>")
        at = end + raw.find(said)
        if line.cell != "none" and said:
            rows.append(Written(line, _one_line(said), text.index("[", start), at, at + len(said), said))
        elif line.part and line.cell == "none" and _letters(f"{line.anchor} {said}") != _letters(line.label):
            faults.append(f"something is written over question {line.part}")
    return rows, faults


def _blank(text: str) -> str:
    """As long, with the same lines, and nothing in them."""
    return re.sub(r"[^\n]", " ", text)


def _one_line(text: str) -> str:
    return " ".join(text.replace("\n>", "\n").split())


def _letters(text: str) -> str:
    return "".join(_LETTERS.findall(text)).casefold()


@lru_cache(maxsize=512)
def _pattern(line: Line) -> re.Pattern[str]:
    """A row by its code at the beginning of a line and the words that follow it: a code alone may be a footnote's."""
    words = r"\s+".join(map(re.escape, line.anchor.split()))
    return re.compile(rf"^[> \t]*\[{re.escape(line.code)}\]\s*{words}(?!\S)", re.MULTILINE)
