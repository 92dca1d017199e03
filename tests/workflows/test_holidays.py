"""`foimail holidays`, and the words in which dates are explained."""

from __future__ import annotations

import csv
import io
import json
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from foimail.files.tables import table
from foimail.law.calendar import build
from foimail.workflows import holidays
from tests.desk import mail

if TYPE_CHECKING:
    from pathlib import Path

    from tests.desk import Desk

NATIONS = {"england-and-wales": "England", "scotland": "Scotland", "northern-ireland": "Northern Ireland"}


def gov_uk(last: int = 2028) -> dict[str, Any]:
    """A file as GOV.UK gives it, of the days that foimail counts in 2026 to that year."""
    return {
        division: {
            "division": division,
            "events": [
                {"title": name.partition(" (")[0], "date": day.isoformat(), "notes": "", "bunting": True}
                for day, name in build([nation], table("proclaimed")).holidays.items()
                if 2026 <= day.year <= last
            ],
        }
        for division, nation in NATIONS.items()
    }


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "bank-holidays.json"


def check(
    desk: Desk, file: Path, content: object, today: str = "2026-06-12"
) -> tuple[int, str, list[dict[str, str]]]:
    file.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    ended = desk.run("holidays", "check", str(file), "--format", "csv", today=today)
    return ended.code, ended.err, list(csv.DictReader(io.StringIO(ended.out)))


def test_the_days_that_do_not_count_are_listed_with_laws_and_reasons(desk: Desk) -> None:
    ended = desk.run("holidays", "list", "--year", "2026", "--format", "jsonl")
    rows = {row["date"]: row for row in map(json.loads, ended.out.splitlines())}
    assert len(rows) == 14  # foia_nonworking_days.csv
    assert rows["2026-06-15"]["law"] == "FOIA, EIR, FOISA, EI(S)R"
    assert rows["2026-06-15"]["reason"] == "World Cup bank holiday (Scotland)"
    assert rows["2026-04-06"] == {
        "date": "2026-04-06",
        "weekday": "Monday",
        "law": "FOIA, EIR",
        "reason": "Easter Monday (England, Wales and Northern Ireland)",
    }


def test_one_law_or_this_year_and_the_next_can_be_listed(desk: Desk) -> None:
    scottish = desk.run("holidays", "list", "--regime", "foisa", "--format", "jsonl").out.splitlines()
    assert {json.loads(line)["law"] for line in scottish} == {"FOISA"}
    assert {json.loads(line)["date"][:4] for line in scottish} == {"2026", "2027"}
    unknown = desk.run("holidays", "list", "--regime", "gdpr")
    assert unknown.code == 2
    assert "no regime 'gdpr'" in unknown.err


def test_a_file_that_agrees_shows_only_where_our_table_mends_the_library(desk: Desk, file: Path) -> None:
    code, said, rows = check(desk, file, gov_uk())
    assert code == 0
    assert {row["verdict"] for row in rows} <= {"our table has it, the library does not"}
    assert "2026 to 2028" in said


def test_a_day_that_foimail_lacks_makes_the_table_stale(desk: Desk, file: Path) -> None:
    content = gov_uk()
    content["scotland"]["events"].append({"title": "Jubilee", "date": "2027-05-07"})
    code, said, rows = check(desk, file, content)
    assert code == 3
    (row,) = [row for row in rows if row["date"] == "2027-05-07"]
    assert (row["nation"], row["gov_uk"], row["foimail"]) == ("Scotland", "Jubilee", "")
    assert row["verdict"] == "the table is stale: GOV.UK lists it"
    assert "2027-05-07 (Jubilee, Scotland): GOV.UK lists it, foimail takes it for a working day" in said


def test_a_day_that_gov_uk_has_moved_away_makes_the_table_stale(desk: Desk, file: Path) -> None:
    content = gov_uk()
    events = content["england-and-wales"]["events"]
    content["england-and-wales"]["events"] = [one for one in events if one["date"] != "2027-05-03"]
    code, said, _ = check(desk, file, content)
    assert code == 3
    assert "England): GOV.UK does not list it, foimail takes it for a holiday" in said


