"""`foimail reply` and `foimail clarifications`: letters in the user's own words, as drafts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from foimail.mail.parse import parse
from foimail.store import drafts
from foimail.workflows import clarifications as workflow
from tests.desk import mail

if TYPE_CHECKING:
    from foimail.model import Message
    from tests.desk import Desk

DAY = "2026-06-17"


def waiting(desk: Desk) -> list[drafts.Draft]:
    with desk.open().store.read() as connection:
        return drafts.rows(connection, "draft")


def words(desk: Desk, text: str = "Calendar years, please.") -> str:
    path = desk.folder / "words.txt"
    path.write_text(text, encoding="utf-8")
    return str(path)


def asks(desk: Desk, token: str, question: str, *, sender: str = "foi@ashcombe.example") -> None:
    desk.comes(
        mail(
            f"Please could you clarify your request. {question}",
            sender=sender,
            subject=f"[{token}]",
            message_id=f"{token.lower()}.{len(question)}@{sender.partition('@')[2]}",
        )
    )
    assert desk.run("poll", today="2026-06-16").code == 0


def test_a_case_that_waits_for_an_answer_to_a_question_gets_one(desk: Desk) -> None:
    tokens = desk.send("RAA")
    asks(desk, tokens["RAA"], "Do you want calendar or financial years?")
    ended = desk.run("reply", "RAA", "--text", words(desk), today=DAY)
    assert (ended.code, ended.out) == (
        0,
        f"draft 1: clarification to foi@ashcombe.example for {tokens['RAA']}\n",
    )
    (draft,) = waiting(desk)
    assert "Calendar years, please." in draft.text
    assert draft.in_reply_to.endswith("@ashcombe.example")


def test_the_answer_starts_the_clock_afresh_when_it_has_gone(desk: Desk) -> None:
    tokens = desk.send("RAA")
    asks(desk, tokens["RAA"], "Calendar or financial years?")
    desk.run("reply", "RAA", "--text", words(desk), today=DAY)
    assert desk.report(today=DAY)["RAA"]["stage"] == "clarification"
    desk.run("drafts", "approve", "1", "--yes", today=DAY)
    desk.run("send", "--queued", "--yes", today=DAY)
    after = desk.report(today=DAY)["RAA"]
    # 20 working days after 17 June 2026, without 13 July (tests/law/calendar_vectors.csv has 14 July for 12 June)
    assert (after["stage"], after["due"]) == ("awaiting", "2026-07-16")


def test_one_letter_of_a_kind_waits_at_a_time(desk: Desk) -> None:
    desk.send("RAA")
    desk.run("reply", "RAA", "--text", words(desk), today=DAY)
    ended = desk.run("reply", "RAA", "--text", words(desk), today=DAY)
    assert ended.code == 4
    assert "draft 1 is a reply letter" in ended.err


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        ("clarification", "follows their question, and none has come"),
        ("identity", "follows their question who is asking, and none has come"),
        ("narrowing", "follows their refusal, and none has come"),
        ("query", "follows their answer, and none has come"),
        ("thanks", "follows their answer, and none has come"),
    ],
)
def test_a_letter_that_answers_nothing_is_refused(desk: Desk, kind: str, reason: str) -> None:
    desk.send("RAA")
    ended = desk.run("reply", "RAA", "--kind", kind, "--text", words(desk), today=DAY)
    assert ended.code == 4
    assert reason in ended.err
    assert waiting(desk) == []


def test_a_letter_without_words_is_refused_where_it_is_nothing_without_them(desk: Desk) -> None:
    desk.send("RAA")
    ended = desk.run("reply", "RAA", today=DAY)
    assert ended.code == 4
    assert "it needs your own words" in ended.err


def test_nothing_is_written_about_a_request_that_never_went(desk: Desk) -> None:
    desk.run("letter", "RAA")
    ended = desk.run("reply", "RAA", "--text", words(desk))
    assert ended.code == 4
    assert "the request has not been sent" in ended.err


def test_a_refused_request_is_narrowed_to_the_parts_kept(desk: Desk) -> None:
    tokens = desk.send("RAA")
    desk.comes(mail("It exceeds the appropriate limit under section 12.", subject=f"[{tokens['RAA']}]"))
    desk.run("poll", today="2026-06-16")
    desk.run("inbox", "assign", "1", tokens["RAA"], "--kind", "refusal", today="2026-06-16")
    ended = desk.run("reply", "RAA", "--keep", "4,1", today=DAY)
    assert ended.code == 0, ended.err
    (draft,) = waiting(desk)
    assert draft.letter == "narrowing"
    assert draft.text.index("number of referrals") < draft.text.index("number of staff")
    assert "risks assessments" not in draft.text
    ended = desk.run("reply", "RAA", "--keep", "9", today=DAY)
    assert ended.code == 4
    assert "the campaign has no part 9" in ended.err
    ended = desk.run("reply", "RAA", "--keep", "1,2,3,4", today=DAY)
    assert ended.code == 4
    assert "to keep every part is to ask for no less" in ended.err


def test_a_closed_case_can_still_be_withdrawn_in_writing(desk: Desk) -> None:
    desk.send("RAA")
    ended = desk.run("close", "RAA", "--because", "withdrawn", today=DAY)
    assert "--kind withdrawal" in ended.err
    assert "was closed on 2026-06-17" in desk.run("reply", "RAA", "--text", words(desk), today=DAY).err
    assert desk.run("reply", "RAA", "--kind", "withdrawal", today=DAY).code == 0
    assert desk.run("drafts", "approve", "1", "--yes", today=DAY).code == 0


def test_an_answer_goes_to_the_officer_who_asked_where_the_domain_is_theirs(desk: Desk) -> None:
    tokens = desk.send("RAA")
    asks(desk, tokens["RAA"], "Which years?", sender="jo.field@ashcombe.example")
    desk.run("reply", "RAA", "--text", words(desk), today=DAY)
    (draft,) = waiting(desk)
    assert draft.recipient == "jo.field@ashcombe.example"
    assert "To the sender of their message of 2026-06-15." in draft.why


@pytest.mark.parametrize("sender", ["foi@elsewhere.example", "no-reply@ashcombe.example"])
def test_no_stranger_and_no_machine_is_answered(desk: Desk, sender: str) -> None:
    tokens = desk.send("RAA")
    asks(desk, tokens["RAA"], "Which years?", sender=sender)
    desk.run("reply", "RAA", "--text", words(desk), today=DAY)
    (draft,) = waiting(desk)
    assert draft.recipient == "foi@ashcombe.example"


def test_a_review_goes_where_the_letter_said(desk: Desk) -> None:
    tokens = desk.send("nhs-carrick")
    desk.comes(
        mail("It has been logged.", sender="foi@carrick.example", subject=f"[{tokens['nhs-carrick']}]")
    )
    desk.run("poll", today="2026-06-16")
    told = desk.run("told", "nhs-carrick", "1", "review_address=reviews@carrick.example", today="2026-06-16")
    assert told.code == 0, told.err
    desk.run("escalate", "nhs-carrick", today="2026-07-14")
    (draft,) = waiting(desk)
    assert draft.recipient == "reviews@carrick.example"
    assert "To the address for reviews that their message of 2026-06-15 names." in draft.why


def test_a_body_no_longer_listed_is_written_to_where_the_request_went(desk: Desk) -> None:
    desk.send("RAA")
    desk.change("trusts.yaml", "id: RAA, ods: RAA, name: Ashcombe", "id: RZZ, ods: RZZ, name: Ashcombe")
    desk.change("trusts.yaml", "successor: RAA", "successor: RZZ")
    ended = desk.run("reply", desk.tokens()["RAA"], "--text", words(desk), today=DAY)
    assert ended.out.startswith("draft 1: reply to foi@ashcombe.example")


def test_like_questions_are_shown_together_and_answered_with_one_text(desk: Desk) -> None:
    tokens = desk.send("RAA", "RBB", "nhs-carrick")
    asks(desk, tokens["RAA"], "Calendar or financial years?")
    asks(desk, tokens["RBB"], "Is it the financial year that you want?", sender="foi@birchwood.example")
    asks(desk, tokens["nhs-carrick"], "Does maternity belong?", sender="foi@carrick.example")
    shown = desk.run("clarifications", today=DAY).out
    assert "years  (2 cases)  Calendar or financial years?" in shown
    assert f"{tokens['nhs-carrick']}  NHS Carrick" in shown
    ended = desk.run("clarifications", "answer", "years", "--text", words(desk), today=DAY)
    assert (ended.code, ended.out) == (0, "draft 1\ndraft 2\n")
    assert "foimail drafts approve 1 2" in ended.err
    assert {d.token for d in waiting(desk)} == {tokens["RAA"], tokens["RBB"]}
    assert desk.letters()[3:] == []
    assert "years" not in desk.run("clarifications", "list", today=DAY).out.split()[0]


def test_one_yes_approves_the_answers_of_a_group(desk: Desk) -> None:
    tokens = desk.send("RAA", "RBB")
    asks(desk, tokens["RAA"], "Calendar or financial years?")
    asks(desk, tokens["RBB"], "Financial years?", sender="foi@birchwood.example")
    ended = desk.run("clarifications", "answer", "years", "--text", words(desk), "--yes", today=DAY)
    assert ended.code == 0
    assert "sent 2" in desk.run("send", "--queued", "--yes", today=DAY).out
    assert "No question waits" in desk.run("clarifications", today=DAY).err


def test_a_question_that_a_person_told_is_shown_as_told(desk: Desk) -> None:
    tokens = desk.send("RAA")
    asks(desk, tokens["RAA"], "Is that so?")
    desk.run("told", "RAA", "1", "question=Calendar or financial years?", today=DAY)
    assert "Calendar or financial years?" in desk.run("clarifications", today=DAY).out


def test_a_group_that_nobody_asks_in_is_refused(desk: Desk) -> None:
    ended = desk.run("clarifications", "answer", "years", "--text", words(desk))
    assert ended.code == 4
    assert "no questions are grouped as 'years'" in ended.err


def test_an_answer_that_cannot_be_written_is_said_for_each_case(desk: Desk) -> None:
    tokens = desk.send("RAA")
    asks(desk, tokens["RAA"], "Calendar or financial years?")
    ended = desk.run("clarifications", "answer", "years", "--text", words(desk, " \n"), today=DAY)
    assert ended.code == 3
    assert f"{tokens['RAA']} Ashcombe NHS Trust: error: it needs your own words" in ended.err


def test_who_asks_who_is_asking_is_answered(desk: Desk) -> None:
    tokens = desk.send("RAA")
    desk.comes(mail("Please provide your full name.", subject=f"[{tokens['RAA']}]"))
    desk.run("poll", today="2026-06-16")
    desk.run("inbox", "assign", "1", tokens["RAA"], "--kind", "identity_request", today="2026-06-16")
    assert desk.run("reply", "RAA", today=DAY).out.startswith("draft 1: identity")


def test_a_letter_that_cannot_be_opened_hides_no_other_question(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    tokens = desk.send("RAA", "RBB")
    desk.comes(mail("Calendar.", subject=f"[{tokens['RAA']}]", message_id="odd@ashcombe.example"))
    desk.run("poll", today="2026-06-16")
    desk.run("inbox", "assign", "1", tokens["RAA"], "--kind", "clarification", today="2026-06-16")
    asks(desk, tokens["RBB"], "Which ages?", sender="foi@birchwood.example")

    def opens(raw: bytes) -> Message:
        if b"Calendar" in raw:
            raise LookupError("unknown encoding")
        return parse(raw)

    monkeypatch.setattr(workflow, "parse", opens)
    shown = desk.run("clarifications", today=DAY).out
    assert f"Ashcombe NHS Trust: [{tokens['RAA']}]" in shown
    assert "Which ages?" in shown
