"""Totals that stand with figures in a letter."""

from __future__ import annotations

import pytest

from foimail.dataset.totals import stated
from foimail.replies.reading import Figure

YEARS = (4, 6, 5)  # of 2019 to 2021


def totals(text: str, first: str = "2019", last: str = "5") -> list[tuple[str, float | None]]:
    """The totals of a text with the figures of three years, which stand from one word of it to another."""
    where = {"file": "", "start": text.index(first), "end": text.rindex(last) + len(last)}
    figures = [Figure(str(year), value=float(value), where=where) for year, value in enumerate(YEARS, 2019)]
    return [(f.period, f.value) for f in stated(text, figures)]


@pytest.mark.parametrize(
    "text",
    [
        "2019: 4\n2020: 6\n2021: 5\nTotal: 14\n",
        "2019: 4\n2020: 6\n2021: 5\n\n  TOTAL - 14.",
        "2019: 4; 2020: 6; 2021: 5; total 14.",
        "We made a total of 14 referrals: 4 in 2019, 6 in 2020 and 5 in 2021.",
        "Referrals, a total of\n14:\n2019: 4\n2020: 6\n2021: 5",
        "4 in 2019, 6 in 2020 and 5 in 2021, 14 in total.",
        "4 in 2019, 6 in 2020 and 5 in 2021, fourteen referrals altogether.",
        "Year\tReferrals\tSeen\n2019\t4\t3\n2020\t6\t3\n2021\t5\t3\nTotal\t14\t9\n",
        "Year   Seen  Referrals\n2019   3     4\n2020   3     6\n2021   3     5\nGrand total   9    14\n",
        "\t2019\t2020\t2021\tTotal\nSeen\t3\t3\t3\t9\nReferrals\t4\t6\t5\t14\n",
    ],
)
def test_the_total_beside_figures_is_read(text: str) -> None:
    assert totals(text) == [("total", 14)]


def test_a_total_beside_one_range_is_of_that_range() -> None:
    text = "4, 6 and 5. In 2019 to 2021 there were 14 together"
    assert totals(text, "In", "14") == [("2019..2021", 14)]


@pytest.mark.parametrize(
    "text",
    [
        "2019: 4\n2020: 6\n2021: 5\n",
        "2019: 4\n2020: 6\n2021: 5\n\nTotal staff trained: 300",  # of another part
        "2019: 4\n2020: 6\n2021: 5. Our total budget is 900",
        "Year\tA\tB\n2019\t4\t4\n2020\t6\t6\n2021\t5\t5\nTotal\t14\t15\n",  # which column?
        "Year\tA\n2019\t4\n2020\t6\n2021\t7\nTotal\t15\n",  # not these figures
        "Year\tA\n2019\t4\n2020\t6\n2021\t5\nTotal\tn/a\n",
        "\t2019\t2020\t2021\tTotal\nA\t4\t6\t5\n",
        "\t2019\t2020\t2021\tTotal\tTotals\nA\t4\t6\t5\t14\t15\n",
        "FY\tA\tTotal\n2019\t4\t4\n2020\t6\t6\n2021\t5\t5\n",
        "2019: 4; 2020: 6; 2021: 5; a total of 2019",
        "We had 4, 6 and 5 and in 2019 a total of 4 and no more than 5",
        "In 2019 to 2021 a total of 15 and in 2010 to 2014 a total of 5",  # two ranges
    ],
)
def test_what_is_no_total_of_these_figures_is_not(text: str) -> None:
    assert not totals(text)


def test_one_figure_and_figures_without_a_place_have_no_total() -> None:
    text = "2019: 4\n2020: 6\nTotal: 10"
    whole = {"file": "", "start": 0, "end": len(text)}
    assert not stated(text, [Figure("2019", value=4.0, where=whole)])
    assert not stated(text, [Figure("2019", value=4.0), Figure("2020", value=6.0)])
