"""Files that stand in the text of a mail between `begin` and `end`, as mail programs of the nineties put them."""

from __future__ import annotations

import binascii
import re
from itertools import islice

_BEGIN = re.compile(r"begin [0-7]{3,4} (\S.*)")
_MOST_FILES = 100
_MOST_BEGINS = 1000


def split(text: str) -> tuple[str, list[tuple[str, bytes]]]:
    """The text without its uuencoded files, and their names (as given) and bytes. A broken file stays in the text."""
    if "begin " not in text or "\nend" not in text:
        return text, []
    lines = text.split("\n")
    kept: list[str] = []
    files: list[tuple[str, bytes]] = []
    done = 0
    begins = (number for number, line in enumerate(lines) if line.startswith("begin "))
    for number in islice(begins, _MOST_BEGINS):
        begun = _BEGIN.fullmatch(lines[number].rstrip())
        if begun is None or number < done or len(files) >= _MOST_FILES:
            continue
        content, end = _decoded(lines, number + 1)
        if content is not None:
            files.append((begun[1], content))
            kept += lines[done:number]
            done = end
    return "\n".join(kept + lines[done:]), files


def _decoded(lines: list[str], at: int) -> tuple[bytes | None, int]:
    """The bytes that begin on this line and the line behind their end; None where they are broken or never end."""
    content = bytearray()
    while at < len(lines):
        line = lines[at].rstrip()
        at += 1
        if line == "end":
            return (bytes(content) or None), at
        try:
            content += binascii.a2b_uu(line or " ")  # a line of no bytes may have lost its only space
        except (binascii.Error, ValueError):
            return None, at
    return None, at
