"""What a person types for a figure, and how it is written back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foimail.dataset.typed import figure, value, written
from foimail.replies.reading import Figure


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("2019=4", Figure("2019", value=4)),
        (" 2020/21 = <5 ", Figure("2020/21", upper=4)),
        ("2020<=5", Figure("2020", upper=5)),
        ("2021=1-4", Figure("2021", lower=1, upper=4)),
        ("2021=5+", Figure("2021", lower=5)),
        ("2022=withheld", Figure("2022", withheld=True)),
        ("2022=*", Figure("2022")),
        ("2023=nil", Figure("2023", value=0)),
        ("2024=1,204", Figure("2024", value=1204)),
        ("2024=2019", Figure("2024", value=2019)),
        ("2024=86.5%", Figure("2024", value=86.5, unit="per cent")),
        ("2024=86%", Figure("2024", value=86, unit="per cent")),
        ("Total=17", Figure("total", value=17)),
        ("under 16=two", Figure("", "under 16", value=2)),
        ("2024-Q2=3", Figure("2024-Q2", value=3)),
        ("2010..2024=5", Figure("2010..2024", value=5)),
        ("2023-11..present=17", Figure("2023-11..present", value=17)),
    ],
)
def test_it_is_understood(text: str, meant: Figure) -> None:
    assert figure(text) == meant
    assert figure(written(meant)) == meant


@pytest.mark.parametrize("text", ["4", "=4", "2019=", "2019=many", "2019=4 or so", "2019=4 5", "2019=n/a"])
def test_what_makes_no_sense_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(ValueError, match="2019=4"):
        figure(text)


@given(
    st.sampled_from(["2019", "2020/21", "total", "2021-Q3", "2010..2024"]),
    st.one_of(
        st.builds(Figure, value=st.integers(0, 10**6).map(float)),
        st.builds(Figure, upper=st.integers(1, 900).map(float)),
        st.builds(Figure, lower=st.integers(1, 900).map(float)),
        st.builds(Figure, withheld=st.just(True)),  # noqa: FBT003 - the strategy's argument
    ),
)
def test_what_is_written_reads_back_the_same(period: str, one: Figure) -> None:
    back = figure(f"{period}={value(one)}")
    assert (back.value, back.lower, back.upper, back.withheld) == (
        one.value,
        one.lower,
        one.upper,
        one.withheld,
    )
    assert (back.period, back.category) == (period, "")
