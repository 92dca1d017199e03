"""Periods as spans of months."""

from __future__ import annotations

from datetime import date

import pytest

from foimail.dataset.periods import clipped, months, name, span, within, years

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
    assert within(years(2011, 2011), window)
    assert not within(window, years(2011, 2011))


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
