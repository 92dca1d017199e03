"""How a letter says which part an answer is about."""

from __future__ import annotations

import pytest

from foimail.model import Part
from foimail.replies.marks import Topics, headed
from tests.replies.letters import rules

ALL = frozenset({1, 2, 3, 4})


@pytest.mark.parametrize(
    ("text", "parts", "rest"),
    [
        ("Question 1: none", {1}, "none"),
        ("Q2 none", {2}, "none"),
        ("Questions 1 and 2: none", {1, 2}, "none"),
        ("Firstly, none", {1}, "none"),
        ("You asked: the number of staff who have received training", {4}, ""),
        ("You asked: something", frozenset(), "You asked: something"),
        ("Question 7: none", frozenset(), "Question 7: none"),
        ("Our answer follows", frozenset(), "Our answer follows"),
    ],
)
def test_a_sentence_is_headed_with_its_parts(text: str, parts: set[int], rest: str) -> None:
    assert headed(text, ALL, rules().topics, weak=False) == (frozenset(parts), rest)


def test_a_bare_number_is_a_mark_only_where_bare_numbers_are() -> None:
    assert headed("2. none", ALL, rules().topics, weak=True) == (frozenset({2}), "none")
    assert headed("2. none", ALL, rules().topics, weak=False)[0] == frozenset()


def test_a_campaign_that_gives_no_words_is_known_by_those_of_its_questions() -> None:
    beds = Part("beds", "The number of maternity beds closed", "count", None)
    mats = Part("mats", "The number of maternity wards inspected", "count", None)
    none = Part("none", "How so?", "text", None)
    topics = Topics([beds, mats, none])
    assert topics("of the wards three were inspected") == {2}
    assert topics("twelve were closed") == {1}
    assert topics("maternity is common to both") == frozenset()
