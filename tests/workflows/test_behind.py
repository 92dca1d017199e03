"""An answer behind a link or a password is seen in the report, the time line, the digest and the calendar, until it is fetched."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from foimail.events import Told
from foimail.store import cases
from tests.desk import mail

if TYPE_CHECKING:
    from tests.desk import Desk

DAY = "2026-06-17"
FETCH = "An answer waits behind a link until Friday 3 July 2026: fetch it, then `foimail received`."


@pytest.fixture
def linked(desk: Desk) -> Desk:
    """A desk with one request, and message 1, whose answer stands behind a link."""
    token = desk.send("RAA")["RAA"]
    desk.comes(mail("Your request has been received.", subject=f"[{token}]"))
    desk.run("poll", today=DAY)
    ws = desk.open()
    with ws.store.write() as connection:
        (came,) = [e.event for e in cases.log(connection, token=token) if e.event.kind == "received"]
        facts = {"behind": "link", "behind_until": "2026-07-03", "behind_link": "files.example\x1b[2J"}
        told = Told(date(2026, 6, 15), getattr(came, "message"), facts)  # noqa: B009 - an event of any kind
        cases.append(connection, token, (told,), ws.now())
    return desk


def test_the_report_and_the_time_line_say_what_to_fetch_and_by_when(linked: Desk) -> None:
    row = linked.report(DAY)["RAA"]
    assert (row["stage"], row["next_step"], row["route"], row["by"]) == (
        "awaiting",
        FETCH,
        "fetch",
        "2026-07-03",
    )
    shown = linked.run("show", "RAA", today=DAY).out
    assert f"Next: {FETCH} Their message of Monday 15 June 2026 says so (files.example" in shown
    assert "behind: link; behind until: 2026-07-03" in shown
    assert "\x1b" not in shown


def test_the_digest_says_it_once_and_again_when_the_link_is_about_to_end(linked: Desk) -> None:
    assert FETCH in linked.run("remind", "--print", today=DAY).out
    assert linked.run("remind", "--print", today="2026-06-18").out == ""
    text = linked.run("remind", "--print", today="2026-07-01").out
    assert "Due soon (1)" in text
    assert "The link to an answer: Friday 3 July 2026." in text
    assert "ask them to send it again." in linked.run("remind", "--print", today="2026-07-06").out


def test_the_calendar_has_the_last_day_of_the_link(linked: Desk) -> None:
    folded = linked.run("report", "--format", "ics", today=DAY).out.replace("\r\n ", "")
    assert "The link to an answer: Ashcombe NHS Trust" in folded
    assert "DTSTART;VALUE=DATE:20260703" in folded


def test_what_was_fetched_is_recorded_and_nothing_waits_any_more(linked: Desk) -> None:
    fetched = linked.folder / "answer.csv"
    fetched.write_text("2024,7\n")
    ended = linked.run(
        "received", "RAA", "--by", "link", "--on", DAY, "--kind", "full_disclosure", "--file", str(fetched),
        today=DAY,
    )  # fmt: skip
    assert ended.code == 0, ended.err
    row = linked.report(DAY)["RAA"]
    assert (row["stage"], row["route"]) == ("answered", "read")
    shown = linked.run("inbox", "list", "--all", "--format", "jsonl").out
    assert "An answer fetched from a link of 2026-06-17" in shown


def test_a_person_can_say_that_an_answer_is_locked_or_that_it_is_no_more(linked: Desk) -> None:
    assert linked.run("told", "RAA", "1", "behind=password", today=DAY).code == 0
    assert "locked with a password" in str(linked.report(DAY)["RAA"]["next_step"])
    assert linked.run("told", "RAA", "1", "behind=none", today=DAY).code == 0
    assert linked.report(DAY)["RAA"]["route"] == "wait"
    ended = linked.run("told", "RAA", "1", "behind=curtain", today=DAY)
    assert (ended.code, "there are link, portal" in ended.err) == (4, True)
