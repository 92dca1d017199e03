"""A store of an earlier foimail: `first.sql` is a dump of one that the code before the drafts wrote."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import Connection, inspect

from foimail.case import fold
from foimail.errors import StoreError
from foimail.form import MEDIA_TYPE
from foimail.model import Attachment, Letter
from foimail.store import cases, drafts, inbox, migrations, outbox, schema, schema_derived
from foimail.store.engine import Store, open_store

FIRST = Path(__file__).with_name("first.sql")
NOW = datetime(2026, 9, 4, 10, tzinfo=UTC)
TOKEN = "FOI-MR24VK"  # the case in the dump that has a reply
LETTER = Letter("chaser", "RAA", "foi@first.example", "Re: [FOI-MR24VK]", "Please answer.\n", "0" * 64)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    with closing(sqlite3.connect(tmp_path / "old.db")) as old:
        old.executescript(FIRST.read_text(encoding="utf-8"))
    return tmp_path


def opened(folder: Path, name: str) -> Store:
    return open_store(f"sqlite:///{name}", folder, NOW)


def shape(connection: Connection) -> dict[str, set[tuple[str, str, bool]]]:
    looked = inspect(connection)
    return {
        table: {(c["name"], str(c["type"]), bool(c["nullable"])) for c in looked.get_columns(table)}
        for table in looked.get_table_names()
    }


def ddl(path: Path) -> dict[str, list[str]]:
    # line by line, because the order of a table's foreign keys is any
    with closing(sqlite3.connect(path)) as database:
        found = database.execute("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL").fetchall()
    return {name: sorted(line.strip(" ,\t") for line in sql.splitlines()) for name, sql in found}


def test_a_store_of_the_first_foimail_opens_and_keeps_what_it_held(folder: Path) -> None:
    store = opened(folder, "old.db")
    with store.read() as connection:
        assert migrations.applied(connection) == {name for name, _ in migrations.STEPS}
        case = fold(TOKEN, (e.event for e in cases.log(connection, token=TOKEN)))
        sent, queued = outbox.rows(connection)
        (message,) = inbox.rows(connection)
        assert drafts.rows(connection) == []
    assert [(s.letter, s.state) for s in case.sendings] == [("request", "sent")]
    assert [r.kind for r in case.replies] == ["human_ack"]
    assert (sent.state, queued.state) == ("sent", "queued")
    assert (sent.tokens, sent.references, sent.in_reply_to) == ((TOKEN,), (), "")
    assert message.message_id == "ack@first.example"
    store.close()


def test_a_migrated_store_takes_drafts_and_threaded_letters(folder: Path) -> None:
    store = opened(folder, "old.db")
    thread = outbox.Thread("ack@first.example", ("a@x", "ack@first.example"), ("FOI-T73XQR",))
    with store.write() as connection:
        number = drafts.add(connection, TOKEN, LETTER, thread, "late", date(2026, 9, 4), NOW)
        outbox.queue(connection, TOKEN, LETTER, "c@example.org", NOW, thread)
    with store.read() as connection:
        draft = drafts.row(connection, number)
        row = outbox.by_message_id(connection, "c@example.org")
    assert draft is not None
    assert row is not None
    assert draft.thread == thread
    assert (row.in_reply_to, row.references, row.tokens) == (
        "ack@first.example",
        ("a@x", "ack@first.example"),
        (TOKEN, "FOI-T73XQR"),
    )
    store.close()


def test_a_migrated_store_takes_a_letter_with_a_form_and_has_none_for_its_old_ones(folder: Path) -> None:
    store = opened(folder, "old.db")
    form = Attachment("FOI-MR24VK-form.xlsx", MEDIA_TYPE, b"PK form")
    with store.write() as connection:
        outbox.queue(connection, TOKEN, replace(LETTER, attached=form), "c@example.org", NOW)
    with store.read() as connection:
        *old, new = outbox.rows(connection)
        assert [(row.attached, outbox.attachments(connection, row)) for row in old] == [("", ())] * len(old)
        assert (new.attached, outbox.attachments(connection, new)) == (form.name, (form,))
    store.close()


def test_the_first_step_makes_the_very_tables_of_the_first_foimail(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(migrations, "STEPS", migrations.STEPS[:1])
    opened(folder, "new.db").close()
    assert ddl(folder / "new.db") == ddl(folder / "old.db")


def test_a_new_store_a_migrated_one_and_the_tables_of_the_code_are_alike(folder: Path) -> None:
    shapes = []
    for name in ("old.db", "new.db"):
        store = opened(folder, name)
        with store.read() as connection:
            shapes.append(shape(connection))
        store.close()
    assert shapes[0] == shapes[1]
    listed = (*schema.metadata.sorted_tables, *schema_derived.derived.tables.values())
    ours = {name: columns for name, columns in shapes[0].items() if not name.startswith("text_index")}
    assert {name: {c[0] for c in columns} for name, columns in ours.items()} == {
        table.name: {c.name for c in table.columns} for table in listed
    }


def test_the_foimail_of_before_does_not_touch_a_store_of_today(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened(folder, "new.db").close()
    monkeypatch.setattr(migrations, "STEPS", migrations.STEPS[:1])
    with pytest.raises(StoreError, match="newer foimail"):
        opened(folder, "new.db")
