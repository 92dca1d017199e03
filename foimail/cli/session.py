"""What every command is handed: the options given before the command, and the ways to speak to the user.

Data goes to standard output; errors, questions and progress go to standard error.
"""

from __future__ import annotations

import os
import re
import sys
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import click

from foimail.errors import DONE_WITH_PROBLEMS, Problem

if TYPE_CHECKING:
    from collections.abc import Iterable

    from foimail.workspace import Workspace


@dataclass
class Session:
    """The options before the command; the workspace is opened when a command first asks for it."""

    folder: Path | None = None
    day: date | None = None
    campaign: str | None = None
    options: dict[str, str] = field(default_factory=dict)

    @property
    def today(self) -> date:
        """`--today`, else the London calendar date of now."""
        return self.day or datetime.now(ZoneInfo("Europe/London")).date()

    @cached_property
    def workspace(self) -> Workspace:
        """The workspace of `--workspace`, FOIMAIL_WORKSPACE or the nearest folder upward; WorkspaceError where none is."""
        from foimail.workspace import find, open_workspace

        folder = find(self.folder, os.environ, Path.cwd())
        return open_workspace(
            folder,
            self.today,
            os.environ,
            campaign=self.campaign,
            options=self.options,
            day_is_given=self.day is not None,
        )

    def forget_workspace(self) -> None:
        """Read settings, registry and day afresh the next time: a watch runs for months."""
        if workspace := self.__dict__.pop("workspace", None):
            workspace.close()


pass_session = click.make_pass_decorator(Session, ensure=True)


_STEERING = (
    re.compile(  # what moves the cursor, sets titles, answers for the user or turns the direction of writing
        "\x1b(?!\\[[0-9;]*m)|[\x00-\x08\x0b-\x1a\x1c-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]"
    )
)


def say(text: str = "") -> None:
    """Progress and remarks, to standard error. Colours stay; what else would steer the terminal may be a stranger's."""
    click.echo(harmless(text), err=True, color=colour())


def harmless(text: str) -> str:
    """A text for a terminal, its lines and colours as they are, with marks in place of what else would steer it."""
    return _STEERING.sub("\ufffd", text)


def colour() -> bool | None:
    """Never, where NO_COLOR is set (no-color.org); else click decides: on a terminal."""
    return False if os.environ.get("NO_COLOR") else None


def show_problems(problems: Iterable[Problem]) -> int:
    """Print each problem on its own line to standard error; the number printed comes back."""
    count = 0
    for problem in problems:
        say(click.style(str(problem), fg="red" if problem.level == "error" else "yellow"))
        count += 1
    return count


def finish(problems: Iterable[Problem]) -> None:
    """Print the problems; exit with 3 (done, with problems) if there were any."""
    if show_problems(problems):
        sys.exit(DONE_WITH_PROBLEMS)
