"""Poll: bytes into the store first, durably; only then is anything made of them.

A kill between any two steps costs nothing: what was not committed is fetched again, what is stored but not read is read by
the next run.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from foimail.errors import BusyError, MailError
from foimail.mail.maildir import MaildirIn
from foimail.store import inbox
from foimail.workflows import days, read

if TYPE_CHECKING:
    from foimail.mail.incoming import Incoming
    from foimail.mail.server import MailServer
    from foimail.workspace import Workspace


@dataclass
class Polled:
    """What a run found."""

    fetched: int = 0
    repeats: int = 0
    missing: list[str] = field(default_factory=list)
    made: read.Made = field(default_factory=read.Made)

    @property
    def line(self) -> str:
        """All of it in numbers."""
        return (
            f"{self.fetched} new, {self.made.filed} filed, {self.made.waiting} waiting for you, "
            f"{self.repeats + self.made.repeats} seen before, {self.made.own} of your own"
        )

    @property
    def undelivered(self) -> list[str]:
        """A sentence for each message that the server did not hand over."""
        return [f"not delivered by the server, asked for again next time: {line}" for line in self.missing]


def poll(ws: Workspace) -> Polled:
    """Fetch what is new in every folder, then read it.

    Where the store bears it several may poll at once: one of them fetches from a mailbox, and each message is read by one.

    Raises:
        BusyError: Another poll of the mailbox is at work, or a run that must be alone.
    """
    result = Polled()
    with ws.one_of("poll") as hold:
        days.by_the_clock(ws)
        server = ws.server("incoming")
        if not hold.take(_account(server)):
            raise BusyError(f"another `foimail poll` fetches from {_account(server)}", "wait for it to end")
        incoming = ws.open_incoming()
        try:
            _fetch(ws, incoming, server, ws.settings["mail.folders"], result)
        except MailError:
            # a folder that breaks off at every poll must not keep the mail of the others from being read
            read.read_new(ws, hold)
            raise
        finally:
            incoming.close()
        _fetch_own(ws, result)
        hold.free(_account(server))
        result.made = read.read_new(ws, hold)
    return result


def _account(server: MailServer) -> str:
    return f"{server.user}@{server.host}" if server.host else f"maildir:{server.path}"


def _fetch(
    ws: Workspace,
    incoming: Incoming,
    server: MailServer,
    extra: tuple[str, ...],
    result: Polled,
    suffix: str = "",
) -> None:
    account = _account(server)
    for folder in incoming.folders(extra):
        with ws.store.read() as connection:
            cursor = inbox.cursor(connection, account, folder.name)

        def seen(name: str = folder.name) -> set[str]:
            with ws.store.read() as connection:
                return inbox.seen(connection, account, name)

        for batch in incoming.new(folder.name, cursor, seen):
            ws.store.stow(message.raw for message in batch.messages)
            # the bytes and the cursor in one transaction: a message is never passed over, at worst fetched again
            with ws.store.write() as connection:
                sourced = [(one.raw, f"{folder.name}{suffix}/{one.key}") for one in batch.messages]
                kept = inbox.keep_all(connection, sourced, ws.now())
                seen_as = {one.key: sha256 for one, (sha256, _) in zip(batch.messages, kept, strict=True)}
                inbox.saw(connection, account, folder.name, seen_as)
                result.fetched += sum(new for _, new in kept)
                result.repeats += sum(not new for _, new in kept)
                inbox.set_cursor(connection, account, folder.name, batch.cursor)
            result.missing += [f"{folder.name}: {what}" for what in batch.failed]


def _fetch_own(ws: Workspace, result: Polled) -> None:
    # where letters go into a Maildir, that Maildir is the sent folder: it settles what was `unknown`
    server = ws.server("outgoing")
    if server.kind != "maildir" or server == ws.server("incoming"):
        return
    sent = MaildirIn(server.folder(ws.folder))
    try:
        _fetch(ws, sent, server, (), result, suffix=" (sent)")
    finally:
        sent.close()
