"""A page of a PDF as a picture: the quotes that are marked are those asked for, and what cannot be drawn costs itself."""

from __future__ import annotations

import io
import re
import struct
import time
import zlib
from typing import TYPE_CHECKING

import pypdfium2
import pytest
from fpdf import FPDF

from foimail.documents import drawn, page_text, wire
from foimail.documents.model import EncryptedError
from foimail.documents.pdf import opened
from foimail.documents.picture import PNG, TALLEST, WIDEST, Picture, Quote
from foimail.documents.reader import Reader
from foimail.mail.parse import parse
from tests.corpus import scoring
from tests.documents.files import pdf, xlsx
from tests.documents.test_bombs import BOMBS, pdf_of
from tests.documents.test_lines import CODES, by_columns
from tests.documents.test_reader import ROGUE, TIGHT

if TYPE_CHECKING:
    from collections.abc import Iterator

YELLOW = bytes((255, 229, 120))


def pixels(picture: Picture) -> list[bytes]:
    """The rows of a picture, three bytes a pixel."""
    assert picture.png.startswith(PNG)
    width, height = struct.unpack_from(">II", picture.png, 16)
    assert (width, height) == (picture.width, picture.height)
    (length,) = struct.unpack_from(">I", picture.png, 33)
    raw = zlib.decompress(picture.png[41 : 41 + length])
    wide = width * 3 + 1
    assert len(raw) == wide * height
    return [raw[n * wide + 1 : (n + 1) * wide] for n in range(height)]


def yellow(picture: Picture) -> tuple[int, int, int, int]:
    """The block that holds all that is marked: left, top, right, bottom."""
    places = [
        (x, y)
        for y, row in enumerate(pixels(picture))
        for x in range(picture.width)
        if row[3 * x : 3 * x + 3] == YELLOW
    ]
    across, down = [x for x, _ in places], [y for _, y in places]
    return min(across), min(down), max(across), max(down)


def quote(text: str, words: str) -> Quote:
    at = text.index(words)
    return Quote(at, at + len(words), words)


def text_of(content: bytes, number: int = 1) -> str:
    document = opened(content)
    words = document[number - 1].get_textpage()
    found = page_text.text(words)
    document.close()
    return found


def corpus() -> Iterator[tuple[str, bytes]]:
    """Every PDF of the labelled letters that opens."""
    for folder in scoring.SETS.values():
        for path in sorted(folder.glob("*.eml")):
            for file in parse(path.read_bytes()).attachments:
                if b"%PDF-" in file.content[:1024]:
                    try:
                        opened(file.content).close()
                    except (ValueError, EncryptedError):
                        continue
                    yield f"{path.name}: {file.name}", file.content


def spelt(words: pypdfium2.PdfTextPage, text: str, start: int, end: int) -> bool:
    """Whether the letters that were found for a quote lie where the quote is read on the page."""
    found = page_text.letters(words, start, end, text[start:end])
    boxes = drawn._joined(words.get_charbox(index, loose=True) for index in found)
    read = "".join(re.sub(r"\s", "", words.get_text_bounded(*box)) for box in boxes)
    wanted = re.sub(r"\s", "", text[start:end])
    return bool(found) and wanted in read.replace("\ufffe", "-").replace("\x02", "-")


def test_every_line_of_every_pdf_of_the_corpora_is_found_where_it_stands() -> None:
    lines, bad = 0, []
    for name, content in corpus():
        document = opened(content)
        for page in document:
            words = page.get_textpage()
            text = page_text.text(words)
            for line in re.finditer(r"\S.*\S|\S", text):
                lines += 1
                if not spelt(words, text, *line.span()):
                    bad.append((name, line[0]))
        document.close()
    assert bad == []
    assert lines > 200


def test_one_of_several_like_words_is_marked_and_not_another() -> None:
    content = pdf("Referrals: 4\nTrained: 4\nStaff: 4")
    text = text_of(content)
    tops = []
    for name in ("Referrals", "Trained", "Staff"):
        at = text.index("4", text.index(name))
        found = drawn.page(content, 1, [Quote(at, at + 1, "4")])
        assert found.marked == (True,)
        left, top, right, bottom = yellow(found)
        assert right - left < 30
        assert bottom - top < 50
        tops.append(top)
    assert tops == sorted(set(tops))


def test_a_quote_over_two_lines_is_marked_on_both() -> None:
    content = pdf("The first line ends here\nand the second goes on.")
    text = text_of(content)
    found = drawn.page(content, 1, [quote(text, "ends here\nand the second")])
    left, top, right, bottom = yellow(found)
    alone = yellow(drawn.page(content, 1, [quote(text, "ends here")]))
    assert found.marked == (True,)
    assert left < alone[0]
    assert bottom > alone[3] + 20
    assert top == alone[1]
    assert right == alone[2]


def test_a_form_read_by_lines_is_marked_by_lines() -> None:
    content = by_columns(*CODES)
    text = text_of(content)
    top = yellow(drawn.page(content, 1, [quote(text, "[1/2020] 2020 <5")]))
    above = yellow(drawn.page(content, 1, [quote(text, "[1/2019] 2019 17")]))
    assert above[3] < top[1]
    assert top[2] - top[0] > 300  # from the code at the left to the answer at the right


