"""Numbers and the periods they belong to, out of a sentence or the rows of a table.

What is no answer is taken out first: dates, sums of money, sections, references, telephone numbers, hours of work. A band
keeps its bounds, nil is a number, a withheld cell is neither.
"""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

from foimail.replies.plain import small
from foimail.replies.quotes import plain
from foimail.replies.reading import Figure

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|"
    r"oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
_UNITS = [
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
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_NUMBER_WORD = rf"(?:{'|'.join([*_UNITS, *_TENS, 'hundred', 'thousand'])})"
_NUMBER_WORDS = (
    rf"(?:an?\s+(?=hundred|thousand))?{_NUMBER_WORD}(?:(?:,?\s+and\s+|,\s+|[\s-]+){_NUMBER_WORD})*"
)
_DIGITS = r"\d{1,3}(?:[,\u00a0\u202f ]\d{3})+(?![\d])|\d+(?:\.\d+)?"
_N = rf"(?:{_DIGITS}|{_NUMBER_WORD})"
_YEAR = r"(?:199\d|20[0-2]\d)"
_DASH = r"[-\u2010-\u2015]"

# what holds digits and is no answer; blanked before anything is read
_NO_ANSWER = re.compile(
    "|".join(
        (
            r"https?://\S+|www\.\S+|[\w.+-]+@[\w.-]+\w",
            r"\u00a3\s?\d[\d,]*(?:\.\d+)?",
            (
                r"\b(?:sections?|ss?\.?|sub-?sections?|reg(?:ulation)?s?\.?|articles?|para(?:graph)?s?\.?|"
                r"schedule|chapter|appendix|annex|version|issue|"
                r"level|band|page|room|floor|rule|option|ext\.?|tel\.?|telephone|policy|"
                r"v)\s?\d+[a-z]?(?:\(\w+\))*(?:\s?(?:,|and|&|or|to)\s?\d+[a-z]?(?:\(\w+\))*(?!\s*(?:staff|"
                r"employees)))*"
            ),
            (
                rf"\b(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?,?\s+\d{{1,2}}(?:st|nd|"
                rf"rd|th)?\b(?:\s+(?:of\s+)?{_MONTH}\b(?:\s+{_YEAR})?)?"
            ),
            rf"\b\d{{1,2}}(?:st|nd|rd|th)?\s+(?:of\s+)?{_MONTH}\b,?(?:\s+(?:{_MONTH}\s+)?{_YEAR})?",
            r"\b\d{1,2}[./]\d{1,2}[./](?:20)?\d\d\b|\b20\d\d-\d\d-\d\d\b",
            (
                r"\b\d{1,2}[:.]\d\d\s?(?:am|pm)?\b(?=\s|$|[,.;)])(?!%)(?<=[ap]m)|\b\d{1,2}\s?(?:am|pm)\b|"
                r"\b\d\d?:\d\d(?::\d\d)?\b"
            ),
            r"(?:\+44 ?(?:\(0\) ?)?\d{2,4}|(?<!\w)\(?0\d{2,4}\)?)(?:[ -]?\d{3,4}){2}\b",  # a telephone
            (
                r"\b(?:act|regulations|order)\s+(?:\(scotland\)\s+)?(?:act\s+)?(?:19|20)\d\d\b|"
                r"(?<![\d.,/])(?!(?<=\d[ \u00a0\u202f])0\d\d\b)0\d+(?:\.\d+)?\b"  # save the noughts of 1 000
            ),
            r"\b(?:our|your|ref|case|log|request)\.?\s+(?:no|number|ref)\.?\s*:?\s*\d+\b|\b\d{1,4}-\d{3,}\b",
            r"\b[a-z]{1,5}\d[a-z\d]*\s?\d[a-z]{2}\b",
            r"\b(?=[\w/._-]*[a-z])(?=[\w/._-]*\d)(?!fy)(?!y20)(?!q[1-4]\b)[a-z\d]+(?:[/._-][a-z\d]+)+",
            (
                r"\bunder[- ]?(?:1[1-9]s?|10s|eighteens?|sixteens?)\b|\b(?:aged?|over|age)(?: of|"
                r" the age of| under)? (?:1[0-9]|sixteen|seventeen|eighteen)\b|\b(?:1[0-9]) (?:and over|or over|"
                r"years? old)|\b0-1[0-9]\b"
            ),
            r"\b(?:one|two|three|four|\d+)[- ]day\b",
            (
                rf"\b(?:{_N})(?:[\s-]+odd)?[\s-]+(?:hours?|hrs|minutes|mins|days?|working|calendar|weeks?|"
                rf"months?|records?|files?|notes?|charts?|folders?|sheets|pages?|boxes|"
                r"reels|localit\w+|wards?|stores|panel|partnerships?|questions?|points?|parts?|heads?|"
                r"items?|years?|forms? were located|specialist|advisers?|"
                r"named|consultants?|nurses and|of the|other|directorates?|emails?|requests?|paper|"
                r"clinical|case)\b(?!\s+staff)(?!\s+employees)"
            ),
            (
                r"\b(?:questions?|points?|items?|parts?|heads?|limbs?|number|no\.|tables?)\s+(?:\d|one|"
                r"two|three|four)\b(?:\s?(?:,|and|&|to|-)\s?(?:\d|one|two|three|four)\b)*"
            ),
            (
                r"\b(?:a|per|each)\s+(?:one|two)\b|\bone (?:number|figure|total)\b|\bone\s+(?:of|to|form|"
                r"assessment|child|being|goes|for|site|another)\b|\bas one\b|\bno one\b|\bthe (?:one|ones|"
                r"other|two|three|four)\b"
            ),
        )
    ),
)
_PERIOD = re.compile(
    "|".join(
        (
            rf"(?P<ma>{_MONTH})\s*(?P<mya>{_YEAR})?\s*(?:{_DASH}|to)\s*(?P<mb>{_MONTH})\s+(?P<myb>{_YEAR})",
            (
                rf"(?:(?P<om>{_MONTH})\s+)?(?P<oy>{_YEAR})(?:/\d\d)?\s*(?:{_DASH}|to|until|"
                rf"onwards? to)\s*(?:the\s+)?(?:present|date|now|today)\b"
            ),
            rf"(?P<ra>{_YEAR}[/-]\d\d)\s*(?:{_DASH}|to|and|until)\s*(?P<rb>{_YEAR}[/-]\d\d)",
            rf"(?:\bfy\s?'?)?\b(?P<fy>{_YEAR})(?:\s?/\s?|{_DASH})(?P<fz>(?:20)?\d\d)\b(?!{_DASH}\d)",
            rf"\bfy\s?'?(?P<sy>\d\d)\s?(?:/|{_DASH})\s?(?P<sz>\d\d)\b",
            r"(?<![\d/])(?P<ty>[012]\d)/(?P<tz>[012]\d)(?![\d/])",
            r"\b(?P<this>this year|so far this year|year to date)\b",
            r"\b(?P<last>last year)\b",
            rf"\b(?P<ca>{_YEAR})\s*(?:{_DASH}|to|until|through)\s*(?P<cb>{_YEAR})\b",
            rf"\bq(?P<qn>[1-4])\s?(?:of\s+)?(?P<qy>{_YEAR})\b(?!\s?[/-]\s?\d)",
            rf"\by?(?P<y>{_YEAR})\b",
        )
    ),
)
# a year at which a series begins or ends is no year of a value
_EDGE = re.compile(
    r"\b(?:before|until|till|prior to|pre-?|since|after|predat\w+|earlier than|"
    r"onwards? from)\s*(?:the end of |january |april |early |late )?$",
)
_FINANCIAL = re.compile(
    rf"(?:between|from)\s+1(?:st)?\s+april\s+({_YEAR})\s+(?:and|to|until)\s+31(?:st)?\s+march\s+({_YEAR})",
)
_VALUE = re.compile(
    "|".join(
        (
            rf"(?P<lt><\s?=?|\u2264|\b(?:fewer|less|lower) than|\bunder|\bbelow)\s*(?P<ltn>{_N})",
            rf"(?P<orless>{_N})\s+or\s+(?:fewer|less|under|below)\b",
            rf"\bup to\s+(?P<upto>{_N})",
            rf"(?P<ormore>{_N})\s+or\s+more\b|(?P<plus>\d+)\+",
            rf"\b(?P<lo>\d{{1,3}})\s?(?:{_DASH}|to)\s?(?P<hi>\d{{1,3}})\b(?!\s?[%/])",
            rf"(?P<pct>{_DIGITS})\s?(?:%|per ?cent\b)",
            r"(?P<star>(?<![\w*])\*(?![\w*]))",
            (
                r"(?P<withheld>\[(?:withheld|suppressed|redacted|exempt)\b[^\]]{0,40}\]|\b(?:withheld|"
                r"suppressed|redacted|exempt|not released|not disclosed|"
                r"held back)\b(?:\s?\([^)]{0,30}\)+)?)"
            ),
            r"\b(?P<nil>nil(?:\s+returns?)?|none|zero)\b",
            r"(?P<na>\bn/?[ar]\b|\bnot (?:recorded|in use|available|held|known|collected|applicable)\b)",
            rf"\b(?P<words>{_NUMBER_WORDS})\b",
            rf"(?<![\w.,/])(?P<n>{_DIGITS})(?![\w/]|[.,]\d)",
        )
    ),
)


_ANY = re.compile(
    rf"[\d*]|\b(?:{_NUMBER_WORD}|nil|none|withheld|suppressed|redacted|exempt|n/[ar]|not (?:re|in|av|"
    rf"he|kn|co|ap|di))\b",
)  # without it there is neither


@dataclass(frozen=True, slots=True)
class Token:
    """A period or a value, with its place in the text."""

    start: int
    end: int
    period: str = ""
    figure: Figure | None = None  # without a period; None of a cell that says nothing


def number(text: str) -> float | None:
    """The number that digits or English words mean: `1,204`, `1 950`, `four hundred and eleven`."""
    plain = re.sub(r"[,\u00a0\u202f ](?=\d{3})", "", text.strip())
    if re.fullmatch(r"\d+(?:\.\d+)?", plain):
        return float(plain)
    total = part = 0
    seen = False
    for word in re.findall(r"[a-z]+", text.lower()):
        if word in _UNITS:
            part += _UNITS.index(word)
        elif word in _TENS:
            part += 10 * (_TENS.index(word) + 2)
        elif word == "hundred":
            part = (part or 1) * 100
        elif word == "thousand":
            total, part = total + (part or 1) * 1000, 0
        elif word not in {"and", "a", "an"}:
            return None
        seen = seen or word not in {"and", "a", "an"}
    return float(total + part) if seen else None


@lru_cache(maxsize=2048)  # a sentence is looked at for each part
def tokens(text: str, year: int = 0) -> tuple[Token, ...]:
    """Periods and values in their order. `year` is that of the letter: what `this year` means in it; 0 where unknown."""
    low = small(text)
    if not _ANY.search(low):
        return ()
    found = [
        Token(m.start(), m.end(), f"{_fy(int(m[1]))}..{_fy(int(m[2]) - 1)}") for m in _FINANCIAL.finditer(low)
    ]
    plain = _FINANCIAL.sub(_blank, low)
    plain = _NO_ANSWER.sub(lambda m: m[0] if _is_period(m[0]) else _blank(m), plain)
    taken = list(plain)
    for match in _PERIOD.finditer(plain):
        if name := _period(match, year):
            if not _EDGE.search(plain[: match.start()]):
                found.append(Token(match.start(), match.end(), name))
            taken[match.start() : match.end()] = "\x01" * (match.end() - match.start())
    found += [
        Token(match.start(), match.end(), figure=_seen(value, text, match.start()))
        for match in _VALUE.finditer("".join(taken))
        if (value := _value(match, text[match.start() : match.end()].strip())) is not _NOTHING
    ]
    return tuple(sorted(found, key=lambda token: token.start))


def _seen(figure: Figure | None, text: str, at: int) -> Figure | None:
    """The figure with the place of its words in the text that is read."""
    if figure is None:
        return None
    start = text.index(figure.quote, at)
    return replace(figure, where={"start": start, "end": start + len(figure.quote)})


def _blank(found: re.Match[str]) -> str:
    return "\x00" * len(found[0])


def _is_period(text: str) -> bool:
    found = _PERIOD.fullmatch(text)
    return bool(found and _period(found))


def _period(match: re.Match[str], year: int = 0) -> str:
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
        return _fy(2000 + first)
    return f"{one}..{other}" if len(other) == len("2024") and int(other) > int(one) else ""


def _fy(first: int) -> str:
    return f"{first}/{(first + 1) % 100:02}"


def _month(name: str) -> str:
    return f"{_MONTHS.index(name[:3].lower()) + 1:02}"


_NOTHING = Figure(period="-")
NONE = Figure(category="none")  # a cell that says that it holds no number


def _band(g: dict[str, str | None], quote: str) -> Figure | None:
    """`<5`, `5 or fewer`, `up to 5`, `20 or more`, `1-4` as bounds; None of what is no band."""
    if g["lt"]:
        most = number(g["ltn"] or "")
        inclusive = "=" in g["lt"] or "\u2264" in g["lt"]
        return _NOTHING if most is None else Figure(upper=most if inclusive else most - 1, quote=quote)
    if most_of := g["orless"] or g["upto"]:
        return Figure(upper=number(most_of), quote=quote)
    if least := g["ormore"] or g["plus"]:
        return Figure(lower=number(least), quote=quote)
    if g["lo"] and g["hi"]:
        lower, upper = float(g["lo"]), float(g["hi"])
        return Figure(lower=lower, upper=upper, quote=quote) if lower < upper else _NOTHING
    return None


def _value(match: re.Match[str], quote: str) -> Figure | None:
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
    return _NOTHING if value is None else Figure(value=value, quote=quote)


def pairs(text: str, year: int = 0) -> list[Figure]:
    """Periods and the values that belong to them in a sentence or list: `2019: 4`, `4 in 2019`, `in 2019, four`.

    Also a list in the order of the years: `2019 to 2021 should read 7, 12 and 9`, `2019 was 7, then 12 and 9`.
    """
    found = tokens(text, year)
    if listed := _in_order(text, found):
        return listed
    if blocks := _blocks(text, found):
        return blocks
    periods = [t for t in found if t.period]
    values = [t for t in found if not t.period]
    if not periods or not values:
        return []
    after, before = _paired(found, value_first=False), _paired(found, value_first=True)
    best = max((after, before), key=lambda p: (len(p), -sum(abs(v.start - q.start) for q, v in p)))
    return [
        replace(v.figure, period=one)
        for q, v in best
        if v.figure is not None
        for one in (_single(q.period) if v.figure.value == 0 else [q.period])
    ]


_LIST = 3  # values in a row that make a list


_THEN = re.compile(
    r"[\s,;&/]*(?:(?:and|then|so far|this year|last year|to date|\x00)[\s,;&/]*)*$"
)  # what parts the values of a list


def _in_order(text: str, found: Sequence[Token]) -> list[Figure]:
    """Values that follow one period and are those of the years from it on: of a range just as many, else of a first year."""
    valued = [t for t in found if not t.period]
    if any(not _THEN.match(small(text[one.end : other.start])) for one, other in itertools.pairwise(valued)):
        return []
    values = [t.figure for t in found if not t.period and t.figure is not None]
    periods = [t for t in found if t.period]
    if len(values) < _LIST or len(periods) not in {1, 2} or any(v.unit != "count" for v in values):
        return []
    years = span(periods[0].period)
    if len(years) == len(values) and found[0] is periods[0]:
        return [replace(v, period=year) for v, year in zip(values, years, strict=True)]
    first = found.index(periods[0])
    last = len(periods) == 2 and (found[-1] is periods[-1] or found[-2] is periods[-1])  # noqa: PLR2004 - `and 71 for last year`
    alone = len(periods) == 1 and first == 0
    if (alone or (last and first == 0)) and re.fullmatch(r"\d{4}(?:/\d\d)?", periods[0].period):
        run = following(periods[0].period, len(values))
        if alone or run[-1] == periods[-1].period:
            return [replace(v, period=year) for v, year in zip(values, run, strict=True)]
    return []


def span(period: str) -> list[str]:
    """The years of a range, calendar or financial; empty of what is none."""
    if found := re.fullmatch(rf"({_YEAR})\.\.({_YEAR})", period):
        return [str(year) for year in range(int(found[1]), int(found[2]) + 1)]
    if found := re.fullmatch(rf"({_YEAR})/\d\d\.\.({_YEAR})/\d\d", period):
        return [_fy(year) for year in range(int(found[1]), int(found[2]) + 1)]
    return []


def following(period: str, number: int) -> list[str]:
    """So many years from this one on."""
    first = int(period[:4])
    return [_fy(first + n) if "/" in period else str(first + n) for n in range(number)]


_ALL = re.compile(r"\b(?:total|all|both|any|sum|combined|overall|trust)\W*$")


def _blocks(text: str, found: Sequence[Token]) -> list[Figure]:
    """A table that was flattened into a line: the periods, then for each row its name and as many values."""
    periods: list[Token] = []
    while len(periods) < len(found) and found[len(periods)].period:
        periods.append(found[len(periods)])
    values = found[len(periods) :]
    if (
        len(periods) < _LIST
        or len(values) < len(periods)
        or len(values) % len(periods)
        or any(v.period for v in values)
    ):
        return []
    rows = [values[n : n + len(periods)] for n in range(0, len(values), len(periods))]
    before = [periods[-1], *(row[-1] for row in rows)]
    total = next(
        (
            row
            for last, row in zip(before, rows, strict=False)
            if _ALL.search(small(text[last.end : row[0].start]))
        ),
        None,
    )
    row = total or (rows[0] if len(rows) == 1 else None)
    return (
        [replace(v.figure, period=p.period) for p, v in zip(periods, row, strict=True) if v.figure]
        if row
        else []
    )


def _paired(found: Sequence[Token], *, value_first: bool) -> list[tuple[Token, Token]]:
    """Each period with the nearest value on its one side before another period comes; that is how lists are written."""
    sequence = list(reversed(found)) if value_first else list(found)
    result: list[tuple[Token, Token]] = []
    waiting: list[Token] = []
    for token in sequence:
        if token.period:
            waiting = [*waiting, token] if waiting and _joined(waiting[-1], token) else [token]
        elif waiting:
            # a nil is shared by any number of years; a count that seems to be is one of a row whose columns were lost
            if len(waiting) < _LIST or (token.figure and token.figure.value == 0):
                result += [(one, token) for one in waiting]
            waiting = []
    return list(reversed(result)) if value_first else result


def _joined(one: Token, other: Token) -> bool:
    """`none for 2020 or 2021`: two periods side by side share a value."""
    gap = other.start - one.end if other.start > one.end else one.start - other.end
    return 0 <= gap <= 5  # noqa: PLR2004 - " and "


def _single(period: str) -> list[str]:
    """A nil for a run of years is a nil for each of them."""
    return span(period) or [period]


def lone_values(text: str) -> list[Figure]:
    """The values of a text that names no period for them."""
    return [
        t.figure
        for t in tokens(text)
        if not t.period and t.figure is not None and t.figure.quote.lower() != "one"
    ]


def short(figure: Figure) -> float | int | str:
    """The value as CONTRACT.md's `figures` writes it: a number, a band as the letter writes it, or `withheld`."""
    if figure.withheld:
        return "withheld"
    if figure.value is None:
        return plain(figure.quote)
    return int(figure.value) if figure.value == int(figure.value) else figure.value


def series(figures: Iterable[Figure]) -> dict[str, float | int | str]:
    """The figures as a mapping, each under its period or category."""
    return {figure.period or figure.category or "total": short(figure) for figure in figures}
