"""What is purged is gone: from every table, from the file and its journal; a tombstone stays, and the mail never comes back."""

from __future__ import annotations

import json
import sqlite3
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from foimail.errors import StoreError
from foimail.model import Letter
from foimail.store import copies, drafts, inbox, purged, schema
from foimail.store.outbox import ALONE
from foimail.workflows import purge
from tests.desk import mail
from tests.postgres import ENGINE, about_a_file

if TYPE_CHECKING:
    from pathlib import Path

    from tests.desk import Desk

MARK = "Quillfeather"
LATER = "2026-06-20"
WORDS = f"1. In 2023 there were 17 referrals of the {MARK} family.\n2. None.\n3. We use a {MARK} tool.\n4. 12 staff."


def answer(token: str, **given: Any) -> bytes:
    return mail(f"Our response is below.\n\n{WORDS}", **({"subject": f"RE: {MARK} [{token}]"} | given))


@pytest.fixture
def token(desk: Desk) -> str:
    """A request that was sent, with an answer that a person has confirmed; both hold the marker."""
    token = desk.send("RAA")["RAA"]
    desk.comes(answer(token))
    assert desk.run("poll", today=LATER).code == 0
    one = str(number(desk))
    said = ("--value", "2023=17", "--quote", f"17 referrals of the {MARK} family")
    assert desk.run("answers", "set", token, "1", "--message", one, *said, today=LATER).code == 0
    assert desk.run("told", token, one, f"question=Is it the {MARK} family?", today=LATER).code == 0
    return token


def number(desk: Desk) -> int:
    rows = map(
        json.loads, desk.run("inbox", "list", "--all", "--format", "jsonl", today=LATER).out.splitlines()
    )
    return next(int(row["id"]) for row in rows)


def on_disk(desk: Desk) -> bytes:
    """All bytes of the database: its file, and the journals beside it; of a server, every value that it still gives."""
    if ENGINE != "sqlite":
        with desk.open(LATER).store.read() as connection:
            rows = [
                row for table in schema.metadata.tables.values() for row in connection.execute(select(table))
            ]
        return "\n".join(map(str, rows)).encode()
    files = sorted(desk.folder.glob("foimail.db*"))
    assert files
    return b"".join(path.read_bytes() for path in files)


def test_purge_leaves_nothing_in_the_file_or_its_journal(desk: Desk, token: str) -> None:
    beside = desk.open(LATER).store  # open, but at no work: else SQLite itself would take the journal away
    with beside.read() as connection:
        assert inbox.rows(connection)
    assert MARK.encode() in on_disk(desk)
    ended = desk.run("purge", str(number(desk)), "--because", "sent by mistake", "--yes", today=LATER)
    assert ended.code == 0, ended.err
    assert MARK.encode() not in on_disk(desk)
    beside.close()
    assert MARK not in ended.out + ended.err
    assert token in desk.run("report", "--format", "jsonl", today=LATER).out


def test_a_tombstone_says_what_was_there_when_who_and_why(desk: Desk, token: str) -> None:
    one = number(desk)
    ws = desk.open(LATER)
    with ws.store.read() as connection:
        row = inbox.row(connection, one)
        assert row is not None
        size = len(inbox.raw(connection, row.sha256))
    desk.run("purge", str(one), "--because", "sent by mistake", "--yes", today=LATER)
    with ws.store.read() as connection:
        stone = purged.buried(connection)[row.sha256]
    assert (stone.size, stone.who, stone.because) == (size, "Rowan Ashdown", "sent by mistake")
    assert stone.purged_on.isoformat() == LATER
    listed = json.loads(desk.run("purge", "--format", "jsonl", today=LATER).out)
    assert (listed["id"], listed["sha256"], listed["because"]) == (one, row.sha256, "sent by mistake")
    assert token


