from __future__ import annotations

import csv
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from foimail.case import fold
from foimail.errors import CalendarError
from foimail.events import Event, NotSent, Opened, Queued, Received, Refused, Sent, Unknown, Wrote
from foimail.law.periods import Limit
from foimail.law.position import STAGES, Position, position

if TYPE_CHECKING:
    from foimail.law.calendar import Calendar
    from foimail.law.regimes import Regime
    from foimail.model import Case

# A limit of the s.45 Code of Practice, and a fresh period after s.1(3) under its own citation.
CODE = Limit(20, "working days", "code", "s.45 Code of Practice (2018) para 4.2", "", checked=False)
RESTART = Limit(20, "working days", "statute", "FOIA s.10(6)(b)", "", checked=True)


def case(*events: Event) -> Case:
    opened = Opened(min((event.on for event in events), default=date(2026, 1, 2)), "cse", "RXX", "foia")
    return fold("FOI-ABCDE", [opened, *events])


def sent(on: str, letter: str = "request", message_id: str = "") -> Sent:
    return Sent(date.fromisoformat(on), message_id or f"{letter}@home", "foi@a.nhs.uk", letter=letter)


def received(on: str, kind: str, by: str = "rule") -> Received:
    failed = "foi@a.nhs.uk" if kind == "bounce" else ""
    return Received(
        date.fromisoformat(on), f"{kind}-{on}", kind, "foi@a.nhs.uk", "Re", "token", by, failed=failed
    )


def wrote(on: str) -> Wrote:
    return Wrote(date.fromisoformat(on), f"w-{on}", f"w-{on}@home", "foi@a.nhs.uk", "Re")


def vectors() -> dict[tuple[str, str], str]:
    path = Path(__file__).parent / "event_vectors.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return {(row["id"], row["quantity"]): row["date"] for row in csv.DictReader(file)}


def test_all_stages_are_named_once() -> None:
    assert len(STAGES) == len(set(STAGES)) == 16


@pytest.mark.parametrize(
    ("vector", "events"),
    [
        ("CLAR1", [sent("2026-01-05"), received("2026-01-20", "clarification"), wrote("2026-02-09")]),
        ("CLAR2", [sent("2026-01-05"), received("2026-01-20", "clarification"), wrote("2026-02-14")]),
    ],
)
def test_an_answered_question_gives_the_due_date_of_the_vectors(
    vector: str, events: list[Event], foia: Regime, union: Calendar
) -> None:
    found = position(case(*events), foia, union, date(2026, 3, 1))
    assert found.stage == "awaiting"
    assert found.due == date.fromisoformat(vectors()[vector, "due"])


def test_an_answered_question_restarts_the_scottish_clock_too(foisa: Regime, scotland: Calendar) -> None:
    events = [sent("2026-01-05"), received("2026-01-20", "clarification"), wrote("2026-02-09")]
    found = position(case(*events), foisa, scotland, date(2026, 3, 1))
    assert found.due == date.fromisoformat(vectors()["CLAR3", "due"])


def test_a_restart_is_cited_by_its_own_section_where_the_table_has_one(foia: Regime, union: Calendar) -> None:
    regime = replace(
        foia, limits=(*(pair for pair in foia.limits if pair[0] != "restart"), ("restart", RESTART))
    )
    events = [sent("2026-01-05"), received("2026-01-20", "clarification"), wrote("2026-02-09")]
    assert position(case(*events), regime, union, date(2026, 3, 1)).citation == "FOIA s.10(6)(b)"
    assert position(case(*events[:1]), regime, union, date(2026, 1, 6)).citation == "FOIA s.10(1)"


@pytest.mark.parametrize(
    ("events", "stage", "route"),
    [
        ([], "not_sent", "send"),
        ([Queued(date(2026, 1, 5), "m", "a@b.c", "w")], "queued", "send"),
        ([Refused(date(2026, 1, 5), "m", "a@b.c", "550")], "refused", "address"),
        ([Unknown(date(2026, 1, 5), "m", "a@b.c", "silence")], "unknown", "settle"),
        ([NotSent(date(2026, 1, 5), "m", "a@b.c")], "not_sent", "send"),
        ([sent("2026-01-05"), received("2026-01-05", "bounce")], "undelivered", "address"),
        ([sent("2026-01-05", "chaser")], "not_sent", "send"),
    ],
)
def test_a_request_not_in_their_hands_has_no_due_date(
    events: list[Event], stage: str, route: str, foia: Regime, union: Calendar
) -> None:
    found = position(case(*events), foia, union, date(2026, 6, 1))
    assert (found.stage, found.step.route, found.due, found.working) == (stage, route, None, ())
    assert "no" in found.step.why


def foia_june(*more: Event) -> Case:
    return case(sent("2026-06-12"), *more)


def at(found: Case, regime: Regime, calendar: Calendar, today: str) -> Position:
    return position(found, regime, calendar, date.fromisoformat(today))


