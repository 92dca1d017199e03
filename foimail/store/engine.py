"""The store: one database, opened, brought up to date, and read or written by transactions."""

from __future__ import annotations

import errno
import hashlib
import os
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DataError, DBAPIError, NoSuchModuleError

from foimail.errors import StoreError
from foimail.store import migrations, postgresql
from foimail.store.objects import OPTION, Objects

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from datetime import datetime
    from pathlib import Path

_BUSY_MS = 30_000


class UnfitError(StoreError):
    """The database does not take a value: too long for it, or of characters that it does not know."""


class Store:
    """A store that is open. `read` and `write` are the only ways in; `write` takes the write lock at its beginning."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection that sees one state of the store from its first query on."""
        with plain_words(), self.engine.connect() as connection:
            if self.engine.dialect.name == "sqlite":
                connection.exec_driver_sql("BEGIN")
            else:
                connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A transaction: all of it is kept, durably, or none."""
        with plain_words(), self.engine.connect() as connection:
            if self.engine.dialect.name == "sqlite":
                # IMMEDIATE: a transaction that reads first and writes later cannot fail half-way for want of the lock
                connection.exec_driver_sql("BEGIN IMMEDIATE")
            else:
                postgresql.begin_write(connection)
            yield connection
            connection.commit()

    def stow(self, large: Iterable[bytes]) -> None:
        """Put large mail where it is kept, ahead of the transaction that records it: nobody waits for the lock meanwhile."""
        place = self.engine.get_execution_options().get(OPTION)
        if isinstance(place, Objects):
            for raw in filter(place.takes, large):
                place.put(hashlib.sha256(raw).hexdigest(), raw)

    def scrub(self) -> None:
        """Take what was deleted off the disk, as far as a database can: its file is written anew, its journal emptied.

        Raises:
            StoreError: Another program has the database open, so that its journal still holds what was deleted.
        """
        with plain_words(), self.engine.connect() as connection:
            if self.engine.dialect.name != "sqlite":
                plain = connection.execution_options(isolation_level="AUTOCOMMIT")
                plain.exec_driver_sql("VACUUM FULL")
                return
            connection.exec_driver_sql("PRAGMA secure_delete=ON")
            checkpoint = "PRAGMA wal_checkpoint(TRUNCATE)"
            for words in (checkpoint, "VACUUM", checkpoint):
                result = connection.exec_driver_sql(words)
                if result.returns_rows and any(
                    row[0] for row in result
                ):  # of a checkpoint: whether it was hindered
                    raise StoreError(
                        "the store: another program has it open, and its journal still holds what was destroyed",
                        "end that program, then purge the same message again",
                    )

    def stamp(self) -> str | None:
        """What is another whenever a server has written anything since; None of a file, whose times tell."""
        if self.engine.dialect.name == "sqlite":
            return None
        with self.read() as connection:
            return str(connection.exec_driver_sql("SELECT txid_current_snapshot()").scalar_one())

    def close(self) -> None:
        """Let go of the database."""
        self.engine.dispose()


def open_store(
    url: str,
    base: Path,
    now: datetime,
    password: Callable[[], str] | None = None,
    large: Objects | None = None,
) -> Store:
    """The store at this address; a file is relative to `base` and readable by its owner alone. StoreError says what is wrong.

    `large` is where it keeps large mail, if not with all else.
    """
    try:
        target = make_url(url)
        if target.drivername == "sqlite":
            target = _sqlite_file(target, base)
        elif target.drivername == "postgresql":
            target = postgresql.address(target, password() if password else None)
        else:
            raise StoreError(f"store.url: foimail knows sqlite and postgresql, not {target.drivername}")
        engine = create_engine(target, execution_options={OPTION: large})
    except (ArgumentError, NoSuchModuleError) as error:
        raise StoreError(f"store.url cannot be understood: {error}") from None
    except ModuleNotFoundError:
        raise StoreError(
            "PostgreSQL needs one more package", "pipx inject foimail 'psycopg[binary]'"
        ) from None
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
    else:
        postgresql.prepare(engine)
    store = Store(engine)
    with store.read() as connection:
        current = migrations.is_current(connection)
    if not current:  # seen without the lock: a report need not wait for a poll
        migrations.migrate(store.write, now)
    return store


def _sqlite_file(url: URL, base: Path) -> URL:
    if not url.database or url.database == ":memory:":
        raise StoreError("store.url names no file", "write sqlite:///foimail.db")
    file = base / url.database
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        # made by us and not by SQLite: letters about children are for the owner's eyes only, whatever the umask
        os.close(os.open(file, os.O_CREAT | os.O_RDWR, 0o600))
    except OSError as error:
        if error.errno in {errno.EROFS, errno.EACCES, errno.EPERM} and os.access(file, os.R_OK):
            return _only_to_read(url, file)
        raise StoreError(f"{file}: {error.strerror}") from None
    if not os.access(file.parent, os.W_OK):  # SQLite could not lay its log beside the file
        return _only_to_read(url, file)
    return url.set(database=str(file))


def _only_to_read(url: URL, file: Path) -> URL:
    """A report can be had of a store that nobody here can write: a backup on a stick, a colleague's folder."""
    # without a log beside it, nobody is at work on it; SQLite would want to make one even to read
    at_work = file.with_name(f"{file.name}-wal").exists()
    query = {"uri": "true", "mode": "ro"} | ({} if at_work else {"immutable": "1"})
    return url.set(database=file.resolve().as_uri(), query=query)


def _prepare_sqlite(connection: Any, record: Any) -> None:  # noqa: ANN401, ARG001 - what SQLAlchemy hands over
    connection.isolation_level = None  # we say BEGIN ourselves
    for pragma in (f"busy_timeout={_BUSY_MS}", "journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")


@contextmanager
def plain_words() -> Iterator[None]:
    """Turn what a database complains of into a sentence: StoreError."""
    try:
        yield
    except DBAPIError as error:
        words = _words(error)
        unfit = isinstance(error, DataError) or getattr(error.orig, "sqlstate", "") == _TOO_LONG
        kind = UnfitError if unfit else StoreError
        raise kind(
            f"the store: {words}", next((h for cause, h in _HINTS.items() if cause in words), "")
        ) from error


_TOO_LONG = "54000"  # PostgreSQL's program_limit_exceeded: more than an index takes
_ROOM = "make room on the disk; nothing that was recorded is lost"
_HINTS = {
    "locked": "another program holds the database; close it and try again",
    "full": _ROOM,
    "disk I/O error": f"if the disk is full, {_ROOM}; if it is failing, copy the folder elsewhere now",
    "readonly": "the file or its folder cannot be written by you",
    "unable to open": "the file or its folder cannot be read or written by you, or the disk is full",
    "malformed": "restore the last backup; the mailbox still has the mail",
    **postgresql.HINTS,
    "not a database": "restore the last backup; the mailbox still has the mail",
}


def _words(error: DBAPIError) -> str:
    """The first line of what the database says; of a connection that failed, its last words."""
    lines = str(error.orig).strip().splitlines()
    return (
        lines[0].removesuffix(" Multiple connection attempts failed. All failures were:")
        if lines
        else type(error.orig).__name__
    )
