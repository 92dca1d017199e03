"""A person's word given at the desk: what came by post, what a letter says, a letter in their own words, one sent by hand."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING, Any

import pytest

from tests.desk import mail
from tests.documents.files import pdf
from tests.web.conftest import DAY, HOME, brings

if TYPE_CHECKING:
    from werkzeug.test import TestResponse

    from tests.web.conftest import Browser

POST: dict[str, Any] = {
    "by": "post",
    "on": "2026-07-10",
    "kind": "full_disclosure",
    "text": "1. Referrals by year:\n2019: 3\n2020: 0\n",
}


def uploads(
    browser: Browser, path: str, content: bytes, name: str = "scan.pdf", **form: object
) -> TestResponse:
    visit = next(iter(browser.door.visits.values()))
    data: dict[str, Any] = {"form_key": visit.form_key, "file": (io.BytesIO(content), name), **form}
    return browser.client.post(
        path, base_url=HOME, data=data, headers={"Origin": HOME}, content_type="multipart/form-data"
    )


# By post, telephone or link


def test_a_letter_by_post_is_kept_with_its_scan_and_read(browser: Browser) -> None:
    token = browser.tokens["nhs-carrick"]
    assert f'action="/body/{token}/received" enctype="multipart/form-data"' in browser.page(
        "/body/nhs-carrick"
    )
    scan = pdf("1. Referrals by year", "2019: 3")
    answer = uploads(browser, f"/body/{token}/received", scan, "scans/letter.pdf", **POST)
    assert (answer.status_code, answer.location) == (303, "/message/5")
    page = browser.page("/message/5")
    assert "Kept as message 5" in page
    assert "letter.pdf" in page
    assert "scans/" not in page
    assert browser.get("/message/5/file/1").data == scan
    (row,) = [row for row in browser.desk.data("messages", today=DAY) if row["cases"] == [token]]
    assert row["kind"] == "full_disclosure"
    assert "2026-07-10" in row.values()
    assert browser.desk.report(DAY)["nhs-carrick"]["stage"] == "answered"
    values = {r["period"]: r["value"] for r in browser.desk.data("answers", today=DAY) if r["case"] == token}
    assert values["2019"] == 3


def test_a_scan_may_be_larger_than_what_is_typed_and_is_not_endless(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = f"/body/{browser.tokens['RAA']}/received"
    browser.app.config["MAX_CONTENT_LENGTH"] = 20_000
    monkeypatch.setattr("foimail.web.word._LARGEST", 100_000)
    assert uploads(browser, path, bytes(50_000), "call.bin", **POST).status_code == 303
    assert uploads(browser, path, bytes(120_000), "call.bin", **POST).status_code == 413
    # elsewhere a form stays small
    assert uploads(browser, "/letters", bytes(50_000), **POST).status_code == 413


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"by": "pigeon"}, "nothing is said of how it came"),
        ({"by": ""}, "nothing is said of how it came"),
        ({"kind": "poem"}, "nothing is said of what it is"),
        ({"on": "yesterday"}, "is not a date"),
        ({"on": ""}, "is not a date"),
        ({"on": "2026-07-21"}, "lies in the future"),
        ({"on": "2026-01-01"}, "before the request"),
        ({"text": "  "}, "nothing is said of what came"),
    ],
)
def test_what_came_is_refused_with_a_sentence(browser: Browser, change: dict[str, str], why: str) -> None:
    before = browser.desk.data("messages", today=DAY)
    assert why in browser.refused(f"/body/{browser.tokens['RAA']}/received", **(POST | change))
    assert browser.desk.data("messages", today=DAY) == before


def test_nothing_can_have_come_to_a_case_that_is_not_there(browser: Browser) -> None:
    assert "no case nobody" in browser.refused("/body/nobody/received", **POST)
    assert "/received" not in browser.page("/body/RDD")


# What a message says


def test_what_a_person_reads_in_a_letter_stands(browser: Browser) -> None:
    token = browser.tokens["RBB"]
    page = browser.page("/message/4")
    assert f'name="case" value="{token}"' in page
    assert '<option value="reference">reference: their reference</option>' in page
    said = browser.does(
        "/message/4/told",
        "/message/4",
        case=token,
        fact=["reference", "sections"],
        value=["BW 1183", "s.12, s.40(2)"],
    )
    assert "Recorded as your word: reference BW 1183, sections s.12, s.40(2)." in said
    assert "BW 1183" in browser.desk.run("show", token, today=DAY).out


@pytest.mark.parametrize(
    ("fact", "value", "why"),
    [
        ([""], [""], "nothing is said of the message"),
        ([], [], "nothing is said of the message"),
        (["weather"], ["fine"], "no letter is asked for `weather`"),
        ([""], ["words without a name"], "no letter is asked for"),
        (["reference"], [" "], "it has no value"),
        (["until"], ["soon"], "is not a date"),
        (["until"], ["2020-01-01"], "before the request"),
        (["sections"], ["twelve"], "is no section"),
        (["advice"], ["perhaps"], "a question of yes or no"),
        (["behind"], ["a wall"], "no answer is behind that"),
        (["ignored"], ["weather"], "there is no part weather"),
    ],
)
def test_what_makes_no_sense_is_not_recorded(
    browser: Browser, fact: list[str], value: list[str], why: str
) -> None:
    token = browser.tokens["RBB"]
    before = browser.desk.run("show", token, today=DAY).out
    assert why in browser.refused("/message/4/told", case=token, fact=fact, value=value)
    assert browser.desk.run("show", token, today=DAY).out == before


def test_a_message_says_nothing_for_another_case(browser: Browser) -> None:
    said: dict[str, Any] = {"fact": "reference", "value": "X"}
    assert "is not filed under" in browser.refused("/message/4/told", case=browser.tokens["RAA"], **said)
    assert "no case" in browser.refused("/message/4/told", case="FOI-NOBODY", **said)
    assert "there is no message 99" in browser.refused("/message/99/told", case=browser.tokens["RBB"], **said)
    assert "told" not in browser.page("/message/3")  # filed under no case


# Letters in one's own words


@pytest.fixture
def asked(browser: Browser) -> Browser:
    """NHS Carrick asks what was meant."""
    brings(
        browser.desk,
        mail(
            "Dear Rowan,\n\nBefore we can answer, please clarify what you mean by referrals. Which years do you mean?\n",
            sender="foi@carrick.example",
            subject=f"[{browser.tokens['nhs-carrick']}] Clarification required",
            message_id="9@c.example",
            on="2026-06-16T10:00",
        ),
    )
    assert browser.desk.run("correct", "5", "--kind", "clarification", today=DAY).code == 0
    return browser


def test_a_question_is_answered_by_a_draft(asked: Browser) -> None:
    token = asked.tokens["nhs-carrick"]
    page = asked.page("/body/nhs-carrick")
    assert '<option value="clarification" selected>' in page
    page = asked.does(
        f"/body/{token}/reply", "/drafts/1", kind="clarification", text="I mean those of 2019 to 2024."
    )
    assert "I mean those of 2019 to 2024." in page
    assert {row["state"] for row in asked.desk.letters()} == {"sent"}
    again = asked.refused(f"/body/{token}/reply", kind="clarification", text="Once more.")
    assert "is a clarification letter of" in again


def test_like_questions_are_answered_together(asked: Browser) -> None:
    page = asked.page("/questions")
    assert "Which years do you mean?" in page
    group = re.findall(r'name="group" value="([^"]+)"', page)[0]
    assert "the answer is empty" in asked.refused("/questions", group=group, text=" ")
    assert "no questions are grouped as" in asked.refused("/questions", group="weather", text="Fine.")
    page = asked.does("/questions", "/letters", group=group, text="I mean the calendar years 2019 to 2024.")
    assert "1 draft written" in page
    assert "I mean the calendar years" in page
    assert "No question waits" in asked.page("/questions")


@pytest.mark.parametrize(
    ("name", "form", "why"),
    [
        ("RBB", {"kind": "poem"}, "there is no letter of the kind"),
        ("RBB", {"kind": "clarification", "text": "x"}, "follows their question, and none has come"),
        ("nhs-carrick", {"kind": "thanks"}, "follows their answer, and none has come"),
        ("RBB", {"kind": "narrowing", "keep": "weather"}, "has no part weather"),
        ("RBB", {"kind": "reply"}, ""),
        ("nobody", {"kind": "reply", "text": "x"}, "no case nobody"),
        ("RDD", {"kind": "reply", "text": "x"}, "no case RDD"),
    ],
)
def test_a_letter_that_makes_no_sense_is_not_drafted(
    browser: Browser, name: str, form: dict[str, Any], why: str
) -> None:
    said = browser.refused(f"/body/{name}/reply", **form)
    assert why in said
    assert "No draft waits" in browser.page("/letters")


def test_a_draft_that_went_by_post_is_recorded(browser: Browser) -> None:
    token = browser.tokens["RBB"]
    browser.does(f"/body/{token}/reply", "/drafts/1", kind="reply", text="Thank you for the table.")
    path = "/drafts/1/sent"
    assert "nothing is said of how it went" in browser.refused(path, by="pigeon", on=DAY)
    assert "is not a date" in browser.refused(path, by="post", on="")
    assert "lies in the future" in browser.refused(path, by="post", on="2026-07-21")
    assert "was written on" in browser.refused(path, by="post", on="2026-07-01")
    assert "there is no draft 9" in browser.refused("/drafts/9/sent", by="post", on=DAY)
    assert "sent by post" in browser.does(path, "/drafts/1", by="post", on=DAY)
    assert "sent already" in browser.refused(path, by="post", on=DAY)
