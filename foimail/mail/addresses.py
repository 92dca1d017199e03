"""E-mail addresses: what one looks like, and those that stand in a line of text."""

from __future__ import annotations

import re

_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@(?=.{1,255}\Z)[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*")
_LOOSE = re.compile(r"[^\s<>\"'(),;:\[\]@]{1,128}@[^\s<>\"'(),;:\[\]@]{1,255}")


def is_address(text: str) -> bool:
    """Whether a letter can be sent there: an unquoted ASCII addr-spec (RFC 5322 s.3.4.1), on one line."""
    return _ADDRESS.fullmatch(text) is not None


def addresses_in(text: str) -> tuple[str, ...]:
    """Everything in a header's text that looks like an address, in lower case, once each, in order."""
    return tuple(dict.fromkeys(found.strip(".").lower() for found in _LOOSE.findall(text)))
