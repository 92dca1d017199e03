"""Whatever foimail writes is for its owner's eyes alone, whatever the umask of the shell."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.desk import EMAIL, NAME, Desk

ROOT = Path(__file__).parents[2]


def foimail(where: Path, *arguments: str) -> None:
    """Run the program as a shell does whose umask hides nothing."""
    done = subprocess.run(
        [sys.executable, "-m", "foimail", *arguments],
        cwd=where,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        umask=0,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_every_file_is_0600_and_every_folder_0700_whatever_the_umask(tmp_path: Path) -> None:
    workspace = tmp_path / "w"
    foimail(tmp_path, "init", str(workspace), "--name", NAME, "--email", EMAIL)
    foimail(workspace, "send", "RD8", "--yes")
    foimail(workspace, "poll")
    (workspace / "out").mkdir()
    (workspace / "out").chmod(0o700)
    for name, command in {
        "requests.csv": ("export", "requests", "--format", "csv"),
        "answers.xlsx": ("export", "answers", "--format", "xlsx"),
        "answers.db": ("export", "answers", "--format", "sqlite"),
        "report.html": ("report", "--format", "html"),
        "methods.md": ("methods",),
        "form.xlsx": ("form", "RD8"),
    }.items():
        foimail(workspace, *command, "-o", f"out/{name}")
    foimail(workspace, "archive", str(tmp_path / "archive"))
    found = [workspace, *workspace.rglob("*"), tmp_path / "archive", *(tmp_path / "archive").rglob("*")]
    open_to_others = {str(path.relative_to(tmp_path)): oct(path.stat().st_mode) for path in found}
    assert not {name: mode for name, mode in open_to_others.items() if int(mode, 8) & 0o077}, (
        "other users can open these"
    )
    assert {"foimail.db", "foimail.toml", "trusts.yaml", ".send.lock"} <= {path.name for path in found}
    assert len(list((workspace / "outbox" / "new").iterdir())) == 1


@pytest.mark.parametrize(
    ("folder", "file", "state"), [(0o700, 0o644, "ok"), (0o755, 0o600, "ok"), (0o755, 0o644, "warning")]
)
def test_the_doctor_says_when_others_can_read_the_workspace(
    desk: Desk, folder: int, file: int, state: str
) -> None:
    desk.run("report")
    for path in desk.folder.iterdir():
        path.chmod(0o700 if path.is_dir() else file)
    desk.folder.chmod(folder)
    line = next(line for line in desk.run("doctor").out.splitlines() if " files: " in line)
    assert line.startswith(state)
