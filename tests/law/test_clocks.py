"""Which clock runs when, and what it says of itself. Dates beyond the vectors follow from them as each comment says."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foimail.law.periods import Limit, months_later
from tests.story import ADDRESS, Story, calendar, law

# FOIA vectors: received 2026-06-12, due 2026-07-14; 2025-07-01 due 2025-07-30, by 40 days 2025-08-29
JUNE = "2026-06-12"


@pytest.mark.parametrize(
    ("day", "number", "later"),
    [
        ("2025-11-30", 3, "2026-02-28"),
        ("2027-11-30", 3, "2028-02-29"),
        ("2026-08-18", 6, "2027-02-18"),
        ("2026-12-31", 2, "2027-02-28"),
        ("2026-10-15", 12, "2027-10-15"),
    ],
)
def test_a_month_later_is_the_corresponding_day_or_the_last_there_is(
    day: str, number: int, later: str
) -> None:
    assert months_later(date.fromisoformat(day), number) == date.fromisoformat(later)


@given(st.dates(date(2005, 1, 1), date(2029, 1, 1)), st.integers(1, 23))
def test_more_months_are_never_earlier(day: date, number: int) -> None:
    assert months_later(day, number) < months_later(day, number + 1)


@given(st.dates(date(2006, 1, 1), date(2028, 1, 1)), st.integers(1, 30), st.integers(0, 30))
def test_a_fee_paid_later_never_gives_an_earlier_date(received: date, asked: int, waited: int) -> None:
    asked_on = received + timedelta(asked)
    story = Story(sent=received.isoformat()).came(asked_on.isoformat(), "fees_notice")
    pay = [asked_on + timedelta(waited), asked_on + timedelta(waited + 1)]
    first, second = (
        Story(sent=received.isoformat())
        .came(asked_on.isoformat(), "fees_notice")
        .paid(day.isoformat())
        .at((day + timedelta(1)).isoformat())
        .due
        for day in pay
    )
    without = Story(sent=received.isoformat()).at(received.isoformat()).due
    assert first is not None
    assert second is not None
    assert without is not None
    assert without <= first <= second
    if asked_on > without:
        assert first == without, story  # a notice after the last day stops nothing


@pytest.mark.parametrize("regime", [r.key for r in law().regimes])
def test_every_clock_says_what_it_rests_on(regime: str) -> None:
    story = Story(regime, JUNE).came("2026-07-20", "refusal").sent("2026-07-21", "review")
    found = story.at("2026-07-22").clocks
    assert found
    for clock in found:
        assert clock.citation
        assert clock.basis in {"statute", "code", "guidance", "practice"}
        assert clock.calendar.startswith("holidays ")
        assert clock.title.startswith("the last day")
        assert clock.working[-1].endswith(".")
        assert any(str(clock.due.year) in sentence for sentence in clock.working)


def test_receipt_on_a_non_working_day_keeps_both_dates() -> None:
    # vector FOIA 2025-09-07 -> 2025-10-03, by the Code 2025-10-06
    found = Story(sent="2025-09-07").at("2025-09-08")
    code = found.clock("response_code")
    assert code is not None
    assert (found.due, code.due) == (date(2025, 10, 3), date(2025, 10, 6))
    assert (code.basis, code.checked) == ("code", False)
    assert "The law itself prevails." in code.working[-1]
    assert Story(sent=JUNE).at(JUNE).clock("response_code") is None


def test_the_code_date_moves_with_a_fees_notice_that_was_paid() -> None:
    # Sunday 7 September 2025; eight working days, 10 to 19 September, do not count: 3 and 6 October become 15 and 16 October
    story = Story(sent="2025-09-07").came("2025-09-10", "fees_notice").paid("2025-09-19")
    assert story.dates("2025-09-22") == {"response": "2025-10-15", "response_code": "2025-10-16"}


def test_a_fee_is_explained_in_the_working() -> None:
    story = Story(sent="2026-03-02").came("2026-03-11", "fees_notice").paid("2026-03-27")
    paused = (
        "From the fees notice of Wednesday 11 March 2026 to its payment on Friday 27 March 2026, both included, "
        "12 working days do not count (FOIA s.10(2))."
    )
    assert paused in story.at("2026-04-01").working
    one = Story(sent="2025-12-01").came("2025-12-08", "fees_notice").paid("2025-12-08")
    assert any("1 working day does not count" in sentence for sentence in one.at("2025-12-09").working)


def test_a_fees_notice_of_the_day_of_receipt_takes_no_day_that_did_not_count() -> None:
    # received and asked on Friday 12 June, paid on Tuesday 16 June 2026: one working day, so 15 July and not 14
    story = Story(sent=JUNE).came(JUNE, "fees_notice").paid("2026-06-16")
    assert story.dates("2026-06-17") == {"response": "2026-07-15"}
    same_day = Story(sent=JUNE).came(JUNE, "fees_notice").paid(JUNE)
    assert same_day.dates("2026-06-17") == {"response": "2026-07-14"}
    assert not any("fees notice" in sentence for sentence in same_day.at("2026-06-17").working)


def test_two_fees_notices_stop_the_clock_twice() -> None:
    # vector FEE1: due 20 April 2026 after the first; two working days more by the second, 1 and 2 April
    story = Story(sent="2026-03-02").came("2026-03-11", "fees_notice").paid("2026-03-27")
    story.came("2026-04-01", "fees_notice").paid("2026-04-02")
    assert story.dates("2026-04-07") == {"response": "2026-04-22"}


def test_a_fees_notice_after_the_last_day_stops_nothing() -> None:
    story = Story(sent=JUNE).came("2026-07-15", "fees_notice")
    assert story.at("2026-07-16").stage == "overdue"
    assert story.dates("2026-07-16") == {"response": "2026-07-14"}


def test_an_unpaid_fee_lapses_after_three_months() -> None:
    story = Story(sent="2026-03-02").came("2026-03-11", "fees_notice")
    found = story.at("2026-06-10")
    assert (found.stage, found.due, found.citation) == ("fees", None, "FOIA s.9(2)")
    assert story.steps("2026-06-10") == [("fees", "", "2026-06-10")]
    assert found.step.letter == "reply"
    assert found.working[0].startswith("On Wednesday 11 March 2026 they asked for a fee.")
    lapsed = story.at("2026-06-11")
    assert (lapsed.stage, lapsed.step.route) == ("fees", "send")
    assert "since then they need not answer" in lapsed.step.why
    assert story.paid("2026-06-11").at("2026-06-12").stage == "fees"  # too late: it has lapsed


def test_a_law_without_fees_notices_knows_none() -> None:
    assert Story("eir", JUNE).came("2026-06-15", "fees_notice").at("2026-06-17").stage == "awaiting"


def test_an_answer_while_a_fee_was_unpaid_is_not_late() -> None:
    story = Story(sent=JUNE).came("2026-06-20", "fees_notice").came("2026-08-20", "full_disclosure")
    assert (story.at("2026-09-01").stage, story.broken("2026-09-01")) == ("answered", [])


def test_a_narrower_request_after_a_refusal_by_cost_is_a_new_one() -> None:
    story = Story(sent="2025-12-01").came("2025-12-20", "refusal", sections=["s.12"])
    found = story.sent(JUNE, "narrowing").at("2026-06-15")
    assert (found.stage, found.due, found.answered_on) == ("awaiting", date(2026, 7, 14), None)
    assert found.citation == "FOIA s.10(1)"
    assert story.case.earlier_received == (date(2025, 12, 1),)
    again = story.came("2026-07-01", "full_disclosure").at("2026-07-02")
    assert (again.stage, again.answered_on) == ("answered", date(2026, 7, 1))


def test_a_review_of_the_first_answer_is_none_of_the_narrower_request() -> None:
    story = Story(sent="2025-12-01").came("2025-12-20", "refusal").sent("2026-01-05", "review")
    assert story.at("2026-01-06").stage == "review"
    assert story.sent(JUNE, "narrowing").dates("2026-06-15") == {"response": "2026-07-14"}


def test_a_valid_extension_moves_the_last_day() -> None:
    story = Story(sent="2025-07-01").came("2025-07-30", "extension_pit", sections=["s.21", "s.43"])
    found = story.at("2025-08-29")
    assert (found.stage, found.due, found.due_code45) == ("extended", date(2025, 8, 29), None)
    assert (found.basis, found.days_left, found.days_late) == ("guidance", 0, 0)
    assert (found.step.route, found.step.on_or_after) == ("wait", date(2025, 8, 30))
    assert story.at("2025-08-30").stage == "overdue"
    assert story.steps("2025-08-30") == [("chaser", "2025-08-30", "")]


def test_their_own_date_counts_within_an_extension_and_is_compared() -> None:
    earlier = Story(sent="2025-07-01").came(
        "2025-07-20", "extension_pit", sections=["s.43"], until="2025-08-15"
    )
    assert (earlier.at("2025-08-15").due, earlier.at("2025-08-16").stage) == (date(2025, 8, 15), "overdue")
    later = Story(sent="2025-07-01").came(
        "2025-07-20", "extension_pit", sections=["s.43"], until="2025-10-01"
    )
    found = later.at("2025-08-01")
    assert found.due == date(2025, 10, 1)
    clock = found.clock("extension")
    assert clock is not None
    assert clock.note.startswith(
        "No more than 40 working days from receipt are expected: Friday 29 August 2025"
    )
    assert clock.note in found.remarks
    assert later.steps("2025-08-29") == [("wait", "2025-10-02", ""), ("chaser", "2025-08-30", "")]
    assert later.steps("2025-08-30") == [("chaser", "2025-08-30", ""), ("wait", "2025-10-02", "")]


def test_a_statute_holds_further_time_to_its_limit() -> None:
    story = Story("eir", "2025-07-01").came("2025-07-20", "extension_pit", until="2025-10-01")
    found = story.at("2025-08-01")
    assert (found.stage, found.due, found.citation) == ("extended", date(2025, 8, 29), "EIR reg.7(1)")
    assert found.remarks == ()


@pytest.mark.parametrize(
    ("regime", "on", "facts", "reason"),
    [
        (
            "foia",
            "2025-07-31",
            {"sections": ["s.43"]},
            "after the last day for an answer, Wednesday 30 July 2025",
        ),
        ("foia", "2025-07-20", {}, "no exemption has been found in it"),
        ("foia", "2025-07-20", {"sections": []}, "no exemption has been found in it"),
        (
            "foia",
            "2025-07-20",
            {"sections": ["section 40(2)", "s.21"]},
            "only section 40(2) (personal data of others, absolute), s.21 (information accessible otherwise, absolute)",
        ),
        ("foia", "2025-07-20", {"sections": ["s.12"]}, "only s.12 (cost of compliance, procedural)"),
        ("foia", "2025-07-20", {"sections": ["s.99"]}, "only s.99"),
        ("foisa", "2025-07-20", {"sections": ["s.33"]}, "FOISA knows no further time"),
        ("eir", "2025-07-31", {}, "after the last day for an answer, Wednesday 30 July 2025"),
    ],
)
def test_an_extension_that_is_not_valid_is_flagged_with_the_reason(
    regime: str, on: str, facts: dict[str, Any], reason: str
) -> None:
    story = Story(regime, "2025-07-01").came(on, "extension_pit", **facts)
    found = story.at("2025-08-04")
    assert found.stage == "overdue"
    assert any("is not valid" in remark and reason in remark for remark in found.remarks), found.remarks
    assert reason in found.steps[0].why


def test_scotland_counts_asking_for_review_from_the_end_of_the_time_or_a_late_answer() -> None:
    # vector SC1: due 13 July, last day to require review 8 September 2026; FOISA has 40 working days after 20 July as 15 September
    early = Story("foisa", JUNE).came("2026-06-20", "refusal")
    assert early.dates("2026-06-21")["review_request"] == "2026-09-08"
    late = Story("foisa", JUNE).came("2026-07-20", "refusal")
    scotland = calendar(("Scotland",))
    assert late.dates("2026-07-21")["review_request"] == scotland.after(date(2026, 7, 20), 40).isoformat()


def test_there_is_no_time_to_ask_for_review_while_no_answer_is_late() -> None:
    assert "review_request" not in Story("foisa", JUNE).dates("2026-07-13")
    assert "review_request" not in Story("foia", JUNE).dates("2026-07-20")


def test_the_six_weeks_count_from_the_last_contact_after_silence() -> None:
    # chaser on 15 July 2026: six weeks end on 26 August, four on 12 August; their word of 22 July moves both by a week
    story = Story(sent=JUNE).sent("2026-07-15", "chaser")
    clock = story.at("2026-07-16").clock("complaint")
    assert clock is not None
    assert (clock.due, clock.warn_on) == (date(2026, 8, 26), date(2026, 8, 12))
    story.came("2026-07-22", "holding_delay").came("2026-07-25", "auto_ack")
    later = story.at("2026-07-26").clock("complaint")
    assert later is not None
    assert later.due == date(2026, 9, 2)
    assert later.working[0] == "The last contact of substance was on Wednesday 22 July 2026."


def test_the_six_weeks_count_from_the_day_a_review_was_late() -> None:
    # vector IR1: late after 16 December 2025; six weeks later is 27 January 2026
    story = Story(sent="2025-09-10").came("2025-10-03", "refusal").sent("2025-10-20", "review")
    assert story.dates("2025-12-17")["complaint"] == "2026-01-27"
    story.came("2025-12-20", "holding_delay")
    assert story.dates("2025-12-21")["complaint"] == "2026-01-31"


def test_a_statutory_time_for_the_regulator_does_not_move_with_contact() -> None:
    # vector SC1: 18 February 2027
    story = Story("foisa", JUNE).sent("2026-07-20", "review").came("2026-08-30", "holding_delay")
    assert story.dates("2026-09-01")["complaint"] == "2027-02-18"


def test_environmental_information_has_a_statutory_review_of_forty_days() -> None:
    # vector IR1: 40 working days after 20 October 2025 end on 16 December
    story = Story("eir", "2025-09-10").came("2025-10-03", "refusal").sent("2025-10-20", "review")
    assert story.dates("2025-10-21")["review"] == "2025-12-16"
    assert "review_late" not in story.dates("2025-10-21")


def test_a_period_in_calendar_days_or_months_says_that_every_day_counts() -> None:
    found = Story(sent="2026-03-02").came("2026-03-11", "fees_notice").at("2026-03-12").clocks[0]
    assert found.working[1] == "3 months beginning with that day, every day counting."
    assert (
        found.working[2]
        == "The end of that period, the last day to pay the fee, is Wednesday 10 June 2026 (FOIA s.9(2))."
    )
    assert found.note.startswith("how a period")


def test_a_limit_knows_its_units() -> None:
    union = calendar(law().regime("foia").holidays)
    days = Limit(28, "calendar days", "guidance", "x", "", checked=True)
    assert days.last_day(date(2026, 2, 2), union) == date(2026, 3, 2)  # vector FTT1
    weeks = Limit(6, "weeks", "guidance", "x", "", checked=True)
    assert weeks.last_day(date(2025, 11, 17), union) == date(2025, 12, 29)  # vector ICO1
    assert weeks.period == "6 weeks"


def test_a_letter_that_came_back_starts_no_clock() -> None:
    story = Story(sent=JUNE).sent("2026-07-15", "chaser", to="x@a.nhs.uk")
    story.came("2026-07-15", "bounce", failed="x@a.nhs.uk")
    assert story.steps("2026-07-20") == [("chaser", "2026-07-15", "")]
    assert story.case.sendings[0].to == ADDRESS
