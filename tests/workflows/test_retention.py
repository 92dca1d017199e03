"""What is kept is counted, and what is due goes only after a yes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from foimail.workflows import retention
from tests.desk import mail

if TYPE_CHECKING:
    from tests.desk import Desk

LATER = "2026-06-20"
YEARS_ON = "2028-07-01"


@pytest.fixture
def tokens(desk: Desk) -> dict[str, str]:
    """Two requests, each with an answer; that of RAA is closed."""
    tokens = desk.send("RAA", "RBB")
    for body, domain in (("RAA", "ashcombe"), ("RBB", "birchwood")):
        name = f"{body}@{domain}.example"
        desk.comes(
            mail(
                "We hold nothing.",
                sender=f"foi@{domain}.example",
                subject=f"[{tokens[body]}]",
                message_id=name,
            )
        )
    desk.comes(mail("Hello", sender="x@nowhere.example", message_id="x@nowhere.example"))
    desk.run("poll", today=LATER)
    desk.run("close", "RAA", "--because", "answered", today=LATER)
    return tokens


def test_what_is_kept_is_counted_by_campaign(desk: Desk, tokens: dict[str, str]) -> None:
    ended = desk.run("retention", "--format", "jsonl", today=LATER)
    cse, unfiled = map(json.loads, ended.out.splitlines())
    assert (cse["campaign"], cse["cases"], cse["closed"], cse["messages"]) == ("cse", 2, 1, 2)
    assert (cse["since"], cse["due"], cse["purged"], cse["quarantined"]) == ("2026-06-15", 0, 0, 0)
    assert (unfiled["campaign"], unfiled["cases"]) == ("(no case)", 0)
    assert "No limit is set" in ended.err
    assert tokens


def test_only_letters_of_cases_that_were_all_closed_before_the_limit_are_due(
    desk: Desk, tokens: dict[str, str]
) -> None:
    assert [one.tokens for one in retention.kept(desk.open(YEARS_ON), 24).due] == [(tokens["RAA"],)]
    assert retention.kept(desk.open(YEARS_ON), 25).due == ()
    number = str(retention.kept(desk.open(YEARS_ON), 24).due[0].number)
    desk.run("inbox", "assign", number, tokens["RAA"], tokens["RBB"], today=LATER)
    assert retention.kept(desk.open(YEARS_ON), 24).due == ()


def test_the_setting_is_the_limit_unless_another_is_given(desk: Desk, tokens: dict[str, str]) -> None:
    desk.add("foimail.toml", "\n[retention]\nmonths = 24\n")
    assert "due: message" in desk.run("retention", today=YEARS_ON).err
    assert "Nothing is due" in desk.run("retention", "--older-than", "36", today=YEARS_ON).err
    assert tokens


def test_nothing_is_destroyed_without_a_yes(desk: Desk, tokens: dict[str, str]) -> None:
    for words in (("--dry-run",), ("--dry-run", "--yes"), ()):
        assert desk.run("retention", "--older-than", "24", *words, today=YEARS_ON).code == 0
        assert len(retention.kept(desk.open(YEARS_ON), 24).due) == 1
    ended = desk.run("retention", "--older-than", "24", "--yes", today=YEARS_ON)
    assert ended.out.endswith("1 messages destroyed\n")
    assert "your mailbox" in ended.err
    assert retention.kept(desk.open(YEARS_ON), 24).due == ()
    row = json.loads(desk.run("retention", "--format", "jsonl", today=YEARS_ON).out.splitlines()[0])
    assert (row["messages"], row["purged"]) == (1, 1)
    stone = json.loads(desk.run("purge", "--format", "jsonl", today=YEARS_ON).out)
    assert stone["because"] == "kept until the case had been closed since before 2026-07-01"
    assert tokens
