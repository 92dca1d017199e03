"""Every row of event_vectors.csv, each told as a case and looked at with the eyes of its law."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from tests.story import Story

ROWS = list(
    csv.DictReader((Path(__file__).parent / "event_vectors.csv").read_text(encoding="utf-8").splitlines())
)

# by id, quantity: the case, the day it is looked at, and the clock whose last day is meant
TOLD: dict[tuple[str, str], tuple[Story, str, str]] = {
    ("FEE1", "due"): (
        Story(sent="2026-03-02").came("2026-03-11", "fees_notice").paid("2026-03-27"),
        "2026-04-01",
        "response",
    ),
    ("FEE1", "last day to pay"): (
        Story(sent="2026-03-02").came("2026-03-11", "fees_notice"),
        "2026-04-01",
        "fee",
    ),
    ("FEE2", "due"): (
        Story(sent="2025-12-15").came("2025-12-22", "fees_notice").paid("2026-01-06"),
        "2026-01-07",
        "response",
    ),
    ("FEE3", "due"): (
        Story(sent="2025-12-01").came("2025-12-08", "fees_notice").paid("2025-12-08"),
        "2025-12-09",
        "response",
    ),
    ("FEE4", "last day to pay"): (
        Story(sent="2025-11-20").came("2025-11-30", "fees_notice"),
        "2025-12-01",
        "fee",
    ),
    ("CLAR1", "due"): (
        Story(sent="2026-01-05").came("2026-01-20", "clarification").sent("2026-02-09", "clarification"),
        "2026-02-10",
        "response",
    ),
    ("CLAR2", "due"): (
        Story(sent="2026-01-05").came("2026-01-20", "clarification").sent("2026-02-14", "clarification"),
        "2026-02-16",
        "response",
    ),
    ("CLAR3", "due"): (
        Story("foisa", "2026-01-05").came("2026-01-20", "clarification").sent("2026-02-09", "clarification"),
        "2026-02-10",
        "response",
    ),
    ("PIT1", "holding-notice deadline"): (Story(sent="2025-07-01"), "2025-07-02", "response"),
    ("PIT1", "ICO backstop"): (
        Story(sent="2025-07-01").came("2025-07-30", "extension_pit", sections=["s.43(2)"]),
        "2025-08-01",
        "extension",
    ),
    ("IR1", "last day to ask (Code)"): (
        Story(sent="2025-09-10").came("2025-10-03", "refusal"),
        "2025-10-04",
        "review_request",
    ),
    ("IR1", "review due (normal)"): (
        Story(sent="2025-09-10").came("2025-10-03", "refusal").sent("2025-10-20", "review"),
        "2025-10-21",
        "review",
    ),
    ("IR1", "review overdue / ICO will act"): (
        Story(sent="2025-09-10").came("2025-10-03", "refusal").sent("2025-10-20", "review"),
        "2025-10-21",
        "review_late",
    ),
    ("ICO1", "complain to ICO by"): (
        Story(sent="2025-09-10")
        .came("2025-10-03", "refusal")
        .sent("2025-10-20", "review")
        .came("2025-11-17", "internal_review_outcome"),
        "2025-11-18",
        "complaint",
    ),
    ("FTT1", "appeal by"): (
        Story(sent="2025-09-10").sent("2025-11-01", "complaint").came("2026-02-02", "decision_notice"),
        "2026-02-03",
        "tribunal",
    ),
    ("SC1", "due"): (Story("foisa", "2026-06-12"), "2026-06-13", "response"),
    ("SC1", "last day to require review"): (Story("foisa", "2026-06-12"), "2026-07-14", "review_request"),
    ("SC1", "review due"): (
        Story("foisa", "2026-06-12").sent("2026-07-20", "review"),
        "2026-07-21",
        "review",
    ),
    ("SC1", "appeal to SIC by (approx.)"): (
        Story("foisa", "2026-06-12").sent("2026-07-20", "review"),
        "2026-08-19",
        "complaint",
    ),
}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row['id']}-{row['quantity']}")
def test_every_date_of_the_vectors_is_found(row: dict[str, str]) -> None:
    story, today, clock = TOLD[row["id"], row["quantity"]]
    assert story.regime.short == row["regime"]
    assert story.dates(today)[clock] == row["date"], row["note"]


def test_no_vector_is_left_out() -> None:
    assert {(row["id"], row["quantity"]) for row in ROWS} == set(TOLD)


def test_a_due_date_is_the_clock_of_the_answer() -> None:
    story, today, _ = TOLD["FEE1", "due"]
    assert story.at(today).due == story.at(today).clocks[0].due
