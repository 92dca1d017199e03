"""What figures add up to when some are bands and some were withheld: a lower and an upper bound, which hold the true total.

A cell that was withheld counts from nought to no end, whatever a total beside it would give away.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from foimail.replies.reading import Figure


@dataclass(frozen=True, slots=True)
class Bounds:
    """From `lower` to `upper`, both included; an `upper` of None has no end."""

    lower: float = 0.0
    upper: float | None = 0.0

    @property
    def exact(self) -> bool:
        """Whether there is one number only."""
        return self.lower == self.upper

    def __add__(self, other: Bounds) -> Bounds:
        ends = (self.upper, other.upper)
        upper = None if ends[0] is None or ends[1] is None else ends[0] + ends[1]
        return Bounds(self.lower + other.lower, upper)


def of(figure: Figure) -> Bounds:
    """The bounds of one figure: a band without a lower end begins at nought, for "<5" may mean none."""
    if figure.withheld:
        return Bounds(0.0, None)
    if figure.value is not None:
        return Bounds(figure.value, figure.value)
    return Bounds(figure.lower or 0.0, figure.upper)


def total(figures: Iterable[Figure]) -> Bounds:
    """The bounds of the sum."""
    return sum(map(of, figures), Bounds())


def spanning(found: Iterable[Bounds]) -> Bounds:
    """From the lowest lower to the highest upper bound: what may be true where two statements differ. At least one is needed."""
    lowers, uppers = zip(*((one.lower, one.upper) for one in found), strict=True)
    ends = [upper for upper in uppers if upper is not None]
    return Bounds(min(lowers), max(ends) if len(ends) == len(uppers) else None)


def overlapping(found: Iterable[Bounds]) -> Bounds:
    """The bounds of a whole whose pieces may overlap: no less than the greatest of them, no more than all together."""
    pieces = tuple(found)
    return Bounds(max((one.lower for one in pieces), default=0.0), sum(pieces, Bounds()).upper)


def apart(one: Bounds, other: Bounds) -> bool:
    """Whether no number is within both."""
    low, high = sorted((one, other), key=lambda bounds: bounds.lower)
    return low.upper is not None and low.upper < high.lower
