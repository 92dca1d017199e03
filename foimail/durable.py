"""Files that are there after a loss of power, as a whole or not at all."""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from pathlib import Path


def replace(path: Path, content: bytes, mode: int | None = None) -> None:
    """Put bytes in the place of a file in one step: after a loss of power there is the old one or the new.

    It is its owner's alone, unless `mode` says otherwise. OSError where it cannot be written; nothing is left beside it then.
    """
    # a name that nobody can know beforehand, so that nothing can lie in wait there
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        if mode is not None:
            Path(name).chmod(mode)
        Path(name).replace(path)
    except BaseException:
        with suppress(OSError):
            Path(name).unlink()
        raise


def sync(folder: Path) -> None:
    """Have the names in a folder on the disk, too: without this a new file may be gone after a loss of power."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
