"""Deadlines as a calendar: what RFC 5545 wants, and what a program that subscribes sees when a date moves."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import icalendar

from foimail.output.ics import Deadline, to_ics

DEADLINE = Deadline(
    uid="FOI-7K3Q2M-response@foimail",
    on=date(2026, 10, 7),
    title='Last day for an answer: Ynys Môn, Board; of "Health" \\ Care',
    text="20 working days, from s.10(1);\nnot counted: none.\nFOI-7K3Q2M",
    revision=4,
    changed_at=datetime(2026, 9, 1, 9, 30, 1, 999, tzinfo=UTC),
)


def events(raw: bytes) -> list[Any]:
    return list(icalendar.Calendar.from_ical(raw).walk("VEVENT"))


def test_a_deadline_is_an_all_day_event_with_an_alarm_on_the_morning_before() -> None:
    (event,) = events(to_ics("FOI deadlines", [DEADLINE]))
    assert event["UID"] == "FOI-7K3Q2M-response@foimail"
    assert event["DTSTART"].dt == date(2026, 10, 7)
    assert event["DTSTART"].params["VALUE"] == "DATE"
    assert event["DTEND"].dt == date(2026, 10, 8)
    assert event["SUMMARY"] == DEADLINE.title
    assert event["DESCRIPTION"] == DEADLINE.text
    assert event["SEQUENCE"] == 4
    assert event["DTSTAMP"].dt == datetime(2026, 9, 1, 9, 30, 1, tzinfo=UTC)
    assert event["TRANSP"] == "TRANSPARENT"
    (alarm,) = event.walk("VALARM")
    assert alarm["ACTION"] == "DISPLAY"
    assert alarm["TRIGGER"].dt == timedelta(hours=-15)


def test_the_file_is_written_as_rfc_5545_says_without_asking_the_library() -> None:
    raw = to_ics("FOI deadlines", [replace(DEADLINE, title="é" * 200)])
    lines = raw.split(b"\r\n")
    assert lines[0] == b"BEGIN:VCALENDAR"
    assert lines[-2:] == [b"END:VCALENDAR", b""]
    assert b"\n" not in raw.replace(b"\r\n", b"")
    assert max(map(len, lines)) <= 75
    for line in lines:
        line.decode()  # no fold inside a character
    assert b"VERSION:2.0" in lines
    assert sum(line.startswith(b"PRODID:") for line in lines) == 1
    unfolded = raw.replace(b"\r\n ", b"").decode().split("\r\n")
    assert f"SUMMARY:{'é' * 200}" in unfolded
    plain = to_ics("FOI deadlines", [DEADLINE]).replace(b"\r\n ", b"").decode()
    assert 'SUMMARY:Last day for an answer: Ynys Môn\\, Board\\; of "Health" \\\\ Care\r\n' in plain
    assert "DESCRIPTION:20 working days\\, from s.10(1)\\;\\nnot counted: none.\\nFOI-7K3Q2M\r\n" in plain


def test_a_date_that_moves_keeps_its_identity_and_gets_a_higher_sequence() -> None:
    (before,) = events(to_ics("D", [DEADLINE]))
    (after,) = events(to_ics("D", [replace(DEADLINE, on=date(2026, 10, 9), revision=6)]))
    assert before["UID"] == after["UID"]
    assert after["SEQUENCE"] > before["SEQUENCE"]
    assert after["DTSTART"].dt == date(2026, 10, 9)


def test_the_same_deadlines_give_the_same_bytes_in_whatever_order() -> None:
    other = replace(DEADLINE, uid="FOI-AB2CD3-response@foimail")
    assert to_ics("D", [DEADLINE, other]) == to_ics("D", [other, DEADLINE])


def test_a_strangers_name_adds_no_line_of_its_own() -> None:
    hostile = "X\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nATTACH:file:///etc/passwd\x00\u2028"
    raw = to_ics(hostile, [replace(DEADLINE, title=hostile, text=hostile)])
    (event,) = events(raw)
    assert "ATTACH" not in event
    assert b"\x00" not in raw
    assert len([line for line in raw.split(b"\r\n") if line == b"BEGIN:VEVENT"]) == 1


def test_a_quiet_deadline_has_no_alarm() -> None:
    (event,) = events(to_ics("D", [replace(DEADLINE, quiet=True)]))
    assert not event.walk("VALARM")


def test_a_calendar_says_its_name_and_how_often_to_look() -> None:
    calendar: Any = icalendar.Calendar.from_ical(to_ics("FOI deadlines", []))
    assert calendar["NAME"] == calendar["X-WR-CALNAME"] == "FOI deadlines"
    assert calendar["REFRESH-INTERVAL"].dt == timedelta(hours=12)
    assert calendar["METHOD"] == "PUBLISH"
    assert events(to_ics("D", [])) == []
