"""Settling what is unknown, and trying again what was refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from foimail.mail.outgoing import Lost, Rejected
from tests.desk import TODAY, bounce, mail

if TYPE_CHECKING:
    from tests.desk import Desk, Server

A, NEW = "foi@ashcombe.example", "new@ashcombe.example"
NOBODY = Rejected(550, "550 5.1.1 No such user", permanent=True, scope="recipient")


@pytest.fixture
def unknown(desk: Desk, server: Server) -> Desk:
    """One letter that nobody knows the fate of."""
    server.answers[A] = [Lost("silence")]
    desk.run("send", "RAA", "--yes")
    return desk


@pytest.fixture
def refused(desk: Desk, server: Server) -> Desk:
    """One letter that was refused."""
    server.answers[A] = [NOBODY]
    desk.run("send", "RAA", "--yes")
    return desk


def test_the_outbox_lists_its_letters_with_the_servers_answers(refused: Desk) -> None:
    (letter,) = refused.letters()
    assert (letter["state"], letter["body"], letter["to"], letter["tries"]) == ("refused", "RAA", A, 1)
    assert letter["answer"] == "550 5.1.1 No such user"
    assert "550 5.1.1" in refused.run("outbox", "list").out
    assert refused.run("outbox", "list", "--state", "sent").err == "No letter is sent.\n"
    assert refused.run("outbox", "list", "--state", "lost").code == 2


def test_one_letter_is_shown_whole(refused: Desk) -> None:
    shown = refused.run("outbox", "show", "1").out
    assert shown.startswith("State: refused (550 5.1.1 No such user)\nMessage-ID: <")
    assert f"To: {A}\nSubject: Freedom of Information request" in shown
    missing = refused.run("outbox", "show", "9")
    assert (missing.code, "there is no letter 9 in the outbox" in missing.err) == (4, True)


def test_a_person_settles_a_letter_as_sent_on_the_day_it_went(unknown: Desk) -> None:
    ended = unknown.run("outbox", "settle", "1", "--sent", today="2026-07-01")
    assert ended.out == "letter 1: sent\n"
    row = unknown.report("2026-07-01")["RAA"]
    assert (row["stage"], row["sent"], row["due"]) == ("awaiting", TODAY, "2026-07-14")


def test_a_person_settles_a_letter_as_not_sent_and_queues_it_again(unknown: Desk, server: Server) -> None:
    assert "outbox retry" in unknown.run("outbox", "settle", "1", "--not-sent").out
    assert "settled as not sent" in unknown.run("send", "RAA", "--dry-run").err
    assert (
        unknown.run("outbox", "retry", "1", "--yes").out
        == f"queued for {A}; `foimail send --queued` sends it\n"
    )
    assert unknown.report()["RAA"]["stage"] == "queued"
    assert unknown.run("send", "--queued", "--yes").out == "sent 1, skipped 0, failed 0\n"
    assert server.letters[0][2] == server.letters[1][2]


def test_nothing_is_settled_twice(unknown: Desk) -> None:
    unknown.run("outbox", "settle", "1", "--sent")
    again = unknown.run("outbox", "settle", "1", "--not-sent")
    assert again.code == 4
    assert "letter 1 is sent, not unknown" in again.err
    assert unknown.run("outbox", "settle", "1").code == 2


def test_our_own_message_id_in_the_mailbox_settles_a_letter(unknown: Desk, server: Server) -> None:
    unknown.comes(server.letters[0][2])
    ended = unknown.run("poll", today="2026-07-01")
    assert ended.code == 0
    assert f"{A}: sent after all, its copy is in the mailbox" in ended.err
    row = unknown.report("2026-07-01")["RAA"]
    assert (row["sent"], row["due"]) == (TODAY, "2026-07-14")
    assert "sent after all" not in unknown.run("poll").err


def test_a_letter_called_not_sent_whose_copy_turns_up_is_not_sent_again(
    unknown: Desk, server: Server
) -> None:
    number = str(unknown.letters()[0]["id"])
    assert unknown.run("outbox", "settle", number, "--not-sent").code == 0
    unknown.comes(server.letters[0][2])
    unknown.run("poll")
    ended = unknown.run("outbox", "retry", number, "--yes")
    assert (ended.code, ended.out) == (4, "")
    assert "went after all: its copy is in your mailbox" in ended.err


def test_a_copy_seen_before_the_letter_was_in_doubt_settles_it_too(desk: Desk, server: Server) -> None:
    server.answers[A] = [KeyboardInterrupt()]
    desk.run("send", "RAA", "--yes")
    desk.comes(server.letters[0][2])
    desk.run("poll")
    assert [letter["state"] for letter in desk.letters()] == ["sending"]
    desk.run("send", "RAA", "--yes")
    assert [letter["state"] for letter in desk.letters()] == ["unknown"]
    assert "sent after all" in desk.run("poll").err
    assert [letter["state"] for letter in desk.letters()] == ["sent"]


def test_a_reply_alone_settles_nothing_by_itself(unknown: Desk) -> None:
    unknown.comes(mail(subject=f"Re: [{unknown.tokens()['RAA']}]"))
    unknown.run("poll")
    assert [letter["state"] for letter in unknown.letters()] == ["unknown"]


def test_what_may_have_arrived_is_not_tried_again(unknown: Desk) -> None:
    ended = unknown.run("outbox", "retry", "1", "--yes")
    assert ended.code == 4
    assert "letter 1 is unknown (settle it first: foimail outbox settle)" in ended.err
    unknown.run("outbox", "settle", "1", "--sent")
    assert "a letter that was sent is not sent again" in unknown.run("outbox", "retry", "1", "--yes").err


def test_nobody_there_to_say_yes_queues_nothing(refused: Desk) -> None:
    assert refused.run("outbox", "retry", "1").code == 8
    assert [letter["state"] for letter in refused.letters()] == ["refused"]


def test_a_retry_goes_to_the_address_that_is_known_now_as_a_new_letter(refused: Desk, server: Server) -> None:
    refused.change("trusts.yaml", A, NEW)
    assert refused.run("outbox", "retry", "1", "--yes").out.startswith(f"queued for {NEW}")
    assert refused.run("send", "--queued", "--yes").code == 0
    assert server.recipients == [A, NEW]
    old, new = refused.letters()
    assert (old["state"], new["state"], old["case"]) == ("refused", "sent", new["case"])
    assert refused.report()["RAA"]["stage"] == "awaiting"
    again = refused.run("outbox", "retry", "1", "--yes")
    assert "has gone or waits already" in again.err


def test_a_letter_still_waiting_can_be_redirected(desk: Desk, server: Server) -> None:
    server.answers[A] = [Rejected(451, "451 later", permanent=False, scope="recipient")]
    desk.run("send", "RAA", "--yes")
    desk.change("trusts.yaml", A, NEW)
    desk.run("outbox", "retry", "1", "--yes")
    assert [letter["state"] for letter in desk.letters()] == ["not_sent", "queued"]
    desk.run("send", "--queued", "--yes")
    assert server.recipients == [A, NEW]


def test_a_letter_put_off_can_be_tried_at_once(desk: Desk, server: Server) -> None:
    server.answers[A] = [Rejected(451, "451 later", permanent=False, scope="recipient")]
    desk.run("send", "RAA", "--yes")
    desk.run("outbox", "retry", "1", "--yes")
    assert desk.run("send", "--queued", "--yes").out == "sent 1, skipped 0, failed 0\n"


def test_a_letter_that_came_back_can_go_to_another_address(desk: Desk, server: Server) -> None:
    token = desk.send("RAA")["RAA"]
    message_id = desk.data("requests")[0]["message_id"]
    desk.comes(bounce(message_id))
    desk.run("poll", today="2026-06-16")
    assert desk.report("2026-06-16")["RAA"]["stage"] == "undelivered"
    assert "came back undelivered" in desk.run("send", "RAA", "--dry-run", today="2026-06-16").err
    desk.change("trusts.yaml", A, NEW)
    assert desk.run("outbox", "retry", "1", "--yes", today="2026-06-16").code == 0
    desk.run("send", "--queued", "--yes", today="2026-06-16")
    assert server.recipients == [A, NEW]
    assert desk.tokens() == {"RAA": token}
    assert desk.report("2026-06-16")["RAA"]["stage"] == "awaiting"
    assert desk.run("outbox", "retry", "1", "--yes", today="2026-06-16").code == 4


def test_a_letter_is_retried_within_its_own_campaign(refused: Desk) -> None:
    refused.run("campaign", "new", "other")
    refused.change("trusts.yaml", A, NEW)
    text = (refused.folder / "templates" / "cse" / "campaign.toml").read_text()
    (refused.folder / "templates" / "other" / "campaign.toml").write_text(text)
    ended = refused.run("--campaign", "other", "outbox", "retry", "1", "--yes")
    assert ended.code == 4
    assert "foimail --campaign cse outbox retry 1" in ended.err


def test_a_request_goes_on_to_the_address_that_an_absence_notice_names_and_to_no_other(
    desk: Desk, server: Server
) -> None:
    token = desk.send("RAA")["RAA"]
    request = desk.data("requests")[0]["message_id"]
    desk.comes(
        mail(
            "I am on annual leave.",
            In_Reply_To=f"<{request}>",
            Auto_Submitted="auto-replied",
            on="2026-06-15T10:00",
        )
    )
    desk.run("poll", today="2026-06-16")
    number = str(desk.letters()[0]["id"])
    again = ("outbox", "retry", number, "--yes", "--to")
    assert desk.run(*again, "deputy@ashcombe.example", today="2026-06-16").code == 4
    desk.run("told", token, "1", "other_address=deputy@ashcombe.example", today="2026-06-16")
    assert desk.run(*again, "stranger@ashcombe.example", today="2026-06-16").code == 4
    assert "queued for deputy@" in desk.run(*again, "deputy@ashcombe.example", today="2026-06-16").out
    desk.run("send", "--queued", "--yes", today="2026-06-17")
    assert server.recipients[-1] == "deputy@ashcombe.example"
    row = desk.report("2026-06-17")["RAA"]
    assert (row["stage"], row["due"]) == (
        "awaiting",
        "2026-07-16",
    )  # 20 working days after 17 June, 13 July left out


def test_a_retry_that_cannot_be_written_says_why(refused: Desk) -> None:
    refused.change("trusts.yaml", A, NEW)
    refused.change("trusts.yaml", "Ashcombe NHS Trust", '"Ashcombe {NHS} Trust"')
    ended = refused.run("outbox", "retry", "1", "--yes")
    assert ended.code == 4
    assert "the letter cannot be written" in ended.err
    assert [letter["state"] for letter in refused.letters()] == ["refused"]
