"""A copy of the store while others use it: SQLite's own backup, one state of the database, whole or not there at all."""

from __future__ import annotations

import os
import secrets
import sqlite3
from contextlib import closing, suppress
from typing import TYPE_CHECKING

from foimail import durable
from foimail.errors import InputError, StoreError

if TYPE_CHECKING:
    from pathlib import Path

    from foimail.store.engine import Store


def backup(store: Store, file: Path) -> int:
    """Write one state of the store into a new file that only its owner can read; its size in bytes comes back.

    Whoever writes to the store meanwhile is not held up, and is not in the copy. The file has its name once it is complete,
    read through and on the disk.

    Raises:
        InputError: There is such a file already, or no such folder.
        StoreError: The store is not in a file of SQLite, or the copy cannot be written or is damaged.
    """
    if store.engine.dialect.name != "sqlite":
        raise StoreError(
            "this store is on a server, which makes its own copies",
            "pg_dump --format=custom --file=FILE DATABASE",
        )
    if not file.parent.is_dir():
        raise InputError(f"there is no folder {file.parent} to write {file.name} into")
    passing = file.with_name(f".{file.name}.{secrets.token_hex(4)}.part")
    try:
        os.close(os.open(passing, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        _copy(store, passing)
        _name(passing, file)
        durable.sync(file.parent)
        return file.stat().st_size
    except FileExistsError:
        raise InputError(
            f"{file} exists, and a backup overwrites nothing", hint="give another name"
        ) from None
    except sqlite3.Error as error:
        raise StoreError(f"{file} cannot be written: {error}", "the store itself is as it was") from error
    except OSError as error:
        raise StoreError(
            f"{file} cannot be written: {error.strerror}", "the store itself is as it was"
        ) from error
    finally:
        for left in (
            passing,
            *(passing.with_name(f"{passing.name}{end}") for end in ("-wal", "-shm", "-journal")),
        ):
            with suppress(OSError):
                left.unlink()


def _copy(store: Store, to: Path) -> None:
    with store.read() as connection, closing(sqlite3.connect(to)) as copy:
        source = connection.connection.driver_connection
        source.backup(copy)  # type: ignore[union-attr]  # sqlite3's: all pages in one step, hence of one state
        # one file: what a copy says in its first page is that its newest data lie beside it
        copy.execute("PRAGMA journal_mode=DELETE")
        found = copy.execute("PRAGMA integrity_check(1)").fetchone()[0]
    if found != "ok":
        raise StoreError(f"the store is damaged, and so would be its copy: {found}", "foimail verify")
    with to.open("rb") as file:
        os.fsync(file.fileno())


def _name(passing: Path, file: Path) -> None:
    """Give the finished copy its name, unless a file has it."""
    try:
        os.link(passing, file)  # unlike a renaming, it never takes the place of a file
    except FileExistsError:
        raise
    except OSError:  # memory sticks know no second names
        if file.exists():
            raise FileExistsError from None
        passing.rename(file)
