"""Breaches, each with its evidence; what may be asserted, and what may only be asked."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.story import Story

# FOIA vectors: received 2025-09-10 due 2025-10-08 (counted below); IR1: review of 2025-10-20 late after 2025-12-16
SENT = "2025-09-10"


def answered(kind: str = "refusal", regime: str = "foia", on: str = "2025-10-03", **facts: Any) -> Story:
    return Story(regime, SENT).came(on, kind, **facts)


def test_silence_is_a_breach_from_the_day_after_the_last_day() -> None:
    story = Story(sent="2026-06-12")  # vector: due 2026-07-14
    assert story.broken("2026-07-14") == []
    (late,) = story.at("2026-07-15").breaches
    assert (late.name, late.citation, late.may_be_asserted) == ("late", "FOIA s.10(1)", True)
    assert late.evidence == (
        "The request was received on Friday 12 June 2026; the last day for an answer was Tuesday 14 July 2026; "
        "no answer had come by Wednesday 15 July 2026."
    )


def test_a_late_answer_was_late_whatever_the_day_it_is_looked_at() -> None:
    story = Story(sent="2026-06-12").came("2026-07-17", "full_disclosure")
    (late,) = story.at("2027-01-01").breaches
    assert late.evidence.endswith("the answer came on Friday 17 July 2026.")


def test_silence_broken_by_an_outcome_only_was_late_too() -> None:
    story = Story("foisa", "2026-06-12").sent("2026-07-20", "review").came("2026-08-10", "full_disclosure")
    assert story.broken("2026-08-11") == ["late"]


def test_lateness_is_not_asserted_while_the_request_was_not_sent_where_an_absence_notice_points() -> None:
    story = Story(sent="2026-06-12").came("2026-06-12", "out_of_office", other_address="b@a.nhs.uk")
    (late,) = story.at("2026-07-15").breaches
    assert not late.may_be_asserted
    assert "named another address" in late.evidence


def test_an_answer_to_a_request_they_had_asked_about_is_not_called_late() -> None:
    story = Story(sent="2026-06-12").came("2026-07-01", "clarification").came("2026-07-20", "partial")
    assert story.broken("2026-07-21") == []
    before = Story(sent="2026-06-12").came("2026-07-20", "partial").came("2026-07-25", "clarification")
    assert before.broken("2026-07-26") == ["late"]


def test_an_answer_to_a_request_of_unknown_day_is_never_late() -> None:
    assert Story().came("2026-07-20", "partial").broken("2026-07-26") == []


@pytest.mark.parametrize(
    ("facts", "names"),
    [
        ({"sections": []}, ["name_section"]),
        ({}, []),  # nobody has looked for sections yet
        ({"sections": ["s.43"], "interest_reasons": False}, ["interest_reasons"]),
        ({"sections": ["s.43"], "interest_reasons": True}, []),
        ({"sections": ["s.43"]}, []),
        ({"sections": ["s.40(2)"], "interest_reasons": False}, []),  # absolute: nothing to weigh
        ({"sections": ["s.77"], "interest_reasons": False}, []),  # no exemption at all
        ({"sections": ["s.43"], "review_details": False}, ["review_details"]),
        ({"sections": ["s.12"], "advice": False}, ["advise"]),
        ({"sections": ["s.12"], "advice": True}, []),
        ({"sections": ["s.14"], "advice": False}, []),
        ({"sections": ["s.43"], "ignored": ["staff"]}, ["answer_all"]),
        ({"sections": [], "review_details": False}, ["name_section", "review_details"]),
    ],
)
def test_a_refusal_has_to_say_what_the_law_wants(facts: dict[str, Any], names: list[str]) -> None:
    assert answered(**facts).broken("2025-10-04") == names


@pytest.mark.parametrize("kind", ["full_disclosure", "not_held", "transfer_redirect", "partial"])
def test_a_letter_that_refuses_nothing_needs_none_of_it(kind: str) -> None:
    assert (
        answered(kind, sections=[], interest_reasons=False, review_details=False).broken("2025-10-04") == []
    )


def test_a_letter_that_refuses_a_part_needs_it_too() -> None:
    story = answered("partial", sections=["s.43"], interest_reasons=False, ignored=["staff", "rooms"])
    assert story.broken("2025-10-04") == ["interest_reasons", "answer_all"]
    assert "says nothing of: staff, rooms." in story.at("2025-10-04").breaches[1].evidence


def test_the_words_of_the_letter_stand_in_the_evidence() -> None:
    story = answered(sections=["s.12"], advice=False, quotes={"advice": "We cannot help further."})
    (advise,) = story.at("2025-10-04").breaches
    assert advise.evidence.endswith("how the request could be met. It says: “We cannot help further.”")
    assert (advise.citation, advise.may_be_asserted) == ("FOIA s.16", True)


def test_what_was_not_seen_in_print_may_be_asked_and_not_asserted() -> None:
    (english,) = answered(sections=["s.43"], review_details=False).at("2025-10-04").breaches
    assert (english.citation, english.checked, english.may_be_asserted) == ("FOIA s.17(7)", False, False)
    (scottish,) = answered(regime="foisa", sections=[]).at("2025-10-04").breaches
    assert (scottish.citation, scottish.may_be_asserted) == ("FOISA s.16(1)", False)


def test_a_section_means_what_it_means_in_its_own_law() -> None:
    # section 33 is audit in FOIA, commercial interests in FOISA; section 38(1)(b) is personal data in FOISA only
    facts: dict[str, Any] = {"sections": ["s.38(1)(b)"], "interest_reasons": False}
    assert answered(**facts).broken("2025-10-04") == ["interest_reasons"]
    assert answered(regime="foisa", **facts).broken("2025-10-04") == []


def test_a_breach_that_a_rule_has_read_waits_for_a_person() -> None:
    guessed = Story(sent=SENT).came("2025-10-03", "refusal", by="rule", sections=[])
    (breach,) = guessed.at("2025-10-04").breaches
    assert (breach.to_confirm, breach.may_be_asserted) == (True, False)
    confirmed = Story(sent=SENT).came("2025-10-03", "refusal", by="rule", read_by="person", sections=[])
    assert confirmed.at("2025-10-04").breaches[0].may_be_asserted


def test_further_time_on_absolute_exemptions_alone_is_a_breach() -> None:
    story = Story(sent="2025-07-01").came("2025-07-20", "extension_pit", sections=["s.40(2)", "s.21"])
    (breach,) = story.at("2025-07-21").breaches
    assert (breach.name, breach.citation, breach.may_be_asserted) == (
        "extension_qualified",
        "FOIA s.10(3)",
        True,
    )
    assert "names no qualified exemption" in breach.evidence
    unchecked = Story(sent="2025-07-01").came("2025-07-20", "extension_pit", sections=["s.32"])
    assert not unchecked.at("2025-07-21").breaches[0].may_be_asserted


@pytest.mark.parametrize("sections", [["s.43"], ["s.21", "s.43"], ["s.21", "s.99"], []])
def test_further_time_with_another_flaw_or_none_is_no_such_breach(sections: list[str]) -> None:
    story = Story(sent="2025-07-01").came("2025-07-20", "extension_pit", sections=sections)
    assert story.broken("2025-07-21") == []


def test_a_late_review_is_a_breach_of_guidance_in_england_and_of_statute_in_scotland() -> None:
    english = answered().sent("2025-10-20", "review")
    assert english.broken("2025-12-16") == []
    (late,) = english.at("2025-12-17").breaches
    assert (late.name, late.basis, late.may_be_asserted) == ("review_late", "guidance", False)
    assert "no outcome had come by Wednesday 17 December 2025" in late.evidence
    scottish = Story("foisa", "2026-06-12").sent("2026-07-20", "review")
    (silence, review) = scottish.at("2026-08-19").breaches
    assert (silence.name, review.citation, review.may_be_asserted) == ("late", "FOISA s.21(1)", True)
    ended = answered().sent("2025-10-20", "review").came("2025-12-20", "internal_review_outcome")
    assert (
        ended.at("2026-06-01").breaches[0].evidence.endswith("its outcome came on Saturday 20 December 2025.")
    )


def test_a_duty_that_a_law_does_not_have_is_not_broken() -> None:
    story = answered(sections=[])
    story.regime = replace(story.regime, duties=())
    assert story.broken("2025-10-04") == []


def test_lateness_is_not_asserted_while_nobody_has_read_what_their_notice_rests_on() -> None:
    story = Story(sent="2026-06-12").came("2026-07-13", "extension_pit")
    (late,) = story.at("2026-07-15").breaches
    assert not late.may_be_asserted
    assert "On Monday 13 July 2026 they took further time" in late.evidence
    named_none = Story(sent="2026-06-12").came("2026-07-13", "extension_pit", sections=[])
    (late,) = named_none.at("2026-07-15").breaches
    assert late.may_be_asserted
