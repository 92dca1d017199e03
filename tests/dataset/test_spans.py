"""Which months a period covers."""

from __future__ import annotations

import pytest

from foimail.dataset.spans import span, unbroken


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
def test_what_is_no_period_has_no_months(period: str) -> None:
    assert span(period) is None


def test_a_row_of_years_is_unbroken_until_one_is_missing_or_there_twice() -> None:
    spans = {year: found for year in (2019, 2020, 2021, 2022) if (found := span(str(year)))}
    assert unbroken([spans[2020], spans[2019], spans[2021]])
    assert not unbroken([spans[2019], spans[2021]])
    assert not unbroken([spans[2019], spans[2019]])
