"""`foimail remind`: what is said, once, to the requester alone, and to nobody twice."""

from __future__ import annotations

import email
import email.policy
import subprocess
import sys
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest

from foimail.errors import MailError
from foimail.events import Event, Received, Sent, Told
from foimail.law.silence import Silence
from foimail.mail.outgoing import Lost, Rejected
from foimail.store import cases, reminded
from foimail.workflows import remind, standing
from tests.desk import EMAIL, bounce, mail

if TYPE_CHECKING:
    from email.message import EmailMessage

    from foimail.workspace import Workspace
    from tests.desk import Desk, Server

# a request of 12 June 2026 is due on 14 July (tests/law/calendar_vectors.csv)
DAY_BEFORE, DUE, LATE = "2026-07-13", "2026-07-14", "2026-07-15"
ACK = "Thank you for your request, which has been received."
ASKS = "Please clarify which calendar years you mean."


def said(desk: Desk, today: str, *options: str) -> str:
    ended = desk.run("remind", "--print", *options, today=today)
    assert (ended.code, ended.err) == (0, "")
    return ended.out


def happens(desk: Desk, token: str, *events: Event) -> None:
    ws = desk.open()
    with ws.store.write() as connection:
        cases.append(connection, token, events, ws.now())


def reply(kind: str, on: date = date(2026, 6, 18), by: str = "rule") -> Received:
    return Received(on, f"{kind} {on}", kind, "foi@ashcombe.example", f"About {kind}", "token", by)


def digests(desk: Desk) -> list[EmailMessage]:
    parsed = [email.message_from_bytes(raw, policy=email.policy.default) for raw in desk.posted()]
    return [message for message in parsed if message["Auto-Submitted"]]


def test_where_there_is_nothing_to_say_nothing_is_said(desk: Desk) -> None:
    assert said(desk, LATE) == ""
    desk.send("RAA")
    ended = desk.run("remind", "--exit-code", today="2026-06-15")
    assert (ended.code, ended.out, ended.err) == (0, "", "")
    assert digests(desk) == []


def test_what_falls_due_is_said_some_working_days_before_and_once(desk: Desk) -> None:
    token = desk.send("RAA")["RAA"]
    assert said(desk, "2026-07-07") == ""
    text = said(desk, "2026-07-08")  # 13 July is a bank holiday in Northern Ireland
    assert "Due soon (1)" in text
    assert f"* Ashcombe NHS Trust ({token})\n  Last day for an answer: Tuesday 14 July 2026.\n" in text
    assert said(desk, DAY_BEFORE) == ""
    assert said(desk, DUE) == ""


def test_more_days_of_warning_can_be_asked_for(desk: Desk) -> None:
    desk.send("RAA")
    assert "Due soon (1)" in said(desk, "2026-07-01", "--within", "9")


def test_a_late_body_is_said_on_the_day_after_and_then_no_more(desk: Desk) -> None:
    desk.send("RAA")
    said(desk, DUE)
    text = said(desk, LATE)
    assert "Late (1)" in text
    assert "Send a chaser. No answer came by Tuesday 14 July 2026." in text
    assert said(desk, "2026-07-16") == ""


def test_the_step_after_a_chaser_is_said_when_it_opens(desk: Desk) -> None:
    token = desk.send("RAA")["RAA"]
    said(desk, LATE)
    happens(desk, token, Sent(date(2026, 7, 15), "chaser@home", "foi@ashcombe.example", letter="chaser"))
    assert "Complain" not in said(desk, "2026-07-16")
    text = said(desk, "2026-07-29")  # ten working days later
    assert "Late (1)" in text
    assert "Information Commissioner" in text
    assert said(desk, "2026-07-30") == ""


def test_a_question_waits_for_its_answer_and_is_not_said_as_new_as_well(desk: Desk) -> None:
    token = desk.send("RAA")["RAA"]
    desk.comes(mail(ASKS, subject=f"Re: [{token}]"))
    desk.run("poll", today="2026-06-16")
    text = said(desk, "2026-06-16")
    assert "New" not in text
    assert "Waiting for you" in text
    assert "Answer their question." in text


