"""Multiparts whose boundary is not where their header says: lost, misspelt, or used again behind their end."""

from __future__ import annotations

import re
from email import message_from_bytes
from email.message import Message

_BEGIN = re.compile(
    rb"^--([^\r\n\"\\]{1,200}?)[ \t]*\r?\n(?=Content-[a-z-]{1,40}:)", re.MULTILINE | re.IGNORECASE
)
_MOST = 200  # parts; more were never a mail
_MARK_LINE = re.compile(r"^--\S{1,200}--[ \t]*$\n?", re.MULTILINE)


def parted(multipart: Message, kind: str, content: bytes) -> list[Message]:
    """The parts that stand in the content of a multipart which the stdlib could not part; none where none begins."""
    begun = _BEGIN.search(content)
    if begun is None:
        return []
    return _parts(multipart, kind, begun[1], content)


def behind(multipart: Message, kind: str) -> list[Message]:
    """The parts behind the end of a multipart: one within it had the same boundary and took its end."""
    boundary, rest = multipart.get_boundary(), multipart.epilogue
    if not boundary or not isinstance(rest, str) or f"--{boundary}" not in rest or '"' in boundary:
        return []
    return _parts(
        multipart, kind, boundary.encode("utf-8", "surrogateescape"), rest.encode("utf-8", "surrogateescape")
    )


def without_marks(text: str) -> str:
    """The text of a multipart that has no parts, without the line that ends it."""
    return _MARK_LINE.sub("", text)


def _parts(multipart: Message, kind: str, boundary: bytes, content: bytes) -> list[Message]:
    head = b'Content-Type: %s; boundary="%s"\n\n' % (kind.encode("ascii", "replace"), boundary)
    inner = message_from_bytes(head + content, policy=multipart.policy).get_payload()
    if not isinstance(inner, list) or len(inner) > _MOST:
        return []
    return [part for part in inner if isinstance(part, Message)]
