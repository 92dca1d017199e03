"""What is made of a message: whose it is, which case, what kind, and from which day it counts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from foimail.errors import StoreError
from foimail.events import Received
from foimail.store import cases, inbox
from foimail.workflows import judge
from tests.desk import EMAIL, bounce, mail

if TYPE_CHECKING:
    from collections.abc import Callable

    from foimail.model import Message
    from tests.desk import Desk

LATER = "2026-07-20"
ASKED = "Please clarify which years you mean."


@pytest.fixture
def sent(desk: Desk) -> Desk:
    """A desk whose three letters have gone."""
    desk.send()
    return desk


def only(desk: Desk) -> dict[str, object]:
    (row,) = desk.data("messages")
    return row


def test_the_thread_goes_before_a_token_missing_or_retyped(sent: Desk) -> None:
    letter = next(row for row in sent.data("requests") if row["body"] == "RBB")
    sent.comes(mail(In_Reply_To=f"<{letter['message_id']}>", sender="foi@birchwood.example"))
    sent.run("poll", today=LATER)
    found = only(sent)
    assert (found["case"], found["matched_by"]) == (letter["case"], "in-reply-to")
    assert found["evidence"][0] == f"In-Reply-To or References: <{letter['message_id']}>"  # type: ignore[index]


def test_evidence_that_disagrees_goes_to_a_person_with_the_candidates(sent: Desk) -> None:
    tokens = sent.tokens()
    letter = next(row for row in sent.data("requests") if row["body"] == "RBB")
    sent.comes(mail(subject=f"Re: [{tokens['RAA']}]", References=f"<{letter['message_id']}>"))
    ended = sent.run("poll", today=LATER)
    assert "0 filed, 1 waiting for you" in ended.out
    assert "`foimail inbox list` shows what waits for you." in ended.err
    found = only(sent)
    assert (found["case"], found["needs_person"]) == (None, True)
    assert found["candidates"] == [tokens["RBB"], tokens["RAA"]]
    listed = sent.run("inbox", "list").out
    assert tokens["RAA"] in listed
    assert tokens["RBB"] in listed


def test_mail_that_no_case_claims_waits_for_a_person(sent: Desk) -> None:
    text = "Your FOI REQUEST 123456, FOI-ZZZZ22 of another body"
    sent.comes(mail(text, subject="FOI REQUEST", sender="somebody@x.example"))
    sent.run("poll", today=LATER)
    found = only(sent)
    assert (found["case"], found["candidates"], found["matched_by"]) == (None, [], None)
    assert found["needs_person"] is True


def test_a_reply_to_a_reply_finds_the_case(sent: Desk) -> None:
    sent.comes(mail(subject=f"[{sent.tokens()['RAA']}]", message_id="first@ashcombe.example"))
    sent.comes(
        mail(
            In_Reply_To="<first@ashcombe.example>",
            message_id="second@ashcombe.example",
            on="2026-06-17T09:00",
        )
    )
    sent.run("poll", today=LATER)
    assert {row["matched_by"] for row in sent.data("messages")} == {"token", "in-reply-to"}


def test_replies_are_read_in_the_order_of_their_dates_wherever_they_lie(sent: Desk) -> None:
    # stored in the order of file names: the answer may come to lie before what it answers
    first = mail(subject=f"[{sent.tokens()['RAA']}]", message_id="first@x.example")
    second = mail(In_Reply_To="<first@x.example>", message_id="b@x.example", on="2026-06-17T09:00")
    ws = sent.open()
    with ws.store.write() as connection:
        inbox.keep(connection, second, "1", ws.now())
        inbox.keep(connection, first, "2", ws.now())
    sent.run("poll", today=LATER)
    assert {row["case"] for row in sent.data("messages")} == {sent.tokens()["RAA"]}


def test_what_the_user_wrote_by_hand_restarts_the_clock_after_a_clarification(sent: Desk) -> None:
    token = sent.tokens()["RAA"]
    sent.comes(mail(ASKED, subject=f"[{token}]", on="2026-06-16T10:00"))
    sent.run("poll", today="2026-06-16")
    row = sent.report("2026-06-16")["RAA"]
    assert (row["stage"], row["due"], row["to_confirm"]) == ("clarification", None, True)
    sent.comes(
        mail("All of them.", sender=EMAIL, to="foi@ashcombe.example", on="2026-07-01T10:00",
             message_id="by-hand@phone.example", In_Reply_To="<reply-1@ashcombe.example>"),
    )  # fmt: skip
    assert "1 of your own" in sent.run("poll", today=LATER).out
    row = sent.report(LATER)["RAA"]
    assert (row["stage"], row["due"]) == (
        "awaiting",
        "2026-07-30",
    )  # 20 working days after 1 July, 13 July left out
    assert "you wrote to foi@ashcombe.example by hand" in sent.run("show", token, today=LATER).out
    sent.comes(
        mail(
            "Thanks", In_Reply_To="<by-hand@phone.example>", message_id="r2@x.example", on="2026-07-02T10:00"
        )
    )
    sent.run("poll", today=LATER)
    assert {r["case"] for r in sent.data("messages")} == {token}


def test_a_letter_by_hand_without_a_thread_is_found_by_its_address(sent: Desk) -> None:
    raw = mail(
        "One more thing.", sender=EMAIL, to="Ask <ASK@ashcombe.example>", message_id=None, subject="Hello"
    )
    sent.comes(raw)
    sent.run("poll", today=LATER)
    shown = sent.run("show", "RAA", today=LATER).out
    assert "you wrote to ask@ashcombe.example by hand: Hello" in shown


def test_an_absence_notice_of_the_users_is_no_answer_to_a_body(sent: Desk) -> None:
    raw = mail(
        "I am away.", sender=EMAIL, to="foi@ashcombe.example", message_id=None, Auto_Submitted="auto-replied"
    )
    sent.comes(raw)
    assert "4 of your own" in sent.run("poll", today=LATER).out  # with the copies of our three letters
    assert "by hand" not in sent.run("show", "RAA", today=LATER).out


def test_a_letter_by_hand_about_several_cases_or_none_is_nobodys(sent: Desk) -> None:
    tokens = sent.tokens()
    both = f"Re: [{tokens['RAA']}] and [{tokens['RBB']}]"
    sent.comes(mail(sender=EMAIL, to="foi@ashcombe.example", subject=both))
    sent.comes(mail(sender=EMAIL, to="mother@home.example", message_id="m@home.example"))
    assert "5 of your own" in sent.run("poll", today=LATER).out  # with the copies of our three letters
    assert "by hand" not in sent.run("show", "RAA", today=LATER).out
    assert sent.data("messages") == []


def test_a_letter_by_hand_seen_twice_is_recorded_once(sent: Desk) -> None:
    raw = mail(sender=EMAIL, to="foi@ashcombe.example", message_id="h@phone.example")
    sent.comes(raw)
    sent.comes(raw.replace(b"Thank you", b"Tnak you"))  # a mailing list's footer changes the text, not the id
    sent.run("poll", today=LATER)
    assert sent.run("show", "RAA", today=LATER).out.count("by hand") == 1


@pytest.mark.parametrize(
    ("header", "counts"),
    [
        ("2026-06-15T23:30", "2026-06-15"),  # 22:30 UTC; the London day counts
        ("2027-01-01T10:00", LATER),  # a clock that goes wrong
        ("1995-01-01T10:00", LATER),  # before the law
        ("", LATER),
    ],
)
def test_a_message_counts_from_the_day_of_its_date_unless_that_makes_no_sense(
    sent: Desk, header: str, counts: str
) -> None:
    sent.comes(
        mail("This is a refusal: we are withholding it.", subject=f"[{sent.tokens()['RAA']}]", on=header)
    )
    sent.run("poll", today=LATER)
    assert only(sent)["letter_date"] == counts
    assert sent.report(LATER)["RAA"]["stage"] == "answered"


@pytest.mark.parametrize(
    ("action", "stage", "due"), [("failed", "undelivered", None), ("delayed", "awaiting", "2026-07-14")]
)
def test_a_bounce_speaks_of_the_letter_that_it_returned(
    sent: Desk, action: str, stage: str, due: str | None
) -> None:
    letter = next(row for row in sent.data("requests") if row["body"] == "RAA")
    sent.comes(bounce(letter["message_id"], action=action))
    sent.run("poll", today="2026-07-01")
    found = only(sent)
    assert (found["kind"], found["case"], found["matched_by"]) == ("bounce", letter["case"], "in-reply-to")
    row = sent.report("2026-07-01")["RAA"]
    assert (row["stage"], row["due"]) == (stage, due)


def test_a_token_in_a_plus_address_finds_the_case(sent: Desk) -> None:
    token = sent.tokens()["RAA"]
    sent.comes(mail(to=f"foi+{token.lower()}@northlight.example"))
    sent.run("poll", today=LATER)
    assert only(sent)["case"] == token


def test_a_fault_of_the_store_is_no_fault_of_the_message(sent: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise StoreError("the store: disk is full")

    sent.comes(mail(sender="somebody@x.example"))
    monkeypatch.setattr(inbox, "record", full)
    assert sent.run("poll").code == 6
    monkeypatch.undo()
    assert "1 waiting for you" in sent.run("poll", today=LATER).out


def test_one_that_raises_costs_those_read_with_it_nothing_and_counts_nothing_twice(
    sent: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = sent.tokens()["RAA"]
    for number in range(3):
        words = "explode" if number == 1 else "Thank you for your request."
        sent.comes(mail(words, subject=f"[{token}]", message_id=f"{number}@a.example"))

    def read(self: judge.Judge, connection: object, message: Message, *rest: Any, **named: Any) -> object:
        if "explode" in message.text:
            raise RuntimeError("bang")
        return well(self, connection, message, *rest, **named)

    well: Callable[..., object] = judge.Judge.read
    monkeypatch.setattr(judge.Judge, "read", read)
    ended = sent.run("poll", today=LATER)
    assert "2 filed, 1 waiting for you, 0 seen before, 3 of your own" in ended.out
    assert "RuntimeError: bang" in ended.err
    with sent.open().store.read() as connection:
        kept = [e.event for e in cases.log(connection, token=token) if isinstance(e.event, Received)]
    assert len(kept) == 2


def test_one_message_of_two_cases_of_a_shared_office_is_a_persons_to_file(desk: Desk) -> None:
    desk.change("trusts.yaml", "foi@birchwood.example", "foi@ashcombe.example")
    tokens = desk.send("RAA", "RBB")
    desk.comes(mail("We refuse both.", subject=f"{tokens['RAA']} {tokens['RBB']}"))
    desk.run("poll", today=LATER)
    assert only(desk)["candidates"] == [tokens["RAA"], tokens["RBB"]]


def test_what_the_user_shows_to_somebody_else_moves_no_clock(sent: Desk) -> None:
    token = sent.tokens()["RAA"]
    sent.comes(mail(ASKED, subject=f"[{token}]", on="2026-06-16T10:00"))
    sent.comes(
        mail(sender=EMAIL, to="friend@home.example", subject=f"Fwd: [{token}]", message_id="f@x.example")
    )
    sent.comes(mail(sender=EMAIL, to=EMAIL, subject=f"Re: [{token}]", message_id="n@x.example"))
    sent.run("poll", today=LATER)
    assert sent.report(LATER)["RAA"]["stage"] == "clarification"
    assert "by hand" not in sent.run("show", token, today=LATER).out
    sent.comes(
        mail(sender=EMAIL, to="deputy@ashcombe.example", subject=f"Fwd: [{token}]", message_id="d@x.example",
             on="2026-07-01T10:00")
    )  # fmt: skip
    sent.run("poll", today=LATER)
    assert sent.report(LATER)["RAA"]["stage"] == "awaiting"
