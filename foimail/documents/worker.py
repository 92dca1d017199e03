"""The process that opens attachments: `python -m foimail.documents.worker MEMORY CPU`. It reads frames and answers each.

It says what stands in an attachment, or draws one of its pages. It may take so much memory and so much computing time for each,
write no file, and has no secret in its environment. Whatever it prints goes nowhere.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import time
from contextlib import suppress
from math import ceil
from typing import TYPE_CHECKING

from foimail.documents import wire
from foimail.documents.read import read

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import BinaryIO

    from foimail.documents.model import Document
    from foimail.documents.picture import Picture, Quote

    Read = Callable[[str, str, bytes], Document]
    Draw = Callable[[bytes, int, Sequence[Quote]], Picture]


def page(content: bytes, number: int, quotes: Sequence[Quote]) -> Picture:
    """The page of a PDF, drawn; what draws is loaded with the first."""
    from foimail.documents import drawn

    return drawn.page(content, number, quotes)


def serve(memory: int, cpu: int, read: Read = read, page: Draw = page) -> None:
    """Answer until the other side closes. `memory` is in bytes, `cpu` in seconds for each attachment."""
    asked, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for number in (1, 2):  # a library that prints would garble the answers
        os.dup2(nowhere, number)
    _limit(resource.RLIMIT_CORE, 0)
    _limit(resource.RLIMIT_FSIZE, 0)
    _limit(resource.RLIMIT_AS, memory)
    while (said := _frame(asked)) is not None and (content := _frame(asked)) is not None:
        # the kernel counts from the start of the process, and ends it by a signal
        _limit(resource.RLIMIT_CPU, ceil(time.process_time()) + cpu)
        name, media_type, *wanted = json.loads(said)
        if wanted:
            number, quotes = wanted[0]
            answers.write(wire.page_answer(page(content, number, wire.quotes(quotes))))
        else:
            answers.write(wire.answer(read(name, media_type, content)))
        answers.flush()


def _limit(what: int, most: int) -> None:
    with suppress(ValueError, OSError):  # macOS refuses some; the clock of the other side holds everywhere
        resource.setrlimit(what, (most, resource.getrlimit(what)[1]))


def _frame(stream: BinaryIO) -> bytes | None:
    head = stream.read(wire.LENGTH.size)
    if len(head) < wire.LENGTH.size:
        return None
    (length,) = wire.LENGTH.unpack(head)
    return stream.read(length)


if __name__ == "__main__":
    serve(int(sys.argv[1]), int(sys.argv[2]))
