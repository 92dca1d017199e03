"""The store: opened, brought up to date once, and read or written by whole transactions."""

from __future__ import annotations

import multiprocessing
from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import inspect

from foimail.errors import StoreError
from foimail.events import Misfiled, Opened
from foimail.store import cases, engine, inbox, migrations, postgresql, schema
from foimail.store.engine import Store, open_store

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from sqlalchemy import URL, Connection

NOW = datetime(2026, 6, 12, 9, tzinfo=UTC)
FILE = "sqlite:///foimail.db"


@pytest.fixture
def store(tmp_path: Path, url: str) -> Iterator[Store]:
    store = open_store(url, tmp_path, NOW)
    yield store
    store.close()


TOKEN = "FOI-AAAA22"


def opening(store: Store, token: str, wave: int = 1) -> None:
    with store.write() as connection:
        one = cases.Opening(token, "cse", "topic", "RAA", wave)
        cases.open_case(connection, one, Opened(NOW.date(), "cse", "RAA", "foia"), NOW)


def test_all_of_a_transaction_is_kept_or_none(store: Store) -> None:
    def half(connection: Connection) -> None:
        inbox.keep(connection, b"lost", "x", NOW)
        raise RuntimeError

    with pytest.raises(RuntimeError), store.write() as connection:
        half(connection)
    with store.read() as connection:
        assert inbox.unread(connection) == []
    with store.write() as connection:
        inbox.keep(connection, b"kept", "x", NOW)
    with store.read() as connection:
        assert len(inbox.unread(connection)) == 1


def test_a_reader_sees_one_state_whatever_is_written_meanwhile(store: Store) -> None:
    with store.read() as reader:
        assert inbox.unread(reader) == []
        with store.write() as writer:
            inbox.keep(writer, b"new", "x", NOW)
        assert inbox.unread(reader) == []


def test_a_second_case_of_one_wave_is_refused(store: Store) -> None:
    opening(store, TOKEN)
    with pytest.raises(StoreError, match=r"(?i)unique"):
        opening(store, "FOI-BBBB22")
    opening(store, "FOI-BBBB22", wave=2)


def test_what_belongs_to_no_case_is_refused(store: Store) -> None:
    with pytest.raises(StoreError, match=r"(?i)foreign key"), store.write() as connection:
        cases.append(connection, "FOI-ZZZZ22", (Misfiled(NOW.date(), "sha"),), NOW)


def test_times_come_back_in_utc(store: Store) -> None:
    opening(store, TOKEN)
    summer = NOW.astimezone(timezone(timedelta(hours=1)))
    with store.write() as connection:
        cases.append(connection, TOKEN, (Misfiled(NOW.date(), "sha"),), summer)
        assert [entry.recorded_at for entry in cases.log(connection)] == [NOW, NOW]


def test_an_event_of_a_newer_foimail_is_an_error_with_a_hint(store: Store) -> None:
    opening(store, TOKEN)
    with store.write() as connection:
        connection.exec_driver_sql("UPDATE events SET kind = 'pondered'")
    with (
        pytest.raises(StoreError, match=r"'pondered' of a newer foimail.*install the newer foimail"),
        store.read() as connection,
    ):
        cases.log(connection)


def test_a_store_of_a_newer_foimail_is_not_touched(store: Store, tmp_path: Path, url: str) -> None:
    with store.write() as connection:
        connection.execute(schema.migrations.insert().values(name="9999_future", applied_at=NOW))
    with pytest.raises(StoreError, match=r"written by a newer foimail \(9999_future\)"):
        open_store(url, tmp_path, NOW)


