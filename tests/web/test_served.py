"""The desk as others reach it: over TLS, from the socket up."""

from __future__ import annotations

import shutil
import socket
import ssl
import subprocess
import threading
from contextlib import contextmanager
from http.client import HTTPSConnection
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import pytest

from foimail.errors import BusyError, InputError
from foimail.web import serve
from foimail.web.desk import Desk as Web
from foimail.web.terms import Terms, agree
from foimail.workflows import users as keeping

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.desk import Desk

OPENSSL = shutil.which("openssl")
pytestmark = pytest.mark.skipif(OPENSSL is None, reason="openssl, which makes a certificate, is not here")
GOOD = "moss lantern quarry tin"
TLS = {"web__certificate": "desk.crt", "web__key": "desk.key"}


def certify(folder: Path, *more: str) -> None:
    """A certificate for localhost with its key, in these two files."""
    command = [
        str(OPENSSL),
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:P-256",
        "-days",
        "2",
    ]
    names = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"]
    files = ["-keyout", str(folder / "desk.key"), "-out", str(folder / "desk.crt")]
    subprocess.run([*command, *names, *files, *(more or ["-nodes"])], check=True, capture_output=True)
    (folder / "desk.key").chmod(0o600)


def terms_of(desk: Desk, port: int) -> Terms:
    keeping.add(desk.open(), "Zoë Ash", GOOD)
    return agree(desk.open(**TLS, web__address=f"https://localhost:{port}"), "0.0.0.0", ["x"])  # noqa: S104 - over TLS


@contextmanager
def served(desk: Desk) -> Iterator[int]:
    certify(desk.folder)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server, door = serve.bind(web(desk), port, terms_of(desk, port))
    assert door.address == f"https://localhost:{port}/"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield port
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def web(desk: Desk) -> Web:
    return Web(desk.open, lambda: desk.open().today)


def trusting(desk: Desk, port: int) -> HTTPSConnection:
    trusts = ssl.create_default_context(cafile=str(desk.folder / "desk.crt"))
    return HTTPSConnection("localhost", port, timeout=20, context=trusts)


def test_somebody_comes_in_over_tls_while_others_keep_silent_or_speak_in_the_clear(desk: Desk) -> None:
    with (
        served(desk) as port,
        socket.create_connection(("127.0.0.1", port)),
        socket.create_connection(("127.0.0.1", port)) as clear,
    ):
        clear.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
        asks = trusting(desk, port)
        asks.request("GET", "/login")
        form = asks.getresponse()
        page = form.read().decode()
        assert form.status == 200
        key = page.partition('name="form_key" value="')[2].partition('"')[0]
        cookie = form.headers["Set-Cookie"].partition(";")[0]
        asks.request(
            "POST",
            "/login",
            urlencode({"name": "zoë ash", "password": GOOD, "form_key": key}),
            {
                "Cookie": cookie,
                "Origin": f"https://localhost:{port}",
                "Content-Type": "application/x-www-form-urlencoded",
            },
        )
        came = asks.getresponse()
        came.read()
        assert came.status == 303
        asks.request("GET", "/", headers={"Cookie": came.headers["Set-Cookie"].partition(";")[0]})
        answer = asks.getresponse()
        assert b"Ashcombe NHS Trust" in answer.read()
        asks.close()
        assert b"Ashcombe" not in clear.recv(1000)


def test_old_versions_of_tls_are_refused(desk: Desk) -> None:
    with served(desk) as port:
        old = ssl.create_default_context(cafile=str(desk.folder / "desk.crt"))
        old.set_ciphers("DEFAULT:@SECLEVEL=0")
        old.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
        with pytest.warns(DeprecationWarning, match="TLS"):
            old.maximum_version = ssl.TLSVersion.TLSv1_1
        with pytest.raises((ssl.SSLError, ConnectionError)):
            HTTPSConnection("localhost", port, timeout=20, context=old).request("GET", "/")


def test_a_certificate_that_cannot_be_used_is_one_sentence(desk: Desk) -> None:
    terms = terms_of(desk, 1)
    key, crt = desk.folder / "desk.key", desk.folder / "desk.crt"

    def says(words: str) -> None:
        with pytest.raises(InputError, match=words):
            serve.bind(web(desk), 0, terms)

    says("cannot be read: No such file")
    certify(desk.folder)
    key.chmod(0o644)
    says("can be read by anybody")
    key.chmod(0o600)
    crt.write_text("nothing\n", encoding="utf-8")
    says("are no certificate and its key")
    certify(desk.folder, "-passout", "pass:locked")
    says("are no certificate and its key")


def test_an_address_that_is_not_of_this_machine_is_one_sentence(desk: Desk) -> None:
    for host, words in (("192.0.2.1", "no address of this machine"), ("desk.invalid", "nothing is known")):
        with pytest.raises(InputError, match=words):
            serve.bind(web(desk), 0, Terms(host))
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(BusyError, match="taken"):
            serve.bind(web(desk), taken.getsockname()[1], Terms())
    assert desk.capsys.readouterr() == ("", "")