def test_the_case_keeps_its_days_and_its_answers_from_it_are_gone(desk: Desk, token: str) -> None:
    before = desk.report(today=LATER)["RAA"]
    desk.run("purge", str(number(desk)), "--because", "x", "--yes", today=LATER)
    assert desk.report(today=LATER)["RAA"] == before
    assert not any(row["value"] for row in desk.data("answers", today=LATER))
    assert desk.data("messages", today=LATER) == []
    assert "subject" not in desk.run("show", token, today=LATER).err


def test_a_purged_mail_is_never_fetched_again_over_any_path(desk: Desk, token: str, tmp_path: Path) -> None:
    desk.run("purge", str(number(desk)), "--because", "x", "--yes", today=LATER)
    assert desk.run("poll", today=LATER).out.startswith("0 new")
    same, other = tmp_path / "same.eml", tmp_path / "other.eml"
    same.write_bytes(answer(token))
    other.write_bytes(b"X-Path: another\n" + answer(token))
    desk.comes(b"X-Path: a third\n" + answer(token))
    for words in (("import", str(same), str(other)), ("poll",)):
        assert desk.run(*words, today=LATER).code == 0
    assert desk.data("messages", today=LATER) == []
    with desk.open(LATER).store.read() as connection:
        raws = connection.scalars(select(schema.raw_mail.c.raw)).all()
        assert not any(MARK.encode() in raw for raw in raws)
        assert len(purged.buried(connection)) == 3


def test_drafts_and_letters_that_quote_it_lose_their_text(desk: Desk, token: str) -> None:
    ws = desk.open(LATER)
    text = f"You wrote: there were 17 referrals of the {MARK} family."
    letter = Letter("query", "RAA", "foi@ashcombe.example", f"Re: [{token}]", text, "w")
    with ws.store.write() as connection:
        for _ in range(2):
            drafts.add(connection, token, letter, ALONE, "", ws.today, ws.now())
    assert desk.run("drafts", "approve", "1", "--anyway", "--yes", today=LATER).code == 0
    ended = desk.run("purge", str(number(desk)), "--because", "x", "--yes", today=LATER)
    assert (ended.code, "is queued" in ended.err) == (4, True)
    assert desk.run("send", "--queued", "--yes", today=LATER).code == 0
    ended = desk.run("purge", str(number(desk)), "--because", "x", "--yes", today=LATER)
    assert ended.code == 0, ended.err
    assert "draft 2 quotes it" in ended.err
    assert "letter 2 quotes it" in ended.err
    assert MARK.encode() not in on_disk(desk)
    with ws.store.read() as connection:
        assert {d.state for d in drafts.rows(connection)} == {"queued", "dropped"}
    # the request itself, which every answer quotes, is untouched
    assert "child sexual exploitation" in desk.run("outbox", "show", "1", today=LATER).out


def test_another_message_that_quotes_it_is_named_and_stays(desk: Desk, token: str) -> None:
    quoted = "\n".join(f"> {line}" for line in WORDS.splitlines())
    desk.comes(mail(f"As we said:\n\n{quoted}", subject=f"RE: [{token}]", message_id="2@ashcombe.example"))
    desk.run("poll", today=LATER)
    ended = desk.run("purge", str(number(desk)), "--because", "x", "--yes", today=LATER)
    assert "seems to quote it, and stays" in ended.err
    assert MARK.encode() in on_disk(desk)


def test_nothing_is_destroyed_without_a_yes_and_a_reason(desk: Desk, token: str) -> None:
    one = str(number(desk))
    assert desk.run("purge", one, "--because", "x", today=LATER).code == 8
    assert desk.run("purge", one, "--yes", today=LATER).code == 2
    assert desk.run("purge", one, "--because", " ", "--yes", today=LATER).code == 4
    assert desk.run("purge", "99", "--because", "x", "--yes", today=LATER).code == 4
    assert MARK.encode() in on_disk(desk)
    assert token


