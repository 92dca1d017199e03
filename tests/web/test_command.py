"""`foimail web` as its user starts and stops it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from http.client import HTTPConnection
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from tests.desk import Desk


def test_it_prints_an_address_that_lets_in_and_ends_with_ctrl_c(desk: Desk) -> None:
    command = [
        sys.executable,
        "-m",
        "foimail",
        "--workspace",
        str(desk.folder),
        "web",
        "--port",
        "0",
        "--no-open",
    ]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=dict(os.environ)
    ) as desk_:
        assert desk_.stdout is not None
        assert desk_.stderr is not None
        address = urlsplit(desk_.stdout.readline().strip())
        assert address.hostname == "127.0.0.1"
        asked = HTTPConnection(address.hostname, address.port, timeout=10)
        asked.request("GET", f"{address.path}?{address.query}")
        came = asked.getresponse()
        came.read()
        assert came.status == 303
        assert "Werkzeug" not in str(came.headers)
        cookie = came.headers["Set-Cookie"].partition(";")[0]
        asked.request("GET", "/", headers={"Cookie": cookie})
        page = asked.getresponse()
        assert page.status == 200
        assert b"Ashcombe NHS Trust" in page.read()
        asked.close()
        desk_.send_signal(signal.SIGINT)
        told = desk_.stderr.read()
        assert desk_.wait(10) == 0
    assert "The desk is closed." in told
    assert "key=" not in told
    assert "GET /" not in told


def test_a_workspace_with_faults_opens_no_desk(desk: Desk) -> None:
    desk.change("foimail.toml", "[mail]", "[mial]")
    ended = desk.run("web", "--no-open")
    assert ended.code == 4
    assert "mial" in ended.err
    assert "http" not in ended.out
