from __future__ import annotations

from typing import Any

import pytest

from foimail.model import Attachment, Message
from foimail.replies.match import Clues, clues, match

A, B = "FOI-AAAA22", "FOI-BBBB22"


def message(**given: Any) -> Message:
    blank: dict[str, Any] = dict.fromkeys(("in_reply_to", "references", "returned_ids", "to"), ())
    blank |= dict.fromkeys(("sender", "sender_name", "reply_to", "subject", "text"), "")
    return Message(**{"sha256": "0", "message_id": None, "sent_at": None, **blank, **given})


def test_a_message_says_of_itself_what_it_answers_and_which_tokens_it_bears() -> None:
    found = clues(
        message(
            in_reply_to=("a@x",),
            references=("b@x", "a@x"),
            returned_ids=("c@x",),
            subject=f"[{A}]",
            text="foi bbbb22",
            to=("foi+foi-cccc22@x.example",),
            attachments=(Attachment("FOI-DDDD22 answer.pdf", "application/pdf", b""),),
        )
    )
    assert found.ids == ("a@x", "b@x", "a@x", "c@x")
    assert found.all_tokens == {A, B, "FOI-CCCC22", "FOI-DDDD22"}
    assert [place for place, tokens in found.tokens if tokens] == [
        "subject",
        "text",
        "attachment name",
        "address",
    ]


@pytest.mark.parametrize(
    ("given", "how", "evidence"),
    [
        ({"in_reply_to": ("m@x",)}, "in-reply-to", "In-Reply-To or References: <m@x>"),
        ({"references": ("other@x", "m@x")}, "in-reply-to", "In-Reply-To or References: <m@x>"),
        ({"returned_ids": ("m@x",)}, "in-reply-to", "returned original: <m@x>"),
        ({"subject": f"Re: {A}"}, "token", f"{A} in the subject"),
        ({"text": f"> {A}"}, "token", f"{A} in the text"),
        ({"to": ("me+foi-aaaa22@x",)}, "token", f"{A} in the address"),
    ],
)
def test_each_clue_alone_finds_the_case(given: dict[str, Any], how: str, evidence: str) -> None:
    found = match(clues(message(**given)), {"m@x": {A}}, {A, B})
    assert (found.token, found.matched_by, found.candidates, found.evidence) == (A, how, (A,), (evidence,))
    assert not found.needs_person


def test_the_strongest_clue_is_named_where_all_agree() -> None:
    found = match(clues(message(in_reply_to=("m@x",), subject=A)), {"m@x": {A}}, {A})
    assert (found.matched_by, len(found.evidence)) == ("in-reply-to", 2)


def test_clues_that_disagree_are_a_persons_to_weigh_strongest_first() -> None:
    found = match(clues(message(in_reply_to=("m@x",), subject=B)), {"m@x": {A}}, {A, B})
    assert (found.token, found.matched_by, found.candidates) == (None, None, (A, B))
    assert found.needs_person


def test_a_thread_of_two_cases_is_a_persons_to_weigh() -> None:
    assert match(Clues(("m@x",), (), ()), {"m@x": {B, A}}, set()).candidates == (A, B)


def test_a_token_never_issued_is_none() -> None:
    found = match(clues(message(subject=f"{A} FOI REQUEST")), {}, {B})
    assert (found.token, found.candidates, found.needs_person) == (None, (), False)
