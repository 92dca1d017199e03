"""`foimail escalate`: the letter of the step that is open, once, and one chaser for a shared mailbox."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from foimail.law.routes import Step
from foimail.store import drafts, outbox
from foimail.store.locks import Hold
from foimail.workflows import deliver, standing
from foimail.workflows import escalate as workflow
from tests.desk import mail

if TYPE_CHECKING:
    from tests.desk import Desk

DUE = "2026-07-14"  # of requests sent on 12 June 2026, in the United Kingdom
LATE = "2026-07-15"


def waiting(desk: Desk) -> list[drafts.Draft]:
    with desk.open().store.read() as connection:
        return drafts.rows(connection, "draft")


def letters(desk: Desk) -> list[dict[str, Any]]:
    return [one for one in desk.letters() if one["subject"].startswith("Re:")]


def chased(desk: Desk, day: str = LATE) -> None:
    for arguments in (
        ("escalate", "RAA"),
        ("drafts", "approve", "1", "--yes"),
        ("send", "--queued", "--yes"),
    ):
        ended = desk.run(*arguments, today=day)
        assert ended.code == 0, ended.err


def test_nothing_is_drafted_while_a_body_is_in_time(desk: Desk) -> None:
    desk.send("RAA", "RBB")
    ended = desk.run("escalate", "--due", today=DUE)
    assert (ended.code, ended.out) == (0, "")
    assert "There is nothing to draft." in ended.err
    ended = desk.run("escalate", "RAA", today=DUE)
    assert ended.out == ""
    assert "nothing to press: awaiting. Wait until Tuesday 14 July 2026 has passed." in ended.err


def test_the_day_after_the_last_day_every_silent_body_gets_a_chaser_as_a_draft(desk: Desk) -> None:
    tokens = desk.send("RAA", "RBB")
    ended = desk.run("escalate", "--due", today=LATE)
    assert (ended.code, ended.out.splitlines()) == (
        0,
        [
            f"draft 1: chaser to foi@ashcombe.example for {tokens['RAA']}",
            f"draft 2: chaser to foi@birchwood.example for {tokens['RBB']}",
        ],
    )
    (first, _) = waiting(desk)
    assert first.subject.startswith("Re: ")
    assert f"[{tokens['RAA']}]" in first.subject
    assert "14 July 2026" in first.text
    assert len(desk.posted()) == 2  # the two requests and no more


def test_the_scottish_law_wants_a_review_where_the_english_wants_a_chaser(desk: Desk) -> None:
    desk.send("nhs-carrick")
    desk.run("escalate", "--due", today="2026-07-14")
    (draft,) = waiting(desk)
    assert draft.letter == "review"
    assert draft.recipient == "foi@carrick.example"


def test_a_step_is_never_drafted_twice(desk: Desk) -> None:
    tokens = desk.send("RAA")
    desk.run("escalate", "--due", today=LATE)
    ended = desk.run("escalate", "--due", today=LATE)
    assert ended.out == ""
    assert f"{tokens['RAA']} Ashcombe NHS Trust: the chaser is draft 1, which waits for you" in ended.err
    desk.run("drafts", "approve", "1", "--yes", today=LATE)
    ended = desk.run("escalate", "RAA", today=LATE)
    assert ended.out == ""
    assert "the chaser waits in the outbox" in ended.err
    desk.run("send", "--queued", "--yes", today=LATE)
    ended = desk.run("escalate", "RAA", today="2026-07-16")
    assert ended.out == ""
    assert "a complaint can be sent from" in ended.err
    assert len(waiting(desk)) == 0


def test_a_dropped_draft_leaves_the_step_open(desk: Desk) -> None:
    desk.send("RAA")
    desk.run("escalate", "RAA", today=LATE)
    desk.run("drafts", "drop", "1", today=LATE)
    assert desk.run("escalate", "RAA", today=LATE).out.startswith("draft 2: chaser")


def test_ten_working_days_after_the_chaser_comes_the_complaint_to_the_regulator(desk: Desk) -> None:
    tokens = desk.send("RAA")
    chased(desk)
    assert desk.run("escalate", "--due", today="2026-07-28").out == ""
    ended = desk.run("escalate", "--due", today="2026-07-30")
    assert ended.out == f"draft 2: complaint to icocasework@ico.org.uk for {tokens['RAA']}\n"
    (draft,) = waiting(desk)
    assert (draft.in_reply_to, draft.reference_ids) == ("", "")


def test_bodies_that_share_a_mailbox_get_one_chaser_which_names_them_all(desk: Desk) -> None:
    desk.change("trusts.yaml", "foi@birchwood.example", "FOI@ashcombe.example")
    tokens = desk.send("RAA", "RBB")
    ended = desk.run("escalate", "--due", today=LATE)
    assert ended.out == f"draft 1: chaser to foi@ashcombe.example for {tokens['RAA']}, {tokens['RBB']}\n"
    (draft,) = waiting(desk)
    assert f"Birchwood NHS Trust: request {tokens['RBB']} of 12 June 2026" in draft.text
    desk.run("drafts", "approve", "1", "--yes", today=LATE)
    assert "sent 1" in desk.run("send", "--queued", "--yes", today=LATE).out
    for body in ("RAA", "RBB"):
        assert "chaser sent to foi@ashcombe.example" in desk.run("show", body, today=LATE).out
        assert desk.run("escalate", body, today=LATE).out == ""


def test_an_answer_to_a_shared_chaser_waits_for_a_person(desk: Desk) -> None:
    desk.change("trusts.yaml", "foi@birchwood.example", "foi@ashcombe.example")
    tokens = desk.send("RAA", "RBB")
    desk.run("escalate", "--due", today=LATE)
    desk.run("drafts", "approve", "1", "--yes", today=LATE)
    desk.run("send", "--queued", "--yes", today=LATE)
    (chaser,) = (raw for raw in desk.posted() if b"\nSubject: Re:" in raw)
    identifier = re.search(rb"^Message-ID: <(.+)>", chaser, re.MULTILINE)
    assert identifier
    desk.comes(mail("We are sorry.", on="2026-07-16T10:00", In_Reply_To=f"<{identifier[1].decode()}>"))
    desk.run("poll", today="2026-07-17")
    (message,) = desk.data("messages", today="2026-07-17")
    assert message["needs_person"]
    assert sorted(message["candidates"]) == sorted([tokens["RAA"], tokens["RBB"]])


def test_laws_are_not_mixed_in_one_letter(desk: Desk) -> None:
    desk.change("trusts.yaml", "foi@carrick.example", "foi@ashcombe.example")
    desk.send("RAA", "nhs-carrick")
    desk.run("escalate", "--due", today=LATE)
    assert [d.letter for d in waiting(desk)] == ["chaser", "review"]


def test_a_case_put_off_is_left_alone_until_its_day(desk: Desk) -> None:
    desk.send("RAA")
    desk.run("snooze", "RAA", "--until", "2026-08-01", today=LATE)
    assert desk.run("escalate", "--due", today=LATE).out == ""
    assert desk.run("escalate", "--due", today="2026-08-01").out.startswith("draft 1: chaser")


def test_a_closed_case_is_pressed_no_more(desk: Desk) -> None:
    desk.send("RAA")
    desk.run("close", "RAA", "--because", "abandoned", today=LATE)
    assert desk.run("escalate", "--due", today=LATE).out == ""
    assert "closed" in desk.run("escalate", "RAA", today=LATE).err
    desk.run("reopen", "RAA", today=LATE)
    assert desk.run("escalate", "--due", today=LATE).out.startswith("draft 1: chaser")


def test_a_route_that_is_not_open_is_refused_with_the_day_it_opens(desk: Desk) -> None:
    desk.send("RAA")
    chased(desk)
    ended = desk.run("escalate", "RAA", "--route", "chaser", today="2026-07-16")
    assert "no chaser is open now" in ended.err
    ended = desk.run("escalate", "RAA", "--route", "complaint", today="2026-07-16")
    assert "a complaint can be sent from" in ended.err
    assert waiting(desk) == []


def test_a_case_of_another_campaign_is_not_written_to_in_this_ones_words(desk: Desk) -> None:
    tokens = desk.send("RAA")
    desk.run("campaign", "new", "other")
    ended = desk.run("--campaign", "other", "escalate", tokens["RAA"], today=LATE)
    assert ended.code == 4
    assert "is a case of the campaign cse" in ended.err
    assert "foimail --campaign cse" in ended.err


@pytest.mark.parametrize("arguments", [(), ("RAA", "--due"), ("--due", "--text", "-")])
def test_a_command_line_that_makes_no_sense_is_refused(desk: Desk, arguments: tuple[str, ...]) -> None:
    assert desk.run("escalate", *arguments).code == 2


def test_a_name_that_is_no_case_is_refused(desk: Desk) -> None:
    ended = desk.run("escalate", "RAA")
    assert ended.code == 4
    assert "no case RAA" in ended.err


def test_a_letter_that_cannot_be_written_is_said_and_the_others_are(desk: Desk) -> None:
    tokens = desk.send("RAA", "RBB")
    desk.change("trusts.yaml", "name: Birchwood NHS Trust", 'name: "Birchwood {NHS} Trust"')
    ended = desk.run("escalate", "--due", today=LATE)
    assert (ended.code, ended.out) == (3, f"draft 1: chaser to foi@ashcombe.example for {tokens['RAA']}\n")
    assert f"{tokens['RBB']} Birchwood" in ended.err
    assert "brace" in ended.err


def test_a_body_without_an_address_gets_a_draft_for_its_form(desk: Desk) -> None:
    desk.run("letter", "eryri")
    desk.run("sent", "eryri", "--by", "form", "--on", "2026-06-12")
    assert "chaser to (no address)" in desk.run("escalate", "eryri", today=LATE).out
    ended = desk.run("drafts", "approve", "1", "--yes", today=LATE)
    assert ended.code == 4
    assert "no e-mail address is known" in ended.err
    assert "foimail drafts sent 1 --by form" in ended.err
    assert desk.run("drafts", "sent", "1", "--by", "form", "--on", LATE, today=LATE).code == 0
    assert "chaser sent to the body by form" in desk.run("show", "eryri", today=LATE).out


def test_follow_ups_are_no_requests(desk: Desk) -> None:
    desk.send("RAA")
    chased(desk)
    assert len(desk.data("requests")) == 1
    assert [one["state"] for one in letters(desk)] == ["sent"]


def test_what_comes_before_a_chaser_is_said(desk: Desk) -> None:
    tokens = desk.send("RAA")
    desk.comes(mail("Please provide your full name.", subject=f"[{tokens['RAA']}]"))
    desk.run("poll", today="2026-06-16")
    desk.run("inbox", "assign", "1", tokens["RAA"], "--kind", "identity_request", today="2026-06-16")
    ended = desk.run("escalate", "--due", today=LATE)
    assert ended.out == ""
    assert "first: Answer their question who is asking." in ended.err
    assert desk.run("escalate", "RAA", today=LATE).out.startswith("draft 1: chaser")


def test_a_guess_is_confirmed_before_a_review_is_asked_for(desk: Desk) -> None:
    tokens = desk.send("RAA")
    desk.comes(mail("We are refusing your request.", subject=f"[{tokens['RAA']}]"))
    desk.run("poll", today="2026-06-16")
    ended = desk.run("escalate", "RAA", today="2026-06-17")
    assert ended.out == ""
    assert "first: Read the message and say whether it is their answer." in ended.err
    desk.run("inbox", "assign", "1", tokens["RAA"], "--kind", "refusal", today="2026-06-17")
    desk.run("told", "RAA", "1", "sections=none", today="2026-06-17")
    ended = desk.run("escalate", "--due", today="2026-06-17")
    assert ended.out == f"draft 1: review to foi@ashcombe.example for {tokens['RAA']}\n"


def test_a_review_without_a_breach_needs_the_users_own_words(desk: Desk) -> None:
    tokens = desk.send("RAA")
    desk.comes(mail("Please find attached our response.", subject=f"[{tokens['RAA']}]"))
    desk.run("poll", today="2026-06-16")
    desk.run("inbox", "assign", "1", tokens["RAA"], "--kind", "full_disclosure", today="2026-06-16")
    assert desk.run("escalate", "--due", today="2026-06-17").out == ""
    ended = desk.run("escalate", "RAA", "--route", "review", today="2026-06-17")
    assert ended.code == 3
    assert "it gives no reason" in ended.err
    words = desk.folder / "words.txt"
    words.write_text("Part 4 is a percentage, not a number.", encoding="utf-8")
    ended = desk.run("escalate", "RAA", "--route", "review", "--text", str(words), today="2026-06-17")
    assert ended.code == 0, ended.err
    (draft,) = waiting(desk)
    assert "Part 4 is a percentage" in draft.text


def test_an_answer_to_a_question_is_no_matter_of_pressing(desk: Desk) -> None:
    tokens = desk.send("RAA")
    desk.comes(mail("Please could you clarify which years?", subject=f"[{tokens['RAA']}]"))
    desk.run("poll", today="2026-06-16")
    ended = desk.run("escalate", "RAA", today="2026-08-03")
    assert ended.out == ""
    assert f"That needs your words: foimail reply {tokens['RAA']}" in ended.err


def test_a_letter_that_went_since_the_step_opened_has_taken_it(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.send("RAA")
    chased(desk)
    ws = desk.open("2026-07-16")
    case, _ = standing.one(ws, "RAA")
    before = Step("Send a chaser.", "chaser", ws.today - timedelta(days=1), "", "", letter="chaser")
    where = replace(standing.position_of(ws, case), steps=(before,))
    monkeypatch.setattr(standing, "position_of", lambda *_: where)
    assert workflow.escalate(ws, ["RAA"]).skipped == [
        (f"{case.token} Ashcombe NHS Trust", "the chaser went on 2026-07-15")
    ]


def test_a_chaser_that_was_perhaps_sent_is_settled_before_another_is_written(desk: Desk) -> None:
    desk.send("RAA")
    desk.run("escalate", "RAA", today=LATE)
    desk.run("drafts", "approve", "1", "--yes", today=LATE)
    ws = desk.open(LATE)
    with ws.store.write() as connection:
        (row,) = outbox.rows(connection, "queued")
        outbox.claim(connection, row.id, b"frozen", ws.moment)
    deliver.orphans(ws, deliver.Delivered(), Hold())
    assert "the chaser was perhaps sent: settle it first" in desk.run("escalate", "RAA", today=LATE).err
    desk.run("outbox", "settle", str(row.id), "--not-sent", today=LATE)
    assert desk.run("escalate", "RAA", today=LATE).out.startswith("draft 2: chaser")
