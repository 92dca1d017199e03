"""A message's parts (RFC 2045 to 2049): what is its text, what came with it, what was returned in it."""

from __future__ import annotations

import mimetypes
import quopri
import re
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import Message
from itertools import islice
from typing import TYPE_CHECKING

from foimail.mail import boundaries, hypertext, leaf, names, pgp, smime, tnef, transfer, uuencoded
from foimail.mail.charsets import decode
from foimail.model import Attachment

if TYPE_CHECKING:
    from collections.abc import Iterator

_DEEPEST = 50
_MOST = 500
_DEEPEST_MENDED = 10  # below that what is damaged stays so: each repair reads all of it again
_LONGEST_STOPGAP = 300  # characters of a plain text that stands in for the HTML
_MUCH_MORE = 5  # times as long
_MOST_PAGES, _GLANCE = 3, 100_000  # pages that are compared with it, and characters of each
_STOPGAP = re.compile(
    r"(?:can(?:no|')t|(?:does|is) not|unable|need|requires?|use|support)\b.{0,60}\b(?:show|display|view|read|support|html)"
    r"|html[- ](?:e-?mail|message|version|format|capable|enabled|compatible)|view\b.{0,40}\b(?:browser|online)",
    re.IGNORECASE | re.DOTALL,
)
_PAGE = re.compile(r"\s*<(?:!doctype\s+html|html)\b", re.IGNORECASE)  # whatever its type says
_PLAIN = frozenset({"text/plain", "text/markdown", "text/x-markdown"})
_TEXTS = _PLAIN | {"text/html", "text/enriched", "text/richtext", "application/xhtml+xml"}
_HEADERS_ONLY = frozenset({"text/rfc822-headers", "message/global-headers"})
_WHOLE = frozenset({"message/rfc822", "message/global"})
_FOR_OTHERS = frozenset({"text/x-amp-html", "text/watch-html"})  # forms of the text for certain mail programs
_TNEF = frozenset({"application/ms-tnef", "application/vnd.ms-tnef"})
# of the parts beside them; no mail program shows them as files
_SIGNATURES = frozenset(
    {
        "application/pkcs7-signature",
        "application/x-pkcs7-signature",
        "application/pgp-signature",
        "application/pgp-encrypted",  # says only that the next part is
    }
)
_REPORTS = frozenset({"message/delivery-status", "message/global-delivery-status"})


@dataclass
class Parts:
    """What was found on a walk through a message."""

    texts: list[str] = field(default_factory=list)
    forwarded: list[str] = field(default_factory=list)  # texts of attached messages
    packed: list[str] = field(default_factory=list)  # texts in winmail.dat
    named: list[Message] = field(default_factory=list)  # texts that have a file name and are yet to be shown
    attachments: list[Attachment] = field(default_factory=list)
    returned: list[Message] = field(default_factory=list)  # originals, or their headers
    reports: list[Message] = field(default_factory=list)
    count: int = 0


def take_apart(message: Message) -> Parts:
    """The parts of a message; ValueError where they are too many or too deep to be mail."""
    parts = Parts()
    _walk(message, parts, 0, parts.texts)
    if not any(map(str.strip, parts.texts)):
        parts.texts += [_text_of(part, parts) for part in parts.named]
    return parts


def _walk(part: Message, parts: Parts, depth: int, into: list[str] | None) -> None:
    """Collect one part and those below it.

    Args:
        part: The part.
        parts: Gets what is found.
        depth: How many parts it stands in.
        into: Gets the texts; None where they are said elsewhere in another form.
    """
    parts.count += 1
    if depth > _DEEPEST or parts.count > _MOST:
        raise ValueError("the message has more parts than any mail program makes")
    kind = leaf.media_type(part)
    if kind in _SIGNATURES:
        return
    if kind in _REPORTS:
        parts.reports.append(part)
    elif kind in _HEADERS_ONLY:
        parts.returned.append(part)
    elif kind in _WHOLE and part.is_multipart():
        _whole(part, parts, depth, into)
    elif kind.startswith("multipart/") or part.is_multipart():
        _several(part, kind, parts, depth, into)
    else:
        _leaf(part, kind, parts, depth, into)


def _leaf(part: Message, kind: str, parts: Parts, depth: int, into: list[str] | None) -> None:
    """Collect a part without parts: a text, an attachment, or what was signed in one piece."""
    if kind in _TEXTS and (depth == 0 or not _is_attached(part)):
        if into is not None:
            into.append(_text_of(part, parts))
    elif kind in smime.MEDIA_TYPES and depth < _DEEPEST_MENDED and (inner := _signed(part)) is not None:
        _walk(inner, parts, depth + 1, into)
    elif into is not None or kind not in _FOR_OTHERS:
        if kind in _TEXTS and into is parts.texts and leaf.disposition(part) != "attachment":
            parts.named.append(part)
        _attach(part, kind, parts)


