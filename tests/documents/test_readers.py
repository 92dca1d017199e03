from __future__ import annotations

import pytest

from foimail import places
from foimail.documents import model, wire
from foimail.documents import packed as zips
from foimail.documents.model import Document, Page, Sheet
from foimail.documents.read import read
from tests.documents.files import XL, cell, docx, locked, odf, ole, packed, pdf, xls, xlsx

SHEET = f'<sheetData><row r="2">{cell("B2", "year")}{cell("C2", 2024)}</row></sheetData>'


def of(content: bytes, name: str = "answer", media_type: str = "application/octet-stream") -> Document:
    return read(name, media_type, content)


def test_a_pdf_is_read_page_by_page() -> None:
    found = of(pdf("Twelve cases", "None in 2024"))
    assert found.state == "read"
    assert found.pages == (Page(1, "Twelve cases"), Page(2, "None in 2024"))
    assert found.text == "Twelve cases\n\nNone in 2024"


def test_a_pdf_of_pictures_has_no_text_and_says_so() -> None:
    found = of(pdf("", ""))
    assert found.state == "no_text"
    assert "pictures" in found.reason
    assert [p.number for p in found.pages] == [1, 2]


def test_a_page_without_text_among_others_is_named() -> None:
    found = of(pdf("Twelve", "", "None"))
    assert (found.state, found.reason) == ("read", "no text on page 2: look at it yourself")


def test_a_locked_pdf_is_encrypted_and_one_without_a_password_to_open_is_read() -> None:
    assert of(pdf("Secret", password="birthday")).state == "encrypted"


def test_a_broken_pdf_fails() -> None:
    assert of(b"%PDF-1.7\nnothing more").state == "failed"


def test_a_pdf_of_too_many_pages_is_read_up_to_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("foimail.documents.pdf.MOST_PAGES", 2)
    found = of(pdf("one", "two", "three"))
    assert found.state == "too_large"
    assert found.text == "one\n\ntwo"
    assert found.reason == "only the first 2 of its 3 pages were read"


def test_a_workbook_keeps_rows_and_flags_all_that_is_hidden() -> None:
    columns = '<cols><col min="2" max="3" hidden="1"/></cols>'
    rows = (
        f'<row r="1">{cell("A1", "Year")}{cell("B1", "Cases")}</row>'
        f'<row r="3" hidden="1">{cell("A3", 2024)}{cell("B3", 12)}</row>'
    )
    found = of(
        xlsx(
            ("Cases", "visible", f"{columns}<sheetData>{rows}</sheetData>"),
            ("Names", "hidden", f'<sheetData><row r="1">{cell("A1", "Kept back")}</row></sheetData>'),
        )
    )
    assert found.state == "read"
    assert found.sheets == (
        Sheet(
            "Cases",
            hidden=False,
            rows=(("Year", "Cases"), (), ("2024", "12")),
            hidden_rows=(3,),
            hidden_columns=(2, 3),
        ),
        Sheet("Names", hidden=True, rows=(("Kept back",),)),
    )
    assert found.text == "[Cases]\nYear\tCases\n\n2024\t12\n\n[Names, hidden]\nKept back"
    assert found.reason == "hidden in it: sheet Names, rows of Cases, columns of Cases"


def test_a_workbook_of_too_many_cells_is_not_laid_out() -> None:
    rows = f'<row r="1">{cell("A1", 1)}</row><row r="9000">{cell("CV9000", 1)}</row>'
    assert of(xlsx(("Wide", "visible", f"<sheetData>{rows}</sheetData>"))).state == "too_large"


def test_a_workbook_of_excel_97_is_read() -> None:
    found = of(xls("Old", "Cases", 12.5))
    assert found.sheets == (Sheet("Old", hidden=True, rows=(("Cases",), ("", "12.5"))),)


def test_a_spreadsheet_of_libreoffice_is_read() -> None:
    table = (
        '<table:table table:name="Cases"><table:table-row>'
        '<table:table-cell office:value-type="string"><text:p>Year</text:p></table:table-cell>'
        '<table:table-cell office:value-type="float" office:value="2024"><text:p>2024</text:p></table:table-cell>'
        "</table:table-row></table:table>"
    )
    assert of(odf("spreadsheet", table)).sheets == (Sheet("Cases", hidden=False, rows=(("Year", "2024"),)),)