def test_what_is_gone_can_be_neither_shown_nor_decided(desk: Desk, token: str) -> None:
    one = str(number(desk))
    desk.run("quarantine", one, today=LATER)
    desk.run("purge", one, "--because", "x", "--yes", today=LATER)
    for words in (
        ("inbox", "show", one), ("inbox", "show", one, "--quarantined"), ("review", one, "--accept"),
        ("inbox", "assign", one, token), ("quarantine", one), ("quarantine", one, "--release"),
    ):  # fmt: skip
        ended = desk.run(*words, today=LATER)
        assert (ended.code, f"message {one} was destroyed on {LATER}" in ended.err) == (4, True), words
    assert desk.run("quarantine", "--format", "jsonl", today=LATER).out == ""
    assert desk.run("reclassify", "--yes", today=LATER).code == 0
    again = desk.run("purge", one, "--because", "x", "--yes", today=LATER)
    assert again.out == f"message {one}: it had been destroyed before; the disk was wiped again\n"


def test_copies_made_before_are_named(desk: Desk, token: str, tmp_path: Path) -> None:
    for words in (
        ("archive", str(tmp_path / "kept")),
        ("pack", token, "-o", str(tmp_path / "p.zip")),
        ("export", "messages", "-o", str(tmp_path / "m.jsonl")),
        ("export", "answers", "--format", "csv", "-o", str(tmp_path / "a.csv")),
        ("export", "answers", "--format", "csv", "-o", str(tmp_path / "a.csv")),
    ):
        assert desk.run(*words, today=LATER).code == 0
    said = desk.run("purge", str(number(desk)), "--because", "x", "--yes", today=LATER).err
    for what, name in (("archive", "kept"), ("pack", "p.zip"), ("export", "m.jsonl"), ("export", "a.csv")):
        assert said.count(f"- the {what} of {LATER}: {tmp_path / name}\n") == 1
    assert "your mailbox" in said
    assert "backups" in said


def test_an_archive_of_a_store_with_tombstones_can_be_restored(
    desk: Desk, token: str, tmp_path: Path
) -> None:
    desk.run("purge", str(number(desk)), "--because", "x", "--yes", today=LATER)
    assert desk.run("archive", str(tmp_path / "kept"), today=LATER).code == 0
    assert MARK not in "".join(p.read_text("latin-1") for p in (tmp_path / "kept").rglob("*") if p.is_file())
    assert desk.run("restore", str(tmp_path / "kept"), "--into", str(tmp_path / "new"), today=LATER).code == 0
    desk.folder = tmp_path / "new"
    assert len(desk.run("purge", "--format", "jsonl", today=LATER).out.splitlines()) == 1
    assert token in desk.run("report", "--format", "jsonl", today=LATER).out


def test_a_message_that_could_not_be_opened_can_be_purged(desk: Desk) -> None:
    desk.send("RAA")
    desk.comes(f"{MARK} is no mail".encode())
    desk.run("poll", today=LATER)
    one = str(number(desk))
    assert desk.run("purge", one, "--because", "x", "--yes", today=LATER).code == 0
    assert MARK.encode() not in on_disk(desk)


@about_a_file
def test_while_another_program_reads_the_store_the_user_is_told_and_can_finish_later(
    desk: Desk, token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("foimail.store.engine._BUSY_MS", 50)
    ws = desk.open(LATER)
    plan = purge.plan(ws, number(desk))
    other = sqlite3.connect(desk.folder / "foimail.db", isolation_level=None)
    other.execute("BEGIN")
    other.execute("SELECT count(*) FROM raw_mail").fetchone()
    with pytest.raises(StoreError, match=r"journal still holds|locked"):
        purge.purge(ws, [plan], "x")
    other.close()
    ended = desk.run("purge", str(plan.messages[0].id), "--because", "x", "--yes", today=LATER)
    assert ended.code == 0
    assert MARK.encode() not in on_disk(desk)
    assert token


def test_a_copy_that_took_the_place_of_another_is_noted_once(desk: Desk) -> None:
    ws = desk.open(LATER)
    with ws.store.write() as connection:
        for _ in range(2):
            copies.note(connection, "backup", "b.db", ws.today, ws.now())
        assert copies.all_of(connection) == [copies.Copy("backup", "b.db", ws.today)]