def _signed(part: Message) -> Message | None:
    """What was signed in one piece; None where it is sealed, or nothing of the kind: an attachment, which is flagged."""
    try:
        return message_from_bytes(smime.signed(leaf.content(part)), policy=leaf.Raw())
    except ValueError:
        return None


def _whole(part: Message, parts: Parts, depth: int, into: list[str] | None) -> None:
    """Collect an attached message: a returned letter is ours; a forwarded one may hold the answer."""
    for child in _children(part):
        inner = _unwrapped(part, child) if depth < _DEEPEST_MENDED else child
        parts.returned.append(inner)
        if parts.reports:
            continue
        if into is not parts.forwarded:  # the outermost holds all that are attached to it
            parts.attachments.append(_forwarded(inner, len(parts.attachments)))
        _walk(inner, parts, depth + 1, parts.forwarded)


def _several(part: Message, kind: str, parts: Parts, depth: int, into: list[str] | None) -> None:
    """Collect the parts of a multipart, wherever its boundary is; one that has none is a text."""
    children = _children(part)
    is_mended = depth < _DEEPEST_MENDED
    if children:
        children += boundaries.behind(part, kind) if is_mended else []
    else:
        content = leaf.content(part)
        children = boundaries.parted(part, kind, content) if is_mended else []
        if not children and into is not None:
            into.append(_readable(boundaries.without_marks(decode(content, None))))
    said = _best(children) if kind == "multipart/alternative" else ((child, True) for child in children)
    for child, is_said in said:
        _walk(child, parts, depth + 1, into if is_said else None)


def _children(part: Message) -> list[Message]:
    inner = leaf.payload(part)
    return [child for child in inner if isinstance(child, Message)] if isinstance(inner, list) else []


def _unwrapped(part: Message, child: Message) -> Message:
    """An attached message, its own transfer encoding undone, which it may not have (RFC 2046 s.5.2.1)."""
    encoding = leaf.encoding(part)
    raw = leaf.whole(child) if encoding in {"base64", "quoted-printable"} else b""
    if encoding == "base64" and not child.keys():
        return message_from_bytes(transfer.base64(raw), policy=leaf.Raw())
    if encoding == "quoted-printable" and b"=3D" in raw:
        return message_from_bytes(quopri.decodestring(raw), policy=leaf.Raw())
    return child


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
    name = names.bare(given) or f"attachment-{len(parts.attachments) + 1}.bin"
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    parts.attachments.append(Attachment(name, kind, content))


def _best(children: list[Message]) -> Iterator[tuple[Message, bool]]:
    """Alternatives, and whether to take their texts: the plain text's alone, unless it says next to nothing."""
    plain = next((c for c in children if leaf.media_type(c) == "text/plain" and not _is_attached(c)), None)
    stopgap = plain is not None and _says_nothing(leaf.source(plain).strip(), children)
    for child in children:
        if not (stopgap and child is plain):
            yield child, plain is None or stopgap or child is plain


def _says_nothing(text: str, children: list[Message]) -> bool:
    """Whether a plain text is blank or a stopgap, while the HTML beside it is the letter."""
    if not text or len(text) > _LONGEST_STOPGAP:
        return not text
    pages = (p for child in children for p in child.walk() if leaf.media_type(p) == "text/html")
    looked_at = (hypertext.to_text(leaf.source(page)[:_GLANCE]) for page in islice(pages, _MOST_PAGES))
    most = max(map(len, looked_at), default=0)
    return most > _MUCH_MORE * len(text) or (most > len(text) and _STOPGAP.search(text) is not None)


def _text_of(part: Message, parts: Parts) -> str:
    text = leaf.source(part)
    if leaf.media_type(part) not in _PLAIN:
        return hypertext.to_text(text)
    text, files = uuencoded.split(_readable(text))
    text, secrets = pgp.opened(text)
    for name, content in (*files, *secrets):
        _add(parts, name, content)
    return text


def _readable(text: str) -> str:
    """A text as it is, or that of the page that it is in spite of its type."""
    return hypertext.to_text(text) if _PAGE.match(text) else text


def _is_attached(part: Message) -> bool:
    return leaf.disposition(part) == "attachment" or bool(names.given(part))


def _attachment(part: Message, kind: str, number: int) -> Attachment:
    return Attachment(names.of(part, kind, number), kind, leaf.content(part))


def _forwarded(message: Message, number: int) -> Attachment:
    subject = names.bare(str(message.get("Subject", "")).replace("/", " ").replace("\\", " "))
    return Attachment(f"{subject or f'message-{number + 1}'}.eml", "message/rfc822", leaf.whole(message))