def test_a_message_that_waits_is_named_by_its_number_and_once(desk: Desk) -> None:
    desk.send("RAA")
    desk.comes(mail("What is this?", sender="stranger@elsewhere.example", subject="Hello"))
    desk.run("poll", today="2026-06-16")
    text = said(desk, "2026-06-16")
    assert "* stranger@elsewhere.example\n  A message waits to be confirmed (foimail inbox show " in text
    assert text.count("Hello") == 1
    assert said(desk, "2026-06-17") == ""


def test_acknowledgements_are_counted_and_are_no_reason_to_write(desk: Desk) -> None:
    token = desk.send("RAA")["RAA"]
    desk.comes(mail(ACK, subject=f"Re: [{token}]"))
    desk.run("poll", today="2026-06-16")
    assert said(desk, "2026-06-16") == ""
    text = said(desk, LATE)
    assert "1 acknowledgement has come." in text
    assert "New" not in text


def test_a_letter_that_came_back_waits_for_another_address(desk: Desk) -> None:
    desk.send("RAA")
    (letter,) = map(email.message_from_bytes, desk.posted())
    desk.comes(bounce(letter["Message-ID"].strip("<>")))
    desk.run("poll", today="2026-06-16")
    text = said(desk, "2026-06-16")
    assert "Waiting for you (1)" in text
    assert "ask@ashcombe.example" in text


def test_what_was_said_before_and_is_still_open_is_counted(desk: Desk) -> None:
    desk.send("RAA")
    said(desk, LATE)
    desk.send("RBB", today=LATE)
    text = said(desk, "2026-08-13")
    assert "Still open, as said before: 1 late." in text


def test_a_case_that_is_put_off_or_closed_is_not_spoken_of(desk: Desk) -> None:
    tokens = desk.send("RAA", "RBB")
    assert desk.run("snooze", tokens["RAA"], "--until", "2026-08-03", today=DUE).code == 0
    assert desk.run("close", tokens["RBB"], "--because", "withdrawn", today=DUE).code == 0
    assert said(desk, LATE) == ""
    assert "Ashcombe" in said(desk, "2026-08-03")


@pytest.mark.parametrize(
    ("kind", "step"),
    [("fees_notice", "Pay the fee"), ("identity_request", "Answer their question who is asking.")],
)
def test_what_they_ask_of_you_is_said_once(desk: Desk, kind: str, step: str) -> None:
    token = desk.send("RAA")["RAA"]
    happens(desk, token, reply(kind))
    text = said(desk, "2026-06-19")
    assert "Waiting for you (1)" in text
    assert step in text
    happens(desk, token, reply("human_ack", date(2026, 6, 22)))
    assert said(desk, "2026-06-23") == ""


def test_what_they_ask_once_more_is_said_once_more(desk: Desk) -> None:
    token = desk.send("RAA")["RAA"]
    happens(desk, token, reply("identity_request"))
    said(desk, "2026-06-19")
    happens(desk, token, reply("identity_request", date(2026, 6, 24)))
    assert "Answer their question who is asking." in said(desk, "2026-06-25")


def test_a_letter_that_wants_nothing_is_new_unless_a_person_filed_it(desk: Desk) -> None:
    tokens = desk.send("RAA", "RBB")
    happens(desk, tokens["RAA"], reply("holding_delay"))
    happens(desk, tokens["RBB"], reply("holding_delay", by="person"))
    text = said(desk, "2026-06-19")
    assert "New (1)" in text
    assert "Ashcombe" in text
    assert "On Thursday 18 June 2026 came a letter that promises a later answer: About holding_delay" in text
    assert said(desk, "2026-06-22") == ""


