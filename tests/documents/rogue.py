"""A worker that misbehaves as the name of the attachment says."""

from __future__ import annotations

import os
import sys
import time
from typing import TYPE_CHECKING

from foimail.documents import drawn
from foimail.documents import read as usual
from foimail.documents.model import Document, of_text
from foimail.documents.picture import PNG, Picture
from foimail.documents.worker import serve

if TYPE_CHECKING:
    from collections.abc import Sequence

    from foimail.documents.picture import Quote


def read(name: str, media_type: str, content: bytes) -> Document:  # noqa: C901, PLR0912 - one branch for each deed
    match name:
        case "crash":
            os.abort()
        case "exit":
            os._exit(3)
        case "hang":
            time.sleep(60)
        case "compute":
            while True:
                pass
        case "hoard":
            try:
                return of_text(str(len(bytearray(2_000_000_000))))
            except MemoryError:
                return Document("failed", "reading it takes more memory than it may have")
        case "babble":
            return of_text("x" * 1_500_000)
        case "nonsense":
            return Document("owned")  # type: ignore[arg-type]  # the point of it
        case "raise":
            raise RuntimeError(name)
        case "write":
            try:
                with open(content, "wb", buffering=0) as file:  # noqa: PTH123 - as crude as can be
                    file.write(b"loot")
            except OSError as error:
                return of_text(os.strerror(error.errno or 0))
        case "environment":
            return of_text(" ".join(os.environ.values()))
        case "print":
            print("garble", flush=True)  # noqa: T201 - the point of it
            os.write(1, b"garble")
            return of_text("printed")
    return usual.read(name, media_type, content)


def page(content: bytes, number: int, quotes: Sequence[Quote]) -> Picture:
    """A page whose file says what to do."""
    if not content.startswith(b"deed "):
        return drawn.page(content, number, quotes)
    deed = content[5:].decode()
    if deed == "no picture":
        return Picture(b"<svg onload='x()'/>", 1, 1)
    if deed == "babble":
        return Picture(PNG + bytes(1_500_000))
    found = read(deed, "", b"")
    return Picture(reason=found.reason) if found.reason else Picture(b"nonsense")


serve(int(sys.argv[1]), int(sys.argv[2]), read, page)
