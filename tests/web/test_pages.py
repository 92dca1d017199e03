"""What the pages say and what their forms decide: through the same workflows, with the same words, as the commands."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING, Any

import pytest

from foimail.store import outbox
from foimail.web import table
from foimail.web.post import state
from tests.desk import mail
from tests.web.conftest import DAY, browser_of

if TYPE_CHECKING:
    from foimail.web.desk import Desk as Web
    from tests.desk import Desk
    from tests.web.conftest import Browser


def words(page: str) -> str:
    """A page without its marks."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


# The campaign


def test_an_empty_campaign_says_what_to_do_next(empty: Browser) -> None:
    page = empty.page("/")
    assert "No request has been sent yet" in page
    assert 'href="/send"' in page
    assert "Nothing waits for you" in empty.page("/review")
    assert "No answer waits for you" in empty.page("/answers/review")
    assert "No draft waits" in empty.page("/letters")
    assert "No letter has been written yet" in empty.page("/letters")
    assert "No day is ahead" in empty.page("/deadlines")
    assert "No day is behind you" in empty.page("/deadlines?past=1")
    assert "No message has come yet" in empty.page("/setup")
    assert "Nothing has been recorded" in empty.page("/setup/log")


def test_the_campaign_shows_every_body_the_most_pressing_first(browser: Browser) -> None:
    page = browser.page("/")
    names = re.findall(r'<a href="/body/[^"]+">([^<]+)</a>', page)
    assert names[0] == "NHS Carrick"  # late
    assert set(names) == {
        "NHS Carrick",
        "Ashcombe NHS Trust",
        "Birchwood NHS Trust",
        "Dellmere NHS Trust",
        "Bwrdd Eryri",
    }
    assert "<svg" in page
    assert "3 sent" in page


@pytest.mark.parametrize(
    ("asked", "names"),
    [
        ("q=birch", ["Birchwood NHS Trust"]),
        ("q=NHS+trust&sort=name", ["Ashcombe NHS Trust", "Birchwood NHS Trust", "Dellmere NHS Trust"]),
        ("sort=name&down=1&q=trust", ["Dellmere NHS Trust", "Birchwood NHS Trust", "Ashcombe NHS Trust"]),
        ("stage=late", ["NHS Carrick"]),
        ("stage=overdue", ["NHS Carrick"]),
        ("stage=week", []),
        ("stage=not_sent&sort=name", ["Bwrdd Eryri", "Dellmere NHS Trust"]),
        ("q=nobody", []),
        ("q=late", ["NHS Carrick"]),
        ("page=99&q=birch", ["Birchwood NHS Trust"]),
        ("page=x&q=birch&sort=nonsense", ["Birchwood NHS Trust"]),
    ],
)
def test_the_table_is_filtered_and_sorted_by_its_address(
    browser: Browser, asked: str, names: list[str]
) -> None:
    page = browser.page(f"/?{asked}")
    assert re.findall(r'<a href="/body/[^"]+">([^<]+)</a>', page) == names
    part = browser.get(f"/?{asked}", X_Part="rows").text
    assert re.findall(r'<a href="/body/[^"]+">([^<]+)</a>', part) == names
    assert "<html" not in part
    assert names or "No body fits" in part


def test_days_without_a_date_come_last_whichever_way(browser: Browser) -> None:
    for asked in ("sort=due", "sort=due&down=1"):
        names = re.findall(r'<a href="/body/[^"]+">([^<]+)</a>', browser.page(f"/?{asked}"))
        assert set(names[-2:]) == {"Dellmere NHS Trust", "Bwrdd Eryri"}


def test_drafts_are_written_for_those_ticked_and_nothing_is_sent(browser: Browser) -> None:
    token = browser.tokens["nhs-carrick"]
    page = browser.does("/draft", "/letters", whom="ticked", case=[token, browser.tokens["RAA"]])
    assert "1 draft written" in page
    assert "Left out" in page
    assert token in page
    assert {row["state"] for row in browser.desk.letters()} == {"sent"}
    assert "was chosen" in browser.refused("/draft", whom="ticked")
    assert "no case FOI-NOBODY" in browser.refused("/draft", whom="ticked", case="FOI-NOBODY")


