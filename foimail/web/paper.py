"""The pages of a PDF that came, as pictures: those with the words that count, these marked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from foimail.web import here, table
from foimail.workflows import pictures

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from foimail.documents.model import Document
    from foimail.documents.picture import Picture, Quote
    from foimail.model import Attachment
    from foimail.workflows.review import Item

    Span = tuple[int, int]

_MOST = 4  # pages of one file that are drawn beside a decision; the others are a click away
_MOST_MARKS = 40
_LONGEST = 160  # characters of a quote in the words beside a picture


@dataclass(frozen=True, slots=True)
class Page:
    """A page as it is shown.

    Attributes:
        number: Of the page, from 1 on, of `count`.
        address: Of its picture, and `alone` that of the page by itself.
        alt: What the picture shows, in words.
        lost: The quotes that could not be found on it.
        picture: The picture, or why there is none.
    """

    number: int
    count: int
    address: str
    alone: str
    alt: str
    lost: Sequence[str]
    picture: Picture


@dataclass(frozen=True, slots=True)
class Paper:
    """The pages of a file that hold a quote, the further ones that do by number and address, and where looking at it begins."""

    pages: Sequence[Page]
    further: Sequence[tuple[int, str]]
    first: str


def paper(
    item: Item, place: int, attachment: Attachment, document: Document, spans: Iterable[Span]
) -> Paper | None:
    """The pages of a file with these characters of its text marked; None where it has none."""
    if not pictures.is_paged(attachment, document):
        return None
    spans = tuple(spans)[:_MOST_MARKS]
    found = pictures.by_page(document, spans)
    shown = list(found)[:_MOST]
    return Paper(
        [page(item, place, attachment, document, number, spans) for number in shown],
        [(number, address(item, place, number, spans)) for number in list(found)[_MOST:]],
        address(item, place, 1, ()),
    )


def page(
    item: Item, place: int, attachment: Attachment, document: Document, number: int, spans: Sequence[Span]
) -> Page:
    """One page of it."""
    quotes = quotes_of(document, number, spans)
    found = drawn(item, place, attachment, number, quotes)
    told = dict(zip(quotes, found.marked, strict=False))
    marked = [_short(one.words) for one in quotes if told.get(one)]
    said = (
        f"Marked on it: {'; '.join(f'“{one}”' for one in marked)}." if marked else "Nothing is marked on it."
    )
    return Page(
        number,
        len(document.pages),
        address(item, place, number, spans, ".png"),
        address(item, place, number, spans),
        f"Page {number} of {attachment.name}. {said}",
        [_short(one.words) for one in quotes if not told.get(one)],
        found,
    )


def drawn(item: Item, place: int, attachment: Attachment, number: int, quotes: tuple[Quote, ...]) -> Picture:
    """The picture of one page with these quotes marked; it is drawn once."""
    key = ("picture", item.row.sha256, place, number, quotes)
    return here.desk().kept(key, lambda: pictures.draw(attachment, number, quotes))


def spans_of(asked: Iterable[str]) -> tuple[Span, ...]:
    """The characters that an address wants to have marked: `120-160`."""
    pairs = (one.partition("-") for one in list(asked)[:_MOST_MARKS])
    spans = ((table.number(start, -1), table.number(end, -1)) for start, _, end in pairs)
    return tuple(span for span in spans if min(span) >= 0)


def quotes_of(document: Document, number: int, spans: Iterable[Span]) -> tuple[Quote, ...]:
    """What these characters of a file say on one of its pages."""
    return tuple(pictures.by_page(document, spans).get(number, ()))


def _short(words: str) -> str:
    words = " ".join(words.split())
    return words if len(words) <= _LONGEST else f"{words[: _LONGEST - 1]}…"


def address(item: Item, place: int, number: int, spans: Sequence[Span], ending: str = "") -> str:
    """Where a page is shown, or with `.png` its picture."""
    marks = urlencode([("mark", f"{start}-{end}") for start, end in spans])
    return f"/message/{item.row.id}/file/{place}/page/{number}{ending}{'?' * bool(marks)}{marks}"
