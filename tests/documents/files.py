"""Files of each kind, made by hand: what the tests of the readers open."""

from __future__ import annotations

import io
import struct
import zipfile

import pypdfium2
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


def pptx(*slides: str, order: tuple[int, ...], notes: str = "", hidden: int = 0) -> bytes:
    """Slides of these paragraphs, shown in this order; notes go with the first, and one may be hidden."""
    names = 'xmlns:p="urn:p" xmlns:r="urn:r" xmlns:a="urn:a"'
    links = '<Relationships xmlns="urn:l">{}</Relationships>'
    shown = "".join(f'<p:sldId id="{255 + n}" r:id="r{n}"/>' for n in order)
    members: dict[str, str | bytes] = {
        "ppt/presentation.xml": f"<p:presentation {names}><p:sldIdLst>{shown}</p:sldIdLst></p:presentation>",
        "ppt/_rels/presentation.xml.rels": links.format(
            "".join(
                f'<Relationship Id="r{n}" Target="slides/slide{n}.xml"/>' for n in range(1, len(slides) + 1)
            )
        ),
    }
    for number, text in enumerate(slides, 1):
        show = ' show="0"' if number == hidden else ""
        members[f"ppt/slides/slide{number}.xml"] = f"<p:sld {names}{show}><p:txBody>{text}</p:txBody></p:sld>"
    if notes:
        target = '<Relationship Id="r1" Target="../notesSlides/notesSlide1.xml"/>'
        members["ppt/slides/_rels/slide1.xml.rels"] = links.format(target)
        members["ppt/notesSlides/notesSlide1.xml"] = f"<p:notes {names}>{notes}</p:notes>"
    return packed(members)


Tree = dict[str, "bytes | Tree"]


def ole(stream: str, content: bytes = b"") -> bytes:
    """A compound file of Microsoft ([MS-CFB]) with one stream."""
    return compound({stream: content})


def compound(tree: Tree) -> bytes:
    """A compound file with these streams, and folders of streams."""
    entries: list[bytes] = []
    streams: list[bytes] = []
    fat: list[int] = []

    def place(content: bytes) -> int:
        content = content.ljust(8 * SECTOR, b"\0")  # shorter streams would go elsewhere
        count = -(-len(content) // SECTOR)
        start = len(fat)
        fat.extend([*range(start + 1, start + count), 0xFFFFFFFE])
        streams.append(content.ljust(count * SECTOR, b"\0"))
        return start

    def add(inner: Tree) -> int:
        """Append the entries of a folder, each the right neighbour of the one before; the number of the first."""
        first = previous = 0xFFFFFFFF
        for name, content in inner.items():
            number = len(entries)
            entries.append(b"")
            if isinstance(content, dict):
                entry = _entry(name, 1, child=add(content), start=0, size=0)
            else:
                entry = _entry(name, 2, child=0xFFFFFFFF, start=place(content), size=max(len(content), 4096))
            entries[number] = entry
            if previous == 0xFFFFFFFF:
                first = number
            else:
                entries[previous] = (
                    entries[previous][:72] + struct.pack("<I", number) + entries[previous][76:]
                )
            previous = number
        return first

    entries.append(b"")
    entries[0] = _entry("Root Entry", 5, child=add(tree), start=0xFFFFFFFE, size=0)
    directory = place(b"".join(entries).ljust(8 * SECTOR, b"\0"))
    sectors = 1
    while sectors * (SECTOR // 4) < len(fat) + sectors:
        sectors += 1
    tables = range(len(fat), len(fat) + sectors)
    fat.extend([0xFFFFFFFD] * sectors)
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    header += struct.pack("<5H6x", 0x3E, 3, 0xFFFE, 9, 6)
    header += struct.pack("<9I", 0, sectors, directory, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
    header += struct.pack(f"<{sectors}I", *tables).ljust(436, b"\xff")
    table = struct.pack(f"<{len(fat)}I", *fat).ljust(sectors * SECTOR, b"\xff")
    return header + b"".join(streams) + table


def _entry(name: str, kind: int, *, child: int, start: int, size: int) -> bytes:
    encoded = name.encode("utf-16-le") + b"\0\0"
    nobody = 0xFFFFFFFF
    head = encoded.ljust(64, b"\0") + struct.pack("<HBB3I", len(encoded), kind, 1, nobody, nobody, child)
    return head + bytes(36) + struct.pack("<IQ", start, size)


def doc(text: str, wide: str = "", flags: int = 0x0200) -> bytes:
    """A document of Word 97 ([MS-DOC]) of two pieces: one of single bytes, one in UTF-16."""
    narrow, broad = text.encode("windows-1252"), wide.encode("utf-16-le")
    places = struct.pack("<3I", 0, len(text), len(text) + len(wide))
    begin = 1024
    pieces = struct.pack("<HIHHIH", 0, begin * 2 | 0x40000000, 0, 0, begin + len(narrow), 0)
    table = b"\x01\x02\0zz" + b"\x02" + struct.pack("<I", len(places + pieces)) + places + pieces
    head = bytearray(begin)
    struct.pack_into("<H", head, 0x0A, flags)
    struct.pack_into("<II", head, 0x01A2, 0, len(table))
    return compound({"WordDocument": bytes(head) + narrow + broad, "1Table": table})


def msg(subject: str, body: str, **files: bytes | Tree) -> bytes:
    """A message of Outlook ([MS-OXMSG]); a file that is a tree is a message itself."""
    return compound(msg_tree(subject, body, **files))


def msg_tree(subject: str, body: str, **files: bytes | Tree) -> Tree:
    tree: Tree = {
        "__properties_version1.0": bytes(32),
        "__substg1.0_0037001F": subject.encode("utf-16-le"),
        "__substg1.0_0C1A001E": b"Information Team",
        "__substg1.0_1000001F": body.encode("utf-16-le"),
    }
    for number, (name, content) in enumerate(files.items()):
        kind = "000D" if isinstance(content, dict) else "0102"
        name_of = {"__substg1.0_3707001F": name.replace("_", ".").encode("utf-16-le")}
        tree[f"__attach_version1.0_#{number:08X}"] = {**name_of, f"__substg1.0_3701{kind}": content}
    return tree


def picture(text: str, kind: str = "PNG", scale: float = 2.5) -> bytes:
    """A page with this text as a picture."""
    document = pypdfium2.PdfDocument(pdf(text))
    image = document[0].render(scale=scale).to_pil()
    out = io.BytesIO()
    image.save(out, kind)
    document.close()
    return out.getvalue()


def scanned(*pages: bytes) -> bytes:
    """A PDF of these pictures."""
    made = FPDF()
    for image in pages:
        made.add_page()
        made.image(io.BytesIO(image), 0, 0, 210)
    return bytes(made.output())


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
