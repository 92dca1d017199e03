"""A letter as bytes (RFC 5322): plain text, seven-bit safe, with ids that stay whole."""

from __future__ import annotations

import hashlib
from email import policy
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from typing import TYPE_CHECKING, Any

from foimail.errors import InputError
from foimail.mail.addresses import is_address

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from foimail.model import Attachment

_LONGEST_LINE = 78  # RFC 5322 s.2.1.1; a longer paragraph is sent as quoted-printable
_REFERENCES = 900  # characters: a line ends at 998 at the latest
_ID = 59  # characters, so that the header line stays below 78 in every program on the way


class _Policy(policy.EmailPolicy):
    """Headers on one line where they are plain, folded where words must be encoded.

    At the usual 78 columns Python 3.11 encodes long References as if they were words, which breaks threads in
    Outlook; at 998 it would write encoded words longer than RFC 2047 allows.
    """

    def header_store_parse(self, name: str, value: Any) -> tuple[str, Any]:  # noqa: ANN401  # as above
        # plain words stay as they are: to take them apart and put them together again costs more than all else
        text = str(value)
        plain = text.isascii() and text.isprintable() and "=?" not in text
        return (name, text) if plain else super().header_store_parse(name, value)

    def header_max_count(self, name: str) -> int | None:
        """No header is counted: none is set twice here, and what a header may be is found out at length."""

    def fold_binary(self, name: str, value: Any) -> bytes:  # noqa: ANN401  # the signature of the base class
        return bytes(self._way(value).fold_binary(name, value))

    @staticmethod
    def _way(value: Any) -> policy.EmailPolicy[Any]:  # noqa: ANN401  # str or a header object
        return _WHOLE if str(value).isascii() else policy.SMTP


_WHOLE = policy.SMTP.clone(max_line_length=998)
_POLICY = _Policy(linesep="\r\n", cte_type="7bit")


def build(
    *,
    sender_name: str,
    sender: str,
    to: str,
    subject: str,
    text: str,
    message_id: str,
    date: datetime,
    in_reply_to: str | None = None,
    references: Iterable[str] = (),
    reply_to: str | None = None,
    attachments: Iterable[Attachment] = (),
    headers: Iterable[tuple[str, str]] = (),
    html: str | None = None,
) -> bytes:
    """The bytes of a letter, the same for the same arguments; there is never a Bcc in them.

    Args:
        sender_name: The requester's real name (FOIA s.8(1)(b)).
        sender: The requester's address.
        to: The one recipient.
        subject: One line.
        text: The letter, its lines ending in a line feed.
        message_id: Without angle brackets, as all ids here.
        date: With a time zone.
        in_reply_to: The id of the message answered.
        references: The ids of the thread, oldest first; the middle of a very long one is left out.
        reply_to: Where answers should go, if not to the sender.
        attachments: Files to send along.
        headers: Further headers as name and value.
        html: The same as HTML, for programs that show it.

    Raises:
        InputError: A value that would break out of its header, or an address that is none.
    """
    for what, address in (("sender", sender), ("recipient", to), ("reply address", reply_to or sender)):
        if not is_address(address):
            raise InputError(f"The {what} {address!r} of a letter is not an e-mail address.")
    if date.tzinfo is None:
        raise InputError("The date of a letter needs a time zone.")
    message = EmailMessage(policy=_POLICY)
    named: list[tuple[str, str | Address]] = [
        ("From", Address(_one_line("sender's name", sender_name), addr_spec=sender)),
        ("To", Address(addr_spec=to)),
        ("Subject", _one_line("subject", subject)),
        ("Date", format_datetime(date)),
        ("Message-ID", _in_brackets(message_id)),
    ]
    if reply_to:
        named.append(("Reply-To", Address(addr_spec=reply_to)))
    if in_reply_to:
        named.append(("In-Reply-To", _in_brackets(in_reply_to)))
    if thread := _thread([_in_brackets(i) for i in references]):
        named.append(("References", thread))
    taken = {name.lower() for name, _ in named} | {
        "bcc",
        "cc",
        "content-type",
        "mime-version",
        "content-transfer-encoding",
    }
    for name, value in headers:
        if name.lower() in taken or not name.isascii() or not name.replace("-", "").isalnum():
            raise InputError(f"The header {name!r} cannot be set on a letter.")
        named.append((name, _one_line(name, value)))
    for name, content in named:
        message[name] = content
    _fill(message, text, html, attachments, message_id)
    return message.as_bytes()


def new_message_id(token: str, random: str, domain: str) -> str:
    """A Message-ID of at most 59 characters, without brackets: the token, randomness, the sender's domain.

    A long domain loses its leading labels: randomness makes the id unique, long ones break on their way.
    """
    while len(found := f"{token.lower()}.{random}@{domain}") > _ID and "." in domain:
        domain = domain.partition(".")[2]
    return found


def _fill(
    message: EmailMessage, text: str, html: str | None, attachments: Iterable[Attachment], message_id: str
) -> None:
    lines = text.splitlines()
    plain = text.isascii() and all(len(line) <= _LONGEST_LINE for line in lines)
    body = "".join(f"{line}\n" for line in lines) or "\n"
    message.set_content(body, charset="utf-8", cte="7bit" if plain else "quoted-printable")
    if html is not None:
        message.add_alternative(html, subtype="html", cte="quoted-printable")
    for attachment in attachments:
        maintype, _, subtype = attachment.media_type.partition("/")
        if maintype not in {"application", "audio", "font", "image", "model", "text", "video"} or not subtype:
            maintype, subtype = "application", "octet-stream"
        name = _one_line("name of an attachment", attachment.name)
        message.add_attachment(attachment.content, maintype=maintype, subtype=subtype, filename=name)
    for number, part in enumerate(p for p in message.walk() if p.is_multipart()):
        # Python draws a boundary at random; a letter's bytes shall follow from its content.
        seed = f"{message_id}{number or ''}"
        part.set_boundary(f"=_{hashlib.sha256(seed.encode()).hexdigest()[:32]}")


def _one_line(what: str, value: str) -> str:
    if any(ord(c) < ord(" ") or c in "\x7f\x85\u2028\u2029" for c in value):
        raise InputError(f"The {what} of a letter must be one line without control characters.")
    return value


def _in_brackets(identifier: str) -> str:
    if not identifier or any(
        c.isspace() or c in "<>" or not c.isprintable() or not c.isascii() for c in identifier
    ):
        raise InputError(f"The message id {identifier!r} cannot stand in a letter.")
    return f"<{identifier}>"


def _thread(ids: list[str]) -> str:
    """The References: the first id and as many of the last as fit on a line."""
    kept: list[str] = []
    room = _REFERENCES - len(ids[0]) if ids else 0
    for identifier in reversed(ids[1:]):
        room -= len(identifier) + 1
        if room < 0:
            break
        kept.insert(0, identifier)
    return " ".join([*ids[:1], *kept])
