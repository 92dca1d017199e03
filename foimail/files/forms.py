"""The forms that facts about a body take: addresses, ODS codes, postcodes, dates. Pure; one text each."""

from __future__ import annotations

import re
import unicodedata
from calendar import monthrange
from datetime import date

# Stricter than RFC 5321 section 4.1.2: no quoted local parts, no literals, nothing that could begin a second
# header or recipient. The lengths are those of section 4.5.3.1.
_LONGEST_LOCAL, _LONGEST = 64, 254
_LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_DOMAIN = re.compile(
    r"(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])"
)
_POSTCODE = re.compile(
    r"GIR ?0AA|(?:[A-PR-UWYZ][0-9][0-9A-HJKPSTUW]?|[A-PR-UWYZ][A-HK-Y][0-9][0-9ABEHMNPRVWXY]?)"
    r" ?[0-9][ABD-HJLNP-UW-Z]{2}"
)
_ODS = re.compile(r"[A-Z0-9]{3}|[A-Z][0-9][A-Z][0-9][A-Z]")
_SLUG = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,98}[A-Za-z0-9])?")
_CHECKED = re.compile(r"(?:c\. ?)?(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def is_address(text: str) -> bool:
    """Whether this is one plain e-mail address, fit to send letters to."""
    local, _, domain = text.partition("@")
    return bool(
        len(local) <= _LONGEST_LOCAL
        and len(text) <= _LONGEST
        and _LOCAL.fullmatch(local)
        and _DOMAIN.fullmatch(domain)
    )


def is_ods(code: str) -> bool:
    """Whether this has the form of an ODS code: three characters, or five as issued since April 2020."""
    return bool(_ODS.fullmatch(code))


def is_slug(text: str) -> bool:
    """Whether this can be the id of a body: letters, digits and hyphens."""
    return bool(_SLUG.fullmatch(text))


def is_postcode(text: str) -> bool:
    """Whether this has the form of a British postcode, in either case."""
    return bool(_POSTCODE.fullmatch(text.upper()))


def day(text: str) -> date | None:
    """The date that `YYYY-MM-DD` names, or None where it is no date."""
    if not _DAY.fullmatch(text):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def latest_day(checked: str) -> date | None:
    """The last day that `2026-08-22`, `2026-09`, `2012` or `c. 2012` can mean; None for any other text."""
    found = _CHECKED.fullmatch(checked)
    if not found:
        return None
    year, month, number = (int(part) if part else 0 for part in found.groups())
    try:
        month = month or 12
        return date(year, month, number or monthrange(year, month)[1])
    except ValueError:  # month 13, 30 February, year 0; calendar.IllegalMonthError is a ValueError
        return None


def bare(text: str) -> str:
    """Only the letters and digits of a text, small, `&` read as `and`: to compare what two sources write."""
    return re.sub(r"[\W_]+", "", text.casefold().replace("&", " and "))


def same_name(one: str, other: str) -> bool:
    """Whether two names differ at most in capitals, punctuation, `&` and a leading `The`."""
    return bare(one).removeprefix("the") == bare(other).removeprefix("the")


def has_control(text: str) -> bool:
    """Whether a text holds line breaks, control characters or marks that turn the direction of writing."""
    if text.isascii():  # nearly always, and ten times as fast
        return not text.isprintable()
    return any(unicodedata.category(character) in {"Cc", "Cf", "Cs", "Zl", "Zp"} for character in text)
