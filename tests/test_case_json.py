"""The facts of a case survive being kept: every field, those with a default and those with none."""

from __future__ import annotations

import json
from dataclasses import fields
from datetime import date

import pytest

from foimail.case_json import from_json, to_json
from foimail.model import Case, Decision, Pause, Reply, Sending

DAY, LATER = date(2026, 6, 12), date(2026, 7, 14)
FULL = Case(
    "FOI-AAAA22", "cse", "RAA", "foia", DAY,
    sendings=(Sending("a@x", "foi@a.example", "email", "request", "sent", DAY, "250", came_back=True),),
    replies=(
        Reply("0" * 64, DAY, "refusal", "foi@a.example", "Re", "thread", facts={"sections": ["s.12"]}),
        Reply("1" * 64, DAY, "other", "f", "s", "m", automatic=True, about="a@x", failed="y",
              facts={"fee": "1"}, confirmed=frozenset({"fee", "on"})),
    ),
    first_sent_on=DAY,
    received_on=LATER,
    received_why="sent",
    restarted=True,
    asked_on=DAY,
    earlier_received=(DAY, LATER),
    began=1,
    identity_asked_on=DAY,
    other_address="b@a.example",
    pauses=(Pause(DAY), Pause(DAY, LATER)),
    snoozed_until=LATER,
    closed_on=LATER,
    closed_because="answered",
    notes=((DAY, "a call"),),
    decisions=(Decision("0" * 64, "1", {"counts": [1]}, "me", DAY, whole=True, source="post"), Decision("", "2", None, "me", DAY)),
    last_on=LATER,
    last_event="you closed the case",
)  # fmt: skip


@pytest.mark.parametrize("case", [FULL, Case("FOI-AAAA22", "cse", "RAA", "foia", DAY)])
def test_a_case_comes_back_as_it_was(case: Case) -> None:
    assert from_json(json.loads(json.dumps(to_json(case)))) == case


def test_the_example_holds_something_in_every_field() -> None:
    assert all(getattr(FULL, field.name) != field.default for field in fields(Case))