def test_drafts_for_all_that_are_due(browser: Browser) -> None:
    page = browser.does("/draft", "/letters", whom="due")
    assert "draft written" in page or "drafts written" in page
    assert browser.tokens["nhs-carrick"] in page
    assert "No draft" in words(browser.does("/draft", "/letters", whom="due"))


def test_regions_are_compared_only_where_there_are_several(desk: Desk) -> None:
    assert "By region" not in browser_page(desk, "/")
    for name, region in (
        ("Ashcombe NHS Trust", "London"),
        ("Birchwood NHS Trust", "London"),
        ("NHS Carrick", "North <b>West</b>"),
    ):
        desk.change("trusts.yaml", f"name: {name},", f"name: {name}, region: '{region}',")
    assert "By region" not in browser_page(desk, "/")  # nobody was asked
    tokens = desk.send("RAA", "RBB", "nhs-carrick")
    assert desk.run("received", tokens["RAA"], "--by", "post", "--on", "2026-06-15", "--kind", "not_held",
                    "--text", "We hold nothing.", today=DAY).code == 0  # fmt: skip
    page = browser_page(desk, "/")
    table_ = page[page.index("By region") : page.index('id="bodies"')]
    rows = [
        words(row).split()
        for row in re.findall(r'<tr role="row"><th role="rowheader".*?</tr>', table_, re.DOTALL)
    ]
    assert rows == [
        ["London", "2", "1", "50%", "1"],
        ["North", "&lt;b&gt;West&lt;/b&gt;", "1", "0", "0%", "1"],
    ]
    assert 'max="2" value="1"' in table_
    found = re.findall(r'<a href="/body/[^"]+">([^<]+)</a>', browser_page(desk, "/?region=London"))
    assert sorted(found) == ["Ashcombe NHS Trust", "Birchwood NHS Trust"]
    assert "No body fits" in browser_page(desk, "/?region=Atlantis")
    assert re.findall(
        r'<a href="/body/[^"]+">([^<]+)</a>', browser_page(desk, "/?region=London&stage=late")
    ) == ["Birchwood NHS Trust"]


def browser_page(desk: Desk, path: str) -> str:
    browser = browser_of(desk)
    browser.enter()
    return browser.page(path)


# A body


def test_a_body_shows_its_dates_with_their_working_its_letters_and_its_time_line(browser: Browser) -> None:
    page = browser.page("/body/RBB")
    said = words(page)
    assert "Birchwood NHS Trust" in said
    assert "14 Jul 2026" in said
    assert "Working day 20" in said
    assert "120 staff were trained" in said
    assert f"/answers/of/{browser.tokens['RBB']}#part-1" in page
    assert "request sent to" in said or "request to foi@birchwood.example" in said
    assert browser.page(f"/body/{browser.tokens['RBB']}") == page


def test_a_body_that_was_not_asked_shows_the_letter_that_would_go(browser: Browser) -> None:
    assert "Freedom of Information" in browser.page("/body/RDD")
    assert "prints the letter for its web form" in browser.page("/body/eryri")
    assert "its successor is" in browser.page("/body/REE")
    assert "no case nobody" in browser.page("/body/nobody", 400)


def test_an_open_step_has_its_letter(browser: Browser) -> None:
    token = browser.tokens["nhs-carrick"]
    letter = re.findall(r'name="letter" value="(\w+)"', browser.page(f"/body/{token}"))[0]
    page = browser.does(f"/body/{token}/draft", r"/drafts/1", letter=letter, text="I look forward to it.")
    assert token in page
    again = browser.does(f"/body/{token}/draft", rf"/body/{token}", letter=letter)
    assert "draft" in words(again)


