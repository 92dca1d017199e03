"""The files in docs/units: their commands run as they stand, and their formats are what cron, systemd and launchd read."""

from __future__ import annotations

import configparser
import os
import plistlib
import re
import shutil
import sqlite3
import subprocess
import sys
from email.message import EmailMessage
from pathlib import Path

import pytest

from foimail.mail.maildir import MaildirOut

ROOT = Path(__file__).parents[1]
UNITS = ROOT / "docs" / "units"
KEYS = {
    "Unit": {"Description", "After"},
    "Service": {
        "Type",
        "ExecStart",
        "SuccessExitStatus",
        "TimeoutStartSec",
        "UMask",
        "NoNewPrivileges",
    },
    "Timer": {"OnCalendar", "RandomizedDelaySec", "Persistent"},
    "Install": {"WantedBy"},
}
MINUTES, HOURS, DAYS, MONTHS, WEEKDAYS = (0, 59), (0, 23), (1, 31), (1, 12), (0, 7)


def crontab() -> list[tuple[list[str], str]]:
    """(times, command) of each line, those that are switched off too."""
    lines = (UNITS / "crontab.example").read_text(encoding="utf-8").splitlines()
    found = [re.fullmatch(r"#?((?:[\d*/,-]+\s+){5})(.+)", line) for line in lines]
    return [(line[1].split(), line[2]) for line in found if line]


def unit(name: str) -> configparser.ConfigParser:
    parser = configparser.ConfigParser(interpolation=None, delimiters=("=",), comment_prefixes=("#", ";"))
    parser.optionxform = str  # type: ignore[assignment, method-assign]  # systemd's keys are told apart by case
    parser.read(UNITS / name, encoding="utf-8")
    return parser


def plist(name: str) -> dict[str, object]:
    return dict(plistlib.loads((UNITS / name).read_bytes()))


