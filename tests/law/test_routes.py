"""What can be done on which day, stage by stage and law by law."""

from __future__ import annotations

from typing import Any

import pytest

from foimail.law.position import STAGES
from tests.story import Story

JUNE = "2026-06-12"  # FOIA: due 2026-07-14; FOISA: 2026-07-13


def foia() -> Story:
    return Story(sent=JUNE)


def refused(**facts: Any) -> Story:
    # vector IR1: an answer of 3 October 2025, asking for review until 28 November
    return Story(sent="2025-09-10").came("2025-10-03", "refusal", **facts)


STAGE_STORIES = {
    "not_sent": (Story(), JUNE),
    "awaiting": (foia(), "2026-07-14"),
    "overdue": (foia(), "2026-07-15"),
    "extended": (foia().came("2026-07-01", "extension_pit", sections=["s.43"]), "2026-07-15"),
    "fees": (foia().came("2026-06-20", "fees_notice"), "2026-07-15"),
    "clarification": (foia().came("2026-06-20", "clarification"), "2026-07-15"),
    "answered": (refused(), "2025-10-04"),
    "review": (refused().sent("2025-10-20", "review"), "2025-11-17"),
    "review_overdue": (refused().sent("2025-10-20", "review"), "2025-11-18"),
    "complained": (foia().sent("2026-07-15", "chaser").sent("2026-07-29", "complaint"), "2026-08-01"),
    "decided": (
        foia().sent("2026-07-29", "complaint").came("2026-10-01", "decision_notice"),
        "2026-10-02",
    ),
    "closed": (foia().closed("2026-06-20"), "2026-08-01"),
    "undelivered": (foia().came(JUNE, "bounce", failed="foi@a.nhs.uk"), "2026-07-01"),
}


@pytest.mark.parametrize("stage", STAGE_STORIES)
def test_every_stage_has_a_step_that_says_why(stage: str) -> None:
    story, today = STAGE_STORIES[stage]
    found = story.at(today)
    assert found.stage == stage
    assert found.step == found.steps[0]
    assert stage in STAGES
    for step in found.steps:
        assert step.what.endswith((".", "/")) or "http" in step.what
        assert step.why
        assert (step.to != "") == (step.letter != "") or step.route == "address"


def test_silence_under_foia_needs_a_chaser_and_no_review() -> None:
    assert foia().steps("2026-07-15") == [("chaser", "2026-07-15", "")]
    # ten working days after 15 July 2026: 29 July; six weeks: 26 August
    chased = foia().sent("2026-07-15", "chaser")
    assert chased.steps("2026-07-20") == [("complaint", "2026-07-29", "2026-08-26")]
    step = chased.at("2026-07-29").step
    assert (step.letter, step.to, step.basis) == ("complaint", "regulator", "practice")


def test_a_review_asked_for_after_silence_under_foia_counts_as_the_chaser() -> None:
    asked = foia().sent("2026-07-15", "review")
    assert asked.at("2026-07-20").stage == "overdue"
    assert asked.steps("2026-07-20") == [("complaint", "2026-07-29", "2026-08-26")]


def test_a_step_is_open_from_its_first_day() -> None:
    step = foia().at("2026-07-15").step
    assert step.on_or_after is not None
    assert step.is_open(step.on_or_after)
    assert not step.is_open(step.on_or_after.replace(day=14))


def test_the_regulator_is_warned_of_after_four_weeks_and_late_after_six() -> None:
    chased = foia().sent("2026-07-15", "chaser")
    assert "Do it soon" not in chased.at("2026-08-11").step.why
    assert "Do it soon: after Wednesday 26 August 2026" in chased.at("2026-08-12").step.why
    assert "Do it soon" in chased.at("2026-08-26").step.why
    assert "may now be refused as late" in chased.at("2026-08-27").step.why


def test_silence_under_foisa_needs_a_requirement_for_review() -> None:
    # vector SC1
    story = Story("foisa", JUNE)
    assert story.steps("2026-07-14") == [("review", "2026-07-14", "2026-09-08")]
    assert story.at("2026-07-14").step.letter == "review"
    story.sent("2026-07-20", "review")
    assert story.steps("2026-08-18") == [
        ("wait", "2026-08-19", ""),
        ("complaint", "2026-08-19", "2027-02-18"),
    ]
    assert story.steps("2026-08-19") == [("complaint", "2026-08-19", "2027-02-18")]
    assert story.at("2026-08-19").stage == "review_overdue"
    assert "Apply for a decision to the Scottish Information Commissioner" in story.at("2026-08-19").step.what


