"""An answer that is there and cannot be read yet: one step more, until it has been fetched."""

from __future__ import annotations

from datetime import date

import pytest

from tests.story import Story

JUNE = "2026-06-12"  # FOIA: due 2026-07-14


def linked(**facts: str) -> Story:
    return Story(sent=JUNE).came("2026-06-16", "other", by="rule", **{"behind": "link", **facts})


def routes(story: Story, today: str = "2026-06-20") -> list[str]:
    return [step.route for step in story.at(today).steps]


def test_an_answer_behind_a_link_is_the_first_thing_to_see_to() -> None:
    where = linked(behind_until="2026-07-03", behind_link="files.example").at("2026-06-20")
    assert where.step.route == "fetch"
    assert where.step.by == date(2026, 7, 3)
    assert where.step.what == (
        "An answer waits behind a link until Friday 3 July 2026: fetch it, then `foimail received`."
    )
    assert where.step.why == "Their message of Tuesday 16 June 2026 says so (files.example)."
    assert where.stage == "awaiting"  # a link is no answer yet, and their time runs on
    assert [step.route for step in where.steps] == ["fetch", "wait"]


def test_of_a_link_only_its_host_is_repeated() -> None:
    step = linked(behind_link="https://files.example/s/secret?key=1").at("2026-06-20").step
    assert step.why.endswith("says so (files.example).")


def test_a_link_that_has_ended_is_asked_for_again() -> None:
    story = linked(behind_until="2026-07-03")
    assert story.at("2026-07-03").step.by == date(2026, 7, 3)
    step = story.at("2026-07-04").step
    assert (step.what, step.letter, step.by) == (
        "An answer waits behind a link, which was open until Friday 3 July 2026: ask them to send it again.",
        "reply",
        None,
    )


@pytest.mark.parametrize(
    ("behind", "what", "letter"),
    [
        ("portal", "An answer waits in a secure-mail portal: fetch it, then `foimail received`.", ""),
        (
            "password",
            "An answer is locked with a password, which often comes in a message of its own: open it, then `foimail received`.",
            "",
        ),
        (
            "missing_attachment",
            "They say that something is attached, and nothing is: ask them to send it again.",
            "reply",
        ),
    ],
)
def test_each_sort_says_what_to_do(behind: str, what: str, letter: str) -> None:
    step = linked(behind=behind).at("2026-06-20").step
    assert (step.what, step.letter) == (what, letter)


def test_an_answer_that_came_since_or_a_persons_word_ends_it() -> None:
    assert routes(linked().came("2026-06-18", "full_disclosure"))[0] == "read"
    assert routes(linked().came("2026-06-18", "human_ack")) == ["fetch", "wait"]
    assert routes(linked().came("2026-06-18", "human_ack", behind="none")) == ["wait"]
    assert routes(linked(behind="none")) == ["wait"]


def test_a_later_link_counts_and_an_answer_may_itself_be_one() -> None:
    again = linked(behind_until="2026-06-18").came(
        "2026-06-19", "full_disclosure", behind="portal", behind_until="2026-07-01"
    )
    assert again.at("2026-06-20").step.by == date(2026, 7, 1)
    assert routes(again)[:2] == ["fetch", "read"]


def test_a_case_that_is_closed_or_decided_asks_for_nothing_more() -> None:
    assert routes(linked().closed("2026-06-18")) == ["none"]
    decided = linked().sent("2026-08-01", "complaint").came("2026-09-01", "decision_notice")
    assert "fetch" not in routes(decided, "2026-09-02")
