"""The form as a workbook: what an officer sees in it, and that it comes back whole from other programs."""

from __future__ import annotations

import io
import re
import zipfile
from typing import TYPE_CHECKING

import pytest

from foimail import form as layout
from foimail.documents.read import read
from foimail.form import form
from foimail.model import Body, Campaign, Part, Requester
from foimail.output.form import workbook
from foimail.replies import reader
from foimail.replies.figures import series
from tests.forms import converted, fill
from tests.replies.letters import ON, message, request, rules

if TYPE_CHECKING:
    from pathlib import Path

TOKEN = "FOI-7K3Q2M"
FORM = form(
    Campaign("cse", "t", "s", rules().parts),
    Body("RAA", "=Ashcombe & NHS <Trust>", "England"),
    Requester("Rowan Ashdown", "foi@northlight.example", address="1 High Street\nLeeds"),
    TOKEN,
)
STORY = (
    "We have a named nurse and a named doctor, who sit on the partnership's exploitation panel.\n"
    "Staff are told of it each year [1], and the pathway was last looked at in 2024."
)
ANSWERS = {
    "1/years": "financial years (April to March)",
    "1/2010": "not held",
    **{f"1/{year}": str(year - 2000) for year in range(2011, 2022)},
    "1/2022": "<5",
    "1/2023": "1-5",
    "1/2024": "withheld",
    "1/note": "s.40(2) for 2024",
    "2/all": "not held",
    "3/text": STORY,
    "4/number": "1,204",
}


def sheet() -> str:
    with zipfile.ZipFile(io.BytesIO(workbook(FORM))) as file:
        return file.read("xl/worksheets/sheet1.xml").decode()


def test_the_form_has_a_row_for_each_question_year_and_note_under_its_code() -> None:
    (found,) = read("form.xlsx", "", workbook(FORM)).sheets
    assert found.rows[0] == ("[form]", f"{FORM.mark} {FORM.title}", "Your answer")
    codes = [row[0].strip("[]") for row in found.rows[1:]]
    assert codes == [line.code for line in FORM.lines]
    assert [code for code in codes if code.startswith("1/")] == [
        "1/years",
        *(f"1/{year}" for year in range(2010, 2025)),
        "1/all",
        "1/note",
    ]
    text = " ".join(row[1] for row in found.rows)
    assert all(" ".join(part.question.split()) in text for part in rules().parts)
    assert "Please send it to foi@northlight.example" in text
    assert "By post: Rowan Ashdown, 1 High Street, Leeds." in text


def test_the_same_form_gives_the_same_bytes_and_another_body_others() -> None:
    assert workbook(FORM) == workbook(FORM)
    other = form(
        Campaign("cse", "t", "s", rules().parts),
        Body("RBB", "B", "England"),
        Requester("R", "r@x.example"),
        "FOI-2A3B4C",
    )
    assert workbook(other) != workbook(FORM)
    assert not any(line.label.startswith("By post") for line in other.lines)


def test_all_is_locked_without_a_password_but_the_cells_to_fill_in() -> None:
    xml = sheet()
    assert re.search(r'<sheetProtection (?![^>]*password)[^>]*sheet="1"', xml)
    with zipfile.ZipFile(io.BytesIO(workbook(FORM))) as file:
        styles = file.read("xl/styles.xml").decode()
    formats = styles.partition("<cellXfs")[2].partition("</cellXfs>")[0].split("<xf ")
    unlocked = {str(n) for n, one in enumerate(formats[1:]) if 'locked="0"' in one}
    cells = {f"C{row}" for row, line in enumerate(FORM.lines, 2) if line.cell != "none"}
    assert {cell for cell, style in re.findall(r'<c r="(\w+)" s="(\d+)"', xml) if style in unlocked} == cells


def test_choices_are_offered_and_a_number_may_be_typed_all_the_same() -> None:
    found = re.findall(
        r"<dataValidation ([^>]*)><formula1>(.*?)</formula1>",
        sheet().replace("&lt;", "<").replace("&quot;", '"'),
    )
    assert {choices for _, choices in found} >= {
        '"not held,withheld,<5"',
        '"not held,withheld,held by another body"',
    }
    assert not any("showErrorMessage" in options for options, _ in found)
    assert sum("not held" in choices for _, choices in found) == sum(
        line.cell in {"number", "all", "words"} for line in FORM.lines
    )


def test_the_first_row_stays_in_view_and_a_print_is_one_page_wide_with_the_reference_at_its_foot() -> None:
    xml = sheet()
    assert 'ySplit="1"' in xml
    assert 'fitToHeight="0"' in xml
    assert f"[page &amp;P of &amp;N, {TOKEN}]" in xml


def test_no_text_of_the_form_is_a_formula() -> None:
    assert "<f>" not in sheet()


def test_a_yes_or_no_has_a_row_to_choose_in() -> None:
    made = layout.lines((Part("policy", "Do you have a policy?", "yes_no"),))
    assert [line.code for line in made] == ["1", "1/answer", "1/note"]
    assert made[1].choices[:2] == ("yes", "no")


# Through LibreOffice


@pytest.mark.parametrize("way", ["xlsx", "ods", "xls", "csv", "pdf", "ods xlsx", "xls ods", "ods pdf"])
def test_a_form_filled_in_comes_back_whole_through_libreoffice(way: str, tmp_path: Path) -> None:
    content, before = fill(workbook(FORM), ANSWERS), "xlsx"
    for number, after in enumerate(way.split()):
        folder = tmp_path / str(number)
        folder.mkdir()
        content, before = converted(folder, content, before, after), after
    document = read(f"scan.{before}", "", content)
    enclosure = reader.Enclosure(f"scan.{before}", document.text, document.state, document.reason)
    found = reader.read(
        message("The form is attached."), [enclosure], request(), ON, rules(), tokens=(TOKEN,)
    )
    assert (found.kind, found.doubts) == ("partial", ())
    first, second, third, fourth = found.answers
    assert [a.outcome for a in found.answers] == ["partial", "not_held", "answered", "answered"]
    assert {a.confidence for a in found.answers} == {1.0}
    expected: dict[str, object] = {f"{year}/{year - 1999:02}": year - 2000 for year in range(2011, 2022)}
    assert series(first.figures) == expected | {"2022/23": "<5", "2023/24": "1-5", "2024/25": "withheld"}
    assert first.sections == found.exemptions == ("s.40(2)",)
    assert " ".join(third.quote.split()).endswith(" ".join(STORY.split()))
    assert series(fourth.figures) == {"total": 1204}
    assert second.quote in document.text


def test_an_empty_form_is_still_empty_after_libreoffice(tmp_path: Path) -> None:
    for after in ("ods", "pdf", "csv"):
        folder = tmp_path / after
        folder.mkdir()
        document = read(f"f.{after}", "", converted(folder, workbook(FORM), "xlsx", after))
        enclosure = reader.Enclosure(f"f.{after}", document.text, document.state, document.reason)
        found = reader.read(
            message("Thank you for your request."), [enclosure], request(), ON, rules(), tokens=(TOKEN,)
        )
        assert (found.kind, found.answers) == ("human_ack", ())
        assert not any("form" in doubt for doubt in found.doubts)
