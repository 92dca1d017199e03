"""The exact words of answers and figures: each stands at its place, whatever a mail did to the lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from foimail.documents.model import Sheet, of_sheets
from foimail.replies import quotes
from foimail.replies.anatomy import Unit
from foimail.replies.parts import Spot
from foimail.replies.reader import Enclosure
from foimail.replies.reading import Figure
from tests.replies.letters import read

if TYPE_CHECKING:
    from collections.abc import Sequence


REST = "\n\n2. We hold nothing on this.\n\n3. We do not hold this.\n\n4. 512 staff are trained."


def figures(text: str, part: int = 1, *files: Enclosure) -> list[tuple[str, str]]:
    """Period and quote of each figure of a part; each quote is seen to stand at its place, its row around it."""
    text += REST
    texts = {"": text} | {file.name: file.text for file in files}
    found = read(text, *files).answers[part - 1].figures
    for figure in found:
        where, whole = figure.where, texts[figure.where["file"]]
        assert whole[where["start"] : where["end"]] == figure.quote
        first, last = where["context"]
        assert first <= where["start"] <= where["end"] <= last
    return [(figure.period, figure.quote) for figure in found]


@pytest.mark.parametrize(
    ("letter", "found"),
    [
        ("1. 2021: 4, 2022: 7", [("2021", "4"), ("2022", "7")]),
        ("1. In 2021 we made 7 referrals and in 2022 we made fewer\nthan ten.", [("2021", "7"), ("2022", "fewer\nthan ten")]),
        ("> 1. 2021: 4 and in 2022 as good as in the year before it: fewer\n>  than ten.", []),
        ("1.\nYear\tReferrals\n2021\t 4\n\t2022\t7\n", [("2021", "4")]),
        ("Referrals\n2021 | 12\n2022 | 2\n2023 | 12", [("2021", "12"), ("2022", "2"), ("2023", "12")]),
        ("Referrals\n\n2021\n12\n2022\n2\n2023\n12", [("2021", "12"), ("2022", "2"), ("2023", "12")]),
        ("Referrals\n2021: 12\n2022: none\n2023: <5", [("2021", "12"), ("2022", "none"), ("2023", "<5")]),
        ("1. None for 2021 or 2022.", [("2021", "None"), ("2022", "None")]),
        ("Referrals\n2021   -\n2022   7\n- means nil", [("2021", "-"), ("2022", "7")]),
    ],
)  # fmt: skip
def test_a_figure_quotes_the_words_of_its_value(letter: str, found: list[tuple[str, str]]) -> None:
    assert figures(letter) == found


def test_of_two_alike_values_each_has_its_own_place() -> None:
    text = "1. 2021: 4, 2022: 4, 2023: 4"
    starts = [figure.where["start"] for figure in read(text + REST).answers[0].figures]
    assert starts == [9, 18, 27]


def test_a_value_in_a_table_has_its_row_as_context_and_its_cell() -> None:
    table = of_sheets(
        [Sheet("Referrals", hidden=False, rows=(("", "Year", "Made"), ("", "2021", "4"), ("", "2022", "7")))]
    )
    file = Enclosure("report.xlsx", table.text, marks=table.marks)
    (one, other) = read("Please see the report.", file).answers[0].figures
    assert dict(one.where) | {"context": None} == {
        "file": "report.xlsx", "start": 29, "end": 30, "sheet": "Referrals", "cell": "C2", "context": None,
    }  # fmt: skip
    first, last = other.where["context"]
    assert (other.where["cell"], table.text[first:last]) == ("C3", "2022\t7")


def test_a_sum_quotes_from_its_first_value_to_its_last_and_says_where_each_stands() -> None:
    text = "Year\tReferrals to police\tReferrals to council\n2021\t1\t3\n2022\t2\t5"
    assert figures(text) == [("2021", "1\t3"), ("2022", "2\t5")]
    where = read(text).answers[0].figures[0].where
    assert where["derived"] == "sum"
    assert [text[start:end] for start, end in where["of"]] == ["1", "3"]
    rows = (("", "2021", "2022"), ("Referrals, north", "1", "3"), ("Referrals, south", "3", "4"))
    table = of_sheets([Sheet("", hidden=False, rows=rows)])
    file = Enclosure("a.csv", table.text, marks=table.marks)
    summed = read("See a.csv.", file).answers[0].figures
    assert [(figure.value, figure.where["cell"]) for figure in summed] == [(4, "B2, B3"), (7, "C2, C3")]


def test_the_same_nil_for_each_year_is_quoted_where_it_stands() -> None:
    text = "1. 2021: 4, 2022: 7\n2. Nil in each of those years.\n3. We do not hold this.\n4. 512 staff"
    found = read(text).answers[1].figures
    assert [(f.period, f.quote, f.where["start"]) for f in found] == [
        ("2021", "Nil", 23),
        ("2022", "Nil", 23),
    ]


def spot(text: str, seen: str = "") -> Spot:
    return Spot("", Unit(0, len(text), text), seen or text)


@pytest.mark.parametrize(
    ("where", "quote", "found"),
    [
        ({}, "4", "4"),  # nobody says where: its first place
        ({"start": 0, "end": 1}, "4", "4"),  # the wrong place
        ({}, "9", "we had 14 of 4"),  # it is not there
        ({}, "", "we had 14 of 4"),
    ],
)
def test_what_has_no_place_is_looked_for_and_else_all_is_quoted(
    where: dict[str, int], quote: str, found: str
) -> None:
    text = "we had 14 of 4"
    figure = quotes.figure(Figure(value=4.0, quote=quote, where=where), spot(text), text, ())
    assert figure.quote == found
    assert text[figure.where["start"] : figure.where["end"]] == found


def test_a_text_that_holds_other_words_is_not_aligned() -> None:
    assert quotes.aligned("some words", "other words") == ()
    figure = Figure(value=4.0, quote="4", where={"start": 0, "end": 1})
    assert quotes.figure(figure, spot("we had 4", "other: 4"), "we had 4", ()).quote == "4"


def test_a_context_ends_with_its_spot() -> None:
    text = "a\t1\nb\t2"
    here: Sequence[int] = quotes.figure(
        Figure(value=2.0, quote="2", where={"start": 6, "end": 7}), spot(text), text, ()
    ).where["context"]
    assert list(here) == [4, 7]
