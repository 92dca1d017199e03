"""What PostgreSQL needs to behave as SQLite does for us: who writes, how text sorts, which characters a text may hold."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import URL, Connection, Engine, event

if TYPE_CHECKING:
    from sqlalchemy.engine.interfaces import DBAPIConnection

_PATIENCE_MS = 30_000  # as long as SQLite waits for a lock
_NO_CHARACTER = "\ufffd"
_HERE = ("localhost", "127.0.0.1", "::1")

# One writer at a time, as with BEGIN IMMEDIATE: what is read first and written later cannot be overtaken. The lock ends with
# the transaction, and is of this store alone: several may share a database, each in its schema.
_ONE_WRITER = "SELECT pg_advisory_xact_lock(hashtext('foimail ' || current_schema()), hashtext('write'))"

# ICU and the locales of most servers sort as dictionaries do; SQLite, and our tests, by code point
_BY_CODE_POINT = """
DO $$
DECLARE one record;
BEGIN
  FOR one IN
    SELECT c.relname AS tab, a.attname AS col, format_type(a.atttypid, a.atttypmod) AS kind
    FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = current_schema() AND c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped
      AND a.attcollation NOT IN (0, (SELECT oid FROM pg_collation WHERE collname = 'C'))
    ORDER BY c.relname, a.attnum
  LOOP
    EXECUTE 'ALTER TABLE ' || quote_ident(one.tab) || ' ALTER COLUMN ' || quote_ident(one.col)
      || ' TYPE ' || one.kind || ' COLLATE "C"';
  END LOOP;
END $$
"""

_A_COPY = "this server takes no writing: name its primary in store.url"
_DAMAGED = "restore the last backup; the mailbox still has the mail"

HINTS = {
    "invalid page": _DAMAGED,
    "could not read block": _DAMAGED,
    "lock timeout": "another program writes into the store and does not end; close it and try again",
    "No space left": "make room on the server's disk; nothing that was recorded is lost",
    "read-only transaction": _A_COPY,
    "during recovery": _A_COPY,
    "permission denied": "the database's owner must let you: GRANT ALL ON SCHEMA public TO you",
    "authentication failed": "look at store.password, and at the user in store.url",
    "no password supplied": "set store.password to a reference, such as file:database.txt",
    'database "': "make it first, with `createdb`, or look at store.url",
    "root certificate": "give the file with the server's authority: ?sslrootcert=FILE at the end of store.url",
    "SSL": "letters are for your eyes only: the server must offer TLS, or stand on this machine",
    "resolve host": "look at the name of the server in store.url",
    "onnection": "is the server running, and can it be reached from here?",
}


def address(url: URL, password: str | None) -> URL:
    """The address to connect to. A server on another machine has to prove who it is, unless the user says otherwise."""
    url = url.set(drivername="postgresql+psycopg", password=password)
    hosts = (url.host, *_all(url, "host"), *_all(url, "hostaddr"))
    afar = any(host and not host.startswith("/") and host not in _HERE for host in hosts)
    if afar and "sslmode" not in url.query:
        url = url.update_query_dict({"sslmode": "verify-full"})
        if "sslrootcert" not in url.query:
            url = url.update_query_dict({"sslrootcert": "system"})
    return url


def _all(url: URL, name: str) -> tuple[str, ...]:
    found = url.query.get(name, ())
    return tuple(found.split(",")) if isinstance(found, str) else tuple(found)


def prepare(engine: Engine) -> None:
    """Let every connection of this engine take what SQLite takes."""
    event.listen(engine, "connect", _without_nul)


def _without_nul(connection: DBAPIConnection, record: Any) -> None:  # noqa: ANN401, ARG001 - what SQLAlchemy hands over
    from psycopg.types.string import StrDumperUnknown

    class Clean(StrDumperUnknown):
        """PostgreSQL's text holds no NUL; a stranger's may, and must be stored all the same."""

        def dump(self, obj: str) -> Any:  # noqa: ANN401 - a buffer
            return super().dump(obj.replace("\0", _NO_CHARACTER))

    connection.adapters.register_dumper(str, Clean)


def begin_write(connection: Connection) -> None:
    """Wait until nobody else writes into this store."""
    connection.exec_driver_sql(f"SET LOCAL lock_timeout = {_PATIENCE_MS}; {_ONE_WRITER}")


def sort_by_code_point(connection: Connection) -> None:
    """Let every text column sort and compare by code point; there is nothing to do where it does."""
    connection.exec_driver_sql(_BY_CODE_POINT)
