"""A message's parts (RFC 2045 to 2049): what is its text, what came with it, what was returned in it."""

from __future__ import annotations

import mimetypes
import re
from dataclasses import dataclass, field
from email import message_from_bytes
from email.errors import MessageError
from email.header import decode_header
from email.message import Message
from email.policy import Compat32
from typing import TYPE_CHECKING, Any, TypeVar

from foimail.mail import bulk, hypertext, smime, tnef, uuencoded
from foimail.mail.charsets import clean, decode, unescaped
from foimail.model import Attachment

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

T = TypeVar("T")
FAULTS = (
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    AssertionError,
    MessageError,
)  # of the stdlib on ugly mail
_DEEPEST = 30
_MOST = 500
_LONGEST_FIELD = 20_000  # characters of a header that describes a part
_LONGEST_NAME = 150
_LONGEST_ENDING = 10
_LONGEST_STOPGAP = 300  # characters of a plain text that stands in for the HTML
_MUCH_MORE = 5  # times as long
_STOPGAP = re.compile(
    r"(?:can(?:no|')t|(?:does|is) not|unable|need|requires?|use|support)\b.{0,60}\b(?:show|display|view|read|support|html)"
    r"|html[- ](?:e-?mail|message|version|format|capable|enabled|compatible)|view\b.{0,40}\b(?:browser|online)",
    re.IGNORECASE | re.DOTALL,
)
_BIDI = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")  # can make `exe.pdf` out of `fdp.exe`
_HEADERS_ONLY = frozenset({"text/rfc822-headers", "message/global-headers"})
_WHOLE = frozenset({"message/rfc822", "message/global"})
_TNEF = frozenset({"application/ms-tnef", "application/vnd.ms-tnef"})
# of the parts beside them; no mail program shows them as files
_SIGNATURES = frozenset(
    {"application/pkcs7-signature", "application/x-pkcs7-signature", "application/pgp-signature"}
)
_REPORTS = frozenset({"message/delivery-status", "message/global-delivery-status"})


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


@dataclass
class Parts:
    """What was found on a walk through a message."""

    texts: list[str] = field(default_factory=list)
    forwarded: list[str] = field(default_factory=list)  # texts of attached messages
    packed: list[str] = field(default_factory=list)  # texts in winmail.dat
    attachments: list[Attachment] = field(default_factory=list)
    returned: list[Message] = field(default_factory=list)  # originals, or their headers
    reports: list[Message] = field(default_factory=list)
    count: int = 0


def take_apart(message: Message) -> Parts:
    """The parts of a message; ValueError where they are too many or too deep to be mail."""
    parts = Parts()
    _walk(message, parts, depth=0, quiet=False)
    return parts


def media_type(part: Message) -> str:
    """The declared type in lower case, text/plain where it makes no sense (RFC 2045 s.5.2)."""
    return _tried(part.get_content_type, "text/plain")


def source(part: Message) -> str:
    """The text of a leaf, its transfer encoding undone."""
    return decode(_content(part), _charset(part))


def _walk(part: Message, parts: Parts, depth: int, *, quiet: bool) -> None:
    """Collect one part and those below it; `quiet` where its text belongs to an attached message."""
    parts.count += 1
    if depth > _DEEPEST or parts.count > _MOST:
        raise ValueError("the message has more parts than any mail program makes")
    kind = media_type(part)
    inner = part.get_payload()
    children = _children(part, kind)
    if kind in _REPORTS:
        parts.reports.append(part)
    elif kind in _HEADERS_ONLY:
        parts.returned.append(part)
    elif isinstance(inner, list) and kind in _WHOLE:
        parts.returned.extend(children)
        for child in (
            [] if parts.reports else children
        ):  # a returned letter is ours; a forwarded one may hold the answer
            parts.attachments.append(_forwarded(child, len(parts.attachments)))
            _walk(child, parts, depth + 1, quiet=True)
    elif isinstance(inner, list) or children:
        for child in _best(children) if kind == "multipart/alternative" else children:
            _walk(child, parts, depth + 1, quiet=quiet)
    elif kind in {"text/plain", "text/html"} and (depth == 0 or not _is_attached(part)):
        (parts.forwarded if quiet else parts.texts).append(_text_of(part, parts))
    elif kind not in _SIGNATURES:
        _attach(part, kind, parts)


def _children(part: Message, kind: str) -> list[Message]:
    """The parts below one; that of a mail signed in one piece too. A sealed one has none: it is an attachment, and is flagged."""
    inner = part.get_payload()
    if isinstance(inner, list):
        return [child for child in inner if isinstance(child, Message)]
    try:
        return (
            [message_from_bytes(smime.signed(_content(part)), policy=Raw())]
            if kind in smime.MEDIA_TYPES
            else []
        )
    except ValueError:
        return []


