"""What bodies ask, and which questions are alike."""

from __future__ import annotations

import pytest

from foimail.files.tables import table
from foimail.replies.questions import Group, Question, asked, group

TABLE = table("questions")


def grouped(*words: str) -> tuple[Group, ...]:
    return group([Question(f"FOI-{n}", text) for n, text in enumerate(words, 1)], TABLE)


def tokens(one: Group) -> list[str]:
    return [question.token for question in one.questions]


@pytest.mark.parametrize(
    ("letter", "question"),
    [
        (
            "Dear Ms Ashdown,\n\nThank you for your request. Do you want calendar or financial years?\n\nYours",
            "Do you want calendar or financial years?",
        ),
        (
            "Thank you. Please could you confirm whether\nyou mean referrals by staff. We wait for your reply.",
            "Please could you confirm whether you mean referrals by staff.",
        ),
        ("We cannot go on with this.\n\nThe FOI team", "We cannot go on with this. The FOI team"),
        ("", ""),
    ],
)
def test_the_question_is_the_sentences_that_ask(letter: str, question: str) -> None:
    assert asked(letter, TABLE) == question


def test_a_question_without_end_is_cut() -> None:
    assert len(asked("what " * 5000 + "?", TABLE)) == 600


def test_questions_on_one_topic_are_alike_in_whatever_words() -> None:
    (years,) = grouped("Calendar or financial years?", "Could you confirm if each financial year is wanted?")
    assert (years.name, years.title, tokens(years)) == (
        "years",
        "Calendar or financial years?",
        ["FOI-1", "FOI-2"],
    )


def test_whether_they_mean_one_kind_of_year_or_another_is_no_question_of_meaning() -> None:
    (years,) = grouped("Calendar or financial years?", "Please clarify whether you mean calendar years.")
    assert years.name == "years"
    (meaning,) = grouped("What exactly do you mean?")
    assert meaning.name == "meaning"


def test_a_body_that_asks_more_is_not_among_those_that_ask_less() -> None:
    both, years = grouped("Calendar or financial years, and in which format?", "Calendar or financial years?")
    assert (both.name, years.name) == ("years+format", "years")


def test_questions_on_no_known_topic_are_alike_where_they_share_most_words() -> None:
    alike, other = grouped(
        "Should bank workers be counted among trained employees?",
        "Are bank workers counted among the trained employees?",
        "Does maternity belong?",
    )
    assert tokens(alike) == ["FOI-1", "FOI-2"]
    assert tokens(other) == ["FOI-3"]
    assert alike.name != other.name


def test_questions_without_words_are_alike_only_with_each_other() -> None:
    first, second = grouped("?", "Does maternity belong?", "")
    assert (tokens(first), tokens(second)) == (["FOI-1", "FOI-3"], ["FOI-2"])


def test_a_group_keeps_its_name_when_more_of_its_kind_come() -> None:
    (before,) = grouped("Does maternity belong?")
    (after,) = grouped("Does maternity belong?", "Does maternity belong here?")
    assert before.name == after.name
    assert before.name.startswith("q-")


def test_the_largest_group_comes_first() -> None:
    assert [len(g.questions) for g in grouped("Does maternity belong?", "What ages?", "Which ages?")] == [
        2,
        1,
    ]