def test_a_review_under_foisa_answered_leads_to_the_commissioner_within_six_months() -> None:
    story = Story("foisa", JUNE).sent("2026-07-20", "review").came("2026-08-10", "full_disclosure")
    found = story.at("2026-08-11")
    assert (found.stage, found.answered_on) == ("answered", found.clocks[-1].starts_on)
    assert story.steps("2026-08-11") == [("read", "", ""), ("complaint", "2026-08-10", "2027-02-10")]


def test_a_late_review_under_foia_is_reminded_of_and_then_goes_to_the_regulator() -> None:
    # vector IR1: normal until 17 November, exceptional until 16 December 2025
    story = refused().sent("2025-10-20", "review")
    assert story.steps("2025-11-17")[0] == ("wait", "2025-11-18", "")
    assert story.steps("2025-11-18") == [
        ("chaser", "2025-11-18", ""),
        ("complaint", "2025-12-17", "2026-01-27"),
    ]
    assert story.at("2025-11-18").step.letter == "reply"
    assert story.steps("2025-12-17") == [("complaint", "2025-12-17", "2026-01-27")]


def test_an_outcome_leads_to_the_regulator_within_six_weeks() -> None:
    # vector ICO1
    story = refused().sent("2025-10-20", "review").came("2025-11-17", "internal_review_outcome")
    assert story.steps("2025-11-18") == [("read", "", ""), ("complaint", "2025-11-17", "2025-12-29")]
    doubtful = refused().sent("2025-10-20", "review").came("2025-11-17", "refusal", by="rule")
    assert doubtful.steps("2025-11-18")[0] == ("confirm", "", "")
    assert doubtful.at("2025-11-18").to_confirm


def test_an_outcome_without_a_review_on_record_is_one_all_the_same() -> None:
    story = Story(sent="2025-09-10").came("2025-11-17", "internal_review_outcome")
    assert story.steps("2025-11-18") == [("read", "", ""), ("complaint", "2025-11-17", "2025-12-29")]


def test_a_complete_answer_is_read_first_and_can_be_gone_against() -> None:
    story = Story(sent="2025-09-10").came("2025-10-03", "full_disclosure")
    assert story.steps("2025-10-04") == [("read", "", ""), ("review", "2025-10-03", "2025-11-28")]
    assert "No breach has been found" in story.at("2025-10-04").steps[1].why
    assert "The last day was Friday 28 November 2025" in story.at("2025-11-29").steps[1].why


def test_a_deficient_answer_leads_to_a_review_that_names_the_breach() -> None:
    story = refused(sections=[])
    assert story.steps("2025-10-04") == [("review", "2025-10-03", "2025-11-28"), ("read", "", "")]
    assert "name the exemption on which a refusal rests (FOIA s.17(1))" in story.at("2025-10-04").step.why


def test_a_refusal_by_cost_leads_to_an_offer_to_narrow() -> None:
    story = refused(sections=["s.12(1)"])
    assert [route for route, _, _ in story.steps("2025-10-04")] == ["narrow", "review", "read"]
    step = story.at("2025-10-04").step
    assert (step.letter, step.to) == ("narrowing", "body")
    assert "(the limit is £450, or 18 hours of work at £25)" in step.why
    environmental = Story("eir", "2025-09-10").came("2025-10-03", "refusal", sections=["12(4)(b)"])
    assert "regulation 12(4)(b)." in environmental.at("2025-10-04").step.why


def test_a_late_answer_with_nothing_missing_is_simply_read() -> None:
    story = Story(sent="2025-09-10").came("2025-12-03", "full_disclosure")
    assert story.broken("2025-12-04") == ["late"]
    assert story.at("2025-12-04").step.route == "read"


def test_an_answer_after_the_complaint_takes_the_case_back_from_the_regulator() -> None:
    story, _ = STAGE_STORIES["complained"]
    assert story.steps("2026-08-01") == [("wait", "", "")]
    later = foia().sent("2026-07-29", "complaint").came("2026-08-10", "full_disclosure")
    assert later.at("2026-08-11").stage == "answered"
    assert "complaint" not in later.dates("2026-08-11")