def names(pattern: str) -> list[str]:
    return sorted(path.name for path in UNITS.glob(pattern))


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with foimail in ~/.local/bin and a workspace in ~/requests: one letter has gone, one reply has come."""
    home = tmp_path_factory.mktemp("home")
    program = home / ".local" / "bin" / "foimail"
    program.parent.mkdir(parents=True)
    program.write_text(f'#!/bin/sh\nPYTHONPATH="{ROOT}" exec "{sys.executable}" -m foimail "$@"\n')
    program.chmod(0o755)
    folder = home / "requests"
    for arguments in (
        ["init", str(folder), "--name", "Rowan Ashdown", "--email", "rowan@example.org"],
        ["--workspace", str(folder), "send", "RD8", "--yes"],
    ):
        subprocess.run([program, *arguments], check=True, capture_output=True)
    message = EmailMessage()
    message["From"] = "foi@somebody.example"
    message["To"] = "rowan@example.org"
    message["Subject"] = "A question"
    message["Message-ID"] = "<1@somebody.example>"
    message.set_content("Which years do you mean?")
    MaildirOut(folder / "inbox").send("", "", None, message.as_bytes())
    return home


@pytest.fixture
def home(made: Path, tmp_path: Path) -> Path:
    """A copy of that home."""
    return Path(shutil.copytree(made, tmp_path / "home"))


def shell(command: str, home: Path) -> subprocess.CompletedProcess[str]:
    """As cron and launchd run it: by sh, in the home folder, with next to no environment."""
    return subprocess.run(
        ["/bin/sh", "-c", command],
        cwd=home,
        env={"HOME": str(home), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_each_line_of_the_crontab_runs_as_it_stands(home: Path) -> None:
    requests = home / "requests"
    lines = crontab()
    for _, command in lines:
        done = shell(command, home)
        assert (done.returncode, done.stdout) == (0, ""), (command, done.stderr)
        if " poll " not in command:
            assert done.stderr == "", command
    assert [sum(word in command for _, command in lines) for word in (" poll ", " remind ", " send ")] == [
        *(1, 1, 1)
    ]
    assert (requests / "poll.log").read_text() == (
        "2 new, 0 filed, 1 waiting for you, 0 seen before, 1 of your own\n"
    )
    assert re.fullmatch(
        r"sent to rowan@example\.org: 1 waiting for you: .+\n", (requests / "remind.log").read_text()
    )
    assert (requests / "report.html").read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    assert (requests / "deadlines.ics").read_bytes().startswith(b"BEGIN:VCALENDAR\r\n")


def test_the_backup_line_copies_the_store(home: Path) -> None:
    (command,) = (command for _, command in crontab() if " backup backup.db" in command)
    for _ in range(2):
        done = shell(command, home)
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    counts = []
    for name in ("foimail.db", "backup.db", "backup-before.db"):
        store = sqlite3.connect(home / "requests" / name)
        counts.append(store.execute("SELECT count(*) FROM events").fetchone())
        store.close()
    assert counts[0] == counts[1] == counts[2] != (0,)


def test_the_times_of_the_crontab_are_times() -> None:
    for times, command in crontab():
        for field, (low, high) in zip(times, (MINUTES, HOURS, DAYS, MONTHS, WEEKDAYS), strict=True):
            numbers = [int(number) for number in re.findall(r"\d+", field.partition("/")[0])]
            assert all(low <= number <= high for number in numbers), (field, command)
        assert "%" not in command  # cron would take it for the end of the line


@pytest.mark.parametrize("name", names("*.service"))
def test_each_service_runs_as_it_stands(name: str, home: Path) -> None:
    command = unit(name)["Service"]["ExecStart"].replace("%h", str(home))
    assert command.startswith("/")
    done = subprocess.run(
        command.split(), env={"HOME": str(home)}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("name", [*names("*.service"), *names("*.timer")])
def test_each_unit_has_known_sections_and_keys_only(name: str) -> None:
    parser = unit(name)
    kind = "Service" if name.endswith(".service") else "Timer"
    assert {"Unit", kind} <= set(parser.sections()) <= KEYS.keys()
    for section in parser.sections():
        assert set(parser[section]) <= KEYS[section], section
        assert all(parser[section].values())
    if kind == "Timer":
        assert (UNITS / name).with_suffix(".service").exists()
        assert parser["Install"]["WantedBy"] == "timers.target"
    else:
        assert parser["Service"]["Type"] == "oneshot"


def test_systemd_itself_finds_nothing_wrong_with_the_units(home: Path) -> None:
    if not shutil.which("systemd-analyze"):
        pytest.skip("needs systemd-analyze")
    copies = [shutil.copy(UNITS / name, home) for name in [*names("*.service"), *names("*.timer")]]
    environment = os.environ | {"HOME": str(home), "XDG_RUNTIME_DIR": str(home)}
    done = subprocess.run(
        ["systemd-analyze", "--user", "verify", *map(str, copies)],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    for name in names("*.timer"):
        when = unit(name)["Timer"]["OnCalendar"]
        subprocess.run(["systemd-analyze", "calendar", when], check=True, capture_output=True)


@pytest.mark.parametrize("name", names("*.plist"))
def test_each_launch_agent_runs_as_it_stands(name: str, home: Path) -> None:
    agent = plist(name)
    assert agent["Label"] == name.removesuffix(".plist")
    arguments = agent["ProgramArguments"]
    assert isinstance(arguments, list)
    assert arguments[:2] == ["/bin/sh", "-c"]
    assert len(arguments) == 3
    assert len({"StartInterval", "StartCalendarInterval"} & agent.keys()) == 1
    assert agent["Umask"] == 0o077
    done = shell(arguments[2], home)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    log = home / "requests" / f"{name.split('.')[2]}.log"
    assert log.exists()


def test_the_operations_page_names_every_file() -> None:
    page = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    assert "units/crontab.example" in page
    for name in (*names("*.timer"), *names("*.plist")):
        assert name in page, name
    assert {p.suffix for p in UNITS.iterdir()} == {".example", ".service", ".timer", ".plist"}
