"""Today's rules over stored mail: shown first, recorded when asked for, and never against a person's word."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from foimail.events import Received, Told
from foimail.replies.match import Match
from foimail.replies.reading import Passage, Reading
from foimail.store import cases, inbox
from foimail.workflows import matching, read
from foimail.workflows.judge import Judge
from tests.desk import mail

if TYPE_CHECKING:
    from foimail.events import Event
    from foimail.model import Message
    from tests.desk import Desk

DAY = "2026-06-16"


@pytest.fixture
def old(desk: Desk) -> Desk:
    """A desk on which the rules took message 1 for an acknowledgement; message 3, of no case, they could not place."""
    token = desk.send("RAA")["RAA"]
    desk.comes(mail("Your request has been received. NEW RULE", subject=f"[{token}]"))
    desk.run("poll", today=DAY)
    desk.comes(
        mail("Lamps! NEW RULE", sender="sales@lamps.example", subject="Lamps", message_id="l@lamps.example",
             on="2026-06-16T08:00"),
    )  # fmt: skip
    desk.run("poll", today=DAY)
    return desk


def better(monkeypatch: pytest.MonkeyPatch, kind: str, *, needs_person: bool = False, **facts: Any) -> None:
    """Rules of another day, which see this kind and these facts in the words NEW RULE."""
    before = Judge.read

    def read(judge: Judge, connection: Any, message: Message, *rest: Any, **more: Any) -> Reading:
        if "NEW RULE" not in message.text:
            return before(judge, connection, message, *rest, **more)
        return Reading(kind, 0.9, needs_person, (Passage("kind", "NEW RULE"),), facts=facts)

    monkeypatch.setattr(Judge, "read", read)


def changed(desk: Desk, *options: str, today: str = DAY) -> list[dict[str, Any]]:
    ended = desk.run("reclassify", "--format", "jsonl", *options, today=today)
    assert ended.code == 0, ended.err
    return [json.loads(line) for line in ended.out.splitlines()]


def events(desk: Desk) -> list[Event]:
    with desk.open().store.read() as connection:
        return [e.event for e in cases.log(connection, token=desk.tokens()["RAA"])]


def reading(desk: Desk, number: int) -> dict[str, Any]:
    with desk.open().store.read() as connection:
        row = inbox.row(connection, number)
    assert row is not None
    return row.reading


def test_rules_that_read_the_same_change_nothing(old: Desk) -> None:
    ended = old.run("reclassify", today=DAY)
    assert (ended.code, ended.out) == (0, "")
    assert ended.err == "0 messages would change, 0 more would have their reading renewed.\n"


def test_what_would_change_is_shown_and_nothing_is_recorded(
    old: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    better(monkeypatch, "extension_pit", needs_person=True, until="2026-08-11", sections=["s.36"])
    before = events(old)
    first, second = changed(old)
    assert (first["id"], first["case_before"], first["case_after"]) == (
        1,
        old.tokens()["RAA"],
        old.tokens()["RAA"],
    )
    assert (first["kind_before"], first["kind_after"]) == ("human_ack", "extension_pit")
    assert (first["needs_person_before"], first["needs_person_after"]) == (False, True)
    assert first["facts"] == ["sections: - -> s.36", "until: - -> 2026-08-11"]
    assert (second["case_after"], second["needs_person_after"]) == ("", True)
    assert events(old) == before
    ended = old.run("reclassify", "--dry-run", today=DAY)
    assert "extension_pit" in ended.out
    assert "Nothing was recorded; `foimail reclassify --yes` does it." in ended.err
    assert old.run("reclassify", "--dry-run", "--yes").code == 2


def test_what_changes_is_recorded_and_the_clocks_follow(old: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    assert old.report(DAY)["RAA"]["stage"] == "awaiting"
    better(monkeypatch, "clarification")
    assert [row["id"] for row in changed(old, "--yes")] == [1, 3]
    row = old.report(DAY)["RAA"]
    assert (row["stage"], row["due"], row["to_confirm"]) == ("clarification", None, True)
    assert [e.reply for e in events(old) if isinstance(e, Received)] == ["human_ack", "clarification"]
    found = old.data("messages")[0]
    assert (found["kind"], found["evidence"][-1]) == ("clarification", "clarification: NEW RULE")
    assert not any(words.startswith("human_ack") for words in found["evidence"])
    assert changed(old, "--yes") == []
    better(monkeypatch, "holding_delay")
    changed(old, "--yes", today="2026-06-18")
    assert (old.report(DAY)["RAA"]["stage"], old.report(DAY)["RAA"]["due"]) == ("awaiting", "2026-07-14")


def test_facts_that_better_rules_no_longer_see_are_withdrawn(
    old: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    better(monkeypatch, "extension_pit", until="2026-08-04", sections=["s.36"])
    changed(old, "--yes")
    row = old.report("2026-07-20")["RAA"]
    assert (row["stage"], row["due"]) == ("extended", "2026-08-04")
    better(monkeypatch, "extension_pit", sections=["s.36"])
    (first, _) = changed(old, "--yes")
    assert first["facts"] == ["until: 2026-08-04 -> -"]
    told = [e for e in events(old) if isinstance(e, Told)]
    assert [(e.facts.get("until"), e.whole) for e in told] == [("2026-08-04", True), (None, True)]
    assert old.report("2026-07-20")["RAA"]["due"] != "2026-08-04"  # the day that nobody has named


def test_a_persons_word_stays_and_only_the_reading_is_renewed(
    old: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    old.run("correct", "1", "--kind", "partial", today=DAY)
    old.run("inbox", "assign", "3", "--none", today=DAY)
    before = events(old)
    better(monkeypatch, "refusal", needs_person=True, sections=["s.12"])
    assert changed(old, "--yes") == []
    assert events(old) == before
    rows = old.data("messages")
    assert [(r["kind"], r["needs_person"]) for r in rows] == [("partial", False), ("other", False)]
    assert [reading(old, n)["kind"] for n in (1, 3)] == ["refusal", "refusal"]
    assert old.report(DAY)["RAA"]["stage"] == "answered"


def test_a_message_that_no_case_claimed_is_filed_by_better_rules(
    old: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = old.tokens()["RAA"]
    found = Match(token, "sender", (token,), ("a better rule",))
    monkeypatch.setattr(matching, "decide", lambda *_: found)
    (row,) = changed(old)
    assert (row["id"], row["case_before"], row["case_after"]) == (3, "", token)


def test_a_message_that_could_not_be_opened_is_read_once_it_can(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = desk.send("RAA")["RAA"]
    desk.comes(mail("Your request has been received.", subject=f"[{token}]"))

    def broken(raw: bytes) -> Message:
        raise RuntimeError(len(raw))

    with monkeypatch.context() as older:
        older.setattr(read, "parse", broken)
        desk.run("poll", today=DAY)
        assert "RuntimeError" in desk.run("inbox", "list").out
    rows = [
        row
        for row in changed(desk, "--yes")
        if row["case_after"] == token and "human_ack" in row["kind_after"]
    ]
    assert rows
    assert desk.run("show", token, today=DAY).out.count("human_ack from foi@ashcombe.example") == 1


def test_what_cannot_be_opened_today_stays_as_it_is(old: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    from foimail.workflows import reclassify

    def broken(raw: bytes) -> Message:
        raise ValueError(len(raw))

    better(monkeypatch, "refusal")
    monkeypatch.setattr(reclassify, "parse", broken)
    assert changed(old, "--yes") == []
