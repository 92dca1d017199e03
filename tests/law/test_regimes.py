from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING, Any

import pytest

from foimail.files.tables import table
from foimail.law import regimes
from foimail.law.regimes import Law, Regime
from foimail.model import NATIONS, Nation

if TYPE_CHECKING:
    from foimail.law.periods import Limit


@pytest.fixture(scope="module")
def law() -> Law:
    return regimes.read(table("regimes"), table("exemptions"))


@pytest.mark.parametrize(
    ("nation", "key"),
    [("England", "foia"), ("Wales", "foia"), ("Northern Ireland", "foia"), ("Scotland", "foisa")],
)
def test_the_body_decides_which_law_binds_it(law: Law, nation: Nation, key: str) -> None:
    environmental = {"foia": "eir", "foisa": "eisr"}[key]
    assert law.governing(nation).key == key
    assert law.governing(nation, environmental=True).key == environmental


def test_a_law_that_is_not_in_the_table_is_named(law: Law) -> None:
    with pytest.raises(ValueError, match="no regime 'gdpr'; known are foia, foisa, eir, eisr"):
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


def every_limit(law: Law) -> list[tuple[Regime, str, Limit]]:
    return [(regime, name, limit) for regime in law.regimes for name, limit in regime.limits]


def test_every_limit_says_where_it_comes_from(law: Law) -> None:
    for regime, name, limit in every_limit(law):
        assert limit.checked == bool(limit.checked_on), (regime.key, name)
        assert limit.basis in {"statute", "code", "guidance", "practice"}, (regime.key, name)
        assert limit.number > 0, (regime.key, name)
        assert limit.citation, (regime.key, name)
        assert limit.source, (regime.key, name)


def test_every_nation_of_the_table_is_one(law: Law) -> None:
    for regime in law.regimes:
        assert set(regime.nations) | set(regime.holidays) <= set(NATIONS)


def test_what_the_rulebook_has_not_seen_in_print_is_not_called_checked(law: Law) -> None:
    unseen = {
        "foia": {"response_code", "fee", "review_request"},
        "foisa": {"fee", "review_request", "complaint"},
    }
    for key, names in unseen.items():
        regime = law.regime(key)
        assert {name for name, limit in regime.limits if not limit.checked} == names
    for key in ("eir", "eisr"):
        statutory = [limit for _, limit in law.regime(key).limits if limit.basis == "statute"]
        assert statutory
        assert not any(limit.checked for limit in statutory)


def test_every_law_has_the_limits_and_duties_that_its_routes_need(law: Law) -> None:
    for regime in law.regimes:
        names = {name for name, _ in regime.limits}
        assert {"response", "restart", "review_request", "review", "complaint", "complaint_warning"} <= names
        assert regime.review_before_regulator_on_silence or "grace" in names
        assert {name for name, _ in regime.duties} >= {"name_section", "answer_all", "advise"}
        assert regime.duty("no such duty") is None
        assert regime.exemptions
        assert regime.regulator.name
        assert regime.regulator.form.startswith("https://")


def changed(**limit: object) -> dict[str, Any]:
    """The table with FOIA's limit for an answer changed."""
    found = deepcopy(table("regimes"))
    entry = found["foia"]["response"]
    for key, value in limit.items():
        if value is None:
            del entry[key]
        else:
            entry[key] = value
    return found


@pytest.mark.parametrize(
    ("limit", "reason"),
    [
        ({"unit": "fortnights"}, "foia.response: no unit 'fortnights'"),
        ({"number": 0}, "foia.response: a period of 0 working days has no last day"),
        ({"basis": "hearsay"}, "foia.response: no basis 'hearsay'"),
        ({"checked": False}, "give the day as checked_on, or say checked = false"),
        ({"checked_on": None}, "give the day as checked_on, or say checked = false"),
        ({"checked_on": None, "checked": True}, "give the day as checked_on, or say checked = false"),
    ],
)
def test_a_limit_that_makes_no_sense_is_refused(limit: dict[str, Any], reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        regimes.read(changed(**limit))


def test_a_law_can_be_read_without_its_exemptions() -> None:
    assert regimes.read(table("regimes")).regime("foia").exemptions == ()
