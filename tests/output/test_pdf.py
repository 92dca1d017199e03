from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from foimail.errors import FoimailError
from foimail.output import pdf
from foimail.output.pdf import FONTS, letter_pdf

TODAY = date(2026, 11, 22)
HAS_FONT = any(Path(path).is_file() for path in FONTS)


def test_a_letter_of_many_paragraphs_goes_on_over_pages() -> None:
    printed = letter_pdf("Subject", "A paragraph that goes on.\n\n" * 200, TODAY)
    assert printed.content.startswith(b"%PDF-")
    assert printed.content.count(b"/Type /Page\n") > 3
    assert printed.replaced == ()


def test_the_same_letter_gives_the_same_bytes() -> None:
    assert letter_pdf("Subject", "Text.\n", TODAY) == letter_pdf("Subject", "Text.\n", TODAY)


@pytest.mark.skipif(not HAS_FONT, reason="no font with Welsh letters on this machine")
def test_welsh_letters_are_printed_where_a_font_has_them() -> None:
    assert letter_pdf("Dŵr", "ŷ\n", TODAY).replaced == ()


def test_without_a_font_what_is_not_latin_1_is_replaced_and_said() -> None:
    printed = letter_pdf(
        "Dŵr", "caf\u00e9 \u201cŷ\u201d \u2014 \u4e2d\n", TODAY, fonts=("/nowhere/font.ttf",)
    )
    assert printed.replaced == ("ŵ", "ŷ", "\u2014", "\u201c", "\u201d", "\u4e2d")


def test_the_nearest_letters_are_those_without_accents_and_a_question_mark_at_last() -> None:
    text = "caf\u00e9 dŵr \u201cŷ\u201d \u2014 \u4e2d"
    assert pdf._within(text, pdf._LATIN_1) == 'caf\u00e9 dwr "y" - ?'


def test_a_pdf_without_its_library_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "find_spec", lambda _: None)
    with pytest.raises(FoimailError, match=r"foimail\[pdf\]"):
        letter_pdf("Subject", "Text.\n", TODAY)
