"""The facts kept beside the log: always what the log adds up to, and made afresh where they are not."""

from __future__ import annotations

import json
import pkgutil
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import delete, event, update

from foimail import events
from foimail.case_json import from_json
from foimail.store import cases, facts, inbox, quarantine
from foimail.store.schema_derived import facts as kept
from foimail.workflows import standing
from tests.desk import mail

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from foimail.model import Case
    from foimail.workspace import Workspace
    from tests.desk import Desk

NOW = datetime(2026, 6, 12, 9, tzinfo=UTC)
DAY = date(2026, 6, 12)


def as_folded(ws: Workspace) -> dict[str, object]:
    with ws.store.read() as connection:
        return dict(standing.folded(cases.log(connection, campaign=ws.campaign_name)))


def differing(ws: Workspace) -> list[str]:
    with ws.store.read() as connection:
        return facts.differing(connection)


def events_read(ws: Workspace) -> list[str]:
    """The statements of a report that read the log."""
    seen: list[str] = []

    def note(_c: object, _cursor: object, statement: str, *_rest: object) -> None:
        if "FROM events" in statement or "JOIN events" in statement:
            seen.append(statement)

    event.listen(ws.store.engine, "before_cursor_execute", note)
    standing.everybody(ws)
    event.remove(ws.store.engine, "before_cursor_execute", note)
    return seen


def test_the_facts_are_what_the_log_adds_up_to_after_each_event(desk: Desk) -> None:
    token = desk.send("RAA", "RBB")["RAA"]
    ws = desk.open()
    for happened in (
        events.Received(DAY, "a" * 64, "clarification", "foi@a.example", "Re", "token"),
        events.Told(DAY, "a" * 64, {"question": "which?", "quotes": {"question": "Which?"}}, "person"),
        events.Noted(DAY, "called"),
        events.Answered(DAY, "a" * 64, "1", {"counts": [["2024", 3]]}, "me"),
        events.Snoozed(DAY, "2026-07-01"),
        events.Closed(DAY, "abandoned"),
    ):
        with ws.store.write() as connection:
            cases.append(connection, token, (happened,), NOW)
        assert standing.cases_of(ws) == as_folded(ws)
    assert differing(ws) == []
    ws.store.close()


def test_a_report_reads_no_event_and_one_after_a_new_event_none_either(desk: Desk) -> None:
    token = desk.send("RAA", "RBB")["RAA"]
    ws = desk.open()
    assert events_read(ws) == []
    with ws.store.write() as connection:
        cases.append(connection, token, (events.Noted(DAY, "called"),), NOW)
    assert events_read(ws) == []
    ws.store.close()


