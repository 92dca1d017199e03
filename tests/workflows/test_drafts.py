"""`foimail drafts`: nothing goes without a yes, and what goes is threaded."""

from __future__ import annotations

import io
import re
from email import message_from_bytes, policy
from typing import TYPE_CHECKING

import click
import pytest

from foimail.errors import InputError
from foimail.store import cases, drafts, outbox
from foimail.workflows import drafts as workflow
from tests.desk import mail

if TYPE_CHECKING:
    from email.message import EmailMessage

    from tests.desk import Desk

LATE = "2026-07-15"


def follow_up(desk: Desk) -> EmailMessage:
    (raw,) = (raw for raw in desk.posted() if b"\nSubject: Re:" in raw)
    return message_from_bytes(raw, policy=policy.default)


def request_id(desk: Desk) -> str:
    (raw,) = (raw for raw in desk.posted() if b"\nSubject: Re:" not in raw)
    found = re.search(rb"^Message-ID: (<.+>)", raw, re.MULTILINE)
    assert found
    return found[1].decode()


def by_post(desk: Desk, on: str, kind: str) -> None:
    came = ("received", "RAA", "--by", "post", "--on", on, "--kind", kind, "--text", "Dear Rowan")
    assert desk.run(*came, today=LATE).code == 0


def state(desk: Desk, number: int) -> str:
    with desk.open().store.read() as connection:
        draft = drafts.row(connection, number)
    assert draft
    return draft.state


@pytest.fixture
def late(desk: Desk) -> Desk:
    """A desk with one request, late, and its chaser as a draft."""
    desk.send("RAA")
    assert desk.run("escalate", "RAA", today=LATE).code == 0
    return desk


def test_an_approved_draft_is_an_event_and_a_row_in_the_outbox_at_once(late: Desk) -> None:
    ended = late.run("drafts", "approve", "1", "--yes", today=LATE)
    assert (ended.code, ended.out) == (0, "draft 1: chaser to foi@ashcombe.example is in the outbox\n")
    assert state(late, 1) == "queued"
    with late.open().store.read() as connection:
        (row,) = outbox.rows(connection, "queued")
        kinds = [entry.event.kind for entry in cases.log(connection)]
    assert (row.letter, row.recipient) == ("chaser", "foi@ashcombe.example")
    assert kinds == ["opened", "queued", "sent", "queued"]
    assert len(late.posted()) == 1


