"""A message as it is read beside a decision: its text and those of its attachments, with the words that decided marked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from foimail.documents.model import hidden
from foimail.mail import laid_out
from foimail.model import FINAL_KINDS
from foimail.replies.reading import Passage
from foimail.web import here, marked, paper, sheets
from foimail.workflows import inbox, review

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from markupsafe import Markup

    from foimail.documents.model import Document
    from foimail.model import Attachment
    from foimail.replies.reading import Answer, Figure
    from foimail.web.paper import Paper
    from foimail.web.sheets import Grid
    from foimail.workflows.review import Item

_LONGEST = 60_000  # characters of a text that a page holds; the file itself has the rest


@dataclass(frozen=True, slots=True)
class File:
    """An attachment as it is shown.

    Attributes:
        number: Its place in the message, from 1 on.
        name: Its name, and `size` in bytes.
        text: What could be read of it, where that is not shown as `sheets`.
        remark: What could not, and why.
        decided: Whether something in it decided.
        paper: Its pages as pictures, where it has some and they are wanted.
        sheets: Its sheets as tables.
    """

    number: int
    name: str
    size: int
    text: Markup
    remark: str
    decided: bool
    paper: Paper | None
    sheets: Sequence[Grid]


@dataclass(frozen=True, slots=True)
class Letter:
    """A message ready to be read. `laid_out` says that its HTML can be looked at too."""

    item: Item
    text: Markup
    files: Sequence[File]
    laid_out: bool
    says: Sequence[tuple[str, str]]
    answers: Sequence[tuple[str, str]]


def shown(number: int, passages: Iterable[Passage] | None = None, *, pictures: bool = True) -> Letter:
    """The message of this number; of its words those are marked that `passages`, else its reading, rest on.

    Without `pictures` no page of a PDF is drawn, which takes a moment for each.
    """
    item = review.item(here.ws(), number)
    reading = item.reading
    marks = tuple(_decided(item) if passages is None else passages)
    message = item.message
    text = marked.text("(It could not be opened. The original can be downloaded.)")
    if message is not None:
        words = message.text[:_LONGEST]
        text = marked.text(words or "(It has no text.)", review.spans(marks, words) if words else ())
    return Letter(
        item,
        text,
        [_file(item, n, a, d, marks, pictures=pictures) for n, (a, d) in enumerate(documents(item), start=1)],
        laid_out.html(item.raw) is not None,
        list(review.said(reading)) if reading else [],
        list(review.answers(item.row)),
    )


def _decided(item: Item) -> Iterator[Passage]:
    """The words that its reading rests on; those of its answers only where it may be the body's answer."""
    if (reading := item.reading) is not None:
        yield from reading.passages
        if item.row.kind in FINAL_KINDS:
            yield from rests(reading.answers)


def rests(given: Iterable[Answer]) -> Iterator[Passage]:
    """The words that answers and their figures rest on."""
    for answer in given:
        found: list[Answer | Figure] = [answer, *answer.figures]
        for one in found:
            if one.quote and one.where:
                where = one.where
                yield Passage(
                    "", one.quote, where.get("file", ""), where.get("start", -1), where.get("end", -1)
                )


def documents(item: Item) -> list[tuple[Attachment, Document]]:
    """The attachments and what they say, read once in a process of its own."""
    message = item.message
    if message is None or not message.attachments:
        return []
    return here.desk().kept(("documents", item.row.sha256), lambda: inbox.attachments(message))


def _file(
    item: Item,
    number: int,
    attachment: Attachment,
    document: Document,
    passages: Sequence[Passage],
    *,
    pictures: bool,
) -> File:
    spans = review.spans(passages, document.text, attachment.name)
    tables = sheets.grids(document, spans)
    words = "" if tables or hidden(document.sheets) else document.text[:_LONGEST]
    return File(
        number,
        attachment.name,
        len(attachment.content),
        marked.text(words, spans),
        _remark(document, len(words) < len(document.text) and bool(words), sheets.unseen(document, spans)),
        bool(spans),
        paper.paper(item, number, attachment, document, spans) if pictures else None,
        tables,
    )


def _remark(document: Document, cut: bool, unseen: int) -> str:  # noqa: FBT001 - a fact among others
    """What of a file is not shown, and why."""
    said = (
        []
        if document.state == "read"
        else [f"{document.state.replace('_', ' ')}: {document.reason}".rstrip(": ")]
    )
    said += [f"its first {_LONGEST:,} characters are shown"] * cut
    said += ["what is hidden in it is not shown"] * bool(hidden(document.sheets))
    said += [f"{unseen} of the quotes {'stands' if unseen == 1 else 'stand'} in what is hidden"] * bool(
        unseen
    )
    return "; ".join(said)
