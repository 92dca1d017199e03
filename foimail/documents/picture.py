"""What a page of a PDF looks like: a picture as it goes from the worker to a browser, and how large it may be."""

from __future__ import annotations

from dataclasses import dataclass

WIDEST = 1100  # pixels
TALLEST = 3300
MOST_BYTES = 14_000_000  # of a picture: that of the largest page, not packed at all
MOST_QUOTES = 40  # on one page
PNG = b"\x89PNG\r\n\x1a\n"


@dataclass(frozen=True, slots=True)
class Quote:
    """Words to be marked: from character `start` to before `end` of the page's own text."""

    start: int
    end: int
    words: str


@dataclass(frozen=True, slots=True)
class Picture:
    """A page as a PNG, or the `reason` why there is none. `marked` says of each quote asked for whether it was found."""

    png: bytes = b""
    width: int = 0
    height: int = 0
    marked: tuple[bool, ...] = ()
    reason: str = ""
