"""A bundle of files as a ZIP with checksums: the same files of the same day give the same bytes."""

from __future__ import annotations

import hashlib
import io
import os
import zipfile
from contextlib import suppress
from typing import TYPE_CHECKING

from foimail.errors import FoimailError
from foimail.output.manifest import SUMS, listed

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from pathlib import Path

_UNIX = 3  # the system that made the archive: else the permissions below count for nothing
_OWNER_ALONE = 0o100600 << 16


def archive(folder: str, files: Mapping[str, bytes], on: date) -> bytes:
    """The files in one folder of a ZIP, in this order, with their SHA-256 in SHA256SUMS.txt (`sha256sum -c` reads it).

    Args:
        folder: The folder that unpacking makes.
        files: Content by path below the folder. The paths are ours: nothing of a stranger may be in them.
        on: The London date that all files bear.
    """
    sums = listed({path: hashlib.sha256(content).hexdigest() for path, content in files.items()})
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as bundle:
        for path, content in (*files.items(), (SUMS, sums.encode())):
            entry = zipfile.ZipInfo(f"{folder}/{path}", (on.year, on.month, on.day, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = _UNIX
            entry.external_attr = _OWNER_ALONE
            bundle.writestr(entry, content)
    return made.getvalue()


def save(path: Path, content: bytes, *, overwrite: bool = False) -> None:
    """Write a file that its owner alone may read, whole or not at all.

    Raises:
        FoimailError: There is a file of that name already, and `overwrite` is not given.
    """
    there = FoimailError(f"{path} is there already", "give another name with -o, or --force to replace it")
    if not overwrite and os.path.lexists(path):
        raise there
    passing = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with os.fdopen(os.open(passing, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        if overwrite:
            passing.replace(path)
        else:
            _place(passing, path)
    except FileExistsError:
        raise there from None
    except OSError as error:
        raise FoimailError(f"{path} cannot be written: {error.strerror}") from None
    finally:
        with suppress(FileNotFoundError):
            passing.unlink()


def _place(passing: Path, path: Path) -> None:
    try:
        path.hardlink_to(passing)  # unlike a rename it never takes the place of another file
    except FileExistsError:
        raise
    except OSError:  # a memory stick's file system knows no links
        passing.replace(path)
