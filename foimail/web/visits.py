"""Those who are inside: each browser by its cookie, until it leaves, grows old, or its person may come no more."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from threading import Lock

IDLE = 2 * 3600.0  # seconds after which somebody who came by name has to come in anew
LONGEST = 12 * 3600.0
_MOST = 10_000  # visits at one time; the oldest end


@dataclass
class Visit:
    """One browser that has come in: who it is, the word that its forms carry, and what it is to be told next.

    Attributes:
        person: Whose decisions these are; empty for whoever the settings name.
        proof: What their coming in rested on; once that is another, the visit ends.
        decides: Whether they may do more than look.
        began: When, in seconds of the door's clock.
        seen: When last.
    """

    person: str = ""
    proof: str = field(default="", repr=False)
    decides: bool = True
    began: float = 0.0
    seen: float = 0.0
    form_key: str = field(default_factory=lambda: secrets.token_urlsafe(24), repr=False)
    said: list[tuple[str, str]] = field(default_factory=list)


@dataclass
class Visits:
    """All of them, by the number in their cookie."""

    _all: dict[str, Visit] = field(default_factory=dict, repr=False)
    _lock: Lock = field(default_factory=Lock, repr=False)

    def begin(self, visit: Visit) -> str:
        """Its number, which nobody can guess."""
        number = secrets.token_urlsafe(32)
        visit.seen = visit.began
        with self._lock:
            for old in [n for n, one in self._all.items() if _is_over(one, visit.began)]:
                del self._all[old]
            while len(self._all) >= _MOST:
                del self._all[next(iter(self._all))]
            self._all[number] = visit
        return number

    def find(self, number: str, now: float) -> Visit | None:
        """The visit of this number, seen now; None where there is none any more."""
        with self._lock:
            visit = self._all.get(number)
            if visit is None or _is_over(visit, now):
                self._all.pop(number, None)
                return None
            visit.seen = now
            return visit

    def end(self, number: str) -> None:
        """They have left."""
        with self._lock:
            self._all.pop(number, None)

    def values(self) -> list[Visit]:
        """Those inside."""
        with self._lock:
            return list(self._all.values())


def _is_over(visit: Visit, now: float) -> bool:
    """Whoever came by the key of this machine stays as long as the desk is open: the key works once."""
    return bool(visit.person) and (now - visit.seen > IDLE or now - visit.began > LONGEST)
