"""`foimail init`: a whole workspace, for its owner's eyes, and never over another."""

from __future__ import annotations

import stat
import tomllib
from typing import TYPE_CHECKING

import pytest

from foimail.workflows import init
from tests.desk import end_of

if TYPE_CHECKING:
    from pathlib import Path

Capture = pytest.CaptureFixture[str]


def make(
    capsys: Capture, folder: Path, name: str = "Rowan Ashdown", email: str = "foi@x.example"
) -> tuple[int, str]:
    ended = end_of(capsys, "init", str(folder), "--name", name, "--email", email)
    assert ended.out == ""
    return ended.code, ended.err


def test_a_workspace_has_its_settings_registry_letters_and_mailboxes(tmp_path: Path, capsys: Capture) -> None:
    code, said = make(capsys, tmp_path / "w")
    assert code == 0
    assert "foimail send --all-trusts" in said
    names = {path.name for path in (tmp_path / "w").iterdir()}
    assert names == {"foimail.toml", "trusts.yaml", "templates", "inbox", "outbox"}
    table = tomllib.loads((tmp_path / "w" / "foimail.toml").read_text())
    assert table["requester"] == {"name": "Rowan Ashdown", "email": "foi@x.example"}
    assert table["mail"] == {"outgoing": "maildir:outbox", "incoming": "maildir:inbox"}
    assert table["store"] == {"url": "sqlite:///foimail.db"}


def test_it_is_for_its_owner_alone_as_is_the_store(tmp_path: Path, capsys: Capture) -> None:
    folder = tmp_path / "w"
    make(capsys, folder)
    end_of(capsys, "--workspace", str(folder), "report")
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE((folder / "foimail.toml").stat().st_mode) == 0o600
    assert stat.S_IMODE((folder / "foimail.db").stat().st_mode) == 0o600


def test_a_workspace_is_never_made_over_another(tmp_path: Path, capsys: Capture) -> None:
    make(capsys, tmp_path / "w")
    before = (tmp_path / "w" / "foimail.toml").read_text()
    code, said = make(capsys, tmp_path / "w", "Somebody Else")
    assert (code, "is a workspace already" in said) == (5, True)
    assert (tmp_path / "w" / "foimail.toml").read_text() == before


def test_a_registry_and_letters_that_are_there_are_kept(tmp_path: Path, capsys: Capture) -> None:
    (tmp_path / "trusts.yaml").write_text("bodies: []\n")
    (tmp_path / "templates").mkdir()
    assert make(capsys, tmp_path)[0] == 0
    assert (tmp_path / "trusts.yaml").read_text() == "bodies: []\n"
    assert list((tmp_path / "templates").iterdir()) == []


@pytest.mark.parametrize(
    "name", ['Rowan "Row" Ashdown', "R\\owan", "Zo\N{LATIN SMALL LETTER E WITH DIAERESIS} # Lee"]
)
def test_any_name_comes_through(tmp_path: Path, capsys: Capture, name: str) -> None:
    make(capsys, tmp_path / "w", name)
    assert tomllib.loads((tmp_path / "w" / "foimail.toml").read_text())["requester"]["name"] == name


@pytest.mark.parametrize(
    ("name", "email"),
    [
        ("", "foi@x.example"),
        ("  ", "foi@x.example"),
        ("Rowan", "no address"),
        ("Rowan\nBcc: x", "foi@x.example"),
    ],
)
def test_a_name_or_address_that_is_none_makes_nothing(
    tmp_path: Path, capsys: Capture, name: str, email: str
) -> None:
    assert make(capsys, tmp_path / "w", name, email)[0] == 4
    assert not (tmp_path / "w").exists()


def test_without_a_terminal_what_is_missing_is_named(tmp_path: Path, capsys: Capture) -> None:
    ended = end_of(capsys, "init", str(tmp_path / "w"), "--name", "Rowan Ashdown")
    assert (ended.code, "Missing option '--email'" in ended.err) == (2, True)
    assert not (tmp_path / "w").exists()


def test_what_is_shipped_is_found() -> None:
    assert init.shipped("trusts.yaml").is_file()
    assert (init.shipped("templates") / "base" / "request.txt").is_file()