def test_notes_days_and_ends_are_kept(browser: Browser) -> None:
    name = browser.tokens["RBB"]
    keep = f"/body/{name}/keep"
    assert "telephoned &lt;b&gt;" in browser.does(keep, f"/body/{name}", what="note", text="telephoned <b>")
    assert "put off until 1 Aug 2026" in browser.does(
        keep, f"/body/{name}", what="snooze", until="2026-08-01"
    )
    assert "the note is empty" in browser.refused(keep, what="note", text=" ")
    assert "is not a date" in browser.refused(keep, what="snooze", until="tomorrow")
    assert "why" in browser.refused(keep, what="close", because="rain")
    assert "knows nothing of" in browser.refused(keep, what="burn")
    assert "no fees notice" in browser.refused(keep, what="paid", on="2026-07-01")
    assert "Closed on" in browser.does(keep, f"/body/{name}", what="close", because="answered")
    assert "was closed" in browser.refused(keep, what="snooze", until="2026-08-01")
    assert "Taken up again" in browser.does(keep, f"/body/{name}", what="reopen")
    assert "is not closed" in browser.refused(keep, what="reopen")


# Review


def test_the_queue_is_cleared_letter_by_letter(browser: Browser) -> None:
    waiting = re.findall(r'<th role="rowheader" scope="row"><a href="/review/(\d+)"', browser.page("/review"))
    assert waiting[0] == "2"  # the oldest
    page = browser.page("/review/2")
    assert page.count('type="checkbox" name="case"') == 2
    assert 'data-key="a"' in page
    token = browser.tokens["RBB"]
    left = int(re.findall(r"(\d+) left", page)[0])
    browser.does("/review/2", r"/review/\d+", do="accept", case=token, kind="not_held")
    row = next(row for row in browser.desk.data("messages", today=DAY) if row["message_id"] == "2@a.example")
    assert (row["cases"], row["kind"], row["needs_person"]) == ([token], "not_held", False)
    page = browser.does("/review/3", r"/review/\d+", do="none", kind="other")
    assert f"{left - 2} left" in page
    while found := re.findall(r'action="/review/(\d+)"', page):
        case = re.findall(r'name="case" value="([^"]+)" checked', page)
        kind = re.findall(r'<option value="(\w+)" selected', page)[0]
        page = browser.does(f"/review/{found[0]}", r"/review(?:/\d+)?", do="accept", case=case, kind=kind)
    assert "Nothing waits for you" in page


def test_a_message_is_passed_over_and_comes_again_last(browser: Browser) -> None:
    page = browser.does("/review/2", r"/review/[^2]\d*", do="skip")
    assert "passed over" in page
    assert re.findall(r'scope="row"><a href="/review/(\d+)"', browser.page("/review"))[-1] == "2"


def test_another_case_can_be_named_by_part_of_its_body(browser: Browser) -> None:
    page = browser.does("/review/3", r"/review/\d+", do="accept", other="carrick", kind="other")
    assert browser.tokens["nhs-carrick"] in page


@pytest.mark.parametrize(
    ("form", "why"),
    [
        ({"do": "accept", "kind": "other"}, "no case was chosen"),
        ({"do": "accept", "kind": "other", "other": "NHS"}, "may be any of"),
        ({"do": "accept", "kind": "other", "other": "nowhere"}, "no case nowhere"),
        ({"do": "accept", "kind": "other", "case": "FOI-NOBODY"}, "no case FOI-NOBODY"),
        ({"do": "none", "kind": "poem"}, "nothing is said of what it is"),
        ({"do": "burn"}, "knows nothing of"),
    ],
)
def test_what_cannot_be_decided_is_refused_with_a_sentence(
    browser: Browser, form: dict[str, Any], why: str
) -> None:
    assert why in browser.refused("/review/3", **form)
    assert any(
        row["needs_person"]
        for row in browser.desk.data("messages", today=DAY)
        if row["message_id"] == "3@l.example"
    )


