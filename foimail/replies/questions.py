"""What bodies ask about a request: their question out of a letter, and like questions put together.

Two questions are alike where they speak of the same topics of `tables/questions.toml`; where they speak of none, where they
share most of their words.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_LONGEST = 600  # characters of a question that are looked at and shown
_ALIKE = 0.5  # of all words of two questions, so many in common
_SENTENCE = re.compile(r"(?<=[.?!])\s+|\n\s*\n")
_WORD = re.compile(r"[a-z]{3,}")
_FLAGS = re.IGNORECASE


@dataclass(frozen=True, slots=True)
class Question:
    """What one body asks in one case; `words` are a stranger's."""

    token: str
    words: str


@dataclass(frozen=True, slots=True)
class Group:
    """Questions that one answer may serve. `name` stays the same while the first of them is open."""

    name: str
    title: str
    questions: tuple[Question, ...]


def asked(words: str, table: Mapping[str, Any]) -> str:
    """The sentences of a letter that ask something, on one line; its beginning where none is seen to.

    Args:
        words: The letter's own words, without what it quotes (`kinds.own_words`).
        table: tables/questions.toml.
    """
    sentences = [" ".join(part.split()) for part in _SENTENCE.split(words)]
    asking = [one for one in sentences if re.search(table["asks"], one, _FLAGS)]
    return (" ".join(asking) or " ".join(words.split()))[:_LONGEST]


def group(questions: Iterable[Question], table: Mapping[str, Any]) -> tuple[Group, ...]:
    """Like questions together, the largest group first; each group's name says what it is about."""
    found: dict[str, tuple[str, list[Question]]] = {}
    loose: list[tuple[frozenset[str], list[Question]]] = []
    for question in questions:
        topics = [t for t in table["topic"] if re.search(t["words"], question.words[:_LONGEST], _FLAGS)]
        if topics:
            name = "+".join(topic["name"] for topic in topics)
            title = " ".join(topic["title"] for topic in topics)
            found.setdefault(name, (title, []))[1].append(question)
        else:
            _join(loose, question, frozenset(table["common"].split()))
    named = [Group(name, title, tuple(alike)) for name, (title, alike) in found.items()]
    named += [Group(_name(words), alike[0].words, tuple(alike)) for words, alike in loose]
    return tuple(sorted(named, key=lambda one: -len(one.questions)))


def _join(
    loose: list[tuple[frozenset[str], list[Question]]], question: Question, common: frozenset[str]
) -> None:
    words = frozenset(_WORD.findall(question.words.lower())) - common
    for others, alike in loose:
        together = words | others
        if words == others or (together and len(words & others) / len(together) >= _ALIKE):
            alike.append(question)
            return
    loose.append((words, [question]))


def _name(words: frozenset[str]) -> str:
    return f"q-{hashlib.sha256(' '.join(sorted(words)).encode()).hexdigest()[:6]}"
