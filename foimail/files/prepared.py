"""What takes time to make from files, kept as JSON in the user's own cache folder: the calendars, the list of bodies.

Never in a workspace: a stranger may have made that, and what is prepared there could say other than the files that one reads. A
value is found again by a hash of all that it is made from, code included. Where there is no such folder, or it
is not the user's alone to write in, everything is made afresh each time.
"""

from __future__ import annotations

import hashlib
import json
import os
import pkgutil
from contextlib import suppress
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

_KEPT = 8  # values of one name: an edited list of bodies leaves the one before behind
_OTHERS = 0o022  # who else may write


def prepared(
    environ: Mapping[str, str],
    name: str,
    made_from: Iterable[bytes],
    code: Iterable[str],
    make: Callable[[], Any],
) -> Any:  # noqa: ANN401 - whatever JSON holds
    """The value of this name for what it is made from; `code` are the files of foimail that make it. `make` gives plain JSON."""
    folder = _folder(environ)
    if folder is None:
        return make()
    whole = hashlib.sha256()
    for part in (*made_from, *(pkgutil.get_data("foimail", file) or b"" for file in code)):
        whole.update(hashlib.sha256(part).digest())
    path = folder / f"{name}-{whole.hexdigest()[:32]}.json"
    with suppress(OSError, ValueError):
        return json.loads(path.read_bytes())
    value = make()
    with suppress(OSError):
        _keep(path, name, json.dumps(value).encode())
    return value


def _folder(environ: Mapping[str, str]) -> Path | None:
    base = environ.get("XDG_CACHE_HOME") or (environ.get("HOME") and f"{environ['HOME']}/.cache")
    if not base or not Path(base).is_absolute():
        return None
    folder = Path(base) / "foimail"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        found = folder.stat()
    except OSError:
        return None
    return folder if found.st_uid == os.getuid() and not found.st_mode & _OTHERS else None


def _keep(path: Path, name: str, content: bytes) -> None:
    with NamedTemporaryFile(dir=path.parent, prefix=f".{name}.", delete=False) as file:
        file.write(content)
    Path(file.name).replace(path)
    found = sorted(path.parent.glob(f"{name}-*.json"), key=lambda one: one.stat().st_mtime)
    for old in found[:-_KEPT]:
        old.unlink(missing_ok=True)
