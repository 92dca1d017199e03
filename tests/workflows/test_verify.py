"""`foimail verify` and `rebuild`: a store that is sound is said to be, and of each damage there is one sentence."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import DataError

from foimail.store import derived, schema
from foimail.store.schema_derived import facts, texts
from foimail.workflows.rebuild import DERIVED
from tests.desk import Desk, mail
from tests.postgres import ENGINE, about_a_file
from tests.stores import Files, database_of
from tests.workflows.test_restore import LATE, lively

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.desk import Ended
    from tests.postgres import Postgres

_LETTER = "UPDATE outbox SET state = {} WHERE id = (SELECT min(id) FROM outbox WHERE state = 'sent')"
_UNTIED = "PRAGMA foreign_keys = OFF" if ENGINE == "sqlite" else "SET session_replication_role = replica"

# how the store is damaged -> what is said of it
DAMAGES: Mapping[str, tuple[tuple[str, ...], str]] = {
    "a byte": (
        ("UPDATE raw_mail SET raw = substr(raw, 2) WHERE size > 1",),
        r"raw mail \w{12}: error: its bytes are not those that came",
    ),
    "a size": (("UPDATE raw_mail SET size = size + 1",), r"raw mail \w{12}: error: it has \d+ bytes and not"),
    "a case": (
        (_UNTIED, "DELETE FROM cases WHERE body = 'RBB'"),
        r"events\.token: error: it names FOI-\w{6}, and cases has no such row",
    ),
    "a message": (
        (_UNTIED, "DELETE FROM messages WHERE state = 'read'"),
        r"raw mail \w{12}: error: no message is recorded for it",
    ),
    "bytes": (
        (_UNTIED, "DELETE FROM raw_mail WHERE sha256 IN (SELECT sha256 FROM messages WHERE state = 'read')"),
        r"event \d+ of FOI-\w{6}: error: it speaks of the message \w{12}, which is not here",
    ),
    "another case": (("UPDATE outbox SET also = 'FOI-ZZZZ22'",), r"outbox \d+: error: it is also about FOI-ZZZZ22"),
    "a letter": (
        (_UNTIED, "DELETE FROM outbox WHERE state = 'sent'"),
        r"FOI-\w{6}: error: its log says `sent` of \S+, and the outbox has no such letter",
    ),
    "a letter's state": (
        (_LETTER.format("'queued'"),),
        r"letter \d+: error: it is `queued`, but the log of FOI-\w{6} disagrees: its last record is `sent`",
    ),
    "a letter's record": (
        ("DELETE FROM events WHERE kind IN ('queued', 'sent')",),
        r"letter \d+: error: it is `sent`, but the log of FOI-\w{6} disagrees: it has no record of it",
    ),
    "no state of a letter": ((_LETTER.format("'gone'"),), r"letter \d+: error: there is no state 'gone'"),
    "a letter's bytes": (("UPDATE outbox SET raw = NULL",), r"letter \d+: error: it is `sent`, but the bytes that went"),
    "another letter's bytes": (
        ("UPDATE outbox SET raw = substr(raw, 1, 1) WHERE raw IS NOT NULL",),
        r"letter \d+: error: the bytes kept are not those of",
    ),
    "a filing": (
        ("DELETE FROM filings",),
        r"message \w{12}: error: the log of FOI-\w{6} has it, but it is not filed there",
    ),
    "a record of a filing": (
        ("DELETE FROM events WHERE kind IN ('received', 'wrote')",),
        r"message \w{12}: error: it is filed under FOI-\w{6}, whose log has no record of it",
    ),
    "no state of a message": (("UPDATE messages SET state = 'gone'",), r"message 1: error: there is no state 'gone'"),
    "a kind": (("UPDATE messages SET kind = NULL",), r"message \d+: error: it was read, but it has no kind"),
    "a candidate": (
        ("""UPDATE messages SET candidates = '["FOI-ZZZZ22"]'""",),
        r"message \d+: error: it may belong to FOI-ZZZZ22, and there is no such case",
    ),
    "an approved draft": (
        ("UPDATE drafts SET state = 'queued', text = 'Other words.'",),
        r"draft \d+: error: it was approved, but the outbox has no such letter",
    ),
    "a draft sent by post": (
        ("UPDATE drafts SET state = 'sent', letter = 'review'",),
        r"draft \d+: error: it was sent by other means, but the log of FOI-\w{6} has no record of it",
    ),
    "no state of a draft": (("UPDATE drafts SET state = 'gone'",), r"draft \d+: error: there is no state 'gone'"),
    "an opening": (
        ("DELETE FROM events WHERE kind = 'opened'",),
        r"FOI-\w{6}: error: its log has not the one opening for \S+ in cse",
    ),
    "an event": (
        ("UPDATE events SET kind = 'pondered' WHERE kind = 'queued'",),
        r"event \d+ of FOI-\w{6}: error: it cannot be read",
    ),
    "a list": (("UPDATE messages SET evidence = '[half'",), r"messages\.evidence: error: \d+ of its values cannot be read"),
    "a day": (("UPDATE events SET on_date = 'soon'",), r"the store: error: it holds a value that makes no sense"),
    "a thread": (("DELETE FROM message_ids",), r"message_ids: error: \d+ rows are not as the rest .*foimail rebuild"),
    "a false thread": (
        ("INSERT INTO message_ids SELECT 'x@y', min(token) FROM cases",),
        r"message_ids: error: 1 row is not as the rest of the store says",
    ),
    "a reference": (("DELETE FROM their_references",), r"their_references: error: 1 row is not as the rest"),
}  # fmt: skip
A_SERVER_REFUSES = {"a list", "a day"}  # values that are none of their columns' types


def damage(desk: Desk, *commands: str) -> None:
    store = desk.open().store
    with store.engine.connect() as connection:
        for command in commands:
            connection.exec_driver_sql(command)
        connection.commit()
    store.close()


def verified(desk: Desk) -> Ended:
    return desk.run("verify", today=LATE)


@pytest.fixture
def full(desk: Desk) -> Desk:
    return lively(desk)


def test_a_store_in_which_nearly_everything_has_happened_is_sound(full: Desk) -> None:
    ended = verified(full)
    assert (ended.code, ended.err) == (0, "")
    assert re.fullmatch(r"3 cases, \d+ events, \d+ letters, \d+ messages: no fault\n", ended.out)


def test_each_damage_is_one_sentence_and_an_exit_code(full: Desk, stores: Files, tmp_path: Path) -> None:
    """Each on a copy of one store: making it takes the longest."""
    unseen = []
    for name, (commands, says) in DAMAGES.items():
        desk = Desk(stores.copy(full.folder, tmp_path / name), full.capsys)
        if ENGINE == "postgresql" and name in A_SERVER_REFUSES:
            with pytest.raises(DataError):
                damage(desk, *commands)
            continue
        damage(desk, *commands)
        ended = verified(desk)
        if ended.code != 3 or not re.search(rf"^{says}", ended.err, re.MULTILINE):
            unseen.append((name, ended.code, ended.err[:500]))
        assert re.search(r": \d+ faults?\n$", ended.out)
        stores.remove(desk.folder)
    assert unseen == []


@about_a_file
def test_a_file_with_a_broken_page_is_damaged(full: Desk) -> None:
    damage(full, "PRAGMA wal_checkpoint(TRUNCATE)")
    file = full.folder / "foimail.db"
    content = bytearray(file.read_bytes())
    middle = len(content) // 2 // 4096 * 4096
    content[middle : middle + 4096] = b"\xee" * 4096
    file.write_bytes(content)
    ended = verified(full)
    assert ended.code in {3, 6}
    assert "last backup" in ended.err
    assert "Traceback" not in ended.err


@pytest.mark.skipif(ENGINE == "sqlite", reason="about PostgreSQL")
def test_a_table_with_a_broken_page_is_damaged(
    full: Desk, stores: Files, postgres: Postgres, tmp_path: Path
) -> None:
    desk = Desk(stores.copy(full.folder, tmp_path / "broken"), full.capsys)
    (of_table,) = postgres.execute(
        "SELECT pg_relation_filepath('raw_mail')", database=database_of(full.folder)
    )
    (of_copy,) = postgres.execute(
        "SELECT oid FROM pg_database WHERE datname = %s", (database_of(desk.folder),)
    )
    (data,) = postgres.execute("SHOW data_directory")
    # a copy has its tables in files of the same names, and nobody has read them yet
    file = Path(f"{data[0]}/base/{of_copy[0]}") / Path(str(of_table[0])).name
    with file.open("r+b") as pages:
        pages.write(b"\xee" * 8192)
    ended = verified(desk)
    assert (ended.code, ended.out) == (6, "")
    assert re.fullmatch(
        r"foimail: the store: invalid page in block 0 of relation \S+ \(restore the last backup; [^\n]*\n",
        ended.err,
    )


def test_rebuild_mends_what_is_derived_and_nothing_else(full: Desk) -> None:
    store = full.open().store
    with store.read() as connection:
        before = {one: derived.rows(connection, one) for one in (schema.message_ids, schema.references)}
        folded = connection.scalar(select(func.count()).select_from(facts))
        read = connection.scalar(select(func.count(texts.c.message.distinct())))
    assert all(before.values())
    assert folded
    damage(
        full,
        "DELETE FROM message_ids",
        "UPDATE their_references SET reference = 'x'",
        "UPDATE facts SET seq = 0",
        "DELETE FROM texts",
    )
    faults = verified(full).err
    assert f"facts: error: {folded} rows are not as" in faults
    assert f"texts: error: {read} rows are not as" in faults
    ended = full.run("rebuild", today=LATE)
    mended = len(before[schema.message_ids])
    assert ended.out == (
        f"message_ids: {mended} mended (which case each Message-ID leads to)\n"
        "their_references: 2 mended (the bodies' own references)\n"
        f"facts: {folded} mended (what the log of each case adds up to)\n"
        f"texts: {read} mended (the words that a search looks through)\n"
    )
    with store.read() as connection:
        assert {one: derived.rows(connection, one) for one in before} == before
    assert verified(full).code == 0
    assert "message_ids: nothing mended" in full.run("rebuild", today=LATE).out


def test_more_rows_than_a_database_takes_at_once_are_mended(full: Desk) -> None:
    token = next(iter(full.tokens().values()))
    with full.open().store.write() as connection:
        rows = [{"message_id": f"{n}@x", "token": token} for n in range(1200)]
        connection.execute(schema.message_ids.insert(), rows)
    assert "message_ids: 1200 mended" in full.run("rebuild", today=LATE).out
    assert verified(full).code == 0


def test_all_that_is_derived_is_named_after_what_it_is() -> None:
    assert [one.name for one in DERIVED] == ["message_ids", "their_references", "facts", "texts"]
    assert all(one.what for one in DERIVED)


def test_messages_that_were_destroyed_on_purpose_are_no_fault(full: Desk) -> None:
    rows = map(json.loads, full.run("inbox", "list", "--all", "--format", "jsonl").out.splitlines())
    for number in [str(row["id"]) for row in rows]:
        assert full.run("purge", number, "--because", "sent by mistake", "--yes", today=LATE).code == 0
        assert verified(full).err == ""
    damage(full, "UPDATE raw_mail SET raw = 'again' WHERE size = 0")
    assert "it has a tombstone, but its bytes are still there" in verified(full).err


def test_answers_to_a_message_that_was_moved_belong_where_it_is_now(desk: Desk) -> None:
    tokens = desk.send("RAA", "RBB")
    desk.comes(mail("Our reference: FOI/2026/0412.", subject=f"[{tokens['RAA']}]", message_id="moved@x"))
    desk.run("poll", today=LATE)
    (row,) = map(json.loads, desk.run("inbox", "list", "--all", "--format", "jsonl").out.splitlines())
    assert desk.run("inbox", "assign", str(row["id"]), tokens["RBB"], today=LATE).code == 0
    with desk.open().store.read() as connection:
        threads = derived.rows(connection, schema.message_ids, schema.message_ids.c.message_id == "moved@x")
        learnt = derived.rows(connection, schema.references)
    assert threads == {("moved@x", tokens["RBB"])}
    assert {(row[0], row[2]) for row in learnt} == {("foi20260412", tokens["RBB"])}
    assert verified(desk).code == 0
