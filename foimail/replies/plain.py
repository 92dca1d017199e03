"""Patterns without regard to case: both they and the text are in small letters, which is searched in a third of the time."""

from __future__ import annotations

import re
from functools import lru_cache


@lru_cache(maxsize=64)  # a letter is searched for every list of phrases
def small(text: str) -> str:
    """The text in small letters, place for place: the few capitals whose small letter is longer stay."""
    found = text.lower()
    return found if len(found) == len(text) else "".join(s if len(s := c.lower()) == 1 else c for c in text)


@lru_cache(maxsize=400)
def pattern(*phrases: str) -> re.Pattern[str]:
    r"""Alternatives as one pattern, to be used on small letters; escapes such as `\W` keep theirs."""
    return re.compile(
        re.sub(r"\\.|\(\?P<\w+>|[A-Z]", lambda m: m[0].lower() if len(m[0]) == 1 else m[0], "|".join(phrases))
    )
