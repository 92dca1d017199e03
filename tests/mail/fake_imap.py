"""An IMAP server that says what a test tells it to, for what a real one cannot be made to do."""

from __future__ import annotations

import socket
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

STATUS = b"* STATUS INBOX (UIDNEXT 9 UIDVALIDITY 77 MESSAGES 3)\r\n"


def ordinary(command: str) -> bytes:
    """The answers of a harmless server; `%s` is the command's tag."""
    if command.startswith("CAPABILITY"):
        return b"* CAPABILITY IMAP4rev1 AUTH=XOAUTH2\r\n%s OK done\r\n"
    if command.startswith("STATUS"):
        return STATUS + b"%s OK done\r\n"
    if command.startswith("EXAMINE"):
        return b"* 3 EXISTS\r\n* OK [UIDVALIDITY 77] ok\r\n%s OK [READ-ONLY]\r\n"
    if command.startswith("UID SEARCH"):
        return b"* SEARCH 1 2 3\r\n%s OK done\r\n"
    if "RFC822.SIZE" in command:
        return (
            b"".join(b"* %d FETCH (UID %d RFC822.SIZE 5)\r\n" % (n, n) for n in (1, 2, 3)) + b"%s OK done\r\n"
        )
    if command.startswith("LOGOUT"):
        return b"* BYE\r\n%s OK done\r\n"
    return b"%s OK done\r\n"


@contextmanager
def fake_imap(
    answer: Callable[[str], bytes | None], greeting: bytes | None = b"* OK ready\r\n"
) -> Iterator[int]:
    """Serve one client after another on the port that is given.

    An answer (or greeting) of None breaks off at once, one that ends in DROP after it; b"" stays silent. A line sent after a `+` is
    passed on as it is and answered under the tag of the command before it.
    """
    listener = socket.create_server(("127.0.0.1", 0))
    thread = threading.Thread(target=_serve, args=(listener, answer, greeting), daemon=True)
    thread.start()
    try:
        yield listener.getsockname()[1]
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(10)


def _serve(listener: socket.socket, answer: Callable[[str], bytes | None], greeting: bytes | None) -> None:
    while True:
        try:
            connection, _ = listener.accept()
        except OSError:
            return
        with connection, connection.makefile("rb") as lines:
            connection.settimeout(10)
            said: bytes | None = b""
            tag = ""
            try:
                if greeting is None:
                    continue
                connection.sendall(greeting)
                for line in lines:
                    text = line.decode("latin-1").strip()
                    if said is not None and said.startswith(b"+"):
                        command = text
                    else:
                        tag, _, command = text.partition(" ")
                    said = answer(command)
                    if said is None:
                        break
                    connection.sendall(said.replace(b"%s", tag.encode()))
                    if said.endswith(b"DROP"):
                        break
            except OSError:
                continue
