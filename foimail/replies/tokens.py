"""The token that ties a reply to its request: `FOI-` and six characters of base32, `[FOI-7K3Q2M]` in the subject.

People retype it. Case, brackets and the dash are forgiven, and so are the confusions that base32 invites: 0 for O, 1 for
I or L, these two for each other, 8 for B. Forgiving is safe because only an issued token matches.
"""

from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Container

ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
_SHAPE = re.compile(
    r"(?<![A-Za-z0-9])F[O0][I1L][-\u2010-\u2015_ ]?([A-Za-z0-9]{6})(?![A-Za-z0-9])", re.IGNORECASE
)
_WRITTEN = re.compile(r"\[(FOI-[A-Z2-7]{6})\]")
_MISREAD = {"0": "O", "1": "IL", "I": "IL", "L": "LI", "8": "B"}
_MOST = 500  # shapes looked at in one text: a stranger's mail must not keep us busy


def candidates(text: str) -> tuple[str, ...]:
    """Every token that the text may mean, in the order found. `FOI REQUEST` is too long to be one."""
    found: dict[str, None] = {}
    for match in itertools.islice(_SHAPE.finditer(text), _MOST):
        choices = [_MISREAD.get(c, c) for c in match[1].upper()]
        for letters in itertools.product(*choices):
            token = "FOI-" + "".join(letters)
            if all(c in ALPHABET for c in letters):
                found[token] = None
    return tuple(found)


def written(text: str) -> str | None:
    """The first token that stands in the text as foimail writes it, letter by letter and in its brackets."""
    found = _WRITTEN.search(text)
    return found[1] if found else None


def make(characters: str) -> str | None:
    """A token of six random characters, or None unless it mixes letters and digits (so that it is never a word or a number)."""
    if any(c.isdigit() for c in characters) and any(c.isalpha() for c in characters):
        return f"FOI-{characters}"
    return None


def blanked(text: str, issued: Container[str]) -> str:
    """The text with each issued token replaced by a blank."""
    return _SHAPE.sub(lambda found: " " if any(t in issued for t in candidates(found[0])) else found[0], text)
