"""Answers that two bodies give in nearly the same words: one may have been written for another organisation.

Texts are compared by runs of words, without the words of the bodies' names, our own questions, what law and procedure make every
letter say, and what many bodies say alike.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from foimail.dataset.oddities import Oddity
from foimail.replies.anatomy import words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from foimail.dataset.answers import Given, PartAnswer

    Texts = Mapping[tuple[str, str], str]  # of a letter's hash and a file's name (empty: the message itself)

_RUN = 5  # words: fewer are common English
_LEAST = 40  # words that are no chance
_ALIKE = 0.8  # of the runs of the shorter text
_MANY = 3  # bodies that say the same, or a twentieth of all: it is a form of words
_SHORT = 3  # letters of a word of a name that may be any word
_LONG_LINE = 125  # characters: a text with a longer line has one line a paragraph
_LONGEST_QUOTE = 300  # characters of a quote
_LAW = re.compile(
    r"\b(?:Act|section \d|exempt(?:ion|ed)?|(?:I|i)nformation (?:C|c)ommissioner|(?:I|i)nternal (?:R|r)eview|"
    r"(?:F|f)reedom of (?:I|i)nformation|FOI|FOIA|copyright|complain\w*|appeal|confidential|recipient)\b"
)


@dataclass(frozen=True, slots=True)
class Source:
    """A body's answers, as they are compared: the same `body` is never compared with itself."""

    body: str
    name: str
    parts: tuple[PartAnswer, ...]


@dataclass(frozen=True, slots=True)
class _Passage:
    source: Source
    part: str
    given: Given
    text: str
    runs: frozenset[tuple[str, ...]]


def copies(sources: Sequence[Source], texts: Texts, asked: Iterable[str]) -> Iterator[tuple[Source, Oddity]]:
    """Each answer in words that is nearly another body's, with its body: the later one, and with the date of the earlier.

    Args:
        sources: All bodies.
        texts: Those of the files that their answers stand in; where one is not at hand, the answer's quote is compared.
        asked: The letters that we sent: bodies repeat them.
    """
    names = {word for one in sources for word in words(one.name) if len(word) > _SHORT or word == "nhs"}
    ours = frozenset(run for letter in asked for run in _runs(letter, names))
    found = [passage for one in sources for passage in _passages(one, texts, names)]
    said_by = Counter(run for _, run in {(p.source.body, run) for p in found for run in p.runs})
    most = max(_MANY, len(sources) // 20)
    common = ours | {run for run, bodies in said_by.items() if bodies > most}
    earlier: list[tuple[_Passage, frozenset[tuple[str, ...]]]] = []
    holding: dict[tuple[str, ...], list[int]] = {}
    told: set[tuple[str, str, str]] = set()
    for passage in sorted(found, key=lambda p: p.given.letter.on):
        runs = passage.runs - common
        if len(runs) <= _LEAST - _RUN:
            continue
        shared = Counter(number for run in runs for number in holding.get(run, ()))
        for number, count in shared.most_common():
            other, theirs = earlier[number]
            key = (passage.source.body, passage.part, other.source.body)
            if (
                other.source.body != passage.source.body
                and count >= _ALIKE * min(len(runs), len(theirs))
                and key not in told
            ):
                told.add(key)
                yield passage.source, _copy(passage, other)
        for run in runs:
            holding.setdefault(run, []).append(len(earlier))
        earlier.append((passage, runs))


def _copy(passage: _Passage, other: _Passage) -> Oddity:
    quote = passage.text[:_LONGEST_QUOTE]
    quote = quote if quote == passage.text else f"{quote.rpartition(' ')[0]} ..."
    return Oddity(
        passage.part,
        "copy",
        f"The answer is nearly word for word one of {other.source.name} of {other.given.letter.on.isoformat()}: "
        f"{len(words(passage.text))} words, from {' '.join(passage.text.split()[:8])!r} on.",
        f"This is nearly word for word what {other.source.name} has written to me. "
        "May I ask whether it describes your own organisation?",
        (quote,),
        rests_on=(passage.given,),
    )


def _passages(source: Source, texts: Texts, names: set[str]) -> Iterator[_Passage]:
    """The paragraphs of the files in which a body answers in words."""
    for part in source.parts:
        for given in part.standing if part.part.answer == "text" else ():
            answer = given.answer
            text = texts.get((given.letter.sha256, answer.where.get("file", "")), answer.quote)
            for paragraph in _paragraphs(text):
                if not paragraph.endswith("?") and not _LAW.search(paragraph):
                    yield _Passage(source, part.number, given, paragraph, _runs(paragraph, names))


def _paragraphs(text: str) -> Iterator[str]:
    for block in re.split(r"\n[ \t>]*\n", text):
        lines = block.splitlines()
        wrapped = max(map(len, lines), default=0) <= _LONG_LINE
        yield from (" ".join(piece.split()) for piece in ([block] if wrapped else lines))


def _runs(text: str, names: Iterable[str]) -> frozenset[tuple[str, ...]]:
    said = [word for word in words(text) if word not in names]
    return frozenset(tuple(said[at : at + _RUN]) for at in range(len(said) - _RUN + 1))
