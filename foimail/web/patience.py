"""Wrong passwords are slowed down: by whose they would be, and by where they come from."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass, field
from threading import Lock

FREE = 3  # wrong ones in a row that cost nothing: slips
_PLACES = 4096  # however many names and addresses are tried, no more is kept
_NAME_MOST = 60.0  # seconds: strangers who try somebody's name must not keep that person out for long
_ADDRESS_MOST = 900.0
_FADES = 3600.0  # seconds after which wrong ones of an address are forgotten


@dataclass
class Patience:
    """How long the next try has to wait; times are seconds of one clock that only goes forward."""

    _wrong: dict[tuple[str, int], tuple[int, float]] = field(default_factory=dict, repr=False)
    _salt: bytes = field(default_factory=lambda: secrets.token_bytes(16), repr=False)
    _lock: Lock = field(default_factory=Lock, repr=False)

    def left(self, name: str, address: str, now: float) -> float:
        """Seconds until this name may be tried from this address again; 0 where that is now."""
        with self._lock:
            ends = [self._wrong.get(place, (0, 0.0))[1] for place, _ in self._of(name, address)]
        return max(0.0, *(end - now for end in ends))

    def wrong(self, name: str, address: str, now: float) -> None:
        """Another wrong one: each doubles the wait. Where no address tells one from another (a proxy's), it is empty."""
        with self._lock:
            for place, most in self._of(name, address):
                count, end = self._wrong.get(place, (0, now))
                count = 1 if now - end > _FADES else count + 1
                waits = min(2.0 ** min(count - FREE, 20), most) if count >= FREE else 0.0
                self._wrong[place] = (count, now + waits)

    def right(self, name: str) -> None:
        """They are who they say: what went before were slips. Their address may try other names still, and is not forgotten."""
        with self._lock:
            self._wrong.pop(("name", self._place(name)), None)

    def _of(self, name: str, address: str) -> list[tuple[tuple[str, int], float]]:
        found = [(("name", self._place(name)), _NAME_MOST)]
        return [*found, (("address", self._place(address)), _ADDRESS_MOST)] if address else found

    def _place(self, words: str) -> int:
        found = hashlib.blake2b(words.encode("utf-8", "replace"), key=self._salt, digest_size=8).digest()
        return int.from_bytes(found) % _PLACES