def test_a_decision_can_be_appealed_for_twenty_eight_days() -> None:
    # vector FTT1
    story = Story(sent="2025-09-10").sent("2025-11-01", "complaint").came("2026-02-02", "decision_notice")
    assert story.steps("2026-03-02") == [("tribunal", "2026-02-02", "2026-03-02"), ("read", "", "")]
    assert "the First-tier Tribunal" in story.at("2026-03-02").step.why
    assert story.steps("2026-03-03") == [("read", "", "")]
    story.came("2026-03-05", "full_disclosure")
    assert story.at("2026-03-06").stage == "answered"


def test_a_scottish_decision_goes_to_the_court_of_session() -> None:
    story = Story("foisa", JUNE).sent("2026-08-29", "complaint").came("2026-12-01", "decision_notice")
    assert [route for route, _, _ in story.steps("2026-12-02")] == ["read", "tribunal"]
    assert "the Court of Session" in story.at("2026-12-02").steps[1].why


def test_a_closed_case_wants_nothing_until_it_is_taken_up_again() -> None:
    story = foia().closed("2026-06-20", "withdrawn")
    found = story.at("2026-08-01")
    assert (found.stage, found.step.route) == ("closed", "none")
    assert "You closed it on Saturday 20 June 2026: withdrawn." in found.step.why
    assert story.reopened("2026-08-02").at("2026-08-03").stage == "overdue"


def test_a_case_put_off_says_until_when_while_that_day_is_to_come() -> None:
    story = foia().snoozed("2026-06-20", "2026-08-01")
    assert str(story.at("2026-07-31").snoozed_until) == "2026-08-01"
    assert story.at("2026-07-31").stage == "overdue"
    assert story.at("2026-08-01").snoozed_until is None


def test_an_absence_notice_that_names_another_address_wants_the_request_sent_there() -> None:
    story = foia().came(JUNE, "out_of_office", other_address="deputy@a.nhs.uk")
    assert [route for route, _, _ in story.steps("2026-06-13")] == ["address", "wait"]
    assert "deputy@a.nhs.uk" in story.at("2026-06-13").step.what
    assert [route for route, _, _ in story.steps("2026-07-15")] == ["address", "chaser"]
    story.sent("2026-06-15", to="deputy@a.nhs.uk")
    # vector FOIA 2026-06-15 -> 2026-07-14
    assert story.steps("2026-06-16") == [("wait", "2026-07-15", "")]


def test_a_question_who_is_asking_comes_first() -> None:
    story = foia().came("2026-06-15", "identity_request")
    assert [route for route, _, _ in story.steps("2026-06-16")] == ["identity", "wait"]
    step = story.at("2026-06-16").step
    assert (step.letter, step.citation) == ("identity", "section 8(1)(b)")
    assert story.sent("2026-06-17", "identity").steps("2026-06-18") == [("wait", "2026-07-15", "")]
    spoken = Story("eir", JUNE).came("2026-06-15", "identity_request")
    assert "real name" not in spoken.at("2026-06-16").step.why


def test_a_dead_address_is_replaced_by_one_that_has_not_failed() -> None:
    story = foia().came(JUNE, "bounce", failed="foi@a.nhs.uk")
    assert story.at("2026-06-13").step.what == "Find another address and send the request there."
    found = story.at("2026-06-13", "FOI@a.nhs.uk", "info@a.nhs.uk")
    assert (found.step.route, found.step.what) == (
        "address",
        "Send the request to another address of theirs: info@a.nhs.uk",
    )


def test_before_a_review_is_late_nothing_says_that_it_was() -> None:
    story = Story("foisa", "2026-06-12").sent("2026-07-15", "review")
    wait, regulator = story.at("2026-08-13").steps
    assert (wait.route, regulator.why) == (
        "wait",
        "This is open if no outcome has come by the end of Thursday 13 August 2026.",
    )
    (regulator,) = story.at("2026-08-14").steps
    assert regulator.why == (
        "You asked for a review on Wednesday 15 July 2026 and had no outcome by Thursday 13 August 2026."
    )
