"""A `Reader` has attachments read by a worker process, and ends that process where it takes too much of anything."""

from __future__ import annotations

import os
import selectors
import signal
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Self

import foimail
from foimail.documents import wire
from foimail.documents.model import MOST_BYTES, Document
from foimail.documents.picture import Picture

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import TracebackType

    from foimail.documents.picture import Quote

_CHUNK = 65_536
_TOO_LARGE = f"it is larger than {MOST_BYTES // 1_000_000} MB"
_NONSENSE = "its reader answered nonsense"


@dataclass(frozen=True, slots=True)
class Limits:
    """What the worker may take for one attachment."""

    memory: int = 1 << 30  # bytes of address space, with the program and its libraries
    cpu: int = 20  # seconds of computing
    seconds: float = 30.0  # by the clock
    answer: int = 64_000_000  # bytes


class Reader:
    """Reads attachments one after the other; a bomb or a crash costs that attachment, and the next finds a new worker.

    The worker starts with the first attachment and is reused. Use it as a context manager.

    Args:
        limits: What one attachment may take.
        command: Starts the worker; it gets the limits of memory and computing time as two further arguments.
    """

    def __init__(self, limits: Limits = Limits(), command: tuple[str, ...] = ()) -> None:
        self._limits = limits
        self._command = command or (sys.executable, "-P", "-B", "-m", "foimail.documents.worker")
        self._worker: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end()

    def read(self, name: str, media_type: str, content: bytes) -> Document:
        """What an attachment says; a limit that it broke is its state and reason, never an exception."""
        if len(content) > MOST_BYTES:
            return Document("too_large", _TOO_LARGE)
        try:
            found = wire.document(self._ask(wire.question(name, media_type, content)))
        except _BrokenLimit as broken:
            return broken.document
        except ValueError:
            found = Document("failed", _NONSENSE)
        if found.state == "failed":  # what it left behind in the worker must not touch the next attachment
            self._end()
        return found

    def picture(self, content: bytes, number: int, quotes: Sequence[Quote] = ()) -> Picture:
        """A page of a PDF with these quotes marked; a limit that it broke is its reason, never an exception."""
        if len(content) > MOST_BYTES:
            return Picture(reason=_TOO_LARGE)
        try:
            found = wire.picture(self._ask(wire.page_question(content, number, quotes)))
        except _BrokenLimit as broken:
            return Picture(reason=broken.document.reason)
        except ValueError:
            found = Picture(reason=_NONSENSE)
        if found.reason:
            self._end()
        return found

    def _start(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [*self._command, str(self._limits.memory), str(self._limits.cpu)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            bufsize=0,
            env={  # ours may hold passwords
                "PYTHONPATH": str(Path(foimail.__file__).parents[1]),
                "PATH": os.environ.get("PATH", os.defpath),
            },
            start_new_session=True,  # Ctrl-C is for foimail, which then ends the worker
        )

    def _end(self) -> None:
        worker, self._worker = self._worker, None
        if worker is None:
            return
        with suppress(ProcessLookupError):
            os.killpg(worker.pid, signal.SIGKILL)  # the worker and what it has started
        worker.wait()
        for pipe in (worker.stdin, worker.stdout):
            if pipe is not None:
                pipe.close()

    def _ask(self, question: bytes) -> bytes:
        """The frame that the worker answers. _BrokenLimit where it takes too much of anything; then it has been ended."""
        if self._worker is None or self._worker.poll() is not None:
            self._end()
            self._worker = self._start()
        try:
            return self._answer(self._worker, question)
        except _BrokenLimit:
            self._end()
            raise

    def _answer(self, worker: subprocess.Popen[bytes], question: bytes) -> bytes:
        """The frame it answers. Both pipes are watched: a worker that hangs before it has read all must not hold us."""
        if worker.stdin is None or worker.stdout is None:
            raise RuntimeError("the worker was started without pipes")
        end = time.monotonic() + self._limits.seconds
        waiting = memoryview(question)
        answer = bytearray()
        os.set_blocking(worker.stdin.fileno(), False)
        with selectors.DefaultSelector() as pipes:
            pipes.register(worker.stdin, selectors.EVENT_WRITE)
            pipes.register(worker.stdout, selectors.EVENT_READ)
            while True:
                ready = pipes.select(max(0.0, end - time.monotonic()))
                if not ready:
                    raise _BrokenLimit(f"reading it took longer than {self._limits.seconds:g} seconds")
                for key, _ in ready:
                    if key.fileobj is worker.stdin:
                        waiting = waiting[_written(worker.stdin.fileno(), waiting) :]
                        if not waiting:
                            pipes.unregister(worker.stdin)
                    elif (piece := os.read(worker.stdout.fileno(), _CHUNK)) == b"":
                        raise _BrokenLimit(self._why(worker))
                    else:
                        answer += piece
                if (whole := self._whole(answer)) is not None:
                    return whole

    def _whole(self, answer: bytearray) -> bytes | None:
        """The frame, once all of it is there."""
        if len(answer) < wire.LENGTH.size:
            return None
        (length,) = wire.LENGTH.unpack_from(answer)
        if length > self._limits.answer:
            raise _BrokenLimit("more came out of it than would be kept", too_large=True)
        return bytes(answer[wire.LENGTH.size :]) if len(answer) >= wire.LENGTH.size + length else None

    def _why(self, worker: subprocess.Popen[bytes]) -> str:
        try:
            code = worker.wait(timeout=1)
        except subprocess.TimeoutExpired:
            code = 0
        if code == -signal.SIGXCPU:
            return f"reading it took more than {self._limits.cpu} seconds of computing"
        return "its reader crashed: too much memory, or a fault in the file"


class _BrokenLimit(Exception):  # noqa: N818 - a fact about the attachment, caught at once
    def __init__(self, reason: str, *, too_large: bool = False) -> None:
        super().__init__(reason)
        self.document = Document("too_large" if too_large else "failed", reason)


def _written(pipe: int, waiting: memoryview) -> int:
    try:
        return os.write(pipe, waiting[:_CHUNK])
    except BrokenPipeError:  # it died; the other pipe says so
        return len(waiting)
