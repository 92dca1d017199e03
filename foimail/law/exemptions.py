"""The exemptions of each law: a Scottish number means another thing than an English one."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, get_args

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

ExemptionKind = Literal["absolute", "qualified", "procedural"]


@dataclass(frozen=True, slots=True)
class Exemption:
    """A ground for refusing. Only a qualified one is weighed against the public interest; `procedural` ones are no exemptions.

    `section` is written as in the table: `40(2)`, `12(5)(e)`. `checked` is False where the words were not seen.
    """

    section: str
    title: str
    kind: ExemptionKind
    checked: bool
    note: str = ""


def read(table: Mapping[str, Any]) -> dict[str, tuple[Exemption, ...]]:
    """The exemptions of each regime as `tables/exemptions.toml` gives them; ValueError for a kind that is none."""
    found: dict[str, tuple[Exemption, ...]] = {}
    for regime, sections in table.items():
        for section, entry in sections.items():
            if entry["kind"] not in get_args(ExemptionKind):
                raise ValueError(f"exemption {regime} {section}: no kind {entry['kind']!r}")
        found[regime] = tuple(Exemption(section, **entry) for section, entry in sections.items())
    return found


def find(exemptions: Iterable[Exemption], section: str) -> Exemption | None:
    """The exemption that a letter cites as `s.40(2)(a)`, `section 40 (2)` or `regulation 12(5)(e)`; the closest entry."""
    wanted = number(section)
    fitting = (one for one in exemptions if wanted == one.section or wanted.startswith(f"{one.section}("))
    return max(fitting, key=lambda one: len(one.section), default=None)


def number(section: str) -> str:
    """The bare number of a citation: `section 40 (2) of the Act` is `40(2)`; empty where there is none."""
    found = re.search(r"\d+[A-Z]?(?:\s*\(\w+\))*", section)
    return re.sub(r"\s", "", found[0]) if found else ""


def cites(sections: Sequence[str], section: str) -> bool:
    """Whether a section is among those that a letter names: `s.12(1)` cites `section 12`."""
    wanted = number(section)
    return any(number(one) == wanted or number(one).startswith(f"{wanted}(") for one in sections)
