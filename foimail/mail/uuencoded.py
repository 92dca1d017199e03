"""Files that stand in the text of a mail between `begin` and `end`, as mail programs of the nineties put them."""

from __future__ import annotations

import binascii
import re

_BEGIN = re.compile(r"begin [0-7]{3,4} (\S.*)")
_MOST_FILES = 100


def split(text: str) -> tuple[str, list[tuple[str, bytes]]]:
    """The text without its uuencoded files, and their names (as given) and bytes. A broken file stays in the text."""
    if "begin " not in text:
        return text, []
    lines = text.split("\n")
    kept: list[str] = []
    files: list[tuple[str, bytes]] = []
    at = 0
    while at < len(lines):
        begun = _BEGIN.fullmatch(lines[at].rstrip())
        content, end = _decoded(lines, at + 1) if begun and len(files) < _MOST_FILES else (None, at)
        if begun and content is not None:
            files.append((begun[1], content))
            at = end
        else:
            kept.append(lines[at])
            at += 1
    return "\n".join(kept), files


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
