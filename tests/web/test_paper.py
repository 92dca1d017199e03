"""Files beside a decision: a PDF's page as a picture with the quote marked, a sheet with the cell marked, and what stays hidden."""

from __future__ import annotations

import re
from dataclasses import replace
from email import message_from_bytes
from email.message import EmailMessage
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from foimail.documents import read
from foimail.documents.picture import PNG
from foimail.mail.parse import parse
from foimail.places import column
from foimail.web import paper, sheets
from foimail.workflows import pictures, review
from tests.corpus import scoring
from tests.desk import EMAIL
from tests.documents.files import cell, odf, packed, pdf, pptx, xlsx
from tests.documents.test_bombs import BOMBS
from tests.web.conftest import DAY, brings
from tests.web.test_pages import words

if TYPE_CHECKING:
    from foimail.documents.model import Document
    from foimail.model import Attachment
    from foimail.workflows.review import Item
    from tests.web.conftest import Browser

LETTER = Path(__file__).parents[2] / "foimail" / "tables" / "demo-answer.pdf"


def attached(
    browser: Browser, *files: tuple[str, bytes], text: str = "See the file.", number: int = 5
) -> None:
    """Birchwood sends these files."""
    message = EmailMessage()
    message["From"] = "foi@birchwood.example"
    message["To"] = EMAIL
    message["Subject"] = f"Response to your request [{browser.tokens['RBB']}]"
    message["Date"] = "Tue, 16 Jun 2026 10:00:00 +0100"
    message["Message-ID"] = f"<file-{number}@birchwood.example>"
    message.set_content(text)
    for name, content in files:
        message.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    brings(browser.desk, message.as_bytes())


def pictures_of(page: str) -> list[tuple[str, str]]:
    """Address and alternative text of the pictures of pages."""
    return [
        (src.replace("&amp;", "&"), alt)
        for src, alt in re.findall(r'<img src="([^"]+)"[^>]* alt="([^"]+)"', page)
    ]


# A page of a PDF


def test_the_page_that_holds_the_answers_is_shown_with_them_marked(browser: Browser) -> None:
    attached(browser, ("FOI response.pdf", LETTER.read_bytes()))
    token = browser.tokens["RBB"]
    for path in ("/review/5", "/message/5", f"/answers/review/{token}/5"):
        ((address, alt),) = pictures_of(browser.page(path))
        assert alt.startswith("Page 1 of FOI response.pdf. Marked on it: “")
        answer = browser.get(address)
        assert (answer.status_code, answer.mimetype) == (200, "image/png")
        assert answer.data.startswith(PNG)
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Cache-Control"] == "no-store"
    assert "3,240" in alt
    assert "Not marked" not in browser.page("/message/5")
    assert "“3,240" in alt or "3,240 members" in alt


def test_a_page_stands_by_itself_with_ways_to_the_others(browser: Browser) -> None:
    attached(browser, ("three.pdf", pdf("One referral.", "Two", "")))
    page = browser.page("/message/5/file/1/page/2")
    assert "page 2 of 3" in words(page)
    assert 'rel="prev" href="/message/5/file/1/page/1"' in page
    assert 'rel="next" href="/message/5/file/1/page/3"' in page
    assert "Nothing is marked on it." in page
    marked = browser.page("/message/5/file/1/page/1?mark=4-12")
    assert "Marked on it: “referral”." in marked
    assert 'href="/message/5/file/1/page/2?mark=4-12"' in marked
    assert 'rel="prev"' not in marked
    assert "No text was read on this page" in browser.page("/message/5/file/1/page/3")
    assert (
        browser.get("/message/5/file/1/page/1.png?mark=4-12").data
        != browser.get("/message/5/file/1/page/1.png").data
    )


@pytest.mark.parametrize("mark", ["x", "9-2", "0-", "-5", "99999-999999", "1" * 400, "4-4"])
def test_a_mark_that_means_nothing_marks_nothing(browser: Browser, mark: str) -> None:
    attached(browser, ("one.pdf", pdf("One referral.")))
    plain = browser.get("/message/5/file/1/page/1.png").data
    assert plain.startswith(PNG)
    assert browser.get(f"/message/5/file/1/page/1.png?mark={mark}").data == plain


def test_what_has_no_page_is_not_shown(browser: Browser) -> None:
    attached(
        browser,
        ("one.pdf", pdf("One")),
        ("slides.pptx", pptx("<a:p><a:r><a:t>Slide</a:t></a:r></a:p>", order=(1,))),
        ("notes.txt", b"Some notes"),
    )
    for place in (0, 2, 3, 4, 99):
        assert browser.get(f"/message/5/file/{place}/page/1").status_code == 404
        assert browser.get(f"/message/5/file/{place}/page/1.png").status_code == 404
    assert "none of number 7" in browser.page("/message/5/file/1/page/7.png", 400)
    assert "none of number 7" in browser.page("/message/5/file/1/page/7")
    assert "there is no message 99" in browser.page("/message/99/file/1/page/1.png", 400)


