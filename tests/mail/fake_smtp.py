"""An SMTP server that says what a test tells it to, for what a real one cannot be made to do."""

from __future__ import annotations

import socket
import threading
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

PLACES = ("greeting", "EHLO", "MAIL", "RCPT", "DATA", "dot", "RSET", "QUIT")


def honest(place: str) -> bytes:
    """The answers of a harmless server at each of PLACES."""
    answers = {
        "greeting": b"220 ready\r\n",
        "EHLO": b"250 fine\r\n",
        "DATA": b"354 go on\r\n",
        "QUIT": b"221 bye\r\n",
    }
    return answers.get(place, b"250 2.0.0 fine\r\n")


@dataclass
class Heard:
    """The port of the server and the letters whose final dot has come, each with its recipient."""

    port: int
    letters: list[tuple[str, bytes]] = field(default_factory=list)


@contextmanager
def fake_smtp(answer: Callable[[str], bytes | None] = honest) -> Iterator[Heard]:
    """Serve one client after another. An answer of None breaks off, one that ends in DROP after it; b"" stays silent."""
    listener = socket.create_server(("127.0.0.1", 0))
    heard = Heard(listener.getsockname()[1])
    thread = threading.Thread(target=_serve, args=(listener, answer, heard), daemon=True)
    thread.start()
    try:
        yield heard
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(10)


def _serve(listener: socket.socket, answer: Callable[[str], bytes | None], heard: Heard) -> None:
    while True:
        try:
            connection, _ = listener.accept()
        except OSError:
            return
        with connection, suppress(OSError):
            connection.settimeout(10)
            _talk(connection, answer, heard)


def _talk(connection: socket.socket, answer: Callable[[str], bytes | None], heard: Heard) -> None:
    def says(place: str) -> bool:
        said = answer(place)
        if said is not None:
            connection.sendall(said)
        return said is not None and not said.endswith(b"DROP")

    recipients: list[str] = []
    with connection.makefile("rb") as lines:
        goes_on = says("greeting")
        while goes_on and (line := lines.readline()):
            place = line[:4].decode("latin-1").upper()
            if place == "MAIL":
                recipients.clear()
            if place == "RCPT":  # the second is our own copy
                recipients.append(line.decode("latin-1").partition("<")[2].partition(">")[0])
            goes_on = says(place)
            if goes_on and place == "DATA" and answer(place) == honest(place):
                letter = _letter(lines)
                if letter is None:
                    return
                heard.letters.append((recipients[0], letter))
                goes_on = says("dot")


def _letter(lines: IO[bytes]) -> bytes | None:
    """A letter up to its final dot; None where the client breaks off."""
    letter = b""
    while (line := lines.readline()) != b".\r\n":
        if not line:
            return None
        letter += line
    return letter
