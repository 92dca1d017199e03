"""The long table, the wide one, and what of them is published."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pytest

from foimail.dataset import long, views
from foimail.dataset.fields import LEFT_OUT, LONG
from foimail.dataset.wide import wide
from tests.dataset.answers import (
    BODY,
    COUNT,
    COUNTS,
    LETTER,
    WORDS,
    asked,
    figure,
    given,
    part,
    withheld,
)

if TYPE_CHECKING:
    from foimail.dataset.fields import Row

PARTS = (COUNTS, WORDS, COUNT)
WHERE = {"file": "reply.xlsx", "page": 2, "sheet": "Sheet 1", "cell": "B7", "start": 10, "end": 20}


def rows(*parts: object, **more: object) -> list[Row]:
    return long.rows(asked(*parts, **more))  # type: ignore[arg-type]


def across(found: list[Row]) -> Row:
    (row,) = wide(
        found, [part for n, part in enumerate(PARTS, 1) if any(r["part_number"] == n for r in found)]
    ).rows
    return row


def test_each_figure_is_a_row_with_everything_that_it_rests_on() -> None:
    one = figure("2020", 12.0, quote="12", where=WHERE, confidence=0.9)
    (row,) = rows(part(COUNTS, given("answered", one, who="Rowan", sections=("s.12", "s.40(2)"))))
    assert row == {
        "body": "RAA",
        "ods": "RAA",
        "name": "Ashcombe NHS Trust",
        "nation": "England",
        "type": "acute",
        "region": None,
        "case": "FOI-AAAAAA",
        "stage": "answered",
        "part_number": 1,
        "part": "referrals",
        "period": "2020",
        "category": None,
        "value": 12,
        "lower": 12,
        "upper": 12,
        "unit": "count",
        "withheld": False,
        "outcome": "answered",
        "exemptions": "s.12; s.40(2)",
        "state": "confirmed",
        "confidence": 0.9,
        "quote": "12",
        "source_file": "reply.xlsx",
        "place": "reply.xlsx, page 2, sheet Sheet 1, cell B7",
        "member": None,
        "page": 2,
        "to_page": None,
        "sheet": "Sheet 1",
        "cell": "B7",
        "start": 10,
        "end": 20,
        "message": 7,
        "message_sha256": LETTER.sha256,
        "letter_date": date(2026, 6, 14),
        "confirmed_by": "Rowan",
        "confirmed_on": date(2026, 6, 20),
        "note": None,
    }
    assert {*row, "file_sha256"} == {field.name for field in LONG}
    assert str(row["value"]) == "12"


def test_bands_and_what_is_withheld_have_bounds_and_no_value() -> None:
    found = rows(
        part(COUNTS, given("partial", figure("2020", upper=4.5), withheld("2021"), figure("2022", lower=5)))
    )
    assert [(r["value"], r["lower"], r["upper"], r["withheld"]) for r in found] == [
        (None, 0, 4.5, False),
        (None, 0, None, True),
        (None, 5, None, False),
    ]


@pytest.mark.parametrize(
    ("more", "outcome"),
    [
        ({}, "no_reply"),
        ({"reached": False, "stage": "undelivered"}, "not_asked"),
        ({"reached": False, "stage": "not_sent", "case": ""}, "not_asked"),
    ],
)
def test_those_who_are_silent_and_those_not_asked_have_a_row_for_each_part(
    more: dict[str, object], outcome: str
) -> None:
    found = rows(part(COUNTS), part(WORDS, number="2"), **more)
    assert [(r["part_number"], r["outcome"], r["state"]) for r in found] == [
        (1, outcome, "missing"),
        (2, outcome, "missing"),
    ]
    row = across(found)
    assert (row["referrals_outcome"], row["referrals_state"], row.get("referrals_2020")) == (
        outcome,
        "missing",
        None,
    )


def test_a_part_without_figures_has_one_row_and_words_have_a_row_for_each_letter() -> None:
    refusal = given("refused", quote="We refuse.", where={"file": "", "start": 0, "end": 10})
    (row,) = rows(part(COUNTS, refusal))
    assert (row["outcome"], row["state"], row["quote"], row["place"]) == (
        "refused",
        "proposed",
        "We refuse.",
        "the letter",
    )
    assert "value" not in row
    (row,) = rows(part(COUNTS, given("unanswered")))
    assert (row["outcome"], row["state"]) == ("unanswered", "missing")
    told = given("answered", figure("2020", 3), quote="A panel.", who="Rowan", source="by telephone")
    found = rows(part(WORDS, given("answered", quote="A policy."), told))
    assert [(r.get("value"), r["quote"], r["place"]) for r in found] == [
        (None, "A policy.", None),
        (None, "A panel.", "by telephone"),
        (3, None, "by telephone"),
    ]


def test_an_answer_that_came_without_a_mail_has_no_number_or_hash() -> None:
    told = given("answered", figure("2020", 3), who="Rowan", letter=replace(LETTER, number=0, sha256=""))
    (row,) = rows(part(COUNTS, told))
    assert (row["message"], row["message_sha256"]) == (None, None)
    assert views.confirmed([row]) == [row]


def test_what_waits_for_a_person_is_said() -> None:
    waits = (given("answered", figure("2020", 9)),)
    (row,) = rows(part(COUNTS, given("answered", figure("2020", 3), who="Rowan"), waiting=waits))
    assert row["note"] == long.WAITS
    (row,) = rows(part(COUNTS, waiting=waits))
    assert row["note"] == long.WAITS


GIVING_AWAY = given(
    "partial", figure("2020", 3), withheld("2021"), figure("total", 10, quote="10 in all"), who="Rowan"
)


def test_what_a_total_would_give_away_is_noted_and_never_worked_out() -> None:
    found = rows(part(COUNTS, GIVING_AWAY))
    assert [r["note"] for r in found] == [None, long.GUARDED, long.GIVES_AWAY]
    assert (found[1]["value"], found[1]["lower"], found[1]["upper"]) == (None, 0, None)
    assert found[2]["value"] == 10
    row = across(found)
    assert (row["referrals_2021"], row["referrals_total"]) == ("withheld", 10)
    assert row["referrals_note"] == f"{long.GUARDED}; {long.GIVES_AWAY}"


def test_the_public_table_leaves_such_a_total_out_and_everything_that_is_of_people() -> None:
    named = figure("2022", 2, "asked by jo@a.nhs.uk of  all", quote="Jo Bell says 2", where=WHERE)
    whole = rows(part(COUNTS, GIVING_AWAY, given("answered", named, who="Rowan")))
    found, fields = views.public(whole, LONG)
    assert {"quote", "source_file", "place", "member", "sheet", "confirmed_by"} == {f.name for f in LONG} - {
        f.name for f in fields
    }
    assert fields[-1] == LEFT_OUT
    assert all(
        row[LEFT_OUT.name] == views.NOT_PUBLIC and row.keys() <= {f.name for f in fields} for row in found
    )
    total = found[2]
    assert (total["value"], total["lower"], total["upper"], total["note"]) == (
        *(None, None, None),
        views.TOTAL_LEFT_OUT,
    )
    assert found[3]["category"] == "asked by [address] of all"
    assert not [word for word in ("jo@a", "Bell", "Rowan", "reply.xlsx", "in all") if word in str(found)]
    row = across(found)
    assert row["referrals_total"] is None
    assert row[LEFT_OUT.name] == views.NOT_PUBLIC


def test_what_nobody_has_confirmed_stays_as_a_row_without_its_value() -> None:
    confirmed = given("answered", figure("2020", 3), who="Rowan")
    read = given("answered", figure("2021", 4, quote="4"), withheld("2022"), confidence=0.8)
    found = views.confirmed(rows(part(COUNTS, read, confirmed), part(WORDS, number="2")))
    assert [(r.get("period"), r.get("value"), r["outcome"], r["state"]) for r in found] == [
        ("2021", None, "unconfirmed", "proposed"),
        ("2022", None, "unconfirmed", "proposed"),
        ("2020", 3, "answered", "confirmed"),
        (None, None, "no_reply", "missing"),
    ]
    assert (found[0]["quote"], found[0]["upper"], found[1]["withheld"], found[0]["message"]) == (
        None,
        None,
        None,
        7,
    )
    row = across(found)
    assert (row["referrals_outcome"], row["referrals_state"]) == ("answered", "proposed")
    assert (row["referrals_2020"], row["referrals_2021"], row["referrals_2022"]) == (3, None, None)
    row = across(views.confirmed(rows(part(COUNTS, read))))
    assert row["referrals_outcome"] == "unconfirmed"


def test_the_wide_table_has_a_column_for_each_year_asked_and_for_what_else_was_given() -> None:
    one = given(
        "answered",
        *(figure("2020", 12.0), figure("2021", upper=4), figure("2022", lower=2, upper=4), withheld("2019")),
        *(
            figure("2020/21", lower=5),
            figure("total", 40),
            figure("2020", 3, "Boys"),
            figure("2020", 1, "boys"),
        ),
        *(figure("2020", 30.5, unit="per cent"), figure("2018", quote="*"), figure("2017", upper=4.5)),
    )
    told = given("answered", quote="A policy.", sections=("s.21",))
    found = rows(
        part(COUNTS, one),
        part(WORDS, told, told, number="2"),
        part(COUNT, given("answered", figure("", 1204)), number="3"),
    )
    other = replace(BODY, id="RBB", ods="RBB")
    found += rows(
        part(COUNTS, given("not_held")), part(WORDS, number="2"), part(COUNT, number="3"), body=other
    )
    table = wide(found, PARTS)
    row, second = table.rows
    named = [name for name in table.columns if name.startswith("referrals")]
    assert named == [
        *(f"referrals_{name}" for name in ("outcome", "state", "exemptions", "note", "2020", "2021", "2022")),
        *(f"referrals_{name}" for name in ("2017", "2018", "2019", "2020/21", "total", "2020 (per cent)")),
        *("referrals_2020 [Boys]", "referrals_2020 [boys] (2)"),
    ]
    assert [row[name] for name in named[4:]] == [
        *(12, "<5", "2-4", "0-4.5", "*", "withheld", "5+", 40, 30.5, 3, 1),
    ]
    assert row["trained"] == 1204
    assert (row["arrangements_quote"], row["arrangements_exemptions"]) == ("A policy.\n\nA policy.", "s.21")
    assert [second[f"referrals_{year}"] for year in (2020, 2021, 2022)] == ["not held"] * 3
    assert (second["trained_outcome"], second.get("trained")) == ("no_reply", None)
    assert second["arrangements_quote"] is None
    assert all(set(each) <= set(table.columns) for each in table.rows)


def test_a_body_with_two_cases_has_two_rows() -> None:
    found = [*rows(part(COUNTS)), *rows(part(COUNTS), case="FOI-BBBBBB")]
    assert len(wide(found, (COUNTS,)).rows) == 2
    assert wide([], (COUNTS,)).rows == []
