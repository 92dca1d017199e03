"""`foimail doctor`: each thing that a campaign depends on, well or with what to do."""

from __future__ import annotations

import shutil
from datetime import date
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest

from foimail.mail.encryption import Encryption
from foimail.mail.incoming import Folder
from foimail.mail.outgoing import Lost
from foimail.workflows import doctor
from foimail.workspace import Workspace
from tests.desk import EMAIL, TODAY

if TYPE_CHECKING:
    from tests.desk import Desk, Server


def findings(desk: Desk, *options: str, today: str = TODAY) -> tuple[int, dict[str, str]]:
    ended = desk.run(*options, "doctor", today=today)
    lines = [line for line in ended.out.splitlines() if not line.startswith(" ")]
    return ended.code, {line[9:].partition(":")[0]: line[:8].strip() for line in lines}


def test_a_new_workspace_is_well(desk: Desk) -> None:
    code, found = findings(desk)
    assert code == 0
    assert list(found) == [
        *("settings", "registry", "letters", "store", "files", "holidays"),
        *("outgoing mail", "incoming mail", "clock"),
    ]
    assert {what for what, state in found.items() if state != "ok"} <= {"registry", "clock"}
    assert f"mail is read from {desk.folder / 'inbox'}: INBOX" in desk.run("doctor").out
    assert found["clock"] == "warning"  # the day is pretended


def test_faults_are_shown_with_their_lines_and_the_rest_is_still_looked_at(desk: Desk) -> None:
    desk.change("trusts.yaml", "foi@ashcombe.example", "nowhere")
    desk.add("templates/base/request.txt", "{{ oops }}\n")
    code, found = findings(desk, "--set", "mail.incoming=maildir:gone")
    assert code == 3
    assert {what for what, state in found.items() if state == "problem"} == {
        "registry",
        "letters",
        "incoming mail",
    }
    ended = desk.run("doctor")
    assert "trusts.yaml:" in ended.err
    assert "templates/base/request.txt:" in ended.err
    assert "-> foimail campaign check" in ended.out


def test_letters_in_doubt_are_mentioned(desk: Desk, server: Server) -> None:
    server.answers["foi@ashcombe.example"] = [Lost("silence")]
    desk.run("send", "RAA", "--yes")
    assert findings(desk)[1]["store"] == "warning"
    assert server.closed == 2


def test_a_registry_to_look_after_is_mentioned(desk: Desk) -> None:
    desk.change("trusts.yaml", "foi@birchwood.example", "foi@ashcombe.example")
    assert findings(desk)[1]["registry"] == "warning"


def test_a_full_disk_is_a_problem(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=100 * 2**20))
    assert "only 100 MB free on this disk" in desk.run("doctor").out


def test_holidays_not_yet_proclaimed_are_mentioned(desk: Desk) -> None:
    assert findings(desk, today="2028-03-01")[1]["holidays"] == "warning"
    assert findings(desk, today="2031-03-01")[1]["holidays"] == "problem"


def test_a_server_without_a_junk_folder_is_mentioned(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    box = SimpleNamespace(
        folders=lambda _: (Folder("INBOX", "inbox"),), close=lambda: None, encryption=Encryption
    )
    monkeypatch.setattr(Workspace, "open_incoming", lambda _: box)
    ended = desk.run("--set", "mail.incoming=imap://me@127.0.0.1", "doctor")
    assert "signed in; polls INBOX; no junk folder found" in ended.out


@pytest.mark.parametrize(("today", "state"), [("2026-06-12", "ok"), ("2026-06-26", "warning")])
def test_how_the_connections_are_encrypted_is_shown(
    desk: Desk, server: Server, monkeypatch: pytest.MonkeyPatch, today: str, state: str
) -> None:
    found = Encryption("TLSv1.3", "TLS_AES_256_GCM_SHA384", date(2026, 7, 1))
    folders = (Folder("INBOX", "inbox"), Folder("Junk", "junk"))
    box = SimpleNamespace(folders=lambda _: folders, close=lambda: None, encryption=lambda: found)
    monkeypatch.setattr(Workspace, "open_incoming", lambda _: box)
    monkeypatch.setattr(server, "encryption", lambda: found, raising=False)
    ended = desk.run("--set", "mail.incoming=imap://me@mail.example", "doctor", today=today)
    words = "TLSv1.3, TLS_AES_256_GCM_SHA384, certificate valid until 2026-07-01"
    for line in (
        f"outgoing mail: signed in; {words}",
        f"incoming mail: signed in; polls INBOX, Junk; {words}",
    ):
        assert f"{state:8} {line}" in ended.out


VERDICTS = "mx.northlight.example; spf=pass smtp.mailfrom=x; dkim=pass; dmarc={}"


@pytest.mark.parametrize(
    ("header", "state", "words"),
    [
        (
            VERDICTS.format("pass"),
            "ok",
            "dkim=pass, dmarc=pass, spf=pass, says mx.northlight.example (your mail server)",
        ),
        (VERDICTS.format("fail"), "warning", "dmarc=fail, spf=pass"),
        (
            "mx.stranger.example; spf=pass; dkim=pass; dmarc=pass",
            "ok",
            "your mail server wrote no verdict on it",
        ),
    ],
)
def test_a_rehearsal_that_came_back_tells_whether_bodies_will_believe_our_letters(
    desk: Desk, server: Server, header: str, state: str, words: str
) -> None:
    before = desk.run("doctor").out
    assert "ok       rehearsal: none has come back yet" in before
    assert "-> foimail send CODE --rehearse foi@northlight.example, then foimail poll" in before
    assert desk.run("send", "RAA", "--rehearse", EMAIL, "--yes").code == 0
    ((_, _, raw),) = server.letters
    desk.comes(f"Authentication-Results: {header}\n".encode() + raw)
    desk.run("poll")
    out = desk.run("doctor").out
    line = next(line for line in out.splitlines() if " rehearsal: " in line)
    assert line.startswith(f"{state:8} rehearsal: the letter of 12 June 2026")
    assert words in line
    assert ("-> DMARC: bodies may refuse your letters" in out) == (state == "warning")
    desk.change("foimail.toml", "smtp://127.0.0.1:2525", "maildir:outbox")
    assert "rehearsal:" not in desk.run("doctor").out


def test_on_the_real_day_the_clock_is_shown(desk: Desk) -> None:
    from datetime import UTC, datetime

    from foimail.workspace import LONDON

    ws = desk.open(datetime.now(UTC).astimezone(LONDON).date().isoformat())
    *_, clock = doctor.examine(ws)
    assert (clock.what, clock.state, clock.says.endswith("in London")) == ("clock", "ok", True)
