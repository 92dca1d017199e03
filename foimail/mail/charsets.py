"""Bytes of strangers to text: what they declare, else UTF-8, else Windows-1252."""

from __future__ import annotations

import codecs
import re

_NOT_MEANT = frozenset({"ascii", "iso8859-1", "idna", "punycode", "unicode_escape", "raw_unicode_escape"})
_UNWANTED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


def decode(data: bytes, declared: str | None) -> str:
    """The text, with line feeds at the ends of lines.

    Latin-1 is read as Windows-1252, as browsers do: mail that declares the one nearly always means the other.
    """
    for name in (declared, "utf-8-sig"):
        try:
            codec = codecs.lookup(name or "").name
            if codec in _NOT_MEANT:
                continue
            return clean(data.decode(codec))
        except (LookupError, ValueError):
            continue
    return clean(data.decode("windows-1252", "replace"))


def clean(text: str) -> str:
    """Text without control characters and lone surrogates, its lines ended by line feeds."""
    return _UNWANTED.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def unescaped(value: str) -> str:
    """A header as the stdlib hands it out (raw bytes as surrogates) as text."""
    return decode(value.encode("utf-8", "surrogateescape"), None)
