"""How answers stand in letters: numbering, headings, lists, blocks by year, and numbers that are no answers."""

from __future__ import annotations

import pytest

from foimail.replies.reading import SURE
from tests.replies.letters import counts, outcomes, read

YEARS = {"2021": 4, "2022": 7}
TOLD = "A named nurse leads the safeguarding team and sits on the multi-agency panel."


@pytest.mark.parametrize(
    "text",
    [
        f"1\n2021: 4, 2022: 7\n2\nNot held.\n3\n{TOLD}\n4\n52",
        f"1 and 2\n2021: 4, 2022: 7\n3\n{TOLD}\n4\n52",
        f"1 In 2021 4 and in 2022 7 were made\n2 Not held\n3 {TOLD}\n4 52 of them",
        f"A) 2021: 4, 2022: 7\nB) Not held.\nC) {TOLD}\nD) 52",
        f"| Question | Response |\n|---|---|\n| 1 | 2021 4, 2022 7 |\n| 2 | Not held. |\n| 3 | {TOLD} |\n| 4 | 52 |",
        f"Request 1: 2021: 4, 2022: 7\n\nRequest 2: Not held.\n\nRequest 3: {TOLD}\n\nRequest 4: 52",
        f"Question 1. 2021: 4, 2022: 7\n\nQuestion 2. Not held.\n\nIn respect of 3, {TOLD}\n\nAs for 4, 52 staff.",
        f"YEAR: 2021\nReferrals: 4\n\nYEAR: 2022\nReferrals: 7\n\nArrangements: {TOLD}\n\nStaff trained: 52",
    ],
)
def test_parts_are_told_apart_by_however_they_are_numbered(text: str) -> None:
    assert counts(text, 1) == YEARS
    assert outcomes(text)[2] == "answered"
    assert 52 in counts(text, 4).values()


@pytest.mark.parametrize(
    ("text", "part", "figures"),
    [
        ("4. Nursing 2,210; Social work 389 staff", 4, {"Nursing": 2210}),
        ("4. Nursing 2,210; Social work 389", 4, {"Nursing": 2210, "Social work": 389}),
        ("4. Level 1: 88%, Level 2: 84%", 4, {"Level 1": 88, "Level 2": 84}),
        ("4. The figure of 1,066 counted leavers. It should read 987 staff.", 4, {"total": 987}),
        ("4. 388 people out of 402 are trained staff.", 4, {"total": 388}),
        ("Q1 2023 - four referrals. Q2 2023 - five referrals.", 1, {"2023-Q1": 4, "2023-Q2": 5}),
        ("2. Assessments: 4 in 2021, 7 in 2022, 9 in 2023.\n\n1. 5, 8 and 10 in the same years.", 1, {"2021": 5, "2023": 10}),
        ("1. Referrals: 2021 4, 2022 7, and 412 in 2023 of every kind", 1, {}),
    ],
)  # fmt: skip
def test_lists_are_read_by_what_they_name(text: str, part: int, figures: dict[str, float]) -> None:
    found = counts(f"{text}\n\n3. {TOLD}", part)
    assert {name: found.get(name) for name in figures} == figures if figures else not found


def test_a_key_to_numbers_is_none() -> None:
    text = "1. Referrals 2021: 4\n\n4. Staff: see our website. Numbers below 5 have been replaced by <5."
    assert not counts(text, 4)


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        ("The number of referrals for 2022 should have read 72 and not 27.", "partial"),
        ("1. Referrals 2022: 5\n   2023: being validated", "partial"),
        ("1. Referrals 2022: 5, 2023: 7. Those before 2022 have not been counted.", "partial"),
        ("1. Referrals 2022: 5, 2023: 7, since then (2024 to date): 2", "answered"),
        (
            "1. Numbers are below 10 in each of the years 2017 to 2024 and are withheld under section 40(2).",
            "refused",
        ),
        (
            "4. Section 12. We would have to open the files of 2,340 employees at six minutes a file.",
            "refused",
        ),
        (
            "4. Section 12 applies: to ask 512 staff would take 40 hours. The other 30 staff have left.",
            "refused",
        ),
        ("3. Ask the council, which does this.", "redirected"),
        ("3. A named nurse leads the team. You can read more at https://body.example/cse", "answered"),
    ],
)
def test_what_a_part_comes_to(text: str, outcome: str) -> None:
    found = {answer.part: answer.outcome for answer in read(f"{text}\n\n2. Not held.").answers}
    assert found[text[0] if text[0].isdigit() else "1"] == outcome


def test_a_number_for_two_years_together_is_for_a_person() -> None:
    def sure(text: str) -> list[bool]:
        return [f.confidence >= SURE for f in read(f"{text}\n\n2. Not held.").answers[0].figures]

    assert sure("1. Referrals in 2021 and 2022: 5; 2023: 7") == [False, False, True]
    assert sure("1. Referrals: 5 in each of 2021 and 2022; 7 in 2023") == [True, True, True]
    assert sure("1. Referrals: 2021 5, 2022 7, 12 13") == [False, False]


def test_a_sentence_that_goes_to_two_parts_is_for_a_person() -> None:
    text = f"We made 4 referrals and 4 assessments in 2021, and 7 referrals and 7 assessments in 2022.\n\n3. {TOLD}"
    assert not [f for a in read(text).answers for f in a.figures if f.confidence >= SURE]
