"""Winmail.dat, built by hand as [MS-OXTNEF] says, and the packed RTF in it."""

from __future__ import annotations

import base64
import struct
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foimail.mail.parse import parse
from foimail.mail.tnef import unpack
from foimail.rtf import unpacked

OWN = Path(__file__).parents[1] / "corpus" / "own"
# the example of [MS-OXRTFCP]
HELLO = bytes.fromhex(
    "2d0000002b0000004c5a4675f1c5c7a703000a007263706731323542320af32068656c09002062770" + "5b06c647d0a800fa0"
)
BODY, TITLE, DATA, BEGINS = 0x0002800C, 0x00018010, 0x0006800F, 0x00069002
PROPERTIES, OF_ATTACHMENT, CODEPAGE = 0x00069003, 0x00069005, 0x00069007


def attribute(level: int, name: int, data: bytes) -> bytes:
    return struct.pack("<BII", level, name, len(data)) + data + struct.pack("<H", sum(data) & 0xFFFF)


def tnef(*attributes: tuple[int, int, bytes]) -> bytes:
    return struct.pack("<IH", 0x223E9F78, 1) + b"".join(attribute(*a) for a in attributes)


def properties(*values: tuple[int, int, bytes]) -> bytes:
    out = struct.pack("<I", len(values) + 3)
    out += struct.pack("<HHI", 3, 0x0E1F, 1)  # a number
    out += struct.pack("<HH16sIIH2xI4s", 0x1F, 0x8001, bytes(16), 1, 2, 65, 1, struct.pack("<I", 0))
    out += struct.pack("<HH16sIIII", 0x1003, 0x8002, bytes(16), 0, 7, 2, 1) + bytes(4)  # named, two numbers
    for kind, name, data in values:
        out += struct.pack("<HHII", kind, name, 1, len(data)) + data + bytes(-len(data) % 4)
    return out


def mail(content: bytes, text: str = "", kind: str = "application/ms-tnef") -> bytes:
    return (
        b"From: a@b.test\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n"
        b"--b\nContent-Type: text/plain\n\n" + text.encode() + b"\n--b\nContent-Type: " + kind.encode()
        + b"; name=winmail.dat\nContent-Transfer-Encoding: base64\n\n" + base64.encodebytes(content) + b"\n--b--\n"
    )  # fmt: skip


FILE = ((2, BEGINS, bytes(14)), (2, TITLE, b"ANSWER~1.CSV\0"), (2, DATA, b"Year,Cases\n2024,12\n"))


@pytest.mark.parametrize("kind", ["application/ms-tnef", "application/octet-stream"])
def test_what_outlook_packed_is_attached_and_its_body_read_where_the_mail_has_none(kind: str) -> None:
    names = properties((0x1F, 0x3707, "Answers 2024.csv\0".encode("utf-16-le")))
    packed = tnef((1, BODY, b"Twelve cases.\0"), *FILE, (2, OF_ATTACHMENT, names), *FILE)
    found = parse(mail(packed, kind=kind))
    assert found.text == "Twelve cases."
    assert [(a.name, a.media_type) for a in found.attachments] == [
        ("Answers 2024.csv", "text/csv"),
        ("ANSWER~1.CSV", "text/csv"),
    ]
    assert found.attachments[0].content == b"Year,Cases\n2024,12\n"
    assert parse(mail(packed, "See attached.")).text == "See attached."


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (properties((0x1E, 0x1000, b"None held.\0")), "None held."),
        (properties((0x102, 0x1013, b"<p>None <b>held</b>.</p>")), "None held."),
        (properties((0x102, 0x1009, HELLO)), "hello world"),
        (properties((0x102, 0x1009, b"no RTF"), (0x1F, 0x1013, "<p>é".encode("utf-16-le"))), "é"),
    ],
)
def test_a_body_among_the_properties_is_read_in_whatever_form(content: bytes, text: str) -> None:
    assert unpack(tnef((1, PROPERTIES, content))).text == text


def test_the_codepage_of_the_container_is_heeded() -> None:
    assert unpack(tnef((1, CODEPAGE, struct.pack("<II", 1251, 0)), (1, BODY, b"\xc4\xe0"))).text == "Да"


def test_a_message_in_the_message_gives_its_text_and_its_files() -> None:
    inner = tnef((1, BODY, b"The figures."), *FILE)
    outer = properties((0x0D, 0x3701, bytes(16) + inner), (0x1E, 0x3704, b"FW figures"))
    found = unpack(tnef((2, BEGINS, bytes(14)), (2, OF_ATTACHMENT, outer)))
    assert found.attachments == [
        ("ANSWER~1.CSV", b"Year,Cases\n2024,12\n"),
        ("FW figures.txt", b"The figures."),
    ]


def test_nesting_beyond_measure_leaves_the_innermost_packed() -> None:
    packed = tnef((1, BODY, b"deep"))
    for _ in range(10):
        inner = properties((0x0D, 0x3701, bytes(16) + packed))
        packed = tnef((2, BEGINS, bytes(14)), (2, OF_ATTACHMENT, inner))
    assert len(unpack(packed).attachments) == 1


@pytest.mark.parametrize("content", [b"", b"x\x9f>\x22\x01\x00", tnef((3, BODY, b"x")), b"%PDF-1.7"])
def test_an_unreadable_winmail_stays_an_attachment(content: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        unpack(content)
    found = parse(mail(content, "See attached."))
    assert [(a.name, a.content) for a in found.attachments] == [("winmail.dat", content)]


@pytest.mark.parametrize("name", ["e090"])
def test_letters_of_the_corpus_with_a_winmail_are_read(name: str) -> None:
    found = parse((OWN / f"{name}.eml").read_bytes())
    assert [a.name for a in found.attachments] == ["note.txt"]
    assert b"Staff trained" in found.attachments[0].content


@given(st.binary(max_size=300), st.integers(0, 200), st.integers(0, 255))
def test_a_broken_winmail_is_a_value_error_or_is_read_in_part(tail: bytes, place: int, byte: int) -> None:
    names = properties((0x1F, 0x3707, b"a\0"), (0x102, 0x1009, HELLO))
    whole = bytearray(tnef(*FILE, (2, OF_ATTACHMENT, names), (1, PROPERTIES, names)) + tail)
    whole[place] = byte
    try:
        found = unpack(bytes(whole))
    except ValueError:
        return
    assert found.text or found.attachments


def test_packed_rtf_is_unpacked_and_bounded() -> None:
    assert unpacked(HELLO, 1000) == b"{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n"
    assert unpacked(HELLO, 6) == b"{\\rtf1"
    assert unpacked(HELLO[:-3], 1000).startswith(b"{\\rtf1\\ansi\\ansicpg1252\\pard hello")
    assert unpacked(struct.pack("<4I", 20, 3, 0x414C454D, 0) + b"{x}more", 9) == b"{x}"
    for bad in (b"", struct.pack("<4I", 20, 3, 1, 0)):
        with pytest.raises(ValueError, match="it is"):
            unpacked(bad, 9)
