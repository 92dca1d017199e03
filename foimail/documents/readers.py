"""The readers of single files by kind; each library is loaded with the first file that needs it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from foimail.documents import plain
from foimail.documents.model import Document, of_text

if TYPE_CHECKING:
    from collections.abc import Callable


def _pdf(content: bytes) -> Document:
    from foimail.documents.pdf import pdf

    return pdf(content)


def _picture(content: bytes) -> Document:
    from foimail.documents.ocr import picture

    return picture(content)


def _sheets(content: bytes) -> Document:
    from foimail.documents.spreadsheets import spreadsheet

    return spreadsheet(content)


def _docx(content: bytes) -> Document:
    from foimail.documents.words import docx

    return of_text(docx(content))


def _odt(content: bytes) -> Document:
    from foimail.documents.words import odt

    return of_text(odt(content))


def _doc(content: bytes) -> Document:
    from foimail.documents.doc import doc

    return of_text(doc(content))


def _pptx(content: bytes) -> Document:
    from foimail.documents.slides import pptx

    return pptx(content)


def _calendar(content: bytes) -> Document:
    from foimail.documents.calendar import calendar

    return of_text(calendar(plain.decode(content)))


def _text(content: bytes) -> Document:
    return of_text(plain.decode(content))


READERS: Final[dict[str, Callable[[bytes], Document]]] = {
    "calendar": _calendar,
    "csv": plain.table,
    "doc": _doc,
    "docx": _docx,
    "html": plain.html,
    "odt": _odt,
    "pdf": _pdf,
    "picture": _picture,
    "pptx": _pptx,
    "rtf": plain.rtf,
    "sheets": _sheets,
    "text": _text,
}