def _attach(part: Message, kind: str, parts: Parts) -> None:
    """Add an attachment; a winmail.dat is taken apart, and stays as it is where that cannot be done."""
    attachment = _attachment(part, kind, len(parts.attachments))
    if kind in _TNEF or attachment.name.lower() == "winmail.dat":
        try:
            inner = tnef.unpack(attachment.content)
        except ValueError:
            pass
        else:
            parts.packed.append(inner.text)
            for name, content in inner.attachments:
                _add(parts, name, content)
            return
    parts.attachments.append(attachment)


def _add(parts: Parts, given: str, content: bytes) -> None:
    """Add an attachment of which only a name is known."""
    name = file_name(given) or f"attachment-{len(parts.attachments) + 1}.bin"
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    parts.attachments.append(Attachment(name, kind, content))


def _best(children: list[Message]) -> Iterator[Message]:
    """Of alternatives the plain text, unless it says next to nothing, and all that is no mere other form of the text."""
    plain = next((c for c in children if media_type(c) == "text/plain" and not _is_attached(c)), None)
    stopgap = plain is not None and _says_nothing(source(plain).strip(), children)
    for child in children:
        if child is plain:
            if not stopgap:
                yield child
        elif plain is None or stopgap or media_type(child) not in {"text/plain", "text/html"}:
            yield child


def _says_nothing(text: str, children: list[Message]) -> bool:
    """Whether a plain text is blank or a stopgap, while the HTML beside it is the letter."""
    if not text or len(text) > _LONGEST_STOPGAP:
        return not text
    most = max(
        (len(hypertext.to_text(source(c))) for c in children if media_type(c) == "text/html"), default=0
    )
    return most > _MUCH_MORE * len(text) or (most > len(text) and _STOPGAP.search(text) is not None)


def _text_of(part: Message, parts: Parts) -> str:
    text = source(part)
    if media_type(part) == "text/html":
        return hypertext.to_text(text)
    text, files = uuencoded.split(text)
    for name, content in files:
        _add(parts, name, content)
    return text


def _content(part: Message) -> bytes:
    _put_back(part)
    found = _tried(lambda: part.get_payload(decode=True), None)
    if isinstance(found, bytes):
        return found
    raw = part.get_payload()
    return raw.encode("utf-8", "surrogateescape") if isinstance(raw, str) else b""


def _put_back(part: Message) -> None:
    policy = part.policy
    payload = part._payload  # type: ignore[attr-defined]  # noqa: SLF001 - get_payload() would decode it by its charset
    if isinstance(policy, Raw) and policy.runs and isinstance(payload, str) and policy.sha256 in payload:
        content = bulk.put_back(payload.encode("ascii", "surrogateescape"), policy.sha256, policy.runs)
        part.set_payload(content.decode("ascii", "surrogateescape"))


def _charset(part: Message) -> str | None:
    return _tried(part.get_content_charset, None)


def _is_attached(part: Message) -> bool:
    return _tried(part.get_content_disposition, None) == "attachment" or bool(_tried(part.get_filename, None))


def _attachment(part: Message, kind: str, number: int) -> Attachment:
    name = file_name(_tried(part.get_filename, None) or "")
    if not name:
        name = f"attachment-{number + 1}{mimetypes.guess_extension(kind) or '.bin'}"
    return Attachment(name, kind, _content(part))


def _forwarded(message: Message, number: int) -> Attachment:
    subject = file_name(str(message.get("Subject", "")).replace("/", " ").replace("\\", " "))
    content = _tried(message.as_bytes, b"")
    if isinstance(message.policy, Raw):
        content = bulk.put_back(content, message.policy.sha256, message.policy.runs)
    return Attachment(f"{subject or f'message-{number + 1}'}.eml", "message/rfc822", content)


def file_name(given: str) -> str:
    """A stranger's file name as a bare name: decoded, without folders and control marks; may be empty."""
    if "=?" in given:
        given = _tried(lambda: "".join(_word(*pair) for pair in decode_header(given)), given)
    name = " ".join(re.split(r"[/\\]", _BIDI.sub("", clean(given)))[-1].split()).lstrip(". ")
    if len(name) <= _LONGEST_NAME:
        return name
    ending = name[name.rfind(".") :] if "." in name[-_LONGEST_ENDING:] else ""
    return name[: _LONGEST_NAME - len(ending)] + ending


def _word(word: bytes | str, charset: str | None) -> str:
    return word if isinstance(word, str) else decode(word, charset)


def _tried(call: Callable[[], T], otherwise: T) -> T:
    try:
        return call()
    except FAULTS:
        return otherwise
