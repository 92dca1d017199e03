"""Workspaces with all that their stores hold, made, copied and removed: on SQLite files, on PostgreSQL databases."""

from __future__ import annotations

import re
import shutil
import time
import tomllib
from typing import TYPE_CHECKING

from sqlalchemy import make_url

if TYPE_CHECKING:
    from pathlib import Path

    from tests.postgres import Postgres

A_FILE = "sqlite:///foimail.db"


def url_of(folder: Path) -> str:
    """Where the store of a workspace is."""
    return str(tomllib.loads((folder / "foimail.toml").read_text(encoding="utf-8"))["store"]["url"])


def put(folder: Path, url: str) -> None:
    """Give a workspace the store of this address."""
    settings = folder / "foimail.toml"
    text = settings.read_text(encoding="utf-8")
    settings.write_text(re.sub(r'(?m)^(url = )".*"$', rf'\1"{url}"', text), encoding="utf-8")


class Files:
    """Stores that are files of their workspaces."""

    def new(self) -> str:
        """The address of a place where no store was ever opened."""
        return A_FILE

    def copy(self, folder: Path, to: Path) -> Path:
        """The same workspace with the same in its store, on which nobody is at work."""
        return shutil.copytree(folder, to)

    def remove(self, folder: Path) -> None:
        """Leave nothing of a workspace."""
        shutil.rmtree(folder)

    def rest(self, folder: Path) -> None:
        """Wait until nobody is at work on a store: with the process its locks are gone."""


class Databases(Files):
    """Stores that are databases of a server."""

    def __init__(self, server: Postgres) -> None:
        self._server = server

    def new(self) -> str:
        return self._server.url(self._server.create())

    def copy(self, folder: Path, to: Path) -> Path:
        source = database_of(folder)
        # who only waits to be asked something would hinder it, too
        self._server.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", (source,)
        )
        self.rest(folder)
        put(super().copy(folder, to), self._server.url(self._server.create(source)))
        return to

    def remove(self, folder: Path) -> None:
        self._server.drop(database_of(folder))
        super().remove(folder)

    def rest(self, folder: Path) -> None:
        """As above: the server needs a moment to see that somebody is dead."""
        at_work = "SELECT 1 FROM pg_stat_activity WHERE datname = %s"
        end = time.monotonic() + 10
        while self._server.execute(at_work, (database_of(folder),)):
            assert time.monotonic() < end, f"somebody is still connected to the store of {folder}"
            time.sleep(0.002)


def database_of(folder: Path) -> str:
    """The name of the database, or of the file, that a workspace's store is."""
    return make_url(url_of(folder)).database or ""
