"""The RTF that Outlook keeps as the body of a message ([MS-OXRTFCP]): in a winmail.dat, and in a .msg."""

from __future__ import annotations

import re
import struct

_PACKED, _PLAIN = 0x75465A4C, 0x414C454D
_HEAD = struct.Struct("<4I")  # size with what follows this field, size of the RTF, kind, checksum
_WINDOW = 4096
_KNOWN = (
    rb"{\rtf1\ansi\mac\deff0\deftab720{\fonttbl;}{\f0\fnil \froman \fswiss \fmodern \fscript \fdecor MS Sans SerifSymbol"
    rb"ArialTimes New RomanCourier{\colortbl\red0\green0\blue0"
    b"\r\n"
    rb"\par \pard\plain\f0\fs20\b\i\u\tab\tx"
)
_LONGEST = 1_000_000  # bytes
_ONLY_FOR_RTF = re.compile(r"\\htmlrtf1?(?![0-9]).*?(?:\\htmlrtf0 ?|\Z)", re.DOTALL)  # in RTF made from HTML


def text(packed: bytes) -> str:
    """Its text; nothing where it is broken."""
    from striprtf.striprtf import rtf_to_text

    try:
        rtf = unpacked(packed, _LONGEST).decode("latin-1")
        return str(rtf_to_text(_ONLY_FOR_RTF.sub("", rtf), errors="ignore"))  # type: ignore[no-untyped-call]
    except Exception:  # noqa: BLE001 - whatever the library makes of hostile bytes costs this body only
        return ""


def unpacked(content: bytes, most: int) -> bytes:
    """The RTF, `most` bytes of it at most; what stands behind a place where it breaks off is lost.

    Raises:
        ValueError: It is nothing of the kind.
    """
    if len(content) < _HEAD.size:
        raise ValueError("it is shorter than its own head")
    _, size, kind, _ = _HEAD.unpack_from(content)
    if kind == _PLAIN:
        return content[_HEAD.size :][: min(size, most)]
    if kind != _PACKED:
        raise ValueError("it is packed in an unknown way")
    out = bytearray(_KNOWN)
    at, end = _HEAD.size, min(size, most) + len(_KNOWN)
    while at < len(content) and len(out) < end:
        control, at = content[at], at + 1
        for bit in range(8):
            if not control >> bit & 1:
                out += content[at : at + 1]
                at += 1
                continue
            if at + 2 > len(content):
                return bytes(out[len(_KNOWN) : end])
            pair, at = content[at] << 8 | content[at + 1], at + 2
            back = (len(out) - (pair >> 4)) % _WINDOW  # how far before the end the copy begins
            if back == 0:  # the mark of the end
                return bytes(out[len(_KNOWN) : end])
            start = len(out) - back
            for place in range(start, start + (pair & 0xF) + 2):  # may run into what it writes
                out.append(out[place] if place >= 0 else 0)
    return bytes(out[len(_KNOWN) : end])
