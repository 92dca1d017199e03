"""Large mail outside of the database: in a folder, or in a bucket that speaks S3; by its SHA-256, so that nothing is there twice.

A row of raw mail whose bytes are empty and whose size is not has them here. They are put here before the row is written and taken
away before it is emptied: what a crash leaves behind is at most an object that no row names.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any, Protocol

from foimail import durable
from foimail.errors import StoreError

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Connection

MB = 1_000_000
OPTION = "objects"  # of an engine: its Objects


class LostError(StoreError):
    """A mail is not where it was put, or not as it was: of the others nothing is said."""


class Shelf(Protocol):
    """A place for named bytes."""

    def size(self, name: str) -> int | None:
        """How many bytes there are of that name; None where there are none."""

    def put(self, name: str, content: bytes) -> None:
        """Keep bytes, durably, all or none."""

    def get(self, name: str, most: int | None = None) -> bytes:
        """The bytes of that name; the first of them, where `most` says how many. FileNotFoundError where there are none."""

    def remove(self, name: str) -> None:
        """Destroy them; that there are none is no fault."""


class Folder:
    """A folder for its owner alone."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def size(self, name: str) -> int | None:
        """As Shelf says."""
        path = self._folder / name
        return path.stat().st_size if path.is_file() else None

    def put(self, name: str, content: bytes) -> None:
        """As Shelf says."""
        path = self._folder / name
        for folder in (self._folder, path.parent):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        durable.replace(path, content)
        durable.sync(path.parent)

    def get(self, name: str, most: int | None = None) -> bytes:
        """As Shelf says."""
        with (self._folder / name).open("rb") as file:
            return file.read(most)

    def remove(self, name: str) -> None:
        """As Shelf says."""
        (self._folder / name).unlink(missing_ok=True)


class Bucket:
    """What fsspec finds at an address. Keys are those of the provider's own tools: environment, `~/.aws`, the machine's role."""

    def __init__(self, url: str) -> None:
        import fsspec

        self._files: Any
        self._files, self._root = fsspec.core.url_to_fs(url, use_listings_cache=False)

    def size(self, name: str) -> int | None:
        """As Shelf says."""
        try:
            return int(self._files.info(f"{self._root}/{name}")["size"])
        except FileNotFoundError:
            return None

    def put(self, name: str, content: bytes) -> None:
        """As Shelf says."""
        self._files.pipe_file(f"{self._root}/{name}", content)

    def get(self, name: str, most: int | None = None) -> bytes:
        """As Shelf says."""
        return bytes(self._files.cat_file(f"{self._root}/{name}", end=most))

    def remove(self, name: str) -> None:
        """As Shelf says."""
        if self.size(name) is not None:
            self._files.rm_file(f"{self._root}/{name}")


class Objects:
    """Large mail by its SHA-256. Every fault is a StoreError."""

    def __init__(self, url: str, above: float, base: Path) -> None:
        """Look at nothing yet. `above` is the size in MB from which a mail is large; a folder is relative to `base`."""
        self.url = url
        self._above = above * MB
        self._base = base
        self._shelf: Shelf | None = None

    def takes(self, raw: bytes) -> bool:
        """Whether a mail is large."""
        return len(raw) > self._above

    def put(self, sha256: str, raw: bytes) -> None:
        """Keep a mail, where it is not here already."""
        try:
            shelf = self._opened()
            if shelf.size(_name(sha256)) != len(raw):
                shelf.put(_name(sha256), raw)
        except Exception as error:
            raise self._plain(error) from error

    def get(self, sha256: str) -> bytes:
        """A mail, looked at. LostError where it is not, or not as it was."""
        raw = self.head(sha256, None)
        if hashlib.sha256(raw).hexdigest() != sha256:
            raise LostError(
                f"the mail {sha256} in {self.url} has changed", "take it from a backup of that place"
            )
        return raw

    def head(self, sha256: str, length: int | None) -> bytes:
        """The first bytes of a mail, as they are there now: part of it shows nothing of its hash. LostError as above."""
        try:
            return self._opened().get(_name(sha256), length)
        except FileNotFoundError:
            raise LostError(
                f"{self.url} has not got the mail {sha256}",
                "look at store.objects; is it the place that it was?",
            ) from None
        except Exception as error:
            raise self._plain(error) from error

    def remove(self, sha256: str) -> None:
        """Destroy a mail."""
        try:
            self._opened().remove(_name(sha256))
        except Exception as error:
            raise self._plain(error) from error

    def _opened(self) -> Shelf:
        if self._shelf is None:
            if self.url.startswith("file:"):
                self._shelf = Folder(self._base / self.url.removeprefix("file:").replace("//", "", 1))
            else:
                self._shelf = Bucket(self.url)
        return self._shelf

    def _plain(self, error: Exception) -> StoreError:
        if isinstance(error, ImportError):
            return StoreError(f"{self.url} needs one more package", "pipx inject foimail s3fs")
        words = " ".join(str(error).split())[:300] or type(error).__name__
        return StoreError(f"{self.url}: {words}", "look at store.objects, and at the keys to it")


def of(connection: Connection) -> Objects | None:
    """Where the store of this connection keeps large mail; None where it has no such place."""
    found = connection.get_execution_options().get(OPTION)
    return found if isinstance(found, Objects) else None


def stowed(connection: Connection, sha256: str, raw: bytes) -> bytes:
    """What of a mail goes into its row: all, or nothing where it is large and kept elsewhere."""
    place = of(connection)
    if place is None or not place.takes(raw):
        return raw
    place.put(sha256, raw)
    return b""


def whole(connection: Connection, sha256: str, size: int, raw: bytes) -> bytes:
    """The bytes of a mail whose row has these, or has them elsewhere."""
    if raw or not size:
        return bytes(raw)
    return _place(connection).get(sha256)


def beginning(connection: Connection, sha256: str, size: int, raw: bytes, length: int) -> bytes:
    """The first bytes of such a mail; of one that is elsewhere no more is fetched, and it is not looked at."""
    if raw or not size:
        return bytes(raw)[:length]
    return _place(connection).head(sha256, length)


def forget(connection: Connection, sha256: str, size: int, raw: bytes) -> None:
    """Destroy the bytes of a mail that are kept elsewhere."""
    if size and not raw:
        _place(connection).remove(sha256)


def _place(connection: Connection) -> Objects:
    place = of(connection)
    if place is None:
        raise StoreError("large mail of this store is kept elsewhere", "store.objects must say where")
    return place


def _name(sha256: str) -> str:
    return f"{sha256[:2]}/{sha256}"
