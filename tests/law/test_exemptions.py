"""Exemptions: a number means what its own law says."""

from __future__ import annotations

import pytest

from foimail.files.tables import table
from foimail.law.exemptions import cites, find, number, read
from tests.story import law

FOIA, FOISA, EIR = (law().regime(key).exemptions for key in ("foia", "foisa", "eir"))


@pytest.mark.parametrize(
    ("cited", "section"),
    [
        ("s.43", "43"),
        ("section 43(2)", "43"),
        ("s.40(2)", "40(2)"),
        ("Section 40 (2) (a)", "40(2)"),
        ("s.40(3)", "40"),
        ("s.22A", "22A"),
        ("s.22", "22"),
    ],
)
def test_a_citation_finds_the_closest_entry(cited: str, section: str) -> None:
    found = find(FOIA, cited)
    assert found is not None
    assert found.section == section


def test_one_number_means_different_things() -> None:
    english, scottish = find(FOIA, "s.38"), find(FOISA, "s.38(1)(b)")
    assert english is not None
    assert scottish is not None
    assert (english.title, english.kind) == ("health and safety", "qualified")
    assert (scottish.title, scottish.kind) == ("personal data of others", "absolute")
    excepted = find(EIR, "regulation 12(5)(e)")
    assert excepted is not None
    assert excepted.title == "commercial or industrial confidentiality"


@pytest.mark.parametrize("cited", ["s.4", "s.400", "", "the Data Protection Act", "s.99"])
def test_what_is_no_exemption_is_not_found(cited: str) -> None:
    assert find(FOIA, cited) is None


def test_absolute_and_qualified_are_those_of_the_rulebook() -> None:
    def of(kind: str) -> set[str]:
        return {one.section for one in FOIA if one.kind == kind and one.checked}

    assert of("absolute") == {"21", "40", "40(1)", "40(2)", "41", "44"}
    assert of("qualified") == {"22", "24", "31", "36", "38", "42", "43"}
    assert of("procedural") == {"12", "14"}


def test_a_section_is_among_those_named_with_its_subsections() -> None:
    assert cites(["s.14", "s.12(1)"], "section 12")
    assert cites(["s. 12"], "section 12")
    assert not cites(["s.120"], "section 12")
    assert not cites(["s.12"], "regulation 12(4)(b)")
    assert not cites([], "section 12")


def test_the_number_of_a_citation_is_bare() -> None:
    assert number("section 40 (2) of the Act") == "40(2)"
    assert number("no number") == ""


def test_an_exemption_of_no_known_kind_is_refused() -> None:
    with pytest.raises(ValueError, match="exemption foia 12: no kind 'total'"):
        read({"foia": {"12": {"title": "cost", "kind": "total", "checked": True}}})
    assert set(read(table("exemptions"))) == {regime.key for regime in law().regimes}