def test_steps_are_applied_in_order_and_once(
    tmp_path: Path, empty_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []
    later = (("8001_one", lambda _: done.append("one")), ("8002_two", lambda _: done.append("two")))
    open_store(empty_url, tmp_path, NOW).close()
    monkeypatch.setattr(migrations, "STEPS", migrations.STEPS + later)
    for _ in range(2):
        open_store(empty_url, tmp_path, NOW).close()
    assert done == ["one", "two"]


def test_a_step_that_fails_leaves_the_store_as_it_was(
    tmp_path: Path, empty_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(connection: Connection) -> None:
        connection.exec_driver_sql("CREATE TABLE half (x INTEGER)")
        raise RuntimeError

    open_store(empty_url, tmp_path, NOW).close()
    monkeypatch.setattr(migrations, "STEPS", (*migrations.STEPS, ("8001_half", failing)))
    with pytest.raises(RuntimeError):
        open_store(empty_url, tmp_path, NOW)
    monkeypatch.undo()
    store = open_store(empty_url, tmp_path, NOW)
    with store.read() as connection:
        assert "half" not in inspect(connection).get_table_names()
    store.close()


def _open_at_once(number: int, url: str, folder: Path, gate: object, results: object) -> None:
    applied: list[str] = []

    def noted(name: str, step: Callable[[Connection], None]) -> Callable[[Connection], None]:
        def apply(connection: Connection) -> None:
            applied.append(name)
            step(connection)

        return apply

    migrations.STEPS = tuple((name, noted(name, step)) for name, step in migrations.STEPS)
    gate.wait()  # type: ignore[attr-defined]  # a Barrier of this context
    try:
        store = open_store(url, folder, NOW)
        for one in (str(number), "the same from all"):
            with store.write() as connection:
                inbox.keep(connection, one.encode(), "x", NOW)
        store.close()
        results.put(len(applied))  # type: ignore[attr-defined]  # a Queue of this context
    except StoreError as error:
        results.put(str(error))  # type: ignore[attr-defined]  # as above


@pytest.mark.parametrize("had", [0, 1, 6])
def test_of_eight_processes_that_open_an_empty_or_old_store_at_once_one_migrates_and_all_work(
    tmp_path: Path, empty_url: str, monkeypatch: pytest.MonkeyPatch, had: int
) -> None:
    if had:
        monkeypatch.setattr(migrations, "STEPS", migrations.STEPS[:had])
        open_store(empty_url, tmp_path, NOW).close()
        monkeypatch.undo()
    context = multiprocessing.get_context("spawn")
    gate, results = context.Barrier(8), context.Queue()
    order = (empty_url, tmp_path, gate, results)
    workers = [context.Process(target=_open_at_once, args=(n, *order)) for n in range(8)]
    for worker in workers:
        worker.start()
    found = [results.get(timeout=60) for _ in workers]
    for worker in workers:
        worker.join(timeout=60)
    assert sum(found) == len(migrations.STEPS) - had, found
    store = open_store(empty_url, tmp_path, NOW)
    with store.read() as connection:
        assert migrations.applied(connection) == {name for name, _ in migrations.STEPS}
        assert len(inbox.unread(connection)) == 8 + 1
    store.close()


def test_a_locked_database_is_said_in_plain_words(
    store: Store, tmp_path: Path, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "_BUSY_MS", 50)
    monkeypatch.setattr(postgresql, "_PATIENCE_MS", 50)
    impatient = open_store(url, tmp_path, NOW)
    with (
        store.write(),
        pytest.raises(StoreError, match=r"lock.* \(another program "),
        impatient.write(),
    ):
        pass
    impatient.close()


def test_an_up_to_date_store_is_opened_while_another_writes(
    store: Store, tmp_path: Path, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "_BUSY_MS", 50)
    monkeypatch.setattr(postgresql, "_PATIENCE_MS", 50)
    with store.write():
        open_store(url, tmp_path, NOW).close()


def test_the_file_is_its_owners_alone_and_its_folder_is_made(tmp_path: Path) -> None:
    open_store("sqlite:///deep/down.db", tmp_path, NOW).close()
    assert (tmp_path / "deep" / "down.db").stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "deep").stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("sqlite://", "names no file"),
        ("sqlite:///:memory:", "names no file"),
        ("mysql://h/d", "foimail knows sqlite and postgresql, not mysql"),
        ("nonsense", "store.url cannot be understood"),
        ("sqlite:////proc/none/foimail.db", "/proc/none"),
    ],
)
def test_an_address_that_names_no_store_is_refused(tmp_path: Path, url: str, says: str) -> None:
    with pytest.raises(StoreError, match=says):
        open_store(url, tmp_path, NOW)


def test_a_file_that_is_no_database_is_an_error_in_plain_words(tmp_path: Path) -> None:
    (tmp_path / "foimail.db").write_bytes(b"These are my notes. " * 500)
    with pytest.raises(StoreError, match="file is not a database"):
        open_store(FILE, tmp_path, NOW)


def test_postgresql_gets_its_password_by_reference_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[str] = []

    def create(url: URL, **_: object) -> None:
        seen.append(url.render_as_string(hide_password=False))
        raise ModuleNotFoundError

    monkeypatch.setattr(engine, "create_engine", create)
    for password in (lambda: "hunter2", None):
        with pytest.raises(StoreError, match="PostgreSQL needs one more package"):
            open_store("postgresql://me@db.example/foi", tmp_path, NOW, password)
    assert seen == [
        "postgresql+psycopg://me:hunter2@db.example/foi?sslmode=verify-full&sslrootcert=system",
        "postgresql+psycopg://me@db.example/foi?sslmode=verify-full&sslrootcert=system",
    ]


def test_more_ids_than_a_database_takes_at_once_are_looked_up(store: Store) -> None:
    opening(store, TOKEN)
    with store.write() as connection:
        cases.remember_id(connection, "last@x", TOKEN)
        cases.remember_id(connection, "last@x", TOKEN)
        ids = [*(f"{n}@x" for n in range(300_000)), "last@x"]
        assert cases.tokens_of_ids(connection, ids) == {"last@x": {TOKEN}}
        assert cases.issued(connection, [TOKEN, *(f"FOI-{n}" for n in range(300_000))]) == {TOKEN}


def test_a_cursor_and_what_was_seen_are_kept_by_account_and_folder(store: Store) -> None:
    with store.write() as connection:
        sha256, new = inbox.keep(connection, b"one", "x", NOW)
        assert (new, inbox.keep(connection, b"one", "y", NOW)) == (True, (sha256, False))
        for _ in range(2):
            inbox.saw(connection, "me@host", "INBOX", {"7/1": sha256})
        inbox.set_cursor(connection, "me@host", "INBOX", "7/1")
        inbox.set_cursor(connection, "me@host", "INBOX", "7/2")
        assert inbox.seen(connection, "me@host", "INBOX") == {"7/1"}
        assert inbox.seen(connection, "me@host", "Junk") == set()
        assert inbox.cursor(connection, "me@host", "INBOX") == "7/2"
        assert inbox.cursor(connection, "you@host", "INBOX") == ""
