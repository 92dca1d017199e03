"""Lists of hashes: what they find, and that they lead nowhere outside of their folder."""

from __future__ import annotations

import hashlib
import os
import subprocess
from typing import TYPE_CHECKING

import pytest

from foimail.errors import FoimailError
from foimail.output.folder import Folder
from foimail.output.manifest import SUMS, check, content

if TYPE_CHECKING:
    from pathlib import Path


def made(path: Path) -> Folder:
    folder = Folder(path)
    folder.put("a.txt", "one\n")
    folder.put("deep/down/b c#%.bin", b"\x00\xff")
    folder.finish()
    return folder


def said(path: Path) -> list[str]:
    return [str(problem) for problem in check(path)[1]]


def test_a_finished_folder_is_found_as_it_was_written(tmp_path: Path) -> None:
    folder = made(tmp_path / "x")
    assert check(tmp_path / "x") == (folder.sums, ())
    assert folder.size == 6
    assert content(tmp_path / "x", "a.txt", folder.sums["a.txt"]) == b"one\n"


def test_the_usual_program_reads_the_list(tmp_path: Path) -> None:
    made(tmp_path / "x")
    done = subprocess.run(
        ["sha256sum", "-c", "--strict", SUMS], cwd=tmp_path / "x", capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (0, "a.txt: OK\ndeep/down/b c#%.bin: OK\n")


def test_the_hash_that_is_told_is_that_of_the_list(tmp_path: Path) -> None:
    folder = Folder(tmp_path / "x")
    folder.put("a", "a")
    assert folder.finish() == hashlib.sha256((tmp_path / "x" / SUMS).read_bytes()).hexdigest()


def test_only_the_owner_can_read_it_whatever_the_umask(tmp_path: Path) -> None:
    old = os.umask(0)
    try:
        (tmp_path / "x").mkdir(mode=0o755)
        made(tmp_path / "x")
    finally:
        os.umask(old)
    modes = {path.stat().st_mode & 0o777 for path in (tmp_path / "x").rglob("*") if path.is_file()}
    folders = {
        path.stat().st_mode & 0o777
        for path in (tmp_path / "x", *(tmp_path / "x").rglob("*"))
        if path.is_dir()
    }
    assert (modes, folders) == ({0o600}, {0o700})


def test_every_fault_is_named_at_once(tmp_path: Path) -> None:
    made(tmp_path / "x")
    (tmp_path / "x" / "a.txt").write_text("two\n")
    (tmp_path / "x" / "deep/down/b c#%.bin").unlink()
    assert said(tmp_path / "x") == [
        "a.txt: error: has been changed (its hash is not the one listed)",
        "deep/down/b c#%.bin: error: is missing",
    ]


def test_a_file_that_is_not_listed_is_a_warning(tmp_path: Path) -> None:
    made(tmp_path / "x")
    (tmp_path / "x" / "deep" / ".DS_Store").touch()
    assert said(tmp_path / "x") == [
        "deep/.DS_Store: warning: is not in the list of hashes (it is passed over)"
    ]


def test_a_folder_without_a_list_is_not_whole(tmp_path: Path) -> None:
    assert "never finished" in said(tmp_path)[0]
    assert "never finished" in said(tmp_path / "none")[0]
    (tmp_path / SUMS).write_bytes(b"\xff\xfe")
    assert "that can be read" in said(tmp_path)[0]


@pytest.mark.parametrize(
    "path", ["../secret", "/etc/passwd", "a/../../secret", "..\\secret", "./a.txt", "a//b", "a.txt"]
)
def test_a_path_that_leads_out_or_stands_there_twice_is_no_path(tmp_path: Path, path: str) -> None:
    made(tmp_path / "x")
    (tmp_path / "secret").write_text("mine")
    with (tmp_path / "x" / SUMS).open("a") as file:
        file.write(f"{'0' * 64}  {path}\n")
    assert said(tmp_path / "x") == [f"{SUMS}:3: error: this is no hash and path (the list was changed)"]


@pytest.mark.parametrize("line", ["", "hello", "ABC  a", f"{'g' * 64}  b", f"{'0' * 63}  b"])
def test_a_line_that_makes_no_sense_is_named(tmp_path: Path, line: str) -> None:
    made(tmp_path / "x")
    with (tmp_path / "x" / SUMS).open("a") as file:
        file.write(f"{line}\n")
    assert said(tmp_path / "x")[0].startswith(f"{SUMS}:3: error")


def test_a_link_is_never_followed(tmp_path: Path) -> None:
    folder = made(tmp_path / "x")
    (tmp_path / "one").write_text("one\n")
    (tmp_path / "x" / "a.txt").unlink()
    (tmp_path / "x" / "a.txt").symlink_to(tmp_path / "one")
    (tmp_path / "x" / "deep").rename(tmp_path / "deep")
    (tmp_path / "x" / "deep").symlink_to(tmp_path / "deep")
    assert [line.partition(": error: ")[2] for line in said(tmp_path / "x")] == [
        "cannot be read: it is a link"
    ] * 2
    with pytest.raises(OSError, match="it is a link"):
        content(tmp_path / "x", "a.txt", folder.sums["a.txt"])


def test_what_is_no_file_is_named(tmp_path: Path) -> None:
    made(tmp_path / "x")
    (tmp_path / "x" / "a.txt").unlink()
    os.mkfifo(tmp_path / "x" / "a.txt")  # opening it would wait for ever
    assert said(tmp_path / "x") == ["a.txt: error: cannot be read: it is no file"]


def test_a_file_that_changes_after_it_was_checked_is_not_taken(tmp_path: Path) -> None:
    folder = made(tmp_path / "x")
    (tmp_path / "x" / "a.txt").write_text("two\n")
    with pytest.raises(ValueError, match="changed this moment"):
        content(tmp_path / "x", "a.txt", folder.sums["a.txt"])


def test_nothing_is_written_into_a_folder_that_holds_something(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(FoimailError, match=r"holds something already \(mine.txt\)"):
        Folder(tmp_path)
    with pytest.raises(FoimailError, match="cannot be a folder to write into: File exists"):
        Folder(tmp_path / "mine.txt")


def test_a_file_is_never_written_twice(tmp_path: Path) -> None:
    folder = Folder(tmp_path / "x")
    digest = folder.put("a", "one")
    with pytest.raises(FileExistsError):
        folder.put("a", "two")
    assert folder.holds(digest)
    assert (tmp_path / "x" / "a").read_text() == "one"