def test_the_words_that_decided_are_marked_and_a_number_of_nobody_is_told(browser: Browser) -> None:
    page = browser.page("/review/1")
    assert '<mark id="quote">' in page
    assert "section 12" in page
    assert "there is no message 99" in browser.page("/review/99", 400)


# Answers


def test_the_grid_has_each_part_and_each_year_and_every_body(browser: Browser) -> None:
    page = browser.page("/answers")
    assert f'data-quote href="/answers/of/{browser.tokens["RBB"]}#part-1"' in page
    assert "NHS Carrick" in page
    part = browser.page("/answers?part=referrals")
    assert '<th scope="col">2019</th>' in part
    row = part[part.index("Birchwood") :]
    assert re.findall(r'#part-1">([^<]+)</a>', row)[1:4] == ["4", "7", "&lt;5"]
    assert "11 to 15" in part or "Total" in part
    assert browser.get("/answers?part=nonsense").status_code == 404
    some = browser.get("/answers?only=some", X_Part="rows").text
    assert "Birchwood" in some
    assert "Carrick" not in some


def test_a_letters_answers_are_confirmed_by_one_form(browser: Browser) -> None:
    token = browser.tokens["RBB"]
    page = browser.page(f"/answers/review/{token}/4")
    seen = re.findall(r'name="seen" value="(\w+)"', page)[0]
    form = dict(re.findall(r'name="((?:values)-\d)" value="([^"]*)"', page))
    form = {name: value.replace("&lt;", "<") for name, value in form.items()}
    outcomes = re.findall(r'name="(outcome-\d)".*?<option value="(\w+)" selected', page, re.DOTALL)
    browser.does(
        f"/answers/review/{token}/4", "/answers/review.*", seen=seen, do="accept", **form, **dict(outcomes)
    )
    parts = browser.desk.data("answers", today=DAY)
    mine = [row for row in parts if row["case"] == token and row["part"] == "referrals"]
    assert {row["state"] for row in mine} == {"confirmed"}
    assert {row["period"]: row["value"] for row in mine} == {"2019": 4, "2020": 7, "2021": None}
    assert all(row["quote"] for row in mine)
    assert "no answer of message 4 waits" in browser.page(f"/answers/review/{token}/4", 400)


def test_a_figure_is_put_right_taken_out_and_added(browser: Browser) -> None:
    token = browser.tokens["RBB"]
    page = browser.page(f"/answers/review/{token}/4")
    seen = re.findall(r'name="seen" value="(\w+)"', page)[0]
    outcomes = dict(re.findall(r'name="(outcome-\d)".*?<option value="(\w+)" selected', page, re.DOTALL))
    form = outcomes | {"values-1": "2019=40; 2020=7; 2022=3"}
    for name in outcomes:
        if name != "outcome-1":
            form[name] = "none"
    address = f"/answers/review/{token}/4"
    assert "is no number" in browser.refused(
        address, seen=seen, do="accept", **form | {"values-1": "2019=many"}
    )
    assert "has changed since" in browser.refused(address, seen="0", do="accept", **form)
    assert "no outcome" in browser.refused(address, seen=seen, do="accept", **form | {"outcome-1": "poem"})
    browser.does(address, "/answers/review.*", seen=seen, do="accept", **form)
    rows = [
        r for r in browser.desk.data("answers", today=DAY) if r["case"] == token and r["part"] == "referrals"
    ]
    assert {row["period"]: row["value"] for row in rows} == {"2019": 40, "2020": 7, "2022": 3}


def test_later_leads_to_the_next_letter_and_records_nothing(browser: Browser) -> None:
    token = browser.tokens["RBB"]
    browser.does(f"/answers/review/{token}/4", "/answers/review/.*", do="later")
    assert all(row["state"] != "confirmed" for row in browser.desk.data("answers", today=DAY))


