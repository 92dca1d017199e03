"""Mail that was signed in one piece, or encrypted: S/MIME (RFC 8551, RFC 5652) and PGP in a text (RFC 4880).

Signatures are not verified: what is signed is read, as any other mail is.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_SIGNED_DATA = bytes.fromhex("2a864886f70d010702")
_OBJECT, _SEQUENCE, _TAGGED, _STRING, _STRINGS = 0x06, 0x30, 0xA0, 0x04, 0x24
_ENDLESS = 0x80  # a length that is not told: two zero bytes end the element
_DEEPEST = 20
_LONGEST_LENGTH = 8  # bytes

_BEGIN = re.compile(r"^-----BEGIN PGP (SIGNED )?MESSAGE-----$\n?", re.MULTILINE)
_SIGNATURE = "\n-----BEGIN PGP SIGNATURE-----"
_END = "-----END PGP {}-----"
_DASHED = re.compile(r"^- ", re.MULTILINE)


def signed(content: bytes) -> bytes | None:
    """What was signed, where it stands within its signature; None for all else, such as what is encrypted."""
    try:
        of_kind = _elements(_first(_elements(memoryview(content)), _SEQUENCE))
        if _first(of_kind, _OBJECT) != _SIGNED_DATA:
            return None
        fields = _elements(_first(_elements(_first(of_kind, _TAGGED)), _SEQUENCE))
        inner = _elements(_first(fields, _SEQUENCE))
        return _string(_first(inner, _TAGGED), 0)
    except (ValueError, IndexError, StopIteration):
        return None


def _first(elements: Iterator[tuple[int, memoryview]], wanted: int) -> memoryview:
    return next(value for tag, value in elements if tag == wanted)


def _string(data: memoryview, depth: int) -> bytes:
    """An octet string, which may come in pieces."""
    found = bytearray()
    for tag, value in _elements(data):
        if tag == _STRING:
            found += value
        elif tag == _STRINGS and depth < _DEEPEST:
            found += _string(value, depth + 1)
    return bytes(found)


def _elements(data: memoryview) -> Iterator[tuple[int, memoryview]]:
    """Tag and value of each element (X.690), one after the other."""
    at = 0
    while at < len(data) and bytes(data[at : at + 2]) != b"\0\0":
        tag, start, stop, at = _element(data, at, 0)
        yield tag, data[start:stop]


def _element(data: memoryview, at: int, depth: int) -> tuple[int, int, int, int]:
    """Tag, beginning and end of the value, and where the next element begins. Raises ValueError where it breaks off."""
    tag, length, start = data[at], data[at + 1], at + 2
    if length == _ENDLESS:
        if depth > _DEEPEST:
            raise ValueError("nested deeper than any mail program does")
        stop = start
        while bytes(data[stop : stop + 2]) != b"\0\0":
            stop = _element(data, stop, depth + 1)[3]
        return tag, start, stop, stop + 2
    if length > _ENDLESS:
        digits, start = length - _ENDLESS, start + length - _ENDLESS
        if digits > _LONGEST_LENGTH:
            raise ValueError("no length is as long")
        length = int.from_bytes(data[start - digits : start])
    if start + length > len(data):
        raise ValueError("it breaks off")
    return tag, start, start + length, start + length


def opened(text: str) -> tuple[str, list[tuple[str, bytes]]]:
    """The text with what PGP signed in its place and without what PGP encrypted, which comes as files."""
    kept: list[str] = []
    secrets: list[tuple[str, bytes]] = []
    at = 0
    while (begun := _BEGIN.search(text, at)) is not None:
        end_mark = _END.format("SIGNATURE" if begun[1] else "MESSAGE")
        if (end := text.find(end_mark, begun.end())) < 0:
            break
        kept.append(text[at : begun.start()])
        at = end + len(end_mark) + 1
        if begun[1]:  # behind its headers
            said = text[begun.end() : end].partition(_SIGNATURE)[0]
            kept.append(_DASHED.sub("", said.partition("\n\n")[2]) + "\n")
        else:
            secrets.append(("encrypted.pgp", text[begun.start() : at].encode()))
    return "".join(kept) + text[at:], secrets
