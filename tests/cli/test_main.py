"""The command line as a whole: its help, its exit codes, its silence about what is not the user's."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import click
import pytest

from foimail.cli import main as cli
from foimail.errors import (
    BusyError,
    CalendarError,
    ConsentError,
    FoimailError,
    InputError,
    LoginError,
    MailError,
    Problem,
    StoreError,
    WorkspaceError,
)
from foimail.workspace import Workspace
from tests.desk import Desk, end_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

Capture = pytest.CaptureFixture[str]


def commands() -> Iterator[tuple[str, click.Command]]:
    """Every command of the program with its full name."""
    context = click.Context(cli.foimail)
    waiting = [(name, cli.foimail.get_command(context, name)) for name in cli.foimail.list_commands(context)]
    for name, command in waiting:
        assert command is not None
        yield name, command
        if isinstance(command, click.Group):
            waiting += [(f"{name} {inner}", command.commands[inner]) for inner in command.commands]


def test_every_command_and_every_option_says_what_it_is_for() -> None:
    found = dict(commands())
    assert {"trusts import ods", "outbox settle", "import", "campaign new"} <= set(found)
    silent = [name for name, command in found.items() if not (command.help or "").strip()]
    silent += [
        f"{name} {option.name}"
        for name, command in [*found.items(), ("foimail", cli.foimail)]
        for option in command.params
        if isinstance(option, click.Option) and not option.help
    ]
    assert silent == []


def test_the_help_lists_the_commands_in_the_order_of_the_work(capsys: Capture) -> None:
    ended = end_of(capsys, "--help")
    assert ended.code == 0
    assert ended.out.index("\n  init") < ended.out.index("\n  send") < ended.out.index("\n  report")
    for name, _ in commands():
        if " " not in name:
            assert f"\n  {name} " in ended.out


@pytest.mark.parametrize("name", [name for name, _ in commands()])
def test_every_command_shows_its_help_without_a_workspace(
    name: str, capsys: Capture, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert end_of(capsys, *name.split(), "--help").code == 0


def test_the_help_of_the_program_imports_nothing_heavy() -> None:
    heavy = (
        "sqlalchemy",
        "jinja2",
        "imapclient",
        "holidays",
        "yaml",
        "ruamel",
        "foimail.store",
        "foimail.workflows",
    )
    code = (
        "import sys\nfrom foimail.cli.main import run\n"
        "try:\n run(['--help'])\nexcept SystemExit: pass\n"
        f"print([n for n in {heavy!r} if n in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stderr == "[]\n"


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (FoimailError("it broke"), 1),
        (InputError("it broke", [Problem("x:1", "this is why")]), 4),
        (WorkspaceError("it broke"), 5),
        (StoreError("it broke"), 6),
        (MailError("it broke"), 7),
        (LoginError("it broke"), 7),
        (ConsentError("it broke"), 8),
        (CalendarError("it broke"), 9),
        (BusyError("it broke"), 10),
        (OSError(28, "it broke"), 1),
        (KeyboardInterrupt(), 130),
    ],
)
def test_each_class_of_error_ends_with_its_own_code_and_one_sentence(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, error: BaseException, code: int
) -> None:
    def broken(_: Workspace) -> None:
        raise error

    monkeypatch.setattr(Workspace, "open_incoming", broken)
    ended = desk.run("poll")
    assert (ended.code, ended.out) == (code, "")
    assert "it broke" in ended.err or code == 130
    assert "Traceback" not in ended.err
    assert ("x:1: error: this is why" in ended.err) is (code == 4)


def test_a_fault_of_our_own_is_no_traceback_unless_asked_for(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_: Workspace) -> None:
        raise ZeroDivisionError("by nought")

    monkeypatch.setattr(Workspace, "open_incoming", broken)
    ended = desk.run("poll")
    assert ended.code == 1
    assert "a fault in foimail itself (ZeroDivisionError: by nought); nothing recorded is lost" in ended.err
    assert "FOIMAIL_DEBUG=1" in ended.err
    assert "Traceback" not in ended.err
    monkeypatch.setenv("FOIMAIL_DEBUG", "1")
    with pytest.raises(ZeroDivisionError):
        cli.run(["--workspace", str(desk.folder), "poll"])


@pytest.mark.parametrize(
    "arguments",
    [
        ["nonsense"],
        ["--today", "tomorrow", "report"],
        ["--set", "mail.rate", "report"],
        ["report", "--format", "docx"],
        ["outbox", "show", "first"],
    ],
)
def test_a_command_line_that_makes_no_sense_ends_with_two(desk: Desk, arguments: list[str]) -> None:
    assert desk.run(*arguments).code == 2


def test_outside_of_a_workspace_it_says_how_to_make_one(
    capsys: Capture, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    ended = end_of(capsys, "report")
    assert ended.code == 5
    assert "make one with `foimail init FOLDER`" in ended.err
    assert f"foimail init {tmp_path}" in end_of(capsys, "--workspace", str(tmp_path), "report").err


def test_a_workspace_is_found_by_option_environment_or_upward(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    inside = desk.folder / "templates" / "cse"
    monkeypatch.chdir(inside)
    assert end_of(desk.capsys, "report").code == 0
    monkeypatch.chdir(desk.folder.parent)
    assert end_of(desk.capsys, "report").code == 5
    monkeypatch.setenv("FOIMAIL_WORKSPACE", str(desk.folder))
    assert end_of(desk.capsys, "report").code == 0
    assert end_of(desk.capsys, "--workspace", str(inside), "report").code == 5


def test_faults_of_the_settings_are_all_shown(desk: Desk) -> None:
    desk.change("foimail.toml", 'outgoing = "maildir:outbox"', "outgoing = 3\ntimeout = -1")
    ended = desk.run("report")
    assert ended.code == 4
    assert "mail.outgoing: write it as text" in ended.err
    assert "mail.timeout: write a whole number" in ended.err
    (desk.folder / "foimail.toml").write_bytes(b"\xff\xfe")
    assert desk.run("report").code == 5


def test_a_campaign_that_is_none_is_said(desk: Desk) -> None:
    ended = desk.run("--campaign", "nonsense", "report")
    assert ended.code == 4
    assert "the campaign nonsense cannot be used" in ended.err


def test_an_address_of_mail_that_makes_no_sense_is_said(desk: Desk) -> None:
    ended = desk.run("--set", "mail.outgoing=pigeon:loft", "send", "RAA", "--yes")
    assert ended.code == 4
    assert (
        "--set mail.outgoing: error: mail.outgoing: write maildir:FOLDER, smtp://user@host:587" in ended.err
    )


def _on_a_terminal(desk: Desk, **environ: str) -> bytes:
    ours, theirs = pty.openpty()
    arguments = [
        sys.executable,
        "-m",
        "foimail",
        "--workspace",
        str(desk.folder),
        "--today",
        "2026-06-12",
        "doctor",
    ]
    env = {k: v for k, v in os.environ.items() if k != "NO_COLOR"} | environ
    process = subprocess.Popen(arguments, stdin=theirs, stdout=theirs, stderr=theirs, env=env)
    os.close(theirs)
    shown = b""
    try:
        while piece := os.read(ours, 65536):
            shown += piece
    except OSError:  # Linux says EIO once the other end is closed
        pass
    process.wait()
    os.close(ours)
    return shown


def test_colours_are_for_terminals_whose_user_wants_them(desk: Desk) -> None:
    desk.add("templates/base/request.txt", "{{ oops }}\n")  # a problem, shown in red on standard error
    assert b"\x1b[" in _on_a_terminal(desk)
    assert b"\x1b[" not in _on_a_terminal(desk, NO_COLOR="1")
    assert "\x1b[" not in "".join(map(str, vars(desk.run("doctor")).values()))


def test_a_reader_that_goes_away_is_no_fault(desk: Desk) -> None:
    desk.run("letter", "RAA")
    command = [sys.executable, "-m", "foimail", "--workspace", str(desk.folder), "preview", "--all-trusts"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdout is not None
    process.stdout.close()
    assert process.stderr is not None
    assert b"Traceback" not in process.stderr.read()
    process.stderr.close()
    assert process.wait() in {1, 141}


def test_the_table_of_commands_names_only_commands(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(cli.COMMANDS, "odd", ("session", "Not a command."))
    with pytest.raises((TypeError, AttributeError)):
        cli.foimail.get_command(click.Context(cli.foimail), "odd")


def test_the_program_is_also_a_module() -> None:
    done: Any = subprocess.run(
        [sys.executable, "-m", "foimail", "--version"], capture_output=True, text=True, check=True
    )
    assert done.stdout.startswith("foimail, version ")
