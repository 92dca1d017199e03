"""The HTML of a mail, as its writer laid it out: to be made safe (`output/safe_html.py`) before anybody looks at it."""

from __future__ import annotations

from email import message_from_bytes
from itertools import islice

from foimail.mail import leaf
from foimail.mail.faults import FAULTS
from foimail.mail.leaf import Raw

_MOST = 500  # parts that are looked through


def html(raw: bytes) -> str | None:
    """The first HTML text of a mail as it came; None where it has none or cannot be opened."""
    try:
        mail = message_from_bytes(raw, policy=Raw())
        for part in islice(mail.walk(), _MOST):
            if leaf.media_type(part) == "text/html" and leaf.disposition(part) != "attachment":
                return leaf.source(part)
    except (*FAULTS, RecursionError, ValueError):
        return None
    return None