def test_a_docx_gives_paragraphs_tables_notes_and_headers_in_order() -> None:
    body = (
        "<w:p><w:r><w:t>We hold</w:t><w:tab/><w:t>twelve</w:t></w:r><w:del><w:r><w:delText>9</w:delText></w:r></w:del></w:p>"
        "<w:tbl><w:tr><w:tc><w:p><w:r><w:t>2024</w:t></w:r></w:p></w:tc>"
        "<w:tc><w:p><w:r><w:t>12</w:t></w:r></w:p><w:p><w:r><w:t>cases</w:t></w:r></w:p></w:tc></w:tr></w:tbl>"
    )
    paragraph = "<w:p><w:r><w:t>{}</w:t></w:r></w:p>"
    found = of(docx(body, header1=paragraph.format("FOI 123"), footnotes=paragraph.format("Rounded")))
    assert found.text == "FOI 123\n\nWe hold\ttwelve\n2024\t12 cases\n\nRounded"


def test_an_odt_gives_paragraphs_and_tables() -> None:
    body = (
        "<text:h>Answer</text:h><text:p>We<text:s text:c='2'/>hold <text:span>twelve</text:span> cases</text:p>"
        "<table:table><table:table-row><table:table-cell><text:p>2024</text:p></table:table-cell>"
        "<table:table-cell><text:p>12</text:p></table:table-cell></table:table-row></table:table>"
    )
    assert of(odf("text", body)).text == "Answer\nWe  hold twelve cases\n2024\t12"


def test_spaces_of_an_odt_cannot_be_a_bomb() -> None:
    assert len(of(odf("text", "<text:p>a<text:s text:c='99999999'/>b</text:p>")).text) < 200


def test_a_locked_odt_is_encrypted() -> None:
    assert of(odf("text", "", "<manifest><encryption-data/></manifest>")).state == "encrypted"


@pytest.mark.parametrize(
    ("stream", "state"),
    [
        ("EncryptedPackage", "encrypted"),
        ("WordDocument", "failed"),
        ("__properties_version1.0", "no_text"),
        ("PowerPoint Document", "not_readable"),
    ],
)
def test_what_stands_in_an_ole_file_decides(stream: str, state: str) -> None:
    assert of(ole(stream), "answer.xlsx").state == state


def test_rtf_is_read() -> None:
    assert of(rb"{\rtf1\ansi We hold caf\'e9\par twelve}").text == "We hold caf\u00e9\ntwelve"


def test_html_gives_what_a_person_reads() -> None:
    page = (
        "<html><head><meta charset='windows-1252'><style>p {}</style></head><body><p>We <b>hold</b> caf\xe9</p>"
        "<script>alert(1)</script><table><tr><th>Year</th><th>Cases</th></tr><tr><td>2024</td><td>12</td></tr></table>"
    )
    found = of(page.encode("windows-1252")).text
    assert [line.rstrip() for line in found.splitlines() if line.strip()] == [
        "We hold caf\u00e9",
        "Year\tCases",
        "2024\t12",
    ]


@pytest.mark.parametrize(
    "content",
    [
        "caf\u00e9 \u2013".encode(),
        b"caf\xe9 \x96",
        "caf\u00e9 \u2013".encode("utf-16"),
        b"\xef\xbb\xbfcaf\xc3\xa9 \xe2\x80\x93",
    ],
)
def test_text_is_read_whatever_its_charset(content: bytes) -> None:
    assert of(content).text == "caf\u00e9 \u2013"


@pytest.mark.parametrize(
    "content", [b"Year;Cases\n2024;1,5\n", b"sep=;\nYear;Cases\n2024;1,5\n", b'Year\tCases\n2024\t"1,5"\n']
)
def test_a_csv_file_is_a_sheet_whatever_its_separator(content: bytes) -> None:
    assert of(content, "answer.CSV").sheets == (
        Sheet("", hidden=False, rows=(("Year", "Cases"), ("2024", "1,5"))),
    )


def test_a_break_within_a_cell_of_a_csv_file_is_no_new_row() -> None:
    assert of(b'a,"two\nlines"\nb,c\n', "x.csv").sheets[0].rows == (("a", "two\nlines"), ("b", "c"))


def test_the_content_goes_before_the_name() -> None:
    assert of(pdf("Twelve"), "../../etc/passwd.txt", "text/plain").pages == (Page(1, "Twelve"),)


def test_text_of_another_script_is_read_by_its_looks_and_a_stray_byte_is_only_that() -> None:
    russian = "Наши данные: Больше двенадцати детей, Потому что Нет иных сведений за прошлый год."
    assert of(russian.encode("cp866")).text == russian
    assert of(b"a caf\xe9 \x81 in town").text == "a café \ufffd in town"


@pytest.mark.parametrize("content", [b"\x89PNG\r\n\x1a\n\0\0\0", b"\x00\x01\x02", b"7z\xbc\xaf\x27\x1c\0"])
def test_what_no_reader_takes_is_said_to_be_not_readable(content: bytes) -> None:
    assert of(content).state == "not_readable"
    assert of(content).reason


def test_an_empty_file_has_no_text() -> None:
    assert of(b"").state == "no_text"


