"""Files of each kind, made by hand: what the tests of the readers open."""

from __future__ import annotations

import io
import struct
import zipfile

from fpdf import FPDF
from fpdf.enums import AccessPermission, EncryptionMethod

SECTOR = 512
XL = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
REL = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
ODF = " ".join(
    f'xmlns:{p}="urn:oasis:names:tc:opendocument:xmlns:{p}:1.0"' for p in ("office", "text", "table", "style")
)


def packed(members: dict[str, str | bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in members.items():
            file.writestr(name, content)
    return out.getvalue()


def locked(archive: bytes) -> bytes:
    """The archive with the password bit set on each of its members, as the readers of ZIP files see it."""
    found = bytearray(archive)
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = found.find(mark)
        while at >= 0:
            found[at + place] |= 1
            at = found.find(mark, at + 4)
    return bytes(found)


def pdf(*pages: str, password: str = "") -> bytes:
    made = FPDF()
    made.set_font("Helvetica", size=12)
    if password:
        made.set_encryption("owner", password, EncryptionMethod.RC4, AccessPermission.none())
    for text in pages:
        made.add_page()
        if text:
            made.multi_cell(0, 8, text)
        else:
            made.rect(10, 10, 50, 50, style="F")
    return bytes(made.output())


def docx(body: str, **parts: str) -> bytes:
    members: dict[str, str | bytes] = {
        "[Content_Types].xml": "<Types/>",
        "word/document.xml": f"<w:document {W}><w:body>{body}</w:body></w:document>",
    }
    members |= {f"word/{name}.xml": f"<w:x {W}>{content}</w:x>" for name, content in parts.items()}
    return packed(members)


def odf(kind: str, body: str, manifest: str = "<manifest/>") -> bytes:
    return packed(
        {
            "mimetype": f"application/vnd.oasis.opendocument.{kind}",
            "content.xml": f"<office:document-content {ODF}><office:body><office:{kind}>{body}"
            f"</office:{kind}></office:body></office:document-content>",
            "META-INF/manifest.xml": manifest,
        }
    )


def xlsx(*sheets: tuple[str, str, str]) -> bytes:
    """A workbook: (name, state, what stands in <worksheet>) for each sheet."""
    numbered = list(enumerate(sheets, 1))
    members: dict[str, str | bytes] = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
        "_rels/.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        '<Relationship Id="r" Target="xl/workbook.xml" Type='
        '"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"/></Relationships>',
        "xl/workbook.xml": f"<workbook {XL} {REL}><sheets>"
        + "".join(f'<sheet name="{n}" sheetId="{i}" state="{s}" r:id="r{i}"/>' for i, (n, s, _) in numbered)
        + "</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": "<Relationships xmlns="
        '"http://schemas.openxmlformats.org/package/2006/relationships">'
        + "".join(
            f'<Relationship Id="r{i}" Target="worksheets/sheet{i}.xml" Type='
            '"http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet"/>'
            for i, _ in numbered
        )
        + "</Relationships>",
    }
    members |= {
        f"xl/worksheets/sheet{i}.xml": f"<worksheet {XL}>{x}</worksheet>" for i, (_, _, x) in numbered
    }
    return packed(members)


def cell(place: str, value: str | int) -> str:
    if isinstance(value, int):
        return f'<c r="{place}"><v>{value}</v></c>'
    return f'<c r="{place}" t="inlineStr"><is><t>{value}</t></is></c>'


def ole(stream: str, content: bytes = b"") -> bytes:
    """A compound file of Microsoft ([MS-CFB]) with one stream."""
    content = content.ljust(8 * SECTOR, b"\0")  # shorter streams would go elsewhere
    count = -(-len(content) // SECTOR)
    fat = [0xFFFFFFFD, 0xFFFFFFFE, *range(3, count + 2), 0xFFFFFFFE]
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    header += struct.pack("<5H6x", 0x3E, 3, 0xFFFE, 9, 6)
    header += struct.pack("<9I", 0, 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
    header += struct.pack("<109I", 0, *[0xFFFFFFFF] * 108)
    directory = _entry("Root Entry", 5, child=1, start=0xFFFFFFFE, size=0)
    directory += _entry(stream, 2, child=0xFFFFFFFF, start=2, size=len(content))
    table = struct.pack(f"<{len(fat)}I", *fat).ljust(SECTOR, b"\xff")
    return header + table + directory.ljust(SECTOR, b"\0") + content.ljust(count * SECTOR, b"\0")


def _entry(name: str, kind: int, *, child: int, start: int, size: int) -> bytes:
    encoded = name.encode("utf-16-le") + b"\0\0"
    head = encoded.ljust(64, b"\0") + struct.pack(
        "<HBB3I", len(encoded), kind, 1, 0xFFFFFFFF, 0xFFFFFFFF, child
    )
    return head + bytes(36) + struct.pack("<IQ", start, size)


def xls(name: str, words: str, number: float) -> bytes:
    """A workbook of Excel 97 ([MS-XLS]) with a word in A1 and a number in B2; its one sheet is hidden."""

    def record(kind: int, data: bytes) -> bytes:
        return struct.pack("<HH", kind, len(data)) + data

    def begin(kind: int) -> bytes:
        return record(0x809, struct.pack("<4HII", 0x600, kind, 0, 1997, 0, 6))

    short = bytes([len(name), 0]) + name.encode()
    # where the sheet begins stands before it, in a record of a size that does not depend on it
    place = len(begin(5)) + 4 + 6 + len(short) + 4
    whole = begin(5) + record(0x85, struct.pack("<IBB", place, 1, 0) + short) + record(0x0A, b"")
    label = struct.pack("<3HHB", 0, 0, 0, len(words), 0) + words.encode()
    sheet = begin(0x10) + record(0x204, label) + record(0x203, struct.pack("<3Hd", 1, 1, 0, number))
    return ole("Workbook", whole + sheet + record(0x0A, b""))