def test_an_answer_that_came_by_telephone_is_typed(browser: Browser) -> None:
    token = browser.tokens["nhs-carrick"]
    address = f"/answers/of/{token}"
    page = browser.does(
        address,
        rf"{address}#part-1",
        part="1",
        outcome="answered",
        values="2019=2; 2020=0",
        source="by telephone",
    )
    assert "by telephone" in page
    assert "2020=0" in page
    assert "an answer is" in browser.refused(address, part="1", outcome="poem")
    assert "part" in browser.refused(address, part="9", outcome="answered")
    assert "nothing is said of the answer" in browser.refused(address, part="2", source="by telephone")
    assert "where this answer comes from" in browser.refused(address, part="2")
    assert "no case" in browser.page("/answers/of/nobody", 400)
    assert "has not been asked" in browser.page("/answers/of/RDD", 400)


@pytest.mark.parametrize(
    ("name", "begins"),
    [
        ("answers.csv", b"body,"),
        ("answers.csv?public=1", b"body,"),
        ("answers.xlsx?wide=1", b"PK"),
        ("answers.sqlite", b"SQLite format 3"),
        ("answers.jsonl", b"{"),
        ("deadlines.csv", b""),
        ("deadlines.xlsx", b"PK"),
        ("summary.html", b"<!DOCTYPE html>"),
        ("methods.md", b"#"),
    ],
)
def test_the_data_is_downloaded_in_each_form(browser: Browser, name: str, begins: bytes) -> None:
    answer = browser.get(f"/export/{name}")
    assert answer.status_code == 200
    assert answer.data.startswith(begins)
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    if "public" in name:
        assert b"birchwood.example" not in answer.data
    assert browser.get("/export/answers.doc").status_code == 404
    assert browser.get("/export/deadlines.doc").status_code == 404


# Letters


@pytest.fixture
def drafted(browser: Browser) -> Browser:
    """With a draft for NHS Carrick."""
    browser.does("/draft", "/letters", case=browser.tokens["nhs-carrick"])
    return browser


def test_drafts_are_read_approved_and_sent(drafted: Browser) -> None:
    page = drafted.page("/letters")
    assert 'name="draft" value="1"' in page
    page = drafted.does("/letters", "/letters", draft="1", do="approve")
    assert "1 draft was approved" in page
    assert "Send what waits" in page
    drafted.does("/outbox/send", "/letters#outbox")
    drafted.waits()
    page = drafted.page("/letters")
    assert "The last run, sending: 1 sent" in page
    assert len(drafted.desk.posted()) == 4


def test_drafts_are_dropped_and_what_makes_no_sense_is_refused(drafted: Browser) -> None:
    assert "no draft was chosen" in drafted.refused("/letters", do="approve")
    assert "there is no draft 7" in drafted.refused("/letters", do="approve", draft="7")
    assert "1 draft was dropped" in drafted.does("/letters", "/letters", draft="1", do="drop")
    assert "dropped" in drafted.refused("/letters", do="approve", draft="1")
    assert "This draft was dropped" in drafted.page("/drafts/1")
    assert "there is no draft 9" in drafted.page("/drafts/9", 400)


def test_a_draft_is_changed_and_a_fault_loses_no_word(drafted: Browser) -> None:
    token = drafted.tokens["nhs-carrick"]
    subject = f"Once more [{token}]"
    page = drafted.does(
        "/drafts/1",
        "/drafts/1",
        do="keep",
        to="foi@carrick.example",
        subject=subject,
        text="Dear all,\r\n\r\nplease.",
    )
    assert "Dear all,\n\nplease." in page
    page = drafted.refused(
        "/drafts/1", do="approve", to="foi@carrick.example", subject="No reference", text="My long words."
    )
    assert "the subject lacks the reference" in page
    assert "My long words." in page
    assert drafted.page("/drafts/1").count("Once more")
    assert "is not an e-mail address" in drafted.refused(
        "/drafts/1", do="keep", to="nobody", subject=subject, text="x"
    )
    text = f"Dear all,\n\nplease answer my request {token}."
    assert "approved" in drafted.does(
        "/drafts/1",
        "/letters",
        do="approve",
        anyway="1",
        to="foi@carrick.example",
        subject=subject,
        text=text,
    )
    assert "approved already" in drafted.refused("/drafts/1", do="drop")


