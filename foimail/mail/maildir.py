"""Maildir: the transport that needs no server, and a mailbox that other programs keep on disk."""

from __future__ import annotations

import os
import secrets
import time
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from foimail import durable
from foimail.errors import MailError
from foimail.mail.incoming import BATCH_BYTES, BATCH_COUNT, Batch, Fetched, Folder, role_by_name
from foimail.mail.outgoing import Accepted, Lost, Rejected
from foimail.mail.server import reason

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterator, Sequence

    from foimail.mail.encryption import Encryption
    from foimail.mail.outgoing import Outcome

_INBOX = "INBOX"


def make_maildir(folder: Path) -> None:
    """Make an empty Maildir that only its owner can read; one that exists already is left as it is."""
    for part in (folder, folder / "tmp", folder / "new", folder / "cur"):
        part.mkdir(mode=0o700, parents=True, exist_ok=True)


class MaildirOut:
    """Letters as files in `new/`: complete or absent, whatever happens to the machine."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def check(self) -> str:
        """See that letters can be written."""
        try:
            make_maildir(self._folder)
        except OSError as error:
            raise MailError(f"The Maildir {self._folder} cannot be made: {reason(error)}.") from error
        if not os.access(self._folder / "new", os.W_OK) or not os.access(self._folder / "tmp", os.W_OK):
            raise MailError(f"The Maildir {self._folder} cannot be written to.")
        return f"letters are written to {self._folder}"

    def send(self, sender: str, to: str, copy: str | None, raw: bytes) -> Outcome:  # noqa: ARG002  # the letter names them
        """Write one letter; the answer is its file name. No copy: it would look like a second letter."""
        seconds, rest = divmod(time.time_ns(), 10**9)
        name = f"{seconds}.M{rest // 1000:06}R{secrets.token_hex(8)}.foimail"  # in the order of their writing
        passing, final = self._folder / "tmp" / name, self._folder / "new" / name
        try:
            make_maildir(self._folder)
            with os.fdopen(os.open(passing, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(raw)
                file.flush()
                os.fsync(file.fileno())
            passing.rename(final)
        except OSError as error:
            with suppress(OSError):
                passing.unlink()
            return Rejected(
                0, f"{self._folder} cannot be written to: {reason(error)}", permanent=False, scope="session"
            )
        try:
            durable.sync(final.parent)
        except OSError as error:
            return Lost(f"{final} was written, but the disk did not confirm it: {reason(error)}")
        return Accepted(name)

    def encryption(self) -> Encryption | None:
        """None: nothing crosses a network."""
        return None

    def close(self) -> None:
        """Nothing is held open."""


class MaildirIn:
    """Mail in a Maildir and its subfolders (Maildir++: `.Sent`). Files are never moved."""

    def __init__(self, folder: Path) -> None:
        if not _is_maildir(folder):
            raise MailError(
                f"There is no Maildir at {folder}.",
                "a Maildir is a folder that holds the folders new and cur",
            )
        self._folder = folder

    def folders(self, extra: Sequence[str]) -> tuple[Folder, ...]:
        """The inbox, the junk and sent folders by their usual names, and those asked for."""
        names = sorted(
            f.name[1:] for f in self._folder.iterdir() if f.name.startswith(".") and _is_maildir(f)
        )
        return Folder.choose([(_INBOX, "inbox"), *((name, role_by_name(name)) for name in names)], extra)

    def new(self, folder: str, cursor: str, seen: Callable[[], Container[str]]) -> Iterator[Batch]:  # noqa: ARG002  # names tell
        """The messages whose names are not in `seen`; what is moved meanwhile is looked for again."""
        root = self._folder if folder == _INBOX else self._folder / f".{folder}"
        known = seen()
        wanted = {key: path for key, path in self._scan(root).items() if key not in known}
        keys = iter(sorted(wanted))
        while some := list(islice(keys, BATCH_COUNT)):
            messages: list[Fetched] = []
            failed: list[str] = []
            size = 0
            for key in some:
                raw = self._read(root, key, wanted[key], failed)
                if raw is not None:
                    messages.append(Fetched(folder, key, raw))
                    size += len(raw)
                if size >= BATCH_BYTES:
                    yield Batch(tuple(messages), "", tuple(failed))
                    messages, failed, size = [], [], 0
            if messages or failed:
                yield Batch(tuple(messages), "", tuple(failed))

    def encryption(self) -> Encryption | None:
        """None: nothing crosses a network."""
        return None

    def close(self) -> None:
        """Nothing is held open."""

    def _read(self, root: Path, key: str, path: Path, failed: list[str]) -> bytes | None:
        try:
            return path.read_bytes()
        except FileNotFoundError:
            moved = self._scan(root).get(
                key
            )  # read in a mail program, it goes from new/ to cur/ or changes its flags
        except OSError:
            failed.append(key)
            return None
        try:
            return moved.read_bytes() if moved else None  # deleted by its owner: no fault
        except OSError:
            failed.append(key)
            return None

    @staticmethod
    def _scan(root: Path) -> dict[str, Path]:
        found: dict[str, Path] = {}
        try:
            # new/ first: a message moved to cur/ in between is then met twice instead of not at all.
            for part in ("new", "cur"):
                with os.scandir(root / part) as entries:
                    for entry in entries:
                        if not entry.name.startswith(".") and entry.is_file(follow_symlinks=False):
                            found[entry.name.partition(":")[0]] = Path(entry.path)
        except OSError as error:
            raise MailError(f"The Maildir {root} cannot be read: {reason(error)}.") from error
        return found


def _is_maildir(folder: Path) -> bool:
    return (folder / "new").is_dir() and (folder / "cur").is_dir()
