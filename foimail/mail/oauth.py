"""Signing in to a mailbox without a password: OAuth 2 by a device code (RFC 8628) or by the browser of this machine (RFC 8252).

Microsoft gives tokens for mail by device code. Google does not (its device flow knows no scope of Gmail's, and answers
`invalid_scope`), so there the browser comes back to a port of this machine, with PKCE (RFC 7636). Why this is not left to
msal and google-auth is said in docs/adr/0008.

No sentence raised here holds a token, and what a server says is cut to one harmless line.
"""

from __future__ import annotations

import base64
import hashlib
import secrets
import time
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal
from urllib.parse import urlencode

from foimail.errors import LoginError, MailError
from foimail.mail.oauth_server import ask, is_safe, one_line
from foimail.mail.returning import Returning

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Show = Callable[[str, str], None]  # an address to open, and the code to type there (may be empty)

_DEVICE = "urn:ietf:params:oauth:grant-type:device_code"
_INTERVAL = 5  # seconds between two questions, where the server names none; also what `slow_down` adds (RFC 8628 s.3.5)
_LONGEST_INTERVAL = 60
_VALID = 900  # seconds a device code is asked for, where the server does not say
_PATIENCE = 300  # seconds for the browser to come back
_EARLY = (
    300  # seconds before its end at which an access token is renewed: a poll of a large mailbox takes a while
)
_LIFE = 3600  # seconds an access token is taken to live, where the server does not say


@dataclass(frozen=True, slots=True)
class Provider:
    """Who gives tokens: the way to sign in, where it begins, where tokens are had, for what, and what else is said."""

    flow: Literal["device", "browser"]
    begin: str = ""
    token: str = ""
    scopes: str = ""
    more: Mapping[str, str] = field(default_factory=dict)


_MICROSOFT = "https://login.microsoftonline.com/{tenant}/oauth2/v2.0"
PROVIDERS: Mapping[str, Provider] = {
    "microsoft": Provider(
        "device",
        f"{_MICROSOFT}/devicecode",
        f"{_MICROSOFT}/token",
        "https://outlook.office.com/IMAP.AccessAsUser.All https://outlook.office.com/SMTP.Send offline_access",
    ),
    "google": Provider(
        "browser",
        "https://accounts.google.com/o/oauth2/v2/auth",
        "https://oauth2.googleapis.com/token",
        "https://mail.google.com/",
        # without these Google gives a refresh token at the very first sign-in only
        {"access_type": "offline", "prompt": "consent"},
    ),
    "device": Provider("device"),
    "browser": Provider("browser"),
}


@dataclass(frozen=True, slots=True)
class Application:
    """The program as it is registered with a provider, and how it speaks to it.

    `client` is its public number; `secret` gives what Google calls its secret, and nothing elsewhere.
    """

    provider: Provider
    client: str
    secret: Callable[[], str] = field(default=lambda: "", repr=False)
    timeout: float = 60

    def named(self) -> dict[str, str]:
        """How the program names itself with each question."""
        secret = self.secret()
        return {"client_id": self.client, **({"client_secret": secret} if secret else {})}


@dataclass(frozen=True, slots=True)
class Tokens:
    """What a sign-in gave. `access` is good until `expires` (seconds since 1970), `refresh` for longer, at `issuer` alone."""

    issuer: str
    client: str
    access: str = field(repr=False)
    refresh: str = field(repr=False)
    expires: float

    def is_fresh(self, now: float) -> bool:
        """Whether the access token is good for a while still."""
        return now < self.expires - _EARLY


def provider(name: str, tenant: str, begin: str, token: str, scopes: str) -> Provider:
    """The provider of this name, with what the settings say instead; LoginError where something is missing or not safe."""
    if name not in PROVIDERS:
        raise LoginError(f"oauth:{one_line(name)} is not known.", f"known are {', '.join(PROVIDERS)}")
    known = PROVIDERS[name]
    found = replace(
        known,
        begin=begin or known.begin.replace("{tenant}", tenant),
        token=token or known.token.replace("{tenant}", tenant),
        scopes=scopes or known.scopes,
    )
    for what, value in (("begin_url", found.begin), ("token_url", found.token), ("scopes", found.scopes)):
        if not value:
            raise LoginError(f"oauth:{name} needs oauth.{what} in foimail.toml.", "docs/mailboxes.md")
        if what != "scopes" and not is_safe(value):
            raise LoginError(f"oauth.{what} must be an https:// address.")
    return found


def sign_in(
    application: Application,
    show: Show,
    *,
    user: str = "",
    port: int = 0,
    patience: float = _PATIENCE,
    sleep: Callable[[float], None] = time.sleep,
) -> Tokens:
    """Let the user sign in: `show` is given the address to open and the code to type there; the tokens come back.

    Args:
        application: The program and its provider.
        show: Prints an address and a code.
        user: Whose mailbox it is, to be offered by the provider's page.
        port: The port of this machine that the browser comes back to; 0 for any that is free.
        patience: Seconds to wait for the browser.
        sleep: Waits between two questions.

    Raises:
        LoginError: The user said no, was too late, or the program is not registered rightly.
        MailError: The provider cannot be reached or makes no sense.
    """
    if application.provider.flow == "device":
        return _by_device(application, show, sleep)
    return _by_browser(application, show, user, port, patience)


