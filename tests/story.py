"""A case told in a few words, and where the law sees it on a day."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Any

from foimail.case import fold
from foimail.events import Closed, Event, Opened, Paid, Received, Reopened, Sent, Snoozed, Told
from foimail.files.tables import table
from foimail.law import regimes
from foimail.law.calendar import Calendar, build
from foimail.law.position import Position, position

if TYPE_CHECKING:
    from foimail.law.regimes import Law, Regime
    from foimail.model import Case

ADDRESS = "foi@a.nhs.uk"


@cache
def law() -> Law:
    return regimes.read(table("regimes"), table("exemptions"))


@cache
def calendar(nations: tuple[str, ...]) -> Calendar:
    return build(nations, table("proclaimed"))


class Story:
    """Days are ISO texts; replies are a person's word unless `by` says otherwise."""

    def __init__(self, regime: str = "foia", sent: str = "") -> None:
        self.regime: Regime = law().regime(regime)
        self.events: list[Event] = []
        if sent:
            self.sent(sent)

    def sent(self, on: str, letter: str = "request", to: str = ADDRESS) -> Story:
        number = len(self.events)
        return self.happens(Sent(date.fromisoformat(on), f"{number}@home", to, letter=letter))

    def came(
        self,
        on: str,
        kind: str,
        *,
        by: str = "person",
        read_by: str = "",
        failed: str = "",
        about: str = "",
        **facts: Any,
    ) -> Story:
        number = f"r{len(self.events)}"
        day = date.fromisoformat(on)
        self.happens(Received(day, number, kind, ADDRESS, "Re", "token", by, about, failed))
        return self.happens(Told(day, number, dict(facts), read_by or by)) if facts else self

    def paid(self, on: str) -> Story:
        return self.happens(Paid(date.fromisoformat(on)))

    def closed(self, on: str, because: str = "withdrawn") -> Story:
        return self.happens(Closed(date.fromisoformat(on), because))

    def reopened(self, on: str) -> Story:
        return self.happens(Reopened(date.fromisoformat(on)))

    def snoozed(self, on: str, until: str) -> Story:
        return self.happens(Snoozed(date.fromisoformat(on), until))

    def happens(self, event: Event) -> Story:
        self.events.append(event)
        return self

    @property
    def case(self) -> Case:
        first = min((event.on for event in self.events), default=date(2025, 1, 2))
        opened = Opened(first, "cse", "RXX", self.regime.key)
        return fold("FOI-ABCDE", [opened, *self.events])

    def at(self, today: str, *alternatives: str) -> Position:
        return position(
            self.case,
            self.regime,
            calendar(self.regime.holidays),
            date.fromisoformat(today),
            alternatives,
        )

    def dates(self, today: str) -> dict[str, str]:
        """The last day of each clock."""
        return {clock.name: clock.due.isoformat() for clock in self.at(today).clocks}

    def steps(self, today: str) -> list[tuple[str, str, str]]:
        """Route, first and last day of each step."""
        return [
            (s.route, s.on_or_after.isoformat() if s.on_or_after else "", s.by.isoformat() if s.by else "")
            for s in self.at(today).steps
        ]

    def broken(self, today: str) -> list[str]:
        """The breaches by name."""
        return [breach.name for breach in self.at(today).breaches]
