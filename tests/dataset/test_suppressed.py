from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foimail.dataset.suppressed import given_away
from tests.dataset.answers import figure, withheld

if TYPE_CHECKING:
    from foimail.replies.reading import Figure


def low(period: str) -> Figure:
    """Fewer than five."""
    return figure(period, upper=4.0)


@pytest.mark.parametrize(
    ("figures", "cells", "totals"),
    [
        # one held back beside the total of all years
        ([figure("2020", 3), withheld("2021"), figure("total", 10)], {1}, {2}),
        ([figure("2020", 3), low("2021"), figure("total", 5)], {1}, {2}),
        # beside a range that holds it, calendar or financial
        ([figure("2020", 3), withheld("2021"), figure("2020..2021", 10)], {1}, {2}),
        ([figure("2020/21", 3), withheld("2021/22"), figure("2020/21..2021/22", 10)], {1}, {2}),
        # a quarter beside its year, and not twice beside the total
        ([figure("2020-Q1", 3), withheld("2020-Q2"), figure("2020", 10)], {1}, {2}),
        (
            [low("2020-Q1"), figure("2020", 10), withheld("2021"), figure("total", 12)],
            {0, 2},
            {1, 3},
        ),
        ([withheld("2020-Q1"), withheld("2021-Q1"), figure("2020..2021", 10)], set(), set()),
        # along the categories, whatever stands for all of them
        ([figure("2020", 9, "Total"), figure("2020", 3, "boys"), withheld("2020", "girls")], {2}, {0}),
        ([figure("2020", 9), figure("2020", 3, "boys"), withheld("2020", "girls")], {2}, {0}),
        # along both
        (
            [
                figure("2020", 3, "boys"),
                withheld("2020", "girls"),
                figure("2021", 2, "girls"),
                figure("total", 9),
            ],
            {1},
            {3},
        ),
        # several, when the total leaves one number for each of them
        ([low("2020"), low("2021"), figure("total", 8)], {0, 1}, {2}),
        ([withheld("2020"), withheld("2021"), figure("2022", 3), figure("total", 3)], {0, 1}, {3}),
        ([low("2020"), low("2021"), figure("total", 7)], set(), set()),
        ([withheld("2020"), withheld("2021"), figure("total", 9)], set(), set()),
        # nothing to give away, or nothing that gives it away
        ([figure("2020", 3), figure("2021", 7), figure("total", 10)], set(), set()),
        ([figure("2020", 3), withheld("2021"), withheld("total")], set(), set()),
        ([figure("2020", 3), withheld("2021"), figure("total", 10, unit="per cent")], set(), set()),
        ([figure("2020", 3), withheld("2021"), figure("2010..2015", 10)], set(), set()),
        ([figure("2020", 3), withheld("2021", "girls"), figure("total", 10, "boys")], set(), set()),
        ([], set(), set()),
    ],
)
def test_what_a_total_would_give_away_is_found(
    figures: list[Figure], cells: set[int], totals: set[int]
) -> None:
    assert given_away(figures) == (cells, totals)


@given(
    st.lists(st.one_of(st.none(), st.integers(0, 9)), min_size=1, max_size=6),
    st.integers(0, 30),
)
def test_without_the_totals_that_are_named_nothing_can_be_worked_out(
    values: list[int | None], total: int
) -> None:
    years = [
        withheld(str(2010 + n)) if value is None else figure(str(2010 + n), value)
        for n, value in enumerate(values)
    ]
    figures = [*years, figure("total", total)]
    cells, totals = given_away(figures)
    assert bool(cells) == bool(totals)
    if values.count(None) == 1:
        assert cells == {values.index(None)}
    kept = [one for n, one in enumerate(figures) if n not in totals]
    assert given_away(kept) == (set(), set())
