"""Pictures to text by tesseract, where it is installed; it is given the picture and gives the words, without a file."""

from __future__ import annotations

import shutil
import struct
import subprocess
import time

from foimail.documents.model import Document, NotReadableError, of_text
from foimail.documents.plain import clean

CHECK = "read by OCR: check it"
SECONDS = 20.0  # for all pictures of one attachment
_LOOK = "a picture: look at it yourself"
_SMALLEST_SIDE = 150  # pixels; less is a logo
_SMALLEST = 8_000  # bytes
_MOST_PIXELS = 50_000_000
_WANTED = 0xC0, 0xC1, 0xC2, 0xC3  # the marks of JPEG behind which the size stands


class Ocr:
    """Reads pictures until its time is up.

    Args:
        seconds: What all of them together may take.
    """

    def __init__(self, seconds: float = SECONDS) -> None:
        self._program = shutil.which("tesseract")
        self._end = time.monotonic() + seconds

    @property
    def is_there(self) -> bool:
        """Whether it is installed."""
        return self._program is not None

    @property
    def is_late(self) -> bool:
        """Whether the time is up."""
        return time.monotonic() >= self._end

    def text(self, image: bytes) -> str:
        """What stands in a picture (PNG, JPEG, TIFF, PNM); empty where nothing could be read in time."""
        if self._program is None or self.is_late:
            return ""
        try:
            done = subprocess.run(
                [self._program, "stdin", "stdout", "-l", "eng"],
                input=image,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                timeout=max(0.1, self._end - time.monotonic()),
                check=False,
                env={"OMP_THREAD_LIMIT": "1"},
            )
        except (subprocess.TimeoutExpired, OSError):
            return ""
        return clean(done.stdout.decode("utf-8", "replace")).strip() if done.returncode == 0 else ""


def picture(content: bytes) -> Document:
    """The words in a picture.

    Raises:
        NotReadableError: It is as small as a logo, too large, shows no words, or there is no tesseract.
    """
    size = pixels(content)
    if len(content) < _SMALLEST or (size and min(size) < _SMALLEST_SIDE):
        raise NotReadableError(_LOOK)
    if size and size[0] * size[1] > _MOST_PIXELS:
        raise NotReadableError(_LOOK)
    text = Ocr().text(content)
    if not text:
        raise NotReadableError(_LOOK)
    return of_text(text, reason=CHECK)


def pixels(content: bytes) -> tuple[int, int] | None:
    """Width and height that a PNG or JPEG declares; None for other pictures and broken ones."""
    try:
        if content.startswith(b"\x89PNG"):
            width, height = struct.unpack_from(">II", content, 16)
            return width, height
        at = 2
        while content.startswith(b"\xff\xd8"):
            mark, length = struct.unpack_from(">xBH", content, at)
            if mark in _WANTED:
                height, width = struct.unpack_from(">HH", content, at + 5)
                return width, height
            at += 2 + length
    except struct.error:
        return None
    return None
