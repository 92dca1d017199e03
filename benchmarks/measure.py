"""What a benchmark has measured: a ratio to a yardstick of the same run, and what was to be reached."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True)
class Measure:
    """One row. `ratio` is the better the greater: how many times as fast as the yardstick, or as small."""

    work: str
    yardstick: str
    ratio: float
    wanted: float
    seen: str

    @property
    def reached(self) -> bool:
        """Whether the aim was reached."""
        return self.ratio >= self.wanted


def show(found: Iterable[Measure]) -> None:
    """Print the rows."""
    for one in found:
        verdict = "reached" if one.reached else "NOT reached"
        print(f"{one.work} / {one.yardstick}: {one.ratio:.2f} (aim {one.wanted:g}, {verdict}; {one.seen})")
