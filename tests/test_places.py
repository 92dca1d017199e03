"""Pages, sheets and cells of words in a file's text."""

from __future__ import annotations

import pytest

from foimail import places
from foimail.places import Mark

TEXT = "[Staff]\nGroup\tTrained\nNurses\t40\n\t52\n\n[Two]\n1"
SHEETS = (Mark(0, sheet="Staff", rows=8), Mark(37, sheet="Two", rows=43))
PAGES = (Mark(0, 1), Mark(10, 3), Mark(20, 4), Mark(30, member="b.txt"))


@pytest.mark.parametrize(
    ("words", "cell"),
    [
        ("Group", "A1"), ("Trained", "B1"), ("Nurses", "A2"), ("40", "B2"), ("52", "B3"), ("Nurses\t40", "A2:B2"),
        ("40\n\t52", "A2:B3"), ("Group\tTrained\nNurses", "A1:B2"),
    ],
)  # fmt: skip
def test_words_of_a_sheet_stand_in_cells(words: str, cell: str) -> None:
    start = TEXT.index(words)
    assert places.place(TEXT, SHEETS, start, start + len(words)) == {"sheet": "Staff", "cell": cell}


def test_a_heading_over_a_sheet_is_in_no_cell() -> None:
    assert places.place(TEXT, SHEETS, 1, 6) == {"sheet": "Staff"}
    assert places.place(TEXT, SHEETS, 34, len(TEXT)) == {"sheet": "Staff"}  # over the end of it
    assert places.place(TEXT, SHEETS, len(TEXT) - 1, len(TEXT)) == {"sheet": "Two", "cell": "A1"}


@pytest.mark.parametrize(
    ("start", "end", "found"),
    [
        (0, 10, {"page": 1}), (12, 20, {"page": 3}), (12, 21, {"page": 3, "to_page": 4}), (5, 25, {"page": 1, "to_page": 4}),
        (25, 40, {"page": 4}), (35, 40, {"member": "b.txt"}),
    ],
)  # fmt: skip
def test_words_of_a_letter_stand_on_pages(start: int, end: int, found: dict[str, object]) -> None:
    assert places.place("x" * 50, PAGES, start, end) == found


def test_a_text_without_marks_has_no_places() -> None:
    assert places.place("abc", (), 0, 3) == {}
    assert places.place("abc", (Mark(2, 1),), 0, 1) == {}


def test_a_packed_file_takes_its_marks_along() -> None:
    inner = (Mark(0, sheet="Staff", rows=8), Mark(30, 2, member="c.pdf"))
    assert places.moved(inner, 100, "b.zip") == (
        Mark(100, sheet="Staff", rows=108, member="b.zip"),
        Mark(130, 2, member="b.zip/c.pdf"),
    )


@pytest.mark.parametrize(("number", "letters"), [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA")])
def test_columns_are_named_as_spreadsheets_do(number: int, letters: str) -> None:
    assert places.column(number) == letters


@pytest.mark.parametrize(
    ("where", "words"),
    [
        ({}, ""),
        ({"file": "", "start": 3, "end": 5}, "the letter"),
        ({"file": "letter.pdf", "page": 2}, "letter.pdf, page 2"),
        ({"file": "letter.pdf", "page": 2, "to_page": 3}, "letter.pdf, pages 2 to 3"),
        ({"file": "talk.pptx", "page": 2}, "talk.pptx, slide 2"),
        ({"file": "a.zip", "member": "Talk.PPTX", "page": 2}, "a.zip, Talk.PPTX, slide 2"),
        (
            {"file": "report.xlsx", "sheet": "Referrals", "cell": "B7"},
            "report.xlsx, sheet Referrals, cell B7",
        ),
        ({"file": "a.csv", "cell": "A2:B4"}, "a.csv, cells A2 to B4"),
        ({"file": "a.csv", "cell": "B2, D2"}, "a.csv, cells B2, D2"),
    ],
)
def test_a_place_is_said_in_words(where: dict[str, object], words: str) -> None:
    assert places.words(where) == words
