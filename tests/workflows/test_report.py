"""`foimail report` and `show`: a row for every body, and one case with its dates worked out."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING

import pytest

from foimail.mail.outgoing import Lost, Rejected
from foimail.workflows.report import COLUMNS, summary
from tests.desk import mail

if TYPE_CHECKING:
    from tests.desk import Desk, Server

DUE, LATE = "2026-07-14", "2026-07-15"  # FOIA vector of 12 June 2026


def test_every_body_asked_has_a_row_those_never_sent_to_and_those_silent_too(desk: Desk) -> None:
    desk.send()
    report = desk.report()
    assert set(report) == {"RAA", "RBB", "nhs-carrick", "RDD", "eryri"}
    assert (report["RAA"]["stage"], report["RAA"]["due"], report["RAA"]["days_left"]) == ("awaiting", DUE, 20)
    assert (report["RDD"]["stage"], report["RDD"]["next_step"]) == ("not_sent", "Send the request.")
    assert (report["eryri"]["route"], "`foimail letter`" in report["eryri"]["next_step"]) == ("form", True)


def test_silence_is_overdue_from_the_day_after_with_the_step_of_its_law(desk: Desk) -> None:
    desk.send()
    assert desk.report(DUE)["RAA"]["stage"] == "awaiting"
    late = desk.report(LATE)
    assert (late["RAA"]["stage"], late["RAA"]["days_left"], late["RAA"]["route"]) == ("overdue", -1, "chaser")
    assert late["nhs-carrick"]["route"] == "review"


def test_the_most_pressing_comes_first(desk: Desk) -> None:
    desk.send("RAA")
    desk.send("RBB", today="2026-07-13")
    ended = desk.run("report", "--format", "jsonl", today=LATE)
    stages = [json.loads(line)["stage"] for line in ended.out.splitlines()]
    assert stages == ["overdue", "awaiting", "not_sent", "not_sent", "not_sent"]


def test_the_report_comes_as_table_csv_and_json_lines(desk: Desk) -> None:
    desk.send()
    table = desk.run("report")
    assert table.out.splitlines()[0].split() == [
        "name",
        "case",
        "stage",
        "sent",
        "due",
        "days",
        "left",
        "next",
        "step",
    ]
    assert table.err == "\n5 bodies: 3 awaiting, 2 not sent (on 2026-06-12)\n"
    rows = list(csv.DictReader(io.StringIO(desk.run("report", "--format", "csv").out)))
    assert tuple(rows[0]) == COLUMNS
    assert {row["case"] for row in rows} == {*desk.tokens().values(), ""}
    assert tuple(desk.report()["RAA"]) == COLUMNS


def test_one_stage_alone_can_be_asked_for(desk: Desk) -> None:
    desk.send("RAA")
    assert len(desk.run("report", "--stage", "awaiting", "--format", "jsonl").out.splitlines()) == 1
    assert desk.run("report", "--stage", "awiating").code == 2


def test_a_case_outlives_its_body_in_the_registry(desk: Desk) -> None:
    desk.send("RAA")
    desk.change("trusts.yaml", "id: RAA, ods: RAA", "id: RZZ, ods: RZZ")
    desk.change("trusts.yaml", "successor: RAA", "successor: RZZ")
    assert desk.report()["RAA"]["name"] == "RAA (no longer in trusts.yaml)"
    assert desk.run("show", desk.tokens()["RAA"]).out.split()[:2] == [desk.tokens()["RAA"], "RAA"]


def test_nobody_asked_is_said() -> None:
    assert summary([]) == "no bodies"


def test_a_time_line_tells_what_happened_and_how_the_day_was_counted(desk: Desk) -> None:
    token = desk.send("RAA")["RAA"]
    desk.comes(mail("Thank you for your request.", subject=f"[{token}]"))
    desk.run("poll", today="2026-06-16")
    shown = desk.run("show", token, today="2026-06-16").out
    assert shown.split()[:4] == [token, "Ashcombe", "NHS", "Trust"]
    assert "Stage: awaiting" in shown
    assert f"Due: {DUE} (" in shown
    assert "working days left; FOIA s.10(1), statute; holiday table holidays" in shown
    lines = [" ".join(line.split()) for line in shown.splitlines()]
    for day, what in (
        ("2026-06-12", "the case was opened under FOIA"),
        ("2026-06-12", "request to foi@ashcombe.example put into the outbox"),
        ("2026-06-15", "foi@ashcombe.example"),
    ):
        assert any(line.startswith(day) and what in line for line in lines), (what, shown)
    assert "13 July 2026" in shown  # a bank holiday in Northern Ireland stops the clock everywhere
    assert desk.run("show", "raa", today="2026-06-16").out == shown
    assert desk.run("show", f"[{token.lower()}]", today="2026-06-16").out == shown


def test_a_time_line_tells_of_refusals_doubts_and_what_a_person_said(desk: Desk, server: Server) -> None:
    to = "foi@ashcombe.example"
    server.answers[to] = [Rejected(550, "550 5.1.1 No", permanent=True, scope="recipient"), Lost("silence")]
    desk.run("send", "RAA", "--yes")
    desk.run("outbox", "retry", "1", "--yes")
    desk.run("send", "--queued", "--yes")
    desk.run("outbox", "settle", "1", "--not-sent")
    desk.comes(mail(subject=desk.tokens()["RAA"]))
    desk.run("poll", today="2026-06-16")
    desk.run("inbox", "assign", "1", "--none", today="2026-06-16")
    shown = desk.run("show", "RAA", today="2026-06-16").out
    for sentence in (
        f"refused by the server of {to}: 550 5.1.1 No",
        f"perhaps sent to {to}, unknown: silence",
        f"not sent to {to} after all",
        "a message was taken out of this case",
    ):
        assert sentence in shown


def test_a_late_case_says_by_how_much(desk: Desk) -> None:
    desk.send("RAA")
    assert f"Due: {DUE} (2 working days late" in desk.run("show", "RAA", today="2026-07-16").out


def test_a_case_without_a_clock_says_so(desk: Desk) -> None:
    desk.run("letter", "RAA")
    shown = desk.run("show", "RAA").out
    assert "Due:" not in shown
    assert "No clock runs." in shown


@pytest.mark.parametrize("name", ["RBB", "FOI-AAAA22", "nonsense"])
def test_a_case_that_is_none_is_a_mistake(desk: Desk, name: str) -> None:
    desk.send("RAA")
    ended = desk.run("show", name)
    assert (ended.code, f"no case {name}" in ended.err) == (4, True)


def test_past_the_end_of_the_calendar_is_an_error_and_no_guess(desk: Desk) -> None:
    assert desk.run("send", "RAA", "--yes", today="2030-12-20").code == 0
    ended = desk.run("report", today="2030-12-20")
    assert ended.code == 9
    assert "past the end of the table of working days" in ended.err


def test_a_stage_that_nobody_is_at_is_said(desk: Desk) -> None:
    assert "no body is at the stage overdue" in desk.run("report", "--stage", "overdue").err
