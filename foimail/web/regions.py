"""How far each region has answered: what the long table of bodies does not show at a glance."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from collections.abc import Set as AbstractSet

    from foimail.output.tables import Row


@dataclass(frozen=True, slots=True)
class Region:
    """A region, and how many of its bodies were asked, have answered and are late."""

    name: str
    asked: int
    answered: int
    late: int

    @property
    def share(self) -> float:
        """Of those asked, so many have answered: from 0 to 1."""
        return self.answered / self.asked


def regions(
    rows: Iterable[Row], of: Mapping[str, str], answered: AbstractSet[str], late: AbstractSet[str]
) -> list[Region]:
    """The regions in which somebody was asked, those that have answered most first; none where there is only one.

    Args:
        rows: Those of the report.
        of: The region of each body by its code; a body without one is left out.
        answered: The stages of a case that has been answered, and
        late: of one that is late.
    """
    stages: dict[str, list[str]] = {}
    for row in rows:
        if row["sent"] and (name := of.get(str(row["body"]))):
            stages.setdefault(name, []).append(str(row["stage"]))
    found = [
        Region(name, len(some), sum(one in answered for one in some), sum(one in late for one in some))
        for name, some in stages.items()
    ]
    return sorted(found, key=lambda one: (-one.share, one.name)) if len(found) > 1 else []
