"""Who may come in: this machine only, by an address that works once, and then by a cookie; every form by its own word.

Host and Origin are checked against other sites that a browser may have open (DNS rebinding, forged forms); see RFC 6454 and the
Fetch standard. Nothing here trusts an address: other users of the machine can reach the port too.
"""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass, field
from threading import Lock
from typing import TYPE_CHECKING

from flask import Response, abort, g, redirect, request

if TYPE_CHECKING:
    from flask import Flask
    from werkzeug.exceptions import HTTPException
    from werkzeug.wrappers import Response as AnyResponse

NAMES = ("127.0.0.1", "localhost", "[::1]")
POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; frame-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_OPEN = frozenset({"enter", "deadlines.calendar_file", "asset"})  # each has a key of its own, or no secret
_ASKS = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass
class Visit:
    """One browser that has come in: the word that its forms carry, and what it is to be told next."""

    form_key: str = field(default_factory=lambda: secrets.token_urlsafe(24))
    said: list[tuple[str, str]] = field(default_factory=list)


@dataclass
class Door:
    """The port it stands at, the key that opens it once, and those inside."""

    port: int
    key: str = field(default_factory=lambda: secrets.token_urlsafe(32))
    visits: dict[str, Visit] = field(default_factory=dict, repr=False)
    _lock: Lock = field(default_factory=Lock, repr=False)

    @property
    def address(self) -> str:
        """What is printed: it lets one browser in, once."""
        return f"http://127.0.0.1:{self.port}/enter?key={self.key}"

    @property
    def cookie(self) -> str:
        """Cookies know no ports: each desk of this machine has a name of its own."""
        return f"foimail-{self.port}"

    def enter(self, key: str) -> str | None:
        """The visit that this key opens, by its cookie's value; None where it is not the key, or has been used."""
        with self._lock:
            if not self.key or not hmac.compare_digest(key.encode(), self.key.encode()):
                return None
            self.key = ""
            number = secrets.token_urlsafe(32)
            self.visits[number] = Visit()
            return number

    def hosts(self) -> frozenset[str]:
        """The names by which this machine may be called."""
        return frozenset(f"{name}:{self.port}" for name in NAMES)


def guard(app: Flask, door: Door) -> None:
    """Have every request checked before it is answered, and every answer sent with its policy."""
    app.before_request(lambda: _check(door))
    app.after_request(_seal)
    app.add_url_rule("/enter", "enter", lambda: _enter(door))


def _check(door: Door) -> None:
    if request.host not in door.hosts():
        abort(421, "This desk is reached by the address that was printed, and by no other name.")
    sends = request.method not in _ASKS
    if sends and request.headers.get("Origin") != f"http://{request.host}":
        abort(403, "This form was not sent from the desk's own page.")
    visit = door.visits.get(request.cookies.get(door.cookie, ""))
    if visit is None:
        if request.endpoint in _OPEN and not sends:
            return
        abort(403, "Open the address that `foimail web` printed: it lets one browser in.")
    g.visit = visit
    if sends and not hmac.compare_digest(request.form.get("form_key", "").encode(), visit.form_key.encode()):
        abort(403, "This form is of an earlier visit. Go back, load the page again, and send it once more.")


def _seal(response: Response) -> Response:
    headers = response.headers
    headers.setdefault("Content-Security-Policy", POLICY)
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Referrer-Policy"] = "same-origin"  # `no-referrer` would take the Origin from our own forms
    headers["Cross-Origin-Opener-Policy"] = "same-origin"
    headers["Cross-Origin-Resource-Policy"] = "same-origin"
    headers.setdefault("Cache-Control", "no-store")
    return response


def _enter(door: Door) -> AnyResponse:
    # a HEAD request, as a program makes that looks at an address in advance, does not use the key up
    number = door.enter(request.args.get("key", "")) if request.method == "GET" else None
    if number is None:
        if "visit" in g:
            return redirect("/", 303)
        abort(403, "This address has been used, or is not right. Start `foimail web` again for a new one.")
    response = redirect("/", 303)
    response.set_cookie(door.cookie, number, httponly=True, samesite="Strict")
    return response


def say(words: str, tone: str = "good") -> None:
    """Tell the visitor something on the next page that is shown."""
    g.visit.said.append((tone, words))


def said() -> list[tuple[str, str]]:
    """What is to be told now; it is told once."""
    visit: Visit | None = g.get("visit")
    if visit is None:
        return []
    words, visit.said = visit.said, []
    return words


def refusal(error: HTTPException) -> str:
    """The sentence of an error of HTTP."""
    return str(error.description or error.name)
