"""A disk that is full or cannot be written, a database that is held by another: one sentence, and the next run does the rest."""

from __future__ import annotations

import os
import re
import resource
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from foimail.store import engine
from tests.desk import TODAY, Desk, mail
from tests.postgres import about_a_file

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

pytestmark = about_a_file

ROOT = Path(__file__).parents[2]
LATE = "2026-07-20"
FULL = "foimail: the store: database or disk is full (make room on the disk; nothing that was recorded is lost)\n"
# root, without the rights that let it pass over permissions (capabilities 1 and 2 of Linux), is like anybody
_AS_ANYBODY = """
import ctypes, os, sys
if os.getuid() == 0:
    libc = ctypes.CDLL(None)
    head, sets = (ctypes.c_uint32 * 2)(0x20080522, 0), (ctypes.c_uint32 * 6)()
    assert libc.capget(head, sets) == 0
    for which in (0, 1):
        sets[which] &= ~0b110
    assert libc.capset(head, sets) == 0
from foimail.cli.main import run
run(sys.argv[1:])
"""


@pytest.fixture
def room(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Callable[[int | None], None]:
    """Let the store grow by so many pages more, or without bounds."""
    prepare = engine._prepare_sqlite
    limit: list[int | None] = [None]

    def prepared(connection: Any, record: Any) -> None:
        prepare(connection, record)
        if limit[0] is not None:
            connection.execute(f"PRAGMA max_page_count={limit[0]}")

    def set_room(pages: int | None) -> None:
        store = desk.open().store
        with store.read() as connection:
            held = int(connection.exec_driver_sql("PRAGMA page_count").scalar_one())
        store.close()
        limit[0] = None if pages is None else held + pages

    monkeypatch.setattr(engine, "_prepare_sqlite", prepared)
    return set_room


def steps() -> Iterator[int]:
    yield from range(12)
    yield from range(12, 60, 6)


def test_a_disk_that_fills_up_at_any_point_of_a_poll_costs_nothing(
    desk: Desk, room: Callable[[int | None], None]
) -> None:
    token = desk.send("RAA")["RAA"]
    for number in range(6):
        text = f"Thank you for your request {number}. " + "We will answer. " * 900
        desk.comes(mail(text, subject=f"Re: [{token}]", message_id=f"{number}@x"))
    full = 0
    for pages in steps():
        room(pages)
        ended = desk.run("poll", today=LATE)
        room(None)
        assert ended.code in {0, 6}, ended.err
        if ended.code == 6:
            full += 1
            assert ended.err == FULL
        assert desk.run("verify", today=LATE).code == 0
    assert full >= 3
    assert desk.run("poll", today=LATE).code == 0
    replies = [
        row for row in desk.data("messages", today=LATE) if row["message_id"] in {f"{n}@x" for n in range(6)}
    ]
    assert [row["cases"] for row in replies] == [[token]] * 6


def test_a_disk_that_fills_up_while_letters_go_sends_none_twice(
    desk: Desk, room: Callable[[int | None], None]
) -> None:
    full = 0
    for pages in steps():
        room(pages)
        ended = desk.run("send", "RAA", "RBB", "nhs-carrick", "--yes")
        room(None)
        assert ended.code in {0, 3, 6}, ended.err
        if ended.code == 6:
            full += 1
            assert ended.err.endswith(FULL)
        assert desk.run("verify").code == 0
    desk.run("poll")  # a letter that was on its way lies in the Maildir, and is known by that
    desk.run("send", "RAA", "RBB", "nhs-carrick", "--yes")
    assert full >= 3
    assert len(desk.posted()) == 3
    assert {row["state"] for row in desk.letters()} == {"sent"}
    assert desk.run("verify").code == 0


def outside(
    folder: Path, *words: str, script: str = "", largest: int | None = None
) -> subprocess.CompletedProcess[str]:
    """foimail in a process of its own, in which no file may grow beyond `largest` bytes."""

    def limit() -> None:
        if largest is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (largest, largest))

    program = ["-c", script] if script else ["-m", "foimail"]
    return subprocess.run(
        [sys.executable, *program, "--workspace", str(folder), "--today", TODAY, *words],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=limit,
    )


def test_a_file_that_cannot_grow_is_one_sentence_whatever_was_to_be_written(
    desk: Desk, tmp_path: Path
) -> None:
    desk.send("RAA")
    size = (desk.folder / "foimail.db").stat().st_size
    for words in (
        ("send", "RBB", "--yes"),
        ("poll",),
        ("note", "RAA", "x"),
        ("backup", str(tmp_path / "copy.db")),
        ("report", "--format", "html", "-o", str(tmp_path / "report.html")),
    ):
        ended = outside(desk.folder, *words, largest=4096)
        assert ended.returncode in {1, 6}, (words, ended.stderr)
        assert re.fullmatch(r"(?:[^\n]*\n)*foimail: [^\n]+\n", ended.stderr), (words, ended.stderr)
        assert "Traceback" not in ended.stderr
        assert "fault in foimail" not in ended.stderr, (words, ended.stderr)
        assert sorted(tmp_path.glob("*copy*")) == sorted(tmp_path.glob("*report*")) == []
    assert (desk.folder / "foimail.db").stat().st_size == size
    assert desk.run("verify").code == 0
    assert len(desk.posted()) == 1


@pytest.mark.skipif(
    sys.platform != "linux" and os.getuid() == 0, reason="root of another system can write all"
)
def test_what_cannot_be_written_can_be_read_and_says_so(desk: Desk) -> None:
    desk.send("RAA")
    for path in (desk.folder, *desk.folder.rglob("*")):
        path.chmod(path.stat().st_mode & ~0o222)
    try:
        for words in ("report", "show RAA", "verify", "outbox list"):
            ended = outside(desk.folder, *words.split(), script=_AS_ANYBODY)
            assert (ended.returncode, bool(ended.stdout)) == (0, True), (words, ended.stderr)
        for words in ("send RBB --yes", "poll", "note RAA x", "escalate --due", "rebuild"):
            ended = outside(desk.folder, *words.split(), script=_AS_ANYBODY)
            assert ended.returncode in {5, 6}, (words, ended.stderr)
            assert re.search(
                r"foimail: (?:the store: attempt to write a readonly database \(the file or its folder cannot be written by you\)"
                r"|\S+\.lock cannot be written: Permission denied \(nothing was done; make the folder writable\))\n$",
                ended.stderr,
            ), (words, ended.stderr)
    finally:
        for path in (desk.folder, *desk.folder.rglob("*")):
            path.chmod(path.stat().st_mode | 0o200)
    assert desk.run("verify").code == 0


def test_a_database_that_another_program_holds_is_one_sentence_and_can_be_read(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = desk.send("RAA")["RAA"]
    desk.comes(mail(subject=f"Re: [{token}]"))
    monkeypatch.setattr(engine, "_BUSY_MS", 50)
    with desk.open().store.write():
        for words in (("send", "RBB", "--yes"), ("poll",), ("note", "RAA", "x")):
            ended = desk.run(*words, today=LATE)
            assert ended.code == 6
            assert ended.err.endswith(
                "foimail: the store: database is locked (another program holds the database; close it and try again)\n"
            )
        assert desk.run("report", today=LATE).code == 0
        assert desk.run("verify", today=LATE).code == 0
    assert desk.run("poll", today=LATE).code == 0
    assert desk.report(LATE)["RAA"]["stage"] != "not_sent"
    assert len(desk.posted()) == 1
