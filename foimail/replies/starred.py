"""What an asterisk in place of a number stands for: the band that a key gives, else a withheld number."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from foimail.replies import figures as numbers

if TYPE_CHECKING:
    from collections.abc import Iterable

    from foimail.replies.reading import Figure

_STAR = re.compile(r"\*|\basterisk|\bstarred\b|\bstars?\b", re.IGNORECASE)


def key(texts: Iterable[str]) -> Figure | None:
    """The band of a sentence that speaks of asterisks and of one band, and of no period: `* = fewer than five`."""
    for sentence in (one for text in texts if _STAR.search(text) for one in re.split(r"[.;]\s", text)):
        if _STAR.search(sentence):
            found = numbers.tokens(sentence)
            bands = [t.figure for t in found if t.figure and (t.figure.lower, t.figure.upper) != (None, None)]
            if len(bands) == 1 and not any(t.period for t in found):
                return bands[0]
    return None


def read(figure: Figure, band: Figure | None) -> Figure:
    """A figure; of an asterisk what its key says."""
    if figure.quote != "*":
        return figure
    return replace(figure, lower=band.lower, upper=band.upper) if band else replace(figure, withheld=True)
