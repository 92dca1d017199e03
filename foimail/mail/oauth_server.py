"""One question to a sign-in server over https, and its answer in JSON (RFC 6749 s.5)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from urllib.error import HTTPError
from urllib.parse import urlencode, urlsplit
from urllib.request import HTTPRedirectHandler, HTTPSHandler, Request, build_opener

from foimail.errors import MailError
from foimail.mail.server import MailServer, reason, tls_context

if TYPE_CHECKING:
    from collections.abc import Mapping

_LARGEST = 64 * 1024  # bytes of an answer
_NONSENSE = (OSError, ValueError, LookupError)


class _NoRedirects(HTTPRedirectHandler):
    """What is sent here is secret, and goes to the address that was named and to no other."""

    def redirect_request(self, *_: object) -> None:
        """Follow nothing."""


def is_safe(address: str) -> bool:
    """Whether an address may be told secrets: https, or this machine."""
    try:
        parts = urlsplit(address)
        host, has_user = parts.hostname or "", parts.username is not None
    except ValueError:
        return False
    if not host or has_user or not address.isprintable() or " " in address:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and MailServer("imap", host=host).is_loopback)


def ask(address: str, fields: Mapping[str, str], timeout: float) -> dict[str, object]:
    """Send a form, and read the JSON object that comes back, an error of the protocol included.

    Raises:
        MailError: The server cannot be reached or makes no sense. The sentence holds nothing of what was sent.
    """
    host = urlsplit(address).netloc
    opener = build_opener(_NoRedirects, HTTPSHandler(context=tls_context(None)))
    request = Request(address, urlencode(fields).encode(), {"Accept": "application/json"})  # noqa: S310 - `is_safe` was asked
    try:
        try:
            with opener.open(request, timeout=timeout) as answer:
                content = answer.read(_LARGEST)
        except HTTPError as error:
            content = error.read(_LARGEST)
        found = json.loads(content)
    except _NONSENSE as error:
        why = "its answer makes no sense" if isinstance(error, ValueError) else reason(error)
        raise MailError(f"The sign-in server {host} cannot be used: {one_line(why)}.") from None
    if not isinstance(found, dict):
        raise MailError(f"The sign-in server {host} cannot be used: its answer makes no sense.")
    return found


def one_line(text: str) -> str:
    """What a server says, as one line that steers no terminal."""
    return "".join(c if c.isprintable() else "\ufffd" for c in " ".join(text.split()))[:300].rstrip(".")
