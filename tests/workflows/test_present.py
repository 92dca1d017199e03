"""The report as a page and as a calendar, from a workspace."""

from __future__ import annotations

import stat
from datetime import date
from typing import TYPE_CHECKING, Any

import icalendar

from foimail.events import Sent
from foimail.store import cases
from tests.desk import mail

if TYPE_CHECKING:
    from tests.desk import Desk

ASKS = "Please clarify which calendar years you mean."
LATE = "2026-07-15"


def entries(desk: Desk, today: str, *options: str) -> dict[str, Any]:
    ended = desk.run("report", "--format", "ics", *options, today=today)
    assert (ended.code, ended.err) == (0, "")
    found: list[Any] = icalendar.Calendar.from_ical(ended.out.encode()).walk("VEVENT")
    assert len(found) == len({str(event["UID"]) for event in found})
    return {str(event["UID"]): event for event in found}


def test_the_page_shows_every_body_and_the_lines_of_the_chart(desk: Desk) -> None:
    token = desk.send("RAA", "RBB")["RAA"]
    ended = desk.run("report", "--format", "html", today=LATE)
    assert (ended.code, ended.err) == (0, "")
    assert ended.out.startswith("<!DOCTYPE html>")
    assert "2 of 5 bodies have been asked. None has answered; 2 are late." in ended.out
    assert f'href="#{token}"' in ended.out
    assert "2 sent" in ended.out
    only = desk.run("report", "--format", "html", "--stage", "not_sent", today=LATE).out
    assert token not in only
    assert "Dellmere" in only


def test_a_workspace_without_letters_has_a_page_and_an_empty_calendar(desk: Desk) -> None:
    assert "None of 5 bodies has been asked yet." in desk.run("report", "--format", "html").out
    assert entries(desk, "2026-06-12") == {}


def test_each_deadline_stands_once_in_the_calendar(desk: Desk) -> None:
    token = desk.send("RAA")["RAA"]
    ((uid, event),) = entries(desk, "2026-06-15").items()
    assert uid == f"{token}-response@foimail"
    assert event["DTSTART"].dt == date(2026, 7, 14)
    assert event["SUMMARY"] == "Last day for an answer: Ashcombe NHS Trust"
    assert token in event["DESCRIPTION"]
    assert "FOIA s.10(1)" in event["DESCRIPTION"]


def test_the_calendar_of_another_day_is_the_same_as_long_as_nothing_happens(desk: Desk) -> None:
    desk.send("RAA", "nhs-carrick")
    one, other = (
        desk.run("report", "--format", "ics", today=day).out for day in ("2026-06-15", "2026-06-30")
    )
    assert one == other


def test_a_fresh_start_moves_the_entry_and_adds_none(desk: Desk) -> None:
    token = desk.send("RAA")["RAA"]
    (before,) = entries(desk, "2026-06-15").values()
    desk.comes(mail(ASKS, subject=f"Re: [{token}]"))
    desk.run("poll", today="2026-06-16")
    assert entries(desk, "2026-06-16") == {}
    desk.comes(
        mail(
            "Calendar years, please.",
            sender="foi@northlight.example",
            to="foi@ashcombe.example",
            subject=f"Re: [{token}]",
            on="2026-06-18T10:00",
            message_id="mine@northlight.example",
        )
    )
    desk.run("poll", today="2026-06-19")
    ((uid, after),) = entries(desk, "2026-06-19").items()
    assert uid == before["UID"]
    assert after["DTSTART"].dt > before["DTSTART"].dt
    assert after["SEQUENCE"] > before["SEQUENCE"]


def test_the_last_day_to_require_a_review_is_in_the_calendar_of_a_scottish_case(desk: Desk) -> None:
    token = desk.send("nhs-carrick")["nhs-carrick"]
    found = entries(desk, LATE)
    assert f"{token}-review_request@foimail" in found
    assert f"{token}-response@foimail" in found


def test_a_step_that_opens_later_stands_on_its_day_until_it_has_opened(desk: Desk) -> None:
    token = desk.send("RAA")["RAA"]
    ws = desk.open(LATE)
    with ws.store.write() as connection:
        chaser = Sent(date(2026, 7, 15), "chaser@home", "foi@ashcombe.example", letter="chaser")
        cases.append(connection, token, (chaser,), ws.now())
    event = entries(desk, "2026-07-16")[f"{token}-complaint-from@foimail"]
    assert event["DTSTART"].dt == date(2026, 7, 29)
    assert event["SUMMARY"].startswith("From today: ")
    assert f"{token}-complaint-from@foimail" not in entries(desk, "2026-07-30")


def test_a_case_that_is_put_off_rings_no_alarm_and_one_that_is_closed_is_gone(desk: Desk) -> None:
    tokens = desk.send("RAA", "RBB")
    desk.run("snooze", tokens["RAA"], "--until", "2026-08-03")
    desk.run("close", tokens["RBB"], "--because", "withdrawn")
    (event,) = entries(desk, "2026-06-15").values()
    assert tokens["RAA"] in event["UID"]
    assert not event.walk("VALARM")


def test_a_file_is_replaced_as_a_whole_and_keeps_its_permissions(desk: Desk) -> None:
    desk.send("RAA")
    target = desk.folder / "deadlines.ics"
    target.write_text("old")
    target.chmod(0o640)
    ended = desk.run("report", "--format", "ics", "-o", str(target))
    assert (ended.code, ended.out, ended.err) == (0, "", "")
    assert target.read_bytes().startswith(b"BEGIN:VCALENDAR\r\n")
    assert stat.S_IMODE(target.stat().st_mode) == 0o640
    assert not [path.name for path in desk.folder.iterdir() if path.name.startswith(".deadlines")]
    assert desk.run("report", "--format", "html", "-o", str(desk.folder / "no" / "page.html")).code == 4


def test_every_form_of_the_report_can_be_written_into_a_file(desk: Desk) -> None:
    desk.send("RAA")
    for form in ("table", "csv", "jsonl"):
        printed = desk.run("report", "--format", form)
        written = desk.run("report", "--format", form, "-o", str(desk.folder / "out"))
        assert (written.code, written.out) == (0, "")
        assert (desk.folder / "out").read_text(encoding="utf-8") == printed.out
