"""The laws under which a request is made, read from a table: limits, regulators, nations and holidays."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, get_args

from foimail.law import exemptions
from foimail.law.periods import Basis, Duty, Limit, Unit

if TYPE_CHECKING:
    from collections.abc import Mapping

    from foimail.law.exemptions import Exemption
    from foimail.model import Nation


@dataclass(frozen=True, slots=True)
class Regulator:
    """Who hears a complaint, where it is made, and who hears an appeal from there."""

    name: str
    form: str
    email: str
    address: str
    address_checked: bool
    appeal_to: str


@dataclass(frozen=True, slots=True)
class Regime:
    """One access law: whom it binds, which holidays stop its clock, its words for letters, its limits, duties and regulator.

    The `*_section` texts follow "under": "section 16", "regulation 9". `instrument` is how letters speak of it: "the Act".
    """

    key: str
    act: str
    short: str
    instrument: str
    nations: tuple[Nation, ...]
    environmental: bool
    holidays: tuple[Nation, ...]
    request_section: str  # the right to ask
    requester_section: (
        str  # what a valid request needs: the applicant's name and address; empty where nothing
    )
    answer_section: str
    clarification_section: str
    cost_section: str
    cost_limit: str  # of a body of the health service: "GBP 450 (18 hours)"; empty where there is none
    personal_data_section: str
    fee_pause: str  # what stops the count between a fees notice and its payment; empty where nothing does
    advice_section: str
    refusal_section: str
    review_title: str  # "internal review" | "requirement for review" | ...
    review_section: str
    complaint_title: str  # "complaint" | "application for a decision"
    complaint_section: str
    complaint_words: str  # "Complain to", before the regulator's name
    regulator: Regulator
    review_before_regulator_on_silence: bool
    review_window_from_expiry: (
        bool  # asking for a review is counted from the end of the time allowed, or the late answer
    )
    extension_needs_qualified: bool
    limits: tuple[tuple[str, Limit], ...]
    duties: tuple[tuple[str, Duty], ...] = ()
    exemptions: tuple[Exemption, ...] = ()

    def limit(self, name: str) -> Limit:
        """The limit of that name; KeyError where this law has none."""
        return dict(self.limits)[name]

    def find(self, name: str) -> Limit | None:
        """The limit of that name, or None where this law has none."""
        return dict(self.limits).get(name)

    def duty(self, name: str) -> Duty | None:
        """The duty of that name, or None where this law has none."""
        return dict(self.duties).get(name)


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


def read(table: Mapping[str, Any], exemptions_table: Mapping[str, Any] | None = None) -> Law:
    """The law as `tables/regimes.toml` and `tables/exemptions.toml` give it; ValueError for an entry that makes no sense."""
    regulators = {key: Regulator(**value) for key, value in table["regulators"].items()}
    grounds = exemptions.read(exemptions_table or {})
    regimes = []
    for key, entry in table.items():
        if key == "regulators":
            continue
        duties = entry.get("duties", {})
        limits = {
            name: value for name, value in entry.items() if isinstance(value, dict) and name != "duties"
        }
        plain = {name: value for name, value in entry.items() if not isinstance(value, dict)}
        plain |= {
            "nations": tuple(plain["nations"]),
            "holidays": tuple(plain["holidays"]),
            "regulator": regulators[plain["regulator"]],
        }
        regimes.append(
            Regime(
                key=key,
                limits=tuple((name, _limit(f"{key}.{name}", value)) for name, value in limits.items()),
                duties=tuple((name, Duty(**_seen(f"{key}.duties.{name}", v))) for name, v in duties.items()),
                exemptions=grounds.get(key, ()),
                **plain,
            )
        )
    return Law(tuple(regimes))


def _limit(where: str, entry: Mapping[str, Any]) -> Limit:
    if entry["unit"] not in get_args(Unit):
        raise ValueError(f"{where}: no unit {entry['unit']!r}")
    if entry["number"] < 1:
        raise ValueError(f"{where}: a period of {entry['number']} {entry['unit']} has no last day")
    return Limit(**_seen(where, entry))


def _seen(where: str, entry: Mapping[str, Any]) -> dict[str, Any]:
    """An entry with both `checked` and `checked_on`; it gives a day, or says that nobody has seen the words."""
    if entry["basis"] not in get_args(Basis):
        raise ValueError(f"{where}: no basis {entry['basis']!r}")
    if ("checked_on" in entry) == ("checked" in entry) or entry.get("checked"):
        raise ValueError(f"{where}: give the day as checked_on, or say checked = false")
    day = entry.get("checked_on")
    return {**entry, "checked": day is not None, "checked_on": day.isoformat() if day else ""}