def test_a_day_that_only_the_library_has_is_mended(desk: Desk, file: Path) -> None:
    content = gov_uk()
    content["scotland"]["events"] = [
        {"title": "New Year", "date": "2006-01-02"},
        *content["scotland"]["events"],
    ]
    _, _, rows = check(desk, file, content)
    (mended,) = [row for row in rows if row["date"] == "2006-11-30"]
    assert mended["verdict"] == "our table mends the library"


def test_a_day_that_only_our_table_adds_to_the_library_is_shown(
    desk: Desk, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    proclaimed = table("proclaimed")
    jubilee = {"date": date(2027, 5, 7), "nations": ["Scotland"], "name": "Jubilee"}
    newer = proclaimed | {"day": [*proclaimed["day"], jubilee]}
    monkeypatch.setattr("foimail.workflows.holidays.table", lambda _: newer)
    content = gov_uk()
    content["scotland"]["events"].append({"title": "Jubilee", "date": "2027-05-07"})
    code, _, rows = check(desk, file, content)
    assert (code, [row["verdict"] for row in rows]) == (0, ["our table has it, the library does not"])


def test_a_weekend_is_no_difference(desk: Desk, file: Path) -> None:
    content = gov_uk()
    content["scotland"]["events"].append({"title": "Sunday", "date": "2027-05-09"})
    assert check(desk, file, content)[0] == 0


def test_a_table_that_ends_before_gov_uks_list_is_said_to_be_stale(desk: Desk, file: Path) -> None:
    code, said, _ = check(desk, file, gov_uk(last=2029))
    assert code == 3
    assert "the table is stale: it was compared up to 2028, and GOV.UK lists days up to 2029" in said


def test_a_file_of_years_gone_by_is_said_to_be_old(desk: Desk, file: Path) -> None:
    code, said, _ = check(desk, file, gov_uk(), today="2029-01-02")
    assert code == 3
    assert "this file is old: it ends in 2028" in said


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[1]",
        "{}",
        '{"england-and-wales": {"events": []}}',
        json.dumps({key: {"events": []} for key in NATIONS}),
        json.dumps({key: {"events": [{"title": "x", "date": "soon"}]} for key in NATIONS}),
        json.dumps({key: {"events": [{"title": "x", "date": 20260101}]} for key in NATIONS}),
        json.dumps({key: {"events": [{"date": "2026-01-01"}]} for key in NATIONS}),
        "[" * 100_000,
    ],
)
def test_a_file_that_is_none_of_gov_uks_is_refused(content: str, desk: Desk, file: Path) -> None:
    code, said, _ = check(desk, file, content)
    assert code == 4
    assert "is no bank-holidays.json of GOV.UK (fetch https://www.gov.uk/bank-holidays.json)" in said


