"""On which terms a desk is open: to this machine by a key, or to others by name, and then over TLS; all else is refused."""

from __future__ import annotations

import hmac
from dataclasses import dataclass, field
from ipaddress import ip_address, ip_network
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from foimail.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from ipaddress import IPv4Network, IPv6Network
    from pathlib import Path

    from werkzeug.datastructures import Headers

    from foimail.workspace import Workspace

HERE = "127.0.0.1"
_LOOPBACK = frozenset({HERE, "localhost"})
_OWN = (ip_address(HERE), ip_address("::1"))
_NAMES = ("127.0.0.1", "localhost", "[::1]")
_LONGEST_NAME = 80
SECRET_HEADER = "X-Foimail-Proxy"  # noqa: S105 - the name of a header
_DOCS = "docs/desk.md"


@dataclass(frozen=True, slots=True)
class Terms:
    """What must be so of every request before anybody is asked for.

    Attributes:
        host: The address that is listened on.
        address: The origin (RFC 6454) by which people reach the desk, where it is open to other machines; else empty.
        certificate: The files of the certificate and its key, where the desk speaks TLS itself.
        proxies: Where requests come from, if through a proxy alone.
        header: The header in which that proxy says who is there; else there are users with passwords.
        secret: What the proxy says in `SECRET_HEADER`, so that nobody beside it on its machine can pass for it.
    """

    host: str = HERE
    address: str = ""
    certificate: tuple[Path, Path] | None = None
    proxies: tuple[IPv4Network | IPv6Network, ...] = ()
    header: str = ""
    secret: str = field(default="", repr=False)

    @property
    def is_open(self) -> bool:
        """Whether others than this machine's user come here."""
        return bool(self.address)

    @property
    def scheme(self) -> str:
        """What browsers speak with us, or with our proxy."""
        return "https" if self.address or self.certificate else "http"

    def home(self, port: int) -> str:
        """The origin that is told to people."""
        return self.address or f"{self.scheme}://{HERE}:{port}"

    def hosts(self, port: int) -> frozenset[str]:
        """The names under which requests are answered; another one is another site's (DNS rebinding)."""
        if self.address:
            return frozenset({urlsplit(self.address).netloc})
        return frozenset(f"{name}:{port}" for name in _NAMES)

    def comes_through(self, peer: str | None, headers: Headers) -> bool:
        """Whether a request from this address came by the way that was agreed on."""
        if not self.proxies:
            return True
        try:
            found = ip_address(peer or "")
        except ValueError:
            return False
        found = getattr(found, "ipv4_mapped", None) or found
        if not any(found in network for network in self.proxies):
            return False
        said = headers.get(SECRET_HEADER, "")
        return not self.secret or hmac.compare_digest(said.encode(), self.secret.encode())

    def named(self, headers: Headers) -> str:
        """Who is there, by the proxy's word; empty where it says nobody, or a name that another header was put before."""
        raw = headers.get(self.header, "") if self.header else ""
        name = raw.encode("latin-1", "replace").decode("utf-8", "replace").strip()
        is_one = 0 < len(name) <= _LONGEST_NAME and name.isprintable() and "," not in name
        return name if is_one else ""


def agree(ws: Workspace, host: str, users: Sequence[object]) -> Terms:
    """The terms that the settings and `--host` come to; InputError in one sentence where they leave something open."""
    said = {
        name: ws.settings[f"web.{name}"] for name in ("address", "user_header", "proxies", "proxy_secret")
    }
    proxies = _networks(said["proxies"])
    certificate = _certificate(ws)
    if said["user_header"] and not proxies:
        _refuse("web.user_header is believed from a proxy alone", "say in web.proxies where it comes from")
    if host in _LOOPBACK and not proxies:
        return Terms(HERE, certificate=certificate)
    if not said["user_header"] and not users:
        _refuse(
            f"the desk opens to {'others' if proxies else host} for named people only",
            'name them with `foimail users add "NAME"`, or the header of a proxy that knows them in web.user_header',
        )
    if not certificate and not proxies:
        _refuse(
            f"the desk opens to {host} over TLS only",
            "give web.certificate and web.key, or the addresses of a proxy that speaks TLS in web.proxies",
        )
    if (
        said["user_header"]
        and not said["proxy_secret"]
        and any(here in one for one in proxies for here in _OWN)
    ):
        _refuse(
            "a proxy on this machine must prove itself, for its other users reach the same port",
            f"point web.proxy_secret to a secret, and have the proxy send it as {SECRET_HEADER}",
        )
    address = _origin(said["address"])
    secret = ws.secret(said["proxy_secret"]) if said["proxy_secret"] else ""
    return Terms(
        HERE if host in _LOOPBACK else host, address, certificate, proxies, said["user_header"], secret
    )


def _refuse(sentence: str, hint: str) -> None:
    raise InputError(sentence, hint=f"{hint}; {_DOCS}")


def _networks(names: Sequence[str]) -> tuple[IPv4Network | IPv6Network, ...]:
    found = []
    for name in names:
        try:
            network = ip_network(name)
        except ValueError:
            raise InputError(
                f"web.proxies: {name} is no address", hint="such as 192.0.2.7, or 10.0.0.0/24"
            ) from None
        if not network.prefixlen:
            raise InputError(f"web.proxies: {name} is everybody", hint="name the proxy's own address")
        found.append(network)
    return tuple(found)


def _certificate(ws: Workspace) -> tuple[Path, Path] | None:
    names = ws.settings["web.certificate"], ws.settings["web.key"]
    if not any(names):
        return None
    if not all(names):
        raise InputError("web.certificate and web.key go together", hint=f"name both files; {_DOCS}")
    return ws.folder / names[0], ws.folder / names[1]


def _origin(address: str) -> str:
    """The address that people type, as browsers write an origin."""
    parts = urlsplit(address)
    try:
        port = parts.port
    except ValueError:
        port = 0
    if (
        port == 0
        or parts.scheme != "https"
        or not parts.hostname
        or parts.path not in {"", "/"}
        or parts.query
        or parts.username
    ):
        _refuse(
            f"web.address is {address!r}, and no address by which people reach the desk"
            if address
            else "web.address is not set",
            "such as https://desk.example or https://192.0.2.7:8417",
        )
    name = f"[{parts.hostname}]" if ":" in str(parts.hostname) else parts.hostname
    return f"https://{name}" + (f":{port}" if port not in {None, 443} else "")