@pytest.mark.parametrize("turned", [90, 180, 270])
def test_a_page_that_is_turned_is_marked_where_its_words_are(turned: int) -> None:
    document = pypdfium2.PdfDocument(pdf("Twelve children were referred."))
    document[0].set_rotation(turned)
    out = io.BytesIO()
    document.save(out)
    document.close()
    content = out.getvalue()
    found = drawn.page(content, 1, [quote(text_of(content), "Twelve children")])
    left, top, right, bottom = yellow(found)
    rows = pixels(found)
    dark = sum(
        row[3 * x : 3 * x + 3] < b"\x60\x60\x60" for row in rows[top:bottom] for x in range(left, right)
    )
    assert dark > 100
    assert ((bottom - top) > (right - left)) == (turned != 180)


def test_words_that_are_not_on_the_page_are_not_marked() -> None:
    content = pdf("One two two.", "Another page")
    plain = drawn.page(content, 1, [])
    for lost in (Quote(0, 5, "three"), Quote(4, 7, "elsewhere"), Quote(900, 950, "two"), Quote(0, 0, "")):
        found = drawn.page(content, 1, [lost])
        assert found.marked == (False,)
        assert found.png == plain.png
    # other characters than when it was read, but the words stand on it once
    assert drawn.page(content, 1, [Quote(50, 53, "One")]).marked == (True,)
    assert drawn.page(content, 1, [Quote(0, 3, "One"), Quote(0, 5, "three")]).marked == (True, False)


def test_a_page_drawn_otherwise_than_it_reads_is_told_by_the_words_around() -> None:
    """A word beyond the edge of the paper is in the letters of the page, and not in its text."""
    made = FPDF(format="A4")
    made.set_font("Helvetica", size=12)
    made.add_page()
    made.text(20, 30, "Referrals 4")
    made.text(400, 40, "beyond")
    made.text(20, 50, "Trained 4")
    content = bytes(made.output())
    text = text_of(content)
    assert "beyond" not in text
    first, second = (text.index("4"), text.rindex("4"))
    tops = [yellow(drawn.page(content, 1, [Quote(at, at + 1, "4")]))[1] for at in (first, second)]
    assert tops[1] - tops[0] > 50


def test_a_page_that_is_not_there_and_a_file_that_is_no_pdf_say_so() -> None:
    content = pdf("One")
    for number in (0, -1, 2, 10**12):
        assert f"none of number {number}" in drawn.page(content, number, []).reason
    assert "no PDF that can be opened" in drawn.page(b"%PDF-1.4 nothing", 1, []).reason
    assert "locked by a password" in drawn.page(pdf("One", password="x"), 1, []).reason
    assert drawn.page(xlsx(), 1, []).png == b""


def test_blank_paper_below_the_words_is_left_out_and_an_empty_page_is_a_strip() -> None:
    short, long = (
        drawn.page(pdf("One"), 1, []),
        drawn.page(pdf("\n".join("abcdefghijklmnopqrstuvwxyz")), 1, []),
    )
    assert short.height < long.height
    assert 0 < drawn.page(pdf_of(zlib.compress(b" ")), 1, []).height < 100


@pytest.mark.parametrize(
    ("box", "width", "height"),
    [
        ("0 0 14400 14400", WIDEST, WIDEST),
        ("0 0 10 14400", 3, TALLEST),
        ("0 0 14400 10", WIDEST, 1),
        ("0 0 100 50", 300, 150),
    ],
)
def test_a_picture_is_never_larger_than_it_may_be(box: str, width: int, height: int) -> None:
    right, top = box.split()[2:]
    found = drawn.page(pdf_of(zlib.compress(f"0 0 {right} {top} re f".encode()), box), 1, [])
    assert (found.width, found.height) == (width, height), found.reason


@pytest.mark.parametrize(
    "bomb", [name for name, made in BOMBS.items() if made.__code__.co_names[0] == "pdf_of"]
)
def test_a_bomb_costs_its_picture_and_nothing_else(bomb: str) -> None:
    begun = time.monotonic()
    with Reader() as reader:
        found = reader.picture(BOMBS[bomb](), 1, [Quote(0, 3, "one")])
        assert time.monotonic() - begun < 60
        assert found.png.startswith(PNG) or found.reason
        assert reader.picture(pdf("Twelve"), 1).png.startswith(PNG)
        assert reader.read("next.pdf", "", pdf("Twelve")).text == "Twelve"


@pytest.mark.parametrize("way", ["crash", "compute", "hoard", "babble", "nonsense", "raise", "no picture"])
def test_a_worker_that_misbehaves_costs_one_picture(way: str) -> None:
    with Reader(TIGHT, ROGUE) as reader:
        found = reader.picture(f"deed {way}".encode(), 1)
        assert found.png == b""
        assert found.reason
        assert reader.picture(pdf("Twelve"), 1).png.startswith(PNG)


def test_a_file_too_large_is_not_even_handed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("foimail.documents.reader.MOST_BYTES", 3)
    with Reader() as reader:
        assert "larger than" in reader.picture(b"four", 1).reason
        assert reader._worker is None


def test_a_picture_comes_through_the_pipe_as_it_was() -> None:
    for whole in (Picture(PNG + b"x", 3, 4, (True, False)), Picture(reason="it is locked")):
        assert wire.picture(wire.page_answer(whole)[wire.LENGTH.size :]) == whole


@pytest.mark.parametrize(
    "said", [b"", b"[]", b"[1, 2, [], null]", b'["x", 1, [], ""]', b"[1, 2, 3, 4]", b"\xff"]
)
def test_what_is_no_picture_is_refused(said: bytes) -> None:
    with pytest.raises(ValueError, match=r".+"):
        wire.picture(wire.frame(said) + b"<svg onload='x()'>")
    with pytest.raises(ValueError, match=r".+"):
        wire.picture(said)