def test_facts_of_another_fold_and_missing_ones_are_made_afresh_once(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.send("RAA", "RBB")
    ws = desk.open()
    expected = as_folded(ws)
    with monkeypatch.context() as before:
        before.setattr(facts, "code", lambda: "0" * 16)
        with ws.store.write() as connection:
            facts.refold(connection, expected)
    assert differing(ws) == []  # not wrong, only of another time
    assert standing.cases_of(ws) == expected
    with ws.store.write() as connection:
        connection.execute(delete(kept))
    assert differing(ws) == []  # there is nothing to be wrong
    assert standing.cases_of(ws) == expected
    assert events_read(ws) == []
    assert differing(ws) == []
    ws.store.close()


def spoilt(connection: Connection, token: str) -> None:
    row = connection.execute(kept.select().where(kept.c.token == token)).one()
    other = json.dumps(json.loads(row.facts) | {"body": "RBB"})
    connection.execute(update(kept).where(kept.c.token == token).values(facts=other))


def test_a_fact_that_does_not_follow_from_the_log_is_told_and_mended(desk: Desk) -> None:
    tokens = desk.send("RAA", "RBB")
    ws = desk.open()
    with ws.store.write() as connection:
        spoilt(connection, tokens["RAA"])
    assert differing(ws) == [tokens["RAA"]]
    with ws.store.write() as connection:
        connection.execute(update(kept).where(kept.c.token == tokens["RBB"]).values(seq=1))
    assert differing(ws) == sorted(tokens[body] for body in ("RAA", "RBB"))
    with ws.store.write() as connection:
        assert facts.rebuild(connection) == 2
    assert differing(ws) == []
    ws.store.close()


def test_the_facts_are_written_in_the_transaction_of_the_event(desk: Desk) -> None:
    token = desk.send("RAA")["RAA"]
    ws = desk.open()

    def note_and_fail() -> None:
        with ws.store.write() as connection:
            cases.append(connection, token, (events.Noted(DAY, "lost"),), NOW)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        note_and_fail()
    assert standing.cases_of(ws)[token].notes == ()
    assert differing(ws) == []
    ws.store.close()


def test_the_hash_of_the_fold_changes_with_its_source(monkeypatch: pytest.MonkeyPatch) -> None:
    before = facts.code()
    facts.code.cache_clear()
    monkeypatch.setattr(pkgutil, "get_data", lambda _, name: name.encode())
    assert facts.code() != before
    facts.code.cache_clear()


def test_the_facts_have_no_word_of_a_message_in_quarantine_and_have_them_again_after_it(desk: Desk) -> None:
    token = desk.send("RAA")["RAA"]
    desk.comes(mail("Which years do you mean?", subject=f"Secret name [{token}]"))
    desk.run("poll", today="2026-06-17")
    ws = desk.open()
    with ws.store.read() as connection:
        (row,) = inbox.rows(connection)
    for put, subject in ((quarantine.hold, ""), (quarantine.release, f"Secret name [{token}]")):
        extra = {"by": "person"} if put is quarantine.hold else {}
        with ws.store.write() as connection:
            assert put(connection, row.sha256, who="me", because="", on=DAY, now=NOW, **extra)
        assert [r.subject for r in standing.cases_of(ws)[token].replies] == [subject]
        assert standing.cases_of(ws) == as_folded(ws)
        assert differing(ws) == []
    ws.store.close()


def test_whoever_looks_again_reads_what_has_changed_and_sees_what_is(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    tokens = desk.send("RAA", "RBB")
    desk.comes(mail("Which years do you mean?", subject=f"Secret name [{tokens['RAA']}]"))
    desk.run("poll", today="2026-06-17")
    ws = desk.open()
    read: list[str] = []

    def noted(kept: dict[str, Any]) -> Case:
        read.append(kept["token"])
        return from_json(kept)

    monkeypatch.setattr(facts, "from_json", noted)

    def looked_at() -> list[str]:
        """Whose facts were read for another look, which is as a first one."""
        read.clear()
        rows = standing.everybody(ws)
        again = sorted(read)
        assert rows == standing.everybody(replace(ws))
        return again

    assert looked_at() == sorted(tokens.values())
    assert looked_at() == []
    desk.run("note", tokens["RBB"], "rang them", today="2026-06-17")
    assert looked_at() == [tokens["RBB"]]
    (row,) = map(json.loads, desk.run("inbox", "list", "--all", "--format", "jsonl").out.splitlines())
    for words in (("quarantine", str(row["id"])), ("quarantine", str(row["id"]), "--release")):
        desk.run(*words, today="2026-06-17")
        desk.run("report", today="2026-06-17")  # another process folds it anew, up to the same event
        assert looked_at() == sorted(tokens.values())
    ws.store.close()


@pytest.mark.parametrize("moment", [1, 2])
def test_a_page_that_is_slower_than_another_leaves_nothing_old_behind(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, moment: int
) -> None:
    token = desk.send("RAA")["RAA"]
    ws = desk.open()
    standing.everybody(ws)
    known, asked = standing._known, []

    def overtaken(ws: Workspace) -> standing._Known:
        """At this moment something is recorded, and another thread reads it."""
        asked.append(ws)
        if len(asked) == moment:
            desk.run("note", token, "rang them", today="2026-06-17")
            standing.cases_of(ws)
        return known(ws)

    monkeypatch.setattr(standing, "_known", overtaken)
    standing.everybody(ws)
    assert len(asked) > moment
    assert [len(row.case.notes) for row in standing.everybody(ws) if row.case] == [1]
    ws.store.close()
