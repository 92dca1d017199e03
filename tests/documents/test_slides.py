"""Slides are pages: in the order in which they are shown, with what the speaker would have said."""

from __future__ import annotations

from foimail.documents.model import Document, Page
from foimail.documents.read import read
from tests.documents.files import packed, pptx


def of(content: bytes) -> Document:
    return read("answer.pptx", "", content)


def paragraph(text: str) -> str:
    return f"<a:p><a:r><a:t>{text}</a:t></a:r></a:p>"


TABLE = (
    "<a:tbl><a:tr>"
    + "".join(f"<a:tc><a:txBody>{paragraph(t)}</a:txBody></a:tc>" for t in ("2024", "12"))
    + "</a:tr></a:tbl>"
)


def test_slides_are_read_in_the_order_in_which_they_are_shown() -> None:
    found = of(
        pptx(paragraph("Last"), paragraph("First") + TABLE, order=(2, 1), notes=paragraph("Say it slowly"))
    )
    assert found.state == "read"
    assert found.pages == (Page(1, "First\n2024\t12"), Page(2, "Last\n\nSay it slowly"))
    assert found.text == "First\n2024\t12\n\nLast\n\nSay it slowly"
    assert [(mark.page, found.text[mark.start :][:4]) for mark in found.marks] == [(1, "Firs"), (2, "Last")]


def test_a_hidden_slide_is_read_and_flagged() -> None:
    found = of(pptx(paragraph("One"), paragraph("Kept back"), order=(1, 2), hidden=2))
    assert (found.reason, "Kept back" in found.text) == ("hidden in it: slide 2", True)


def test_slides_without_an_order_are_read_as_they_are_linked() -> None:
    assert of(pptx(paragraph("One"), paragraph("Two"), order=())).text == "One\n\nTwo"


def test_slides_without_words_have_no_text_and_broken_ones_fail() -> None:
    assert of(pptx("<a:p/>", order=(1,))).state == "no_text"
    assert of(packed({"ppt/presentation.xml": "<p/>"})).state == "no_text"
    assert of(pptx("<a:p>", order=(1,))).state == "failed"
