"""A folder of files that its owner alone may read, with the list of their hashes written last: without it nothing is whole."""

from __future__ import annotations

import hashlib
import os
from contextlib import suppress
from typing import TYPE_CHECKING

from foimail.errors import FoimailError
from foimail.output.manifest import SUMS, listed

if TYPE_CHECKING:
    from pathlib import Path

_PASSING = f".{SUMS}.part"
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL


class Folder:
    """A folder that is being written. `sums` has the SHA-256 of each file by its path, `size` their bytes together.

    Raises:
        FoimailError: There is something in it already, or it cannot be made.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.sums: dict[str, str] = {}
        self.size = 0
        self._known: set[str] = set()
        try:
            path.mkdir(mode=0o700, parents=True, exist_ok=True)
            if there := sorted(entry.name for entry in path.iterdir()):
                what, hint = f"something already ({there[0]})", "name an empty folder or a new one"
                if _PASSING in there:
                    what, hint = "an archive that was not finished", "remove that folder, or name another"
                raise FoimailError(f"{path} holds {what}", hint)
            with suppress(OSError):  # a memory stick's file system knows no owners
                path.chmod(0o700)
            # from the first moment on it can be seen that this is not whole
            os.close(os.open(path / _PASSING, _NEW, 0o600))
        except OSError as error:
            raise FoimailError(f"{path} cannot be a folder to write into: {error.strerror}") from None

    def put(self, path: str, content: bytes | str) -> str:
        """Write a file that is not there yet; its SHA-256 comes back. The path is ours, its names are safe."""
        data = content.encode() if isinstance(content, str) else content
        place = self.path / path
        for folder in reversed(place.relative_to(self.path).parents[:-1]):
            (self.path / folder).mkdir(mode=0o700, exist_ok=True)
        with os.fdopen(os.open(place, _NEW, 0o600), "wb") as file:
            file.write(data)
        digest = hashlib.sha256(data).hexdigest()
        self.sums[path] = digest
        self._known.add(digest)
        self.size += len(data)
        return digest

    def holds(self, digest: str) -> bool:
        """Whether a file of this SHA-256 has been written."""
        return digest in self._known

    def finish(self) -> str:
        """Write the list of hashes, when all else is on the disk; its own SHA-256 comes back."""
        os.sync()
        passing = self.path / _PASSING
        data = listed(self.sums).encode()
        with passing.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        passing.rename(self.path / SUMS)
        return hashlib.sha256(data).hexdigest()
