"""What is odd about one body's answer, what is not, and what is never said."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING

import pytest
from hypothesis import given as any_of
from hypothesis import strategies as st

from foimail.dataset.plausible import oddities
from foimail.replies.reading import Figure
from tests.dataset.odd import counts, figure, given, part, standing

if TYPE_CHECKING:
    from foimail.dataset.oddities import Oddity


def odd(*figures: Figure, **years: float | str) -> dict[str, Oddity]:
    """What is odd about a series, by its sort."""
    return {one.sort: one for one in oddities(standing(given(*counts(**years), *figures)), {})}


# Shares


def test_a_share_where_a_number_was_asked_is_odd_and_asked_about() -> None:
    share = Figure("", value=86.5, unit="per cent", quote="86.5% of staff")
    (found,) = oddities(standing(given(share), asked=part("count", None)), {})
    assert (found.part, found.sort, found.quotes) == ("1", "per_cent", ("86.5% of staff",))
    assert found.message == "86.5 % is given where a number was asked."
    assert found.question.startswith("You give 86.5 % where I asked for a number.")


def test_a_share_of_which_the_number_was_lost_is_odd_too() -> None:
    (found,) = oddities(standing(given(Figure("2020", upper=4.0, unit="per cent"))), {})
    assert found.message == "A share is given where a number was asked."
    assert "a percentage" in found.question


def test_a_share_beside_its_number_is_not_odd() -> None:
    assert not odd(Figure("2021", value=3.0, unit="per cent"), y2020=4)


def test_a_story_and_a_part_without_values_are_not_looked_at() -> None:
    assert not oddities(standing(given(figure("2030", 4)), asked=part("text", None)), {})
    assert not oddities(standing(given()), {})


def test_a_question_quotes_the_row_that_a_figure_stands_in() -> None:
    text = "Year  Referrals\n2023  4\n2026  3\n"
    at = {"file": "", "start": text.rindex("3"), "end": text.rindex("3") + 1, "context": [23, len(text)]}
    one = given(Figure("2026", value=3.0, quote="3", where=at))
    (found,) = oddities(standing(one), {("hash1", ""): text})
    assert found.quotes == ("2026 3",)
    (found,) = oddities(standing(one), {})
    assert not found.quotes  # a number alone says nothing


# Sums


def test_a_range_that_its_years_do_not_add_up_to_is_odd_and_asked_about() -> None:
    found = odd(y2019=4, y2020=6, y2021=4, y2019_2021=11)["sum"]
    assert found.message == (
        "11 is given for 2019 to 2021 together, while the figures of 2019, 2020 and 2021 add up to 14."
    )
    assert found.question == (
        "You give 11 for 2019 to 2021 together, while the figures of these years add up to 14. Which is right?"
    )
    assert found.quotes == ("11 in 2019..2021", "4 in 2019", "6 in 2020", "4 in 2021")
    assert not found.seen


@pytest.mark.parametrize(
    ("years", "total"),
    [
        ({"y2019": 4, "y2020": 6}, 10),
        ({"y2019": 4, "y2020": "<5"}, 8),
        ({"y2019": 4, "y2020": "withheld"}, 400),
        ({"y2019": 4, "y2021": 6}, 11),  # nobody knows of 2020
        ({"y2019": 4}, 11),  # one year is no series
        ({"y2019": 4, "f2020": 6}, 11),  # January to March of 2020 may hold one
        ({"y2019": 4, "f2019": 6}, 9),  # they overlap
        ({"y2019": 4, "y2020": 6}, "withheld"),
        ({"y2019": 4, "y2020": 6}, "<20"),
        ({"y2019_2020": 4, "y2019": 1, "y2020": 3, "y2021": 2}, 6),  # a range within is not counted twice
    ],
)
def test_a_total_that_the_figures_may_add_up_to_is_not_odd(
    years: dict[str, float | str], total: float | str
) -> None:
    assert "sum" not in odd(figure("total", total), **years)


@pytest.mark.parametrize(
    ("years", "total", "words"),
    [
        ({"y2019": 4, "y2020": "<5"}, 9, "add up to between 4 and 8"),
        ({"y2019": 4, "y2020": "withheld"}, 3, "add up to at least 4"),
        ({"y2019": 4, "y2021": 6}, 9, "add up to at least 10"),
        ({"y2019": 1204, "y2020": 6}, 1200, "1,200 is given for all years together"),
    ],
)
def test_a_total_that_the_figures_cannot_add_up_to_is_odd(
    years: dict[str, float | str], total: float, words: str
) -> None:
    assert words in odd(figure("total", total), **years)["sum"].message


def test_years_to_the_day_of_the_letter_have_no_sum_that_is_known() -> None:
    assert "sum" not in odd(figure("2019..present", 3), y2019=4, y2020=6)


def test_a_total_is_that_of_its_own_letter() -> None:
    first = given(*counts(y2019=4, y2020=6), figure("total", 10))
    second = given(figure("2021", 5), number=2)
    assert not oddities(standing(first, second), {})
    alone = given(figure("total", 10), number=2)
    (found,) = oddities(standing(given(*counts(y2019=4, y2020=7)), alone), {})
    assert found.sort == "sum"


def test_a_total_that_only_the_letter_states_is_looked_for_there() -> None:
    text = "2019: 4\n2020: 6\nTotal: 11\n"
    (found,) = oddities(standing(given(*counts(y2019=4, y2020=6), text=text)), {("hash1", ""): text})
    assert found.message.startswith("11 is given for all years")


def test_the_total_of_a_letter_whose_figures_were_corrected_is_history() -> None:
    text = "2019: 4\n2020: 6\nTotal: 10\n"
    first, second = given(*counts(y2019=4, y2020=6), text=text), given(*counts(y2020=7), number=2)
    assert not oddities(standing(first, second), {("hash1", ""): text})


def test_figures_of_two_files_have_no_total_in_one() -> None:
    here = Figure("2019", value=4.0, where={"file": "a.csv", "start": 0, "end": 7})
    there = Figure("2020", value=6.0, where={"file": "b.csv", "start": 0, "end": 7})
    texts = {("hash1", name): "2019: 4\n2020: 6\nTotal: 11\n" for name in ("a.csv", "b.csv")}
    assert not oddities(standing(given(here, there)), texts)


@any_of(st.lists(st.integers(0, 5000), min_size=2, max_size=12), st.data())
def test_a_series_whose_sum_fits_is_never_odd_for_its_sum(numbers: list[int], data: st.DataObject) -> None:
    shown: list[Figure] = []
    for year, number in enumerate(numbers, 2010):
        hidden = data.draw(st.sampled_from(["exact", "band", "withheld"]))
        band = Figure(str(year), lower=float(number // 2), upper=float(number + 3))
        shown.append(
            {"exact": figure(str(year), number), "withheld": figure(str(year), "withheld"), "band": band}[
                hidden
            ]
        )
    whole = data.draw(st.sampled_from(["total", f"2010..{2009 + len(numbers)}"]))
    assert "sum" not in odd(*shown, figure(whole, sum(numbers)))


# What was suppressed


def test_one_suppressed_cell_beside_a_total_is_warned_of_and_stays_suppressed() -> None:
    found = odd(figure("total", 37), y2019=14, y2020="withheld", y2021=20)["could_be_worked_out"]
    assert found.message == (
        "The cell for 2020 could be worked out from a total beside it: "
        "suppressed in every export, and not to be published with that total."
    )
    assert (found.question, found.quotes) == ("", ())


def test_two_cells_are_given_away_where_the_total_leaves_nothing_open() -> None:
    found = odd(figure("total", 18), y2019=10, y2020="<5", y2021="<5")["could_be_worked_out"]
    assert "The cells for 2020 and 2021 could be worked out from a total beside them" in found.message


def test_the_total_of_a_year_gives_its_one_suppressed_category_away() -> None:
    split = [
        figure("2020", 9),
        figure("2020", 7, "girls"),
        Figure("2020", "boys", withheld=True),
        figure("2021", 4, "girls"),
    ]
    assert "The cell for 2020 (boys) could" in odd(*split)["could_be_worked_out"].message


@pytest.mark.parametrize(
    ("years", "total"),
    [
        ({"y2019": 10, "y2020": "withheld", "y2021": "withheld"}, 18),
        ({"y2019": 10, "y2020": "withheld"}, "<20"),
        ({"y2019": 10, "y2020": "<5", "y2021": "withheld"}, 12),
        ({"y2019": 10, "y2020": 8}, 18),
    ],
)
def test_cells_that_a_total_leaves_open_are_not_warned_of(
    years: dict[str, float | str], total: float | str
) -> None:
    assert "could_be_worked_out" not in odd(figure("total", total), **years)


@any_of(
    st.lists(st.integers(0, 900), min_size=2, max_size=10),
    st.integers(0, 9),
    st.booleans(),
)
def test_a_suppressed_value_is_never_said(numbers: list[int], at: int, band: bool) -> None:  # noqa: FBT001
    at %= len(numbers)
    secret = numbers[at]
    hidden = Figure(str(2010 + at), upper=float(secret + 7)) if band else figure(str(2010 + at), "withheld")
    shown = [hidden if n == at else figure(str(2010 + n), number) for n, number in enumerate(numbers)]
    found = odd(*shown, figure("total", sum(numbers)))["could_be_worked_out"]
    said = set(re.findall(r"\d+", " ".join((found.message, found.question, *found.quotes))))
    assert said == {str(2010 + at)}


# Years


def test_a_year_outside_those_asked_is_told() -> None:
    found = odd(y2008=4, f2009=5, y2012=3)["outside_years"]
    assert found.message == "A figure is given for 2008, outside the years asked (2010 to 2024)."
    assert not found.question


def test_a_year_that_had_not_begun_is_asked_about() -> None:
    assert "You give figures for 2026, which had not begun" in odd(y2025=4, y2026=3)["outside_years"].question
    assert not odd(y2024=4)


def test_where_no_years_were_asked_none_is_outside() -> None:
    assert not oddities(standing(given(figure("2008", 4)), asked=part("count", None)), {})


@pytest.mark.parametrize(
    ("years", "words"),
    [
        ({"f2019": 4, "f2020": 5}, "by financial years (such as 2019/20), not calendar years"),
        ({"y2018": 4, "f2020": 5}, "Some figures are by calendar years and some by financial years"),
    ],
)
def test_financial_years_are_told_and_not_asked_about(years: dict[str, float], words: str) -> None:
    found = odd(**years)["other_years"]
    assert words in found.message
    assert not found.question


def test_two_letters_that_count_by_other_years_are_told() -> None:
    before = given(figure("2019/20", 4), figure("total", 4))
    (found,) = oddities(standing(given(figure("2019", 4), number=2), earlier=(before,)), {})
    assert found.message == "An earlier letter counted by financial years, the last one by calendar years."
    quarters = standing(given(figure("2019-Q1", 4), number=2), earlier=(before,))
    assert not oddities(quarters, {})


# Ten times the neighbours

STEADY = {f"y{year}": 20 + year % 3 for year in range(2010, 2020)}


@pytest.mark.parametrize("year", range(2011, 2019))
def test_a_year_ten_times_its_neighbours_is_odd_and_asked_about(year: int) -> None:
    found = odd(**STEADY | {f"y{year}": 210})["ten_times"]
    assert found.message.startswith(
        f"210 is given for {year}, ten times more than the years beside it (20 to 22)."
    )
    assert found.question == (
        f"You give 210 for {year}, while the years beside it have 20 to 22. Is that figure right?"
    )
    assert found.quotes == (f"210 in {year}",)


def test_a_year_ten_times_smaller_is_odd_too() -> None:
    many = {name: value * 10 for name, value in STEADY.items()}
    assert "21 is given for 2014, ten times less" in odd(**many | {"y2014": 21})["ten_times"].message


@pytest.mark.parametrize(
    "years",
    [
        STEADY | {"y2014": 80},  # four times as many happens
        STEADY | {"y2010": 210},  # nothing before it
        STEADY | {"y2019": 210},  # or a level that goes on
        STEADY | {"y2014": 0},
        STEADY | {f"y{year}": 210 for year in range(2015, 2020)},  # a break that goes on
        STEADY | {f"y{year}": 210 for year in range(2010, 2015)},
        STEADY | {"y2014": 210, "y2015": 90},  # something happened
        {name: value / 10 for name, value in STEADY.items()} | {"y2014": 40},  # small numbers
        {"y2019": 20, "y2020": 210, "y2021": 20},  # too few to judge by
        {"y2019": 20, "y2020": 210, "y2021": 20, "y2022": "withheld"},
        {"y2018": 20, "y2019": 20, "f2019": 210, "f2020": 210, "f2021": 210},
        {"y2012_2013": 20, "y2014_2015": 20, "y2016_2017": 210, "y2018_2019": 20, "y2020_2021": 20},
    ],
)
def test_what_may_well_be_so_is_no_slip(years: dict[str, float | str]) -> None:
    assert "ten_times" not in odd(**years)


# What a person has looked at


def test_what_rests_on_confirmed_values_alone_was_seen() -> None:
    years = counts(y2019=4, y2020=6, y2019_2020=11)
    (confirmed,) = oddities(standing(given(*years, said=True)), {})
    assert (confirmed.sort, confirmed.seen) == ("sum", True)
    both = standing(given(*years, said=True), given(figure("2019", 3), number=2, on=date(2025, 4, 1)))
    (mixed,) = oddities(both, {})
    assert not mixed.seen
