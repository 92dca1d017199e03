"""What a case adds up to: facts told, fees, names asked, notices of absence, bounces, notes and closings."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest

from foimail.case import fold
from foimail.events import (
    Event,
    Misfiled,
    Noted,
    Opened,
    Paid,
    Received,
    Sent,
    Snoozed,
    Told,
    Wrote,
    from_json,
    to_json,
)
from foimail.model import Case, Pause
from tests.story import ADDRESS, Story

OPENED = Opened(date(2026, 1, 2), "cse", "RXX", "foia")


def day(number: int, month: int = 1) -> date:
    return date(2026, month, number)


def case(*events: Event) -> Case:
    return fold("FOI-ABCDE", [OPENED, *events])


def came(on: date, kind: str = "refusal", by: str = "rule", message: str = "r1") -> Received:
    return Received(on, message, kind, ADDRESS, "Re", "token", by)


def told(day_: date, by: str = "rule", message: str = "r1", **facts: Any) -> Told:
    return Told(day_, message, dict(facts), by)


def test_what_a_message_says_is_added_up() -> None:
    found = case(came(day(9)), told(day(9), sections=["s.12"], advice=False), told(day(10), fee="£20"))
    assert found.replies[0].facts == {"sections": ["s.12"], "advice": False, "fee": "£20"}
    assert found.replies[0].confirmed == frozenset()
    assert case(told(day(9), fee="£20")).replies == ()  # of a message that is not here


def test_a_persons_word_on_a_fact_beats_a_rules_whichever_came_first() -> None:
    found = case(
        came(day(9)),
        told(day(9), sections=["s.12"], advice=False),
        told(day(10), "person", sections=["s.14"]),
        told(day(11), sections=["s.21"], advice=True),
    )
    assert found.replies[0].facts == {"sections": ["s.14"], "advice": True}
    assert found.replies[0].confirmed == {"sections"}
    later = case(came(day(9)), told(day(10), "person", fee="£20"), told(day(11), "person", fee="£30"))
    assert later.replies[0].facts == {"fee": "£30"}


def test_rules_that_read_a_message_again_withdraw_what_they_no_longer_see() -> None:
    found = case(
        came(day(9)),
        told(day(9), sections=["s.12"], advice=False),
        told(day(10), "person", fee="£20"),
        Told(day(11), "r1", {"advice": True, "fee": "£30"}, whole=True),
    )
    assert found.replies[0].facts == {"advice": True, "fee": "£20"}
    assert found.replies[0].confirmed == {"fee"}


def test_a_message_taken_out_takes_its_facts_with_it() -> None:
    assert case(came(day(9)), told(day(9), fee="£20"), Misfiled(day(10), "r1")).replies == ()


def test_a_person_may_correct_the_day_on_which_a_message_came() -> None:
    found = case(
        Sent(day(5), "m1", ADDRESS),
        came(day(20)),
        came(day(12), message="r2"),
        told(day(21), "person", on="2026-01-08"),
    )
    assert [(reply.message, reply.on) for reply in found.replies] == [("r1", day(8)), ("r2", day(12))]
    assert case(came(day(20)), told(day(21), on="2026-01-08")).replies[0].on == day(20)


def test_what_is_told_is_no_event_of_its_own_in_a_list_of_cases() -> None:
    assert case(came(day(9)), told(day(10), fee="£20")).last_event == "a message came (refusal)"


@pytest.mark.parametrize(
    ("story", "words"),
    [
        (Story(sent="2026-01-05").paid("2026-01-09"), "you paid their fee"),
        (Story().snoozed("2026-01-09", "2026-02-01"), "you put the case off until 2026-02-01"),
        (Story().closed("2026-01-09", "withdrawn"), "you closed the case (withdrawn)"),
        (Story().closed("2026-01-09").reopened("2026-01-10"), "you took the case up again"),
        (Story().happens(Noted(day(9), "She rang.")), "you made a note"),
    ],
)
def test_the_users_own_doings_are_told_in_words(story: Story, words: str) -> None:
    assert story.case.last_event == words


def test_notes_are_kept_with_their_days() -> None:
    found = case(Noted(day(9), "She rang."), Noted(day(10), "And again."))
    assert found.notes == ((day(9), "She rang."), (day(10), "And again."))


def test_a_case_taken_up_again_is_neither_closed_nor_put_off() -> None:
    found = Story().snoozed("2026-01-09", "2026-02-01").closed("2026-01-10", "answered")
    assert (found.case.closed_on, found.case.closed_because) == (day(10), "answered")
    assert found.case.snoozed_until == day(1, 2)
    again = found.reopened("2026-01-11").case
    assert (again.closed_on, again.closed_because, again.snoozed_until) == (None, "", None)


def test_fees_notices_pause_until_they_are_paid() -> None:
    story = Story(sent="2026-01-05").came("2026-01-08", "fees_notice").came("2026-01-09", "fees_notice")
    assert story.case.pauses == (Pause(day(8)),)
    assert story.paid("2026-01-12").case.pauses == (Pause(day(8), day(12)),)
    assert story.came("2026-01-14", "fees_notice").case.pauses[1:] == (Pause(day(14)),)


def test_a_payment_that_nobody_asked_for_pauses_nothing() -> None:
    assert Story(sent="2026-01-05").paid("2026-01-08").case.pauses == ()
    twice = Story(sent="2026-01-05").came("2026-01-08", "fees_notice").paid("2026-01-09").paid("2026-01-12")
    assert twice.case.pauses == (Pause(day(8), day(9)),)


def test_an_answered_question_ends_the_pauses_before_it() -> None:
    story = Story(sent="2026-01-05").came("2026-01-08", "fees_notice").came("2026-01-09", "clarification")
    assert story.sent("2026-01-12", "clarification").case.pauses == ()


def test_a_question_who_is_asking_waits_for_an_answer() -> None:
    story = Story(sent="2026-01-05").came("2026-01-08", "identity_request")
    assert story.case.identity_asked_on == day(8)
    assert story.case.received_on == day(5)
    assert (
        Story(sent="2026-01-05")
        .came("2026-01-08", "identity_request")
        .came("2026-01-09", "not_held")
        .case.identity_asked_on
        is None
    )
    by_hand = Wrote(day(9), "w1", "w1@home", ADDRESS, "Re")
    assert story.happens(by_hand).case.identity_asked_on is None


def test_a_notice_of_absence_that_names_another_address_waits_for_the_request() -> None:
    story = Story(sent="2026-01-05").came("2026-01-05", "out_of_office", other_address="Deputy@a.nhs.uk")
    assert (story.case.other_address, story.case.received_on) == ("Deputy@a.nhs.uk", day(5))
    sent_on = story.sent("2026-01-07", to="deputy@a.nhs.uk").case
    assert (sent_on.other_address, sent_on.received_on, sent_on.first_sent_on) == ("", day(7), day(5))


def test_a_request_passed_on_by_hand_is_received_then() -> None:
    story = Story(sent="2026-01-05").came("2026-01-05", "out_of_office", other_address="deputy@a.nhs.uk")
    elsewhere = Wrote(day(6), "w1", "w1@home", "x@a.nhs.uk", "Fwd")
    assert story.happens(elsewhere).case.received_on == day(5)
    passed_on = Wrote(day(7), "w2", "w2@home", "deputy@a.nhs.uk", "Fwd")
    assert story.happens(passed_on).case.received_on == day(7)


def test_a_reply_shows_that_the_request_found_its_way_past_an_absence() -> None:
    story = Story(sent="2026-01-05").came("2026-01-05", "out_of_office", other_address="deputy@a.nhs.uk")
    story.came("2026-01-06", "human_ack").sent("2026-01-07", to="deputy@a.nhs.uk")
    assert (story.case.other_address, story.case.received_on) == ("", day(5))
    story.came("2026-01-08", "out_of_office", other_address="deputy@a.nhs.uk")
    assert story.case.other_address == ""


def test_a_request_sent_again_to_one_who_is_away_was_received_the_first_time() -> None:
    story = Story(sent="2026-01-05").came("2026-01-05", "out_of_office").sent("2026-01-09")
    assert story.case.received_on == day(5)
    elsewhere = (
        Story(sent="2026-01-05").came("2026-01-05", "out_of_office").sent("2026-01-09", to="b@a.nhs.uk")
    )
    assert elsewhere.case.received_on == day(9)


def test_a_narrower_request_begins_the_case_anew() -> None:
    story = Story(sent="2026-01-05").came("2026-01-20", "refusal").sent("2026-01-22", "narrowing")
    found = story.came("2026-01-23", "auto_ack").case
    assert (found.received_on, found.earlier_received, found.began) == (day(22), (day(5),), 1)
    assert found.received_why == "the narrower request was sent, which is a new request"
    assert [reply.kind for reply in found.current] == ["auto_ack"]
    assert found.first_sent_on == day(5)


@pytest.mark.parametrize(
    ("failed", "by", "received"),
    [
        (ADDRESS, "rule", None),
        (ADDRESS.upper(), "rule", None),
        (
            "colleague@a.nhs.uk",
            "rule",
            day(5),
        ),  # a forwarding inside the body failed: the letter itself was taken
        ("", "rule", day(5)),  # it names nothing: a person has to read it
        ("", "person", None),
    ],
)
def test_a_bounce_counts_only_if_it_names_the_address_that_was_used(
    failed: str, by: str, received: date | None
) -> None:
    story = Story(sent="2026-01-05").came("2026-01-05", "bounce", by=by, failed=failed)
    assert story.case.received_on == received
    assert story.case.sendings[0].came_back == (received is None)


@pytest.mark.parametrize(
    ("about", "failed", "received"),
    [
        ("0@home", "", None),
        ("0@home", "colleague@a.nhs.uk", day(5)),
        ("9@home", "", day(5)),
        ("9@home", ADDRESS, day(5)),
    ],
)
def test_a_bounce_that_returns_a_letter_speaks_of_that_letter(
    about: str, failed: str, received: date | None
) -> None:
    story = Story(sent="2026-01-05").came("2026-01-05", "bounce", by="rule", about=about, failed=failed)
    assert story.case.received_on == received


def test_a_correction_of_a_bounce_keeps_what_it_names() -> None:
    bounce = Received(day(5), "r1", "bounce", ADDRESS, "Re", "token", "rule", "m1", ADDRESS)
    corrected = Received(day(6), "r1", "bounce", ADDRESS, "Re", "person", "person")
    (reply,) = case(Sent(day(5), "m1", ADDRESS), bounce, corrected).replies
    assert (reply.about, reply.failed) == ("m1", ADDRESS)


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        ({"colour": "blue"}, "a message tells no 'colour'; foimail knows advice"),
        ({"until": "soon"}, "until: 'soon' is no date; write it as 2026-11-23"),
        ({"until": 20261123}, "until: 20261123 is no str"),
        ({"sections": "s.12"}, "sections: 's.12' is no list"),
        ({"advice": "yes"}, "advice: 'yes' is no bool"),
        ({"fee": 20}, "fee: 20 is no str"),
        ({"quotes": ["x"]}, r"quotes: \['x'\] is no dict"),
    ],
)
def test_a_fact_that_makes_no_sense_is_refused_with_the_reason(facts: dict[str, Any], reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        Told(day(9), "r1", facts)


def test_a_day_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="until: 'after the holidays' is no date"):
        Snoozed(day(9), "after the holidays")
    assert Snoozed(day(9), "2026-02-01").until == "2026-02-01"
    assert Paid(day(9)).kind == "paid"


@pytest.mark.parametrize(
    "event",
    [
        Told(day(9), "r1", {"sections": ["s.12"], "until": "2026-02-01", "advice": False}, "person"),
        Paid(day(9)),
        Snoozed(day(9), "2026-02-01"),
        Noted(day(9), "She rang."),
        Received(day(9), "r1", "bounce", ADDRESS, "Re", "token", failed=ADDRESS),
    ],
    ids=lambda event: event.kind,
)
def test_what_was_told_comes_back_from_the_store_as_it_was(event: Event) -> None:
    assert from_json(event.kind, event.on, json.loads(json.dumps(to_json(event)))) == event


def test_a_fact_of_a_newer_foimail_is_refused() -> None:
    with pytest.raises(ValueError, match="event 'told' of a newer foimail: a message tells no 'mood'"):
        from_json("told", day(9), {"message": "r1", "facts": {"mood": "sad"}})
