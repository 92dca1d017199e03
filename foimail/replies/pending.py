"""What says that the answer is still to come: a promise, a stopped clock, a fee to be paid first, numbers not yet checked.

A letter may give numbers on the way to its answer. They are none of it, and only a letter that gives answers may be final.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from foimail.replies.kinds import Words

_REST = re.compile(
    r"\b(?:rest|remain\w+|other|others|outstanding|second|both|part|parts|questions?|points?|items?|q ?\d)\b",
    re.IGNORECASE,
)


def stopped(text: str, words: Words) -> str:
    """The words by which a letter waits for something before it answers; `text` is a sentence a line."""
    return words.first("before_answer", text)


def promised(text: str, words: Words) -> str:
    """The words that promise the answer itself, and not only that to some parts of the request."""
    if not words.first("to_come", text):
        return ""
    return next(
        (
            found
            for line in text.splitlines()
            if (found := words.first("to_come", line)) and not _REST.search(line)
        ),
        "",
    )
