"""A port of this machine to which a browser comes back with the code of a sign-in (RFC 8252 s.7.3)."""

from __future__ import annotations

import secrets
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Self
from urllib.parse import parse_qsl, urlsplit

from foimail.errors import LoginError, MailError
from foimail.mail.server import reason

if TYPE_CHECKING:
    from collections.abc import Mapping

_PAGE = b"<!doctype html><meta charset=utf-8><title>foimail</title><p>You can close this page and go back to the terminal.\n"
_SLOWEST = 10  # seconds for a request to arrive


class Returning:
    """Listens while it is entered; only an address with the right `state` (RFC 6749 s.10.12) counts."""

    def __init__(self, state: str, port: int = 0) -> None:
        self._said: dict[str, str] = {}
        self._came = threading.Event()
        try:
            self._server = ThreadingHTTPServer(("127.0.0.1", port), self._handler(state))
        except OSError as error:
            raise MailError(f"The port {port} of this machine cannot be used: {reason(error)}.") from None
        self.address = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(0.1,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def wait(self, patience: float) -> Mapping[str, str]:
        """What the browser brought: a `code` or an `error`; LoginError where it does not come within `patience` seconds."""
        if not self._came.wait(patience):
            raise LoginError("The browser did not come back in time.", "foimail login")
        return self._said

    def _handler(self, state: str) -> type[BaseHTTPRequestHandler]:
        returning = self

        class Page(BaseHTTPRequestHandler):
            timeout = _SLOWEST

            def do_GET(self) -> None:
                said = dict(parse_qsl(urlsplit(self.path).query))
                is_ours = secrets.compare_digest(said.get("state", "").encode(), state.encode())
                self.send_response(200 if is_ours else 404)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.end_headers()
                if is_ours and not returning._came.is_set():
                    self.wfile.write(_PAGE)
                    returning._said = said
                    returning._came.set()

            def log_message(self, *_: object) -> None:
                """Nothing: the line would hold the code."""

        return Page
