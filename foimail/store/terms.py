"""What a person looks for, in the languages of the two indexes. Nothing they write is taken for an operator there."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

# PostgreSQL takes `answer.pdf`, `FOI/26/7` and the like for one word, and keeps accents; SQLite does neither
_GLUE = "./@_-<>&+:'"
_ACCENTS = "âàáäãåçéèêëíìîïñóòôöõúùûüýÿŵŷÂÀÁÄÃÅÇÉÈÊËÍÌÎÏÑÓÒÔÖÕÚÙÛÜÝŴŶ"
_BARE = "aaaaaaceeeeiiiinooooouuuuyywyAAAAAACEEEEIIIINOOOOOUUUUYWY"
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Term:
    """Words that stand one after the other; where `begins`, the last of them is the beginning of a word."""

    words: tuple[str, ...]
    begins: bool = False


def terms(said: Iterable[str]) -> list[Term]:
    """A term for each argument: `referral`, `"child protection"` in the shell's quotes, `refer*`, `FOI/2026/041`."""
    found = []
    for argument in said:
        text = unicodedata.normalize("NFC", argument)
        if words := tuple(_WORD.findall(text)):
            found.append(Term(words, text.rstrip().endswith("*")))
    return found


def to_fts5(wanted: Iterable[Term]) -> str:
    """A MATCH expression of SQLite: all of the terms."""
    return " AND ".join(f'"{" ".join(term.words)}"{" *" if term.begins else ""}' for term in wanted)


def to_tsquery(wanted: Iterable[Term]) -> str:
    """A tsquery of PostgreSQL, for `to_tsquery`: all of the terms."""
    bare = str.maketrans(_ACCENTS, _BARE)
    phrases = ([f"'{word.translate(bare)}'" for word in term.words] for term in wanted)
    return " & ".join(
        f"({' <-> '.join(words)}{':*' if term.begins else ''})"
        for words, term in zip(phrases, wanted, strict=True)
    )


def flat(column: str) -> str:
    """SQL of PostgreSQL for a text as its index has it: of the same length, character for character."""
    glue = _GLUE.replace("'", "''")
    return f"translate({column}, '{glue}{_ACCENTS}', '{' ' * len(_GLUE)}{_BARE}')"


def as_written(words: str, flat_text: str, whole: str, marks: tuple[str, str]) -> str:
    """Words cut from a flat text, as they stand in the text itself, with the same marks; as they are where they cannot be told.

    A flat text has a character for each of the text's own.
    """
    opening, closing = marks
    at = flat_text.find(words.replace(opening, "").replace(closing, ""))
    if at < 0:
        return words
    written = []
    for character in words:
        if character in marks:
            written.append(character)
        else:
            written.append(whole[at])
            at += 1
    return "".join(written)
