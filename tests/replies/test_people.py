"""Rows about people are seen by their form, and said without a word of theirs."""

from __future__ import annotations

import pytest

from foimail.documents.model import Sheet, hidden, of_sheets
from foimail.mail.parse import parse
from foimail.replies.mistakes import mistakes
from foimail.replies.people import is_nhs_number, people
from foimail.replies.reader import Enclosure
from tests.corpus.scoring import SETS
from tests.replies.letters import message

# numbers from 999 on are never issued to a patient (NHS Data Dictionary, NHS NUMBER: test numbers)
NUMBERS = ("999 000 0018", "999-000-0026", "9990000034", "9990000042", "9990000050")


def sheet(*rows: tuple[str, ...], name: str = "Sheet1") -> tuple[str, ...]:
    """What is found in a workbook whose second sheet has these rows."""
    first = Sheet("Read me", hidden=False, rows=(("Figures for 2019 to 2024",),))
    document = of_sheets([first, Sheet(name, hidden=False, rows=rows)])
    return people(document.text, document.marks)


def test_the_check_digit_is_that_of_the_published_example() -> None:
    # 943 476 5919 is the example of the NHS Data Dictionary and of GOV.UK's forms
    assert is_nhs_number("943 476 5919")
    assert not is_nhs_number("943 476 5918")
    assert all(map(is_nhs_number, NUMBERS))


@pytest.mark.parametrize("text", ["", "1234567", "0000000000", "7777777777", "9434765919x", "1000000010"])
def test_what_has_no_ten_digits_or_is_ten_times_one_digit_is_no_nhs_number(text: str) -> None:
    assert not is_nhs_number(text)


def test_a_column_of_nhs_numbers_is_named_by_its_place_alone() -> None:
    found = sheet(("Ward", "Referred", "", "NHS Number"), *(("Rowan", "2021", "", n) for n in NUMBERS))
    assert found == ("column D of sheet 2 looks like NHS numbers (5 rows)",)


def test_numbers_without_their_check_digit_are_left_alone() -> None:
    assert sheet(("Reference", "Year"), *((f"77123456{n:02}", "2021") for n in range(30))) == ()


def test_dates_of_birth_are_known_by_their_heading() -> None:
    rows = (
        ("D.O.B.", "Referred on"),
        *((f"{n:02}/03/2009", "2021-04-01") for n in range(1, 5)),
        ("not known", ""),
    )
    assert sheet(*rows) == ("column A of sheet 2 looks like dates of birth (5 rows)",)


def test_days_under_another_heading_are_no_dates_of_birth() -> None:
    assert sheet(("Date of reply", "Year"), *((f"{n:02}/03/2019", "2021") for n in range(1, 9))) == ()


def test_names_and_postcodes_speak_of_people_only_side_by_side() -> None:
    codes = ("LS1 4AP", "LS2 9JT", "BD7 1DP")
    assert sheet(("Site", "Postcode"), *((f"Site {c[:3]}", c) for c in codes)) == ()
    found = sheet(("Surname", "Postcode"), *zip(("Ashdown", "Birch", "Carr"), codes, strict=True))
    assert found == (
        "column A of sheet 2 looks like names of people, beside what is told of each (3 rows)",
        "column B of sheet 2 looks like postcodes of people (3 rows)",
    )


def test_initials_days_and_postcodes_need_no_heading() -> None:
    rows = (
        ("A.B.", "01/02/2010", "LS1 4AP"),
        ("C.D.", "03/04/2011", "LS2 9JT"),
        ("E.F.", "05/06/2012", "BD7 1DP"),
    )
    assert sheet(*rows) == ("column C of sheet 2 looks like postcodes of people (3 rows)",)


def test_a_row_for_each_person_is_seen_without_any_number_or_name() -> None:
    heading = ("Age", "Gender", "Date of referral")
    rows = tuple((str(11 + n), "F", f"{n + 1:02}/05/2022") for n in range(6))
    assert sheet(heading, *rows) == (
        "the rows of sheet 2 look like one person each: an age, a sex and a day (6 rows)",
    )
    assert sheet((*heading, "Number of referrals"), *((*row, "3") for row in rows)) == ()
    assert sheet(heading, *rows[:3]) == ()


