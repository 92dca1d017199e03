"""What kind a message is: plain words of people who type as they talk, headers of machines, and what hides an answer."""

from __future__ import annotations

from typing import Any

import pytest

from foimail.replies import kinds
from foimail.replies.reader import Enclosure
from tests.replies.letters import message, read, rules

SPOKEN = [
    (
        "human_ack",
        "Hi Morgan, thanks for this, it's with our safeguarding team now and we'll come back to you by 3 March. Ref 2211.",
    ),
    (
        "human_ack",
        "Hello, just to let you know I've got your email and popped it on the system as FOI 998. Cheers, Bev",
    ),
    (
        "human_ack",
        "Hi, picked this up from the shared inbox. I'll chase round the teams and get you something before the deadline.",
    ),
    (
        "holding_delay",
        "Hi Morgan, really sorry but we're not going to hit the deadline on this one, half the team are off. Hope to get it to you next week.",
    ),
    (
        "holding_delay",
        "Morning. I know you should have had this by now. Still waiting on one person to sign it off, promise I haven't forgotten.",
    ),
    (
        "holding_delay",
        "Just a quick note to say your answer's running late, our analyst has been poorly. Bear with us!",
    ),
    (
        "clarification",
        "Hi Morgan, when you say staff do you mean everyone or just the clinical lot? Can't start til we know.",
    ),
    (
        "clarification",
        "Hello - quick question, do you want calendar or financial years? Let me know and I'll crack on.",
    ),
    (
        "clarification",
        "Could you tell us which hospital you mean please? We've got three. The clock's stopped till you do.",
    ),
    (
        "clarification",
        "The searches would take too long as things stand. Would you be happy with just 2018 onwards? Let us know, otherwise we'd have to say no.",
    ),
    (
        "fees_notice",
        "We can do this but there'd be £24.50 to pay for the photocopying. Once that's in we'll carry on. Cheque to the Trust please.",
    ),
    (
        "identity_request",
        "Hi there, we need your full name before we can log this, the law says so. Just drop us a line with it. Ta",
    ),
    (
        "identity_request",
        "Can you tell us who you are please? Tideline Data Project isn't a person and we can't treat it as valid until we've a proper name.",
    ),
    (
        "extension_pit",
        "We're still weighing up the public interest on s.31 so need a bit longer, should be with you by 20 March.",
    ),
    (
        "extension_pit",
        "We think s43 might apply to q3 and are doing the public interest test. That gives us another 20 days so expect it around 10 April.",
    ),
    (
        "refusal",
        "Sorry but we're going to have to turn this one down, it'd take us way over the 18 hours. Section 12 if you need the number.",
    ),
    ("refusal", "It's a no I'm afraid. Section 12, would take weeks to go through all the notes."),
    (
        "refusal",
        "We won't be giving you any of this, the numbers are tiny and you'd be able to work out who the kids are. Section 40(2).",
    ),
    (
        "not_held",
        "Hi Morgan, I've asked around and nobody keeps any of this. We just don't record it, sorry.",
    ),
    (
        "not_held",
        "We're a specialist heart hospital and don't see children so we've nothing on any of your questions.",
    ),
    ("not_held", "I'm afraid we haven't got anything that would answer any of the four."),
    (
        "transfer_redirect",
        "Hi, this isn't us, you want the council - they run children's services. Try foi@council.example.",
    ),
    (
        "transfer_redirect",
        "Wrong trust I think! All our children's stuff went over to Northvale last year so best to ask them, foi@northvale.example",
    ),
    (
        "full_disclosure",
        "Hi Morgan\n1. 2021 - 4, 2022 - 7, 2023 - 9, 2024 - 11. Nothing before 2021 as we were on paper.\n2. Same again, one for each.\n3. We've a named nurse and go to the MASH every week.\n4. 512\nHope that helps, Bev",
    ),
    (
        "partial",
        "Hi Morgan\n1) we had 4 in 2021, 7 in 2022 and 9 in 2023\n2) no idea sorry, we don't count those\n3) named nurse, MASH meetings\n4) about 90% of staff\nBev",
    ),
    (
        "partial",
        "1. Can't give you this one, too few and they'd be identifiable (s40).\n2. 12 in 2023 and 15 in 2024\n3. See our policy on the website https://x.example/p\n4. 2,100 staff",
    ),
    (
        "internal_review_outcome",
        "I've had a look again at what we sent you in March like you asked. The s12 decision was right and stands. You can go to the ICO now.",
    ),
    (
        "internal_review_outcome",
        "Following your complaint I've reviewed how Bev dealt with this. I agree with you: we should have given you the training figure. It's 640. The rest I'm upholding.",
    ),
    ("other", "How did we do? Take our two minute survey about your FOI experience https://survey.example/x"),
    ("other", "Please see attached letter."),
    (
        "other",
        "Andy can you pick this one up? She's the one who wrote last year. Don't want to give her anything we don't have to.",
    ),
    (
        "other",
        "You have a secure message waiting. Click here to read it: https://securemail.example/abc It expires on 4 April 2026.",
    ),
    (
        "out_of_office",
        "I'm on annual leave until 4 March with no access to emails. For FOI please contact foi2@x.example",
    ),
]


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
