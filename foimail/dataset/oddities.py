"""What is odd about an answer: a value that names it, says it in a sentence, and asks the body where asking helps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from foimail.replies.numerals import whole

if TYPE_CHECKING:
    from collections.abc import Iterable

    from foimail.dataset.answers import Given, Value
    from foimail.dataset.bounds import Bounds

Sort = Literal[
    "per_cent",
    "sum",
    "ten_times",
    "outside_years",
    "other_years",
    "could_be_worked_out",
    "copy",
]


@dataclass(frozen=True, slots=True)
class Oddity:
    """Something that a person should look at; it may be as odd as the world is.

    Attributes:
        part: The number of the part, from "1".
        sort: Its stable name.
        message: One sentence with the figures and years that it is about.
        question: What to ask the body, as a letter says it; empty where there is nothing to ask.
        quotes: The body's words that the question is about.
        values: The figures that it is about.
        rests_on: What gave the values.
    """

    part: str
    sort: Sort
    message: str
    question: str = ""
    quotes: tuple[str, ...] = ()
    values: tuple[Value, ...] = ()
    rests_on: tuple[Given, ...] = ()

    @property
    def seen(self) -> bool:
        """Whether a person has confirmed all that it rests on, and so has looked at it."""
        return bool(self.rests_on) and all(given.confirmed for given in self.rests_on)


def plain(number: float) -> str:
    """A number as a letter writes it: `1,204`, `86.5`."""
    return f"{whole(number):,}"


def ranged(found: Bounds) -> str:
    """Bounds in words: `14`, `between 10 and 14`, `at least 10`."""
    if found.upper is None:
        return f"at least {plain(found.lower)}"
    return plain(found.lower) if found.exact else f"between {plain(found.lower)} and {plain(found.upper)}"


def years(period: str) -> str:
    """A period in words: `2019 to 2021`, `2023-11 to the day of the letter`; `all years` for a total."""
    first, dots, last = period.partition("..")
    if dots:
        return f"{first} to {'the day of the letter' if last == 'present' else last}"
    return "all years" if first in {"", "total"} else first


def listed(names: Iterable[str]) -> str:
    """`2019`, `2019 and 2020`, `2019, 2020 and 2021`; nothing of none."""
    *most, last = [*names] or [""]
    return f"{', '.join(most)} and {last}" if most else last
