"""Numbers and their periods out of sentences."""

from __future__ import annotations

import pytest

from foimail.replies import figures, numerals


@pytest.mark.parametrize(
    ("words", "value"),
    [
        ("1,204", 1204),
        ("1 950", 1950),
        ("4.5", 4.5),
        ("four hundred and eleven", 411),
        ("a thousand", 1000),
        ("two thousand and twenty", 2020),
        ("twenty-one", 21),
        ("nobody", None),
        ("and", None),
    ],
)
def test_a_number_is_digits_or_english_words(words: str, value: float | None) -> None:
    assert numerals.number(words) == value


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("2019: 4, 2020: 6", {"2019": 4, "2020": 6}),
        ("4 in 2019 and 6 in 2020", {"2019": 4, "2020": 6}),
        ("in 2019, four", {"2019": 4}),
        ("2019/20 - 12; 2020/21 - fewer than 5", {"2019/20": 12, "2020/21": "fewer than 5"}),
        ("FY19/20: 3", {"2019/20": 3}),
        ("2019-2024: 31", {"2019..2024": 31}),
        ("Q2 2023: 3", {"2023-Q2": 3}),
        ("April to December 2022: 9", {"2022-04..2022-12": 9}),
        ("2021 to date: 9", {"2021..present": 9}),
        ("June 2021 to date: 9", {"2021-06..present": 9}),
        ("between 1 April 2019 and 31 March 2021 there were 12", {"2019/20..2020/21": 12}),
        ("2019/20 to 2021/22: 14", {"2019/20..2021/22": 14}),
        ("2019 to 2021 should read 7, 12 and 9", {"2019": 7, "2020": 12, "2021": 9}),
        ("2019/20 to 2021/22: 7, 12 and 9", {"2019/20": 7, "2020/21": 12, "2021/22": 9}),
        ("none for 2020 or 2021", {"2020": 0, "2021": 0}),
        ("2020 to 2022: nil", {"2020": 0, "2021": 0, "2022": 0}),
        ("2021: *, 2022: withheld", {"2021": "*", "2022": "withheld"}),
        ("2021: 1-4", {"2021": "1-4"}),
        ("2021: under 10", {"2021": "under 10"}),
        ("2021: 12 000", {"2021": 12000}),
        ("2021 2022 2023 Police 1 2 3 Council 4 5 6 Total 5 7 9", {"2021": 5, "2022": 7, "2023": 9}),
        ("2021 2022 2023 Referrals 4 not recorded 9", {"2021": 4, "2023": 9}),
        ("2021........4", {"2021": 4}),
        ("2021 c.20, 2022 approx. 25, 2023 ~30", {"2021": 20, "2022": 25, "2023": 30}),
        ("four in 2021, six the year after", {"2021": 4, "2022": 6}),
        ("the year after six, the next year 7", {}),
        ("began in 2021: four that year", {"2021": 4}),
        ("2019-2021: 5 and the next year 7", {"2019..2021": 5}),
        ("fewer than ten in each of 2022 and 2023; 12 in 2024", {"2022": "<10", "2023": "<10", "2024": 12}),
        ("three a year in 2020, 2021 and 2022; then 7 (2023)", {"2020": 3, "2021": 3, "2022": 3, "2023": 7}),
        ("2021/22 Q3: 4", {"2021-Q3": 4}),
        ("Q3 2021/22: 4", {"2021-Q3": 4}),
        ("April 2021 to March 2022: 4", {"2021/22": 4}),
        ("January to December 2021: 4", {"2021": 4}),
        ("year ended 31 March 2022: 4", {"2021/22": 4}),
        ("1 April 2021 to 31 March 2022: 4", {"2021/22": 4}),
        ("12 in 2021 (out of 52)", {"2021": 12}),
    ],
)
def test_a_value_belongs_to_the_period_beside_it(text: str, found: dict[str, float | str]) -> None:
    assert figures.series(figures.pairs(text)) == found


@pytest.mark.parametrize(
    "text",
    [
        "our letter of 9 February 2026",
        "section 40(2) of the Act",
        "\u00a32,500 in 2021",
        "call 01234 567890 before 2021",
        "call 020 7946 0018 in 2021",
        "+44 (0)161 496 0018 in 2021",
        "2021: children under 16",
        "12 hours in 2021",
        "before 2015 there were 9 of them",
        "9 of them, and this year 3",  # in a letter without a date
        "2024 to 2021: 3",
        "2021 2022 2023 Police 1 2 3 Council 4 5 6",  # two rows, and no total: which is meant?
        "since 2019: 4, 5 and 6",
    ],
)
def test_what_is_no_count_of_a_period_gives_none(text: str) -> None:
    assert not {p: v for p, v in figures.series(figures.pairs(text)).items() if ".." not in p}


def test_this_year_is_the_letters() -> None:
    assert figures.series(figures.pairs("4 last year, 6 this year", 2025)) == {"2024": 4, "2025": 6}
    assert figures.series(figures.pairs("90 times last year but one", 2026)) == {"2024": 90}


def test_a_list_that_misses_years_is_not_spread_over_them() -> None:
    text = "2019 was 7, then 12 and 71 for last year"
    assert figures.series(figures.pairs(text, 2022)) == {"2019": 7, "2020": 12, "2021": 71}
    assert figures.series(figures.pairs("7, 12 and 9 in 2022")) == {"2022": 9}
    assert "2020" not in figures.series(figures.pairs(text, 2026))


@pytest.mark.parametrize(
    ("text", "lower", "upper"),
    [
        ("fewer than 5", None, 4),
        ("<= 5", None, 5),
        ("5 or fewer", None, 5),
        ("up to 5", None, 5),
        ("20 or more", 20, None),
        ("1 to 4", 1, 4),
        ("between one and four", 1, 4),
        ("more than 3,000", 3000, None),
        ("at most 5", None, 5),
    ],
)
def test_a_band_keeps_its_bounds(text: str, lower: float | None, upper: float | None) -> None:
    (figure,) = figures.lone_values(text)
    assert (figure.value, figure.lower, figure.upper) == (None, lower, upper)
