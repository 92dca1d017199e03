"""The desk's own server: on the terms that were agreed on, until it is stopped."""

from __future__ import annotations

import errno
import logging
import socket
import ssl
from contextlib import closing
from typing import TYPE_CHECKING

from werkzeug.serving import WSGIRequestHandler, make_server

from foimail.errors import BusyError, InputError
from foimail.files import users
from foimail.web.app import create
from foimail.web.door import Door
from foimail.web.terms import Terms

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from werkzeug.serving import BaseWSGIServer

    from foimail.web.desk import Desk

PORT = 8417
_TRIED = 20  # ports, where nobody asked for one
_WAITING = 128  # connections


class Quiet(WSGIRequestHandler):
    """Says nothing of requests: their addresses hold keys, and a terminal is read by others."""

    timeout = 60  # seconds of silence after which a connection is closed

    def log(self, type: str, message: str, *args: object) -> None:  # noqa: A002, ARG002 - werkzeug's signature
        """Keep what is said for `FOIMAIL_DEBUG` and loggers."""
        logging.getLogger("foimail.web").debug(message, *args)

    def version_string(self) -> str:
        """No versions for those who look for holes."""
        return "foimail"


def bind(desk: Desk, port: int | None, terms: Terms | None = None) -> tuple[BaseWSGIServer, Door]:
    """A server that listens, and its door. BusyError where the port is taken; without a port a free one near 8417 is found.

    Raises:
        InputError: This machine has no such address, or its certificate cannot be used.
        BusyError: The port is taken.
    """
    terms = terms or Terms()
    encryption = _encryption(*terms.certificate) if terms.certificate else None
    folder = desk.workspace.folder
    with closing(_listening(terms.host, port)) as listens:
        number = listens.getsockname()[1]
        door = Door(number, terms, lambda: users.load(folder), place=str(folder))
        host = listens.getsockname()[0]
        server = make_server(
            host, number, create(desk, door), threaded=True, request_handler=Quiet, fd=listens.fileno()
        )
    if encryption:
        # hands are shaken when a request is read, in its own thread: whoever keeps silent holds up nobody else
        server.socket = encryption.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
        server.ssl_context = encryption
    return server, door


def _listening(host: str, port: int | None) -> socket.socket:
    for number in (port,) if port is not None else range(PORT, PORT + _TRIED):
        try:
            family, _, _, _, address = socket.getaddrinfo(host, number, type=socket.SOCK_STREAM)[0]
            return socket.create_server(address, family=family, backlog=_WAITING)
        except socket.gaierror:
            raise InputError(
                f"nothing is known of the host {host}", hint="give an address of this machine"
            ) from None
        except OSError as error:
            if error.errno == errno.EADDRNOTAVAIL:
                raise InputError(
                    f"{host} is no address of this machine", hint="`ip address` lists those that it has"
                ) from None
            if error.errno not in {errno.EADDRINUSE, errno.EACCES}:
                raise
    taken = f"port {port} is" if port is not None else f"ports {PORT} to {PORT + _TRIED - 1} are"
    raise BusyError(f"{taken} taken", "name another with --port; 0 takes any that is free")


def _encryption(certificate: Path, key: Path) -> ssl.SSLContext:
    found = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    found.minimum_version = ssl.TLSVersion.TLSv1_2
    try:
        if key.stat().st_mode & 0o007:
            raise InputError(f"the key {key} can be read by anybody on this machine", hint=f"chmod 600 {key}")
        found.load_cert_chain(certificate, key, password=lambda: "")  # nobody is asked while it starts
    except ssl.SSLError:
        raise InputError(
            f"{certificate} and {key} are no certificate and its key",
            hint="both as PEM, the key without a password",
        ) from None
    except OSError as error:
        raise InputError(f"{error.filename or certificate} cannot be read: {error.strerror}") from None
    return found


def run(server: BaseWSGIServer, opened: Callable[[], None]) -> None:
    """Answer until Ctrl-C; what is being sent then is stopped after the letter in hand."""
    try:
        opened()
        server.serve_forever()
    except KeyboardInterrupt:
        pass
    finally:
        server.server_close()
        at_work = server.app.extensions.get("run")  # type: ignore[attr-defined]
        if at_work is not None:
            at_work.stop.set()
