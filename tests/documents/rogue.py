"""A worker that misbehaves as the name of the attachment says."""

from __future__ import annotations

import os
import sys
import time

from foimail.documents import read as usual
from foimail.documents.model import Document, of_text
from foimail.documents.worker import serve


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


serve(int(sys.argv[1]), int(sys.argv[2]), read)
