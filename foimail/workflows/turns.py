"""When the next letter may go: the pace and the daily budget, which all senders on one store keep together."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from foimail.store import outbox

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection

    from foimail.store.locks import Hold
    from foimail.workspace import Workspace

USED_UP = "today's budget of letters is used up; the next run goes on"


@dataclass
class Pace:
    """When the next letter may go: `rate` a minute over all, `spacing` seconds within a recipient domain. Monotonic seconds."""

    rate: float
    spacing: float
    _last: float | None = None
    _last_to: dict[str, float] = field(default_factory=dict)

    @property
    def between(self) -> float:
        """Seconds between two letters, whomever to."""
        return 60 / self.rate if self.rate else 0.0

    def wait(self, domain: str, now: float) -> float:
        """Seconds to wait before a letter to this domain."""
        over_all = self._last + self.between if self.rate and self._last is not None else now
        return max(0.0, over_all - now, self._last_to.get(domain, float("-inf")) + self.spacing - now)

    def sent(self, domain: str, now: float) -> None:
        """Note that a letter went."""
        self._last = self._last_to[domain] = now


def budget(ws: Workspace, connection: Connection) -> int | None:
    """How many letters may still go today, by whichever sender; None where nobody counts."""
    if ws.server("outgoing").kind == "maildir":
        return None
    used = outbox.sent_since(connection, ws.now() - timedelta(days=1))
    # providers count recipients, and the copy to oneself is one
    each = 2 if ws.settings["mail.copy_to_self"] else 1
    return max(0, int(ws.settings["sending.daily_budget"]) // each - used)


class Turns:
    """The turns that one sender takes: after its own letters and, where a store has several senders, after theirs."""

    def __init__(self, ws: Workspace, hold: Hold, sleep: Callable[[float], None]) -> None:
        self._ws = ws
        self._among = hold.number != 0
        self.sleep = sleep
        network = ws.server("outgoing").kind != "maildir"
        self._pace = Pace(
            ws.settings["sending.rate"] if network else 0,
            ws.settings["sending.domain_spacing"] if network else 0,
        )

    def wait(self, domain: str) -> None:
        """Wait until our own last letter is long enough ago."""
        if (seconds := self._pause(domain)) > 0:
            self.sleep(seconds)

    def at_once(self, domain: str) -> bool:
        """Whether a letter to this domain may go now, whatever others do: there are none, and no pause is to be made."""
        return not self._among and self._pause(domain) <= 0

    def _pause(self, domain: str) -> float:
        return self._pace.wait(domain, time.monotonic())

    def taken(self, domain: str) -> None:
        """Note that a letter of ours went."""
        self._pace.sent(domain, time.monotonic())

    def among(self, connection: Connection, domain: str) -> float | None:
        """Seconds to wait for the letters of all senders, in the transaction that claims; None where today none may go any more."""
        if not self._among:
            return 0.0
        if budget(self._ws, connection) == 0:
            return None
        between, spacing = self._pace.between, self._pace.spacing
        if not max(between, spacing):
            return 0.0
        now = self._ws.moment
        claims = outbox.claimed_since(connection, now - timedelta(seconds=max(between, spacing)))
        ages = {to: max(0.0, (now - last).total_seconds()) for to, last in claims.items()}
        over_all = between - min(ages.values(), default=between)
        return max(0.0, over_all, spacing - ages.get(domain, spacing))
