"""Pictures and scans read by tesseract, where it is installed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from foimail.documents import ocr
from foimail.documents.model import Document
from foimail.documents.read import read
from foimail.documents.reader import Limits, Reader
from tests.documents.files import pdf, picture, scanned

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

WORDS = "Referrals of children in the year to March were twelve"


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    """A reader on a machine with tesseract; without it the test is skipped, or fails where FOIMAIL_REQUIRE names it."""
    if shutil.which("tesseract") is None:
        if "tesseract" in os.environ.get("FOIMAIL_REQUIRE", ""):
            pytest.fail("tesseract is required and not installed")
        pytest.skip("tesseract is not installed")
    with Reader() as found:
        yield found


def without(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda name: None if name else name)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "TIFF"])
def test_a_picture_of_a_letter_is_read_and_marked_for_a_check(reader: Reader, kind: str) -> None:
    found = reader.read("scan", "", picture("\n".join([WORDS] * 8), kind))
    assert (found.state, found.reason) == ("read", "read by OCR: check it")
    assert found.text.count("twelve") == 8


def test_a_scanned_page_is_read_and_named_among_others(reader: Reader) -> None:
    found = reader.read("a.pdf", "", scanned(picture(WORDS), picture(" ")))
    assert found.state == "read"
    assert "twelve" in found.pages[0].text
    assert found.reason == "page 1 read by OCR: check it; no text on page 2: look at it yourself"


def test_a_pdf_with_its_own_text_is_not_put_through_ocr(reader: Reader) -> None:
    assert reader.read("a.pdf", "", pdf(WORDS)) == read("a.pdf", "", pdf(WORDS))
    assert reader.read("a.pdf", "", pdf(WORDS)).reason == ""


def test_no_more_pages_are_scanned_than_twenty(reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    assert reader
    monkeypatch.setattr("foimail.documents.pdf._MOST_SCANNED", 1)
    found = read("a.pdf", "", scanned(picture(WORDS), picture(WORDS)))
    assert [bool(page.text) for page in found.pages] == [True, False]


def test_time_for_ocr_that_runs_out_leaves_the_rest_to_a_person(
    reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert reader
    late = ocr.Ocr(0.0)
    assert (late.is_late, late.text(picture(WORDS))) == (True, "")
    assert ocr.Ocr(0.01).text(picture(WORDS, scale=6)) == ""
    monkeypatch.setattr("foimail.documents.pdf.Ocr", lambda: late)
    assert read("a.pdf", "", scanned(picture(WORDS))).state == "no_text"


def test_what_a_worker_has_started_ends_with_it(tmp_path: Path) -> None:
    start = (
        "import subprocess, sys; from pathlib import Path\n"
        "inner = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])\n"
        "Path(sys.argv[1]).write_text(str(inner.pid))\n"
        "inner.wait()"
    )
    with Reader(Limits(seconds=2.0), (sys.executable, "-c", start, str(tmp_path / "pid"))) as slow:
        assert slow.read("a", "", b"x").state == "failed"
    number = (tmp_path / "pid").read_text()
    for _ in range(50):
        if not _runs(number):
            break
        time.sleep(0.1)
    assert not _runs(number)


def _runs(number: str) -> bool:
    """Whether a process runs; one that has ended may wait to be collected."""
    command = ["ps", "-o", "stat=", "-p", number]
    found = subprocess.run(command, capture_output=True, text=True, check=False).stdout
    return bool(found.strip()) and not found.startswith("Z")


@pytest.mark.parametrize(
    "content", [b"\x89PNG\r\n\x1a\n\0\0\0" + bytes(9000), b"\xff\xd8\xff\xe0\0\x10" + bytes(9000)]
)
def test_broken_pictures_are_left_to_a_person(reader: Reader, content: bytes) -> None:
    assert reader.read("a", "", content).state == "not_readable"


def test_logos_and_gigantic_pictures_are_not_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ocr, "Ocr", None)
    small = read("logo.png", "image/png", picture(WORDS, scale=0.15) + bytes(9000))
    huge = bytearray(picture(WORDS) + bytes(9000))
    huge[16:24] = b"\0\0\xff\xff" * 2
    for found in (
        small,
        read("logo.png", "", picture("x", scale=0.5)[:7000]),
        read("a.png", "", bytes(huge)),
    ):
        assert found == Document("not_readable", "a picture: look at it yourself")


def test_sizes_are_read_from_png_and_jpeg_only() -> None:
    assert ocr.pixels(picture(WORDS, scale=1.0)) == ocr.pixels(picture(WORDS, "JPEG", 1.0)) == (596, 842)
    assert ocr.pixels(picture(WORDS, "TIFF", 1.0)) is None
    assert ocr.pixels(b"\xff\xd8\xff") is None


def test_without_tesseract_pictures_and_scans_are_left_to_a_person(monkeypatch: pytest.MonkeyPatch) -> None:
    without(monkeypatch)
    assert read("a.png", "", picture(WORDS)).state == "not_readable"
    assert read("a.pdf", "", scanned(picture(WORDS))).state == "no_text"
