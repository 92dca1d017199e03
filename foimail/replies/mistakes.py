"""What in a message a body has perhaps sent by mistake, each in words that hold nothing of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from foimail.replies.people import people

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from foimail.model import Message
    from foimail.replies.reader import Enclosure


def mistakes(message: Message, enclosures: Sequence[Enclosure]) -> tuple[str, ...]:
    """Rows about people in the letter or its attachments, and what is hidden in these. Attachments are named by their number."""
    return tuple(_mistakes(message, enclosures))


def _mistakes(message: Message, enclosures: Sequence[Enclosure]) -> Iterator[str]:
    for words in people(message.text):
        yield f"in the letter itself, {words}"
    for number, enclosure in enumerate(enclosures, 1):
        for words in (*people(enclosure.text, enclosure.marks), *enclosure.hidden):
            yield f"in attachment {number}, {words}"
