"""A person's word: later events that put things right, and are refused where they make no sense."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from foimail.store import cases
from tests.desk import mail

if TYPE_CHECKING:
    from foimail.events import Event
    from tests.desk import Desk

DAY = "2026-06-17"


@pytest.fixture
def sent(desk: Desk) -> Desk:
    """A desk with requests to two bodies, and message 1 from one of them on 15 June; 2 and 3 are copies of the requests."""
    tokens = desk.send("RAA", "RBB")
    desk.comes(mail("Your request has been received.", subject=f"[{tokens['RAA']}]"))
    assert desk.run("poll", today="2026-06-16").code == 0
    return desk


def events(desk: Desk, body: str) -> list[Event]:
    with desk.open().store.read() as connection:
        return [e.event for e in cases.log(connection, token=desk.tokens()[body])]


def refused(desk: Desk, reason: str, *arguments: str, today: str = DAY) -> None:
    before = [events(desk, body) for body in ("RAA", "RBB")]
    ended = desk.run(*arguments, today=today)
    assert ended.code == 4, ended.err
    assert reason in ended.err
    assert [events(desk, body) for body in ("RAA", "RBB")] == before


# The case as a whole


def test_a_note_stands_in_the_time_line(sent: Desk) -> None:
    assert sent.run("note", "RAA", "They rang: it comes on Friday.", today=DAY).code == 0
    assert "2026-06-17 your note: They rang: it comes on Friday." in sent.run("show", "RAA", today=DAY).out
    refused(sent, "the note is empty", "note", "RAA", " ")


def test_a_case_is_closed_and_taken_up_again(sent: Desk) -> None:
    assert sent.run("close", "RAA", "--because", "abandoned", today=DAY).code == 0
    assert sent.report(DAY)["RAA"]["stage"] == "closed"
    refused(sent, "was closed on 2026-06-17 (abandoned)", "close", "RAA", "--because", "other")
    refused(sent, "was closed on", "snooze", "RAA", "--until", "2026-07-01")
    assert sent.run("reopen", "RAA", today=DAY).code == 0
    assert sent.report(DAY)["RAA"]["stage"] == "awaiting"
    refused(sent, "is not closed", "reopen", "RAA")
    assert [e.kind for e in events(sent, "RAA")][-2:] == ["closed", "reopened"]


@pytest.mark.parametrize("until", ["2026-06-17", "2026-01-01"])
def test_a_case_is_put_off_to_a_day_to_come_only(sent: Desk, until: str) -> None:
    refused(sent, f"{until} has come already", "snooze", "RAA", "--until", until)


def test_a_fee_is_paid_where_one_was_asked_and_not_before(sent: Desk) -> None:
    refused(sent, "no fees notice has come", "paid", "RAA", "--on", DAY)
    sent.run("correct", "1", "--kind", "fees_notice", today=DAY)
    refused(sent, "is before the fees notice", "paid", "RAA", "--on", "2026-06-14")
    refused(sent, "lies in the future", "paid", "RAA", "--on", "2026-06-18")
    assert sent.run("paid", "RAA", "--on", "2026-06-16", today=DAY).out.endswith(": paid on 2026-06-16\n")
    refused(sent, "its fee is paid already", "paid", "RAA", "--on", "2026-06-17")


# A message


def test_a_wrong_kind_is_put_right_and_the_history_stays(sent: Desk) -> None:
    assert sent.run("correct", "1", "--kind", "full_disclosure", today=DAY).code == 0
    assert sent.report(DAY)["RAA"]["stage"] == "answered"
    kinds = [e.reply for e in events(sent, "RAA") if hasattr(e, "reply")]
    assert kinds == ["human_ack", "full_disclosure"]


def test_a_message_is_moved_with_what_was_told_of_it(sent: Desk) -> None:
    tokens = sent.tokens()
    sent.run("told", "RAA", "1", "reference=FOI/77", today=DAY)
    ended = sent.run("correct", "1", "--case", "RBB", today=DAY)
    assert ended.out == f"message 1: {tokens['RBB']}\n"
    assert [e.kind for e in events(sent, "RAA")][-1] == "misfiled"
    assert "reference: FOI/77" in sent.run("show", "RBB", today=DAY).out


def test_the_day_a_message_came_is_put_right(sent: Desk) -> None:
    sent.run("correct", "1", "--kind", "full_disclosure", "--on", "2026-06-13", today=DAY)
    assert sent.report(DAY)["RAA"]["stage"] == "answered"
    shown = sent.run("show", "RAA", today=DAY).out
    assert "on: 2026-06-13" in shown
    refused(sent, "is before the request of", "correct", "1", "--on", "2026-06-11")
    refused(sent, "lies in the future", "correct", "1", "--on", "2026-06-18")


def test_a_correction_says_what_is_wrong(sent: Desk) -> None:
    assert sent.run("correct", "1").code == 2
    refused(sent, "there is no message 9", "correct", "9", "--kind", "other")
    refused(sent, "no case XYZ", "correct", "1", "--case", "XYZ")


def test_a_day_needs_a_case_to_count_in(sent: Desk) -> None:
    sent.comes(mail("Buy our lamps.", subject="Lamps", message_id="l@lamps.example"))
    sent.run("poll", today=DAY)
    refused(sent, "message 2 is filed under no case", "correct", "2", "--on", "2026-06-15")


# What a letter says


def test_what_a_person_reads_in_a_letter_is_kept(sent: Desk) -> None:
    facts = (
        "sections=s.12, s.40(2)", "until=2026-07-20", "received=2026-06-15", "review_details=no", "ignored=none",
    )  # fmt: skip
    ended = sent.run("told", "RAA", "1", *facts, today=DAY)
    assert ended.out.splitlines() == [
        "sections: s.12, s.40(2)",
        "until: 2026-07-20",
        "received: 2026-06-15",
        "review_details: False",
        "ignored: none",
    ]
    (told,) = [e for e in events(sent, "RAA") if e.kind == "told"]
    assert getattr(told, "facts") == {  # noqa: B009 - an event of any kind
        "sections": ["s.12", "s.40(2)"],
        "until": "2026-07-20",
        "received": "2026-06-15",
        "review_details": False,
        "ignored": [],
    }
    assert "sections: s.12, s.40(2)" in sent.run("show", "RAA", today=DAY).out


@pytest.mark.parametrize(
    ("fact", "reason"),
    [
        ("until=tomorrow", "'tomorrow' is not a date"),
        ("until=2026-06-14", "before the message itself came"),
        ("until=9999-01-01", "more than two years after the message came"),
        ("received=2026-06-11", "before the request was sent"),
        ("received=2026-06-16", "after the message itself came"),
        ("on=2026-06-18", "lies in the future"),
        ("due=2026-06-01", "before the request was sent"),
        ("sections=data protection", "data protection is no section"),
        ("ignored=nine", "there is no part nine"),
        ("advice=perhaps", "a question of yes or no"),
        ("weather=fine", "no letter is asked for `weather`"),
        ("fee=", "it has no value"),
    ],
)
def test_a_fact_that_makes_no_sense_is_refused(sent: Desk, fact: str, reason: str) -> None:
    refused(sent, reason, "told", "RAA", "1", fact)


def test_all_wrong_facts_are_named_at_once_and_none_is_kept(sent: Desk) -> None:
    ended = sent.run("told", "RAA", "1", "until=never", "advice=perhaps", "reference=7", today=DAY)
    assert ended.code == 4
    assert "until=never" in ended.err
    assert "advice=perhaps" in ended.err
    assert not [e for e in events(sent, "RAA") if e.kind == "told"]


def test_a_message_of_another_case_says_nothing_of_this_one(sent: Desk) -> None:
    refused(sent, "message 1 is not filed under", "told", "RBB", "1", "reference=7")


def test_the_facts_that_can_be_told_are_listed(sent: Desk) -> None:
    shown = sent.run("told", "RAA", "1").out
    assert "review_address" in shown
    assert sent.run("told", "RAA", "1", "nonsense").code == 2


# By post and by telephone


def test_a_letter_by_post_counts_from_the_day_it_came_and_its_scan_is_kept(sent: Desk) -> None:
    scan = sent.folder / "scan.pdf"
    scan.write_bytes(b"%PDF-1.4 invented")
    ended = sent.run(
        "received", "RBB", "--by", "post", "--on", "2026-06-16", "--kind", "full_disclosure", "--file", str(scan),
        today=DAY,
    )  # fmt: skip
    assert ended.code == 0, ended.err
    assert ended.out.startswith("message 4: full_disclosure of FOI-")
    row = sent.report(DAY)["RBB"]
    assert (row["stage"], row["last_on"], row["to_confirm"]) == ("answered", "2026-06-16", False)
    shown = sent.run("inbox", "show", "4", today=DAY).out
    assert "Attachment: scan.pdf (application/pdf, 17 bytes)" in shown
    assert "recorded by you as come by post" in shown


def test_a_telephone_call_is_kept_with_what_was_said(sent: Desk) -> None:
    ended = sent.run(
        "received", "RBB", "--by", "phone", "--on", DAY, "--kind", "holding_delay", "--text", "Mr Ellis: next week.",
        today=DAY,
    )  # fmt: skip
    assert ended.code == 0
    assert "Mr Ellis: next week." in sent.run("inbox", "show", "4", today=DAY).out
    assert sent.run("told", "RBB", "4", "until=2026-06-24", today=DAY).code == 0


def test_two_letters_with_the_same_words_are_two(sent: Desk) -> None:
    call = ("received", "RBB", "--by", "phone", "--on", DAY, "--kind", "human_ack", "--text", "Noted.")
    assert sent.run(*call, today=DAY).out.startswith("message 4")
    assert sent.run(*call, today=DAY).out.startswith("message 5")


@pytest.mark.parametrize(
    ("on", "text", "reason"),
    [
        ("2026-06-18", "Hello.", "lies in the future"),
        ("2026-06-11", "Hello.", "is before the request of"),
        ("2026-06-16", "", "nothing is said of what came"),
    ],
)
def test_what_cannot_have_come_is_refused(sent: Desk, on: str, text: str, reason: str) -> None:
    refused(
        sent, reason, "received", "RBB", "--by", "post", "--on", on, "--kind", "human_ack", "--text", text
    )  # fmt: skip


def test_nothing_comes_for_a_request_that_never_went(desk: Desk) -> None:
    desk.run("letter", "RAA")
    ended = desk.run(
        "received", "RAA", "--by", "post", "--on", DAY, "--kind", "other", "--text", "x", today=DAY
    )
    assert ended.code == 4
    assert "has not been sent, so nothing can have come" in ended.err
