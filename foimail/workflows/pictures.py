"""A page of a PDF that came, as a picture with quotes marked on it: drawn in the process that reads attachments, one at a time."""

from __future__ import annotations

from threading import Lock
from typing import TYPE_CHECKING

from foimail.documents.picture import Quote
from foimail.documents.reader import Limits, Reader

if TYPE_CHECKING:
    from collections.abc import Iterable

    from foimail.documents.model import Document
    from foimail.documents.picture import Picture
    from foimail.model import Attachment

    Span = tuple[int, int]  # characters of a file's text, from the first to before the end

_LIMITS = Limits(cpu=10, seconds=15.0, answer=16_000_000)
_one = Lock()


def is_paged(attachment: Attachment, document: Document) -> bool:
    """Whether a file has pages that can be drawn: slides have none."""
    return bool(document.pages) and b"%PDF-" in attachment.content[:1024]


def by_page(document: Document, spans: Iterable[Span]) -> dict[int, list[Quote]]:
    """The quotes on each page, by characters of the file's text; one that goes over an end of a page is cut there."""
    found: dict[int, list[Quote]] = {}
    starts = [(mark.page, mark.start) for mark in document.marks if mark.page]
    lengths = {page.number: len(page.text) for page in document.pages}
    for start, end in spans:
        for number, first in starts:
            top, last = max(start, first), min(end, first + lengths.get(number, 0))
            if words := document.text[top:last].strip() and document.text[top:last]:
                found.setdefault(number, []).append(Quote(top - first, last - first, words))
    return dict(sorted(found.items()))


def draw(attachment: Attachment, number: int, quotes: Iterable[Quote] = ()) -> Picture:
    """One page with its quotes marked, or why it cannot be drawn."""
    with _one, Reader(_LIMITS) as reader:
        return reader.picture(attachment.content, number, tuple(quotes))
