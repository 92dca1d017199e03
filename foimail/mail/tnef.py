"""The container that Outlook sends as winmail.dat ([MS-OXTNEF]): the body and the attachments in it."""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from foimail import rtf
from foimail.mail import hypertext
from foimail.mail.charsets import clean, decode

if TYPE_CHECKING:
    from collections.abc import Iterator

_SIGNATURE = 0x223E9F78
_BODY = 0x0002800C
_MESSAGE_PROPERTIES = 0x00069003
_CODEPAGE = 0x00069007
_ATTACHMENT_BEGINS = 0x00069002
_TITLE = 0x00018010
_DATA = 0x0006800F
_ATTACHMENT_PROPERTIES = 0x00069005
_OF_ATTACHMENTS = 2  # the level of their attributes

# identifiers of MAPI properties ([MS-OXPROPS])
_PLAIN, _HTML, _RTF = 0x1000, 0x1013, 0x1009
_LONG_NAME, _SHORT_NAME, _CONTENT = 0x3707, 0x3704, 0x3701
_SIZES = {2: 4, 3: 4, 4: 4, 5: 8, 6: 8, 7: 8, 0x0A: 4, 0x0B: 4, 0x14: 8, 0x40: 8, 0x48: 16}  # as padded
_SIZED = frozenset({0x0D, 0x1E, 0x1F, 0x102})  # objects, both kinds of strings, binary
_UNICODE, _OBJECT, _SEVERAL, _NAMED = 0x1F, 0x0D, 0x1000, 0x8000

_MOST_ATTRIBUTES = 10_000
_MOST_PROPERTIES = 10_000
_DEEPEST = 5


@dataclass
class Packed:
    """What was in it: the body as text, and each attachment's name (as given) and bytes."""

    text: str = ""
    attachments: list[tuple[str, bytes]] = field(default_factory=list)


def unpack(content: bytes, depth: int = 0) -> Packed:
    """What a winmail.dat holds; what stands behind a place where it breaks off is lost.

    Raises:
        ValueError: It is none, or breaks off before it holds anything.
    """
    if len(content) < 6 or struct.unpack_from("<I", content)[0] != _SIGNATURE:  # noqa: PLR2004 - signature and key
        raise ValueError("it is no winmail.dat")
    if depth > _DEEPEST:
        raise ValueError("it is nested deeper than any mail program does")
    found = Packed()
    bodies: dict[int, str] = {}
    charset = "windows-1252"
    for level, name, data in _attributes(content):
        if name == _CODEPAGE and len(data) >= 4:  # noqa: PLR2004 - a number of 32 bits
            charset = f"cp{struct.unpack_from('<I', data)[0]}"
        elif name == _ATTACHMENT_BEGINS:
            found.attachments.append(("", b""))
        elif level == _OF_ATTACHMENTS and found.attachments:
            _attach(found, name, data, charset, depth)
        elif name == _BODY:
            bodies[_PLAIN] = decode(data.rstrip(b"\0"), charset)
        elif name == _MESSAGE_PROPERTIES:
            bodies |= _bodies(data, charset)
    found.text = next((t for p in (_PLAIN, _HTML, _RTF) if (t := bodies.get(p, "").strip())), "")
    found.attachments = [(name, data) for name, data in found.attachments if data]
    if not found.text and not found.attachments:
        raise ValueError("there is nothing in it")
    return found


def _attributes(content: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Level, identifier and bytes of each attribute, up to where the file breaks off."""
    at = 6
    for _ in range(_MOST_ATTRIBUTES):
        if at + 9 > len(content):
            return
        level, name, length = struct.unpack_from("<BII", content, at)
        at += 9
        if level not in {1, _OF_ATTACHMENTS} or at + length > len(content):
            return
        yield level, name, content[at : at + length]
        at += length + 2  # the checksum tells us nothing that would help


def _attach(found: Packed, attribute: int, data: bytes, charset: str, depth: int) -> None:
    """Add what an attribute says to the attachment that began last."""
    name, content = found.attachments[-1]
    if attribute == _TITLE:
        name = name or decode(data.rstrip(b"\0"), charset)
    elif attribute == _DATA:
        content = content or data
    elif attribute == _ATTACHMENT_PROPERTIES:
        properties = dict(_properties(data, charset))
        said = properties.get(_LONG_NAME) or name or properties.get(_SHORT_NAME)
        name = said if isinstance(said, str) else name
        inner = properties.get(_CONTENT)
        if isinstance(inner, bytes) and not content:
            name, content = _embedded(found, inner, name, depth)
    found.attachments[-1] = (name, content)


def _embedded(found: Packed, inner: bytes, name: str, depth: int) -> tuple[str, bytes]:
    """An object's name and bytes; a message in the message gives its text, its attachments put beside it."""
    try:
        message = unpack(inner[16:], depth + 1)  # behind the identifier of its class
    except ValueError:
        return name, inner
    found.attachments[-1:-1] = message.attachments
    return f"{name or 'message'}.txt", message.text.encode()


def _bodies(data: bytes, charset: str) -> dict[int, str]:
    found: dict[int, str] = {}
    for name, value in _properties(data, charset):
        if name == _PLAIN and isinstance(value, str):
            found[name] = clean(value)
        elif name == _HTML:
            found[name] = hypertext.to_text(value if isinstance(value, str) else decode(value, "utf-8"))
        elif name == _RTF and isinstance(value, bytes):
            found[name] = clean(rtf.text(value))
    return found


def _properties(data: bytes, charset: str) -> Iterator[tuple[int, str | bytes]]:
    """The strings and bytes among MAPI properties by identifier, up to where they break off."""
    try:
        (count,) = struct.unpack_from("<I", data)
        at = 4
        for _ in range(min(count, _MOST_PROPERTIES)):
            kind, name = struct.unpack_from("<HH", data, at)
            at = _behind_name(data, at + 4) if name >= _NAMED else at + 4
            values = 1
            base = kind & ~_SEVERAL
            if kind & _SEVERAL or base in _SIZED:
                (values,) = struct.unpack_from("<I", data, at)
                at += 4
            if base in _SIZES:
                at += values * _SIZES[base]
                continue
            if base not in _SIZED or values > _MOST_PROPERTIES:
                return
            for number in range(values):
                (length,) = struct.unpack_from("<I", data, at)
                value = data[at + 4 : at + 4 + length]
                at += 4 + length + -length % 4
                if number == 0 and len(value) == length and name < _NAMED:
                    yield name, _value(base, value, charset)
    except struct.error:
        return


def _behind_name(data: bytes, at: int) -> int:
    """Where the value of a named property begins: behind its set and its number or name."""
    named, length = struct.unpack_from("<II", data, at + 16)
    return int(at + 24 + (length + -length % 4 if named else 0))


def _value(kind: int, value: bytes, charset: str) -> str | bytes:
    if kind == _UNICODE:
        return clean(value.decode("utf-16-le", "replace").rstrip("\0"))
    return value if kind in {0x102, _OBJECT} else decode(value.rstrip(b"\0"), charset)
