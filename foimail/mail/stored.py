"""Mail on disk: .eml files, mbox files, Maildir folders, folders of .eml. Nothing is changed or followed out of what was named."""

from __future__ import annotations

import mailbox
from email.parser import BytesHeaderParser
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from foimail.errors import Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

LARGEST = 100 * 1024 * 1024  # mail servers refuse far less; a file this large is no mail


def messages(paths: Iterable[Path], problems: list[Problem]) -> Iterator[tuple[str, bytes]]:
    """(source, raw bytes) of each message in these paths; what cannot be read becomes a problem and the rest goes on."""
    for path in paths:
        try:
            yield from _of(path)
        except (OSError, mailbox.Error) as error:
            problems.append(
                Problem(str(path), f"cannot be read: {getattr(error, 'strerror', None) or error}")
            )


def _of(path: Path) -> Iterator[tuple[str, bytes]]:
    if path.is_dir():
        folders = [path / name for name in ("cur", "new") if (path / name).is_dir()]
        files = [f for folder in folders or [path] for f in sorted(folder.iterdir())]
        for file in files:
            if file.is_file() and (folders or file.suffix.lower() == ".eml"):
                yield file.name, _bytes(file)
        return
    with path.open("rb") as opened:
        is_mbox = opened.read(5) == b"From "
    if not is_mbox:
        yield path.name, _bytes(path)
        return
    box = mailbox.mbox(path, create=False)
    try:
        for number, key in enumerate(box.keys(), start=1):
            yield f"{path.name}#{number}", box.get_bytes(key)
    finally:
        box.close()


def _bytes(path: Path) -> bytes:
    if path.stat().st_size > LARGEST:
        raise OSError(0, f"larger than {LARGEST // 1024 // 1024} MB")
    return path.read_bytes()


def by_date(found: Iterable[tuple[str, bytes]]) -> list[tuple[str, bytes]]:
    """The messages in the order of their Date headers; those without one come first, in the order given."""
    return sorted(found, key=lambda pair: moment(pair[1]))


def moment(raw: bytes) -> float:
    """The time of a message by its Date header; before all others where it has none."""
    try:
        return parsedate_to_datetime(str(BytesHeaderParser().parsebytes(raw)["Date"])).timestamp()
    except (TypeError, ValueError, IndexError, OverflowError):
        return float("-inf")
