"""Where mail goes to or comes from: the servers named in foimail.toml, and how far they are trusted."""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from typing import Literal, cast
from urllib.parse import unquote, urlsplit

from foimail.errors import MailError

Scheme = Literal["maildir", "smtp", "smtps", "imap", "imaps"]
_PORTS: dict[Scheme, int] = {"smtp": 587, "smtps": 465, "imap": 143, "imaps": 993}
_EXAMPLES = (
    "maildir:outbox, smtp://user@host:587, smtps://user@host:465, imaps://user@host or imap://user@host"
)


@dataclass(frozen=True, slots=True)
class MailServer:
    """A mail server or mailbox as a URL names it; `path` is a Maildir's folder as it was written."""

    kind: Scheme
    user: str = ""
    host: str = ""
    port: int = 0
    path: str = ""

    @property
    def is_loopback(self) -> bool:
        """Whether the server runs on this machine, so that nothing crosses a network."""
        if self.host == "localhost":
            return True
        try:
            return ip_address(self.host).is_loopback
        except ValueError:
            return False

    def folder(self, base: Path) -> Path:
        """A Maildir's folder; a relative one lies below `base`."""
        try:
            return base / Path(self.path).expanduser()
        except RuntimeError as error:
            raise MailError(f"The home folder in {self.path} is not known here.") from error


def parse_url(url: str) -> MailServer:
    """Read a mail server's URL; ValueError with one sentence, which never repeats a password."""
    scheme, colon, rest = url.strip().partition(":")
    scheme = scheme.lower()
    if not colon or (scheme != "maildir" and scheme not in _PORTS):
        raise ValueError(f"a mail server is written as {_EXAMPLES}")
    if scheme == "maildir":
        if not (path := rest.removeprefix("//")):
            raise ValueError("maildir: needs a folder, as in maildir:inbox")
        return MailServer("maildir", path=path)
    return _network(cast("Scheme", scheme), url.strip())


def _network(scheme: Scheme, url: str) -> MailServer:
    try:
        parts = urlsplit(url)
        port, host, password = parts.port, parts.hostname or "", parts.password
    except ValueError:
        raise ValueError(
            f"the {scheme} server has a host or port that makes no sense; it is written as {_EXAMPLES}"
        ) from None
    if password is not None:
        raise ValueError(
            f"the {scheme} server's URL must not hold a password; name a secret by reference instead"
        )
    if not host or any(c.isspace() or not c.isprintable() for c in unquote(parts.netloc)):
        raise ValueError(f"the {scheme} server needs a host name, as in {scheme}://user@host")
    if parts.path not in {"", "/"} or parts.query or parts.fragment:
        raise ValueError(f"the {scheme} server's URL must end after the host and port")
    return MailServer(scheme, unquote(parts.username or ""), host, port or _PORTS[scheme])


def tls_context(cafile: str | None) -> ssl.SSLContext:
    """TLS that verifies certificate and host name against the system's authorities, and those in `cafile`."""
    try:
        context = ssl.create_default_context()
        if cafile:
            context.load_verify_locations(cafile)
    except (OSError, ValueError) as error:
        raise MailError(
            f"The file of certificate authorities {cafile} cannot be used: {reason(error)}."
        ) from error
    return context


def reason(error: BaseException) -> str:
    """An exception of the network in a few words, on one line and without a full stop."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate is not trusted, {error.verify_message.rstrip('.')}"
    if isinstance(error, ssl.SSLError) and error.reason == "WRONG_VERSION_NUMBER":
        return "this port does not begin with TLS (write smtp:// or imap:// in place of smtps:// or imaps://)"
    if isinstance(error, TimeoutError):
        return "no answer in time"
    text = (error.strerror if isinstance(error, OSError) else None) or str(error) or type(error).__name__
    return " ".join(text.split())[:300].rstrip(".")
