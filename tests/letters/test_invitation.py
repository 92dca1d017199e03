"""The request's word for the form that goes with it."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from foimail.letters.compose import Composed, compose, wording_hash
from foimail.model import Body, Campaign, Part, Requester

if TYPE_CHECKING:
    from foimail.law.regimes import Law

NAME = "FOI-7K3Q2M-form.xlsx"
PARTS = (Part("potholes", "How many potholes did you mend in 2024?", "count"),)
BODY = Body("RXX", "Example NHS Trust", "England", email="foi@example.nhs.uk")
Files = tuple[tuple[str, str], ...]


def campaign(templates: Files) -> Campaign:
    return Campaign("own", "Potholes", "A request", PARTS, templates=templates)


def request(templates: Files, law: Law, form: str) -> Composed:
    requester = Requester("Rowan Ashdown", "foi@northlight.example")
    regime = law.governing("England")
    return compose(campaign(templates), BODY, requester, regime, "FOI-7K3Q2M", date(2026, 11, 22), form=form)


def test_a_letter_invites_to_use_the_form_where_one_is_attached_and_only_there(base: Files, law: Law) -> None:
    invited, _ = request(base, law, NAME)
    plain, _ = request(base, law, "")
    assert invited is not None
    assert plain is not None
    assert f"a form is attached ({NAME})" in invited.text
    assert "You need not use it." in invited.text
    assert "form is attached" not in plain.text
    without = [line for line in invited.text.splitlines() if NAME not in line]
    assert "\n".join(without).replace("\n\n\n", "\n\n") == "\n".join(plain.text.splitlines())


def test_the_wording_of_a_letter_with_a_form_is_another_one(base: Files, law: Law) -> None:
    invited, _ = request(base, law, NAME)
    plain, _ = request(base, law, "")
    assert invited is not None
    assert plain is not None
    assert plain.wording == wording_hash(campaign(base)) != invited.wording
    assert invited.wording == wording_hash(campaign(base), form=True)


def test_another_invitation_changes_the_wording_only_where_a_form_is_attached(base: Files) -> None:
    own = (("own/_form.txt", "Please use {{ form }}."), *base)
    assert wording_hash(campaign(own)) == wording_hash(campaign(base))
    assert wording_hash(campaign(own), form=True) != wording_hash(campaign(base), form=True)


def test_letters_that_have_no_word_for_the_form_are_refused_with_what_to_write(base: Files, law: Law) -> None:
    old = tuple((key, text.replace('{% include "_form.txt" %}', "")) for key, text in base)
    letter, (problem,) = request(old, law, NAME)
    assert letter is None
    assert problem.where == "templates/base/request.txt"
    assert problem.message == "the letter says nothing of the form that is attached"
    assert '{% include "_form.txt" %}' in problem.hint
