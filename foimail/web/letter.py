"""A message as it is read beside a decision: its text and those of its attachments, with the words that decided marked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from foimail.mail import laid_out
from foimail.web import here, marked
from foimail.workflows import inbox, review

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from markupsafe import Markup

    from foimail.documents.model import Document
    from foimail.model import Attachment
    from foimail.replies.reading import Passage
    from foimail.workflows.review import Item

_LONGEST = 60_000  # characters of a text that a page holds; the file itself has the rest


@dataclass(frozen=True, slots=True)
class File:
    """An attachment: its place in the message, name, size, what could be read of it, and whether something in it decided."""

    number: int
    name: str
    size: int
    text: Markup
    remark: str
    decided: bool


@dataclass(frozen=True, slots=True)
class Letter:
    """A message ready to be read. `laid_out` says that its HTML can be looked at too."""

    item: Item
    text: Markup
    files: Sequence[File]
    laid_out: bool
    says: Sequence[tuple[str, str]]
    answers: Sequence[tuple[str, str]]


def shown(number: int, passages: Iterable[Passage] | None = None) -> Letter:
    """The message of this number; of its words those are marked that `passages`, else its reading, rest on."""
    item = review.item(here.ws(), number)
    reading = item.reading
    rests = tuple(passages if passages is not None else reading.passages if reading else ())
    message = item.message
    text = marked.text("(It could not be opened. The original can be downloaded.)")
    if message is not None:
        words = message.text[:_LONGEST]
        text = marked.text(words or "(It has no text.)", review.spans(rests, words) if words else ())
    return Letter(
        item,
        text,
        [_file(n, a, d, rests) for n, (a, d) in enumerate(documents(item), start=1)],
        laid_out.html(item.raw) is not None,
        list(review.said(reading)) if reading else [],
        list(review.answers(item.row)),
    )


def documents(item: Item) -> list[tuple[Attachment, Document]]:
    """The attachments and what they say, read once in a process of its own."""
    message = item.message
    if message is None or not message.attachments:
        return []
    return here.desk().kept(("documents", item.row.sha256), lambda: inbox.attachments(message))


def _file(number: int, attachment: Attachment, document: Document, rests: Sequence[Passage]) -> File:
    words = document.text[:_LONGEST]
    spans = review.spans(rests, words, attachment.name)
    remark = (
        ""
        if document.state == "read"
        else f"{document.state.replace('_', ' ')}: {document.reason}".rstrip(": ")
    )
    if len(document.text) > _LONGEST:
        remark = f"{remark} its first {_LONGEST} characters are shown".strip()
    return File(
        number, attachment.name, len(attachment.content), marked.text(words, spans), remark, bool(spans)
    )
