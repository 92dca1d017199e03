from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from foimail.case import fold
from foimail.errors import StoreError
from foimail.events import (
    Answered,
    Event,
    Misfiled,
    NotSent,
    Opened,
    Queued,
    Received,
    Refused,
    Sent,
    Unknown,
    Wrote,
)
from foimail.model import BY_HAND

if TYPE_CHECKING:
    from foimail.model import Case

TOKEN = "FOI-ABCDE"
OPENED = Opened(date(2026, 1, 2), "cse", "RXX", "foia")


def day(number: int, month: int = 1) -> date:
    return date(2026, month, number)


def case(*events: Event) -> Case:
    return fold(TOKEN, [OPENED, *events])


def sent(
    on: date, message_id: str = "m1", to: str = "foi@a.nhs.uk", letter: str = "request", by: str = "email"
) -> Sent:
    return Sent(on, message_id, to, by, letter, "250 ok")


def received(on: date, kind: str, message: str = "r1", by: str = "rule") -> Received:
    failed = "foi@a.nhs.uk" if kind == "bounce" else ""
    return Received(on, message, kind, "foi@a.nhs.uk", "Your request", "token", by, failed=failed)


def wrote(on: date, message: str = "w1", message_id: str = "w1@home") -> Wrote:
    return Wrote(on, message, message_id, "foi@a.nhs.uk", "Re: Your request")


def test_an_opened_case_has_its_names_and_no_clock() -> None:
    found = case()
    assert (found.token, found.campaign, found.body, found.regime) == (TOKEN, "cse", "RXX", "foia")
    assert (found.opened_on, found.received_on, found.sendings) == (day(2), None, ())
    assert (found.last_on, found.last_event) == (day(2), "the case was opened")


def test_a_case_that_was_never_opened_is_a_damaged_store() -> None:
    with pytest.raises(StoreError, match="FOI-ABCDE has no record of its opening"):
        fold(TOKEN, [sent(day(5))])


def test_the_clock_counts_from_the_day_the_request_was_sent() -> None:
    found = case(Queued(day(2), "m1", "foi@a.nhs.uk", "w"), sent(day(5)))
    assert found.received_on == day(5)
    assert found.received_why == "the request was sent by e-mail"
    assert [(s.state, s.on, s.to, s.answer) for s in found.sendings] == [
        ("sent", day(5), "foi@a.nhs.uk", "250 ok")
    ]


def test_events_count_by_their_dates_and_not_by_the_order_given() -> None:
    found = case(received(day(9), "human_ack"), sent(day(5)))
    assert found.received_on == day(5)
    assert found.last_event == "a message came (human ack)"


@pytest.mark.parametrize(
    ("by", "words"),
    [("form", "by the body's web form"), ("post", "by post, and may have"), ("phone", "by telephone")],
)
def test_each_route_has_its_words(by: str, words: str) -> None:
    assert words in case(sent(day(5), by=by)).received_why


@pytest.mark.parametrize(
    ("event", "state", "answer"),
    [
        (Queued(day(6), "m1", "foi@a.nhs.uk", "w", "request"), "queued", ""),
        (Refused(day(6), "m1", "foi@a.nhs.uk", "550 no such user"), "refused", "550 no such user"),
        (Unknown(day(6), "m1", "foi@a.nhs.uk", "no answer"), "unknown", "no answer"),
        (NotSent(day(6), "m1", "foi@a.nhs.uk"), "not_sent", ""),
    ],
)
def test_a_letter_that_did_not_go_starts_no_clock(event: Event, state: str, answer: str) -> None:
    found = case(Queued(day(5), "m1", "foi@a.nhs.uk", "w", "request"), event)
    (sending,) = found.sendings
    assert (sending.state, sending.on, sending.letter, sending.answer) == (state, day(6), "request", answer)
    assert found.received_on is None


def test_a_letter_in_doubt_counts_from_the_day_it_was_seen_to_have_gone() -> None:
    assert case(Unknown(day(5), "m1", "a@b.c", "silence"), sent(day(5))).received_on == day(5)


def test_a_request_sent_elsewhere_after_a_refusal_counts_from_then() -> None:
    found = case(Refused(day(5), "m1", "old@a.nhs.uk", "550"), sent(day(7), "m2"))
    assert found.received_on == day(7)
    assert [s.state for s in found.sendings] == ["refused", "sent"]


