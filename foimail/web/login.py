"""Coming in by name and password, and leaving."""

from __future__ import annotations

import hmac
import math
import secrets
from threading import Lock
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from flask import Blueprint, Response, abort, g, redirect, render_template, request

from foimail.files import users
from foimail.web import here
from foimail.web.visits import Visit

if TYPE_CHECKING:
    from werkzeug.wrappers import Response as AnyResponse

    from foimail.web.door import Door

pages = Blueprint("login", __name__)
_one_at_a_time = Lock()  # Argon2 takes 64 MiB for each password that is tried
_WAITS = 429  # RFC 6585 s.4


@pages.get("/login")
def page() -> AnyResponse:
    """Ask who it is."""
    if "visit" in g:
        return redirect("/", 303)
    if not here.door().is_named:
        abort(403, "Nobody comes to this desk by name and password.")
    return _form()


@pages.post("/login")
def come_in() -> AnyResponse:
    """Let them in whose password it is; a wrong one is slow to be tried again."""
    door = here.door()
    if not door.is_named:
        abort(403, "Nobody comes to this desk by name and password.")
    number = request.cookies.get(_cookie(door), "")
    if not number or not hmac.compare_digest(
        request.form.get("form_key", "").encode(), door.word(number).encode()
    ):
        return _form("This form had grown old. Please type both once more.", 403)
    name = users.key(request.form.get("name", ""))
    address = "" if door.terms.proxies else request.remote_addr or ""  # of a proxy it is everybody's
    with _one_at_a_time:
        waits = door.patience.left(name, address, door.clock())
        if waits > 0:
            seconds = math.ceil(waits)
            sentence = f"Too many wrong passwords. Try again in {seconds} second{'s' * (seconds != 1)}."
            response = _form(sentence, _WAITS)
            response.headers["Retry-After"] = str(seconds)
            return response
        user = door.users().get(name)
        if not users.fits(request.form.get("password", ""), user) or user is None:
            door.patience.wrong(name, address, door.clock())
            return _form("This name and this password do not belong together.", 403)
        door.patience.right(name)
    response = redirect(_inside(request.form.get("to", "")), 303)
    door.let_in(response, door.visits.begin(Visit(user.name, user.hash, user.decides, door.clock())))
    return response


@pages.post("/leave")
def leave() -> AnyResponse:
    """End this visit."""
    door = here.door()
    door.visits.end(request.cookies.get(door.cookie, ""))
    response = redirect("/login", 303)
    response.delete_cookie(door.cookie, httponly=True, samesite="Strict", secure=door.is_safe)
    return response


def _cookie(door: Door) -> str:
    return f"{door.cookie}-form"


def _form(sentence: str = "", status: int = 200) -> AnyResponse:
    door = here.door()
    number = request.cookies.get(_cookie(door)) or secrets.token_urlsafe(16)
    response = Response(
        render_template(
            "login.html",
            sentence=sentence,
            form_key=door.word(number),
            name=request.form.get("name", ""),
            to=_inside(request.values.get("to", "")),
        ),
        status,
        mimetype="text/html",
    )
    response.set_cookie(_cookie(door), number, httponly=True, samesite="Strict", secure=door.is_safe)
    return response


def _inside(wanted: str) -> str:
    """A page of the desk, and no other site: browsers take what follows two slashes, of either kind, for a host."""
    parts = urlsplit(wanted)
    is_ours = (
        not parts.scheme and not parts.netloc and wanted.startswith("/") and wanted[1:2] not in {"/", "\\"}
    )
    return wanted if is_ours and wanted.isprintable() else "/"
