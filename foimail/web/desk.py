"""What the pages are made from: the workspace as its files are now, and what was worked out of its store until that changes."""

from __future__ import annotations

import time
from collections import OrderedDict
from dataclasses import dataclass, field
from threading import RLock
from typing import TYPE_CHECKING, Any, TypeVar

from foimail.files import settings as settings_file

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable
    from datetime import date
    from pathlib import Path

    from foimail.workspace import Workspace

T = TypeVar("T")
_SQLITE = "sqlite:///"
_FRESH_NS = 100_000_000  # a file changed so short a time ago may change again within one tick of its clock
_MOST = 64  # results that are kept


@dataclass
class Desk:
    """A workspace that stays open for days: it is read afresh when its files, or the day, have changed.

    Attributes:
        opener: Opens the workspace.
        today: The day that counts.
    """

    opener: Callable[[], Workspace]
    today: Callable[[], date]
    _lock: RLock = field(default_factory=RLock, repr=False)
    _open: tuple[Hashable, Workspace] | None = field(default=None, repr=False)
    _known: OrderedDict[Hashable, tuple[Hashable, Any]] = field(default_factory=OrderedDict, repr=False)

    @property
    def workspace(self) -> Workspace:
        """The workspace, as of today. FoimailError where its files hold faults."""
        with self._lock:
            if self._open is None or self._open[0] != self._files(self._open[1]):
                opened = self.opener()
                if self._open is not None:
                    self._open[1].close()
                self._known.clear()
                self._open = (self._files(opened), opened)
            return self._open[1]

    def known(self, name: Hashable, work: Callable[[Workspace], T]) -> T:
        """What `work` makes of the workspace; it is done again only once the store has changed."""
        ws = self.workspace
        stamp = _store(ws)
        with self._lock:
            found = self._known.get(name)
            if stamp is not None and found is not None and found[0] == stamp:
                self._known.move_to_end(name)
                return found[1]  # type: ignore[no-any-return]
        made = work(ws)
        if stamp is not None:
            self._keep(name, stamp, made)
        return made

    def kept(self, name: Hashable, work: Callable[[], T]) -> T:
        """What `work` makes of something that never changes, such as the bytes of a message."""
        with self._lock:
            if (found := self._known.get(name)) is not None:
                return found[1]  # type: ignore[no-any-return]
        made = work()
        self._keep(name, None, made)
        return made

    def _keep(self, name: Hashable, stamp: Hashable, made: object) -> None:
        with self._lock:
            self._known[name] = (stamp, made)
            self._known.move_to_end(name)
            while len(self._known) > _MOST:
                self._known.popitem(last=False)

    def _files(self, ws: Workspace) -> Hashable:
        campaign = ws.templates / ws.campaign_name / "campaign.toml"
        files = (ws.folder / settings_file.FILE, ws.registry_path, campaign)
        return (self.today(), *map(_state, files))


def _store(ws: Workspace) -> Hashable:
    """What tells one state of the store from the next; None where it has just changed, so that nothing is kept."""
    url = str(ws.settings["store.url"])
    if not url.startswith(_SQLITE):
        return ws.store.stamp()
    file = ws.folder / url.removeprefix(_SQLITE)
    states = (_state(file), _state(file.with_name(f"{file.name}-wal")))
    newest = max(moment for moment, _ in states)
    return states if time.time_ns() - newest > _FRESH_NS else None


def _state(path: Path) -> tuple[int, int]:
    try:
        found = path.stat()
    except OSError:
        return (0, 0)
    return (found.st_mtime_ns, found.st_size)