def test_a_request_is_overdue_from_the_day_after_its_last_day_only(foia: Regime, union: Calendar) -> None:
    # vector FOIA 2026-06-12 -> 2026-07-14
    on_the_day = at(foia_june(), foia, union, "2026-07-14")
    assert (on_the_day.stage, on_the_day.due, on_the_day.days_left) == ("awaiting", date(2026, 7, 14), 0)
    assert (on_the_day.step.route, on_the_day.step.on_or_after) == ("wait", date(2026, 7, 15))
    assert (on_the_day.days_late, on_the_day.undisputed) == (0, False)
    day_after = at(foia_june(), foia, union, "2026-07-15")
    assert (day_after.stage, day_after.days_left, day_after.days_late) == ("overdue", -1, 1)
    assert day_after.undisputed


def test_a_position_says_what_its_date_rests_on(foia: Regime, union: Calendar) -> None:
    found = at(foia_june(), foia, union, "2026-06-12")
    assert (found.basis, found.citation, found.calendar) == ("statute", "FOIA s.10(1)", union.version)
    assert found.days_left == 20
    first = "The request counts as received on Friday 12 June 2026, which is day 0"
    assert found.working == (
        f"{first}: the request was sent by e-mail.",
        "Day 1, the next working day, is Tuesday 16 June 2026.",
        "Saturdays and Sundays do not count.",
        "Monday 15 June 2026 does not count: World Cup bank holiday (Scotland).",
        "Monday 13 July 2026 does not count: Battle of the Boyne (substitute day) (Northern Ireland).",
        "Working day 20, the last day for an answer, is Tuesday 14 July 2026 (FOIA s.10(1)).",
        f"Bank holidays as of: {union.version}.",
    )


def test_silence_under_foia_leads_by_a_chaser_to_the_commissioner(foia: Regime, union: Calendar) -> None:
    first = at(foia_june(), foia, union, "2026-07-20").step
    assert (first.route, first.on_or_after, first.citation) == ("chaser", date(2026, 7, 15), "FOIA s.10(1)")
    assert "The Information Commissioner (ICO) wants to see that you asked once more" in first.why
    # ten working days after Wed 15 July: 16, 17, 20 to 24, 27, 28, 29 July
    then = at(foia_june(sent("2026-07-15", "chaser")), foia, union, "2026-07-20").step
    assert (then.route, then.on_or_after, then.citation) == (
        "complaint",
        date(2026, 7, 29),
        "foimail's own practice",
    )
    assert then.what == "Complain to the Information Commissioner (ICO): https://ico.org.uk/make-a-complaint/"
    assert "no internal review is needed first" in then.why


def test_a_reminder_by_hand_after_the_last_day_is_a_chaser(foia: Regime, union: Calendar) -> None:
    assert at(foia_june(wrote("2026-07-15")), foia, union, "2026-07-20").step.route == "complaint"


@pytest.mark.parametrize(
    "event",
    [
        sent("2026-07-14", "chaser"),
        wrote("2026-06-20"),
        Queued(date(2026, 7, 15), "chaser@home", "a@b.c", "w", "chaser"),
        sent("2026-07-15", "complaint-draft"),
    ],
)
def test_only_a_letter_sent_after_the_last_day_is_a_chaser(
    event: Event, foia: Regime, union: Calendar
) -> None:
    assert at(foia_june(event), foia, union, "2026-07-20").step.route == "chaser"


def test_silence_under_foisa_leads_by_a_review_to_the_scottish_commissioner(
    foisa: Regime, scotland: Calendar
) -> None:
    dates = vectors()
    overdue = at(foia_june(), foisa, scotland, "2026-07-14")
    assert (overdue.stage, overdue.due) == ("overdue", date.fromisoformat(dates["SC1", "due"]))
    step = overdue.step
    assert (step.route, step.on_or_after, step.citation) == ("review", date(2026, 7, 14), "FOISA s.20(5)")
    assert step.by == date.fromisoformat(dates["SC1", "last day to require review"]) == date(2026, 9, 8)
    running = at(foia_june(sent("2026-07-20", "review")), foisa, scotland, "2026-07-21")
    assert (running.stage, running.step.route) == ("review", "wait")
    then = running.steps[1]
    assert (then.route, then.citation) == ("complaint", "FOISA s.21(1)")
    assert dates["SC1", "review due"] == "2026-08-18"
    assert then.on_or_after == date(2026, 8, 19)
    assert "the Scottish Information Commissioner: https://www.foi.scot/appeal" in then.what


def test_a_chaser_is_no_requirement_for_review(foisa: Regime, scotland: Calendar) -> None:
    assert at(foia_june(sent("2026-07-20", "chaser")), foisa, scotland, "2026-07-21").step.route == "review"


def test_a_review_asked_too_late_is_said_to_be_late(foisa: Regime, scotland: Calendar) -> None:
    assert "need not take" not in at(foia_june(), foisa, scotland, "2026-09-08").step.why
    assert (
        "Tuesday 8 September 2026; the body need not take a later one"
        in at(foia_june(), foisa, scotland, "2026-09-09").step.why
    )


def with_code(foia: Regime) -> Regime:
    others = tuple(pair for pair in foia.limits if pair[0] != "response_code")
    return replace(foia, limits=(*others, ("response_code", CODE)))


