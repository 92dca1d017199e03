"""A database server that breaks off, is full or takes no writing: one sentence, and the next run does the rest."""

from __future__ import annotations

import re
from contextlib import contextmanager
from itertools import count
from typing import TYPE_CHECKING

import pytest

from foimail.store import postgresql
from foimail.store.engine import Store
from tests.desk import Desk, mail
from tests.postgres import ENGINE, Postgres, find_postgres
from tests.real.recorded import memory
from tests.stores import database_of, put

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from sqlalchemy import Connection

    from tests.stores import Files

pytestmark = pytest.mark.skipif(ENGINE == "sqlite", reason="about PostgreSQL; test_disk is about files")

LATE = "2026-07-20"
SEND = ("send", "RAA", "RBB", "nhs-carrick", "--yes")
# from some row on the server says what it says when its disk is full
_ROOM = (
    "CREATE SEQUENCE room",
    """CREATE FUNCTION grow() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
      IF nextval('room') > coalesce(nullif(current_setting('foimail.room', true), '')::int, 1000000) THEN
        RAISE EXCEPTION 'could not extend file "base/1/2": No space left on device' USING ERRCODE = 'disk_full';
      END IF;
      RETURN NEW;
    END $$""",
    *(
        f"CREATE TRIGGER grow BEFORE INSERT OR UPDATE ON {table} FOR EACH ROW EXECUTE FUNCTION grow()"
        for table in ("cases", "events", "outbox", "raw_mail", "messages", "filings", "sightings", "facts", "texts")
    ),
)  # fmt: skip


@pytest.fixture
def copies(desk: Desk, stores: Files, tmp_path: Path) -> Callable[[], Desk]:
    """Copies of a workspace with six answers that wait in the mailbox."""
    token = desk.send("RAA")["RAA"]
    for number in range(6):
        text = f"Thank you for your request {number}."
        desk.comes(mail(text, subject=f"Re: [{token}]", message_id=f"{number}@x"))
    numbers = count(1)
    return lambda: Desk(stores.copy(desk.folder, tmp_path / f"copy {next(numbers)}"), desk.capsys)


@contextmanager
def breaking_off(desk: Desk, server: Postgres, at: int) -> Iterator[None]:
    """The server shows everybody out before the commit of this number, as it does when it is stopped."""
    original, left = Store.write, [at]

    @contextmanager
    def write(self: Store) -> Iterator[Connection]:
        with original(self) as connection:
            yield connection
            left[0] -= 1
            if left[0] == 0:
                out = "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = %s"
                server.execute(out, (database_of(desk.folder),))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Store, "write", write)
        yield


def said(text: str, says: str) -> bool:
    return bool(re.fullmatch(rf"(?:[^\n]*\n)*foimail: the store: {says}\n", text)) and "Traceback" not in text


def test_a_server_that_breaks_off_at_any_commit_of_a_poll_costs_nothing(
    copies: Callable[[], Desk], stores: Files, postgres: Postgres
) -> None:
    whole = copies()
    assert whole.run("poll", today=LATE).code == 0
    expected = memory(whole.folder)
    for at in count(1):
        desk = copies()
        with breaking_off(desk, postgres, at):
            ended = desk.run("poll", today=LATE)
        if ended.code == 0:
            break
        assert ended.code == 6
        assert said(ended.err, r"[^\n]*\(is the server running, and can it be reached from here\?\)"), (
            ended.err
        )
        assert desk.run("poll", today=LATE).code == 0
        assert memory(desk.folder) == expected, f"broken off before commit {at}"
        assert desk.run("verify", today=LATE).code == 0
        stores.remove(desk.folder)
    assert at > 3


def test_a_server_that_breaks_off_while_letters_go_sends_none_twice(
    copies: Callable[[], Desk], stores: Files, postgres: Postgres
) -> None:
    for at in count(1):
        desk = copies()
        with breaking_off(desk, postgres, at):
            ended = desk.run(*SEND)
        if ended.code == 0:
            break
        assert ended.code in {3, 6}, ended.err
        assert "Traceback" not in ended.err
        desk.run(*SEND)
        desk.run("poll")  # a letter that was on its way lies in the Maildir, and is known by that
        desk.run(*SEND)
        assert len(desk.posted()) == 3
        assert {row["state"] for row in desk.letters()} == {"sent"}
        assert desk.run("verify").code == 0
        stores.remove(desk.folder)
    assert at > 4


def test_a_server_whose_disk_fills_up_is_one_sentence_and_the_next_run_does_the_rest(
    copies: Callable[[], Desk], postgres: Postgres
) -> None:
    desk, whole = copies(), copies()
    assert whole.run("poll", today=LATE).code == 0
    database = database_of(desk.folder)
    for statement in _ROOM:
        postgres.execute(statement, database=database)
    full = 0
    for rows in range(1, 60, 4):
        postgres.execute("ALTER SEQUENCE room RESTART", database=database)
        postgres.execute(f"ALTER DATABASE {database} SET foimail.room = {rows}")
        ended = desk.run("poll", today=LATE)
        assert ended.code in {0, 6}, ended.err
        if ended.code:
            full += 1
            assert said(
                ended.err,
                r"could not extend file [^\n]+: No space left on device"
                r" \(make room on the server's disk; nothing that was recorded is lost\)",
            ), ended.err
        assert desk.run("verify", today=LATE).code == 0
    assert full >= 3
    assert memory(desk.folder) == memory(whole.folder)


def test_a_server_that_takes_no_writing_can_be_read_and_says_so(desk: Desk) -> None:
    programs = find_postgres()
    assert programs
    server = Postgres(programs)
    try:
        put(desk.folder, server.url(server.create()))
        desk.send("RAA")
        server.stand_by()
        for words in ("report", "show RAA", "verify", "outbox list"):
            ended = desk.run(*words.split())
            assert (ended.code, bool(ended.out)) == (0, True), (words, ended.err)
        for words in ("send RBB --yes", "poll", "note RAA x", "rebuild"):
            ended = desk.run(*words.split())
            assert ended.code == 6
            assert said(
                ended.err, r"[^\n]+ \(this server takes no writing: name its primary in store.url\)"
            ), (words, ended.err)
    finally:
        server.stop()
    assert len(desk.posted()) == 1


def test_a_store_that_another_program_writes_into_is_one_sentence_and_can_be_read(
    copies: Callable[[], Desk], monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = copies()
    monkeypatch.setattr(postgresql, "_PATIENCE_MS", 50)
    ws = desk.open()
    with ws.store.write():
        for words in ("send RBB --yes", "poll", "note RAA x"):
            ended = desk.run(*words.split(), today=LATE)
            assert ended.code == 6
            assert said(
                ended.err,
                r"canceling statement due to lock timeout \(another program writes into the store and does not end;"
                r" close it and try again\)",
            ), (words, ended.err)
        assert desk.run("report", today=LATE).code == 0
        assert desk.run("verify", today=LATE).code == 0
    ws.store.close()
    assert desk.run("poll", today=LATE).code == 0
    assert len(desk.posted()) == 1
