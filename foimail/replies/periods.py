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
            rf"\bq(?:uarter\s?)?(?P<qfn>[1-4])\s?(?:of\s+)?,?\s?(?P<qfy>{YEAR})\s?[/-]\s?\d\d\b",
            rf"\b(?P<yq>{YEAR})(?:[/-]\d\d)?[\s,:-]{{0,2}}q(?:uarter\s?)?(?P<nq>[1-4])\b",
            rf"(?:\bfy\s?'?)?\b(?P<fy>{YEAR})(?:\s?/\s?|{DASH})(?P<fz>(?:20)?\d\d)\b(?!{DASH}\d)",
            rf"\bfy\s?'?(?P<sy>\d\d)\s?(?:/|{DASH})\s?(?P<sz>\d\d)\b",
            r"(?<![\d/])(?P<ty>[012]\d)/(?P<tz>[012]\d)(?![\d/])",
            r"\b(?P<this>this year|so far this year|year to date)\b",
            r"\b(?P<past>last year but one)\b",
            r"\b(?P<last>last year)\b(?! for which| (?:that )?you asked)",
            r"\b(?P<after>(?:the )?(?:next|following) year|(?:the|a) year (?:after|later))\b",
            r"\b(?P<same>(?:that|the same) year)\b",
            rf"\b(?P<ca>{YEAR})\s*(?:{DASH}|to|until|through)\s*(?P<cb>{YEAR})\b",
            rf"\bq(?:uarter\s?)?(?P<qn>[1-4])\s?(?:of\s+)?(?P<qy>{YEAR})\b(?!\s?[/-]\s?\d)",
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
    rf"\b(?:year|12 months|twelve months) (?:ended|ending|to) (?:the )?(?:31(?:st)? )?march (?P<ended>{YEAR})|"
    rf"(?:\b(?:between|from)\s+)?\b1(?:st)?\s+april\s+(?P<from>{YEAR})\s+(?:and|to|until)\s+31(?:st)?\s+march\s+(?P<until>{YEAR})",
)


AFTER, SAME = "next", "same"  # a year that is told by the one before it in the text


def resolved(period: str, before: str) -> str:
    """The period that `that year` and `the year after` mean after another; empty where that is no year."""
    if period not in {AFTER, SAME}:
        return period
    if not re.fullmatch(r"\d{4}(?:/\d\d)?", before):
        return ""
    return before if period == SAME else following(before, 2)[1]


def is_period(text: str) -> bool:
    """Whether a text is a period and nothing else."""
    found = PERIOD.fullmatch(text)
    return bool(found and named(found))


def named(match: re.Match[str], year: int = 0) -> str:
    """The name of a match of PERIOD; empty where it is none. `year` is that of the letter, 0 where unknown."""
    g = match.groupdict()
    if g["this"] or g["last"] or g["past"]:
        return str(year - bool(g["last"]) - 2 * bool(g["past"])) if year else ""
    if g["after"] or g["same"]:
        return AFTER if g["after"] else SAME
    return _months(g) if g["ma"] else _years(g)


def _months(g: dict[str, str]) -> str:
    """From month to month; twelve of them are a financial or a calendar year."""
    first, last = int(g["mya"] or g["myb"]), int(g["myb"])
    months = _month(g["ma"]), _month(g["mb"])
    if (months, last - first) == (("04", "03"), 1):
        return financial(first)
    return (
        str(first) if (months, last) == (("01", "12"), first) else f"{first}-{months[0]}..{last}-{months[1]}"
    )


def _years(g: dict[str, str]) -> str:
    if g["oy"]:
        return f"{g['oy']}-{_month(g['om'])}..present" if g["om"] else f"{g['oy']}..present"
    if g["ra"]:
        return f"{g['ra']}..{g['rb']}".replace("-", "/")
    for a, b in (("fy", "fz"), ("sy", "sz"), ("ty", "tz")):
        if g[a]:
            return _two_years(g[a], g[b])
    if g["ca"]:
        return f"{g['ca']}..{g['cb']}" if g["cb"] > g["ca"] else ""
    for a, b in (("qn", "qy"), ("qfn", "qfy"), ("nq", "yq")):
        if g[a]:
            return f"{g[b]}-Q{g[a]}"
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
