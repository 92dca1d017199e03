"""What the body states against what foimail counts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from tests.story import Story

if TYPE_CHECKING:
    from datetime import date

JUNE = "2026-06-12"  # FOIA: due 2026-07-14


def remarks(story: Story, today: str = "2026-06-20") -> tuple[str, ...]:
    return story.at(today).remarks


def test_a_day_of_receipt_that_they_state_is_kept_beside_ours() -> None:
    story = Story(sent=JUNE).came("2026-06-16", "human_ack", received="2026-06-16")
    # vector FOIA 2026-06-15 -> 2026-07-14; a working day later, 16 June, gives 15 July
    (remark,) = remarks(story)
    assert remark == (
        "They state that the request was received on Tuesday 16 June 2026; foimail counts from Friday 12 June 2026. "
        "From their day of receipt the last day would be Wednesday 15 July 2026."
    )
    assert remarks(Story(sent=JUNE).came("2026-06-16", "human_ack", received=JUNE)) == ()


def test_a_last_day_that_they_state_is_compared() -> None:
    def stating(day: str) -> tuple[str, ...]:
        return remarks(Story(sent=JUNE).came("2026-06-16", "human_ack", due=day))

    assert stating("2026-07-14") == ("They too give Tuesday 14 July 2026 as the last day.",)
    assert stating("2026-07-16") == (
        "They give Thursday 16 July 2026 as the last day, which is later than Tuesday 14 July 2026 (FOIA s.10(1)).",
    )
    assert "is earlier than" in stating("2026-07-10")[0]


def test_what_they_stated_last_counts() -> None:
    story = Story(sent=JUNE).came("2026-06-16", "human_ack", due="2026-07-20")
    story.came("2026-06-18", "human_ack", due="2026-07-14")
    assert remarks(story) == ("They too give Tuesday 14 July 2026 as the last day.",)


def test_nothing_is_compared_where_no_clock_runs() -> None:
    story = Story(sent=JUNE).came("2026-06-16", "clarification", due="2026-07-20")
    assert remarks(story) == ()


def test_a_promise_does_not_move_the_last_day() -> None:
    story = Story(sent=JUNE).came("2026-07-16", "holding_delay", until="2026-08-01")
    assert remarks(story, "2026-07-17") == (
        "They promise an answer by Saturday 1 August 2026. A promise does not move the last day.",
    )
    assert story.at("2026-07-17").stage == "overdue"
    assert remarks(story.came("2026-07-20", "partial"), "2026-07-21") == ()


def test_a_bounce_that_names_nothing_is_shown_to_a_person() -> None:
    story = Story(sent=JUNE).came(JUNE, "bounce", by="rule")
    assert story.at("2026-06-13").stage == "awaiting"
    (remark,) = remarks(story)
    assert "not from which address" in remark
    assert remarks(Story(sent=JUNE).came(JUNE, "bounce", failed="else@a.nhs.uk")) == ()


@given(st.dates(), st.dates(), st.dates(), st.sampled_from(["foia", "foisa", "eir", "eisr"]))
def test_no_day_that_a_letter_names_can_stop_the_program(
    received: date, due: date, until: date, regime: str
) -> None:
    story = Story(regime, JUNE).came(
        "2026-06-16", "human_ack", received=received.isoformat(), due=due.isoformat()
    )
    story.came("2026-06-18", "extension_pit", sections=["s.43"], until=until.isoformat())
    assert story.came("2026-06-19", "holding_delay", until=until.isoformat()).at("2026-07-20").steps


def test_a_day_that_makes_no_sense_is_shown_and_not_counted_from() -> None:
    story = Story(sent=JUNE).came("2026-06-16", "human_ack", received="1926-06-16")
    assert remarks(story)[0].endswith("That is a day which nobody can count from.")
    further = Story(sent=JUNE).came("2026-06-18", "extension_pit", sections=["s.43"], until="2062-08-01")
    assert further.dates("2026-06-19")["extension"] == "2026-08-12"
