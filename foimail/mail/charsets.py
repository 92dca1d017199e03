"""Bytes of strangers to text: what they declare, else UTF-8, else Windows-1252, else what they look like."""

from __future__ import annotations

import codecs
import re

_NOT_MEANT = frozenset({"ascii", "iso8859-1", "idna", "punycode", "unicode_escape", "raw_unicode_escape"})
_SPELT = {
    "cp-850": "cp850",
    "x-mac-roman": "mac-roman",
    "x-unicode-2-0-utf-7": "utf-7",
    "x-user-defined": "windows-1252",
}
_WIDE = ("utf-16", "utf-32")
_RUN = re.compile(rb"[\xc2-\xf4][\x80-\xbf]{1,3}")  # a character of UTF-8 beyond ASCII
_EXCUSED = 3  # so many of them excuse a byte that is none
_STRAYS = re.compile("[\udc80-\udcff]+")  # bytes that are none, as Python escapes them
_SAMPLE = 20_000  # bytes by which a charset is guessed
_HIGH = re.compile(rb"[\x80-\xff]")
_FOREIGN = 0.2  # of the bytes beyond ASCII: no Latin script has so many
_UNWANTED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


def decode(data: bytes, declared: str | None) -> str:
    """The text, with line feeds at the ends of lines.

    Latin-1 is read as Windows-1252, as browsers do: mail that declares the one nearly always means the other.
    """
    for name in (declared, "utf-8-sig"):
        if (text := _by(name, data)) is not None:
            return clean(text)
    text = _mainly_utf_8(data)
    if text is None:
        text = _by("windows-1252", data)
    return clean(_guessed(data) if text is None else text)


def _by(name: str | None, data: bytes) -> str | None:
    """The text by a charset; None where there is none of this name, or it cannot be meant."""
    try:
        codec = codecs.lookup(_SPELT.get((name or "").lower(), name or "")).name
        if codec in _NOT_MEANT or (codec.startswith(_WIDE) and b"\0" not in data):
            return None
        return data.decode(codec)
    except (LookupError, ValueError):
        return None


def _mainly_utf_8(data: bytes) -> str | None:
    """UTF-8 that was cut within a character, or joined to a little Windows-1252; None where it is not mainly UTF-8."""
    pieces = data.decode("utf-8", "surrogateescape")
    strays = _STRAYS.findall(pieces)
    if sum(map(len, strays)) * _EXCUSED > len(_RUN.findall(data)):
        return None
    return _STRAYS.sub(
        lambda found: found[0].encode("ascii", "surrogateescape").decode("cp1252", "replace"), pieces
    )


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
    if value.isascii():
        return clean(value)
    return decode(value.encode("utf-8", "surrogateescape"), None)