def test_an_out_of_office_notice_with_another_address_waits(desk: Desk) -> None:
    token = desk.send("RAA")["RAA"]
    away = reply("out_of_office")
    happens(desk, token, away, Told(away.on, away.message, {"other_address": "new@ashcombe.example"}))
    assert "Send the request to new@ashcombe.example" in said(desk, "2026-06-19")


def test_a_draft_waits_for_a_yes(desk: Desk) -> None:
    desk.send("RAA")
    said(desk, LATE)
    assert desk.run("escalate", "RAA", today="2026-07-16").code == 0
    text = said(desk, "2026-07-16")
    assert "A draft (chaser) waits for your yes: foimail drafts show 1." in text
    assert "Still open, as said before: 1 late." in text


def test_further_time_puts_the_first_last_day_behind(desk: Desk) -> None:
    token = desk.send("RAA")["RAA"]
    taken = reply("extension_pit", by="person")
    facts = {"sections": ["s.36"], "until": "2026-08-11"}
    happens(desk, token, taken, Told(taken.on, taken.message, facts, "person"))
    assert said(desk, DAY_BEFORE) == ""
    assert "Last day of the further time: Tuesday 11 August 2026." in said(desk, "2026-08-10")


def test_the_regulators_last_day_is_said_when_its_warning_comes(desk: Desk) -> None:
    token = desk.send("RAA")["RAA"]
    happens(
        desk,
        token,
        reply("refusal", date(2026, 7, 1), "person"),
        Sent(date(2026, 7, 2), "review@home", "foi@ashcombe.example", letter="review"),
        reply("internal_review_outcome", date(2026, 7, 20), "person"),
    )
    where = standing.everybody(desk.open("2026-07-21"))[0].position
    assert where is not None
    clock = where.clock("complaint")
    assert clock is not None
    assert clock.warn_on is not None
    said(desk, "2026-07-21")
    assert said(desk, (clock.warn_on - timedelta(days=1)).isoformat()) == ""
    text = said(desk, clock.warn_on.isoformat())
    assert "Last day to turn to the Information Commissioner" in text


def test_a_request_that_perhaps_reached_nobody_waits(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    token = desk.send("RAA")["RAA"]
    silence = Silence(
        token, "RAA", "foi@ashcombe.example", "ashcombe.example", date(2026, 6, 12), 11, heard=4, asked=5
    )
    everybody = standing.everybody

    def silent(ws: Workspace) -> list[standing.Standing]:
        return [replace(s, silence=silence) if s.body.id == "RAA" else s for s in everybody(ws)]

    monkeypatch.setattr(standing, "everybody", silent)
    text = said(desk, "2026-06-29")
    assert "Perhaps never reached." in text
    assert "ask@ashcombe.example" in text
    assert said(desk, "2026-06-30") == ""


# By mail


def test_the_digest_goes_to_the_requester_as_text_and_html(desk: Desk) -> None:
    token = desk.send("RAA")["RAA"]
    ended = desk.run("remind", "--exit-code", today=LATE)
    assert (ended.code, ended.err) == (3, "")
    assert ended.out.startswith(f"sent to {EMAIL}: 1 late: ")
    (message,) = digests(desk)
    assert message["To"] == EMAIL
    assert EMAIL in message["From"]
    assert message["Subject"].startswith("1 late: ")
    assert token not in message["Subject"]
    text, html = (message.get_body((kind,)) for kind in ("plain", "html"))
    assert text is not None
    assert html is not None
    assert token in text.get_content()
    assert f"<small>{token}</small>" in html.get_content()


def test_there_is_at_most_one_digest_a_day(desk: Desk) -> None:
    desk.send("RAA")
    desk.run("remind", today=LATE)
    desk.comes(mail("What is this?", sender="stranger@elsewhere.example"))
    desk.run("poll", today=LATE)
    assert desk.run("remind", today=LATE).out == ""
    assert len(digests(desk)) == 1
    assert "1 waiting for you" in desk.run("remind", today="2026-07-16").out


def test_of_two_that_start_at_once_one_sends(desk: Desk) -> None:
    desk.send("RAA")
    command = [sys.executable, "-m", "foimail", "--workspace", str(desk.folder), "--today", LATE, "remind"]
    running = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(3)]
    said_by = [process.communicate()[0] for process in running]
    assert [process.returncode for process in running] == [0, 0, 0]
    assert sorted(map(bool, said_by)) == [False, False, True]
    assert len(digests(desk)) == 1


