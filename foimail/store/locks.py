"""Who is at work on a store: locks that the system or the server frees when their holder ends, however it ends.

A file has one worker at a time (`flock` beside it). A PostgreSQL store has as many as like to: each is there in a session of
its own and says by a lock of that session what it has in hand, so that nobody is ever taken for dead while it lives.
"""

from __future__ import annotations

import fcntl
import secrets
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from sqlalchemy import Connection, text
from sqlalchemy.exc import SQLAlchemyError

from foimail.errors import BusyError, StoreError, WorkspaceError
from foimail.store.engine import plain_words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from foimail.store.engine import Store

_KEY = "hashtextextended('foimail ' || current_schema() || ' ' || :name, 0)"
_TAKE = text(f"SELECT pg_try_advisory_lock({_KEY})")
_SHARE = text(f"SELECT pg_try_advisory_lock_shared({_KEY})")
_FREE = text(f"SELECT pg_advisory_unlock({_KEY})")
# a machine that lost its power is noticed within a minute; a session that only holds locks is not idle
_WATCHED = text(
    "SELECT set_config(name, CASE name WHEN 'tcp_keepalives_idle' THEN '30' WHEN 'tcp_keepalives_interval' THEN '10' "
    "WHEN 'tcp_keepalives_count' THEN '3' ELSE '0' END, false) FROM pg_settings WHERE name IN "
    "('tcp_keepalives_idle', 'tcp_keepalives_interval', 'tcp_keepalives_count', 'idle_session_timeout')"
)


class Hold:
    """Work on a store where nobody else does the same; `number` is 0."""

    number = 0

    def check(self) -> None:
        """See that the work is still ours."""

    def take(self, what: str) -> bool:  # noqa: ARG002 - there is nobody to take it from
        """Take something in hand; False where another worker has it."""
        return True

    def free(self, what: str) -> None:
        """Put it down."""

    def is_gone(self, number: int) -> bool:  # noqa: ARG002 - as above
        """Whether the worker of that number works no more."""
        return True


ALONE = Hold()


class _Session(Hold):
    """Work on a PostgreSQL store among others, by the locks of one session of the server."""

    def __init__(self, connection: Connection, work: str) -> None:
        self._connection = connection
        self._work = work
        self.number = 1 + secrets.randbelow(2**31 - 1)
        self.take(self._worker(self.number))

    def check(self) -> None:
        with plain_words():
            self._connection.execute(text("SELECT 1"))

    def take(self, what: str) -> bool:
        with plain_words():
            return bool(self._connection.scalar(_TAKE, {"name": what}))

    def free(self, what: str) -> None:
        with plain_words():
            self._connection.execute(_FREE, {"name": what})

    def is_gone(self, number: int) -> bool:
        if number == self.number or not self.take(self._worker(number)):
            return False
        self.free(self._worker(number))
        return True

    def _worker(self, number: int) -> str:
        return f"{self._work} {number}"


@contextmanager
def hold(store: Store, work: str, *, among: bool = False) -> Iterator[Hold]:
    """Do `work` (send, poll) on a store: alone or, where the store bears it, `among` others that do the same.

    Raises:
        BusyError: Somebody is at it already: anybody where alone is meant, else one who must be alone.
    """
    if store.engine.dialect.name == "sqlite":
        with _beside(store, work):
            yield Hold()
        return
    with plain_words(), store.engine.connect() as pooled:
        connection = pooled.execution_options(isolation_level="AUTOCOMMIT")
        connection.execute(_WATCHED)
        if not connection.scalar(_SHARE if among else _TAKE, {"name": work}):
            raise _busy(work)
        try:
            yield _Session(connection, work)
        except StoreError:
            raise  # a server that has gone is asked nothing
        except BaseException:
            _free_all(connection)
            raise
        else:
            _free_all(connection)
        finally:
            connection.invalidate()  # the session ends, and its locks with it


def _free_all(connection: Connection) -> None:
    """Free the locks now: the server may take a moment to see that a session has ended, and the next run is at the door."""
    with suppress(SQLAlchemyError):
        connection.execute(text("SELECT pg_advisory_unlock_all()"))


@contextmanager
def _beside(store: Store, work: str) -> Iterator[None]:
    database = str(store.engine.url.database)
    if database.startswith("file:"):  # opened only to be read
        database = unquote(urlsplit(database).path)
    path = Path(database).with_name(f".{work}.lock")
    try:
        file = path.open("a")
    except OSError as error:
        raise WorkspaceError(
            f"{path} cannot be written: {error.strerror}", "nothing was done; make the folder writable"
        ) from None
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise _busy(work) from None
        yield


def _busy(work: str) -> BusyError:
    return BusyError(f"another `foimail {work}` is at work on this store", "wait for it to end")
