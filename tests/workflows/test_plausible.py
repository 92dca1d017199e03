"""What is odd about the answers of a campaign, as its user sees it, and the letter that asks."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import date
from email.message import EmailMessage
from typing import TYPE_CHECKING

from foimail.cli.answers import answers
from foimail.cli.odd import check
from foimail.events import Answered
from foimail.replies.reading import Answer, Figure
from foimail.store import cases, inbox
from tests.desk import Desk, mail

if TYPE_CHECKING:
    from collections.abc import Mapping

TABLE = "1. Referrals\n2019: 4\n2020: 6\n2021: 4\nTotal: 11\n\n4. 86% of staff have been trained."
STORY = (
    "1. 2019: 4\n2020: 6\n\n2. We hold no information on this.\n\n4. 1,204 staff have been trained.\n\n"
    "3. {name} has a named nurse and a named doctor who lead on exploitation across every site, and all wards use the same flag "
    "on the record of a child. The team meets the police, the council and the schools every month to share what is known of "
    "places where children are approached, and each concern is followed up by a health worker who visits the family at home."
)


def answered(desk: Desk, body: str = "RAA", text: str = TABLE, on: str = "2026-06-15T10:00") -> str:
    """A body has answered; the token of its case comes back."""
    token = desk.tokens().get(body) or desk.send("RAA", "RBB")[body]
    sender = {"RAA": "foi@ashcombe.example", "RBB": "foi@birchwood.example"}[body]
    opening = "Thank you for your request. Our answers are below.\n\n"
    raw = mail(opening + text, sender=sender, subject=f"Re: [{token}]", message_id=f"{body}@x.example", on=on)
    desk.comes(raw)
    assert desk.run("poll", today="2026-06-20").code == 0
    return token


def odd(desk: Desk, *options: str) -> list[Mapping[str, object]]:
    ended = desk.run("answers", "check", *options, "--format", "jsonl", today="2026-06-20")
    assert ended.code == 0, ended.err
    return [json.loads(line) for line in ended.out.splitlines()]


def test_what_is_odd_is_listed_with_its_case_part_and_message(desk: Desk) -> None:
    token = answered(desk)
    rows = odd(desk)
    assert [(row["case"], row["body"], row["part"], row["sort"]) for row in rows] == [
        (token, "RAA", "referrals", "sum"),
        (token, "RAA", "staff_trained", "per_cent"),
    ]
    assert rows[0]["problem"] == (
        "11 is given for all years together, while the figures of 2019, 2020 and 2021 add up to 14."
    )
    assert (rows[0]["message"], rows[0]["confirmed"]) == (1, False)
    assert odd(desk, "RAA") == rows


def test_the_table_is_for_eyes_and_says_how_to_ask(desk: Desk) -> None:
    token = answered(desk)
    ended = desk.run("answers", "check", today="2026-06-20")
    assert f"{token}  referrals  Ashcombe NHS Trust\n  sum: 11 is given" in ended.out
    assert "\n\n" in ended.out
    assert "to ask: You give 86 % where I asked for a number." in ended.out
    assert "answers check CASE --draft" in ended.err


def test_what_is_odd_and_not_asked_about_has_no_question(desk: Desk) -> None:
    token = answered(desk, text="1. Referrals\n2019/20: 4\n2020/21: 6\n2021/22: 4")
    ended = desk.run("answers", "check", token, today="2026-06-20")
    assert "other_years: The figures are by financial years" in ended.out
    assert "to ask" not in ended.out
    assert not ended.err
    refused = desk.run("answers", "check", token, "--draft", today="2026-06-20")
    assert refused.code != 0
    assert f"{token}: nothing in its answers asks for a letter" in refused.err


def test_nothing_odd_is_said_so_and_a_case_that_is_none_is_refused(desk: Desk) -> None:
    assert "Nothing is odd in what you have not confirmed." in desk.run("answers", "check").err
    assert "Nothing is odd.\n" in desk.run("answers", "check", "--all").err
    assert "no case RQQ" in desk.run("answers", "check", "RQQ").err
    ended = desk.run("answers", "check", "--draft")
    assert ended.code == 2
    assert "say which CASE" in ended.err


def test_a_draft_asks_about_what_is_odd_in_the_words_of_the_letter_and_waits_for_a_yes(desk: Desk) -> None:
    token = answered(desk)
    ended = desk.run("answers", "check", token, "--draft", today="2026-06-20")
    assert (ended.code, ended.out) == (0, f"draft 1: query to foi@ashcombe.example for {token}\n")
    shown = desk.run("drafts", "show", "1").out
    assert "On question 1: You give 11 for all years together" in shown
    assert "On question 4: You give 86 % where I asked for a number." in shown
    assert "Which is right?" in shown
    assert len(desk.letters()) == 2  # the two requests, and nothing else
    again = desk.run("answers", "check", token, "--draft", today="2026-06-20")
    assert "draft 1 is a query letter" in again.err


def test_a_copy_of_another_bodys_words_is_found_across_bodies(desk: Desk) -> None:
    answered(desk, "RBB", STORY.format(name="Birchwood NHS Trust"))
    answered(desk, "RAA", STORY.format(name="Ashcombe NHS Trust"), on="2026-06-17T10:00")
    (row,) = odd(desk)
    assert (row["body"], row["part"], row["sort"]) == ("RAA", "safeguarding", "copy")
    assert "one of Birchwood NHS Trust of 2026-06-15" in str(row["problem"])
    assert not odd(desk, "RBB")


def test_what_a_person_has_confirmed_is_hidden_unless_all_is_asked_for(desk: Desk) -> None:
    token = answered(desk)
    years = [Figure("2019", value=4.0), Figure("2020", value=6.0), Figure("2019..2020", value=12.0)]
    said = asdict(Answer("1", "answered", figures=tuple(years), confidence=1.0))
    ws = desk.open(today="2026-06-20")
    with ws.store.read() as connection:
        sha256 = inbox.rows(connection)[0].sha256
    with ws.store.write() as connection:
        cases.append(connection, token, (Answered(date(2026, 6, 20), sha256, "1", said, "Rowan"),), ws.now())
    assert [row["sort"] for row in odd(desk)] == ["per_cent"]
    assert [(row["sort"], row["confirmed"]) for row in odd(desk, "--all")] == [
        ("sum", True),
        ("per_cent", False),
    ]


def test_a_total_is_looked_for_in_the_attachment_that_holds_the_figures(desk: Desk) -> None:
    token = desk.send("RAA")["RAA"]
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = (
        "foi@ashcombe.example",
        "foi@northlight.example",
        f"Re: [{token}]",
    )
    message["Date"], message["Message-ID"] = "Mon, 15 Jun 2026 10:00:00 +0100", "<a@x.example>"
    message.set_content("Please find our answer to your request attached.\n")
    table = "Year,Referrals\n2019,4\n2020,6\n2021,4\nTotal,13\n"
    message.add_attachment(table.encode(), maintype="text", subtype="csv", filename="Q1 referrals.csv")
    desk.comes(message.as_bytes())
    desk.run("poll", today="2026-06-20")
    (row,) = odd(desk)
    assert str(row["problem"]).startswith("13 is given for all years together")


def test_the_check_belongs_to_the_answers() -> None:
    assert answers.commands["check"] is check
