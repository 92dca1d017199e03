"""A throw-away PostgreSQL: on a Unix socket that nobody else can reach and, for a password, on this machine's loopback."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

ENGINE = os.environ.get("FOIMAIL_TEST_ENGINE", "sqlite")
PASSWORD = "open sesame"
_USER = "postgres"
about_a_file = pytest.mark.skipif(ENGINE != "sqlite", reason="about the file of a store on SQLite")
# text sorts as a dictionary's does, as on most servers
_SETTINGS = """
unix_socket_directories = '{folder}'
unix_socket_permissions = 0700
listen_addresses = '127.0.0.1'
port = {port}
max_connections = 200
"""
# nothing outlives the tests, so nothing has to be durable
_HASTY = """
fsync = off
full_page_writes = off
synchronous_commit = off
autovacuum = off
shared_buffers = 32MB
"""
_WHO = """
local all all trust
host all secretive 127.0.0.1/32 scram-sha-256
"""

# the rows of all tables but that of the migrations; whatever refers to whatever, and only where there are any
_EMPTY = """
DO $$
DECLARE one record; found boolean;
BEGIN
  SET LOCAL session_replication_role = replica;
  FOR one IN SELECT tablename AS t FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'migrations' LOOP
    EXECUTE 'SELECT EXISTS (SELECT 1 FROM ' || quote_ident(one.t) || ')' INTO found;
    IF found THEN EXECUTE 'DELETE FROM ' || quote_ident(one.t); END IF;
  END LOOP;
  FOR one IN SELECT sequencename AS s FROM pg_sequences WHERE schemaname = 'public' AND last_value IS NOT NULL LOOP
    EXECUTE 'ALTER SEQUENCE ' || quote_ident(one.s) || ' RESTART';
  END LOOP;
END $$
"""
_LIKE_NEW = (
    "SELECT (SELECT count(*) FROM migrations), (SELECT count(*) FROM pg_tables WHERE schemaname = 'public')"
)


def find_postgres() -> Path | None:
    """The folder of PostgreSQL's programs; Debian keeps them off the PATH."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda p: float(p.parts[-3]))
    named = shutil.which("initdb")
    return found[-1].parent if found else Path(named).parent if named else None


class Postgres:
    """A server with one template, of which each database is a copy."""

    def __init__(self, programs: Path, *, durable: bool = False) -> None:
        self.folder = Path(
            tempfile.mkdtemp(prefix="foimail-pg-", dir="/tmp")
        )  # a socket's path must be short
        self._programs = programs
        # as root it refuses to run
        self._as: Any = {"user": _USER, "group": _USER, "extra_groups": []} if os.geteuid() == 0 else {}
        if self._as:
            shutil.chown(self.folder, _USER, _USER)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self._data = self.folder / "data"
        self._run(
            "initdb", "-D", str(self._data), "-U", _USER, "--auth=trust", "--no-sync", "-E", "UTF8", "--locale=C.UTF-8",
            "--locale-provider=icu", "--icu-locale=en-GB",
        )  # fmt: skip
        with (self._data / "postgresql.conf").open("a") as file:
            file.write(_SETTINGS.format(folder=self.folder, port=self.port))
            file.write("" if durable else _HASTY)
        (self._data / "pg_hba.conf").write_text(_WHO)
        self._run("pg_ctl", "-D", str(self._data), "-w", "-l", str(self.folder / "log"), "start")
        self._numbers = count(1)
        self._template = ""
        self._shape: list[tuple[object, ...]] = []
        self._free: list[str] = []
        self.execute(f"CREATE ROLE secretive LOGIN PASSWORD '{PASSWORD}'")

    def _run(self, program: str, *words: str) -> None:
        subprocess.run(
            [str(self._programs / program), *words],
            check=True,
            cwd="/",
            stdout=subprocess.DEVNULL,
            **self._as,
        )

    def execute(
        self, statement: str, values: tuple[object, ...] | None = None, *, database: str = "postgres"
    ) -> list[tuple[object, ...]]:
        """Run one statement as the server's owner, outside of any transaction."""
        import psycopg

        where = f"host={self.folder} port={self.port} user={_USER} dbname={database}"
        with psycopg.connect(where, autocommit=True) as connection:
            done = connection.execute(statement, values)
            return done.fetchall() if done.description else []

    def url(self, database: str) -> str:
        """What `store.url` is for a database of this server."""
        return f"postgresql://{_USER}@/{database}?host={self.folder}&port={self.port}"

    def create(self, template: str = "template0") -> str:
        """A new database; its name comes back."""
        name = f"t{next(self._numbers)}"
        self.execute(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy")
        return name

    def lend(self, fill: Callable[[str], None]) -> str:
        """A database with what `fill` puts into the first one, given its address; an earlier one, emptied, where there is any."""
        if not self._template:
            self._template = self.create()
            fill(self.url(self._template))
            self._shape = self.execute(_LIKE_NEW, database=self._template)
        return self._free.pop() if self._free else self.create(self._template)

    def take_back(self, database: str) -> None:
        """Empty a database for the next test, which is much faster than making one; drop one whose shape was changed."""
        self.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", (database,))
        there = self.execute("SELECT 1 FROM pg_database WHERE datname = %s", (database,))
        if there and self._is_store(database):
            self.execute(_EMPTY, database=database)
            self._free.append(database)
        else:
            self.drop(database)

    def _is_store(self, database: str) -> bool:
        has = self.execute("SELECT to_regclass('public.migrations') IS NOT NULL", database=database) == [
            (True,)
        ]
        return has and self.execute(_LIKE_NEW, database=database) == self._shape

    def drop(self, database: str) -> None:
        """Remove a database, whoever still uses it."""
        self.execute(f"DROP DATABASE IF EXISTS {database} WITH (FORCE)")

    def stand_by(self) -> None:
        """Start anew as the copy of a server, which can be read and takes no writing."""
        self._run("pg_ctl", "-D", str(self._data), "-m", "fast", "stop")
        (self._data / "standby.signal").touch()
        self._run("pg_ctl", "-D", str(self._data), "-w", "-l", str(self.folder / "log"), "start")

    def stop(self) -> None:
        """End the server and leave nothing behind."""
        self._run("pg_ctl", "-D", str(self._data), "-m", "immediate", "stop")
        shutil.rmtree(self.folder)
