"""Periods as they are written: calendar and financial years, quarters, months, ranges."""

from __future__ import annotations

import re

from foimail.replies.numerals import DASH

MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|"
    r"oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
YEAR = r"(?:199\d|20[0-2]\d)"
PERIOD = re.compile(
    "|".join(
        (
            rf"(?P<ma>{MONTH})\s*(?P<mya>{YEAR})?\s*(?:{DASH}|to)\s*(?P<mb>{MONTH})\s+(?P<myb>{YEAR})",
            (
                rf"(?:(?P<om>{MONTH})\s+)?(?P<oy>{YEAR})(?:/\d\d)?\s*(?:{DASH}|to|until|"
                rf"onwards? to)\s*(?:the\s+)?(?:present|date|now|today)\b"
            ),
            rf"(?P<ra>{YEAR}[/-]\d\d)\s*(?:{DASH}|to|and|until)\s*(?P<rb>{YEAR}[/-]\d\d)",
            rf"(?:\bfy\s?'?)?\b(?P<fy>{YEAR})(?:\s?/\s?|{DASH})(?P<fz>(?:20)?\d\d)\b(?!{DASH}\d)",
            rf"\bfy\s?'?(?P<sy>\d\d)\s?(?:/|{DASH})\s?(?P<sz>\d\d)\b",
            r"(?<![\d/])(?P<ty>[012]\d)/(?P<tz>[012]\d)(?![\d/])",
            r"\b(?P<this>this year|so far this year|year to date)\b",
            r"\b(?P<last>last year)\b",
            rf"\b(?P<ca>{YEAR})\s*(?:{DASH}|to|until|through)\s*(?P<cb>{YEAR})\b",
            rf"\bq(?P<qn>[1-4])\s?(?:of\s+)?(?P<qy>{YEAR})\b(?!\s?[/-]\s?\d)",
            rf"\by?(?P<y>{YEAR})\b",
        )
    ),
)
# a year at which a series begins or ends is no year of a value
EDGE = re.compile(
    r"\b(?:before|until|till|prior to|pre-?|since|after|predat\w+|earlier than|"
    r"onwards? from)\s*(?:the end of |january |april |early |late )?$",
)
FINANCIAL = re.compile(
    rf"(?:between|from)\s+1(?:st)?\s+april\s+({YEAR})\s+(?:and|to|until)\s+31(?:st)?\s+march\s+({YEAR})",
)


def is_period(text: str) -> bool:
    """Whether a text is a period and nothing else."""
    found = PERIOD.fullmatch(text)
    return bool(found and named(found))


def named(match: re.Match[str], year: int = 0) -> str:
    """The name of a match of PERIOD; empty where it is none. `year` is that of the letter, 0 where unknown."""
    g = match.groupdict()
    if g["this"] or g["last"]:
        return str(year - bool(g["last"])) if year else ""
    if g["ma"]:
        return f"{g['mya'] or g['myb']}-{_month(g['ma'])}..{g['myb']}-{_month(g['mb'])}"
    if g["oy"]:
        return f"{g['oy']}-{_month(g['om'])}..present" if g["om"] else f"{g['oy']}..present"
    if g["ra"]:
        return f"{g['ra']}..{g['rb']}".replace("-", "/")
    for a, b in (("fy", "fz"), ("sy", "sz"), ("ty", "tz")):
        if g[a]:
            return _two_years(g[a], g[b])
    if g["ca"]:
        return f"{g['ca']}..{g['cb']}" if g["cb"] > g["ca"] else ""
    if g["qn"]:
        return f"{g['qy']}-Q{g['qn']}"
    return g["y"] or ""


def _two_years(one: str, other: str) -> str:
    """`2019` and `20` are a financial year, `2019` and `2024` a range; anything else is none."""
    first, second = int(one) % 100, int(other) % 100
    if second == (first + 1) % 100:
        return financial(2000 + first)
    return f"{one}..{other}" if len(other) == len("2024") and int(other) > int(one) else ""


def financial(first: int) -> str:
    """The financial year that begins in a year."""
    return f"{first}/{(first + 1) % 100:02}"


def _month(name: str) -> str:
    return f"{MONTHS.index(name[:3].lower()) + 1:02}"


def span(period: str) -> list[str]:
    """The years of a range, calendar or financial; empty of what is none."""
    if found := re.fullmatch(rf"({YEAR})\.\.({YEAR})", period):
        return [str(year) for year in range(int(found[1]), int(found[2]) + 1)]
    if found := re.fullmatch(rf"({YEAR})/\d\d\.\.({YEAR})/\d\d", period):
        return [financial(year) for year in range(int(found[1]), int(found[2]) + 1)]
    return []


def following(period: str, number: int) -> list[str]:
    """So many years from this one on."""
    first = int(period[:4])
    return [financial(first + n) if "/" in period else str(first + n) for n in range(number)]
