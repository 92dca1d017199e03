"""`foimail demo` as `make demo` runs it, by a user whose environment names real servers: it must never call them."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import threading
from typing import TYPE_CHECKING

import pytest

from foimail.files.tables import table

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class Listener:
    """A port that notes whoever calls and hangs up."""

    def __init__(self) -> None:
        self.calls = 0
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._socket.getsockname()[1])
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._thread.join(10)

    def _listen(self) -> None:
        while True:
            try:
                caller, _ = self._socket.accept()
            except OSError:
                return
            self.calls += 1
            caller.close()


@pytest.fixture
def smtp() -> Iterator[Listener]:
    listener = Listener()
    yield listener
    listener.close()


@pytest.fixture
def imap() -> Iterator[Listener]:
    listener = Listener()
    yield listener
    listener.close()


def foimail(environ: dict[str, str], *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "foimail", *words]
    return subprocess.run(command, env=environ, capture_output=True, text=True, check=False, timeout=120)


def test_the_demo_calls_nobody_whatever_the_environment_says(
    tmp_path: Path, smtp: Listener, imap: Listener
) -> None:
    (tmp_path / "password.txt").write_text("secret", encoding="ascii")
    (tmp_path / "password.txt").chmod(0o600)
    environ = os.environ | {
        "FOIMAIL_MAIL_OUTGOING": f"smtp://us%40example.org@127.0.0.1:{smtp.port}",
        "FOIMAIL_MAIL_INCOMING": f"imap://us%40example.org@127.0.0.1:{imap.port}",
        "FOIMAIL_MAIL_PASSWORD": f"file:{tmp_path / 'password.txt'}",
        "FOIMAIL_STORE_URL": f"sqlite:///{tmp_path / 'elsewhere.db'}",
    }
    folder = tmp_path / "demo"
    shown = foimail(environ, "demo", str(folder))
    assert shown.returncode == 0, shown.stderr
    assert (smtp.calls, imap.calls) == (0, 0)
    assert not (tmp_path / "elsewhere.db").exists()
    letters = len(list((folder / "outbox" / "new").iterdir()))
    assert letters > 150
    assert shown.stdout.count("sent ") >= 2

    # It leaves a workspace that can be looked at, and that it does not overwrite.
    at = ("--workspace", str(folder))
    assert foimail(dict(os.environ), "demo", str(folder)).returncode == 5
    on = table("demo")["report_on"].isoformat()
    report = foimail(dict(os.environ), *at, "--today", on, "report", "--format", "jsonl").stdout
    assert {"overdue", "answered", "awaiting"} <= {json.loads(row)["stage"] for row in report.splitlines()}

    # The same commands typed by hand do follow the environment: the listeners hear what there is to hear.
    assert foimail(environ, *at, "poll").returncode == 7
    assert foimail(environ, *at, "send", "--all-trusts", "--yes", "--again", "--limit", "1").returncode in {
        3,
        7,
    }
    assert (smtp.calls, imap.calls) == (1, 1)
    assert len(list((folder / "outbox" / "new").iterdir())) == letters