def test_a_request_that_bounced_was_not_received() -> None:
    assert case(sent(day(5)), received(day(5), "bounce")).received_on is None


def test_a_request_sent_again_after_a_bounce_counts_from_then() -> None:
    found = case(sent(day(5)), received(day(6), "bounce"), sent(day(7), "m2", "new@a.nhs.uk"))
    assert found.received_on == day(7)


def test_a_request_sent_again_that_bounced_too_was_not_received() -> None:
    bounces = received(day(6), "bounce"), received(day(8), "bounce", "r2")
    assert case(sent(day(5)), bounces[0], sent(day(7), "m2"), bounces[1]).received_on is None


@pytest.mark.parametrize("on", [day(5), day(6), day(20)])
def test_a_sign_of_life_outweighs_a_bounce(on: date) -> None:
    found = case(sent(day(5)), received(day(6), "bounce"), received(on, "human_ack", "r2"))
    assert found.received_on == day(5)


def test_a_bounced_chaser_does_not_undo_the_request() -> None:
    found = case(sent(day(5)), sent(day(6, 2), "m2", letter="chaser"), received(day(6, 2), "bounce"))
    assert found.received_on == day(5)


def test_a_letter_still_queued_does_not_take_a_bounce_upon_itself() -> None:
    found = case(sent(day(5)), Queued(day(6), "m2", "a@b.c", "w", "chaser"), received(day(7), "bounce"))
    assert found.received_on is None


def test_a_request_sent_on_after_an_out_of_office_notice_counts_from_then() -> None:
    # the notice named another address; the request is received where it reaches that one
    found = case(sent(day(5)), received(day(5), "out_of_office"), sent(day(6), "m2", "deputy@a.nhs.uk"))
    assert found.received_on == day(6)
    assert found.received_why == "the request was sent again by e-mail"


def test_a_request_sent_again_after_an_acknowledgement_changes_nothing() -> None:
    found = case(sent(day(5)), received(day(6), "auto_ack"), sent(day(9), "m2"))
    assert found.received_on == day(5)


def test_a_question_stops_the_clock_until_it_is_answered() -> None:
    found = case(sent(day(5)), received(day(20), "clarification"))
    assert (found.received_on, found.asked_on, found.earlier_received) == (day(5), day(20), ())


@pytest.mark.parametrize(
    "answer",
    [
        wrote(day(9, 2)),
        sent(day(9, 2), "m2", letter="clarification"),
        sent(day(9, 2), "m2", letter="request"),
    ],
)
def test_an_answered_question_starts_the_clock_afresh(answer: Event) -> None:
    # FOIA s.1(3), s.10(6)(b); dates of vector CLAR1
    found = case(sent(day(5)), received(day(20), "clarification"), answer)
    assert (found.received_on, found.asked_on, found.earlier_received) == (day(9, 2), None, (day(5),))
    assert "starts afresh" in found.received_why


def test_a_second_question_starts_the_clock_once_more() -> None:
    asked = received(day(20), "clarification"), received(day(12, 2), "clarification", "r2")
    found = case(sent(day(5)), asked[0], wrote(day(9, 2)), asked[1], wrote(day(13, 2), "w2", "w2@home"))
    assert (found.received_on, found.earlier_received) == (day(13, 2), (day(5), day(9, 2)))


def test_an_answer_to_a_question_that_bounced_starts_nothing() -> None:
    answer = sent(day(9, 2), "m2", letter="clarification")
    found = case(
        sent(day(5)), received(day(20), "clarification"), answer, received(day(9, 2), "bounce", "r2")
    )
    assert (found.received_on, found.asked_on) == (day(5), day(20))


def test_an_adopted_case_may_begin_with_their_question() -> None:
    found = case(received(day(20), "clarification"), wrote(day(9, 2)))
    assert (found.received_on, found.earlier_received) == (day(9, 2), ())


def test_a_chaser_is_no_answer_to_a_question() -> None:
    found = case(sent(day(5)), received(day(20), "clarification"), sent(day(9, 2), "m2", letter="chaser"))
    assert (found.received_on, found.asked_on) == (day(5), day(20))


