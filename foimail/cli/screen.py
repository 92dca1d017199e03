"""What `foimail review` shows of a message: who wrote, what is proposed and why, and the text with what decided marked."""

from __future__ import annotations

import shutil
import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import click

from foimail.cli.session import colour
from foimail.output.marks import guillemets, marked, screenfuls
from foimail.output.tables import plain
from foimail.workflows import inbox as mail
from foimail.workflows import review

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from foimail.documents.model import Document
    from foimail.model import Attachment
    from foimail.workflows.review import Choice, Item
    from foimail.workspace import Workspace

KEYS = "Enter accept · k kind · c case · n no case · s skip · m more · t attachment · o original · h help · q quit"
_LEAST = 6  # rows of a letter that are shown however small the terminal
_SHOWN = 4  # of the reasons, doubts and facts, so many stand on lines of their own


@dataclass
class Sitting:
    """One message on the screen: what the person has said of it so far, and what of it is shown.

    `cases` is None while its case is as proposed. `file` is the attachment that is shown, None for the letter itself.
    """

    ws: Workspace
    item: Item
    left: int
    folder: Path
    kind: str | None = None
    cases: tuple[Choice, ...] | None = None
    file: int | None = None
    page: int | None = None
    documents: list[tuple[Attachment, Document]] | None = field(default=None, repr=False)

    @property
    def where(self) -> tuple[Choice, ...]:
        """The cases as they stand on the screen."""
        return self.item.cases if self.cases is None else self.cases


def show(sitting: Sitting) -> None:
    """Show the message: its head, as much of its text as the terminal holds, and the keys."""
    size = shutil.get_terminal_size()
    head = list(_head(sitting))

    def rows_of(line: str) -> int:
        return max(1, -(-len(click.unstyle(line)) // max(size.columns, 1)))

    lines = _text(sitting)
    height = max(_LEAST, size.lines - sum(map(rows_of, head)) - 5)
    pages = screenfuls([line for line, _ in lines], height, rows_of)
    if sitting.page is None:
        sitting.page = _first_marked(pages, [is_marked for _, is_marked in lines])
    sitting.page %= len(pages)
    more = f"page {sitting.page + 1} of {len(pages)}, m shows the next" if len(pages) > 1 else ""
    body = "\n".join((*head, "", *pages[sitting.page], "", *filter(None, (more,)), KEYS))
    click.echo(body, color=_coloured())


def _first_marked(pages: list[list[str]], is_marked: list[bool]) -> int:
    at = 0
    for number, page in enumerate(pages):
        if any(is_marked[at : at + len(page)]):
            return number
        at += len(page)
    return 0


def _head(sitting: Sitting) -> Iterator[str]:
    item, row, reading = sitting.item, sitting.item.row, sitting.item.reading
    yield click.style(f"--- message {row.id} · {sitting.left} left ---", bold=True)
    yield f"From:     {plain(row.sender)}"
    yield f"Date:     {row.on_date or 'unknown'}"
    yield f"Subject:  {plain(row.subject)}"
    yours = " (as you say)" if sitting.cases is not None else ""
    named = [f"{choice.token} {plain(choice.name)}" for choice in sitting.where]
    yield f"Case:     {'; '.join(named) or ('none' if yours else 'none yet: c or n')}{yours}"
    if item.candidates and sitting.cases is None:
        offered = (f"{n} {c.token} {plain(c.name)}" for n, c in enumerate(item.candidates, start=1))
        yield f"Perhaps:  {'; '.join(offered)}"
    sure = f" ({reading.confidence:.0%} sure)" if reading and not sitting.kind else ""
    yield f"Kind:     {sitting.kind or row.kind or 'unknown: k'}{' (as you say)' if sitting.kind else sure}"
    if row.state == "broken":
        yield f"Note:     it could not be opened: {plain(row.reason)}"
    yield from _few("Because:  ", row.evidence)
    if reading:
        yield from _few("Doubt:    ", list(reading.doubts))
        yield from _few("It says:  ", [f"{name}: {value}" for name, value in review.said(reading)])
    for part, answer in review.answers(row):
        yield f"{f'{part.capitalize()}:':10}{plain(answer)}"
    if item.message and item.message.attachments:
        files = ", ".join(f"{plain(a.name)} ({len(a.content)} bytes)" for a in item.message.attachments)
        yield f"Files:    {files}"


def _few(label: str, lines: list[str]) -> Iterator[str]:
    for line in lines[:_SHOWN]:
        yield f"{label}{plain(line)}"
    if len(lines) > _SHOWN:
        yield f"{label}{'; '.join(map(plain, lines[_SHOWN:]))}"


def _text(sitting: Sitting) -> list[tuple[str, bool]]:
    """The letter or the attachment that is looked at, line by line, with whether what decided the kind is in it."""
    item = sitting.item
    if item.message is None:
        return [(f"(its bytes: foimail inbox show {item.row.id} --raw)", False)]
    text, file = item.message.text, ""
    if sitting.file is not None:
        attachment, document = documents_of(sitting)[sitting.file]
        file, text = (
            attachment.name,
            document.text or f"({document.state.replace('_', ' ')}: {document.reason})",
        )
    passages = item.reading.passages if item.reading else ()
    lines = marked(text, review.spans(passages, text, file), mark()) or [("(it has no text)", False)]
    decisive = [one for one in passages if one.what == "kind"]
    flags = marked(text, review.spans(decisive, text, file))
    if not any(decided for _, decided in flags):
        return lines
    return [(line, decided) for (line, _), (_, decided) in zip(lines, flags, strict=True)]


def mark() -> Callable[[str], str]:
    """How this terminal marks words."""
    return _bright if _coloured() else guillemets


def _bright(words: str) -> str:
    return click.style(words, fg="black", bg="yellow")


def _coloured() -> bool:
    return colour() is not False and sys.stdout.isatty()


def documents_of(sitting: Sitting) -> list[tuple[Attachment, Document]]:
    """Each attachment with what could be read of it; read once, when first asked for."""
    if sitting.documents is None:
        sitting.documents = mail.attachments(sitting.item.message) if sitting.item.message else []
    return sitting.documents
