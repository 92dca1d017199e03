"""`foimail backup`: one state of the store, whole, whatever is written meanwhile, and never over another file."""

from __future__ import annotations

import os
import sqlite3
import threading
from contextlib import closing
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import pytest

from foimail.errors import InputError, StoreError
from foimail.store import copies, inbox
from foimail.store.backup import backup
from foimail.store.engine import Store, open_store
from tests.postgres import about_a_file

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.desk import Desk

NOW = datetime(2026, 6, 12, 9, tzinfo=UTC)
FILE = "sqlite:///foimail.db"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = open_store(FILE, tmp_path, NOW)
    yield store
    store.close()


def keep(store: Store, *raw: bytes) -> None:
    with store.write() as connection:
        for one in raw:
            inbox.keep(connection, one, "x", NOW)


def counted(file: Path) -> tuple[int, ...]:
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as copy:
        assert copy.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        return tuple(
            copy.execute(query).fetchone()[0]
            for query in ("SELECT count(*) FROM raw_mail", "SELECT count(*) FROM messages")
        )


def test_a_copy_taken_while_others_write_is_one_state_of_the_store(store: Store, tmp_path: Path) -> None:
    """Each transaction keeps two messages: a copy with an odd number would have half of one."""
    stop, begun = threading.Event(), threading.Event()

    def write() -> None:
        number = 0
        while not stop.is_set():
            keep(store, *(f"{number} {part}".encode() * 3000 for part in "ab"))
            number += 1
            begun.set()

    writer = threading.Thread(target=write)
    writer.start()
    begun.wait(10)
    try:
        for number in range(12):
            backup(store, tmp_path / f"{number}.db")
    finally:
        stop.set()
        writer.join()
    found = [counted(tmp_path / f"{number}.db") for number in range(12)]
    assert all(mails == messages and mails % 2 == 0 for mails, messages in found)
    assert found == sorted(found)
    assert found[-1] > found[0]


def test_a_copy_is_one_file_for_its_owner_alone_that_opens_as_a_store(store: Store, tmp_path: Path) -> None:
    keep(store, b"kept")
    size = backup(store, tmp_path / "copy.db")
    assert (tmp_path / "copy.db").stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "copy.db").stat().st_size == size
    assert sorted(path.name for path in tmp_path.glob("*copy*")) == ["copy.db"]
    copy = open_store("sqlite:///copy.db", tmp_path, NOW)
    with copy.read() as connection:
        assert len(inbox.unread(connection)) == 1
    copy.close()


def test_a_backup_overwrites_nothing(store: Store, tmp_path: Path) -> None:
    (tmp_path / "mine.db").write_text("mine")
    with pytest.raises(InputError, match=r"mine\.db exists, and a backup overwrites nothing"):
        backup(store, tmp_path / "mine.db")
    assert (tmp_path / "mine.db").read_text() == "mine"
    with pytest.raises(InputError, match="there is no folder"):
        backup(store, tmp_path / "none" / "copy.db")
    assert list(tmp_path.glob(".*")) == []


def test_where_a_file_can_have_one_name_only_nothing_is_overwritten_either(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(source: object, target: object) -> None:  # noqa: ARG001 - link's
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", refuse)
    backup(store, tmp_path / "copy.db")
    assert counted(tmp_path / "copy.db") == (0, 0)
    with pytest.raises(InputError, match="overwrites nothing"):
        backup(store, tmp_path / "copy.db")
    assert sorted(path.name for path in tmp_path.glob("*copy*")) == ["copy.db"]


def test_a_damaged_store_gives_no_copy_that_looks_whole(store: Store, tmp_path: Path) -> None:
    keep(store, *(b"%d" % n * 5000 for n in range(40)))
    with store.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    store.close()
    content = bytearray((tmp_path / "foimail.db").read_bytes())
    content[4096 * 20 : 4096 * 24] = b"\xee" * 4096 * 4
    (tmp_path / "foimail.db").write_bytes(content)
    with pytest.raises(StoreError, match=r"damaged|malformed"):
        backup(store, tmp_path / "copy.db")
    assert sorted(path.name for path in tmp_path.glob("*copy*")) == []


def test_a_store_on_a_server_is_copied_by_the_server(tmp_path: Path) -> None:
    server = cast("Any", SimpleNamespace(engine=SimpleNamespace(dialect=SimpleNamespace(name="postgresql"))))
    with pytest.raises(StoreError, match=r"on a server, which makes its own copies \(pg_dump"):
        backup(server, tmp_path / "copy.db")


@about_a_file
def test_the_command_says_where_the_copy_is_and_what_it_lacks(desk: Desk) -> None:
    desk.send("RAA")
    copy = desk.folder / "copy.db"
    ended = desk.run("backup", str(copy))
    assert (ended.code, ended.out.startswith(f"{copy}: 0.")) == (0, True)
    assert "Letters sent from now on are not in it" in ended.err
    again = desk.run("backup", str(copy))
    assert (again.code, "overwrites nothing" in again.err) == (4, True)
    with desk.open().store.read() as connection:
        assert [(one.what, one.place) for one in copies.all_of(connection)] == [("backup", str(copy))]
    verified = desk.run("--set", f"store.url=sqlite:///{copy}", "verify")
    assert (verified.code, "no fault" in verified.out) == (0, True)
