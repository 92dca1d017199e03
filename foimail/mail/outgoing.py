"""The way letters leave: what can become of one, and the transports by URL."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol

from foimail.errors import MailError
from foimail.mail.server import parse_url, tls_context

if TYPE_CHECKING:
    from pathlib import Path

    from foimail.mail.encryption import Encryption
    from foimail.mail.logins import Login


@dataclass(frozen=True, slots=True)
class Accepted:
    """The server took the letter and answered for it; `answer` is what it said."""

    answer: str


@dataclass(frozen=True, slots=True)
class Rejected:
    """The letter was certainly not accepted: the same bytes may be sent again.

    Attributes:
        code: The server's SMTP code, or 0 where it gave none (unreachable, dropped before the final dot).
        answer: What the server or the network said.
        permanent: Whether trying again is pointless (5xx).
        scope: Whom it is about: this recipient, this letter, or the whole run (`session`: stop).
    """

    code: int
    answer: str
    permanent: bool
    scope: Literal["recipient", "message", "session"]


@dataclass(frozen=True, slots=True)
class Lost:
    """No answer came after the final dot: nobody can say whether the server took the letter (RFC 1047)."""

    reason: str


Outcome = Accepted | Rejected | Lost


class Outgoing(Protocol):
    """A way for letters to leave. One connection serves many letters; it is not for use by two threads."""

    def check(self) -> str:
        """Reach the server and sign in, sending nothing; says in a sentence what was found.

        Raises:
            MailError: The server cannot be reached or used.
            LoginError: It does not accept the user or secret.
        """
        ...

    def send(self, sender: str, to: str, copy: str | None, raw: bytes) -> Outcome:
        """Hand one letter over, with an own copy to `copy` where given.

        Raises:
            LoginError: The server does not accept the user or secret; nothing was sent.
        """
        ...

    def encryption(self) -> Encryption | None:
        """How the connection is encrypted; None where nothing crosses a network."""
        ...

    def close(self) -> None:
        """Say goodbye; never raises."""
        ...


def open_outgoing(
    url: str,
    *,
    login: Login | None,
    base: Path,
    timeout: float = 60,
    patience: float = 600,
    cafile: str | None = None,
) -> Outgoing:
    """The transport that a URL names. Nothing is connected before the first letter or `check`.

    Args:
        url: `maildir:PATH`, `smtp://user@host:587` (STARTTLS) or `smtps://user@host:465`.
        login: User and secret; without a user nobody signs in.
        base: The folder that relative Maildir paths lie in.
        timeout: Seconds to wait for each answer of the server.
        patience: Seconds to wait for the answer to the final dot, where impatience makes letters `Lost`
            (RFC 5321 s.4.5.3.2.6 asks for ten minutes).
        cafile: Certificate authorities (PEM) to trust beside the system's.

    Raises:
        MailError: The URL names no way to send.
    """
    try:
        server = parse_url(url)
    except ValueError as error:
        raise MailError(f"Letters cannot leave: {error}.") from error
    if server.kind == "maildir":
        from foimail.mail.maildir import MaildirOut

        return MaildirOut(server.folder(base))
    if server.kind in {"smtp", "smtps"}:
        from foimail.mail.smtp import SmtpOut

        return SmtpOut(server, login, tls_context(cafile), timeout=timeout, patience=patience)
    raise MailError(
        f"Letters cannot leave by {server.kind}.", "mail.outgoing is a maildir:, smtp:// or smtps:// address"
    )
