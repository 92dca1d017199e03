"""A person's word on a message: where it belongs, what it is; it stands, and the history is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from foimail.events import Misfiled, Received
from foimail.store import cases
from tests.desk import mail

if TYPE_CHECKING:
    from tests.desk import Desk

LATER = "2026-07-20"
STRANGER = "j.dawes@records-office.example"  # of no body that the registry knows


@pytest.fixture
def waiting(desk: Desk) -> Desk:
    """A desk with three cases and message 1, which no case claims."""
    desk.send()
    (desk.folder / "outbox").rename(desk.folder / "elsewhere")  # only the reply is in the mailbox
    desk.run("import", str(written(desk)), today=LATER)
    return desk


def written(desk: Desk) -> object:
    path = desk.folder / "reply.eml"
    path.write_bytes(mail("We are withholding everything.", subject="Your letter", sender=STRANGER))
    return path


def log(desk: Desk, body: str) -> list[object]:
    with desk.open().store.read() as connection:
        events = [e.event for e in cases.log(connection, token=desk.tokens()[body])]
    return [e for e in events if isinstance(e, Received | Misfiled)]


def test_a_message_is_filed_where_a_person_says(waiting: Desk) -> None:
    token = waiting.tokens()["RAA"]
    ended = waiting.run("inbox", "assign", "1", f"[{token.lower()}]", today=LATER)
    assert (ended.code, ended.out) == (0, f"message 1: {token}\n")
    (row,) = waiting.data("messages")
    assert (row["case"], row["cases"], row["matched_by"], row["needs_person"]) == (
        None,
        [token],
        "person",
        False,
    )
    found = waiting.report(LATER)["RAA"]
    assert (found["stage"], found["to_confirm"]) == ("answered", False)
    assert waiting.run("inbox", "list").err == "Nothing waits for you.\n"


def test_what_it_is_can_be_said_too(waiting: Desk) -> None:
    waiting.run("inbox", "assign", "1", waiting.tokens()["RAA"], "--kind", "human_ack", today=LATER)
    assert waiting.data("messages")[0]["kind"] == "human_ack"
    assert waiting.report(LATER)["RAA"]["stage"] == "overdue"


def test_a_message_moves_between_cases_and_the_history_is_kept(waiting: Desk) -> None:
    tokens = waiting.tokens()
    waiting.run("inbox", "assign", "1", tokens["RAA"], today=LATER)
    waiting.run("inbox", "assign", "1", tokens["RBB"], today=LATER)
    assert [type(e) for e in log(waiting, "RAA")] == [Received, Misfiled]
    assert [type(e) for e in log(waiting, "RBB")] == [Received]
    assert waiting.report(LATER)["RAA"]["stage"] == "overdue"
    assert waiting.report(LATER)["RBB"]["stage"] == "answered"


def test_a_message_taken_out_can_come_back_on_another_day(waiting: Desk) -> None:
    token = waiting.tokens()["RAA"]
    waiting.run("inbox", "assign", "1", token, today=LATER)
    assert waiting.run("inbox", "assign", "1", "--none", today="2026-07-21").out == "message 1: no case\n"
    assert waiting.report("2026-07-21")["RAA"]["stage"] == "overdue"
    waiting.run("inbox", "assign", "1", token, today="2026-07-22")
    assert waiting.report("2026-07-22")["RAA"]["stage"] == "answered"
    assert [type(e) for e in log(waiting, "RAA")] == [Received, Misfiled, Received]


def test_one_message_may_answer_several_cases(waiting: Desk) -> None:
    tokens = waiting.tokens()
    waiting.run("inbox", "assign", "1", tokens["RAA"], tokens["RBB"], today=LATER)
    assert waiting.data("messages")[0]["cases"] == sorted([tokens["RAA"], tokens["RBB"]])


def test_nobodys_token_is_refused_and_nothing_changes(waiting: Desk) -> None:
    ended = waiting.run("inbox", "assign", "1", waiting.tokens()["RAA"], "FOI-AAAA22")
    assert (ended.code, "no case FOI-AAAA22" in ended.err) == (4, True)
    assert waiting.data("messages")[0]["cases"] == []
    assert waiting.run("inbox", "assign", "9", "--none").code == 4
    assert waiting.run("inbox", "assign", "1").code == 2
    assert waiting.run("inbox", "assign", "1", "FOI-AAAA22", "--none").code == 2


def test_a_letter_of_our_own_is_no_reply(desk: Desk) -> None:
    desk.send("RAA")
    desk.run("poll")
    ended = desk.run("inbox", "assign", "1", desk.tokens()["RAA"])
    assert (ended.code, "message 1 is no reply: the copy of a letter" in ended.err) == (4, True)


def test_a_message_is_shown_with_what_spoke_for_it(waiting: Desk) -> None:
    shown = waiting.run("inbox", "show", "1").out
    assert f"From: {STRANGER}\nDate: 2026-06-15\nSubject: Your letter\n" in shown
    assert "Kind: refusal (to be confirmed)" in shown
    assert "Because: refusal: We are withholding everything." in shown
    assert shown.endswith("We are withholding everything.\n")
    assert waiting.run("inbox", "show", "7").code == 4


def test_an_empty_inbox_says_so(desk: Desk) -> None:
    assert desk.run("inbox", "list", "--all").err == "No mail has come yet.\n"


def test_a_strangers_words_do_not_steer_the_terminal(desk: Desk) -> None:
    path = desk.folder / "evil.eml"
    path.write_bytes(mail("x \x1b[2J y").replace(b"Your request", b"=?utf-8?q?a=1b=5B2Jb?="))
    desk.run("import", str(path))
    assert "\x1b" not in desk.run("inbox", "list").out
    assert "\x1b" not in desk.run("inbox", "show", "1").out
