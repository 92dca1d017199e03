"""PDF by PDFium, page by page."""

from __future__ import annotations

import re

import pypdfium2
import pypdfium2.raw as pdfium

from foimail.documents.model import MOST_PAGES, MOST_TEXT, Document, EncryptedError, Page
from foimail.documents.plain import clean

_HYPHEN = re.compile(
    "[\x02\ufffe]"
)  # PDFium's sign for a hyphen at the end of a line, where it drops the break


def pdf(content: bytes) -> Document:
    """The text of each page.

    Raises:
        EncryptedError: It wants a password.
        ValueError: It is broken.
    """
    try:
        document = pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError as error:
        if error.err_code in {pdfium.FPDF_ERR_PASSWORD, pdfium.FPDF_ERR_SECURITY}:
            raise EncryptedError from None
        raise ValueError("it is no PDF that can be opened") from None
    try:
        return _read(document)
    finally:
        document.close()


def _read(document: pypdfium2.PdfDocument) -> Document:
    count = len(document)
    pages: list[Page] = []
    silent: list[int] = []
    length = 0
    for number in range(1, min(count, MOST_PAGES) + 1):
        try:
            text = _text(document, number)
        except pypdfium2.PdfiumError:  # one broken page costs that page
            text = ""
        if not text:
            silent.append(number)
        pages.append(Page(number, text))
        length += len(text)
        if length > MOST_TEXT:
            break
    whole = "\n\n".join(p.text for p in pages if p.text)
    if len(pages) < count or length > MOST_TEXT:
        reason = f"only the first {len(pages):,} of its {count:,} pages were read"
        return Document("too_large", reason, tuple(pages), (), whole[:MOST_TEXT])
    if not whole:
        return Document(
            "no_text", "its pages are pictures without a text layer: look at it yourself", tuple(pages)
        )
    reason = f"no text on page {', '.join(map(str, silent))}: look at it yourself" if silent else ""
    return Document("read", reason, tuple(pages), (), whole)


def _text(document: pypdfium2.PdfDocument, number: int) -> str:
    page = document[number - 1]
    try:
        words = page.get_textpage()
        try:
            return clean(_HYPHEN.sub("-", words.get_text_bounded())).strip()
        finally:
            words.close()
    finally:
        page.close()
