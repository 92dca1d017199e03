"""A letter on paper: plain text on A4, set by fpdf2, a library that only those install who want it."""

from __future__ import annotations

import unicodedata
from datetime import UTC, datetime, time
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, cast

from foimail.errors import FoimailError

if TYPE_CHECKING:
    from collections.abc import Container
    from datetime import date

    from fpdf.fonts import TTFFont

# Fonts with the Welsh letters, where Debian, Fedora, Arch, macOS and Windows keep them; the fonts that every
# PDF reader brings along lack them.
FONTS = (
    "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf",
    "/usr/share/fonts/dejavu-sans-fonts/DejaVuSans.ttf",
    "/usr/share/fonts/TTF/DejaVuSans.ttf",
    "/System/Library/Fonts/Supplemental/Arial.ttf",
    "C:/Windows/Fonts/arial.ttf",
)
_PLAINER = str.maketrans("\u2018\u2019\u201c\u201d\u2013\u2014\u2022", "''\"\"---")
_LATIN_1 = frozenset(map(chr, (*range(0x20, 0x7F), *range(0xA0, 0x100)))) | {"\n"}
_MARGIN = 25  # millimetres
_SIZE, _LEADING = 10.5, 5.2  # points; millimetres


class Printed(NamedTuple):
    """A PDF, and the characters that the font lacks and others stand for."""

    content: bytes
    replaced: tuple[str, ...]


def require() -> None:
    """FoimailError with the way to install it where fpdf2 is missing."""
    if find_spec("fpdf") is None:
        hint = "pipx install 'foimail[pdf]', or print the text"
        raise FoimailError("a PDF needs the library fpdf2, which is not installed", hint)


def letter_pdf(heading: str, text: str, on: date, fonts: tuple[str, ...] = FONTS) -> Printed:
    """A letter as PDF. It never fails for want of a character: what the font lacks is replaced, and said.

    Args:
        heading: The subject, underlined above the letter.
        text: Paragraphs, one line each, between blank lines.
        on: The London date of the letter, set as the file's own; the same letter gives the same bytes.
        fonts: Where to look for a font with all letters; the first that is there is used.

    Raises:
        FoimailError: fpdf2 is not installed.
    """
    require()
    from fpdf import FPDF

    pdf = FPDF(format="A4")
    pdf.set_creation_date(datetime.combine(on, time(12), UTC))
    pdf.set_title(heading)
    pdf.set_margin(_MARGIN)
    pdf.set_auto_page_break(auto=True, margin=_MARGIN)
    pdf.add_page()
    known: Container[str] = _LATIN_1
    font = next((path for path in fonts if Path(path).is_file()), None)
    if font:
        pdf.add_font("letter", fname=font)
        known = frozenset(map(chr, cast("TTFFont", pdf.fonts["letter"]).cmap)) | {"\n"}
    for style, passage in (("U", heading + "\n\n"), ("", text)):
        pdf.set_font("letter" if font else "Helvetica", style=style, size=_SIZE)
        pdf.multi_cell(0, _LEADING, _within(passage, known), align="L", new_x="LMARGIN", new_y="NEXT")
    lacking = sorted({character for character in heading + text if character not in known})
    return Printed(bytes(pdf.output()), tuple(lacking))


def _within(text: str, known: Container[str]) -> str:
    """The text in characters that a font has: without an accent, or a question mark, for those it lacks."""
    return "".join(c if c in known else _nearest(c, known) for c in text)


def _nearest(character: str, known: Container[str]) -> str:
    plainer = unicodedata.normalize("NFKD", character.translate(_PLAINER))
    return "".join(c for c in plainer if c in known) or "?"
