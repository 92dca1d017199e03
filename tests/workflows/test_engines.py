"""A store copied to another engine and back holds the same, row for row and byte for byte."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import insert, select, update

from foimail.errors import InputError, StoreError
from foimail.store import cases, dump, schema, transfer
from foimail.store.engine import open_store
from foimail.workflows import engines
from tests.desk import Desk, mail
from tests.postgres import ENGINE

if TYPE_CHECKING:
    from collections.abc import Callable

LATER = "2026-06-20"


@pytest.fixture
def busy(desk: Desk) -> Desk:
    """A workspace with letters, answers and a mail in quarantine; the subject of one holds a NUL."""
    token = desk.send("RAA", "RBB")["RAA"]
    desk.comes(mail("1. 17 in 2023.", subject=f"RE: [{token}]"))
    desk.comes(mail("Another thing.", sender="x@elsewhere.example", message_id="second@x"))
    assert desk.run("poll", today=LATER).code in {0, 3}
    assert desk.run("quarantine", "1", "--because", "children's names", today=LATER).code == 0
    with desk.open().store.write() as connection:
        connection.execute(update(schema.messages).values(subject="a\0b \U0001f600 é"))
    return desk


@pytest.fixture
def elsewhere(request: pytest.FixtureRequest, desk: Desk) -> Callable[[], str]:
    """Addresses of new places: on the other engine first, where both can be had."""
    files = iter(f"sqlite:///{desk.folder / name}" for name in ("a.db", "b.db", "c.db"))
    if ENGINE == "sqlite":
        return lambda: next(files)
    create: Callable[..., str] = request.getfixturevalue("new_database")
    turn = iter((lambda: next(files), lambda: create(empty=True), lambda: next(files)))

    def other() -> str:
        return next(turn)()

    return other


def prints(desk: Desk, url: str) -> list[str]:
    """What `store copy` prints of a store when it is copied: the table, its rows, their hash."""
    ws = desk.open()
    store = open_store(url, ws.folder, ws.now())
    with store.read() as connection:
        found = [transfer._print(connection, t) for t in schema.metadata.sorted_tables]
    store.close()
    return [f"{one.table}\t{one.rows}\t{one.sha256}" for one in found if one.table != "migrations"]


def found(desk: Desk, words: str, *options: str) -> set[tuple[int, str, str]]:
    """The places that a search finds: message, case and file."""
    ended = desk.run(*options, "search", words, "--own", "--format", "jsonl", today=LATER)
    return {(row["message"], row["case"], row["file"]) for row in map(json.loads, ended.out.splitlines())}


def test_a_store_goes_to_the_other_engine_and_back_and_is_the_same(
    busy: Desk, elsewhere: Callable[[], str]
) -> None:
    home = busy.open().settings["store.url"]
    there, back, there_again = elsewhere(), elsewhere(), elsewhere()
    for source, target in ((home, there), (there, back), (back, there_again)):
        ended = busy.run("store", "copy", source, target)
        assert ended.code == 0, ended.err
        assert "the same in both stores" in ended.err
        assert ended.out.splitlines() == prints(busy, home) == prints(busy, target)
    for url in (there, back, there_again):
        other = ("--set", f"store.url={url}")
        for command in (("report",), ("inbox", "list", "--all"), ("outbox", "list")):
            here, again = (
                busy.run(*options, *command, "--format", "jsonl", today=LATER).out for options in ((), other)
            )
            assert here
            assert here == again
        for words, places in (("thing", 1), ("request", 3)):
            assert len(found(busy, words)) == places
            assert found(busy, words, *other) == found(busy, words)
        sound = busy.run(*other, "verify", today=LATER)
        assert (sound.code, sound.err) == (0, "")
    sent = busy.run("--set", f"store.url={back}", "send", "nhs-carrick", "--yes", today=LATER)
    assert sent.code == 0, sent.err  # its numbers go on


def test_a_copy_goes_into_an_empty_store_only(busy: Desk, elsewhere: Callable[[], str]) -> None:
    home, there = busy.open().settings["store.url"], elsewhere()
    assert busy.run("store", "copy", home, there).code == 0
    ended = busy.run("store", "copy", home, there)
    assert ended.code == 6
    assert "not empty" in ended.err
    with pytest.raises(InputError, match="into itself"):
        engines.copy(busy.open(), home, home)


def test_letters_that_wait_are_named_for_they_would_go_twice(
    desk: Desk, elsewhere: Callable[[], str]
) -> None:
    ws = desk.open()
    with ws.store.write() as connection:
        connection.execute(
            insert(schema.cases).values(token="FOI-AAAA22", campaign="c", topic="t", body="RAA", wave=1)
        )
        letter = dict.fromkeys(("letter", "recipient", "domain", "subject", "text", "wording", "answer"), "")
        connection.execute(
            insert(schema.outbox).values(
                **letter, token="FOI-AAAA22", message_id="a@x", state="queued", queued_at=ws.now(), attempts=0
            )
        )
    ended = desk.run("store", "copy", ws.settings["store.url"], elsewhere())
    assert "1 letter waits in both: only one of the two may go on" in ended.err


def test_nothing_is_copied_while_somebody_sends(desk: Desk, elsewhere: Callable[[], str]) -> None:
    ws = desk.open()
    with ws.one_of("send"):
        ended = desk.run("store", "copy", ws.settings["store.url"], elsewhere())
    assert ended.code == 10


def test_a_copy_that_is_not_as_the_store_is_leaves_nothing(
    busy: Desk, elsewhere: Callable[[], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    home, there = busy.open().settings["store.url"], elsewhere()
    count_on = dump.count_on

    def spoil(connection: object) -> None:
        count_on(connection)  # type: ignore[arg-type]  # as it comes
        connection.execute(update(schema.cases).values(topic="another"))  # type: ignore[attr-defined]  # as above

    monkeypatch.setattr(dump, "count_on", spoil)
    with pytest.raises(StoreError, match="not as the store is, in cases"):
        engines.copy(busy.open(), home, there)
    monkeypatch.undo()
    ws = busy.open()
    store = open_store(there, ws.folder, ws.now())
    with store.read() as connection:
        assert dump.full(connection) == ()
    store.close()


def test_a_mail_whose_bytes_have_changed_is_named(busy: Desk, elsewhere: Callable[[], str]) -> None:
    ws = busy.open()
    with ws.store.write() as connection:
        sha256 = connection.scalar(
            select(schema.raw_mail.c.sha256).order_by(schema.raw_mail.c.sha256).limit(1)
        )
        raw = schema.raw_mail
        connection.execute(update(raw).where(raw.c.sha256 == sha256).values(raw=b"forged"))
    assert sha256 != hashlib.sha256(b"forged").hexdigest()
    with pytest.raises(StoreError, match=f"{sha256} have changed"):
        engines.copy(ws, ws.settings["store.url"], elsewhere())


def test_the_log_of_a_copy_reads_as_events(busy: Desk, elsewhere: Callable[[], str]) -> None:
    ws, there = busy.open(), elsewhere()
    engines.copy(ws, ws.settings["store.url"], there)
    store = open_store(there, ws.folder, ws.now())
    with ws.store.read() as one, store.read() as two:
        assert cases.log(one) == cases.log(two)
    store.close()
