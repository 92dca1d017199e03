"""Other people's words in a letter: the body's, and those that the user typed. Shown as they stand, never a template.

A brace or a bracket in them is theirs and no slip, while one in the letter's own words shows that it is not finished. So
they travel through the template as `Quoted`, and proof-reading looks at the rest. Words that a template changes (by a
filter, or joined to others) are the template's own again, and proof-read.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from foimail.letters.proof import UNSEEN

if TYPE_CHECKING:
    from collections.abc import Iterable

LONGEST_QUOTATION = 600  # characters
_INSTEAD = "…"  # where a quotation stands, when the letter's own words are looked at


class Quoted(str):
    """Words that are not the letter's own. Made by `quotation` or `passage`, which take out what nobody can see."""

    __slots__ = ()

    def __str__(self) -> str:
        """The words, still marked as somebody's: a template prints what this returns."""
        return self


def quotation(words: str, longest: int = LONGEST_QUOTATION) -> Quoted:
    """Words of a stranger on one line, without control characters, cut at a blank where they are too long."""
    line = " ".join(UNSEEN.sub(" ", words).split())
    if len(line) > longest:
        line = line[:longest].rsplit(" ", 1)[0] + " …"
    return Quoted(line)


def passage(text: str) -> Quoted:
    """What the user typed, with its lines, without control characters and without blanks at either end."""
    return Quoted("\n".join(UNSEEN.sub("", line).rstrip() for line in text.splitlines()).strip())


def own_words(pieces: Iterable[str]) -> str:
    """A letter as its template wrote it, with a mark where it quotes."""
    return "".join(_INSTEAD if isinstance(piece, Quoted) else piece for piece in pieces)


def without_brackets(words: str) -> str:
    """Words fit for a subject, where square brackets hold the token alone."""
    return re.sub(r"[\[\]{}<>]", "", words).strip()
