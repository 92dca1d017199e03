"""PDF by PDFium, page by page."""

from __future__ import annotations

from dataclasses import replace

import pypdfium2
import pypdfium2.raw as pdfium

from foimail.documents import page_text
from foimail.documents.model import MOST_PAGES, MOST_TEXT, Document, EncryptedError, Page, of_pages
from foimail.documents.ocr import CHECK, Ocr

_MOST_SCANNED = 20  # pages that are read by OCR
_SCALE = 200 / 72  # pixels for each point: 200 dpi
_MOST_PIXELS = 20_000_000  # of one page


def pdf(content: bytes) -> Document:
    """The text of each page.

    Raises:
        EncryptedError: It wants a password.
        ValueError: It is broken.
    """
    document = opened(content)
    try:
        return _read(document)
    finally:
        document.close()


def opened(content: bytes) -> pypdfium2.PdfDocument:
    """The file, opened; whoever asks closes it. Raises as `pdf` does."""
    try:
        return pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError as error:
        if error.err_code in {pdfium.FPDF_ERR_PASSWORD, pdfium.FPDF_ERR_SECURITY}:
            raise EncryptedError from None
        raise ValueError("it is no PDF that can be opened") from None


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
    scanned = _scan(document, pages, silent)
    whole = of_pages(pages)
    if len(pages) < count or length > MOST_TEXT:
        reason = f"only the first {len(pages):,} of its {count:,} pages were read"
        return replace(whole, state="too_large", reason=reason)
    if not whole.text:
        return Document(
            "no_text", "its pages are pictures without a text layer: look at it yourself", tuple(pages)
        )
    reasons = [f"page {_listed(scanned)} {CHECK}"] if scanned else []
    if silent := [number for number in silent if number not in scanned]:
        reasons.append(f"no text on page {_listed(silent)}: look at it yourself")
    return replace(whole, reason="; ".join(reasons) or whole.reason)


def _listed(numbers: list[int]) -> str:
    return ", ".join(map(str, numbers))


def _scan(document: pypdfium2.PdfDocument, pages: list[Page], silent: list[int]) -> list[int]:
    """Read the pages without text by OCR, as long as its time lasts; the numbers of those that gave words."""
    ocr = Ocr()
    scanned: list[int] = []
    for number in silent[:_MOST_SCANNED] if ocr.is_there else []:
        try:
            text = ocr.text(_drawn(document, number))
        except pypdfium2.PdfiumError:
            continue
        if text:
            pages[number - 1] = Page(number, text)
            scanned.append(number)
        if ocr.is_late:
            break
    return scanned


def _drawn(document: pypdfium2.PdfDocument, number: int) -> bytes:
    """A page as a grey picture (PGM)."""
    page = document[number - 1]
    try:
        area = page.get_width() * page.get_height()
        bitmap = page.render(scale=min(_SCALE, (_MOST_PIXELS / max(area, 1.0)) ** 0.5), grayscale=True)
        try:
            pixels, width, stride = bytes(bitmap.buffer), bitmap.width, bitmap.stride
            rows = (pixels[i * stride : i * stride + width] for i in range(bitmap.height))
            return b"P5 %d %d 255\n" % (width, bitmap.height) + b"".join(rows)
        finally:
            bitmap.close()
    finally:
        page.close()


def _text(document: pypdfium2.PdfDocument, number: int) -> str:
    page = document[number - 1]
    try:
        words = page.get_textpage()
        try:
            return page_text.text(words)
        finally:
            words.close()
    finally:
        page.close()
