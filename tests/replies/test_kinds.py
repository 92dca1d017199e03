"""What kind a message is: plain words of people who type as they talk, headers of machines, and what hides an answer."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from foimail.replies import kinds
from foimail.replies.reader import Enclosure
from tests.corpus.scoring import table
from tests.replies.letters import message, read, rules

SPOKEN = [(row["kind"], row["text"]) for row in table(Path(__file__).with_name("spoken.csv"))]


@pytest.mark.parametrize(("kind", "text"), SPOKEN)
def test_what_people_type_as_they_talk_is_understood(kind: str, text: str) -> None:
    assert read(text).kind == kind


@pytest.mark.parametrize(
    ("outcomes", "kind"),
    [
        ([], None),
        (["unanswered", "unanswered"], None),
        (["answered", "answered"], "full_disclosure"),
        (["answered", "refused"], "partial"),
        (["partial", "partial"], "partial"),
        (["answered", "unanswered"], "partial"),
        (["refused", "not_held"], "refusal"),
        (["not_held", "redirected"], "not_held"),
        (["redirected", "unanswered"], "transfer_redirect"),
    ],
)
def test_a_final_letters_kind_follows_from_its_parts(outcomes: list[str], kind: str | None) -> None:
    assert kinds.final_kind(outcomes) == kind


BOUNCED = "This is the mail system. Your message could not be delivered. The email account does not exist."


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"delivery_report": (("action", "failed"), ("status", "5.1.1"))}, "delivery report: failed 5.1.1"),
        ({"delivery_report": (("action", "delayed"),)}, "delivery report: delayed"),
        ({"headers": (("x-failed-recipients", "foi@body.example"),)}, "header X-Failed-Recipients"),
        ({"sender": "MAILER-DAEMON@mx.example", "subject": "Undeliverable: FOI"}, "a returned letter from"),
        ({"returned_ids": ("a@us.example",)}, "our letter is returned, with the words"),
    ],
)
def test_a_returned_letter_is_known_by_its_report_its_postman_or_the_letter_in_it(
    given: dict[str, Any], why: str
) -> None:
    found = read(BOUNCED, **given)
    assert found.kind == "bounce"
    assert found.passages[0].quote.startswith(why)


@pytest.mark.parametrize("action", ["delivered", "relayed", "expanded"])
def test_a_report_that_all_went_well_is_no_bounce(action: str) -> None:
    report = (("action", action), ("status", "2.0.0"))
    assert (
        kinds.bounce(
            message("Delivered.", "Delivered: FOI", delivery_report=report), "Delivered.", rules().words
        )
        is None
    )


@pytest.mark.parametrize(
    ("name", "value", "why"),
    [
        ("auto-submitted", "auto-replied", "header Auto-Submitted: auto-replied"),
        ("auto-submitted", "no", ""),
        ("x-autoreply", "yes", "header x-autoreply"),
        ("precedence", "bulk", "header Precedence: bulk"),
        ("x-auto-response-suppress", "All", "header X-Auto-Response-Suppress"),
        ("x-auto-response-suppress", "DR", ""),
    ],
)
def test_a_machine_is_known_by_its_headers(name: str, value: str, why: str) -> None:
    said = "This is an automated response. Your email has been received."
    assert kinds.automatic(message(said, headers=((name, value),)), said, rules().words) == why


def test_a_person_who_is_away_is_no_acknowledgement_even_without_a_header() -> None:
    assert read("I am on leave until 4 March.").kind == "out_of_office"


def test_a_machine_in_which_a_person_speaks_of_themselves_is_an_absence() -> None:
    machine = (("auto-submitted", "auto-replied"),)
    found = read("I work Tuesdays and Thursdays only, call the desk in between.", headers=machine)
    assert (found.kind, found.needs_person) == ("out_of_office", False)


def test_a_machine_that_says_how_late_a_body_is_is_a_delay() -> None:
    late = "We apologise for the delay. Your request is overdue and we aim to respond as soon as possible."
    assert read(late, headers=(("auto-submitted", "auto-generated"),)).kind == "holding_delay"


def test_an_automatic_mail_that_says_nothing_else_is_an_automatic_acknowledgement() -> None:
    assert read("Thank you for your email.", headers=(("x-autorespond", "1"),)).kind == "auto_ack"


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"subject": "Recall: FOI 12", "text": "The sender would like to recall the message."}, "a recall"),
        ({"text": "Spring events.", "headers": (("list-id", "<news.body.example>"),)}, "bulk mail"),
        (
            {"subject": "Newsletter", "text": "Our newsletter this month.\nUnsubscribe from this list."},
            "a bulletin",
        ),
    ],
)
def test_mail_beside_the_matter_is_other(given: dict[str, Any], why: str) -> None:
    found = read(**given)
    assert found.kind == "other"
    assert found.passages[0].quote.startswith(why)


@pytest.mark.parametrize(
    ("state", "why", "alone"),
    [
        ("encrypted", "what is attached is locked", True),
        ("no_text", "what is attached is a picture", False),
    ],
)
def test_an_attachment_that_nobody_can_read_is_no_answer(state: str, why: str, *, alone: bool) -> None:
    found = read("Dear Morgan", Enclosure("answer.pdf", "", state))
    assert (found.kind, found.needs_person) == ("other", not alone)
    assert found.passages[0].quote.startswith(why)


def test_a_password_of_an_earlier_message_is_other() -> None:
    assert read("orange-7-teapot", subject="Password for FOI 12").kind == "other"


def test_of_words_that_foimail_does_not_know_nothing_is_made() -> None:
    found = read("The canteen opens at noon.")
    assert (found.kind, found.needs_person) == ("other", True)


def test_one_word_of_identity_is_no_request_for_it() -> None:
    found = read(
        "Please note the identity of the child is protected. Thank you for your request, it has been logged."
    )
    assert found.kind == "human_ack"


def test_an_acknowledgement_that_is_sorry_and_late_is_a_delay() -> None:
    found = read(
        "We acknowledge receipt of your request, which has been received and logged. Your reference is FOI 7. "
        "Thank you for your request, it has been passed to the team. Sorry, it is overdue."
    )
    assert (found.kind, found.needs_person) == ("holding_delay", True)


def test_a_fee_that_has_been_paid_is_no_fees_notice() -> None:
    assert read("Your cheque for the fee, a payment of \u00a324, was paid with thanks.").kind != "fees_notice"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("1. In 2021 there were 4 referrals and in 2022 there were 7. Please don't use them: unchecked.", "holding_delay"),
        ("We know of 64 referrals for 2010-2024. This is a fees notice under section 9: please pay \u00a327.50.", "fees_notice"),
        ("Our system has 148 referrals for 2020-2024. Do you want all of them? The clock has been stopped.", "clarification"),
        ("There were 9 referrals in 2021 and 31 in 2022. We need to extend the time for the public interest.", "extension_pit"),
        ("In 2021 we told another requester of 14 referrals. You should get our answer by 7 September.", "human_ack"),
    ],
)  # fmt: skip
def test_numbers_on_the_way_to_an_answer_are_none(text: str, kind: str) -> None:
    found = read(text)
    assert (found.answers, found.needs_person) == ((), True)
    assert found.kind in {kind, "holding_delay"}


def test_a_promise_of_the_rest_leaves_what_is_given_an_answer() -> None:
    text = "1. In 2021: 4 referrals, in 2022: 7.\n\nThe answer to question 4 will follow: you will get it by Monday."
    assert read(text).answers[0].outcome == "answered"
