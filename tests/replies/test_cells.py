from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foimail.replies.cells import count, saying


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("17", 17),
        (" 0 ", 0),
        ("1,204", 1204),
        ("1 204", 1204),
        ("17.0", 17),
        ("2019", 2019),
        ("nil", 0),
        ("Nil.", 0),
        ("zero", 0),
        ("fourteen", 14),
    ],
)
def test_a_number_is_read_however_it_is_written(cell: str, value: float) -> None:
    figure = count(cell)
    assert figure is not None
    assert (figure.value, figure.lower, figure.upper, figure.quote) == (value, None, None, cell)


@pytest.mark.parametrize(
    ("cell", "bounds"),
    [
        ("<5", (None, 4)),
        ("< 5", (None, 4)),
        ("fewer than 5", (None, 4)),
        ("Under five", (None, 4)),
        ("\u22645", (None, 5)),
        ("5 or fewer", (None, 5)),
        ("1-5", (1, 5)),
        ("1 \u2013 5", (1, 5)),
        ("1 to 5", (1, 5)),
        ("10 or more", (10, None)),
    ],
)
def test_a_band_has_bounds_and_no_value(cell: str, bounds: tuple[float | None, float | None]) -> None:
    figure = count(cell)
    assert figure is not None
    assert (figure.value, (figure.lower, figure.upper)) == (None, bounds)


@pytest.mark.parametrize(
    "cell",
    [
        "about 17",
        "17 or so",
        "17 (provisional)",
        "12%",
        "12.5",
        "1.000",
        "17 and 3",
        "None",
        "-",
        "*",
        "?",
        "n/a",
        "2026-05-01",
        "2019/20",
        "5 January",
        "TRUE",
        "see note",
        "-3",
        "99999999999999",
    ],
)
def test_all_else_is_no_number_and_not_guessed(cell: str) -> None:
    assert count(cell) is None


@pytest.mark.parametrize(
    ("cell", "outcome"),
    [
        ("not held", "not_held"),
        ("Not held.", "not_held"),
        ("information not held", "not_held"),
        ("No data held", "not_held"),
        ("withheld", "refused"),
        ("Withheld: s.40(2)", "refused"),
        ("withheld (section 31(1)(a))", "refused"),
        ("s40(2)", "refused"),
        ("exempt under section 12", "refused"),
        ("held by another body", "redirected"),
        ("Held by another body: the council", "redirected"),
        ("17", None),
        ("not held for 2011, 12 in 2012", None),
        ("withheld in part, 12 given", None),
    ],
)
def test_what_says_that_there_is_nothing_is_known_by_the_words_of_the_form(
    cell: str, outcome: str | None
) -> None:
    assert saying(cell) == outcome


@given(st.integers(0, 999_999_999))
def test_every_count_reads_back_with_and_without_commas(number: int) -> None:
    for written in (str(number), f"{number:,}"):
        figure = count(written)
        assert figure is not None
        assert figure.value == number


@given(st.text(max_size=40))
def test_no_text_breaks_the_reading_of_a_cell(text: str) -> None:
    figure = count(text)
    assert figure is None or figure.quote == text
    assert saying(text) in {None, "not_held", "refused", "redirected"}