def test_a_message_by_hand_without_a_question_changes_no_clock() -> None:
    found = case(sent(day(5)), wrote(day(9)))
    assert found.received_on == day(5)
    assert found.sendings[-1].letter == BY_HAND
    assert found.last_event == "you wrote to them by hand"


def test_an_answer_ends_the_waiting_for_ours() -> None:
    found = case(sent(day(5)), received(day(20), "clarification"), received(day(22), "partial", "r2"))
    assert found.asked_on is None
    assert case(
        sent(day(5)), received(day(20), "clarification"), received(day(22), "other", "r2")
    ).asked_on == day(20)


def test_our_own_letter_seen_in_the_mailbox_is_not_counted_twice() -> None:
    found = case(sent(day(5)), wrote(day(5), "w1", "m1"))
    assert [s.letter for s in found.sendings] == ["request"]


def test_messages_by_hand_without_a_message_id_are_kept_apart() -> None:
    found = case(sent(day(5)), wrote(day(9), "w1", ""), wrote(day(10), "w2", ""))
    assert [s.on for s in found.sendings] == [day(5), day(9), day(10)]


def test_a_correction_replaces_the_kind_and_keeps_the_day() -> None:
    found = case(sent(day(5)), received(day(9), "refusal"), received(day(12), "clarification", by="person"))
    (reply,) = found.replies
    assert (reply.kind, reply.on, reply.automatic) == ("clarification", day(9), False)
    assert found.asked_on == day(9)


def test_a_later_rule_replaces_a_rule() -> None:
    found = case(received(day(9), "other"), received(day(9), "refusal"))
    assert [(r.kind, r.automatic) for r in found.replies] == [("refusal", True)]


def test_a_rule_never_overrides_a_person() -> None:
    found = case(received(day(9), "refusal", by="person"), received(day(12), "other"))
    assert [(r.kind, r.automatic) for r in found.replies] == [("refusal", False)]


def test_a_misfiled_message_is_gone_until_a_person_brings_it_back() -> None:
    taken_out = [received(day(9), "refusal"), Misfiled(day(10), "r1")]
    assert case(*taken_out).replies == ()
    assert case(*taken_out).last_event == "a message was taken out of this case"
    assert case(*taken_out, received(day(11), "refusal")).replies == ()
    assert [r.kind for r in case(*taken_out, received(day(11), "partial", by="person")).replies] == [
        "partial"
    ]


def test_a_misfiled_message_that_was_never_here_is_no_fault() -> None:
    assert case(Misfiled(day(10), "r9")).replies == ()


@pytest.mark.parametrize(
    ("event", "words"),
    [
        (Queued(day(6), "m1", "a@b.c", "w", "chaser"), "the chaser was put into the outbox"),
        (sent(day(6), letter="chaser"), "the chaser was sent"),
        (Refused(day(6), "m1", "a@b.c", "550"), "their mail server refused a letter"),
        (
            Unknown(day(6), "m1", "a@b.c", "silence"),
            "a letter was sent, but nobody can say whether it arrived",
        ),
        (NotSent(day(6), "m1", "a@b.c"), "a letter in doubt turned out never to have gone"),
    ],
)
def test_the_last_event_is_told_in_words(event: Event, words: str) -> None:
    assert (case(event).last_on, case(event).last_event) == (day(6), words)


def test_a_persons_word_on_an_answer_is_kept_and_is_no_correspondence() -> None:
    word = Answered(day(9), "sha", "2", None, "Rowan", source="a call")
    found = case(word)
    assert found.last_event == "the case was opened"
    (decision,) = found.decisions
    assert (decision.message, decision.part, decision.answer, decision.who, decision.on, decision.source) == (
        "sha", "2", None, "Rowan", day(9), "a call",
    )  # fmt: skip


def test_the_opening_is_not_the_last_thing_that_happened_where_the_request_was_posted_before() -> None:
    opened = Opened(date(2026, 1, 7), "cse", "RD8", "foia")
    posted = Sent(date(2026, 1, 5), "posted", "", by="post", evidence="person")
    found = fold("FOI-7K3Q2M", [opened, posted])
    assert (found.last_on, found.last_event) == (date(2026, 1, 5), "the request was sent")