def test_a_page_that_is_a_picture_can_be_looked_at(browser: Browser) -> None:
    attached(browser, ("scan.pdf", pdf("")))
    page = browser.page("/review/5")
    assert 'href="/message/5/file/1/page/1"' in page
    assert browser.get("/message/5/file/1/page/1.png").data.startswith(PNG)


@pytest.mark.parametrize("bomb", ["operators without end", "a page as large as a town"])
def test_a_hostile_pdf_leaves_the_page_that_shows_it_whole(browser: Browser, bomb: str) -> None:
    attached(browser, ("bomb.pdf", BOMBS[bomb]()), ("locked.pdf", pdf("One", password="x")))
    page = browser.page("/message/5")
    assert "bomb.pdf" in page
    assert "locked by a password" in page
    answer = browser.get("/message/5/file/1/page/1.png")
    assert answer.data.startswith(PNG) or answer.status_code in (400, 404)
    assert browser.get("/message/5/file/2/page/1.png").status_code == 404


def test_words_that_are_not_found_on_the_page_are_told(browser: Browser) -> None:
    attached(browser, ("one.pdf", pdf("One referral, one referral.")))
    with browser.app.test_request_context():
        item, file, document = _opened(browser, 5)
        lost = document.text.index("referral")
        # as if the text had been read in another way: the words stand twice on the page
        other = replace(document, text=f" {document.text[:-1]}")
        shown = paper.page(item, 1, file, other, 1, [(lost + 1, lost + 9)])
    assert shown.picture.marked == (False,)
    assert shown.lost == ["referral"]
    assert shown.alt.endswith("Nothing is marked on it.")


def _opened(browser: Browser, number: int) -> tuple[Item, Attachment, Document]:
    item = review.item(browser.desk.open(DAY), number)
    assert item.message is not None
    (file,) = item.message.attachments
    return item, file, read.read(file.name, file.media_type, file.content)


def test_a_quote_over_the_end_of_a_page_is_cut_there() -> None:
    document = read.read("a.pdf", "", pdf("It begins here", "and ends there", "not here"))
    start, end = document.text.index("begins"), document.text.index("ends") + 4
    found = pictures.by_page(document, [(start, end), (0, 2)])
    assert {number: [q.words for q in quotes] for number, quotes in found.items()} == {
        1: ["begins here", "It"],
        2: ["and ends"],
    }
    for number, quotes in found.items():
        text = document.pages[number - 1].text
        assert all(text[q.start : q.end] == q.words for q in quotes)


def test_what_is_in_quarantine_gives_nothing(browser: Browser) -> None:
    attached(browser, ("one.pdf", pdf("One referral.")), ("a.csv", b"Year,Count\n2021,4\n"))
    assert browser.get("/message/5/file/1/page/1.png").status_code == 200
    assert browser.desk.run("quarantine", "5", today=DAY).code == 0
    for path in ("/message/5/file/1/page/1.png", "/message/5/file/1/page/1", "/message/5", "/review/5"):
        page = browser.page(path, 400)
        assert "in quarantine" in page
        assert "referral" not in page
        assert "2021" not in page


# Sheets


TABLE = "".join(
    f'<row r="{n}">{cell(f"A{n}", 1900 + n if n > 1 else "Year")}{cell(f"B{n}", n * 3 if n > 1 else "Referrals")}</row>'
    for n in range(1, 121)
)


def test_a_sheet_is_a_table_around_its_marked_cell(browser: Browser) -> None:
    attached(browser, ("a.xlsx", xlsx(("Referrals", "visible", f"<sheetData>{TABLE}</sheetData>"))))
    document = read.read("a.xlsx", "", xlsx(("Referrals", "visible", f"<sheetData>{TABLE}</sheetData>")))
    at = document.text.index("\t300\n") + 1
    (grid,) = sheets.grids(document, [(at, at + 3)])
    assert grid.columns == ["A", "B"]
    numbers = [number for number, _ in grid.rows]
    assert numbers[0] == 1
    assert 100 in numbers
    assert len(numbers) == 40
    assert [words for number, cells in grid.rows for words, marked in cells if marked] == ["300"]
    assert grid.remark == "80 further rows"
    page = browser.page("/message/5")
    assert '<th scope="row">40</th>' in page
    assert '<th scope="row">41</th>' not in page
    assert "Sheet Referrals of a.xlsx" in page


def test_the_cells_of_an_answer_are_marked(browser: Browser) -> None:
    attached(
        browser,
        (
            "Referrals.csv",
            b"Referrals to other authorities by year\nYear,Referrals\n2019,4\n2020,7\n2021,9\n",
        ),
        text="1. Referrals by year: please see the attached table.",
    )
    page = browser.page("/message/5")
    assert re.findall(r'class="marked"><mark>([^<]+)</mark>', page)
    assert "Sheet" in page


