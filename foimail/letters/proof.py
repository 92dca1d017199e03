"""Proof-reading: what no letter may contain, looked for in its finished text: the last guard."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator


class Slip(NamedTuple):
    """Something wrong in a finished text: the words at fault, what is wrong with them, what to do."""

    words: str
    message: str
    hint: str


_BRACES = re.compile(r"[{}](?:[^\n]*[{}])?")
_BREAKS = re.compile(
    r"\S{0,80}[\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]+\S{0,80}"
)  # as str.splitlines sees them
_BRACKETS = re.compile(r"\[[^\[\]\n]*\]")
# Control characters, and those that turn the direction of writing: a stranger's value could make a letter
# look other than it is.
UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


def slips(text: str, token: str) -> Iterator[Slip]:
    """Everything in a text which shows that a letter is not finished, or not what it seems.

    Args:
        text: The finished text of a letter, or its subject, without what it quotes (`quotation.own_words`).
        token: The case's token, the one thing that may stand in square brackets.
    """
    for found in _BRACES.findall(text):
        yield Slip(found, f"a brace is left in the letter: `{found}`", "a letter holds no { or }")
    if re.search(r"\bNone\b", text):
        yield Slip(
            "None", "the word `None` is left in the letter", "a value is missing, or say it in another word"
        )
    for found in _BRACKETS.findall(text):
        if found != f"[{token}]":
            yield Slip(
                found, f"a placeholder is left in the letter: {found}", "write it out; use round brackets"
            )
    for found in sorted(set(UNSEEN.findall(text))):
        yield Slip(found, f"an invisible character (U+{ord(found):04X}) is in the letter", "take it out")


def subject_slips(subject: str, token: str) -> Iterator[Slip]:
    """As `slips`, for a subject: a line break in it would begin another header (RFC 5322 section 2.2)."""
    for found in _BREAKS.findall(subject):
        yield Slip(found, "the subject is more than one line", "write it on one line")
    yield from slips(" ".join(subject.splitlines()), token)
