"""One part by itself: its type, its bytes, its text."""

from __future__ import annotations

import re
from email.policy import Compat32
from typing import TYPE_CHECKING, Any

from foimail.mail import bulk, transfer
from foimail.mail.charsets import decode, unescaped
from foimail.mail.faults import tried

if TYPE_CHECKING:
    from email.message import Message

_LONGEST_FIELD = 20_000  # characters of a header that describes a part
_META = re.compile(rb"<meta\b[^>]{0,200}\bcharset\s*=\s*[\"']?([\w.:-]{1,40})", re.IGNORECASE | re.ASCII)


class Raw(Compat32):
    """Headers as they came, always `str`: compat32 makes objects of 8-bit ones and then trips on them.

    Attributes:
        sha256: Of the whole message.
        runs: What `bulk` has set aside of it.
    """

    sha256: str = ""
    runs: tuple[bytes, ...] = ()

    def header_fetch_parse(self, name: str, value: Any) -> str:  # noqa: ANN401  # the signature of the base class
        """The header as text, with what is no ASCII read as UTF-8 or Windows-1252."""
        # the stdlib takes a time that grows with the square of the length to part its parameters
        most = _LONGEST_FIELD if name[:8].lower() == "content-" else None
        return unescaped(str(value)[:most])


def media_type(part: Message) -> str:
    """The declared type in lower case, text/plain where it makes no sense (RFC 2045 s.5.2)."""
    return tried(part.get_content_type, "text/plain")


def payload(part: Message) -> object:
    """What stands below the headers: text with bytes beyond ASCII as surrogates, or a list of parts.

    `get_payload` would decode it by its charset, and raise for some.
    """
    return part._payload  # type: ignore[attr-defined]  # noqa: SLF001


def source(part: Message) -> str:
    """Its text, the transfer encoding undone."""
    found = content(part)
    return decode(found, _charset(part, found))


def content(part: Message) -> bytes:
    """Its bytes, the transfer encoding undone."""
    _put_back(part)
    raw = payload(part)
    if isinstance(raw, str) and encoding(part) == "base64":
        return transfer.base64(raw.encode("utf-8", "surrogateescape"))
    found = tried(lambda: part.get_payload(decode=True), None)
    if isinstance(found, bytes):
        return found
    return raw.encode("utf-8", "surrogateescape") if isinstance(raw, str) else b""


def encoding(part: Message) -> str:
    """The transfer encoding that it declares, in lower case."""
    return transfer.named(str(part.get("Content-Transfer-Encoding", "")))


def _put_back(part: Message) -> None:
    policy = part.policy
    text = payload(part)
    if isinstance(policy, Raw) and policy.runs and isinstance(text, str) and policy.sha256 in text:
        back = bulk.put_back(text.encode("ascii", "surrogateescape"), policy.sha256, policy.runs)
        part.set_payload(back.decode("ascii", "surrogateescape"))


def _charset(part: Message, data: bytes) -> str | None:
    """The charset that the header declares, else the page itself."""
    declared = tried(part.get_content_charset, None)
    if declared is None and media_type(part) == "text/html" and (meta := _META.search(data, 0, 2048)):
        return meta[1].decode("ascii")
    return declared


def disposition(part: Message) -> str | None:
    """`inline`, `attachment`, or None where nothing is said."""
    return tried(part.get_content_disposition, None)


def whole(message: Message) -> bytes:
    """A message or part as it came, headers and all, but for its line ends."""
    found = tried(message.as_bytes, b"")
    if isinstance(message.policy, Raw):
        found = bulk.put_back(found, message.policy.sha256, message.policy.runs)
    return found
