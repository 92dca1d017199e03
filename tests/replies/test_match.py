from __future__ import annotations

from typing import Any

import pytest

from foimail.model import Attachment, Message
from foimail.replies.match import Clues, Known, Learnt, Match, Sender, clues, match

A, B, C = "FOI-AAAA22", "FOI-BBBB22", "FOI-CCCC22"
BODIES = {A: "RAA", B: "RBB", C: "RAA"}
ASHCOMBE = Sender(frozenset({"RAA"}), "the sender's domain ashcombe.example", cases={"RAA": {A}, "RBB": {B}})
HUB = Sender(frozenset({"RAA", "RBB"}), "the sender's domain hub.example", cases={"RAA": {A}, "RBB": {B}})


def message(**given: Any) -> Message:
    blank: dict[str, Any] = dict.fromkeys(("in_reply_to", "references", "returned_ids", "to"), ())
    blank |= dict.fromkeys(("sender", "sender_name", "reply_to", "subject", "text"), "")
    return Message(**{"sha256": "0", "message_id": None, "sent_at": None, **blank, **given})


def decide(
    ids: dict[str, set[str]] | None = None, known: dict[str, Any] | None = None, **given: Any
) -> Match:
    return match(clues(message(**given)), Known(ids or {}, BODIES, **(known or {})))


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
    assert found.all_tokens == {A, B, C, "FOI-DDDD22"}
    assert [place for place, tokens in found.tokens if tokens] == [
        "subject",
        "text",
        "attachment name",
        "address",
    ]


def test_a_form_of_ours_tells_its_case_whatever_the_name_of_its_file() -> None:
    text = f"[Answers]\n[form]\t{A}/0123abcd Answers of Ashcombe\tYour answer\n"
    found = decide(attachments=(Attachment("scan0001.ods", "application/x", b"", text),))
    assert (found.token, found.matched_by, found.evidence) == (A, "token", (f"{A} in the form",))


@pytest.mark.parametrize(
    ("given", "how", "evidence"),
    [
        ({"in_reply_to": ("m@x",)}, "in-reply-to", "In-Reply-To or References: <m@x>"),
        ({"references": ("other@x", "m@x")}, "in-reply-to", "In-Reply-To or References: <m@x>"),
        ({"returned_ids": ("m@x",)}, "in-reply-to", "returned original: <m@x>"),
        ({"subject": f"Re: {A}"}, "token", f"{A} in the subject"),
        ({"text": f"> {A}"}, "token", f"{A} in the text"),
        ({"to": ("me+foi-aaaa22@x",)}, "address", f"{A} in the address"),
    ],
)
def test_each_clue_alone_finds_the_case(given: dict[str, Any], how: str, evidence: str) -> None:
    found = decide({"m@x": {A}}, **given)
    assert (found.token, found.matched_by, found.candidates, found.evidence) == (A, how, (A,), (evidence,))
    assert (found.filed, found.needs_person) == ((A,), False)


def test_the_strongest_clue_is_named_where_all_agree() -> None:
    agreeing = (Learnt("DGH/118", A, primary=True),)
    found = decide(
        {"m@x": {A}}, {"sender": ASHCOMBE, "references": agreeing}, in_reply_to=("m@x",), subject=A
    )
    assert (found.token, found.matched_by) == (A, "in-reply-to")
    assert found.evidence[2:] == ("their reference DGH/118", "the sender's domain ashcombe.example")


def test_clues_that_disagree_are_a_persons_to_weigh_strongest_first() -> None:
    found = decide({"m@x": {A}}, in_reply_to=("m@x",), subject=B)
    assert (found.token, found.matched_by, found.candidates) == (None, None, (A, B))
    assert found.needs_person


def test_a_thread_of_two_cases_of_an_unknown_sender_is_a_persons_to_weigh() -> None:
    assert match(Clues(("m@x",), (), ()), Known({"m@x": {B, A}}, {})).candidates == (A, B)


def test_a_mail_in_the_threads_of_several_cases_of_its_sender_is_filed_under_each() -> None:
    found = decide({"m@x": {A, B}}, {"sender": HUB}, in_reply_to=("m@x",))
    assert (found.token, found.matched_by, found.filed) == (None, "in-reply-to", (A, B))
    assert not found.needs_person


@pytest.mark.parametrize(
    ("sender", "given"),
    [
        (ASHCOMBE, {"in_reply_to": ("m@x",)}),  # one of the two is not this sender's
        (HUB, {"subject": f"{A} {B}"}),  # tokens are copied by anybody
        (HUB, {"in_reply_to": ("n@x",), "text": B}),
    ],
)
def test_what_less_than_threads_says_of_several_cases_is_a_persons_to_file(
    sender: Sender, given: dict[str, Any]
) -> None:
    found = decide({"m@x": {A, B}, "n@x": {A}}, {"sender": sender}, **given)
    assert (found.filed, found.candidates) == ((), (A, B))


def test_a_token_never_issued_is_none() -> None:
    found = decide(subject="FOI-ZZZZ22 FOI REQUEST")
    assert (found.token, found.candidates, found.needs_person) == (None, (), False)


