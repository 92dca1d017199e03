"""Subjects compared: what mail programs, gateways and ticket systems put before a subject, or into it, is no part of it."""

from __future__ import annotations

import re

_LONGEST = 500  # characters of a subject that are looked at
# Re and its translations, gateways' banners, ticket numbers, machine answers; each may stand before another
_TAG = re.compile(
    r"\s*(?:(?:re|aw|antw|sv|vs|ynt|odp|fwd?|fw|wg|tr|rv|ateb|ymlaen)\s*(?:\[\d+\])?\s*:"
    r"|\[\s*(?:ext|external(?: e-?mail| sender)?|secure|encrypt(?:ed)?|confidential|official(?:[ -]sensitive)?|restricted"
    r"|caution|suspicious|spam\??|bulk|not protectively marked)\s*\]\s*:?"
    r"|(?:external|ext|secure|encrypted|caution|official(?:[ -]sensitive)?)\s*:"
    r"|\[?\s*(?:ticket|case|request|ref|issue|incident)\s*(?:id|no\.?|number)?\s*[#:]\s*[A-Z0-9/_.-]{2,40}\s*\]?\s*:?"
    r"|(?:automatic reply|automatic acknowledgement|auto(?:matic)?[- ]?(?:reply|response)|out of office(?: reply)?"
    r"|undeliverable|undelivered(?: mail)?|recall|read|accepted|ymateb awtomatig|ateb awtomatig)\s*(?:/[^:]{0,40})?:)",
    re.IGNORECASE,
)
_TOKEN = re.compile(r"\[?\bFOI-[A-Z2-7]{6}\b\]?", re.IGNORECASE)


def bare(subject: str) -> str:
    """The subject without inbound tags: `RE: [EXTERNAL] AW: Your request` is `Your request`."""
    rest = subject[:_LONGEST]
    while found := _TAG.match(rest):
        rest = rest[found.end() :]
    return " ".join(rest.split())


def alike(one: str, other: str) -> bool:
    """Whether two subjects are the same but for tags, our token, case and spacing. Empty ones are alike to none."""
    first, second = (_TOKEN.sub(" ", bare(s)).casefold().split() for s in (one, other))
    return bool(first) and first == second