def renewed(application: Application, tokens: Tokens) -> Tokens:
    """Fresh tokens for those that are running out; LoginError where the sign-in has ended."""
    if (tokens.issuer, tokens.client) != (application.provider.token, application.client):
        # whoever changed the settings does not get what another provider gave
        raise LoginError("The kept sign-in is from another provider or program.", "foimail login")
    answer = _tokens(application, {"grant_type": "refresh_token", "refresh_token": tokens.refresh})
    return _read(application, answer, tokens.refresh)


def _by_device(application: Application, show: Show, sleep: Callable[[float], None]) -> Tokens:
    provider = application.provider
    begun = ask(
        provider.begin,
        {**application.named(), "scope": provider.scopes, **provider.more},
        application.timeout,
    )
    _refused(begun)
    device, code = _word(begun, "device_code"), _word(begun, "user_code")
    address = begun.get("verification_uri") or begun.get("verification_url")  # Google's older name for it
    if not isinstance(address, str) or not is_safe(address):
        raise MailError("The sign-in server names no https:// address to open.")
    show(one_line(address), one_line(code))
    interval = _seconds(begun, "interval", _INTERVAL)
    left = _seconds(begun, "expires_in", _VALID)
    while left > 0:
        sleep(interval)
        left -= interval
        try:
            answer = _tokens(application, {"grant_type": _DEVICE, "device_code": device})
        except LoginError:
            raise
        except (
            MailError
        ):  # a network that fails for a moment costs patience, not the sign-in (RFC 8628 s.3.5)
            interval = min(2 * interval, _LONGEST_INTERVAL)
            continue
        match answer.get("error"):
            case "authorization_pending":
                continue
            case "slow_down":
                interval += _INTERVAL
            case _:
                return _read(application, answer)
    raise LoginError("Nobody signed in before the code ran out.", "foimail login")


def _by_browser(application: Application, show: Show, user: str, port: int, patience: float) -> Tokens:
    provider = application.provider
    verifier = secrets.token_urlsafe(64)
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    state = secrets.token_urlsafe(24)
    with Returning(state, port) as returning:
        wanted = {
            "response_type": "code",
            "client_id": application.client,
            "redirect_uri": returning.address,
            "scope": provider.scopes,
            "state": state,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
            **({"login_hint": user} if user else {}),
            **provider.more,
        }
        show(f"{provider.begin}?{urlencode(wanted)}", "")
        said = returning.wait(patience)
    _refused(said)
    answer = _tokens(
        application,
        {
            "grant_type": "authorization_code",
            "code": _word(said, "code"),
            "redirect_uri": returning.address,
            "code_verifier": verifier,
        },
    )
    return _read(application, answer)


def _tokens(application: Application, fields: Mapping[str, str]) -> dict[str, object]:
    return ask(application.provider.token, {**application.named(), **fields}, application.timeout)


def _read(application: Application, answer: Mapping[str, object], refresh: str = "") -> Tokens:
    _refused(answer)
    if (kept := answer.get("refresh_token") or refresh) and isinstance(kept, str):
        lives = _seconds(answer, "expires_in", _LIFE)
        return Tokens(
            application.provider.token,
            application.client,
            _word(answer, "access_token"),
            kept,
            time.time() + lives,
        )
    raise LoginError(
        "The sign-in server gave no refresh token, so every poll would ask again.", "docs/mailboxes.md"
    )


def _refused(answer: Mapping[str, object]) -> None:
    error = answer.get("error")
    if error is None:
        return
    why = one_line(str(answer.get("error_description") or error))
    match error:
        case "access_denied" | "authorization_declined":
            raise LoginError("The sign-in was declined.", "foimail login")
        case "expired_token":
            raise LoginError("Nobody signed in before the code ran out.", "foimail login")
        case "invalid_grant":
            raise LoginError(f"The sign-in has ended: {why}.", "foimail login")
        case _:
            raise LoginError(
                f"The sign-in server refused ({one_line(str(error))}): {why}.", "docs/mailboxes.md"
            )


def _word(answer: Mapping[str, object], name: str) -> str:
    value = answer.get(name)
    if not isinstance(value, str) or not value or not value.isprintable():
        raise MailError(f"The sign-in server gave no {name.replace('_', ' ')}.")
    return value


def _seconds(answer: Mapping[str, object], name: str, otherwise: int) -> float:
    try:
        value = float(str(answer.get(name, otherwise)))
    except ValueError:
        return otherwise
    return value if 1 <= value < 10**7 else otherwise
