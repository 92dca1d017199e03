"""A body takes back what it sent, in Outlook's words or its own; a footer for strangers does not."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from foimail.files.tables import table
from foimail.mail.parse import parse
from foimail.replies.recall import Earlier, is_recall, taken_back
from tests.corpus.scoring import SETS
from tests.replies.letters import message

PHRASES = table("phrases")


def earlier(name: str, **given: Any) -> Earlier:
    blank: dict[str, Any] = {
        "message_id": f"{name}@body.example",
        "sender": "foi@body.example",
        "subject": "FOI response",
        "on": date(2026, 6, 1),
        "cases": frozenset({"FOI-ABCDEF"}),
    }
    return Earlier(name, **(blank | given))


@pytest.mark.parametrize(
    "text",
    [
        'Ostler, Imran would like to recall the message, "FOI response".',
        "The spreadsheet was sent to you in error. We apologise.",
        "Please delete our previous e-mail and its attachment.",
        "We have inadvertently disclosed personal data in the response.",
        "Tab 3 should not have been included.",
        "Could you please delete the attached file and confirm that you have done so.",
        "Please disregard and delete my earlier message.",
        "It was sent in error, please delete it.",
    ],
)
def test_these_words_take_back_what_was_sent(text: str) -> None:
    assert is_recall(message(text), PHRASES)


@pytest.mark.parametrize(
    "text",
    [
        "If you have received this e-mail in error, please delete it and tell the sender.",
        "Your request was sent to us in error, and we have passed it on.",
        "We delete e-mails from our system after 90 days.",
        "> Please delete our previous e-mail.\n\nWe have nothing to add.",
        "The exemption for 2022 was claimed in error and is withdrawn.",
        "Ignore the recall please, the file was right all along.",
        "Thank you for your request.",
    ],
)
def test_these_words_do_not(text: str) -> None:
    assert not is_recall(message(text), PHRASES)


def test_a_subject_or_a_header_says_it_alone() -> None:
    assert is_recall(message("", subject="Recall: FOI response"), PHRASES)
    assert is_recall(message("New version.", headers=(("supersedes", "<a@body.example>"),)), PHRASES)
    assert is_recall(message("New version.", headers=(("obsoletes", "<a@body.example>"),)), PHRASES)
    assert not is_recall(message("", subject="Recall of vaccines in 2021"), PHRASES)


def test_a_named_mail_goes_before_a_like_subject_and_that_before_the_last_one() -> None:
    before = [
        earlier("first", on=date(2026, 5, 1), subject="Acknowledgement"),
        earlier("answer"),
        earlier("later", on=date(2026, 6, 2), subject="Survey"),
    ]
    mine = ["FOI-ABCDEF"]
    named = message("x", in_reply_to=("first@body.example",))
    assert taken_back(named, mine, before) == ("first",)
    assert taken_back(message("x", headers=(("supersedes", "<first@body.example>"),)), mine, before) == (
        "first",
    )
    quoted = message('We would like to recall the message, "FOI response".', subject="Recall: Survey")
    assert taken_back(quoted, [], before) == ("answer",)
    assert taken_back(message("x", subject="Recall: FOI response"), mine, before) == ("answer",)
    assert taken_back(message("Sent in error.", subject="Oh dear"), mine, before) == ("later",)


def test_nobody_takes_back_what_another_body_sent_or_what_is_not_here() -> None:
    strange = message("x", subject="Recall: FOI response", sender="foi@other.example")
    assert taken_back(strange, ["FOI-ABCDEF"], [earlier("answer")]) == ()
    assert taken_back(message("x", subject="Recall: FOI response"), [], []) == ()
    assert taken_back(message("x", subject="Recall: Y"), ["FOI-ZZZZZZ"], [earlier("answer")]) == ()


def test_of_the_labelled_sets_the_recalls_alone_are_recalls() -> None:
    found = set()
    for folder in SETS.values():
        for path in sorted(folder.glob("*.eml")):
            try:
                mail = parse(path.read_bytes())
            except ValueError:
                continue
            if is_recall(mail, PHRASES):
                found.add(path.name)
    assert found == {"e063.eml", "b086.eml", "c008.eml"}
