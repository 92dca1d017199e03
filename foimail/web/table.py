"""One page of a long table: filtered, sorted and cut by what stands in the address, so that each view can be kept as a bookmark."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from foimail.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

SIZE = 100  # rows on a page


@dataclass(frozen=True, slots=True)
class Cut:
    """The rows of one page, and the ways to the others.

    Attributes:
        rows: Those of this page.
        total: How many the filters leave, on all pages.
        page: Which page it is, from 1, of `pages`.
        sort: The column by which they are sorted, empty where they stand as they came; `down`: the other way round.
        asked: What stands in the address.
    """

    rows: Sequence[Any]
    total: int
    page: int
    pages: int
    sort: str
    down: bool
    asked: Mapping[str, str]

    def at(self, page: int) -> str:
        """The address of another page of the same table."""
        return self._address(page=str(page))

    def sorted_by(self, name: str) -> str:
        """The address of the table sorted by this column, the other way round where it is so already."""
        down = "1" if self.sort == name and not self.down else ""
        return self._address(sort=name, down=down, page="")

    def only(self, name: str, value: str) -> str:
        """The address of the rows that have this value."""
        return self._address(**{name: value, "page": ""})

    def _address(self, **changed: str) -> str:
        words = {name: value for name, value in {**self.asked, **changed}.items() if value}
        return f"?{urlencode(words)}"


def cut(
    rows: Sequence[Any],
    asked: Mapping[str, str],
    keys: Mapping[str, Callable[[Any], Any]] = {},
    size: int = SIZE,
    *,
    is_ordered: bool = False,
) -> Cut:
    """The page of these rows that the address asks for; they are sorted first, unless they are so already."""
    sort = asked.get("sort", "") if asked.get("sort", "") in keys else ""
    rows = rows if is_ordered else ordered(rows, asked, keys)
    pages = max(1, -(-len(rows) // size))
    page = min(max(1, number(asked.get("page", ""), 1)), pages)
    down = bool(sort and asked.get("down"))
    return Cut(rows[(page - 1) * size : page * size], len(rows), page, pages, sort, down, dict(asked))


def ordered(
    rows: Sequence[Any], asked: Mapping[str, str], keys: Mapping[str, Callable[[Any], Any]]
) -> Sequence[Any]:
    """The rows sorted as the address asks. A key gives what a column is sorted by; None of it comes last, whichever way."""
    key = keys.get(asked.get("sort", ""))
    if key is None:
        return rows
    there = sorted((row for row in rows if key(row) is not None), key=key, reverse=bool(asked.get("down")))
    return [*there, *(row for row in rows if key(row) is None)]


def number(text: str, otherwise: int) -> int:
    """The whole number that stands in an address or form."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else otherwise  # noqa: PLR2004 - digits


def day(text: str) -> date:
    """The day that was typed. InputError where it is none."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InputError(f"{text!r} is not a date", hint="write it as 2026-11-23") from None


def found(words: str, text: str) -> bool:
    """Whether each of the words typed stands in a text, which is in small letters."""
    return all(word in text for word in words.lower().split())
