"""ZIP files, bounded: nothing is written to disk, no member's name is a path, and a bomb is refused before it opens."""

from __future__ import annotations

import zipfile
from contextlib import contextmanager
from io import BytesIO
from typing import TYPE_CHECKING

from foimail.documents.model import EncryptedError, TooLargeError

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST_MEMBERS = 2_000
MOST_UNPACKED = 200_000_000  # bytes of all members together
_MOST_RATIO = 1_000  # the most that deflate can do is 1,032
_SMALL = 5_000_000  # bytes below which any ratio is harmless
_PASSWORD_BIT = 0x1


@contextmanager
def opened(content: bytes) -> Iterator[zipfile.ZipFile]:
    """The archive, after its directory was found harmless; what it says of sizes holds, for no more is ever read.

    Raises:
        TooLargeError: Too many members, too large, or packed too densely to be anything but a bomb.
        zipfile.BadZipFile: It is broken.
    """
    with zipfile.ZipFile(BytesIO(content)) as packed:
        members = packed.infolist()
        if len(members) > MOST_MEMBERS:
            raise TooLargeError(f"it packs more than {MOST_MEMBERS:,} files")
        unpacked = sum(m.file_size for m in members)
        if unpacked > MOST_UNPACKED:
            raise TooLargeError(f"it unpacks to more than {MOST_UNPACKED // 1_000_000} MB")
        if unpacked > _SMALL and unpacked > _MOST_RATIO * len(content):
            raise TooLargeError("it unpacks to a thousand times its size")
        yield packed


def member(packed: zipfile.ZipFile, info: zipfile.ZipInfo | str) -> bytes:
    """One member's bytes. Raises EncryptedError where it wants a password, KeyError where it is missing."""
    if isinstance(info, str):
        info = packed.getinfo(info)
    if info.flag_bits & _PASSWORD_BIT:
        raise EncryptedError
    with packed.open(info) as file:
        found = file.read(info.file_size + 1)
    if len(found) > info.file_size:
        raise TooLargeError("it unpacks to more than it says")
    return found
