"""The wheel as a user installs it: built from this tree, in an environment of its own, away from the source."""

from __future__ import annotations

import mailbox
import os
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

from foimail import __version__

ROOT = Path(__file__).parents[1]
# what only those who work on foimail need; none of it may be a dependency
DEVELOPMENT = (
    "pytest",
    "hypothesis",
    "aiosmtpd",
    "mypy",
    "ruff",
    "hatchling",
    "importlinter",
    "keyring",
    "fpdf",
)


def quietly(*command: str | Path, cwd: Path) -> str:
    environ = {k: v for k, v in os.environ.items() if not k.startswith(("FOIMAIL_", "PYTHON", "COV_"))}
    done = subprocess.run(
        list(command),
        cwd=cwd,
        env=environ,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    quietly(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder, cwd=ROOT)
    (built,) = folder.glob("*.whl")
    return built


def test_the_wheel_holds_the_program_the_letters_and_the_registry_and_nothing_else(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    sources = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "foimail").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    letters = {
        f"foimail/_shipped/{path.relative_to(ROOT).as_posix()}"
        for path in (ROOT / "templates").rglob("*")
        if path.is_file()
    }
    assert {name for name in names if ".dist-info/" not in name} == {
        *sources,
        *letters,
        "foimail/_shipped/trusts.yaml",
    }
    assert f"foimail-{__version__}.dist-info/licenses/LICENSE" in names


def test_the_module_says_its_version() -> None:
    assert quietly(sys.executable, "-m", "foimail", "--version", cwd=ROOT).split()[-1] == __version__


def test_an_installed_wheel_writes_to_every_trust(wheel: Path, tmp_path: Path) -> None:
    home, elsewhere = tmp_path / "venv", tmp_path / "elsewhere"
    elsewhere.mkdir()
    venv.create(home, with_pip=True)
    python, foimail = home / "bin" / "python", home / "bin" / "foimail"
    constraints = ROOT / "constraints.txt"
    pip = ("-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--constraint", constraints)
    quietly(python, *pip, wheel, cwd=elsewhere)

    assert quietly(foimail, "--version", cwd=elsewhere).split()[-1] == __version__
    found = "import importlib.util as u, sys; print(*filter(u.find_spec, sys.argv[1:]))"
    assert quietly(python, "-c", found, *DEVELOPMENT, cwd=elsewhere).split() == []
    assert quietly(python, "-c", "import foimail; print(foimail.__file__)", cwd=elsewhere).startswith(
        str(home)
    )

    quietly(foimail, "init", "requests", "--name", "Rowan Ashdown", "--email", "r@example.org", cwd=elsewhere)
    requests = elsewhere / "requests"
    for name in ("trusts.yaml", "templates/cse/campaign.toml", "templates/base/request.txt"):
        assert (requests / name).read_bytes() == (ROOT / name).read_bytes()
    said = quietly(foimail, "--workspace", requests, "send", "--all-trusts", "--yes", cwd=elsewhere)
    letters = mailbox.Maildir(requests / "outbox", create=False)
    assert said.startswith(f"sent {len(letters)}, ")
    assert len(letters) > 180
    assert len({letter["To"] for letter in letters}) > 170
    assert all("FOI-" in letter["Subject"] for letter in letters)
