"""The mailbox that replies come to, by URL, and what is fetched. Nothing in a mailbox is ever changed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol

from foimail.errors import LoginError, MailError
from foimail.mail.server import parse_url, tls_context

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable, Iterator, Sequence
    from pathlib import Path

    from foimail.mail.encryption import Encryption
    from foimail.mail.logins import Login

BATCH_COUNT = 200  # servers refuse long lists of messages; 200 is also the fastest that was measured
BATCH_BYTES = 16 * 2**20  # what one transaction of the store and our memory hold at a time

Role = Literal["inbox", "junk", "sent", "other"]
_USUAL_NAMES: dict[str, Role] = {
    "junk": "junk",
    "spam": "junk",
    "junk e-mail": "junk",
    "junk email": "junk",
    "bulk mail": "junk",
    "[gmail]/spam": "junk",
    "[google mail]/spam": "junk",
    "sent": "sent",
    "sent items": "sent",
    "sent messages": "sent",
    "sent mail": "sent",
    "[gmail]/sent mail": "sent",
    "[google mail]/sent mail": "sent",
}


@dataclass(frozen=True, slots=True)
class Fetched:
    """One message as it lies in the mailbox: `key` is its unchanging name within `folder`."""

    folder: str
    key: str
    raw: bytes


@dataclass(frozen=True, slots=True)
class Batch:
    """Messages to store in one transaction with the cursor that follows them.

    `failed` are keys the mailbox lists but does not give; the next poll asks for them again.
    """

    messages: tuple[Fetched, ...]
    cursor: str
    failed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder to poll and what it is for."""

    name: str
    role: Role

    @classmethod
    def choose(cls, found: Iterable[tuple[str, Role]], extra: Sequence[str]) -> tuple[Folder, ...]:
        """Of all folders in a mailbox, those with a role and those asked for by name.

        Raises:
            MailError: One asked for does not exist; the sentence names those that do.
        """
        roles = dict(found)
        if missing := [name for name in extra if name not in roles]:
            raise MailError(
                f"The mailbox has no folder {' and no folder '.join(missing)}.",
                f"it has {', '.join(sorted(roles))}",
            )
        return tuple(cls(name, role) for name, role in roles.items() if role != "other" or name in extra)


class Incoming(Protocol):
    """A mailbox, read and never written."""

    def folders(self, extra: Sequence[str]) -> tuple[Folder, ...]:
        """The inbox, junk and sent folders, and those in `extra`; MailError where one of these is missing."""
        ...

    def new(self, folder: str, cursor: str, seen: Callable[[], Container[str]]) -> Iterator[Batch]:
        """What came since `cursor` ('' at first), oldest first; after a server's reset all is met again.

        Args:
            folder: The name of one of `folders`.
            cursor: That of the last batch stored for this folder; only the mailbox itself understands it.
            seen: The keys stored for this folder, asked for only by mailboxes that cannot tell by a cursor.

        Raises:
            MailError: The connection broke or the server makes no sense; batches given before are good.
        """
        ...

    def encryption(self) -> Encryption | None:
        """How the connection is encrypted; None where nothing crosses a network."""
        ...

    def close(self) -> None:
        """Sign out; never raises."""
        ...


def role_by_name(name: str) -> Role:
    """What a folder is for, by the names that mail programs give."""
    if name.upper() == "INBOX":
        return "inbox"
    name = name.lower()
    return _USUAL_NAMES.get(name.removeprefix("inbox.").removeprefix("inbox/"), "other")


def open_incoming(
    url: str, *, login: Login | None, base: Path, timeout: float = 60, cafile: str | None = None
) -> Incoming:
    """The mailbox that a URL names, connected and signed in.

    Args:
        url: `imaps://user@host`, `imap://user@host` (STARTTLS) or `maildir:PATH`.
        login: User and secret; a Maildir needs none.
        base: The folder that relative Maildir paths lie in.
        timeout: Seconds to wait for each answer of the server.
        cafile: Certificate authorities (PEM) to trust beside the system's.

    Raises:
        MailError: The mailbox cannot be reached.
        LoginError: The server does not accept the user or secret.
    """
    try:
        server = parse_url(url)
    except ValueError as error:
        raise MailError(f"Mail cannot come in: {error}.") from error
    if server.kind == "maildir":
        from foimail.mail.maildir import MaildirIn

        return MaildirIn(server.folder(base))
    if server.kind in {"imap", "imaps"}:
        if login is None or not login.user:
            raise LoginError(
                f"The mailbox at {server.host} needs a user name.", "write it as imaps://user@host"
            )
        from foimail.mail.imap import ImapIn

        return ImapIn(server, login, tls_context(cafile), timeout=timeout)
    raise MailError(
        f"Mail cannot come in by {server.kind}.", "mail.incoming is a maildir:, imap:// or imaps:// address"
    )
