"""Transfer encodings undone (RFC 2045 s.6), also where what stands there is not quite what it is said to be."""

from __future__ import annotations

import binascii
import re

_NOTE = re.compile(r"\([^()]*\)")  # a comment (RFC 5322 s.3.2.2)
_BLANKS = b" \t\r\n"
_FOREIGN = re.compile(rb"[^A-Za-z0-9+/=]")
_UNIT = re.compile(rb"[A-Za-z0-9+/]+")  # what stands between two paddings: somebody joined two encodings


def named(said: str) -> str:
    """A Content-Transfer-Encoding in lower case, without the quotation marks and comments it should not have."""
    return _NOTE.sub("", said).strip(" \t\"';").lower()


def base64(raw: bytes) -> bytes:
    """The bytes; of a broken encoding as many as can be had, and `raw` itself where words stand there instead."""
    lean = raw.translate(None, _BLANKS)
    try:
        return binascii.a2b_base64(lean, strict_mode=True)
    except binascii.Error:
        pass
    lines = [line.strip() for line in raw.split(b"\n") if line.strip()]
    encoded = [line for line in lines if b" " not in line]  # a scanner's footer has blanks
    if len(encoded) * 2 <= len(lines):
        return raw
    return b"".join(map(_unit, _UNIT.findall(b"".join(_FOREIGN.sub(b"", line) for line in encoded))))


def _unit(letters: bytes) -> bytes:
    """One run of base64 without padding; a lone letter at its end stands for no whole byte."""
    whole = letters[: len(letters) - (len(letters) % 4 == 1)]
    return binascii.a2b_base64(whole + b"=" * (-len(whole) % 4))
