"""`foimail pack`: the file that is written."""

from __future__ import annotations

import os
import zipfile
from typing import TYPE_CHECKING

import pytest

from foimail.errors import FoimailError
from foimail.output import pack

if TYPE_CHECKING:
    from pathlib import Path

    from tests.desk import Desk


def test_the_pack_is_a_zip_for_its_owner_alone(desk: Desk, tmp_path: Path) -> None:
    desk.send("RAA")
    there = tmp_path / "evidence.zip"
    ended = desk.run("pack", "RAA", "-o", str(there))
    assert (ended.code, ended.out) == (0, "")
    assert f"1 e-mails and the tables are in {there}" in ended.err
    assert "There is nothing to complain of" in ended.err
    assert there.stat().st_mode & 0o777 == 0o600
    with zipfile.ZipFile(there) as bundle:
        assert bundle.testzip() is None
    assert [path.name for path in tmp_path.iterdir() if path.name.endswith(".part")] == []


def test_without_a_name_the_file_bears_the_token_and_the_day(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = desk.send("RAA")["RAA"]
    monkeypatch.chdir(tmp_path)
    assert desk.run("pack", token, today="2026-06-20").code == 0
    assert (tmp_path / f"{token}_2026-06-20.zip").is_file()


def test_a_file_that_is_there_is_replaced_only_by_force(desk: Desk, tmp_path: Path) -> None:
    desk.send("RAA")
    there = tmp_path / "evidence.zip"
    there.write_text("mine")
    ended = desk.run("pack", "RAA", "-o", str(there))
    assert ended.code == 1
    assert "is there already" in ended.err
    assert there.read_text() == "mine"
    assert desk.run("pack", "RAA", "-o", str(there), "--force").code == 0
    assert zipfile.is_zipfile(there)
    assert there.stat().st_mode & 0o777 == 0o600


def test_a_case_that_nobody_has_ends_in_a_sentence_and_no_file(desk: Desk, tmp_path: Path) -> None:
    ended = desk.run("pack", "RZZ", "-o", str(tmp_path / "evidence.zip"))
    assert ended.code == 4
    assert "no case RZZ" in ended.err
    assert not (tmp_path / "evidence.zip").exists()


def test_a_folder_that_is_not_there_ends_in_a_sentence(desk: Desk, tmp_path: Path) -> None:
    desk.send("RAA")
    ended = desk.run("pack", "RAA", "-o", str(tmp_path / "none" / "evidence.zip"))
    assert ended.code == 1
    assert f"{tmp_path / 'none' / 'evidence.zip'} cannot be written: No such file or directory" in ended.err


def test_a_file_that_appears_meanwhile_is_not_overwritten(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = tmp_path / "evidence.zip"
    there.write_bytes(b"theirs")
    monkeypatch.setattr(os.path, "lexists", lambda _: False)
    with pytest.raises(FoimailError, match="is there already"):
        pack.save(there, b"mine")
    assert there.read_bytes() == b"theirs"
    assert list(tmp_path.iterdir()) == [there]


def test_a_file_system_without_links_takes_the_file_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def none(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(type(tmp_path), "hardlink_to", none)
    pack.save(tmp_path / "evidence.zip", b"mine")
    assert [(p.name, p.read_bytes()) for p in tmp_path.iterdir()] == [("evidence.zip", b"mine")]
