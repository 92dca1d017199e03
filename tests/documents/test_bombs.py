"""Files built to burst: each costs itself, in bounded time, and the next attachment is read."""

from __future__ import annotations

import struct
import time
import zlib
from typing import TYPE_CHECKING

import pytest

from foimail.documents.reader import Reader
from tests.documents.files import compound, packed, pdf

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    with Reader() as found:
        yield found


def deflated(million: int, piece: bytes) -> bytes:
    packer = zlib.compressobj(9)
    block = piece * (1_000_000 // len(piece))
    return b"".join(packer.compress(block) for _ in range(million)) + packer.flush()


def pdf_of(stream: bytes, box: str = "0 0 595 842", filters: str = "/FlateDecode") -> bytes:
    """A PDF of one page with this content, packed by these filters."""
    objects = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        f"<< /Type /Page /Parent 2 0 R /MediaBox [{box}] /Contents 4 0 R >>".encode(),
        f"<< /Length {len(stream)} /Filter [{filters}] >>\nstream\n".encode() + stream + b"\nendstream",
    )
    body = b"".join(b"%d 0 obj\n%s\nendobj\n" % (n, o) for n, o in enumerate(objects, 1))
    return b"%PDF-1.7\n" + body + b"trailer << /Root 1 0 R >>\n"


def png(width: int, height: int, million: int) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", deflated(million, b"\0")) + chunk(b"IEND", b"")


BOMBS = {
    "a stream of 200 MB": lambda: pdf_of(deflated(200, b" ")),
    "a stream packed twice": lambda: pdf_of(
        zlib.compress(deflated(200, b" "), 9), filters="/FlateDecode /FlateDecode"
    ),
    "operators without end": lambda: pdf_of(deflated(4, b"0 0 m 9 9 l S ")),
    "a page as large as a town": lambda: pdf_of(zlib.compress(b"0 0 9 9 re f"), "0 0 14400000 14400000"),
    "a picture that unpacks to 40 MB": lambda: png(6000, 6600, 40),
    "a picture that unpacks to more than it says": lambda: png(200, 200, 200),
    "a ZIP of bombs": lambda: packed({f"{n}.txt": bytes(60_000_000) for n in range(3)}),
    "a DOC of nothing": lambda: compound(
        {"WordDocument": b"\xff" * 10 + b"\0\2" + b"\xff" * 5000, "1Table": b"\xff" * 5000}
    ),
    "a message of nothing": lambda: compound(
        {"__properties_version1.0": b"", "__substg1.0_1000001F": b"\xff" * 9000}
    ),
    "a winding chain of sectors": lambda: compound({"WordDocument": bytes(5000)}).replace(
        b"\xfe\xff\xff\xff", bytes(4)
    ),
}


@pytest.mark.parametrize("bomb", BOMBS)
def test_a_bomb_costs_itself_and_nothing_else(reader: Reader, bomb: str) -> None:
    begun = time.monotonic()
    found = reader.read(bomb, "", BOMBS[bomb]())
    assert time.monotonic() - begun < 60
    assert len(found.text) <= 2_000_000
    assert found.state != "encrypted"
    assert reader.read("next.pdf", "", pdf("Twelve")).text == "Twelve"