def test_a_file_that_is_not_there_or_far_too_large_is_refused(
    desk: Desk, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    missing = desk.run("holidays", "check", str(file))
    assert (missing.code, "cannot be read: No such file" in missing.err) == (4, True)
    monkeypatch.setattr(holidays, "_LARGEST", 10)
    assert check(desk, file, gov_uk())[0] == 4


def changed(monkeypatch: pytest.MonkeyPatch, version: str = "2026-12-01") -> None:
    """A new table of proclaimed days, in which 13 July 2026 is worked."""
    proclaimed = table("proclaimed")
    worked = {"date": proclaimed["day"][0]["date"].replace(month=7, day=13), "nations": ["Northern Ireland"]}
    newer = proclaimed | {"version": version, "worked": [*proclaimed["worked"], worked]}
    for module in ("foimail.workspace.table", "foimail.workflows.holidays.table"):
        monkeypatch.setattr(module, lambda name: newer if name == "proclaimed" else table(name))


def moved(desk: Desk) -> list[dict[str, Any]]:
    return [json.loads(line) for line in desk.run("holidays", "diff", "--format", "jsonl").out.splitlines()]


def test_the_cases_whose_last_day_a_new_table_has_moved_are_listed(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.send("RAA", "nhs-carrick")
    desk.report()
    assert moved(desk) == []
    changed(monkeypatch)
    (row,) = moved(desk)  # Scotland counts the 13th of July as a working day either way
    assert (row["name"], row["stage"], row["received"]) == ("Ashcombe NHS Trust", "awaiting", "2026-06-12")
    assert (row["due_before"], row["due_now"]) == ("2026-07-14", "2026-07-13")
    assert row["table_before"].endswith("2026-11-22")
    assert row["table_now"].endswith("2026-12-01")
    ended = desk.run("holidays", "diff")
    assert (ended.code, "1 last day has moved" in ended.err, "Ashcombe" in ended.out) == (0, True, True)


def test_a_case_whose_last_day_was_never_noted_has_nothing_to_compare(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.send("RAA")
    changed(monkeypatch)
    assert moved(desk) == []
    ended = desk.run("holidays", "diff")
    assert (ended.out, "no last days have moved" in ended.err) == ("", True)


def test_a_table_changed_without_a_new_version_is_no_fault(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.send("RAA")
    desk.report()
    changed(monkeypatch, table("proclaimed")["version"])
    assert desk.report()["RAA"]["due"] == "2026-07-13"


def test_a_report_is_readable_where_nothing_can_be_written(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    from foimail.errors import StoreError
    from foimail.store.engine import Store

    desk.send("RAA")

    def no_writing(_: Store) -> None:
        raise StoreError("the disk is write-protected")

    monkeypatch.setattr(Store, "write", no_writing)
    assert desk.report()["RAA"]["stage"] == "awaiting"


def test_a_date_is_explained_in_sentences_for_an_e_mail(desk: Desk) -> None:
    explained = desk.run("due", "2026-06-12", "--explain").out.splitlines()
    assert explained[0] == "2026-07-14"
    assert "Monday 15 June 2026 does not count: World Cup bank holiday (Scotland)." in explained
    assert "Working day 20, the last day for an answer, is Tuesday 14 July 2026 (FOIA s.10(1))." in explained
    assert explained[-1] == ""
    counted = desk.run("due", "2026-06-12", "--days", "40", "--regime", "foisa", "--explain").out.splitlines()
    assert counted[1] == "40 working days are counted from Friday 12 June 2026."
    scotland = "working days as in the Freedom of Information (Scotland) Act 2002"
    assert any(line.startswith("Working day 40, the last, is") and scotland in line for line in counted)


def test_a_case_shows_every_date_with_its_working(desk: Desk) -> None:
    token = desk.send("RAA")["RAA"]
    desk.comes(mail("We are withholding the figures.", subject=f"[{token}]"))
    desk.run("poll", today="2026-06-16")
    short, full = (desk.run("show", token, *more, today="2026-06-16").out for more in ((), ("--working",)))
    assert "The last day to ask for the internal review: 2026-08-12 (s.45 Code" in short
    assert "its words not checked" in short
    assert "They answered on Monday 15 June 2026." not in short.partition("How the dates")[2]
    assert "The last day to ask for the internal review:\n  They answered on Monday 15 June 2026." in full
    assert "Then, or instead: Ask for the internal review." in full


def test_a_request_perhaps_never_reached_is_named_with_its_other_address(desk: Desk) -> None:
    for name in ("ashcombe", "birchwood", "carrick"):
        desk.change("trusts.yaml", f"email: foi@{name}.example", f"email: {name}@shared.example")
    tokens = desk.send("RAA", "RBB", "nhs-carrick")
    for number, code in enumerate(("RBB", "nhs-carrick")):
        desk.comes(
            mail(
                subject=f"[{tokens[code]}]",
                message_id=f"r{number}@shared.example",
                sender="foi@shared.example",
            )
        )
    desk.run("poll", today="2026-06-16")
    assert "never reached" not in desk.run("report", today="2026-06-26").err
    said = desk.run("report", today="2026-06-30").err
    assert (
        "Ashcombe NHS Trust: perhaps never reached. Nothing has come for 11 working days from ashcombe@shared.example"
        in said
    )
    assert (
        "while 2 of 3 bodies at shared.example have shown a sign of life. Another address: ask@ashcombe.example."
        in said
    )


def test_a_case_shows_breaches_steps_and_that_it_was_put_off(desk: Desk) -> None:
    token = desk.send("RAA")["RAA"]
    desk.run("snooze", token, "--until", "2026-07-20", today="2026-07-15")
    shown = desk.run("show", token, today="2026-07-15").out
    assert "Put off until 2026-07-20." in shown
    assert "(1 working day late; FOIA s.10(1), statute;" in shown
    assert "Next: Send a chaser. No answer came by Tuesday 14 July 2026." in shown
    assert "(from 2026-07-15)" in shown
    assert "FOIA s.10(1), statute: they have to answer in time. The request was received on" in shown
