"""A sign-in server on this machine that speaks the device flow (RFC 8628), the code flow with PKCE (RFC 7636) and introspection."""

from __future__ import annotations

import base64
import hashlib
import json
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, parse_qsl, urlsplit
from urllib.request import urlopen

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass
class FakeProvider:
    """What the server says, and what it was asked.

    Attributes:
        url: Its address.
        says: Answers of the token endpoint to come before it agrees, as JSON or as bytes.
        begins: What the device endpoint says besides its usual answer.
        asked: The forms that came to the token endpoint.
        visited: The addresses that were looked at without a form.
        lives: Seconds that access tokens live.
        user: Whose tokens they are.
    """

    url: str = ""
    says: list[dict[str, Any] | bytes] = field(default_factory=list)
    begins: dict[str, Any] = field(default_factory=dict)
    asked: list[dict[str, str]] = field(default_factory=list)
    lives: int = 3600
    user: str = "foi@northlight.example"
    status: int = 400
    visited: list[str] = field(default_factory=list)
    challenges: dict[str, str] = field(default_factory=dict)

    @property
    def access(self) -> str:
        """The access token given last."""
        return f"access-{len(self.asked)}"

    def token(self, form: dict[str, str]) -> tuple[int, dict[str, Any] | bytes]:
        """The token endpoint."""
        self.asked.append(form)
        if self.says:
            return self.status, self.says.pop(0)
        match form.get("grant_type"):
            case "authorization_code":
                made = hashlib.sha256(form["code_verifier"].encode()).digest()
                challenge = base64.urlsafe_b64encode(made).rstrip(b"=").decode()
                if challenge != self.challenges.get(form["code"]):
                    return 400, {"error": "invalid_grant", "error_description": "PKCE"}
            case "refresh_token" if not form["refresh_token"].startswith("refresh-"):
                return 400, {"error": "invalid_grant"}
        number = len(self.asked)
        return 200, {
            "token_type": "Bearer",
            "access_token": f"access-{number}",
            "refresh_token": f"refresh-{number}",
            "expires_in": self.lives,
        }

    def device(self, form: dict[str, str]) -> tuple[int, dict[str, Any]]:
        """The device endpoint."""
        if form.get("client_id") != "foimail-client":
            return 400, {"error": "unauthorized_client", "error_description": "no such\x1b[2J client"}
        return 200, {
            "device_code": "device-secret",
            "user_code": "WDJB-MJHT",
            "verification_uri": "https://login.example/device",
            "expires_in": 900,
            "interval": 5,
            **self.begins,
        }

    def browse(self, address: str, **changed: str) -> int:
        """Be the user's browser: agree, and come back to the machine."""
        wanted = dict(parse_qsl(urlsplit(address).query))
        self.challenges["the-code"] = wanted["code_challenge"]
        said = {"code": "the-code", "state": wanted["state"], **changed}
        with urlopen(f"{wanted['redirect_uri']}/?{'&'.join(f'{k}={v}' for k, v in said.items())}") as page:  # noqa: S310 - loopback
            assert b"back to the terminal" in page.read()
            return int(page.status)


@contextmanager
def fake_provider(port: int = 0) -> Iterator[FakeProvider]:
    """Serve until the end of the block."""
    provider = FakeProvider()

    class Page(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            raw = self.rfile.read(int(self.headers["Content-Length"])).decode()
            form = {name: values[0] for name, values in parse_qs(raw).items()}
            match self.path:
                case "/device":
                    self._answer(*provider.device(form))
                case "/token":
                    self._answer(*provider.token(form))
                case "/moved":
                    self.send_response(302)
                    self.send_header("Location", f"{provider.url}/token")
                    self.end_headers()
                case _:
                    self._answer(404, b"nothing here")

        def do_GET(self) -> None:
            provider.visited.append(self.path)
            token = parse_qs(urlsplit(self.path).query).get("token", [""])[0]
            good = token == provider.access
            self._answer(200 if good else 400, {"active": good, "email": provider.user} if good else {})

        def _answer(self, status: int, content: dict[str, Any] | bytes) -> None:
            data = content if isinstance(content, bytes) else json.dumps(content).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: object) -> None:
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", port), Page)
    provider.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