def test_a_day_that_was_claimed_is_claimed_by_nobody_else(desk: Desk) -> None:
    store, day = desk.open().store, date(2026, 7, 15)
    for expected in (True, False):
        with store.write() as connection:
            assert reminded.claim(connection, "cse", day) is expected
    with store.write() as connection:
        assert reminded.claim(connection, "another", day)
        reminded.release(connection, "cse", day)
        assert reminded.claim(connection, "cse", day)


def test_our_own_digest_is_no_letter_of_a_case_when_it_is_polled(desk: Desk) -> None:
    token = desk.send("RAA")["RAA"]
    desk.run("remind", today=LATE)
    (message,) = digests(desk)
    desk.comes(message.as_bytes())
    desk.run("poll", today=LATE)
    with desk.open(LATE).store.read() as connection:
        kinds = [entry.event.kind for entry in cases.log(connection, token=token)]
    assert kinds == ["opened", "queued", "sent"]
    assert desk.data("messages", today=LATE) == []


def test_a_digest_that_was_refused_is_tried_again_and_says_the_same(desk: Desk, server: Server) -> None:
    desk.send("RAA")
    server.answers[EMAIL] = [Rejected(452, "mailbox full", permanent=False, scope="recipient")]
    ended = desk.run("remind", today=LATE)
    assert (ended.code, ended.out) == (7, "")
    assert "mailbox full" in ended.err
    assert "1 late" in desk.run("remind", today=LATE).out


def test_a_server_that_cannot_be_reached_costs_nothing(desk: Desk, server: Server) -> None:
    desk.send("RAA")
    server.answers[EMAIL] = [MailError("no server")]
    assert desk.run("remind", today=LATE).code == 7
    assert "1 late" in desk.run("remind", today=LATE).out


def test_a_digest_that_perhaps_went_goes_no_more_that_day_and_its_news_the_next(
    desk: Desk, server: Server
) -> None:
    desk.send("RAA")
    server.answers[EMAIL] = [Lost("dropped after the dot")]
    ended = desk.run("remind", today=LATE)
    assert ended.code == 7
    assert "nobody can say" in ended.err
    assert desk.run("remind", today=LATE).out == ""
    assert "1 late" in desk.run("remind", today="2026-07-16").out


def test_nothing_crosses_a_network_on_a_pretended_day_and_the_day_stays_free(desk: Desk) -> None:
    desk.send("RAA")
    desk.change("foimail.toml", '"maildir:outbox"', '"smtps://us@mail.example.org"')
    assert desk.run("remind", today=LATE).code == 7
    with desk.open(LATE).store.read() as connection:
        assert reminded.said(connection) == set()


def test_a_dry_run_shows_and_notes_nothing(desk: Desk) -> None:
    desk.send("RAA")
    first = desk.run("remind", "--dry-run", today=LATE)
    assert "Late (1)" in first.out
    assert desk.run("remind", "--dry-run", today=LATE).out == first.out
    assert digests(desk) == []
    assert said(desk, LATE) == first.out


def test_a_digest_is_claimed_before_it_goes(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.send("RAA")

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(remind, "_handed_over", killed)
    assert desk.run("remind", today=LATE).code == 130
    monkeypatch.undo()
    assert desk.run("remind", today=LATE).out == ""
    assert "1 late" in desk.run("remind", today="2026-07-16").out


def test_another_campaigns_cases_are_not_this_ones(desk: Desk) -> None:
    desk.send("RAA")
    assert desk.run("campaign", "new", "other").code == 0
    ended = desk.run("--campaign", "other", "remind", "--print", today=LATE)
    assert (ended.code, ended.out) == (0, "")
