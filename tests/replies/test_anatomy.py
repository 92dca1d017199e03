"""Which words of a letter are its writer's own."""

from __future__ import annotations

import pytest

from foimail.replies import anatomy
from tests.replies.letters import rules

ASKED = "Dear FOI team\n1. The number of referrals made to the police for the years 2010 to 2024 inclusive.\nMorgan"


def roles(text: str) -> list[tuple[str, str]]:
    sent = anatomy.ours([ASKED], ["Morgan"])
    return [(unit.role, unit.text) for unit in anatomy.units(text, sent, rules().phrases)]


def test_our_letter_is_known_without_a_mark_and_the_answer_typed_below_it_is_not_ours() -> None:
    asked = "1. The number of referrals made to the police for the years 2010 to 2024 inclusive."
    assert [role for role, _ in roles(f"{asked}\n\nNone that we know of.")] == ["quoted", "own"]


def test_what_stands_after_a_mark_of_quotation_is_quoted() -> None:
    found = roles("Hello\n\n> You wrote something else")
    assert [role for role, _ in found] == ["own", "quoted"]


def test_the_complaint_paragraph_is_no_decision() -> None:
    found = roles(
        "We hold nothing.\n\nIf you are dissatisfied you may ask for an internal review within 40 working days. "
        "You may also complain to the Information Commissioner."
    )
    assert {role for role, text in found if "review" in text or "Commissioner" in text} == {"complaint"}


def test_a_line_of_ornaments_is_nothing() -> None:
    assert [text for _, text in roles("Hello! ***\n\n* * *\n\nGoodbye")] == ["Hello!", "Goodbye"]


def test_each_unit_has_its_place() -> None:
    text = "Hello there.  Two are known.\nAnd more"
    for unit in anatomy.units(text, anatomy.ours([]), rules().phrases):
        assert text[unit.start : unit.end].replace("\n", " ") == unit.text


def test_a_paragraph_without_end_is_cut() -> None:
    text = f"{'- a' * 25},\n" * 2_000
    units = anatomy.units(text, anatomy.ours(()), rules().phrases)
    assert max(len(unit.text) for unit in units) < 2 * 4_000
    assert all(unit.text in text.replace("\n", " ") for unit in units)


@pytest.mark.parametrize(
    "line", ["1" * 5_000, " " * 5_000 + "x", "word " * 2_000, "a\t" * 3_000, f"{'x' * 300} {'y' * 299}", ""]
)
def test_a_line_is_cut_where_it_stands_and_nothing_of_it_is_lost(line: str) -> None:
    found = anatomy._lines(f"before\n{line}\nafter")
    whole = f"before\n{line}\nafter"
    assert [whole[one.start : one.end] for one in found] == [one.text for one in found]
    assert "".join(one.text for one in found) == whole.replace("\n", "")
    assert max(len(one.text) for one in found) <= 4_300
