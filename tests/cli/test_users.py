"""`foimail users`, as whoever keeps the desk types it."""

from __future__ import annotations

import io
import json
import sys
from typing import TYPE_CHECKING

import click
import pytest

from foimail.files import users

if TYPE_CHECKING:
    from tests.desk import Desk, Ended

GOOD, OTHER = "moss lantern quarry tin", "river copper owl thirteen"


@pytest.fixture
def typed(desk: Desk, monkeypatch: pytest.MonkeyPatch):  # type: ignore[no-untyped-def]  # noqa: ANN201 - a command with what is typed
    def types(line: str, *arguments: str) -> Ended:
        with monkeypatch.context() as there:
            there.setattr(sys, "stdin", io.StringIO(f"{line}\n"))
            return desk.run("users", *arguments)

    return types


def test_somebody_is_added_listed_given_a_new_password_and_removed(desk: Desk, typed) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001
    assert "Nobody may come in by name" in desk.run("users", "list").err
    assert typed(GOOD, "add", "Zoë Ash").out == "Zoë Ash: may come in\n"
    assert typed(GOOD, "add", "Ravi", "--looks-only").out == "Ravi: may come in, and look only\n"
    again = typed(OTHER, "add", "zoë ash")
    assert (again.code, "is there already" in again.err) == (4, True)
    listed = [json.loads(line) for line in desk.run("users", "list", "--format", "jsonl").out.splitlines()]
    assert listed == [{"name": "Ravi", "decides": False}, {"name": "Zoë Ash", "decides": True}]
    assert users.fits(GOOD, users.load(desk.folder)["zoë ash"])
    assert typed(OTHER, "password", "ZOË ASH").out == "Zoë Ash: has a new password\n"
    assert users.fits(OTHER, users.load(desk.folder)["zoë ash"])
    assert desk.run("users", "remove", "ravi").out == "Ravi: may come in no more\n"
    assert [*users.load(desk.folder)] == ["zoë ash"]
    for name in ("password", "remove"):
        ended = typed(GOOD, name, "Ravi")
        assert (ended.code, "nobody is called Ravi" in ended.err) == (4, True)


def test_an_easy_password_adds_nobody(desk: Desk, typed) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001
    ended = typed("short", "add", "Ravi")
    assert ended.code == 4
    assert "12 characters" in ended.err
    assert "short" not in ended.err
    assert users.load(desk.folder) == {}


def test_a_password_is_no_argument(desk: Desk) -> None:
    assert desk.run("users", "add", "Ravi", GOOD).code == 2
    assert desk.run("users", "add", "Ravi", "--password", GOOD).code == 2


def test_at_a_terminal_it_is_asked_for_twice_and_not_shown(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: dict[str, object] = {}

    def prompt(text: str, **how: object) -> str:
        asked.update(how, text=text)
        return GOOD

    terminal = io.StringIO()
    terminal.isatty = lambda: True  # type: ignore[method-assign]
    monkeypatch.setattr(sys, "stdin", terminal)
    monkeypatch.setattr(click, "prompt", prompt)
    assert desk.run("users", "add", "Ravi").code == 0
    assert asked["hide_input"] is True
    assert asked["confirmation_prompt"]