def test_receipt_on_a_sunday_has_a_second_date_by_the_code(foia: Regime, union: Calendar) -> None:
    # vector FOIA 2025-09-07 -> 2025-10-03, by the Code 2025-10-06
    request, regime = case(sent("2025-09-07")), with_code(foia)
    found = at(request, regime, union, "2025-10-06")
    assert (found.due, found.due_code45) == (date(2025, 10, 3), date(2025, 10, 6))
    assert (found.stage, found.undisputed) == ("overdue", False)
    assert at(request, regime, union, "2025-10-07").undisputed
    assert "That is no working day (a Sunday), but the day of receipt all the same." in found.working
    assert any("then the last day is Monday 6 October 2025" in sentence for sentence in found.working)


def test_receipt_on_a_holiday_names_it(foia: Regime, union: Calendar) -> None:
    # vector FOIA 2026-06-15 -> 2026-07-14, by the Code 2026-07-15
    found = at(case(sent("2026-06-15")), with_code(foia), union, "2026-06-16")
    assert (found.due, found.due_code45) == (date(2026, 7, 14), date(2026, 7, 15))
    assert any("no working day (World Cup bank holiday (Scotland))" in sentence for sentence in found.working)


def test_receipt_on_a_working_day_has_one_date(foia: Regime, union: Calendar) -> None:
    found = at(foia_june(), with_code(foia), union, "2026-07-01")
    assert found.due_code45 is None
    assert not any("another reading" in sentence for sentence in found.working)


def test_a_law_without_such_a_code_has_one_date(foisa: Regime, scotland: Calendar) -> None:
    found = at(case(sent("2025-09-07")), foisa, scotland, "2025-09-08")
    assert (found.due, found.due_code45) == (date(2025, 10, 3), None)


def test_a_date_that_rests_on_holidays_to_come_says_so(foia: Regime, union: Calendar) -> None:
    # vector FOIA 2029-03-01 -> 2029-04-03, "needs proclamation"
    found = at(case(sent("2029-03-01")), foia, union, "2029-03-02")
    assert found.due == date(2029, 4, 3)
    assert any("have not all been proclaimed yet" in sentence for sentence in found.working)


def test_a_question_of_theirs_stops_the_clock(foia: Regime, union: Calendar) -> None:
    found = at(case(sent("2026-01-05"), received("2026-01-20", "clarification")), foia, union, "2026-06-01")
    assert (found.stage, found.due, found.days_left, found.to_confirm) == ("clarification", None, None, True)
    assert (found.step.route, found.step.on_or_after, found.step.citation) == (
        "clarification",
        None,
        "FOIA s.10(6)(b)",
    )
    assert "a fresh 20 working days" in found.step.why
    assert found.working[0].endswith("the answer was due by Monday 2 February 2026.")
    person = received("2026-01-20", "clarification", "person")
    assert not at(case(sent("2026-01-05"), person), foia, union, "2026-01-21").to_confirm


def test_an_answer_read_by_a_rule_counts_and_waits_for_a_person(foia: Regime, union: Calendar) -> None:
    found = at(foia_june(received("2026-07-10", "refusal")), foia, union, "2026-12-01")
    assert (found.stage, found.answered_on, found.to_confirm) == ("answered", date(2026, 7, 10), True)
    assert (found.days_left, found.days_late, found.undisputed) == (1, 0, False)
    assert found.step.route == "confirm"


def test_a_late_answer_was_late_by_the_day_it_came(foia: Regime, union: Calendar) -> None:
    answer = received("2026-07-17", "full_disclosure", "person")
    found = at(foia_june(answer), foia, union, "2026-12-01")
    assert (found.days_left, found.days_late, found.undisputed) == (-3, 3, True)
    assert (found.to_confirm, found.step.route) == (False, "read")


def test_an_answer_that_a_person_confirmed_goes_before_a_rules(foia: Regime, union: Calendar) -> None:
    replies = received("2026-07-01", "refusal"), received("2026-07-10", "partial", "person")
    found = at(foia_june(*replies), foia, union, "2026-12-01")
    assert (found.answered_on, found.to_confirm) == (date(2026, 7, 10), False)


def test_the_first_of_several_answers_counts(foia: Regime, union: Calendar) -> None:
    replies = received("2026-07-10", "internal_review_outcome"), received("2026-07-01", "refusal")
    assert at(foia_june(*replies), foia, union, "2026-12-01").answered_on == date(2026, 7, 1)


def test_an_answer_to_a_request_of_unknown_day_is_an_answer(foia: Regime, union: Calendar) -> None:
    found = at(case(received("2026-07-10", "not_held", "person")), foia, union, "2026-12-01")
    assert (found.stage, found.due, found.answered_on) == ("answered", None, date(2026, 7, 10))


def test_a_calendar_of_another_law_is_refused(foisa: Regime, union: Calendar) -> None:
    with pytest.raises(CalendarError, match="does not serve the FOISA"):
        position(foia_june(), foisa, union, date(2026, 7, 1))