def test_what_fails_in_the_outbox_leaves_the_draft_open(late: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object, **__: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(outbox, "queue", fails)
    assert late.run("drafts", "approve", "1", "--yes", today=LATE).code == 1
    assert state(late, 1) == "draft"


def test_nobody_there_to_say_yes_means_no(late: Desk) -> None:
    ended = late.run("drafts", "approve", "1", today=LATE)
    assert ended.code == 8
    assert "To: foi@ashcombe.example" in ended.err
    assert state(late, 1) == "draft"
    assert late.run("send", "--queued", "--yes", today=LATE).out == "sent 0, skipped 0, failed 0\n"


def test_a_chaser_answers_our_own_request_where_nothing_came(late: Desk) -> None:
    late.run("drafts", "approve", "1", "--yes", today=LATE)
    late.run("send", "--queued", "--yes", today=LATE)
    letter = follow_up(late)
    assert letter["In-Reply-To"] == request_id(late)
    assert letter["References"] == request_id(late)
    assert letter["To"] == "foi@ashcombe.example"


def test_a_letter_answers_their_last_message_and_carries_the_whole_thread(desk: Desk) -> None:
    tokens = desk.send("RAA")
    subject = f"RE: [{tokens['RAA']}]"
    long = f"{'x' * 150}@ashcombe.example"
    desk.comes(mail("Your request has been received.", subject=subject, message_id=long))
    desk.comes(
        mail("It has been logged.", subject=subject, message_id="two@ashcombe.example", on="2026-06-17T10:00")
    )
    desk.run("poll", today="2026-06-18")
    desk.run("escalate", "RAA", today=LATE)
    desk.run("drafts", "approve", "1", "--yes", today=LATE)
    desk.run("send", "--queued", "--yes", today=LATE)
    letter = follow_up(desk)
    assert letter["In-Reply-To"] == "<two@ashcombe.example>"
    assert letter["References"].split() == [request_id(desk), f"<{long}>", "<two@ashcombe.example>"]
    (raw,) = (raw for raw in desk.posted() if b"\nSubject: Re:" in raw)
    assert b"=?utf-8?" not in raw  # an encoded id is no id: it breaks the thread


def test_a_message_id_that_is_none_is_left_out_of_the_thread(desk: Desk) -> None:
    tokens = desk.send("RAA")
    subject = f"RE: [{tokens['RAA']}]"
    desk.comes(mail("It has been received.", subject=subject, message_id=None))
    desk.run("poll", today="2026-06-18")
    desk.run("escalate", "RAA", today=LATE)
    desk.run("drafts", "approve", "1", "--yes", today=LATE)
    assert desk.run("send", "--queued", "--yes", today=LATE).code == 0
    assert follow_up(desk)["In-Reply-To"] == request_id(desk)


def test_a_draft_that_something_has_overtaken_is_not_approved(late: Desk) -> None:
    token = late.tokens()["RAA"]
    late.comes(mail("Q1: 2023: 4, 2024: 7.\nQ4: 512 staff.", subject=f"[{token}]", on="2026-07-15T16:00"))
    late.run("poll", today="2026-07-16")
    ended = late.run("drafts", "approve", "1", "--yes", today="2026-07-16")
    assert ended.code == 4
    assert f"{token} needs no chaser now" in ended.err
    assert state(late, 1) == "draft"
    assert "But: " in late.run("drafts", "show", "1", today="2026-07-16").out
    assert late.run("drafts", "approve", "1", "--anyway", "--yes", today="2026-07-16").code == 0


def test_a_chaser_that_names_another_last_day_is_not_approved(late: Desk) -> None:
    by_post(late, "2026-07-13", "extension_pit")
    late.run("told", "RAA", "1", "sections=s.43", "until=2026-07-31", today="2026-07-16")
    ended = late.run("drafts", "approve", "1", "--yes", today="2026-08-03")
    assert ended.code == 4
    assert "is now 31 July 2026, and the letter does not name it" in ended.err


def test_a_letter_that_came_by_post_is_no_part_of_a_thread(late: Desk) -> None:
    late.run("drafts", "drop", "1", today=LATE)
    by_post(late, "2026-06-22", "human_ack")
    late.run("escalate", "RAA", today=LATE)
    late.run("drafts", "approve", "2", "--yes", today=LATE)
    late.run("send", "--queued", "--yes", today=LATE)
    letter = follow_up(late)
    assert letter["In-Reply-To"] == letter["References"] == request_id(late)


def test_a_closed_case_gets_no_letter(late: Desk) -> None:
    late.run("close", "RAA", "--because", "abandoned", today=LATE)
    ended = late.run("drafts", "approve", "1", "--yes", today=LATE)
    assert ended.code == 4
    assert "was closed on 2026-07-15 (abandoned)" in ended.err


def test_a_complaint_is_approved_by_itself_and_never_with_the_rest(desk: Desk) -> None:
    desk.send("RAA", "RBB")
    desk.run("escalate", "RAA", today=LATE)
    desk.run("drafts", "approve", "1", "--yes", today=LATE)
    desk.run("send", "--queued", "--yes", today=LATE)
    desk.run("escalate", "--due", today="2026-08-03")
    with desk.open().store.read() as connection:
        kinds = {d.letter: d.id for d in drafts.rows(connection, "draft")}
    assert set(kinds) == {"complaint", "chaser"}
    both = [str(kinds["complaint"]), str(kinds["chaser"])]
    ended = desk.run("drafts", "approve", *both, "--yes", today="2026-08-03")
    assert ended.code == 4
    assert "a complaint to the regulator is approved by itself" in ended.err
    ended = desk.run("drafts", "approve", "--all", "--yes", today="2026-08-03")
    assert f"left out: draft {kinds['complaint']}, a complaint: approve it by itself" in ended.err
    assert state(desk, kinds["chaser"]) == "queued"
    assert state(desk, kinds["complaint"]) == "draft"
    assert desk.run("drafts", "approve", both[0], "--yes", today="2026-08-03").code == 0


def test_a_draft_is_settled_once(late: Desk) -> None:
    late.run("drafts", "drop", "1", today=LATE)
    for arguments in (("approve", "1", "--yes"), ("drop", "1"), ("sent", "1", "--by", "post", "--on", LATE)):
        ended = late.run("drafts", *arguments, today=LATE)
        assert ended.code == 4
        assert "draft 1 is dropped" in ended.err
    assert late.run("drafts", "show", "9").err == "foimail: there is no draft 9 (foimail drafts list)\n"


def test_of_two_who_approve_at_once_one_sends(late: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    ws = late.open(LATE)
    seen = workflow.draft(ws, 1)
    workflow.approve(ws, [1])
    monkeypatch.setattr(workflow, "draft", lambda *_: seen)
    with pytest.raises(InputError, match="settled meanwhile"):
        workflow.approve(ws, [1], anyway=True)
    with pytest.raises(InputError, match="settled meanwhile"):
        workflow.drop(ws, [1])
    with pytest.raises(InputError, match="settled meanwhile"):
        workflow.edit(ws, 1, seen.recipient, seen.subject, "Other words.")
    with pytest.raises(InputError, match="settled meanwhile"):
        workflow.sent(ws, 1, "post", ws.today)
    assert len(late.letters()) == 2


def test_the_list_shows_what_waits_and_the_record_all(late: Desk) -> None:
    assert "chaser" in late.run("drafts", "list").out
    late.run("drafts", "drop", "1", today=LATE)
    ended = late.run("drafts", "list")
    assert ended.out.strip() == ""
    assert "No drafts." in ended.err
    assert '"state":"dropped"' in late.run("drafts", "list", "--all", "--format", "jsonl").out.replace(
        ": ", ":"
    )


def editor(monkeypatch: pytest.MonkeyPatch, old: str, new: str) -> None:
    def edits(text: str, **_: object) -> str:
        assert old in text
        return text.replace(old, new)

    monkeypatch.setattr(click, "edit", edits)


def test_an_editor_changes_words_subject_and_address(late: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    editor(monkeypatch, "To: foi@ashcombe.example", "To: chief@ashcombe.example")
    assert late.run("drafts", "edit", "1", today=LATE).out == "draft 1: changed\n"
    editor(monkeypatch, "Yours faithfully,", "I look forward to it.\r\n\r\nYours faithfully,")
    late.run("drafts", "edit", "1", today=LATE)
    shown = late.run("drafts", "show", "1", today=LATE).out
    assert "To: chief@ashcombe.example" in shown
    assert "I look forward to it." in shown


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("Yours faithfully,", "Yours {faithfully},", "a brace is left in the letter"),
        ("Yours faithfully,", "[name]", "a placeholder is left"),
        ("To: foi@ashcombe.example", "To: foi at ashcombe", "is not an e-mail address"),
        ("[FOI-", "(FOI-", "the subject lacks the reference"),
    ],
)
def test_a_slip_made_in_the_editor_is_refused_and_the_words_are_not_lost(
    late: Desk, monkeypatch: pytest.MonkeyPatch, old: str, new: str, fault: str
) -> None:
    editor(monkeypatch, old, new)
    ended = late.run("drafts", "edit", "1", today=LATE)
    assert ended.code == 4
    assert fault in ended.err
    assert new in ended.err
    assert new not in late.run("drafts", "show", "1", today=LATE).out


def test_an_emptied_letter_is_refused(late: Desk) -> None:
    before = workflow.draft(late.open(LATE), 1)
    with pytest.raises(InputError) as refused:
        workflow.edit(late.open(LATE), 1, before.recipient, before.subject, " \n")
    assert "the letter is empty" in refused.value.problems[0].message


def test_what_the_letter_quoted_before_may_stay_as_it_is(desk: Desk) -> None:
    tokens = desk.send("RAA")
    desk.comes(mail("What do you mean by {staff} [sic]?", subject=f"[{tokens['RAA']}]"))
    desk.run("poll", today="2026-06-16")
    desk.run("inbox", "assign", "1", tokens["RAA"], "--kind", "clarification", today="2026-06-16")
    desk.run("told", "RAA", "1", "question=What do you mean by {staff} [sic]?", today="2026-06-16")
    words = desk.folder / "words.txt"
    words.write_text("All who are employed.", encoding="utf-8")
    assert desk.run("reply", "RAA", "--text", str(words), today="2026-06-17").code == 0
    ws = desk.open("2026-06-17")
    before = workflow.draft(ws, 1)
    assert "{staff} [sic]" in before.text
    workflow.edit(
        ws, 1, before.recipient, before.subject, before.text.replace("employed.", "employed there.")
    )
    assert "employed there." in workflow.draft(ws, 1).text


@pytest.mark.parametrize("answer", [None, "same"])
def test_an_editor_that_changes_nothing_changes_nothing(
    late: Desk, monkeypatch: pytest.MonkeyPatch, answer: str | None
) -> None:
    monkeypatch.setattr(click, "edit", lambda text, **_: text if answer else None)
    ended = late.run("drafts", "edit", "1", today=LATE)
    assert (ended.code, ended.out) == (0, "")
    assert "is as it was" in ended.err


def test_the_head_of_a_letter_must_be_kept(late: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    editor(monkeypatch, "To: ", "An: ")
    ended = late.run("drafts", "edit", "1", today=LATE)
    assert ended.code == 2
    assert "keep the two lines To: and Subject:" in ended.err


@pytest.mark.parametrize(
    ("on", "reason"), [("2026-07-16", "lies in the future"), ("2026-07-14", "was written on 2026-07-15")]
)
def test_a_letter_was_not_sent_before_it_was_written_nor_in_the_future(
    late: Desk, on: str, reason: str
) -> None:
    ended = late.run("drafts", "sent", "1", "--by", "post", "--on", on, today=LATE)
    assert ended.code == 4
    assert reason in ended.err


@pytest.mark.parametrize("arguments", [(), ("1", "--all")])
def test_what_to_approve_must_be_said(late: Desk, arguments: tuple[str, ...]) -> None:
    assert late.run("drafts", "approve", *arguments, today=LATE).code == 2


def test_all_of_nothing_is_nothing(desk: Desk) -> None:
    ended = desk.run("drafts", "approve", "--all", "--yes")
    assert ended.code == 0
    assert "There is nothing to approve." in ended.err


def test_a_follow_up_the_server_refused_is_tried_again_as_it_was_approved(late: Desk) -> None:
    late.run("drafts", "approve", "1", "--yes", today=LATE)
    ws = late.open(LATE)
    with ws.store.write() as connection:
        (row,) = outbox.rows(connection, "queued")
        outbox.settle(connection, row.id, "refused", "550 no", ws.now(), was=("queued",))
    late.change("trusts.yaml", "email: foi@ashcombe.example", "email: new@ashcombe.example")
    ended = late.run("outbox", "retry", str(row.id), "--yes", today=LATE)
    assert ended.code == 0, ended.err
    with ws.store.read() as connection:
        (again,) = outbox.rows(connection, "queued")
    assert (again.id, again.recipient, again.text) == (row.id, "foi@ashcombe.example", row.text)


@pytest.mark.parametrize(("answer", "ends_as", "code"), [("y", "queued", 0), ("n", "draft", 130)])
def test_a_person_who_is_there_is_asked(
    late: Desk, monkeypatch: pytest.MonkeyPatch, answer: str, ends_as: str, code: int
) -> None:
    class Person(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.setattr("sys.stdin", Person(f"{answer}\n"))
    ended = late.run("drafts", "approve", "1", today=LATE)
    assert ended.code == code
    assert "Approve this letter?" in ended.err
    assert state(late, 1) == ends_as


def test_of_many_letters_one_of_each_kind_is_shown_in_full_and_all_are_listed(desk: Desk) -> None:
    tokens = desk.send("RAA", "RBB")
    desk.run("escalate", "--due", today=LATE)
    shown = desk.run("drafts", "approve", "--all", "--yes", today=LATE).err
    assert shown.count("Dear Freedom of Information Officer") == 1
    assert f"chaser to foi@birchwood.example ({tokens['RBB']})" in shown
