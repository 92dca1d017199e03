"""Where the tokens of a sign-in are kept: a file that only its owner can read, or the keyring."""

from __future__ import annotations

import fcntl
import json
import os
import time
from contextlib import contextmanager
from dataclasses import asdict
from typing import TYPE_CHECKING

from foimail.errors import LoginError
from foimail.mail import logins
from foimail.mail.oauth import Tokens, renewed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from foimail.mail.oauth import Application

_LOCK = ".login.lock"


def access_token(application: Application, place: str, base: Path) -> str:
    """A token that is good for some minutes at least; renewed, and kept anew, where it is about to end.

    Args:
        application: The program and its provider.
        place: Where the tokens are: `file:PATH` or `keyring:SERVICE/USER`.
        base: The workspace's folder.

    Raises:
        LoginError: Nobody has signed in, or the sign-in has ended.
        MailError: The provider cannot be reached.
    """
    tokens = load(place, base)
    if not tokens.is_fresh(time.time()):
        with _alone(base):  # two runs at once: a refresh token that was used may be worth nothing afterwards
            tokens = load(place, base)
            if not tokens.is_fresh(time.time()):
                tokens = renewed(application, tokens)
                logins.keep(place, json.dumps(asdict(tokens)), base)
    return tokens.access


def save(tokens: Tokens, place: str, base: Path) -> None:
    """Keep what a sign-in gave."""
    with _alone(base):
        logins.keep(place, json.dumps(asdict(tokens)), base)


def load(place: str, base: Path) -> Tokens:
    """What was kept; LoginError where there is nothing or it makes no sense."""
    kind, _, name = place.partition(":")
    if kind == "file" and not (base / name).exists():
        raise LoginError("Nobody has signed in to this mailbox yet.", "foimail login")
    try:
        found = json.loads(logins.resolve(place, {}, base))
        return Tokens(
            str(found["issuer"]),
            str(found["client"]),
            str(found["access"]),
            str(found["refresh"]),
            float(found["expires"]),
        )
    except (ValueError, TypeError, LookupError):
        raise LoginError("What is kept of the sign-in makes no sense.", "foimail login") from None


@contextmanager
def _alone(base: Path) -> Iterator[None]:
    handle = os.open(base / _LOCK, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