def test_a_letter_in_doubt_is_settled_once_and_tried_again(browser: Browser) -> None:
    ws = browser.desk.open(DAY)
    with ws.store.write() as connection:
        assert outbox.settle(connection, 3, "unknown", "the line broke", ws.now(), was=("sent",))
    page = browser.page("/outbox/3")
    assert "Nobody knows whether it went" in page
    assert "1 letter is in doubt" in browser.page("/letters")
    assert "not sent, by your word" in browser.does("/outbox/3", "/outbox/3", do="not_sent")
    assert "only a letter in doubt" in browser.refused("/outbox/3", do="sent")
    assert "knows nothing of" in browser.refused("/outbox/3", do="burn")
    assert "is not an e-mail address" in browser.refused("/outbox/3", do="retry", to="nobody")
    assert "Queued again" in browser.does("/outbox/3", "/outbox/3", do="retry")
    assert "there is no letter 99" in browser.page("/outbox/99", 400)


# Sending


def test_a_pilot_goes_from_an_empty_workspace(empty: Browser) -> None:
    page = empty.page("/send?pilot=2")
    assert "2 letters would go" in page
    seen = re.findall(r'name="seen" value="(\w+)"', page)[0]
    assert "other ones than those" in empty.refused("/send", whom="all", seen=seen)
    page = empty.does("/send", "/letters#outbox", whom="pilot", pilot="2", seen=seen)
    assert "Nothing has gone yet" in page
    assert not (empty.desk.folder / "outbox" / "new").exists() or not empty.desk.posted()
    assert {row["state"] for row in empty.desk.letters()} == {"queued"}


def test_who_gets_no_letter_is_told_with_the_reason(browser: Browser) -> None:
    said = words(browser.page("/send?whom=all"))
    assert "Who gets none, and why" in said
    assert "Bwrdd Eryri" in said


def test_nothing_crosses_a_network_on_a_pretended_day_from_a_page(desk: Desk) -> None:
    desk.change("foimail.toml", '"maildir:outbox"', '"smtp://mail.example:587"')
    browser = browser_of(desk)
    browser.enter()
    assert "is not the real day" in browser.refused("/outbox/send")


def test_one_run_at_a_time(browser: Browser) -> None:
    from foimail.web.post import Run

    browser.app.extensions["run"] = Run("sending", 1, 4)
    assert "at work already" in browser.refused("/outbox/send", 409)
    assert "1 of 4" in words(browser.page("/letters"))


def test_new_mail_is_fetched_from_the_desk(browser: Browser) -> None:
    browser.desk.comes(mail("We hold it.", subject=f"[{browser.tokens['RAA']}]", message_id="9@a.example"))
    assert "Look for new mail now" in browser.page("/inbox")
    page = browser.does("/poll", "/inbox")
    assert "looking for new mail" in page
    browser.waits()
    page = words(browser.page("/inbox"))
    assert re.search(r"The last look: \d new, 1 filed", page)
    assert re.findall(r"(\d+), new", page) == ["5"]
    assert "5, new" not in words(browser.page("/inbox?q=lamps"))
    assert "Lamps" in browser.get("/inbox?q=lamps", X_Part="rows").text
    assert "No message fits" in browser.page("/inbox?q=nothing-like-it")


def test_a_look_for_mail_is_refused_while_another_one_runs(browser: Browser) -> None:
    ws = browser.desk.open(DAY)
    with ws.only_one("poll"):
        page = browser.refused("/poll", 409)
    assert "another `foimail poll` is at work" in page
    with browser.app.app_context():
        assert state() is None


