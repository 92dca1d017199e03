"""The file of those who may come in by name: hashes alone, for the owner alone."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

import pytest

from foimail.errors import InputError, WorkspaceError
from foimail.files import users
from foimail.files.users import User

if TYPE_CHECKING:
    from pathlib import Path

GOOD = "moss lantern quarry tin"


def test_what_was_saved_is_loaded_and_the_file_is_the_owners_alone(tmp_path: Path) -> None:
    assert users.load(tmp_path) == {}
    people = [User("Zoë Ash", users.hashed(GOOD, "Zoë Ash")), User("Ravi", "x", decides=False)]
    before = os.umask(0)
    try:
        users.save(tmp_path, people)
    finally:
        os.umask(before)
    file = tmp_path / users.FILE
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert users.load(tmp_path) == {"zoë ash": people[0], "ravi": people[1]}
    assert GOOD not in file.read_text(encoding="utf-8")
    assert "$argon2id$" in file.read_text(encoding="utf-8")
    assert [path.name for path in tmp_path.iterdir()] == [users.FILE]


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o622])
def test_a_file_that_others_can_read_or_write_lets_nobody_in(tmp_path: Path, mode: int) -> None:
    users.save(tmp_path, [])
    (tmp_path / users.FILE).chmod(mode)
    with pytest.raises(WorkspaceError, match="not yours alone"):
        users.load(tmp_path)


@pytest.mark.parametrize("text", ["", "null", "[1]", '[{"name": "x"}]', "[", '{"a": 1}'])
def test_a_file_that_makes_no_sense_is_a_sentence(tmp_path: Path, text: str) -> None:
    users.save(tmp_path, [])
    (tmp_path / users.FILE).write_text(text, encoding="utf-8")
    with pytest.raises(WorkspaceError, match="makes no sense"):
        users.load(tmp_path)


def test_a_folder_in_its_place_and_one_that_cannot_be_written_are_sentences(tmp_path: Path) -> None:
    (tmp_path / users.FILE).mkdir()
    with pytest.raises(WorkspaceError):
        users.load(tmp_path)
    with pytest.raises(WorkspaceError, match="cannot be written"):
        users.save(tmp_path, [])
    assert [path.name for path in tmp_path.iterdir()] == [users.FILE]
    with pytest.raises(WorkspaceError, match="cannot be written"):
        users.save(tmp_path / "none", [])


@pytest.mark.parametrize("password", ["", "elevenchars", "a" * 12, "abab" * 4, "Rowan Ashdown!", "x" * 1001])
def test_an_easy_password_is_refused_in_words_that_do_not_repeat_it(password: str) -> None:
    with pytest.raises(InputError) as refused:
        users.hashed(password, "rowan ashdown")
    assert not password or password not in str(refused.value)


def test_only_the_right_password_fits_and_nobody_has_one() -> None:
    user = User("Ravi", users.hashed(GOOD, "Ravi"))
    assert users.fits(GOOD, user)
    assert not users.fits(f"{GOOD} ", user)
    assert not users.fits("", user)
    assert not users.fits(GOOD, None)
    assert not users.fits(GOOD, User("Ravi", "no hash at all"))
    assert "argon2" not in repr(user)


def test_two_hashes_of_one_password_are_different() -> None:
    assert users.hashed(GOOD, "a") != users.hashed(GOOD, "a")


@pytest.mark.parametrize("name", ["", "  ", "a\nb", "x" * 81, "a\x1b[2J"])
def test_a_name_is_one_line(name: str) -> None:
    with pytest.raises(InputError, match="no name"):
        users.check_name(name)


def test_a_name_is_the_same_however_it_is_typed() -> None:
    assert users.key("ZOE\u0308 Ash ") == users.key("Zoë ash")
    assert users.check_name(" Zoe\u0308 ") == "Zoë"