def test_a_token_of_one_body_from_another_is_a_persons_to_weigh_with_both() -> None:
    found = decide(known={"sender": ASHCOMBE}, subject=B)
    assert (found.token, found.candidates) == (None, (B, A))
    assert found.evidence[-1] == "but the sender's domain ashcombe.example is another body's"


def test_a_body_that_came_of_another_speaks_for_it() -> None:
    found = decide(known={"sender": ASHCOMBE, "related": frozenset({("RAA", "RBB")})}, subject=B)
    assert found.token == B


def test_a_hub_that_names_one_body_and_bears_the_token_of_another_is_a_persons_to_weigh() -> None:
    named = Sender(HUB.bodies, HUB.how, named=frozenset({"RBB"}), cases={"RBB": {B}})
    found = decide(known={"sender": named}, subject=A)
    assert (found.token, found.candidates) == (None, (A, B))


def test_the_number_of_another_case_in_the_place_of_its_own_goes_to_a_person() -> None:
    found = decide(known={"sender": HUB, "references": (Learnt("H26/2", B, primary=True),)}, subject=A)
    assert (found.token, found.candidates) == (None, (A, B))
    assert found.evidence[-1] == "but its reference H26/2 is of another case"


def test_the_number_of_another_case_in_passing_does_not() -> None:
    found = decide(known={"sender": HUB, "references": (Learnt("H26/2", B, primary=False),)}, subject=A)
    assert found.token == A


def test_what_may_be_forged_goes_to_a_person_whatever_it_bears() -> None:
    forged = Sender(doubts=("the sender's domain ashc0mbe.example looks like ashcombe.example",))
    for given in ({"subject": A}, {"in_reply_to": ("m@x",)}):
        found = decide({"m@x": {A}}, {"sender": forged}, **given)
        assert (found.filed, found.candidates, found.evidence[-1]) == ((), (A,), forged.doubts[0])
    by_number = decide(known={"sender": forged, "references": (Learnt("1/26", B, primary=True),)})
    assert (by_number.filed, by_number.candidates) == ((), (B,))
    own = Sender(ASHCOMBE.bodies, ASHCOMBE.how, cases=ASHCOMBE.cases, doubts=("dmarc=fail",))
    assert decide(known={"sender": own}).candidates == (A,)


def test_a_learnt_reference_finds_the_case() -> None:
    found = decide(known={"sender": HUB, "references": (Learnt("H26/2", B, primary=True),)})
    assert (found.token, found.matched_by) == (B, "reference")
    assert found.evidence == (
        "their reference H26/2, learnt from earlier mail",
        "the sender's domain hub.example",
    )


def test_the_reference_that_a_letter_gives_as_its_own_goes_before_those_it_mentions() -> None:
    both = (Learnt("H26/1", A, primary=False), Learnt("H26/2", B, primary=True))
    assert decide(known={"references": both}).token == B
    mentioned = tuple(Learnt(one.reference, one.token, primary=False) for one in both)
    found = decide(known={"references": mentioned})
    assert (found.token, found.candidates) == (None, (A, B))


def test_a_report_on_an_address_finds_the_case_of_its_body() -> None:
    found = decide(known={"returned_to": (A,)})
    assert (found.token, found.matched_by) == (A, "address")
    found = decide(known={"returned_to": (A, B)})
    assert (found.token, found.matched_by, found.candidates) == (None, None, (A, B))


def test_a_sender_with_one_open_case_is_enough() -> None:
    found = decide(known={"sender": ASHCOMBE})
    assert (found.token, found.matched_by) == (A, "sender")
    assert found.evidence == (
        "the sender's domain ashcombe.example",
        f"{A} is the only open case there",
    )


def test_a_hub_that_names_one_of_its_bodies_is_that_bodys_sender() -> None:
    named = Sender(HUB.bodies, HUB.how, named=frozenset({"RBB"}), cases=HUB.cases)
    assert decide(known={"sender": named}).token == B
    assert decide(known={"sender": HUB}).candidates == (A, B)


def test_a_newsletter_is_no_reply() -> None:
    bulk = Sender(ASHCOMBE.bodies, ASHCOMBE.how, cases=ASHCOMBE.cases, bulk=True)
    found = decide(known={"sender": bulk})
    assert (found.token, found.candidates) == (None, (A,))
    assert found.evidence[-1] == "but it went to many, as a newsletter does"


def test_whom_a_stranger_names_is_shown_to_a_person_only() -> None:
    stranger = Sender(named=frozenset({"RAA"}), cases={"RAA": {A}})
    found = decide(known={"sender": stranger})
    assert (found.token, found.candidates, found.evidence) == (None, (A,), ())


def test_of_two_cases_of_one_body_the_subject_tells_which() -> None:
    two = Sender(ASHCOMBE.bodies, ASHCOMBE.how, cases={"RAA": {A, C}})
    letters = {A: {"Ambulance delays [FOI-AAAA22]"}, C: {"Staff numbers [FOI-CCCC22]"}}
    found = decide(known={"sender": two, "subjects": letters}, subject="RE: [EXTERNAL] Staff numbers")
    assert (found.token, found.matched_by) == (C, "sender")
    assert found.evidence[-1] == f"the subject is that of {C} alone"
    found = decide(known={"sender": two, "subjects": letters}, subject="Your request")
    assert (found.token, found.candidates) == (None, (A, C))