def test_a_look_that_fails_says_so_in_a_sentence(desk: Desk) -> None:
    desk.change("foimail.toml", '"maildir:inbox"', '"imap://me@127.0.0.1:1"')
    desk.add("foimail.toml", "")
    browser = browser_of(desk)
    browser.enter()
    browser.does("/poll", "/inbox")
    browser.waits()
    page = words(browser.page("/inbox"))
    assert "The last look failed" in page
    assert "Traceback" not in page
    assert "fault in foimail" not in page


def test_nothing_has_come_and_the_page_says_how_to_look(empty: Browser) -> None:
    page = empty.page("/inbox")
    assert "No message has come yet" in page
    assert "Look for new mail now" in page


# Deadlines, setup


def test_deadlines_are_a_list_and_a_month(browser: Browser) -> None:
    page = browser.page("/deadlines?month=2026-07")
    assert "July 2026" in page
    assert 'datetime="2026-07-14"' in page
    assert browser.page("/deadlines?month=2026-13").count("July 2026")
    assert "December 2026" in browser.page("/deadlines?month=2026-12")
    assert "?month=2027-01" in browser.page("/deadlines?month=2026-12")
    assert "?month=2025-12" in browser.page("/deadlines?month=2026-01")


def test_setup_says_what_doctor_says_only_when_asked(browser: Browser) -> None:
    assert "Look now" in browser.page("/setup")
    page = browser.page("/setup?look=1")
    assert "outgoing mail" in page
    assert "is pretended by --today" in page
    assert "mail.outgoing" in page


def test_the_log_is_read_backwards_page_by_page(browser: Browser) -> None:
    page = browser.page("/setup/log")
    numbers = list(map(int, re.findall(r">(\d+), recorded", page)))
    assert numbers == sorted(numbers, reverse=True)
    assert len(numbers) > 5
    earlier = browser.page(f"/setup/log?before={numbers[3]}")
    assert list(map(int, re.findall(r">(\d+), recorded", earlier))) == numbers[4:]


# The desk itself


def test_what_another_command_records_is_seen_at_once(browser: Browser) -> None:
    token = browser.tokens["RBB"]
    assert "Closed" not in words(browser.page("/?q=birch"))
    browser.page("/")
    time.sleep(0.15)
    browser.page("/")  # kept now
    assert browser.desk.run("close", token, "--because", "merged", today=DAY).code == 0
    assert "Closed" in words(browser.page("/?q=birch"))


def test_what_was_worked_out_is_kept_until_the_store_changes(browser: Browser) -> None:
    web: Web = browser.app.extensions["desk"]
    time.sleep(0.15)
    counted: list[int] = []
    for _ in range(3):
        web.known("count", lambda _: counted.append(1))
    assert len(counted) == 1
    assert web.kept("x", lambda: 5) == web.kept("x", lambda: 6) == 5


def test_a_long_table_is_cut_into_pages() -> None:
    rows = [{"n": n if n % 2 else None} for n in range(250)]
    first = table.cut(rows, {"sort": "n", "down": "1", "q": "a b"}, {"n": lambda row: row["n"]})
    assert (first.total, first.pages, len(first.rows)) == (250, 3, 100)
    assert first.rows[0] == {"n": 249}
    assert first.at(2) == "?sort=n&down=1&q=a+b&page=2"
    assert first.sorted_by("n") == "?sort=n&q=a+b"
    last = table.cut(rows, {"page": "3"})
    assert len(last.rows) == 50
    assert table.cut([], {"page": "0"}).page == 1


def test_assets_are_ours_alone(browser: Browser) -> None:
    assert browser.get("/assets/desk.css").mimetype == "text/css"
    assert browser.get("/assets/report.css").mimetype == "text/css"
    assert browser.get("/assets/desk.js").mimetype == "text/javascript"
    for name in ("desk.py", "x.css", "..%2fapp.css", "report.html.j2"):
        assert browser.get(f"/assets/{name}").status_code == 404
