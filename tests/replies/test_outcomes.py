"""What a letter's words on one part come to."""

from __future__ import annotations

import pytest

from tests.replies.letters import counts, outcomes, read

STORY = "We have a named nurse, a named doctor and a seat at the multi-agency panel."


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        ("2021: 4, 2022: 7", "answered"),
        ("4 in all", "partial"),
        ("2021: 4, 2022: withheld", "partial"),
        ("We do not hold this information.", "not_held"),
        ("This is refused under section 40(2).", "refused"),
        ("2021: nil, 2022: nil", "answered"),
        ("2021: 4 and 2022: 7. Before that we do not hold records.", "answered"),
        ("About 90% of cases.", "partial"),
    ],
)
def test_a_count_by_year(answer: str, outcome: str) -> None:
    letter = f"1. {answer}\n2. 2021: 1, 2022: 2\n3. {STORY}\n4. 512 staff"
    assert outcomes(letter)[0] == outcome


def test_not_held_is_never_zero() -> None:
    letter = f"1. None. We have no record of any such referral.\n2. 2021: 1, 2022: 2\n3. {STORY}\n4. 512"
    assert outcomes(letter)[0] == "not_held"
    assert counts(letter, 1) == {}


def test_years_that_were_not_asked_are_left_out() -> None:
    letter = f"1. 1999: 3, 2021: 4, 2022: 7\n2. 2021: 1, 2022: 2\n3. {STORY}\n4. 512 staff"
    assert counts(letter, 1) == {"2021": 4, "2022": 7}


def test_a_refusal_beside_counts_of_other_years_makes_a_part_answered_in_part() -> None:
    letter = (
        "1. 2021: 4, 2022: 7.\nThe years up to 2020 are refused under section 12.\n"
        f"2. 2021: 1, 2022: 2\n3. {STORY}\n4. 512 staff"
    )
    assert outcomes(letter)[0] == "partial"
    assert counts(letter, 1) == {"2021": 4, "2022": 7}


@pytest.mark.parametrize(
    ("answer", "staff"),
    [
        ("4. 512", 512),
        ("4. 512 of 640 staff", 512),
        ("4. The 640 we gave should read 512.", 512),
        ("4. 512 staff, 40 of them doctors, or so", 512),
        ("4. 12 sessions were held and 512 staff trained.", 512),
        ("4. One thousand two hundred and four staff", 1204),
    ],
)
def test_of_several_numbers_the_one_of_the_people_is_meant(answer: str, staff: int) -> None:
    letter = f"1. 2021: 4, 2022: 7\n2. 2021: 1, 2022: 2\n3. {STORY}\n{answer}"
    assert counts(letter, 4) == {"total": staff}


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (STORY, "answered"),
        ("We hold no such policy.", "not_held"),
        ("The policy is refused under section 22.", "refused"),
        (f"{STORY} The minutes are withheld under section 40(2).", "partial"),
        ("Please see our website.", "redirected"),
    ],
)
def test_a_part_told_in_words(answer: str, outcome: str) -> None:
    letter = f"1. 2021: 4, 2022: 7\n2. 2021: 1, 2022: 2\n3. {answer}\n4. 512 staff"
    assert outcomes(letter)[2] == outcome


def test_an_answer_has_its_place_in_the_letter() -> None:
    text = f"Dear Morgan\n1. 2021: 4, 2022: 7\n2. We do not hold this.\n3. {STORY}\n4. 512 staff"
    for answer in read(text).answers:
        place = answer.where
        assert text[place["start"] : place["end"]] == answer.quote
