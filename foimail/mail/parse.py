"""Bytes of a stranger's mail to a `Message`: whatever a header or part holds, the rest is still read."""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any

from foimail.mail import names
from foimail.mail.addresses import addresses_in
from foimail.mail.bulk import set_aside
from foimail.mail.faults import FAULTS
from foimail.mail.leaf import Raw
from foimail.mail.parts import take_apart
from foimail.mail.returned import delivery_report, ids_in, is_bounce, returned_ids
from foimail.model import Message

if TYPE_CHECKING:
    from email.message import Message as Mail

VERSION = 3  # of what is read out of the bytes; a higher one is a reason to parse what is stored again
KEPT = (
    "auto-submitted",
    "precedence",
    "x-autoreply",
    "x-autorespond",
    "x-auto-response-suppress",
    "x-failed-recipients",
    "return-path",
    "content-type",
    "x-post-messageclass",
    "authentication-results",  # only the topmost can be our own server's
    "dkim-signature",
    "list-id",
    "list-unsubscribe",
    "user-agent",
    "supersedes",  # the mail that this one takes back, by Message-ID (RFC 5536 s.3.2.12), and X.400's word for it
    "obsoletes",
)
_RECIPIENTS = ("To", "Cc", "Delivered-To", "X-Original-To", "X-Envelope-To")
_IN_ANGLES = re.compile(r"<([^<>\s]+@[^<>\s]+)>")
_BODY = re.compile(rb"\r?\n\r?\n|\r\r")
_FIRST_HEADER = re.compile(
    rb"^(?:Return-Path|Received|Authentication-Results|From|To|Subject|Date|Message-ID|MIME-Version):[ \t]",
    re.IGNORECASE | re.MULTILINE,
)
_LONGEST_RUBBISH = 4096  # bytes before the first header
_LONGEST_HEADER = 2000
_YEARS = range(1990, 2100)  # before and after them a Date header is a broken clock


def parse(raw: bytes) -> Message:
    """Everything foimail reads from a message.

    Args:
        raw: The message as it was fetched, every byte of it.

    Raises:
        ValueError: It is no mail at all (no headers), or built to harm (parts beyond counting).
    """
    sha256 = hashlib.sha256(raw).hexdigest()
    lean, runs = set_aside(raw, sha256)
    policy_of_it = Raw(sha256=sha256, runs=runs)  # type: ignore[call-arg]  # a policy takes its attributes by name
    try:
        mail = message_from_bytes(lean, policy=policy_of_it)
        if not mail.keys() and (begin := _FIRST_HEADER.search(lean, 0, _LONGEST_RUBBISH)):
            mail = message_from_bytes(lean[begin.start() :], policy=policy_of_it)
        if not mail.keys():
            raise ValueError("the message has no headers")
        parts = take_apart(mail)
    except RecursionError:
        raise ValueError("the message is nested deeper than any mail program does") from None
    texts = (
        "\n\n".join(filter(None, map(str.strip, t))) for t in (parts.texts, parts.packed, parts.forwarded)
    )
    text = next(filter(None, texts), "")
    sender, sender_name = _sender(mail)
    there = {name.lower() for name in mail.keys()}  # noqa: SIM118 - a message is no dict
    return Message(
        sha256=sha256,
        message_id=next(iter(ids_in(_values(mail, "Message-ID"))), None),
        in_reply_to=ids_in(_values(mail, "In-Reply-To")),
        references=ids_in(_values(mail, "References")),
        returned_ids=returned_ids(parts, text, bounce=is_bounce(mail, sender)),
        sender=sender,
        sender_name=sender_name,
        reply_to=next(iter(addresses_in(" ".join(_values(mail, "Reply-To")))), ""),
        to=_recipients(mail),
        subject=_shown(mail, "Subject"),
        sent_at=_sent_at(mail),
        text=text,
        # a file is known by its name from here on
        attachments=tuple(
            replace(file, name=name)
            for file, name in zip(
                parts.attachments, names.apart(a.name for a in parts.attachments), strict=True
            )
        ),
        headers=tuple(
            (name, value[:_LONGEST_HEADER])
            for name in KEPT
            if name.lower() in there
            for value in _values(mail, name)[:1]
        ),
        delivery_report=delivery_report(parts),
        content_hash=content_hash(raw, mail),
    )


def content_hash(raw: bytes, mail: Mail) -> str:
    """Alike for one mail that came over two paths: its id, date, sender, subject, body."""
    digest = hashlib.sha256()
    for name in ("Message-ID", "Date", "From", "Subject"):
        digest.update("\x1f".join(_values(mail, name)).encode("utf-8", "replace") + b"\x1e")
    end = _BODY.search(raw)
    body = raw[end.end() :] if end else b""
    digest.update((body.replace(b"\r\n", b"\n") if b"\r" in body else body).rstrip())
    return digest.hexdigest()


def _values(mail: Mail, name: str) -> list[str]:
    """A header's values as they came, each unfolded to one line."""
    return [" ".join(str(value).split()) for value in mail.get_all(name, [])]


def _shown(mail: Mail, name: str) -> str:
    """The first value of a header as a person reads it."""
    values = _values(mail, name)
    if not values:
        return ""
    header = _understood(name, values[0])
    return " ".join(str(values[0] if header is None else header)[:_LONGEST_HEADER].split())


def _understood(name: str, value: str) -> Any:  # noqa: ANN401  # the stdlib makes a class for each kind of header
    """The stdlib's reading of a header, or None where it raises: on 3.11 it does so on what Outlook writes."""
    try:
        return policy.default.header_factory(
            name, value[:_LONGEST_HEADER]
        )  # slow beyond measure on long ones
    except (*FAULTS, RecursionError):
        return None


def _sender(mail: Mail) -> tuple[str, str]:
    """Address in lower case and name of the first sender; a guess if the header is broken."""
    for name in ("From", "Sender", "Return-Path"):
        for value in _values(mail, name)[:1]:
            understood = getattr(_understood("From", value), "addresses", ())
            for address in understood[:1]:
                if addresses_in(address.addr_spec) == (address.addr_spec.lower(),):
                    return address.addr_spec.lower(), " ".join(address.display_name.split())
            if found := _IN_ANGLES.findall(value)[-1:] or addresses_in(value)[:1]:
                return found[0].lower(), value.partition("<")[0].strip(' "') if "<" in value else ""
    return "", ""


def _recipients(mail: Mail) -> tuple[str, ...]:
    values = (value for name in _RECIPIENTS for value in _values(mail, name))
    return tuple(dict.fromkeys(address for value in values for address in addresses_in(value)))


def _sent_at(mail: Mail) -> datetime | None:
    for value in _values(mail, "Date")[:1]:
        try:
            sent = parsedate_to_datetime(value)
            # -0000 says that the zone is not known: UTC then (RFC 5322 s.3.3).
            sent = sent.replace(tzinfo=UTC) if sent.tzinfo is None else sent.astimezone(UTC)
        except (*FAULTS, OverflowError):
            return None
        return sent if sent.year in _YEARS else None
    return None
