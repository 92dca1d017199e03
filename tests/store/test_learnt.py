"""What was learnt from matched mail, and the look-ups that matching rests on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from foimail.store import cases, learnt

if TYPE_CHECKING:
    from tests.desk import Desk

LATER = "2026-07-20"


def test_a_reference_is_remembered_once(desk: Desk) -> None:
    token = desk.send("RAA")["RAA"]
    with desk.open().store.write() as connection:
        for _ in range(2):
            learnt.remember_reference(connection, "foi118", "ashcombe.example", token)
        keys = [f"x{n}" for n in range(1200)]
        found = learnt.references_among(connection, [*keys, "foi118"])
        assert found == [("foi118", "ashcombe.example", token)]


def test_an_address_is_remembered_for_the_bodies_that_a_person_named(desk: Desk) -> None:
    with desk.open().store.write() as connection:
        learnt.remember_address(connection, "Jo@Law.example", ["RAA"])
        learnt.remember_address(connection, "jo@law.example", ["RAA", "RBB"])
        assert learnt.bodies_of_address(connection, "JO@law.example") == {"RAA", "RBB"}
        assert learnt.bodies_of_address(connection, "al@law.example") == set()


def test_tokens_tell_their_bodies_and_bodies_their_open_cases(desk: Desk) -> None:
    tokens = desk.send("RAA", "RBB")
    with desk.open().store.read() as connection:
        assert cases.bodies_of(connection, [tokens["RAA"], "FOI-ZZZZ22"]) == {tokens["RAA"]: "RAA"}
        assert cases.open_of(connection, ["RAA", "RBB", "none"]) == {b: {t} for b, t in tokens.items()}
        assert "[" + tokens["RAA"] + "]" in "".join(
            cases.subjects_of(connection, [tokens["RAA"]])[tokens["RAA"]]
        )


def test_a_closed_case_is_not_open_until_it_is_taken_up_again(desk: Desk) -> None:
    token = desk.send("RAA")["RAA"]
    desk.run("close", token, "--because", "answered", today=LATER)
    with desk.open().store.read() as connection:
        assert cases.open_of(connection, ["RAA"]) == {}
    desk.run("reopen", token, today=LATER)
    with desk.open().store.read() as connection:
        assert cases.open_of(connection, ["RAA"]) == {"RAA": {token}}
