"""Bytes of strangers to text: what they declare, else UTF-8, else Windows-1252, else what they look like."""

from __future__ import annotations

import codecs
import re

_NOT_MEANT = frozenset({"ascii", "iso8859-1", "idna", "punycode", "unicode_escape", "raw_unicode_escape"})
_SAMPLE = 20_000  # bytes by which a charset is guessed
_HIGH = re.compile(rb"[\x80-\xff]")
_FOREIGN = 0.2  # of the bytes beyond ASCII: no Latin script has so many
_UNWANTED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


def decode(data: bytes, declared: str | None) -> str:
    """The text, with line feeds at the ends of lines.

    Latin-1 is read as Windows-1252, as browsers do: mail that declares the one nearly always means the other.
    """
    for name in (declared, "utf-8-sig", "windows-1252"):
        try:
            codec = codecs.lookup(name or "").name
            if codec in _NOT_MEANT:
                continue
            return clean(data.decode(codec))
        except (LookupError, ValueError):
            continue
    return clean(_guessed(data))


def _guessed(data: bytes) -> str:
    """Text of another script by the letters that come out; in a Latin one a stray byte is only that."""
    sample = data[:_SAMPLE]
    name = "windows-1252"
    if len(_HIGH.findall(sample)) > _FOREIGN * len(sample):
        from charset_normalizer import from_bytes

        name = getattr(from_bytes(sample).best(), "encoding", name)
    return data.decode(name, "replace")


def clean(text: str) -> str:
    """Text without control characters and lone surrogates, its lines ended by line feeds."""
    return _UNWANTED.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def unescaped(value: str) -> str:
    """A header as the stdlib hands it out (raw bytes as surrogates) as text."""
    return decode(value.encode("utf-8", "surrogateescape"), None)
