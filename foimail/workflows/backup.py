"""A copy of the store, and a note that it was made: a purge names what it cannot reach."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from foimail.errors import StoreError
from foimail.store import backup as store
from foimail.workflows.purge import note_copy

if TYPE_CHECKING:
    from pathlib import Path

    from foimail.workspace import Workspace


def backup(ws: Workspace, file: Path) -> int:
    """Copy the store into a new file; its size in bytes comes back.

    Raises:
        InputError: There is such a file already, or no such folder.
        StoreError: The store is not in a file of SQLite, or the copy cannot be written or is damaged.
    """
    size = store.backup(ws.store, file)
    # a store that nobody here can write can be copied all the same
    with suppress(StoreError):
        note_copy(ws, "backup", file)
    return size
