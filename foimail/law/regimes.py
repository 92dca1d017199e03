"""The laws under which a request is made, read from a table: limits, regulators, nations and holidays."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from foimail.model import Nation


@dataclass(frozen=True, slots=True)
class Limit:
    """A period that a law, code or guidance sets. `checked` is False where its words were not seen."""

    number: int
    unit: str
    basis: str
    citation: str
    source: str
    checked: bool


@dataclass(frozen=True, slots=True)
class Regulator:
    """Who hears a complaint, and where it is made."""

    name: str
    form: str
    email: str


@dataclass(frozen=True, slots=True)
class Regime:
    """One access law: whom it binds, which holidays stop its clock, its limits and its regulator."""

    key: str
    act: str
    short: str
    nations: tuple[Nation, ...]
    environmental: bool
    holidays: tuple[Nation, ...]
    cost_section: str
    personal_data_section: str
    advice_section: str
    regulator: Regulator
    review_before_regulator_on_silence: bool
    limits: tuple[tuple[str, Limit], ...]

    def limit(self, name: str) -> Limit:
        """The limit of that name; KeyError where this law has none."""
        return dict(self.limits)[name]

    def find(self, name: str) -> Limit | None:
        """The limit of that name, or None where this law has none."""
        return dict(self.limits).get(name)


@dataclass(frozen=True, slots=True)
class Law:
    """All regimes of the table."""

    regimes: tuple[Regime, ...]

    def regime(self, key: str) -> Regime:
        """The regime of that key; ValueError with the known ones."""
        for regime in self.regimes:
            if regime.key == key:
                return regime
        known = ", ".join(r.key for r in self.regimes)
        raise ValueError(f"no regime {key!r}; known are {known}")

    def governing(self, nation: Nation, *, environmental: bool = False) -> Regime:
        """The regime that binds a body of this nation: by the authority, never by the requester."""
        for regime in self.regimes:
            if nation in regime.nations and regime.environmental == environmental:
                return regime
        raise ValueError(f"no {'environmental ' if environmental else ''}regime for {nation}")


def read(table: Mapping[str, Any]) -> Law:
    """The law as `tables/regimes.toml` gives it."""
    regulators = {key: Regulator(**value) for key, value in table["regulators"].items()}
    regimes = []
    for key, entry in table.items():
        if key == "regulators":
            continue
        limits = tuple((name, Limit(**value)) for name, value in entry.items() if isinstance(value, dict))
        plain = {name: value for name, value in entry.items() if not isinstance(value, dict)}
        plain |= {
            "nations": tuple(plain["nations"]),
            "holidays": tuple(plain["holidays"]),
            "regulator": regulators[plain["regulator"]],
        }
        regimes.append(Regime(key=key, limits=limits, **plain))
    return Law(tuple(regimes))
