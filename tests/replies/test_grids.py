"""Tables in letters and attachments."""

from __future__ import annotations

import pytest

from foimail.replies import anatomy, grids, layouts
from foimail.replies.figures import series
from tests.replies.letters import rules

NONE: frozenset[int] = frozenset()


def found(text: str, current: frozenset[int] = NONE, *, nil: bool = False) -> dict[int, dict[str, object]]:
    by = rules()
    result: dict[int, dict[str, object]] = {}
    for table in grids.tables(anatomy.units(text, anatomy.ours([]), by.phrases)):
        layouts.read(table, by.topics, current, dash_is_nil=nil)
        result |= {part: dict(series(figures)) for part, figures in table.found.items()}
    return result


YEARS = {"2021": 4, "2022": 7}
QUARTERS = {"2021-Q1": 1, "2021-Q2": 2, "2021-Q3": 3, "2021-Q4": 4}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Year\tReferrals\tAssessments\n2021\t4\t2\n2022\t7\t3", {1: YEARS, 2: {"2021": 2, "2022": 3}}),
        ("\t2021\t2022\nReferrals\t4\t7\nAssessments\t2\t3", {1: YEARS, 2: {"2021": 2, "2022": 3}}),
        ("Year\tReferrals: police\tReferrals: total\n2021\t1\t4\n2022\t2\t7", {1: YEARS}),
        ("Year\tReferrals to police\tReferrals to council\n2021\t1\t3\n2022\t2\t5", {1: YEARS}),
        ("\t2021\t2022\nReferrals, north\t1\t3\nReferrals, south\t3\t4", {1: YEARS}),
        ("\t2021\t2022\nReferrals, north\t1\tn/a\nReferrals, south\t3\tn/a", {1: {"2021": 4}}),
        (
            "Year ending\tReferrals\n2021\t4\n2022\t7",
            {1: {"2020/21": 4, "2021/22": 7}},
        ),
        ("Staff group\tTrained in CSE\nNurses\t40\nDoctors\t12\nTotal\t52", {4: {"total": 52}}),
        ("Staff\tTrained in CSE\nAll staff groups\t52\nNote\tnone taken", {4: {"total": 52}}),
        ("Staff group\tTrained in CSE\nNurses\t40\nDoctors\t12", {}),
        ("Group\tTrained in CSE\nNurses\t40", {4: {"total": 40}}),
        ("Colour\tHeads\nBlue\t40\nRed\t12", {}),
        ("Group\tHeads\nNurses\t40\nDoctors\t12", {}),
        ("Year ended 31 March\tReferrals\n2021\t4\n2022\t7", {1: {"2020/21": 4, "2021/22": 7}}),
        ("Referrals    Assessments\n2021   4   2\n2022   7   3", {1: YEARS, 2: {"2021": 2, "2022": 3}}),
        ("Referrals\n2021 2022 2023\n4 7 9\n2024 2025\n1 2", {1: YEARS | {"2023": 9}}),
        ("Referrals\n\tJan-Mar\tApr-Jun\tJul-Sep\tOct-Dec\n2021\t1\t2\t3\t4", {1: QUARTERS}),
        ("Referrals\n\tApr-Jun\tJul-Sep\tOct-Dec\tJan-Mar\n2021/22\t1\t2\t3\t4", {1: QUARTERS}),
        ("Referrals\n\tQ1 (Apr-Jun)\tQ2\tQ3\tQ4\n2021/22\t1\t2\t3\t4\n2022/23\t5", {1: QUARTERS | {"2022-Q1": 5}}),
        ("Colour\n\tQ1\tQ2\tQ3\tQ4\n2021/22\t1\t2\t3\t4", {}),
        ("What\tWhen\tValue\tNote\nReferrals\t2021\t4\nReferrals\t2022\t7\tnew\nTrained staff\t\t52", {1: YEARS, 4: {"total": 52}}),
        ("\tDraft\tFinal\nReferrals 2021\t5\t4\nReferrals 2022\t8\t7\nStaff trained\t-\t52", {1: YEARS, 4: {"total": 52}}),
        ("Body\tYear\tn_refs\nABC\t2021\t4\nABC\t2022\t7", {1: YEARS}),
        ("Question\t2021\t2022\tNow\nReferrals\t4\t7\nStaff trained\t\t\t52", {1: YEARS, 4: {"total": 52}}),
        ("Referrals\t2021\t2022\n\t4\t7\nTrained\t52", {1: YEARS, 4: {"total": 52}}),
        ("Year\tReferrals\n20-21\t4\n21-22\t7\nSince 1 April 2022\t2", {1: {"2020/21": 4, "2021/22": 7, "2022-04..present": 2}}),
        ("Note\tof May\n2021\t4\t2\t1\n2022\t7\t3\t2", {}),
        ("2021 4 / 2022 7\n2023 1 / 2024 2", {}),
    ],
)  # fmt: skip
def test_a_table_gives_each_part_its_series(text: str, expected: dict[int, object]) -> None:
    assert found(text) == expected


def test_a_dash_is_nil_only_where_a_key_says_so() -> None:
    text = "Year\tReferrals\n2021\t4\n2022\t-"
    assert found(text) == {1: {"2021": 4}}
    assert found(text, nil=True) == {1: {"2021": 4, "2022": 0}}


def test_bands_are_never_added_up() -> None:
    assert found("\t2021\t2022\nReferrals, north\t<5\t3\nReferrals, south\t3\t4") == {
        1: {"2021": 3, "2022": 7}
    }


def test_a_table_under_a_numbered_answer_is_about_its_part() -> None:
    assert found("Year\tNumber\n2021\t4\n2022\t7", frozenset({2})) == {2: YEARS}


def test_cells_are_parted_by_tabs_bars_gaps_or_stand_after_a_period() -> None:
    assert grids.cells("2021 | 4") == ["2021", "4"]
    assert grids.cells("2021   4") == ["2021", "4"]
    assert grids.cells("2021: 4 7") == ["2021", "4", "7"]
    assert grids.cells("2021 2022 2023") == ["2021", "2022", "2023"]
    assert grids.cells("In 2021 we had 4") == ["In 2021 we had 4"]


def test_one_series_under_two_numbers_answers_both() -> None:
    assert found("Year\tNumber\n2021\t4\n2022\t7", frozenset({1, 2})) == {1: YEARS, 2: YEARS}


def test_years_that_a_table_calls_not_held_are_gaps() -> None:
    (table,) = grids.tables(
        anatomy.units("Year\tReferrals\n2020\tnot held\n2021\t4", anatomy.ours([]), rules().phrases)
    )
    layouts.read(table, rules().topics, NONE)
    assert table.gaps == {1}
