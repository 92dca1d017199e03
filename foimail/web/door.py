"""Who may come in: by an address that works once, by name and password, or by a proxy's word; each form by its visit's word.

Host and Origin are checked against other sites that a browser may have open (DNS rebinding, forged forms); see RFC 6454 and the
Fetch standard. Nothing here trusts an address alone: other users of the machine can reach the port too.
"""

from __future__ import annotations

import hmac
import secrets
import time
from dataclasses import dataclass, field
from hashlib import sha256
from threading import Lock
from typing import TYPE_CHECKING

from flask import Response, abort, g, redirect, request, url_for

from foimail.files import users as users_file
from foimail.web.patience import Patience
from foimail.web.terms import Terms
from foimail.web.visits import Visit, Visits

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from flask import Flask
    from werkzeug.exceptions import HTTPException
    from werkzeug.wrappers import Response as AnyResponse

    from foimail.files.users import User

POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; frame-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_OPEN = frozenset(
    {"enter", "deadlines.calendar_file", "asset", "login.page"}
)  # each has a key of its own, or no secret
_BY_NAME = "You are not inside any more. Go back, come in anew, and send the form once more."
_BY_PROXY = "The proxy of this desk did not say who you are."
_BY_KEY = "Open the address that `foimail web` printed: it lets one browser in."
_ASKS = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass
class Door:
    """The port it stands at, the terms it is open on, who has a name here, and those inside.

    Attributes:
        key: Opens it once, on this machine.
        users: Everybody who may come in by name, as it is now.
        clock: Seconds that only go forward.
        place: What tells this desk from the others of a machine: cookies know no ports (RFC 6265 s.8.5).
    """

    port: int
    terms: Terms = field(default_factory=Terms)
    users: Callable[[], Mapping[str, User]] = dict
    clock: Callable[[], float] = time.monotonic
    place: str = ""
    key: str = field(default_factory=lambda: secrets.token_urlsafe(32), repr=False)
    visits: Visits = field(default_factory=Visits, repr=False)
    patience: Patience = field(default_factory=Patience, repr=False)
    _seal: bytes = field(default_factory=lambda: secrets.token_bytes(32), repr=False)
    _lock: Lock = field(default_factory=Lock, repr=False)

    def __post_init__(self) -> None:
        if self.terms.is_open:
            self.key = ""  # an address that anybody could follow is no way in from a network

    @property
    def address(self) -> str:
        """What is printed: it lets one browser in, once; or it leads to where one says who one is."""
        home = self.terms.home(self.port)
        return f"{home}/enter?key={self.key}" if self.key else f"{home}/"

    @property
    def cookie(self) -> str:
        """The cookie's name: one for each desk; over TLS one that no other host can set (RFC 6265bis s.4.1.3.2)."""
        tag = sha256(f"{self.place} {self.port}".encode()).hexdigest()[:10]
        return f"{'__Host-' * self.is_safe}foimail-{tag}"

    @property
    def is_named(self) -> bool:
        """Whether people come in by name and password."""
        return not self.terms.header and bool(self.users())

    @property
    def is_safe(self) -> bool:
        """Whether browsers come over TLS."""
        return self.terms.scheme == "https"

    def enter(self, key: str) -> str | None:
        """The visit that this key opens, by its cookie's value; None where it is not the key, or has been used."""
        with self._lock:
            if not self.key or not hmac.compare_digest(key.encode(), self.key.encode()):
                return None
            self.key = ""
            return self.visits.begin(Visit())

    def visit(self) -> Visit | None:
        """Whose request this is; None where nobody has come in by it, or may no more."""
        found = self.visits.find(request.cookies.get(self.cookie, ""), self.clock())
        if self.terms.header:
            return self._of_proxy(found)
        if found is not None and found.person:
            user = self.users().get(users_file.key(found.person))
            if user is None or user.hash != found.proof:
                return None
            found.decides = user.decides
        return found

    def _of_proxy(self, found: Visit | None) -> Visit | None:
        """The proxy says with each request who it is; whoever it is has a visit of their own."""
        name = self.terms.named(request.headers)
        if not name:
            return None
        if found is None or found.person != name:
            found = Visit(name, began=self.clock())
            g.new_visit = self.visits.begin(found)
        return found

    def is_of(self, origin: str | None) -> bool:
        """Whether a form with this origin was sent from a page of the desk as it was asked for."""
        return origin == f"{self.terms.scheme}://{request.host}"

    def word(self, number: str) -> str:
        """The word of a form that is sent before anybody has come in: it belongs to one cookie and one start of the desk."""
        return hmac.new(self._seal, number.encode(), "sha256").hexdigest()

    def let_in(self, response: AnyResponse, number: str) -> None:
        """Give a browser the cookie of its visit."""
        response.set_cookie(self.cookie, number, httponly=True, samesite="Strict", secure=self.is_safe)


def guard(app: Flask, door: Door) -> None:
    """Have every request checked before it is answered, and every answer sent with its policy."""
    app.before_request(lambda: _check(door))
    app.after_request(lambda response: _seal(response, door))
    app.add_url_rule("/enter", "enter", lambda: _enter(door))


def _check(door: Door) -> AnyResponse | None:
    if not door.terms.comes_through(request.remote_addr, request.headers):
        abort(403, "This desk is reached through its proxy, and by no other way.")
    if request.host not in door.terms.hosts(door.port):
        abort(421, "This desk is reached by the address that was printed, and by no other name.")
    sends = request.method not in _ASKS
    if sends and not door.is_of(request.headers.get("Origin")):
        abort(403, "This form was not sent from the desk's own page.")
    visit = door.visit()
    if visit is None:
        return _outside(door, sends=sends)
    g.visit = visit
    if sends and not hmac.compare_digest(request.form.get("form_key", "").encode(), visit.form_key.encode()):
        abort(403, "This form is of an earlier visit. Go back, load the page again, and send it once more.")
    if sends and not visit.decides and request.endpoint != "login.leave":
        abort(403, "You may read everything here, and decide nothing. Ask whoever keeps this desk.")
    return None


def _outside(door: Door, *, sends: bool) -> AnyResponse | None:
    """What is answered to somebody who has not come in."""
    if request.endpoint == "login.come_in" or (request.endpoint in _OPEN and not sends):
        return None
    if door.is_named and not sends and not request.headers.get("X-Part"):  # a page, and not a part of one
        wanted = request.full_path.rstrip("?") if request.method == "GET" else "/"
        return redirect(url_for("login.page", to=wanted), 303)
    return abort(403, _BY_NAME if door.is_named else _BY_PROXY if door.terms.header else _BY_KEY)


def _seal(response: Response, door: Door) -> Response:
    headers = response.headers
    headers.setdefault("Content-Security-Policy", POLICY)
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Referrer-Policy"] = "same-origin"  # `no-referrer` would take the Origin from our own forms
    headers["Cross-Origin-Opener-Policy"] = "same-origin"
    headers["Cross-Origin-Resource-Policy"] = "same-origin"
    headers.setdefault("Cache-Control", "no-store")
    if "new_visit" in g:
        door.let_in(response, g.new_visit)
    return response


def _enter(door: Door) -> AnyResponse:
    # a HEAD request, as a program makes that looks at an address in advance, does not use the key up
    number = door.enter(request.args.get("key", "")) if request.method == "GET" else None
    if number is None:
        if "visit" in g:
            return redirect("/", 303)
        abort(403, "This address has been used, or is not right. Start `foimail web` again for a new one.")
    response = redirect("/", 303)
    door.let_in(response, number)
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
