"""What kind of file an attachment is: by its content first, for names and media types of strangers are often wrong."""

from __future__ import annotations

import re
import zipfile
from io import BytesIO
from typing import Final

OLE: Final = (
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # the container of Office before 2007, and of encrypted files after
)
_PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"II*\0", b"MM\0*", b"BM", b"RIFF")
_ARCHIVES = ((b"7z\xbc\xaf\x27\x1c", "7-Zip"), (b"Rar!", "RAR"), (b"\x1f\x8b", "gzip"))
_HTML = re.compile(
    rb"\s*(?:<\?xml[^>]{0,200}>\s*)?(?:<!--.{0,2000}?-->\s*)?<(?:!doctype\s+html|html|head|body)\b",
    re.IGNORECASE | re.DOTALL,
)
# what stands in the directory of an OLE file, in UTF-16
_STREAMS = (
    ("EncryptedPackage", "encrypted"),
    ("__properties_version1.0", "msg"),
    ("WordDocument", "doc"),
    ("PowerPoint Document", "ppt"),
    ("Workbook", "sheets"),
    ("Book", "sheets"),
)
_BY_NAME = {
    "csv": "csv",
    "tsv": "csv",
    "htm": "html",
    "html": "html",
    "txt": "text",
    "rtf": "rtf",
    "eml": "mail",
}
_BY_TYPE = {"text/csv": "csv", "text/html": "html", "text/rtf": "rtf", "message/rfc822": "mail"}
# what S/MIME (RFC 5652) says of itself in its first bytes
_SEALED = (
    (b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x03", "sealed"),
    (b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02", "signed"),
    (b"\x06\x0b\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x01\x17", "sealed"),
)
_SEALS = ("application/pkcs7-mime", "application/x-pkcs7-mime")
_CONTROLS = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_UTF_16_OR_32 = (b"\xff\xfe", b"\xfe\xff", b"\0\0\xfe\xff")


def kind(name: str, media_type: str, content: bytes) -> str:
    """One of the kinds that `read` knows, or what it is instead, which no reader takes."""
    start = content[:1024]
    if sealed := _sealed(start):
        return sealed
    if b"%PDF-" in start:
        return "pdf"
    if start.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _in_zip(content)
    if start.startswith(OLE):
        return next((k for stream, k in _STREAMS if stream.encode("utf-16-le") in content), "ole")
    if start.startswith(_PICTURES) and _CONTROLS.search(start):
        return "picture"
    for magic, archive in _ARCHIVES:
        if start.startswith(magic):
            return archive
    return "sealed" if media_type.lower() in _SEALS else _of_text(name, media_type, content)


def _sealed(start: bytes) -> str:
    """What S/MIME or PGP has made of a mail; empty where neither has. What is signed may begin with a PDF's mark."""
    for mark, found in _SEALED:
        if start[:1] == b"\x30" and mark in start[:32]:
            return found
    return "sealed" if start.lstrip().startswith(b"-----BEGIN PGP MESSAGE-----") else ""


def _of_text(name: str, media_type: str, content: bytes) -> str:
    start = content[:1024].removeprefix(b"\xef\xbb\xbf").lstrip()
    if start.startswith(b"{\\rtf"):
        return "rtf"
    if start[:15].upper() == b"BEGIN:VCALENDAR":
        return "calendar"
    if _HTML.match(content.removeprefix(b"\xef\xbb\xbf"), 0, 4096):
        return "html"
    said = _BY_NAME.get(name.rpartition(".")[2].lower()) or _BY_TYPE.get(media_type.lower())
    if said != "mail" and _CONTROLS.search(content) and not content.startswith(_UTF_16_OR_32):
        return "unknown"
    return "text" if said in {None, "rtf"} else str(said)


def _in_zip(content: bytes) -> str:
    with zipfile.ZipFile(BytesIO(content)) as packed:
        names = set(packed.namelist())
        if "word/document.xml" in names:
            return "docx"
        if names & {"xl/workbook.xml", "xl/workbook.bin"}:
            return "sheets"
        if "ppt/presentation.xml" in names:
            return "pptx"
        if {"mimetype", "content.xml"} <= names:
            if b"encryption-data" in _beginning(packed, "META-INF/manifest.xml"):
                return "encrypted"
            said = _beginning(packed, "mimetype")
            return {b"text": "odt", b"spreadsheet": "sheets"}.get(said.rpartition(b".")[2].strip(), "unknown")
    return "zip"


def _beginning(packed: zipfile.ZipFile, member: str) -> bytes:
    try:
        with packed.open(member) as file:
            return file.read(1_000_000)
    except KeyError:
        return b""
