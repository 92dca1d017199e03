"""Messages among the attachments: .eml (RFC 5322) and .msg ([MS-OXMSG]); their head and body as text, and their files."""

from __future__ import annotations

from email import message_from_bytes, policy
from email.message import EmailMessage
from io import BytesIO
from typing import TYPE_CHECKING

from foimail import rtf
from foimail.documents.markup import html_text
from foimail.documents.plain import clean, decode

if TYPE_CHECKING:
    from olefile import OleFileIO

Files = list[tuple[str, bytes]]
_HEAD = ("From", "To", "Date", "Subject")
_MOST_FILES = 200
_DEEPEST = 5
# properties of MAPI by which the streams are named ([MS-OXPROPS])
_SUBJECT, _SENDER, _ADDRESS, _TO = "0037", "0C1A", "5D01", "0E04"
_PLAIN, _HTML, _RTF = "1000", "1013", "1009"
_FILE, _LONG_NAME, _SHORT_NAME = "3701", "3707", "3704"


def eml(content: bytes, *, apart: bool) -> tuple[str, Files]:
    """A mail's text and its files; without the files where they are known `apart`."""
    mail = message_from_bytes(content, policy=policy.default)
    head = [f"{name}: {_header(mail, name)}" for name in _HEAD if _header(mail, name)]
    texts: list[str] = []
    files: Files = []
    for part in mail.walk():
        if part.is_multipart() or not isinstance(part, EmailMessage):
            continue
        name = part.get_filename() or ""
        body = part.get_payload(decode=True)
        if not isinstance(body, bytes):
            continue
        kind = part.get_content_type()
        if kind in {"text/plain", "text/html"} and not name:
            text = decode(body, part.get_content_charset() or "")
            texts.append(html_text(text) if kind == "text/html" else text.strip())
        elif not apart and len(files) < _MOST_FILES:
            files.append((clean(name) or f"attachment-{len(files) + 1}", body))
    return "\n\n".join(filter(None, ["\n".join(head), *dict.fromkeys(texts)])), files


def _header(mail: EmailMessage, name: str) -> str:
    try:
        return " ".join(clean(str(mail.get(name, ""))).split())
    except (ValueError, LookupError, TypeError, AttributeError):  # the stdlib on ugly headers
        return ""


def msg(content: bytes) -> tuple[str, Files]:
    """An Outlook message's text and its files; a message within it gives its own text and files."""
    import olefile

    with olefile.OleFileIO(BytesIO(content)) as file:
        return _stored(file, [], 0)


def _stored(file: OleFileIO, place: list[str], depth: int) -> tuple[str, Files]:
    sender = " ".join(filter(None, (_words(file, place, _SENDER), _words(file, place, _ADDRESS))))
    head = (("From", sender), ("To", _words(file, place, _TO)), ("Subject", _words(file, place, _SUBJECT)))
    body = _words(file, place, _PLAIN) or html_text(_words(file, place, _HTML))
    body = body or clean(rtf.text(_bytes(file, place, f"{_RTF}0102"))).strip()
    text = "\n".join(f"{name}: {value}" for name, value in head if value) + f"\n\n{body}"
    files: Files = []
    storages = sorted(
        {
            entry[len(place)]
            for entry in file.listdir(storages=True, streams=False)
            if entry[: len(place)] == place
            and entry[-1].startswith("__attach")
            and len(entry) == len(place) + 1
        }
    )
    for storage in storages[:_MOST_FILES]:
        here = [*place, storage]
        name = _words(file, here, _LONG_NAME) or _words(file, here, _SHORT_NAME)
        inner = [*here, f"__substg1.0_{_FILE}000D"]
        if file.exists([*here, f"__substg1.0_{_FILE}0102"]):
            files.append((name or f"attachment-{len(files) + 1}", _bytes(file, here, f"{_FILE}0102")))
        elif file.exists(inner) and depth < _DEEPEST:
            said, more = _stored(file, inner, depth + 1)
            files += [(f"{name or 'message'}.txt", said.encode()), *more]
    return text.strip(), files


def _words(file: OleFileIO, place: list[str], name: str) -> str:
    """A property as text, whichever of its three forms it has."""
    if wide := _bytes(file, place, f"{name}001F"):
        return clean(wide.decode("utf-16-le", "replace")).strip()
    return decode(_bytes(file, place, f"{name}001E") or _bytes(file, place, f"{name}0102")).strip()


def _bytes(file: OleFileIO, place: list[str], name: str) -> bytes:
    path = [*place, f"__substg1.0_{name}"]
    return bytes(file.openstream(path).read()) if file.exists(path) else b""
