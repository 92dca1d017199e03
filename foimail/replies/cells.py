"""What a cell of our form says. A form offers few ways to answer, so whatever is none of them is for a person and never guessed."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from foimail.form import ELSEWHERE
from foimail.replies import figures as numbers
from foimail.replies import numerals
from foimail.replies.reading import Figure

if TYPE_CHECKING:
    from typing import Literal

    Saying = Literal["not_held", "refused", "redirected"]

_NUMBER = re.compile(r"\d{1,3}(?:[,\u00a0\u202f ]\d{3}){1,3}|\d{1,9}(?:\.0{1,2})?")
_SAID = re.compile(r"[^\d.,\s]")
_NOT_HELD = re.compile(
    r"(?:(?:information|data|figures?) )?not (?:held|recorded)|no (?:information|data|records?) (?:is |are )?held",
    re.IGNORECASE,
)
_SECTION = r"(?:under |by )?(?:regulation|section|reg|s)s?\.?\s?\d{1,2}[A-Z]?(?:\s?\([\da-z]{1,4}\))*"
_WITHHELD = re.compile(
    rf"(?:withheld|refused|exempt(?:ed)?|suppressed|redacted)(?:[\s,:;(-]+{_SECTION})?\)?|{_SECTION}",
    re.IGNORECASE,
)
_ELSEWHERE = re.compile(rf"{ELSEWHERE}(?:[\s:,;(-].*)?", re.IGNORECASE | re.DOTALL)


def saying(text: str) -> Saying | None:
    """Whether a cell says that there is nothing to give, and why: the words that the form offers, and close relatives."""
    plain = _plain(text)
    if _NOT_HELD.fullmatch(plain):
        return "not_held"
    if _WITHHELD.fullmatch(plain):
        return "refused"
    return "redirected" if _ELSEWHERE.fullmatch(plain) else None


def count(text: str) -> Figure | None:
    """The number or band that a cell gives and nothing else: `17`, `1,204`, `nil`, `fourteen`, `<5`, `1-5`; None of all else."""
    plain = _plain(text)
    if _NUMBER.fullmatch(plain):
        return Figure(value=numerals.number(plain.partition(".")[0]), quote=text)
    if not _SAID.search(plain):  # `1.000`, `12.5`: who knows what is meant
        return None
    found = numbers.tokens(plain)
    if (
        len(found) != 1
        or plain[found[0].start : found[0].end] != plain
        or (figure := found[0].figure) is None
    ):
        return None
    bounds = [bound for bound in (figure.value, figure.lower, figure.upper) if bound is not None]
    whole = figure.unit == "count" and bounds and all(bound.is_integer() for bound in bounds)
    return replace(figure, quote=text) if whole and _plain(plain).casefold() != "none" else None


def _plain(text: str) -> str:
    return " ".join(text.split()).rstrip(".")
