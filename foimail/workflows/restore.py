"""The store rebuilt from an archive, into an empty store or a new workspace. The archive may be damaged, or a stranger's."""

from __future__ import annotations

import json
import shutil
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from foimail.errors import FoimailError, InputError, StoreError, WorkspaceError, errors_only
from foimail.files import settings as settings_file
from foimail.files.settings_write import without_secrets
from foimail.mail.maildir import make_maildir
from foimail.output import manifest
from foimail.output.archive import LOG
from foimail.store import dump, outbox
from foimail.workflows.archive import FORM, WORKSPACE
from foimail.workspace import Workspace

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date

    from foimail.errors import Problem
    from foimail.store.dump import Row


@dataclass(frozen=True, slots=True)
class Archive:
    """An archive whose files are all as listed. `sums` has the hashes by path, `beside` what lies there and is not listed."""

    folder: Path
    sums: Mapping[str, str]
    beside: tuple[Problem, ...]
    made_on: str

    def content(self, path: str) -> bytes:
        """A file of the archive, looked at once more."""
        try:
            return manifest.content(self.folder, path, self.sums[path])
        except (ValueError, OSError) as error:
            raise FoimailError(f"{path} cannot be read any more: {error}") from None

    def below(self, place: str) -> list[str]:
        """The paths below one of its folders."""
        return [path for path in self.sums if path.startswith(f"{place}/")]


@dataclass(frozen=True, slots=True)
class Restored:
    """What came of it: rows put back, letters that waited to be sent then, and files that are not as the archive has them."""

    rows: int
    waiting: int
    unlike: tuple[str, ...] = ()


def look(folder: Path) -> Archive:
    """An archive, checked file by file.

    Raises:
        InputError: Something is missing, changed or of a newer foimail; every fault is named.
    """
    sums, problems = manifest.check(folder)
    if faults := errors_only(problems):
        raise InputError(
            "this archive cannot be trusted, and nothing was restored", faults, "take another copy of it"
        )
    beside = tuple(p for p in problems if p.level == "warning")
    archive = Archive(folder, sums, beside, "")
    if LOG not in sums:
        raise InputError(f"{folder} is no archive of foimail: it lists no {LOG}")
    heading = _line(archive.content(LOG).partition(b"\n")[0], 1)
    form = heading.get("archive")
    if not isinstance(form, int):
        raise InputError(f"{folder} is no archive of foimail: {LOG} does not begin as one")
    if form > FORM:
        version = heading.get("foimail")
        raise StoreError(
            f"this archive was written by a newer foimail ({version})", "install the newer foimail"
        )
    return replace(archive, made_on=str(heading.get("today")))


def into_store(ws: Workspace, archive: Archive) -> Restored:
    """Rebuild the store of this workspace, which must hold nothing; its files stay as they are.

    Raises:
        StoreError: The store holds something, or the archive's rows are of a newer foimail.
    """
    with ws.only_one("poll"), ws.only_one("send"):
        return _load(ws, archive, _unlike(ws.folder, archive))


def into_folder(
    folder: Path, archive: Archive, today: date, environ: Mapping[str, str], options: Mapping[str, str]
) -> Restored:
    """Make a workspace of an archive: settings without secrets, bodies, templates, store. It is there as a whole or not at all.

    Raises:
        WorkspaceError: There is something in the folder already.
        InputError: The archive's settings hold faults.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise WorkspaceError(f"{folder} is not empty", "name an empty folder or a new one")
    try:
        text = without_secrets(archive.content(f"{WORKSPACE}/{settings_file.FILE}").decode())
    except (KeyError, UnicodeDecodeError):
        raise InputError(f"this archive has no {WORKSPACE}/{settings_file.FILE} that can be read") from None
    settings, problems = settings_file.read(text, environ, options)
    if problems:
        raise InputError("the settings of this archive have faults", problems)
    folder.parent.mkdir(parents=True, exist_ok=True)
    passing = Path(tempfile.mkdtemp(dir=folder.parent, prefix=f".{folder.name}."))  # for its owner alone
    try:
        for path in archive.below(WORKSPACE):
            _put(passing / path.removeprefix(f"{WORKSPACE}/"), archive.content(path))
        (passing / settings_file.FILE).write_text(text, encoding="utf-8")
        for box in ("inbox", "outbox"):
            make_maildir(passing / box)
        ws = Workspace(passing, settings, today, environ, settings["campaign.default"])
        done = _load(ws, archive, ())
        ws.store.close()
        passing.rename(folder)
    except BaseException:
        shutil.rmtree(passing, ignore_errors=True)
        raise
    return done


def _put(path: Path, content: bytes) -> None:
    for folder in reversed(path.parents):  # `parents=True` would leave those between to the umask
        folder.mkdir(mode=0o700, exist_ok=True)
    path.touch(mode=0o600)
    path.write_bytes(content)


def _load(ws: Workspace, archive: Archive, unlike: tuple[str, ...]) -> Restored:
    by_digest = {digest: path for path, digest in archive.sums.items()}

    def content(digest: str) -> bytes:
        if digest not in by_digest:
            raise InputError(f"{LOG} names bytes that the archive does not have ({digest})")
        return archive.content(by_digest[digest])

    with ws.store.write() as connection:
        if full := dump.full(connection):
            raise StoreError(
                f"the store of this workspace is not empty (it has {', '.join(full)}); nothing was changed",
                "restore into a new workspace with --into FOLDER",
            )
        count = dump.load(connection, _rows(archive), content)
        waiting = len(outbox.rows(connection, "queued", "sending", "unknown"))
    return Restored(count, waiting, unlike)


def _rows(archive: Archive) -> Iterator[Row]:
    for number, line in enumerate(archive.content(LOG).split(b"\n")[1:], start=2):
        if line:
            found = _line(line, number)
            if not isinstance(found.get("table"), str) or not isinstance(found.get("row"), dict):
                raise InputError(f"{LOG}:{number} is no row of a table")
            yield found["table"], found["row"]


def _line(line: bytes, number: int) -> dict[str, Any]:
    try:
        found = json.loads(line)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise InputError(f"{LOG}:{number} is no JSON object")
    return found


def _unlike(folder: Path, archive: Archive) -> tuple[str, ...]:
    """The files of the archive's workspace that this one lacks or has otherwise; the settings are each workspace's own."""
    found = []
    for path in archive.below(WORKSPACE):
        name = path.removeprefix(f"{WORKSPACE}/")
        here = folder / name
        if name != settings_file.FILE and not (here.is_file() and here.read_bytes() == archive.content(path)):
            found.append(name)
    return tuple(found)
