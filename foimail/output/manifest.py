"""The list of hashes beside a bundle of files: `sha256sum -c` reads it, and so does foimail."""

from __future__ import annotations

import hashlib
import os
import re
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from foimail.errors import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

SUMS = "SHA256SUMS.txt"
_LINE = re.compile(r"([0-9a-f]{64}) [ *](\S.*)")


def listed(sums: Mapping[str, str]) -> str:
    """The hashes by path as the lines of a list. The paths are ours: no line break or backslash is in them."""
    return "".join(f"{digest}  {path}\n" for path, digest in sums.items())


def check(folder: Path) -> tuple[dict[str, str], tuple[Problem, ...]]:
    """The hashes by path as listed in a folder, and everything that is not as listed; a file beside them is a warning."""
    try:
        text = (folder / SUMS).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        what = f"there is no list of hashes ({SUMS}) that can be read"
        return {}, (Problem(str(folder), what, "this is no archive, or one that was never finished"),)
    sums: dict[str, str] = {}
    problems: list[Problem] = []
    for number, line in enumerate(text.splitlines(), start=1):
        found = _LINE.fullmatch(line)
        if found is None or not _stays_inside(found[2]) or found[2] in sums:
            problems.append(Problem(f"{SUMS}:{number}", "this is no hash and path", "the list was changed"))
        else:
            sums[found[2]] = found[1]
    problems += [problem for path, digest in sums.items() for problem in _compared(folder, path, digest)]
    beside = sorted(set(_files(folder)) - set(sums) - {SUMS})
    problems += [
        Problem(path, "is not in the list of hashes", "it is passed over", "warning") for path in beside
    ]
    return sums, tuple(problems)


def content(folder: Path, path: str, digest: str) -> bytes:
    """The bytes of a file that was checked; ValueError where they are no longer those."""
    found = _real(folder, path).read_bytes()
    if hashlib.sha256(found).hexdigest() != digest:
        raise ValueError(f"{path} was changed this moment")
    return found


def _stays_inside(path: str) -> bool:
    pure = PurePosixPath(path)
    return not pure.is_absolute() and ".." not in pure.parts and "\\" not in path and pure.as_posix() == path


def _compared(folder: Path, path: str, digest: str) -> Iterator[Problem]:
    try:
        with _real(folder, path).open("rb") as file:
            if hashlib.file_digest(file, "sha256").hexdigest() != digest:
                yield Problem(path, "has been changed", "its hash is not the one listed")
    except FileNotFoundError:
        yield Problem(path, "is missing")
    except OSError as error:
        yield Problem(path, f"cannot be read: {error.strerror or error}")


def _real(folder: Path, path: str) -> Path:
    """A file of the folder; OSError where it is a link, or behind one: an archive may be a stranger's."""
    real = folder.resolve() / path
    if real.resolve() != real:
        raise OSError(0, "it is a link")
    if real.exists() and not real.is_file():
        raise OSError(0, "it is no file")
    return real


def _files(folder: Path) -> Iterator[str]:
    for there, _, names in os.walk(folder):
        yield from ((Path(there) / name).relative_to(folder).as_posix() for name in names)
