"""The worker is a real process here; `rogue.py` is one that misbehaves as it is told."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from foimail.documents import model, wire
from foimail.documents.model import Document, Page, Sheet
from foimail.documents.reader import Limits, Reader
from tests.documents.files import cell, pdf, xlsx

if TYPE_CHECKING:
    from collections.abc import Iterator

ROGUE = (sys.executable, "-P", "-B", str(Path(__file__).parent / "rogue.py"))
TIGHT = Limits(memory=400_000_000, cpu=1, seconds=10, answer=1_000_000)


@pytest.fixture
def reader() -> Iterator[Reader]:
    with Reader(TIGHT, ROGUE) as found:
        yield found


def test_one_worker_reads_one_attachment_after_the_other() -> None:
    with Reader() as reader:
        assert reader.read("a.txt", "text/plain", b"Twelve") == Document("read", text="Twelve")
        first = reader._worker
        assert reader.read("a.csv", "", b"1,2\n").sheets == (Sheet("", hidden=False, rows=(("1", "2"),)),)
        assert reader._worker is first
    assert reader._worker is None
    assert first is not None
    assert first.returncode is not None


def test_an_attachment_larger_than_a_pipe_comes_through_whole() -> None:
    with Reader() as reader:
        assert reader.read("a.txt", "", b"twelve " * 100_000).text == "twelve " * 100_000


@pytest.mark.parametrize(
    ("deed", "reason"),
    [
        ("crash", "its reader crashed"),
        ("exit", "its reader crashed"),
        ("hang", "longer than 10 seconds"),
        ("compute", "more than 1 seconds of computing"),
        ("hoard", "more memory than it may have"),
        ("babble", "more came out of it"),
        ("nonsense", "answered nonsense"),
        ("raise", "its reader crashed"),
    ],
)
def test_what_a_worker_does_wrong_costs_one_attachment(reader: Reader, deed: str, reason: str) -> None:
    assert reader.read("a.txt", "", b"one").text == "one"
    found = reader.read(deed, "", b"x")
    assert found.state == ("too_large" if deed == "babble" else "failed")
    assert reason in found.reason
    assert reader.read("b.txt", "", b"two").text == "two"


def test_a_workbook_as_wide_and_long_as_excel_admits_costs_itself_only() -> None:
    far = f'<row r="1">{cell("A1", 1)}</row><row r="1048576">{cell("XFD1048576", 1)}</row>'
    with Reader() as reader:
        assert (
            reader.read("a.xlsx", "", xlsx(("Far", "visible", f"<sheetData>{far}</sheetData>"))).state
            == "failed"
        )
        assert reader.read("b.pdf", "", pdf("two")).text == "two"


def test_a_worker_that_takes_nothing_in_does_not_hold_us() -> None:
    sleeper = (sys.executable, "-c", "import time; time.sleep(60)")
    began = time.monotonic()
    with Reader(Limits(seconds=0.5), sleeper) as reader:
        assert "longer than 0.5 seconds" in reader.read("a", "", bytes(1_000_000)).reason
    assert time.monotonic() - began < 10


def test_a_worker_writes_no_file_and_knows_no_secret(
    reader: Reader, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FOIMAIL_PASSWORD", "hunter2")
    target = tmp_path / "loot"
    assert reader.read("write", "", os.fsencode(target)).text == "File too large"
    assert not target.exists() or target.read_bytes() == b""
    assert "hunter2" not in reader.read("environment", "", b"x").text


def test_what_a_library_prints_does_not_garble_the_answer(reader: Reader) -> None:
    assert reader.read("print", "", b"x").text == "printed"


def test_a_file_too_large_is_not_even_handed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("foimail.documents.reader.MOST_BYTES", 3)
    with Reader() as reader:
        assert reader.read("a.txt", "", b"four").state == "too_large"
        assert reader._worker is None


def test_a_document_comes_through_the_pipe_as_it_was() -> None:
    whole = Document(
        "read",
        "a reason",
        (Page(1, "x\ud800"),),
        (Sheet("S", hidden=True, rows=(("a", ""),), hidden_rows=(2,), hidden_columns=(3,)),),
        "x",
    )
    assert wire.document(wire.answer(whole)[wire.LENGTH.size :]) == whole


@pytest.mark.parametrize(
    "payload", [b"", b"[]", b"{}", b'{"state": "owned"}', b'{"state": [], "reason": ""}', b"\xff"]
)
def test_an_answer_that_is_no_document_is_refused(payload: bytes) -> None:
    with pytest.raises(ValueError, match=r".*"):
        wire.document(payload)


def test_the_limits_allow_what_the_readers_give() -> None:
    assert Limits().answer > 4 * model.MOST_TEXT
