"""The text of a PDF's page, and which of PDFium's letters each part of it was made of."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pypdfium2.raw as pdfium

from foimail import form
from foimail.documents.lines import by_lines, indices
from foimail.documents.plain import clean

if TYPE_CHECKING:
    import pypdfium2

_HYPHEN = re.compile(
    "[\x02\ufffe]"
)  # PDFium's sign for a hyphen at the end of a line, where it drops the break
_AROUND = (40, 8)  # characters beside a quote by which one of several like quotes is told from the others


def text(words: pypdfium2.PdfTextPage) -> str:
    """The text of a page as its quotes are counted: by lines where a form of ours is on it."""
    printed = clean(_HYPHEN.sub("-", words.get_text_bounded())).strip()
    return clean(by_lines(words)) if form.is_in(printed) else printed


def letters(words: pypdfium2.PdfTextPage, start: int, end: int, quote: str) -> list[int]:
    """The indices of the letters that a quote is made of, which stands from `start` to before `end` of the text.

    None where that cannot be told for certain: the page says something else there, and the quote does not stand on it just once.
    """
    whole = text(words)
    order = indices(words) if form.is_in(whole) else range(words.count_chars())
    made = [
        (letter, index) for index in order if (letter := _bare(chr(pdfium.FPDFText_GetUnicode(words, index))))
    ]
    drawn = "".join(letter for letter, _ in made)
    wanted = _bare(quote)
    at = -1
    if wanted and whole[start:end] == quote:
        at = len(_bare(whole[:start])) if drawn == _bare(whole) else _among(drawn, whole, start, end)
    if at < 0:
        at = _only(drawn, wanted)
    return [index for _, index in made[at : at + len(wanted)]] if at >= 0 else []


def _among(drawn: str, whole: str, start: int, end: int) -> int:
    """Where words of the text are drawn, by those around them, where some letter of the page is in one of both alone."""
    for before, after in (pair for some in _AROUND for pair in ((some, some), (some, 0), (0, some))):
        led = _bare(whole[max(0, start - before) : start])
        at = _only(drawn, led + _bare(whole[start : end + after]))
        if at >= 0:
            return at + len(led)
    return -1


def _bare(words: str) -> str:
    """Words without blanks and what `text` takes out."""
    return "".join(clean(_HYPHEN.sub("-", words)).split())


def _only(text: str, words: str) -> int:
    """Where words stand in a text, -1 where that is nowhere or in several places."""
    at = text.find(words) if words else -1
    return at if at >= 0 and text.find(words, at + 1) < 0 else -1
