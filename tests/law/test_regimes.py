from __future__ import annotations

import pytest

from foimail.files.tables import table
from foimail.law import regimes
from foimail.law.regimes import Law, Regime
from foimail.model import NATIONS, Nation


@pytest.fixture(scope="module")
def law() -> Law:
    return regimes.read(table("regimes"))


@pytest.mark.parametrize(
    ("nation", "key"),
    [("England", "foia"), ("Wales", "foia"), ("Northern Ireland", "foia"), ("Scotland", "foisa")],
)
def test_the_body_decides_which_law_binds_it(law: Law, nation: Nation, key: str) -> None:
    assert law.governing(nation).key == key


def test_a_law_that_is_not_in_the_table_is_named(law: Law) -> None:
    with pytest.raises(ValueError, match="no regime 'gdpr'; known are foia, foisa"):
        law.regime("gdpr")
    with pytest.raises(ValueError, match="no environmental regime for Wales"):
        Law((law.regime("foia"),)).governing("Wales", environmental=True)
    with pytest.raises(ValueError, match="no regime for Scotland"):
        Law((law.regime("foia"),)).governing("Scotland")


def test_a_limit_is_found_by_name(law: Law) -> None:
    foia = law.regime("foia")
    assert (foia.limit("response").number, foia.limit("response").citation) == (20, "FOIA s.10(1)")
    assert foia.find("response") == foia.limit("response")
    assert foia.find("no such limit") is None
    with pytest.raises(KeyError):
        foia.limit("no such limit")


def every_limit(law: Law) -> list[tuple[Regime, str, regimes.Limit]]:
    return [(regime, name, limit) for regime in law.regimes for name, limit in regime.limits]


def test_every_limit_is_counted_in_working_days_and_says_where_it_comes_from(law: Law) -> None:
    # position() counts working days only; a limit in another unit needs a clock of its own first
    for regime, name, limit in every_limit(law):
        assert limit.unit == "working days", (regime.key, name)
        assert limit.basis in {"statute", "code", "guidance", "practice"}, (regime.key, name)
        assert limit.number > 0, (regime.key, name)
        assert limit.citation, (regime.key, name)
        assert limit.source, (regime.key, name)


def test_every_nation_of_the_table_is_one(law: Law) -> None:
    for regime in law.regimes:
        assert set(regime.nations) | set(regime.holidays) <= set(NATIONS)