def test_what_is_hidden_is_never_shown(browser: Browser) -> None:
    rows = (
        f'<row r="1">{cell("A1", "Year")}{cell("B1", "Secret")}{cell("C1", "Referrals")}</row>'
        f'<row r="2" hidden="1">{cell("A2", "Jane Roe")}{cell("B2", 1)}{cell("C2", 2)}</row>'
        f'<row r="3">{cell("A3", 2021)}{cell("B3", "M44 1AA")}{cell("C3", 777)}</row>'
    )
    content = xlsx(
        ("Shown", "visible", f'<cols><col min="2" max="2" hidden="1"/></cols><sheetData>{rows}</sheetData>'),
        ("Hidden", "hidden", f'<sheetData><row r="1">{cell("A1", "John Doe")}</row></sheetData>'),
    )
    attached(browser, ("a.xlsx", content), ("a.zip", packed({"inner.xlsx": content, "b.txt": b"words"})))
    assert "in quarantine" in browser.page("/message/5", 400)
    assert browser.desk.run("quarantine", "--release", "5", today=DAY).code == 0
    page = browser.page("/message/5")
    page = page[page.index("<article") : page.index("</article")]
    for secret in ("Jane Roe", "M44", "John Doe", "Secret"):
        assert secret not in page
    assert "777" in page
    assert page.count("what is hidden in it is not shown") == 2
    document = read.read("a.xlsx", "", content)
    spans = [
        (document.text.index(said), document.text.index(said) + 4)
        for said in ("Jane", "M44 1", "John", "777", "2021")
    ]
    assert sheets.unseen(document, spans) == 3
    assert [w for _, cells in sheets.grids(document, spans)[0].rows for w, marked in cells if marked] == [
        "2021",
        "777",
    ]


def test_an_ods_and_a_file_in_a_file_have_no_more_than_they_have() -> None:
    table = (
        '<table:table table:name="One"><table:table-row><table:table-cell office:value-type="string"><text:p>Year</text:p>'
        "</table:table-cell></table:table-row></table:table>"
    )
    content = odf("spreadsheet", table)
    document = read.read("a.ods", "", content)
    (grid,) = sheets.grids(document, [(0, len(document.text))])
    assert grid.rows == [(1, [("Year", True)])]
    inner = read.read("a.zip", "", packed({"a.csv": b"1,2\n", "b.csv": b"3,4\n", "c.txt": b"x"}))
    assert all(not grid.remark for grid in sheets.grids(inner, []))
    assert sheets.grids(read.read("a.txt", "", b"words"), [(0, 3)]) == []


def test_each_cell_that_a_quote_goes_over_is_marked() -> None:
    document = read.read("a.csv", "", b"Year,Referrals,Note\n2021,4,x y\n2022,14,\n")
    start, end = document.text.index("2021"), document.text.index("14") + 2
    (grid,) = sheets.grids(document, [(start, end)])
    assert [[w for w, marked in cells if marked] for _, cells in grid.rows] == [
        [],
        ["2021", "4", "x y"],
        ["2022", "14"],
    ]


@pytest.mark.parametrize("name", scoring.SETS)
def test_the_marked_cells_are_those_of_the_place_of_every_figure(name: str) -> None:
    """For every sheet of the corpora: marking a cell's characters marks that cell alone."""
    looked = 0
    for path in sorted(scoring.SETS[name].glob("*.eml")):
        if b"attachment" not in path.read_bytes().lower():
            continue
        for file in parse(path.read_bytes()).attachments:
            if file.name.rpartition(".")[2].lower() not in {"xlsx", "ods", "csv", "xls"}:
                continue
            document = read.read(file.name, file.media_type, file.content)
            for mark, sheet in zip([m for m in document.marks if m.rows >= 0], document.sheets, strict=True):
                at = mark.rows
                for row, line in enumerate(document.text[mark.rows :].split("\n")[: len(sheet.rows)]):
                    for across, piece in enumerate(line.split("\t")):
                        if piece.strip() and not sheet.hidden:
                            found = sheets._cells(
                                document.text, mark, len(document.text), [(at, at + len(piece))]
                            )
                            assert found == {(row, across)}, (path.name, column(across), row)
                            assert " ".join(sheet.rows[row][across].split()) == piece
                            looked += 1
                        at += len(piece) + 1
    assert looked >= {"own": 20, "answers": 100, "fresh": 0}.get(name, 0)


def test_the_mail_itself_is_a_download_still(browser: Browser) -> None:
    attached(browser, ("one.pdf", pdf("One")))
    raw = browser.get("/message/5/original").data
    assert message_from_bytes(raw)["Message-ID"] == "<file-5@birchwood.example>"
    assert browser.get("/message/5/file/1").headers["Content-Disposition"].startswith("attachment;")
