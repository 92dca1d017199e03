"""What one body gives altogether: each month counted once, nothing worked out that was withheld."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foimail.dataset import series
from foimail.dataset.bounds import Bounds, apart, overlapping, spanning
from foimail.replies.reading import Figure
from tests.dataset.figures import ONCE, YEARLY, answer

if TYPE_CHECKING:
    from foimail.dataset.series import Sum


def summed(figures: dict[str, object], part: object = YEARLY) -> Sum:
    asked = ONCE if part is ONCE else YEARLY
    cells, _ = series.counts(answer(figures, part=asked).values, asked)
    found = series.summed(cells, asked)
    assert found is not None
    return found


def by_year(figures: dict[str, object]) -> dict[str, Bounds]:
    cells, _ = series.counts(answer(figures).values, YEARLY)
    return {name: cell.bounds for name, cell in series.by_year(cells).items()}


def exactly(number: float) -> Bounds:
    return Bounds(number, number)


def test_statements_can_be_spanned_and_pieces_that_may_overlap_be_joined() -> None:
    assert spanning([Bounds(1, 4), Bounds(6, 8)]) == Bounds(1, 8)
    assert spanning([Bounds(1, 4), Bounds(6, None)]) == Bounds(1, None)
    assert overlapping([Bounds(3, 3), Bounds(4, 5)]) == Bounds(4, 8)
    assert overlapping([Bounds(3, 3), Bounds(0, None)]) == Bounds(3, None)
    assert apart(Bounds(1, 4), Bounds(5, 6))
    assert apart(Bounds(5, 6), Bounds(1, 4))
    assert not apart(Bounds(1, None), Bounds(5, 6))
    assert not apart(Bounds(1, 5), Bounds(5, 6))


@pytest.mark.parametrize(
    ("figures", "total"),
    [
        ({"2019": 4, "2020": 5}, exactly(9)),
        ({"2019": 4, "2020": (None, 4)}, Bounds(4, 8)),
        ({"2019": 4, "2020": None}, Bounds(4, None)),
        ({"2019": 4, "2020": 5, "total": 9}, exactly(9)),  # the total is the same, and not counted again
        ({"total": 9}, exactly(9)),
        ({"": 9}, exactly(9)),
        ({"2019..2020": 9}, exactly(9)),
        ({"2019..2020": 9, "2019": 4, "2020": 5}, exactly(9)),
        ({"2010..2024": 90, "2024": 5}, exactly(90)),  # the range says more than its last year
        ({"2019": 8, "2019-Q1": 1, "2019-Q2": 2, "2019-Q3": 2, "2019-Q4": 3}, exactly(8)),
        ({"2019": 8, "2019-Q1": 1, "2019-Q2": 2}, exactly(8)),  # two quarters are less than the year
        ({"2019@police": 3, "2019@council": 4, "2019": 7}, exactly(7)),
        ({"2019@police": 3, "2019@council": 4, "2019@total": 5}, exactly(5)),
        ({"2019@police": 3, "2019@council": 4}, Bounds(4, 7)),  # some may have been referred to both
        ({"early": 3, "late": 4}, Bounds(4, 7)),
        ({"early": 3, "late": 4, "total": 6}, exactly(6)),
        ({"2019/20": 4, "2020/21": 5}, exactly(9)),
        ({"2019": 4, "2019/20": 5}, exactly(4)),  # they overlap by nine months, and one is taken
        ({"2019/20..2024/25": 30, "2019/20": 4, "2020/21": 5, "2021/22": 6, "2022/23": 5, "2023/24": 5, "2024/25": 5}, exactly(30)),
    ],
)  # fmt: skip
def test_each_month_is_counted_once(figures: dict[str, object], total: Bounds) -> None:
    assert summed(figures).bounds == total


def test_a_total_that_the_years_do_not_come_to_widens_the_bounds_and_is_told() -> None:
    found = summed({"2019": 4, "2020": 5, "total": 30})
    assert (found.bounds, found.differs) == (Bounds(9, 30), True)
    assert not summed({"2019": 4, "2020": (None, 4), "total": 7}).differs
    # a range that holds all that was taken is such a total too
    assert summed({"2019..2020": 30, "2019": 4, "2020": 5}).bounds == Bounds(9, 30)


def test_a_withheld_cell_is_not_worked_out_from_the_total_beside_it() -> None:
    found = summed({"2019": 4, "2020": None, "total": 7})
    assert (found.bounds, found.given) == (Bounds(4, None), exactly(4))
    # not even roughly, through a total that was withheld itself
    assert summed({"2019": 4, "total": None}).bounds == exactly(4)


def test_where_every_year_was_withheld_the_total_counts_for_it_gives_none_away() -> None:
    found = summed({"2019": None, "2020": None, "total": 7})
    assert (found.bounds, found.total_only) == (exactly(7), True)
    assert summed({"2019": None, "total": 7}).bounds == Bounds(0, None)


def test_one_number_that_was_asked_once_is_not_the_sum_of_years() -> None:
    assert summed({"2023": 100, "2024": 120, "": 150}, ONCE).bounds == exactly(150)
    found = summed({"2023": 100, "2024": 120}, ONCE)
    assert (found.bounds, found.pieces) == (Bounds(120, 220), True)
    assert not summed({"2024": 120}, ONCE).pieces


def test_without_figures_there_is_no_sum() -> None:
    assert series.summed([], YEARLY) is None
    assert series.summed([], ONCE) is None


def test_years_that_were_not_asked_are_left_out_and_counted() -> None:
    cells, outside = series.counts(answer({"2010": 4, "2018/19": 3, "2024": 5, "2025": 6}).values, YEARLY)
    assert ([cell.period for cell in cells], outside) == (["2018/19", "2024"], 2)
    assert series.counts(answer({"2010": 4}, part=ONCE).values, ONCE)[1] == 0


def test_per_cents_are_no_part_of_any_sum() -> None:
    assert series.counts(answer({"2019": 40}, unit="per cent").values, YEARLY) == ([], 0)


def test_a_mark_without_a_key_is_a_figure_that_was_withheld() -> None:
    (value,) = answer({"2019": 4}).values
    assert series.withheld(replace(value, figure=Figure("2019", quote="*")))
    assert not series.withheld(replace(value, figure=Figure("2019", lower=20)))


def test_years_are_told_by_the_calendar_and_by_finance_and_never_mixed() -> None:
    assert by_year({"2019": 4, "2019/20": 5, "2020-04..2021-03": 6, "total": 9, "2019..2024": 9}) == {
        "2019": exactly(4),
        "2019/20": exactly(5),
        "2020/21": exactly(6),
    }


def test_quarters_make_a_year_where_all_four_are_there_and_it_has_no_figure_of_its_own() -> None:
    quarters: dict[str, object] = {"2019-Q1": 1, "2019-Q2": (None, 4), "2019-Q3": 2, "2019-Q4": 3}
    assert by_year(quarters) == {"2019": Bounds(6, 10)}
    assert by_year({**quarters, "2019": 8}) == {"2019": exactly(8)}
    assert by_year({"2019-Q1": 1, "2019-Q2": 2, "2019-11..2020-01": 2}) == {}


@st.composite
def letters(draw: st.DrawFn) -> tuple[int, dict[str, object]]:
    """The true number of a body over its years, and a letter that masks it: bands, withheld cells, totals, ranges, quarters."""
    first = draw(st.integers(2019, 2023))
    true = draw(st.lists(st.integers(0, 60), min_size=1, max_size=2025 - first))
    financial = draw(st.booleans())
    names = [f"{y}/{(y + 1) % 100:02}" if financial else str(y) for y in range(first, first + len(true))]

    def masked(number: int) -> object:
        less, more = draw(st.integers(0, 9)), draw(st.integers(0, 9))
        return draw(
            st.sampled_from(
                [number, number, (max(0, number - less), number + more), (None, number + more), (max(0, number - less), None), None]
            )
        )  # fmt: skip

    figures: dict[str, object] = {}
    at = 0
    while at < len(true):
        run = draw(st.integers(1, len(true) - at)) if draw(st.integers(0, 4)) == 0 else 1
        number = sum(true[at : at + run])
        name = names[at] if run == 1 else f"{names[at]}..{names[at + run - 1]}"
        how = draw(st.sampled_from(["plain", "pieces", "both"]))
        if how != "plain" and run == 1 and not financial:
            cuts = sorted(draw(st.lists(st.integers(0, number), min_size=3, max_size=3)))
            ends = zip([0, *cuts], [*cuts, number], strict=True)
            figures |= {f"{name}-Q{q}": masked(b - a) for q, (a, b) in enumerate(ends, 1)}
        elif how != "plain":
            both = draw(st.integers(0, number))  # counted under either name
            one = draw(st.integers(both, number))
            figures |= {f"{name}@police": masked(one), f"{name}@council": masked(number - one + both)}
        if how != "pieces":
            figures[name] = masked(number)
        at += run
    total = draw(st.sampled_from(["", "total", f"{names[0]}..{names[-1]}", None]))
    if total is not None and draw(st.booleans()):
        # beside a plain total some years may be missing, or all
        gone = draw(st.sets(st.sampled_from(sorted(figures))))
        figures = {name: value for name, value in figures.items() if name not in gone} | {total: sum(true)}
    elif total is not None:
        figures.setdefault(total, masked(sum(true)))
    return sum(true), figures


@given(letters())
def test_the_bounds_hold_the_true_total_however_a_letter_masks_it(
    letter: tuple[int, dict[str, object]],
) -> None:
    true, figures = letter
    found = summed(figures).bounds
    assert found.lower <= true
    assert found.upper is None or true <= found.upper