def test_counts_by_age_and_year_are_no_people() -> None:
    assert (
        sheet(("Age band", "2019", "2020"), ("11-13", "4", "<5"), ("14-15", "7", "9"), ("16-17", "3", "8"))
        == ()
    )
    assert sheet(("Age", "Total"), ("11", "4"), ("12", "7"), ("130", "3"), ("14", "1")) == ()


def test_a_heading_above_an_empty_row_still_counts() -> None:
    rows = (
        ("List of cases",),
        (),
        ("Case", "Date of birth"),
        (),
        *((str(n), f"0{n}/03/2009") for n in range(1, 4)),
    )
    assert sheet(*rows) == ("column B of sheet 2 looks like dates of birth (3 rows)",)


def test_a_number_named_in_the_text_is_seen_and_one_that_is_not_is_not() -> None:
    assert people("Her NHS number is 943 476 5919.") == (
        "what looks like NHS numbers stands in the text (1)",
    )
    assert people("NHS no: 943 476 5918. Telephone 943 476 5919 or 0113 496 0000.") == ()
    assert people(f"Those were {NUMBERS[0]}, 999 000 0026 and 999 000 0034.") == (
        "what looks like NHS numbers stands in the text (3)",
    )


def test_a_date_of_birth_given_in_the_text_is_seen_and_one_asked_for_is_not() -> None:
    assert people("DOB: 12 March 2009") == ("a date of birth is given in the text",)
    assert people("Please give your date of birth and a copy of your passport by 12 March 2026.") == ()


def test_a_table_in_a_letter_is_read_like_a_sheet() -> None:
    lines = "\n".join(f"| {n} | 0{at}/03/2009 |" for at, n in enumerate(NUMBERS, 1))
    found = people(f"As asked:\n\n| NHS number | Date of birth |\n{lines}\n\nYours faithfully\n")
    assert found == (
        "column A of a table in the text looks like NHS numbers (5 rows)",
        "column B of a table in the text looks like dates of birth (5 rows)",
    )


def test_no_word_of_a_mail_is_in_what_is_said_of_it() -> None:
    rows = (("Forename", "NHS number", "DOB"), *((f"Marker{n}", n, "01/02/2010") for n in NUMBERS))
    document = of_sheets([Sheet("Marker sheet", hidden=True, rows=rows)])
    file = Enclosure("Marker file.xlsx", document.text, marks=document.marks, hidden=hidden(document.sheets))
    said = mistakes(message("Her NHS number is 943 476 5919."), [file])
    assert said == (
        "in the letter itself, what looks like NHS numbers stands in the text (1)",
        "in attachment 1, column B of sheet 1 looks like NHS numbers (5 rows)",
        "in attachment 1, column C of sheet 1 looks like dates of birth (5 rows)",
        "in attachment 1, column A of sheet 1 looks like names of people, beside what is told of each (5 rows)",
        "in attachment 1, sheet 1 is hidden (6 rows)",
    )
    assert not any("Marker" in words or "943" in words for words in said)


def test_what_is_hidden_counts_only_where_something_stands_in_it() -> None:
    rows = (("a", "", "c"), ("", "", ""), ("d", "", "f"))
    assert hidden([Sheet("x", hidden=True, rows=())]) == ()
    assert hidden([Sheet("x", hidden=False, rows=rows, hidden_rows=(2, 9), hidden_columns=(2,))]) == ()
    assert hidden([Sheet("x", hidden=False, rows=rows, hidden_rows=(1, 3), hidden_columns=(3,))]) == (
        "rows of sheet 1 are hidden (2 rows)",
        "column C of sheet 1 is hidden (2 rows)",
    )


@pytest.mark.parametrize("name", sorted(SETS))
def test_no_letter_of_the_labelled_sets_is_taken_for_rows_about_people(name: str) -> None:
    for path in sorted(SETS[name].glob("*.eml")):
        try:
            text = parse(path.read_bytes()).text
        except ValueError:
            continue
        assert people(text) == (), path.name
