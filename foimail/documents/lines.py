"""The text of a PDF's page as the eye sees it, line by line.

A program may print all short cells of a table first and the wrapped ones at the end; by its order alone such a page cannot be read.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pypdfium2.raw as pdfium

if TYPE_CHECKING:
    import pypdfium2

_SAME = 0.5  # of a line's height: nearer middles are on one line
_GAP = 0.15  # of a line's height: a wider gap parts two words


@dataclass(slots=True)
class _Line:
    middle: float
    height: float
    letters: list[tuple[float, float, str, int]] = field(default_factory=list)  # left, right, letter, index


def by_lines(words: pypdfium2.PdfTextPage) -> str:
    """The lines of a page from top to bottom, each from left to right."""
    return "\n".join(filter(None, map(_joined, _lines(words))))


def indices(words: pypdfium2.PdfTextPage) -> list[int]:
    """PDFium's indices of the letters of a page, in the order of its lines."""
    return [index for line in _lines(words) for _, _, _, index in sorted(line.letters)]


def _lines(words: pypdfium2.PdfTextPage) -> list[_Line]:
    letters = []
    for index in range(words.count_chars()):
        letter = chr(pdfium.FPDFText_GetUnicode(words, index))
        left, bottom, right, top = words.get_charbox(index, loose=True)
        # the blanks and breaks that PDFium puts in follow the order of printing
        if top > bottom and not pdfium.FPDFText_IsGenerated(words, index) and letter not in "\r\n":
            letters.append(((bottom + top) / 2, top - bottom, left, right, letter, index))
    lines: list[_Line] = []
    for middle, height, left, right, letter, index in sorted(letters, key=lambda one: -one[0]):
        if not lines or lines[-1].middle - middle > _SAME * lines[-1].height:
            lines.append(_Line(middle, height))
        lines[-1].letters.append((left, right, letter, index))
    return lines


def _joined(line: _Line) -> str:
    found = ""
    before = None
    for left, right, letter, _ in sorted(line.letters):
        if before is not None and left - before > _GAP * line.height:
            found += " "
        found += letter
        before = right
    return " ".join(found.split())
