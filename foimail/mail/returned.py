"""Letters that came back: delivery reports (RFC 3464) and the ids of the originals in them."""

from __future__ import annotations

import re
from email import message_from_string
from email.message import Message
from typing import TYPE_CHECKING

from foimail.mail.charsets import clean
from foimail.mail.leaf import Raw, payload, source

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from foimail.mail.parts import Parts

_ID = re.compile(r"<([^<>\s]{1,998})>")
_ID_LINE = re.compile(
    r"^[>| \t]{0,200}(?:\S{1,200} )?Message-ID:\s{0,20}(<[^<>\s]{1,998}>)", re.IGNORECASE | re.MULTILINE
)
_LONGEST_ID = 998  # octets: a line of a header holds no more (RFC 5322 s.2.1.1), and no index of a database should have to
_POSTMEN = ("mailer-daemon", "postmaster", "mail-daemon", "mailerdaemon")
_LONGEST_FIELD = 1000


def ids_in(values: Iterable[str]) -> tuple[str, ...]:
    """The ids in these header values, without brackets, once each, in order; a lone one may lack them."""
    found: dict[str, None] = {}
    for value in values:
        here = _ID.findall(value)
        bare = value.strip(" <>")
        if not here and "@" in bare and len(bare.split()) == 1:
            here = [bare]
        found.update((i, None) for i in here if len(i.encode("utf-8", "replace")) <= _LONGEST_ID)
    return tuple(found)


def is_bounce(message: Message, sender: str) -> bool:
    """Whether a mail system wrote this and no person or office (RFC 5321 s.4.5.5)."""
    return (
        any(sender.startswith(f"{name}@") for name in _POSTMEN)
        or str(message.get("Return-Path", "")).strip() == "<>"
        or "X-Failed-Recipients" in message
        or "multipart/report" in str(message.get("Content-Type", "")).lower()
    )


def returned_ids(parts: Parts, text: str, *, bounce: bool) -> tuple[str, ...]:
    """The Message-IDs of returned or attached originals; in a bounce without them, those in its text."""
    found = ids_in(
        value for original in parts.returned for value in _headers(original).get_all("Message-ID", [])
    )
    if not found and bounce:
        found = ids_in(_ID_LINE.findall(text))
    return found


def delivery_report(parts: Parts) -> tuple[tuple[str, str], ...]:
    """The fields of the first failed recipient, else of the first (RFC 3464 s.2.3); names in lower case."""
    recipients = [block for report in parts.reports for block in _blocks(report) if "Action" in block]
    failed = [block for block in recipients if str(block["Action"]).strip().lower() == "failed"]
    for block in (failed or recipients)[:1]:
        return tuple(
            (name.lower(), " ".join(str(value).split())[:_LONGEST_FIELD]) for name, value in block.items()
        )
    return ()


def _headers(original: Message) -> Message:
    """An attached message itself, or the headers that a text/rfc822-headers part holds."""
    if original.get_content_type() in {"text/rfc822-headers", "message/global-headers"}:
        return _fields(source(original))
    return original


def _blocks(report: Message) -> Iterator[Message]:
    """The groups of fields in a report: the stdlib parts them in message/delivery-status only."""
    inner = payload(report)
    for block in inner if isinstance(inner, list) else [_fields(source(report))]:
        if isinstance(block, Message):
            yield block
            rest = payload(block)
            groups = re.split(r"\n{2,}", clean(rest).strip()) if isinstance(rest, str) else []
            yield from (_fields(group) for group in groups if group)


def _fields(text: str) -> Message:
    return message_from_string(text, policy=Raw())
