"""The desk's own server: on this machine's loopback alone, until it is stopped."""

from __future__ import annotations

import errno
import logging
from typing import TYPE_CHECKING

from werkzeug.serving import WSGIRequestHandler, make_server

from foimail.errors import BusyError, InputError
from foimail.web.app import create
from foimail.web.door import Door

if TYPE_CHECKING:
    from collections.abc import Callable

    from werkzeug.serving import BaseWSGIServer

    from foimail.web.desk import Desk

HOST = "127.0.0.1"
PORT = 8417
_LOOPBACK = frozenset({HOST, "localhost"})
_TRIED = 20  # ports, where nobody asked for one


class Quiet(WSGIRequestHandler):
    """Says nothing of requests: their addresses hold keys, and a terminal is read by others."""

    def log(self, type: str, message: str, *args: object) -> None:  # noqa: A002, ARG002 - werkzeug's signature
        """Keep what is said for `FOIMAIL_DEBUG` and loggers."""
        logging.getLogger("foimail.web").debug(message, *args)

    def version_string(self) -> str:
        """No versions for those who look for holes."""
        return "foimail"


def check_host(host: str) -> None:
    """Refuse any but the loopback: letters about children are not for a network."""
    if host not in _LOOPBACK:
        raise InputError(
            f"the desk opens on this machine only, not on {host}",
            hint="from another machine, reach it through `ssh -L 8417:127.0.0.1:8417 THIS-MACHINE`; named users are not there yet",
        )


def bind(desk: Desk, port: int | None) -> tuple[BaseWSGIServer, Door]:
    """A server that listens, and its door. BusyError where the port is taken; without a port a free one near 8417 is found."""
    for number in (port,) if port is not None else range(PORT, PORT + _TRIED):
        try:
            door = Door(number or 0)
            server = make_server(HOST, number or 0, create(desk, door), threaded=True, request_handler=Quiet)
        except SystemExit:  # how werkzeug takes a port that is in use
            continue
        except OSError as error:
            if error.errno not in {errno.EADDRINUSE, errno.EACCES}:
                raise
            continue
        door.port = server.server_port
        return server, door
    taken = f"port {port} is" if port is not None else f"ports {PORT} to {PORT + _TRIED - 1} are"
    raise BusyError(f"{taken} taken", "name another with --port; 0 takes any that is free")


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
