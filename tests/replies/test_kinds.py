from __future__ import annotations

from typing import Any, get_args

import pytest

from foimail.files.tables import table
from foimail.model import FINAL_KINDS, Kind, Message
from foimail.replies.kinds import classify, own_words

PHRASES = table("phrases")


def message(text: str = "", **given: Any) -> Message:
    blank: dict[str, Any] = dict.fromkeys(("in_reply_to", "references", "returned_ids", "to"), ())
    blank |= {
        "sha256": "0",
        "message_id": None,
        "sent_at": None,
        "sender": "foi@x.example",
        "sender_name": "",
    }
    return Message(**{**blank, "reply_to": "", "subject": "", "text": text, **given})


@pytest.mark.parametrize(
    ("text", "kind", "sure"),
    [
        ("Thank you for your request, which we have received.", "human_ack", True),
        ("Please clarify which years you mean.", "clarification", True),
        ("We need further clarification under section 1(3).", "clarification", True),
        ("We must extend the time to weigh the public interest.", "extension_pit", False),
        ("We are refusing your request; it exceeds the appropriate limit.", "refusal", False),
        ("The Trust does not hold this information.", "not_held", False),
        ("Please find attached our response.", "full_disclosure", False),
        ("We hold part 1. The Trust does not hold the rest; figures are attached.", "partial", False),
        ("You may wish to redirect your request to the council.", "transfer_redirect", False),
        ("We apologise for the delay.", "holding_delay", False),
        ("Please provide your full name.", "identity_request", False),
        ("A fees notice is enclosed.", "fees_notice", False),
        ("Hello.", "other", False),
    ],
)
def test_plain_words_tell_the_kind_and_what_would_close_a_case_is_only_proposed(
    text: str, kind: str, *, sure: bool
) -> None:
    found = classify(message(text), PHRASES)
    assert (found.kind, found.needs_person) == (kind, not sure)
    assert found.kind not in FINAL_KINDS or found.needs_person


def test_every_kind_in_the_table_is_one_of_the_contract() -> None:
    assert {kind["name"] for kind in PHRASES["kind"]} <= set(get_args(Kind))


@pytest.mark.parametrize("action", ["failed", "delayed", "Failed"])
def test_a_delivery_report_of_failure_or_delay_is_a_bounce(action: str) -> None:
    found = classify(
        message("We refuse.", delivery_report=(("action", action), ("status", "5.1.1"))), PHRASES
    )
    assert (found.kind, found.evidence) == ("bounce", f"delivery report: {action.lower()} 5.1.1")


@pytest.mark.parametrize("action", ["delivered", "relayed", "expanded"])
def test_a_delivery_report_that_all_went_well_is_no_bounce(action: str) -> None:
    assert classify(message("Delivered.", delivery_report=(("action", action),)), PHRASES).kind == "other"


def test_a_delivery_report_without_an_action_is_a_bounce() -> None:
    found = classify(message(delivery_report=(("status", "4.0.0"),)), PHRASES)
    assert (found.kind, found.evidence) == ("bounce", "delivery report: ? 4.0.0")


def test_other_signs_of_a_letter_that_came_back() -> None:
    failed = classify(message(headers=(("x-failed-recipients", "a@b.example"),)), PHRASES)
    assert (failed.kind, failed.evidence) == ("bounce", "header X-Failed-Recipients")
    returned = classify(message(sender="Postmaster@x.example", returned_ids=("m@x",)), PHRASES)
    assert (returned.kind, returned.evidence) == ("bounce", "a returned letter from Postmaster@x.example")
    assert classify(message(sender="postmaster@x.example"), PHRASES).kind == "other"


@pytest.mark.parametrize(
    ("given", "evidence"),
    [
        ({"headers": (("auto-submitted", " Auto-Replied "),)}, "header Auto-Submitted: Auto-Replied"),
        ({"headers": (("x-autoreply", "yes"),)}, "header x-autoreply"),
        ({"headers": (("x-autorespond", "1"),)}, "header x-autorespond"),
        ({"headers": (("precedence", "auto_reply"),)}, "header Precedence: auto_reply"),
        ({"subject": "Automatic reply: your request"}, "the subject begins 'Automatic reply'"),
    ],
)
def test_automatic_answers_are_told_by_their_headers_or_subject(given: dict[str, Any], evidence: str) -> None:
    assert classify(message("We have received it.", **given), PHRASES).evidence == evidence
    assert classify(message("We have received it.", **given), PHRASES).kind == "auto_ack"
    assert classify(message("I am on annual leave.", **given), PHRASES).kind == "out_of_office"


def test_a_person_who_says_that_no_machine_wrote_is_believed() -> None:
    found = classify(message("Thank you for your request.", headers=(("auto-submitted", "no"),)), PHRASES)
    assert found.kind == "human_ack"


def test_quoted_words_and_the_complaint_paragraph_do_not_count() -> None:
    text = "Hello.\n> please clarify\nIf you are not satisfied you may ask us to look at the refusal again: we refuse."
    assert own_words(text, PHRASES) == "Hello.\n"
    assert classify(message(text), PHRASES).kind == "other"
    quoted = "Noted.\n\nOn Monday, 1 June 2026, Rowan Ashdown wrote:\nPlease clarify"
    assert own_words(quoted, PHRASES) == "Noted.\n\n"
    assert own_words("All mine.", PHRASES) == "All mine."


def test_long_evidence_is_shortened() -> None:
    found = classify(message("We need more time: an extension " + "very " * 25 + "public interest"), PHRASES)
    assert found.kind == "extension_pit"
    assert len(found.evidence) < 100
    assert found.evidence.endswith("...'")


def test_a_hostile_text_does_not_keep_the_patterns_busy() -> None:
    import time

    started = time.process_time()
    classify(message("we do not hold " * 200_000), PHRASES)
    assert time.process_time() - started < 5
