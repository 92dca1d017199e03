"""Numbers as they are written: digits, English words, bands, nil, withheld cells."""

from __future__ import annotations

import re
from typing import overload

from foimail.replies.reading import Figure

UNITS = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
NUMBER_WORD = rf"(?:{'|'.join([*UNITS, *TENS, 'hundred', 'thousand'])})"
NUMBER_WORDS = rf"(?:an?\s+(?=hundred|thousand))?{NUMBER_WORD}(?:(?:,?\s+and\s+|,\s+|[\s-]+){NUMBER_WORD})*"
DIGITS = r"\d{1,3}(?:[,\u00a0\u202f ]\d{3})+(?![\d])|\d+(?:\.\d+)?"
NUMBER = rf"(?:{DIGITS}|{NUMBER_WORD})"
DASH = r"[-\u2010-\u2015]"

VALUE = re.compile(
    r"(?:\b|(?=[<>\u2264\u2265*\[]))(?:"  # at a word's beginning: looked for in half the time
    + "|".join(
        (
            rf"(?P<lt><\s?=?|\u2264|\b(?:fewer|less|lower) than|\bunder|\bbelow)\s*(?P<ltn>{NUMBER})",
            rf"(?P<orless>{NUMBER})\s+or\s+(?:fewer|less|under|below)\b",
            rf"\b(?:up to|no more than|at most|(?:a )?maximum of)\s+(?P<upto>{NUMBER})",
            rf"(?:>\s?=?|\u2265|\b(?:more|greater) than|\bover|\bat least|\bin excess of)\s*(?P<over>{NUMBER})",
            rf"\bbetween\s+(?P<least>{NUMBER})\s+and\s+(?P<most>{NUMBER})",
            rf"(?P<ormore>{NUMBER})\s+or\s+more\b|(?P<plus>\d+)\+",
            rf"\b(?P<lo>\d{{1,3}})\s?(?:{DASH}|to)\s?(?P<hi>\d{{1,3}})\b(?!\s?[%/])",
            rf"(?P<pct>{DIGITS})\s?(?:%|per ?cent\b)",
            r"(?P<star>(?<![\w*])\*(?![\w*]))",
            (
                r"(?P<withheld>\[(?:withheld|suppressed|redacted|exempt)\b[^\]]{0,40}\]|\b(?:withheld|"
                r"suppressed|redacted|exempt|not released|not disclosed|"
                r"held back)\b(?:\s?\([^)]{0,30}\)+)?)"
            ),
            r"\b(?P<nil>nil(?:\s+returns?)?|none|zero)\b",
            r"(?P<na>\bn/?[ar]\b|\bnot (?:recorded|in use|available|held|known|collected|applicable)\b)",
            rf"\b(?P<words>{NUMBER_WORDS})\b",
            rf"(?<![\w.,/])(?P<n>{DIGITS})(?![\w/]|[.,]\d)",
        )
    )
    + ")",
)


def number(text: str) -> float | None:
    """The number that digits or English words mean: `1,204`, `1 950`, `four hundred and eleven`."""
    plain = re.sub(r"[,\u00a0\u202f ](?=\d{3})", "", text.strip())
    if re.fullmatch(r"\d+(?:\.\d+)?", plain):
        return float(plain)
    total = part = 0
    seen = False
    for word in re.findall(r"[a-z]+", text.lower()):
        if word in UNITS:
            part += UNITS.index(word)
        elif word in TENS:
            part += 10 * (TENS.index(word) + 2)
        elif word == "hundred":
            part = (part or 1) * 100
        elif word == "thousand":
            total, part = total + (part or 1) * 1000, 0
        elif word not in {"and", "a", "an"}:
            return None
        seen = seen or word not in {"and", "a", "an"}
    return float(total + part) if seen else None


@overload
def whole(number: float) -> float: ...
@overload
def whole(number: None) -> None: ...
def whole(number: float | None) -> float | None:
    """A number as people write it: 12 and not 12.0."""
    return int(number) if number is not None and number == int(number) else number


NOTHING = Figure(period="-")
NONE = Figure(category="none")  # a cell that says that it holds no number


def _band(g: dict[str, str | None], quote: str) -> Figure | None:
    """`<5`, `5 or fewer`, `up to 5`, `20 or more`, `1-4` as bounds; None of what is no band."""
    if g["lt"]:
        most = number(g["ltn"] or "")
        inclusive = "=" in g["lt"] or "\u2264" in g["lt"]
        return NOTHING if most is None else Figure(upper=most if inclusive else most - 1, quote=quote)
    if most_of := g["orless"] or g["upto"]:
        return Figure(upper=number(most_of), quote=quote)
    if least := g["ormore"] or g["plus"] or g["over"]:
        return Figure(lower=number(least), quote=quote)
    ends = number(g["lo"] or g["least"] or ""), number(g["hi"] or g["most"] or "")
    if (lower := ends[0]) is not None and (upper := ends[1]) is not None:
        return Figure(lower=lower, upper=upper, quote=quote) if lower < upper else NOTHING
    return None


def value_of(match: re.Match[str], quote: str) -> Figure | None:
    """What a match of VALUE says; NOTHING where it is no value, None of a cell that says that it holds none."""
    g = match.groupdict()
    if band := _band(g, quote):
        return band
    if g["pct"]:
        return Figure(value=number(g["pct"]), unit="per cent", quote=quote)
    if g["star"]:
        return Figure(quote="*")
    if g["withheld"]:
        return Figure(withheld=True, quote=quote)
    if g["nil"]:
        return Figure(value=0.0, quote=quote)
    if g["na"]:
        return None
    value = number(g["words"] or g["n"])
    return NOTHING if value is None else Figure(value=value, quote=quote)
