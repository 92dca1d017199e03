"""No stranger's words steer the terminal: of no command, on neither of its channels."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from foimail.cli import printing
from foimail.mail.outgoing import Rejected
from tests.desk import mail

if TYPE_CHECKING:
    from tests.desk import Desk, Ended, Server

# titles, answers of the terminal, C1 controls, direction of writing; not colours, which click takes away by itself
STEERS = "\x1b]0;pwned\x07\x9b2J\x1bc\u202egpj.exe\u2066"
FORBIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
LATER = "2026-08-20"


def harmless(ended: Ended) -> None:
    assert not FORBIDDEN.search(ended.out + ended.err), repr(FORBIDDEN.search(ended.out + ended.err))


@pytest.fixture
def hostile(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """A workspace whose mail is full of what steers terminals, and a terminal."""
    monkeypatch.setattr(printing, "on_terminal", lambda: True)
    token = desk.send("RAA", "RBB")["RAA"]
    text = f"1. We hold 5 {STEERS} cases in 2019.\n2. Section 12 {STEERS} applies.\nYours\n{STEERS}\n"
    raw = mail(f"Dear Rowan\n\n{text}", subject=f"RE: [{token}] hello")
    for old, new in {
        b"Subject: RE:": b"Subject: =?utf-8?q?"
        + "".join(f"={b:02X}" for b in STEERS.encode()).encode()
        + b"?= RE:",
        b"From: foi@": b"From: =?utf-8?q?"
        + "".join(f"={b:02X}" for b in STEERS.encode()).encode()
        + b"?= <foi@",
        b"ashcombe.example\nTo:": b"ashcombe.example>\nAuthentication-Results: mx.northlight.example; dkim=pass\x1b]0;x\x07\nTo:",
    }.items():
        assert old in raw
        raw = raw.replace(old, new, 1)
    desk.comes(raw)
    desk.comes(
        mail(f"Hello {STEERS}", sender="foi@stranger.example", message_id="x@stranger.example", subject="Hi")
    )
    assert desk.run("poll", today=LATER).code in {0, 3}
    return desk


@pytest.mark.parametrize(
    "command",
    [
        "inbox list --all",
        "inbox list --all --format csv",
        "inbox list --all --format jsonl",
        "inbox show 1",
        "inbox show 2",
        "review 1",
        "report",
        "report --format csv",
        "show RAA",
        "answers",
        "answers RAA",
        "stats",
        "outbox list",
        "outbox show 1",
        "escalate",
        "drafts list",
        "drafts show 1",
        "clarifications list",
        "reclassify",
        "retention",
        "summary",
        "methods",
        "export messages",
        "export messages --format csv",
        "export answers",
        "remind --print",
        "quarantine list",
    ],
)
def test_no_command_prints_what_steers_a_terminal(hostile: Desk, command: str) -> None:
    ended = hostile.run(*command.split(), today=LATER)
    harmless(ended)
    assert "Traceback" not in ended.err


def test_a_program_gets_every_character_of_a_table(hostile: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(printing, "on_terminal", lambda: False)
    assert "\x1b]0;pwned\x07" in hostile.run("export", "messages", "--format", "csv", today=LATER).out


def test_a_mail_server_does_not_either(desk: Desk, server: Server) -> None:
    answer = f"550 5.7.1 {STEERS} go away"
    server.answers["foi@ashcombe.example"] = [Rejected(550, answer, permanent=True, scope="session")]
    ended = desk.run("send", "RAA", "--yes")
    harmless(ended)
    assert "go away" in ended.err + ended.out
    for command in ("outbox list", "outbox show 1", "report", "show RAA", "send RAA --yes"):
        harmless(desk.run(*command.split()))


def test_nor_do_files_that_came_from_elsewhere(desk: Desk) -> None:
    for command in (
        f"import {desk.folder}/{STEERS}.eml",
        f"trusts show {STEERS}",
        f"show {STEERS}",
        f"pack {STEERS}",
    ):
        harmless(desk.run(*command.split(" ")))
    desk.change("trusts.yaml", "Ashcombe NHS Trust", '"Ashcombe \\\\e]0;x\\\\a\\\\x9b NHS Trust"')
    for command in (
        "trusts list",
        "trusts check",
        "trusts show RAA",
        "preview RAA",
        "report",
        "doctor",
        "send RAA --yes",
    ):
        harmless(desk.run(*command.split()))