def test_a_zip_file_is_read_member_by_member_but_not_a_zip_within_it() -> None:
    inner = packed({"x.txt": "deep"})
    found = of(
        packed({"../../a.txt": "Twelve", "b/c.csv": "1,2\n", "inner.zip": inner, "s.png": b"\x89PNG\0"})
    )
    assert found.state == "read"
    assert found.text.startswith("[a.txt]\nTwelve\n\n[c.csv]\n1\t2\n\n[inner.zip]\n")
    assert "deep" not in found.text
    assert "inner.zip (a ZIP file within" in found.reason
    assert len(found.sheets) == 1


def test_a_locked_zip_is_encrypted() -> None:
    assert of(locked(packed({"a.txt": "Secret"}))).state == "encrypted"


def test_a_locked_docx_inside_a_zip_does_not_hide_the_rest() -> None:
    found = of(packed({"a.txt": "Twelve", "b.xlsx": ole("EncryptedPackage")}))
    assert found.state == "read"
    assert "b.xlsx (it is locked by a password)" in found.reason


def test_a_zip_bomb_is_refused_before_it_is_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = packed({"a.txt": bytes(12_000_000)})
    monkeypatch.setattr(zips, "_MOST_RATIO", 500)
    assert of(bomb).reason == "it unpacks to a thousand times its size"
    monkeypatch.setattr(zips, "MOST_UNPACKED", 10_000_000)
    assert of(bomb).reason == "it unpacks to more than 10 MB"
    assert of(packed({f"{n}": b"" for n in range(2001)})).state == "too_large"


def test_the_directory_of_a_zip_cannot_lie_about_sizes() -> None:
    bomb = bytearray(packed({"a.txt": bytes(3_000_000)}))
    at = bomb.index(b"PK\x01\x02") + 24
    bomb[at : at + 4] = (5).to_bytes(4, "little")
    found = of(bytes(bomb))
    assert (found.state, len(found.text) < 1000) == ("no_text", True)


@pytest.mark.parametrize("bomb", ["&b;", "fine"])
def test_entities_of_xml_are_never_expanded(bomb: str) -> None:
    evil = (
        '<!DOCTYPE x [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;&a;">]>'
        f'<w:d xmlns:w="urn:w"><w:p><w:r><w:t>{bomb}</w:t></w:r></w:p></w:d>'
    )
    found = of(packed({"word/document.xml": evil}))
    assert (found.state, found.text) == ("failed", "")


def test_nesting_beyond_measure_fails_and_does_no_more() -> None:
    deep = f'<w:d xmlns:w="urn:w">{"<w:p>" * 10_000}</w:d>'
    assert of(packed({"word/document.xml": deep})).state == "failed"
    assert of(b"<html>" + b"<div>" * 10_000 + b"Twelve").state in {"read", "no_text"}


def test_text_beyond_measure_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model, "MOST_TEXT", 10)
    found = of(b"twelve " * 10)
    assert (found.state, found.text) == ("too_large", "twelve twe")


def test_a_table_without_end_is_too_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("foimail.documents.plain.MOST_CELLS", 5)
    assert of(b"1,2\n" * 3, "x.csv").state == "too_large"


def test_a_workbook_with_broken_sheets_fails() -> None:
    assert of(packed({"xl/workbook.xml": f"<workbook {XL}"})).state == "failed"


def place(found: Document, words: str) -> dict[str, object]:
    start = found.text.index(words)
    return places.place(found.text, found.marks, start, start + len(words))


def test_a_page_a_sheet_and_a_packed_file_are_known_by_the_place_in_the_text() -> None:
    letter, book = pdf("Twelve", "", "None"), xlsx(("Two", "visible", SHEET), ("Three", "hidden", SHEET))
    assert (place(of(letter), "Twelve"), place(of(letter), "None")) == ({"page": 1}, {"page": 3})
    assert place(of(book), "Three") == {"sheet": "Three"}
    assert place(of(book), "year") == {"sheet": "Two", "cell": "B2"}
    assert place(of(b"a,b\n1,22\n", "a.csv"), "22") == {"cell": "B2"}
    both = of(packed({"letter.pdf": letter, "in/book.xlsx": book, "a.csv": "a,b\n1,22\n"}))
    assert place(both, "Twelve") == {"member": "letter.pdf", "page": 1}
    assert place(both, "None") == {"member": "letter.pdf", "page": 3}
    assert place(both, "year") == {"member": "book.xlsx", "sheet": "Two", "cell": "B2"}
    assert place(both, "22") == {"member": "a.csv", "cell": "B2"}


def test_the_marks_of_a_text_come_through_to_foimail() -> None:
    found = of(packed({"letter.pdf": pdf("Twelve", "None"), "a.csv": "a,b\n1,22\n"}))
    assert wire.document(wire.answer(found)[wire.LENGTH.size :]) == found
    assert len(found.marks) == 5
