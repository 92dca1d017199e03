"""Long runs of base64, set aside while a message is parsed: the stdlib looks at each of their lines, which costs most of the time.

In the place of each run stands a mark made of the message's own hash, which no message can hold.
"""

from __future__ import annotations

import re

_RUN = re.compile(rb"^(?:[A-Za-z0-9+/]{60,76}\r?\n){100,}+", re.MULTILINE)
_END = b"\n"


def set_aside(raw: bytes, sha256: str) -> tuple[bytes, tuple[bytes, ...]]:
    """The message with marks for its runs, and the runs."""
    runs: list[bytes] = []

    def marked(found: re.Match[bytes]) -> bytes:
        runs.append(found[0])
        return mark(sha256, len(runs) - 1) + _END

    return _RUN.sub(marked, raw), tuple(runs)


def mark(sha256: str, number: int) -> bytes:
    """What stands for a run: neither a header nor a boundary nor base64."""
    return f"_{sha256}_{number}_".encode()


def put_back(content: bytes, sha256: str, runs: tuple[bytes, ...]) -> bytes:
    """The bytes of a part or message with its runs in their places, their lines ended by line feeds."""
    if not runs or sha256.encode() not in content:
        return content
    marks = re.compile(rb"_" + sha256.encode() + rb"_(\d+)_\r?\n?")
    return marks.sub(lambda found: runs[int(found[1])].replace(b"\r\n", b"\n"), content)
