"""Periods as spans of months."""

from __future__ import annotations

from datetime import date

import pytest

from foimail.dataset.periods import clipped, months, name, span, unbroken, years

PRESENT = date(2026, 6, 20)


def read(period: str) -> tuple[str, str] | None:
    """First and last month as `2019-01`."""
    found = span(period, PRESENT)
    return None if found is None else tuple(f"{m // 12}-{m % 12 + 1:02}" for m in found)  # type: ignore[return-value]


@pytest.mark.parametrize(
    ("period", "first", "last"),
    [
        ("2019", "2019-01", "2019-12"),
        ("2019/20", "2019-04", "2020-03"),
        ("1999/00", "1999-04", "2000-03"),
        ("2024-Q4", "2024-10", "2024-12"),
        ("2023-11", "2023-11", "2023-11"),
        ("2010..2024", "2010-01", "2024-12"),
        ("2010/11..2019/20", "2010-04", "2020-03"),
        ("2023-04..2024-03", "2023-04", "2024-03"),
        ("2023-11..present", "2023-11", "2026-06"),
    ],
)
def test_a_period_is_read_as_its_months(period: str, first: str, last: str) -> None:
    assert read(period) == (first, last)


@pytest.mark.parametrize(
    "period",
    [
        "",
        "total",
        "2019/21",
        "2024..2010",
        "2030..present",
        "..2010",
        "2010..",
        "2024-Q5",
        "2024-13",
        "early",
    ],
)
def test_what_is_no_period_has_no_months(period: str) -> None:
    assert read(period) is None


def test_spans_can_be_cut_to_a_window_and_measured() -> None:
    window = years(2010, 2012)
    assert months(window) == 36
    assert clipped(years(2005, 2010), window) == years(2010, 2010)
    assert clipped(years(2005, 2009), window) is None
    assert clipped(years(2005, 2009), None) == years(2005, 2009)
    assert window.holds(years(2011, 2011))
    assert not years(2011, 2011).holds(window)


@pytest.mark.parametrize(
    ("period", "named"),
    [
        ("2019", "2019"),
        ("2019/20", "2019/20"),
        ("2019-04..2020-03", "2019/20"),
        ("2019-02..2020-01", ""),
        ("2019..2020", ""),
    ],
)
def test_a_span_of_twelve_months_is_named_where_it_is_a_year_of_the_calendar_or_of_finance(
    period: str, named: str
) -> None:
    found = span(period, PRESENT)
    assert found
    assert name(found) == named


@pytest.mark.parametrize(
    ("period", "holds", "not_all_of"),
    [
        ("2021", "2021-Q4", "2021/22"),
        ("2021/22", "2022-Q1", "2022"),
        ("2010..2024", "2012/13", "2024/25"),
        ("2019/20..2021/22", "2020", "2019"),
        ("2023-11..present", "2024..present", "2023"),
        ("2022-04..2022-12", "2022-Q3", "2022"),
        ("2022-04..2022-12", "2022-05..2022-05", "2022-03..2022-05"),
    ],
)
def test_a_period_holds_those_within_it(period: str, holds: str, not_all_of: str) -> None:
    one, inside, beyond = span(period), span(holds), span(not_all_of)
    assert one
    assert inside
    assert beyond
    assert one.holds(inside)
    assert not one.holds(beyond)
    assert one.meets(beyond)
    assert one.open == period.endswith("present")


@pytest.mark.parametrize("period", ["", "total", "nurses", "2021..later", "present", "total..2021"])
def test_what_is_no_period_has_no_months_without_a_present_either(period: str) -> None:
    assert span(period) is None


def test_a_row_of_years_is_unbroken_until_one_is_missing_or_there_twice() -> None:
    spans = {year: found for year in (2019, 2020, 2021, 2022) if (found := span(str(year)))}
    assert unbroken([spans[2020], spans[2019], spans[2021]])
    assert not unbroken([spans[2019], spans[2021]])
    assert not unbroken([spans[2019], spans[2019]])
