"""Names of attached files, as strangers give them: in four ways of encoding, and not always one of them rightly."""

from __future__ import annotations

import itertools
import mimetypes
import re
from email.header import decode_header
from typing import TYPE_CHECKING

from foimail.mail.charsets import clean, decode
from foimail.mail.faults import tried

if TYPE_CHECKING:
    from collections.abc import Iterable
    from email.message import Message

_LONGEST = 150
_LONGEST_ENDING = 10
_BIDI = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")  # can make `exe.pdf` out of `fdp.exe`


def given(part: Message) -> str:
    """The name that a part's headers give, by whichever of RFC 2231, RFC 2047 and raw bytes; may be empty."""
    return _parameter(part, "Content-Disposition", "filename") or _parameter(part, "Content-Type", "name")


def _parameter(part: Message, header: str, name: str) -> str:
    found = tried(lambda: part.get_param(name, header=header), None)
    if not isinstance(found, tuple):
        return str(found or "")
    charset, _, value = found  # RFC 2231; the stdlib would spoil it where the charset is missing
    return tried(lambda: decode(value.encode("latin-1"), charset), value)


def bare(name: str) -> str:
    """A stranger's file name as a bare name: decoded, without folders and control marks; may be empty."""
    if "=?" in name:
        name = tried(lambda: "".join(_word(*pair) for pair in decode_header(name)), name)
    name = " ".join(re.split(r"[/\\]", _BIDI.sub("", clean(name)))[-1].split()).lstrip(". ")
    if len(name) <= _LONGEST:
        return name
    ending = name[name.rfind(".") :] if "." in name[-_LONGEST_ENDING:] else ""
    return name[: _LONGEST - len(ending)] + ending


def of(part: Message, kind: str, number: int) -> str:
    """The bare name of a part's file, made of its number and media type where it has none."""
    return bare(given(part)) or f"attachment-{number + 1}{mimetypes.guess_extension(kind) or '.bin'}"


def apart(names: Iterable[str]) -> list[str]:
    """The names, each once: what bears a name that is taken is numbered, as in `reply.pdf`, `reply (2).pdf`."""
    taken: dict[str, None] = {}
    for name in names:
        stem, dot, ending = name.rpartition(".")
        numbered = (f"{stem} ({n}).{ending}" if dot else f"{name} ({n})" for n in itertools.count(2))
        taken[next(one for one in itertools.chain((name,), numbered) if one not in taken)] = None
    return list(taken)


def _word(word: bytes | str, charset: str | None) -> str:
    return word if isinstance(word, str) else decode(word, charset)
