"""What a person types for a figure: `2019=4`, `2020/21=<5`, `2022=withheld`, `total=17`, `under 16=3`, `2024=86%`."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from foimail.replies import figures
from foimail.replies.numerals import number, whole
from foimail.replies.reading import Figure

if TYPE_CHECKING:
    from collections.abc import Iterable

_TOTAL = frozenset({"total", "all", "altogether"})
_EXAMPLES = "write it as 2019=4, 2020/21=<5, 2022=withheld, total=17 or under 16=3"


def figure(text: str) -> Figure:
    """The figure of `PERIOD=VALUE` or `CATEGORY=VALUE`; ValueError with what to write where it is none."""
    name, equals, value = (piece.strip() for piece in text.rpartition("="))
    name, at_most = (name[:-1].strip(), "<=") if name.endswith("<") else (name, "")
    if not equals or not name or not value:
        raise ValueError(f"{text!r} is no figure: {_EXAMPLES}")
    one = _value(f"{at_most}{value}")
    if one is None:
        raise ValueError(f"{value!r} is no number, band or `withheld`: {_EXAMPLES}")
    period, category = _of(name)
    return replace(one, period=period, category=category, quote="", where={})


def _value(text: str) -> Figure | None:
    if (one := number(text)) is not None:
        return Figure(value=one)  # 2019 too: in a letter it is a year, here somebody's count of staff
    found = figures.tokens(text)
    return found[0].figure if len(found) == 1 and not _beside(text, found) else None


def _beside(text: str, found: Iterable[figures.Token]) -> bool:
    """Whether anything stands in a text beside what was found in it."""
    for token in reversed(tuple(found)):
        text = text[: token.start] + text[token.end :]
    return re.search(r"\w", text) is not None


def _of(name: str) -> tuple[str, str]:
    """The period that a name means, else the category."""
    if name.lower() in _TOTAL:
        return "total", ""
    if re.fullmatch(r"\d{4}-Q[1-4]|\d{4}(?:/\d\d)?(?:-\d\d)?\.\.(?:present|\d{4}(?:/\d\d)?(?:-\d\d)?)", name):
        return name, ""  # as exports write it
    found = figures.tokens(name)
    whole = len(found) == 1 and found[0].period and not _beside(name, found)
    return (found[0].period, "") if whole else ("", name)


def written(one: Figure) -> str:
    """A figure as `figure` understands it."""
    return f"{one.category or one.period or 'total'}={value(one)}"


def value(one: Figure) -> str:
    """The value of a figure in few words: `4`, `<5`, `5+`, `1-4`, `86%`, `withheld`, `*`."""
    if one.withheld:
        return "withheld"
    if one.value is not None:
        return f"{whole(one.value)}{'%' if one.unit == 'per cent' else ''}"
    if one.lower is not None and one.upper is not None:
        return f"{whole(one.lower)}-{whole(one.upper)}"
    if one.upper is not None:
        return f"<{whole(one.upper + 1)}"
    return "*" if one.lower is None else f"{whole(one.lower)}+"
