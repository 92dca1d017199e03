"""Letters that were saved in a folder, found by their bytes, whatever they are called there."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import TYPE_CHECKING

from foimail.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Collection


def by_hash(folder: Path, wanted: Collection[str]) -> dict[str, Path]:
    """The files of a folder and those below it that have one of these SHA-256; links are not followed."""
    if not folder.is_dir():
        raise InputError(f"there is no folder {folder}", hint="`--letters` names a folder with saved letters")
    found: dict[str, Path] = {}
    for there, folders, names in os.walk(folder):
        folders.sort()
        for path in (Path(there) / name for name in sorted(names)):
            if path.is_symlink() or not path.is_file():
                continue
            with path.open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
            if digest in wanted:
                found.setdefault(digest, path)
    return found
