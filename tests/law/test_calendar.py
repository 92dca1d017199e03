from __future__ import annotations

import csv
import os
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foimail.errors import CalendarError
from foimail.files.tables import table
from foimail.law.calendar import Calendar, build, in_words, legal_date
from foimail.model import NATIONS

HERE = Path(__file__).parent
DAYS = st.dates(date(2005, 1, 1), date(2029, 6, 30))
PERIODS = st.integers(1, 300)


def rows(name: str) -> list[dict[str, str]]:
    with (HERE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize(
    "row",
    rows("calendar_vectors.csv"),
    ids=lambda r: f"{r['regime']}-{r['received_date']}-{r['working_days']}",
)
def test_every_due_date_of_the_vectors_is_found(
    row: dict[str, str], union: Calendar, scotland: Calendar
) -> None:
    calendar = {"FOIA": union, "FOISA": scotland}[row["regime"]]
    received, number = date.fromisoformat(row["received_date"]), int(row["working_days"])
    assert calendar.after(received, number) == date.fromisoformat(row["due_date"]), row["note"]


def weekdays() -> list[date]:
    days = (date(2015, 1, 1) + timedelta(n) for n in range((date(2031, 1, 1) - date(2015, 1, 1)).days))
    return [day for day in days if day.weekday() < 5]


def test_the_weekdays_that_do_not_count_are_those_of_the_list(union: Calendar, scotland: Calendar) -> None:
    listed = rows("foia_nonworking_days.csv")
    assert [d for d in weekdays() if not union.is_working(d)] == [
        date.fromisoformat(r["date"]) for r in listed
    ]
    assert [d for d in weekdays() if not scotland.is_working(d)] == [
        date.fromisoformat(r["date"]) for r in listed if r["foisa_nonworking"] == "yes"
    ]


def test_each_day_that_does_not_count_names_the_nations_of_the_list(union: Calendar) -> None:
    everywhere = "England & Wales, Scotland, Northern Ireland"
    for row in rows("foia_nonworking_days.csv"):
        reason = union.holidays[date.fromisoformat(row["date"])]
        if row["nations"] == everywhere:
            assert "(all of the United Kingdom)" in reason, row
            continue
        for nation in row["nations"].replace("&", ",").split(","):
            assert nation.strip() in reason, (row, reason)


@given(DAYS, PERIODS)
def test_more_days_are_never_earlier(union: Calendar, received: date, n: int) -> None:
    assert union.after(received, n) < union.after(received, n + 1)


@given(DAYS, DAYS, PERIODS)
def test_a_later_receipt_is_never_due_earlier(union: Calendar, one: date, other: date, n: int) -> None:
    first, second = sorted((one, other))
    assert union.after(first, n) <= union.after(second, n)


@given(DAYS, PERIODS)
def test_between_undoes_after(union: Calendar, received: date, n: int) -> None:
    due = union.after(received, n)
    assert union.between(received, due) == n
    assert union.between(due, received) == -n
    assert union.is_working(due)


@given(DAYS, PERIODS)
def test_holidays_of_more_nations_never_make_a_date_earlier(
    union: Calendar, scotland: Calendar, received: date, n: int
) -> None:
    assert union.after(received, n) >= scotland.after(received, n)


@given(DAYS, PERIODS)
def test_weekdays_are_either_counted_or_skipped_with_a_reason(
    union: Calendar, received: date, n: int
) -> None:
    due = union.after(received, n)
    skipped = {day for day, _ in union.skipped(received, due)}
    days = [received + timedelta(i) for i in range(1, (due - received).days + 1)]
    assert len([day for day in days if day.weekday() < 5 and day not in skipped]) == n


def test_the_world_cup_summer_of_2026_is_explained(union: Calendar) -> None:
    # vector FOIA 2026-06-12 -> 2026-07-14; on England's days alone it would be 2026-07-10
    assert union.skipped(date(2026, 6, 12), date(2026, 7, 14)) == (
        (date(2026, 6, 15), "World Cup bank holiday (Scotland)"),
        (date(2026, 7, 13), "Battle of the Boyne (substitute day) (Northern Ireland)"),
    )


def test_a_holiday_on_the_day_of_receipt_is_not_among_the_days_skipped(union: Calendar) -> None:
    # vector FOIA 2026-06-15 -> 2026-07-14: received on the World Cup bank holiday
    assert [day for day, _ in union.skipped(date(2026, 6, 15), date(2026, 7, 14))] == [date(2026, 7, 13)]


def test_wales_has_the_days_of_england() -> None:
    proclaimed = table("proclaimed")
    assert build(["Wales"], proclaimed).working == build(["England"], proclaimed).working
    assert (
        build(["England", "Wales"], proclaimed).holidays[date(2026, 4, 6)]
        == "Easter Monday (England and Wales)"
    )
    assert build(["Wales"], proclaimed).holidays[date(2026, 4, 6)] == "Easter Monday (Wales)"


def test_a_day_shared_by_three_of_four_nations_names_them(union: Calendar) -> None:
    assert (
        union.holidays[date(2026, 8, 31)] == "Late Summer Bank Holiday (England, Wales and Northern Ireland)"
    )


def test_two_holidays_on_one_day_are_both_named(union: Calendar) -> None:
    assert union.holidays[date(2023, 1, 2)] == (
        "New Year's Day (substitute day) (all of the United Kingdom); New Year Holiday (Scotland)"
    )


def test_saint_andrews_day_was_worked_before_its_act(scotland: Calendar) -> None:
    # asp 2007/2 s.1; the library has the day a year too early
    assert scotland.is_working(date(2006, 11, 30))
    assert not scotland.is_working(date(2007, 11, 30))


def test_a_proclamation_adds_a_day_and_takes_one_away() -> None:
    moved = table("proclaimed") | {
        "day": [{"date": date(2027, 5, 7), "nations": ["England", "Scotland"], "name": "Early May holiday"}],
        "worked": [{"date": date(2027, 5, 3), "nations": ["England"], "name": "Early May holiday"}],
    }
    england, scotland = build(["England"], moved), build(["Scotland"], moved)
    assert england.holidays[date(2027, 5, 7)] == "Early May holiday (England and Wales)"
    assert england.is_working(date(2027, 5, 3))
    assert not scotland.is_working(date(2027, 5, 7))
    assert not scotland.is_working(date(2027, 5, 3))


def test_a_table_without_worked_days_is_enough() -> None:
    bare = {key: value for key, value in table("proclaimed").items() if key != "worked"}
    assert not build(["Scotland"], bare).is_working(date(2006, 11, 30))


def test_our_table_names_known_nations_and_weekdays() -> None:
    proclaimed = table("proclaimed")
    for entry in [*proclaimed["day"], *proclaimed["worked"]]:
        assert set(entry["nations"]) <= set(NATIONS)
        assert entry["source"]
        assert entry["date"].weekday() < 5
    assert proclaimed["first_year"] <= proclaimed["reliable_to"] <= proclaimed["last_year"]


def test_the_version_names_the_library_and_the_table(union: Calendar) -> None:
    assert union.version.startswith("holidays 0.")
    assert union.version.endswith(f", proclaimed days {table('proclaimed')['version']}")


def test_the_calendar_covers_its_first_and_last_day(union: Calendar) -> None:
    assert union.after(date(2005, 1, 1), 1) == date(
        2005, 1, 5
    )  # 3 and 4 January are Scottish substitute days
    assert union.after(date(2030, 12, 30), 1) == date(2030, 12, 31)
    assert not union.is_working(union.first)
    assert union.is_working(union.last)


def test_a_due_date_past_the_table_is_an_error_and_not_a_guess(union: Calendar) -> None:
    with pytest.raises(CalendarError, match=r"past the end .* 31 December 2030"):
        union.after(date(2030, 12, 30), 2)
    with pytest.raises(CalendarError, match="Wednesday 1 January 2031 lies past the end"):
        union.after(date(2031, 1, 1), 1)
    with pytest.raises(CalendarError, match="Friday 31 December 2004 lies before the start"):
        union.after(date(2004, 12, 31), 1)
    with pytest.raises(CalendarError):
        union.is_working(date(2031, 1, 1))
    with pytest.raises(CalendarError):
        union.between(date(2026, 1, 1), date(2031, 1, 1))


@pytest.mark.parametrize("n", [0, -1])
def test_a_period_without_days_has_no_last_day(union: Calendar, n: int) -> None:
    with pytest.raises(ValueError, match="has no last day"):
        union.after(date(2026, 6, 12), n)


def test_a_moment_is_not_taken_for_a_date(union: Calendar) -> None:
    with pytest.raises(TypeError):
        union.after(datetime(2026, 6, 30, 23, 30, tzinfo=UTC), 20)


def test_holiday_names_do_not_follow_the_language_of_the_machine() -> None:
    code = (
        "from datetime import date; from foimail.files.tables import table;"
        "from foimail.law.calendar import build;"
        "print(build(['Scotland'], table('proclaimed')).holidays[date(2026, 12, 25)])"
    )
    environment = dict(os.environ) | {"LANGUAGE": "th", "LANG": "th_TH.UTF-8"}
    printed = subprocess.run(
        [sys.executable, "-c", code], env=environment, check=True, capture_output=True, text=True
    )
    assert printed.stdout == "Christmas Day (Scotland)\n"


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime(2026, 6, 30, 22, 59, tzinfo=UTC), date(2026, 6, 30)),
        (datetime(2026, 6, 30, 23, 30, tzinfo=UTC), date(2026, 7, 1)),
        (datetime(2026, 12, 31, 23, 59, tzinfo=UTC), date(2026, 12, 31)),  # no summer time
        (datetime(2026, 3, 29, 0, 59, tzinfo=UTC), date(2026, 3, 29)),  # the clocks go forward at 01:00 UTC
        (datetime(2026, 3, 29, 23, 30, tzinfo=UTC), date(2026, 3, 30)),
        (datetime(2026, 10, 24, 23, 30, tzinfo=UTC), date(2026, 10, 25)),
        (datetime(2026, 10, 25, 23, 30, tzinfo=UTC), date(2026, 10, 25)),  # and back at 01:00 UTC
        (datetime(2026, 7, 1, 9, 0, tzinfo=ZoneInfo("Pacific/Auckland")), date(2026, 6, 30)),
    ],
)
def test_the_legal_date_is_the_london_date(moment: datetime, day: date) -> None:
    assert legal_date(moment) == day


def test_a_moment_without_a_zone_has_no_legal_date() -> None:
    with pytest.raises(ValueError, match="has no time zone"):
        legal_date(datetime(2026, 6, 30, 23, 30))  # noqa: DTZ001 - the fault under test


def test_dates_are_written_as_in_a_letter() -> None:
    assert in_words(date(2026, 6, 2)) == "Tuesday 2 June 2026"
