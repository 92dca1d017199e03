from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from foimail.files.tables import table
from foimail.law.breaches import Breach
from foimail.law.clocks import Clock
from foimail.law.position import Position
from foimail.law.regimes import Law, read
from foimail.model import Case, Reply, Sending

TEMPLATES = Path(__file__).parents[2] / "templates"


@pytest.fixture(scope="session")
def law() -> Law:
    return read(table("regimes"))


@pytest.fixture(scope="session")
def base() -> tuple[tuple[str, str], ...]:
    """The letters that every campaign inherits."""
    files = sorted(TEMPLATES.glob("base/*.txt"))
    return tuple((f"base/{path.name}", path.read_text(encoding="utf-8")) for path in files)


class Story:
    """A case told in a few words: what went, what came, what of it was a breach."""

    def __init__(self, regime: str = "foia") -> None:
        self.regime = regime
        self.sendings: list[Sending] = []
        self.replies: list[Reply] = []
        self.clocks: list[Clock] = []
        self.breaches: list[Breach] = []
        self.began = 0

    def sent(self, letter: str, on: date, state: str = "sent") -> Story:
        number = len(self.sendings)
        self.sendings.append(
            Sending(f"<{number}@x.example>", "foi@x.example", "email", letter, state, on)  # type: ignore[arg-type]  # any state
        )
        return self

    def came(self, kind: str, on: date, *, automatic: bool = False, **facts: object) -> Story:
        confirmed = frozenset() if automatic else frozenset(facts)
        number = f"m{len(self.replies)}"
        self.replies.append(
            Reply(
                number, on, kind, "foi@x.example", "Re", "token", automatic, facts=facts, confirmed=confirmed
            )
        )
        return self

    def clock(self, name: str, due: date, basis: str = "statute", *, checked: bool = True) -> Story:
        self.clocks.append(Clock(name, name, due, due, basis, "FOIA s.10(1)", checked, "", ()))
        return self

    def breach(self, citation: str, what: str, evidence: str, basis: str = "statute", **how: Any) -> Story:
        self.breaches.append(Breach(citation, what, evidence, basis, **{"checked": True, **how}))
        return self

    def case(self) -> Case:
        first = min((one.on for one in self.sendings if one.state == "sent"), default=None)
        return Case(
            *("FOI-7K3Q2M", "own", "RXX", self.regime, first or date(2026, 6, 12)),
            sendings=tuple(self.sendings),
            replies=tuple(self.replies),
            first_sent_on=first,
            received_on=first,
            began=self.began,
        )

    def position(self, days_late: int = 0) -> Position:
        due = next((one.due for one in self.clocks if one.name == "response"), None)
        working = (f"Working day 20, the last day for an answer, is {due:%d}.",) if due else ()
        return Position(
            *("overdue", ()),
            due=due,
            days_late=days_late,
            working=working,
            clocks=tuple(self.clocks),
            breaches=tuple(self.breaches),
        )


@pytest.fixture
def story() -> type[Story]:
    """Tell a case: story().sent("request", day).came("refusal", day, sections=["s.12"])."""
    return Story
