"""Faults in two sorts: `Problem` values for what a person wrote, exceptions for everything else.

A file with nine faults gives nine problems, all shown at once. An exception ends the command with its class's exit code
and one sentence on standard error. Exit code 2 belongs to click (a command line that makes no sense), 3 means "done, with
problems that were printed".
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable

DONE_WITH_PROBLEMS = 3


@dataclass(frozen=True, slots=True)
class Problem:
    """A fault in what a person wrote: where it is (`file:line`), what it is, what to do about it."""

    where: str
    message: str
    hint: str = ""
    level: Literal["error", "warning"] = "error"

    def __str__(self) -> str:
        sentence = f"{self.where}: {self.level}: {self.message}"
        return f"{sentence} ({self.hint})" if self.hint else sentence


def errors_only(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """The problems that stop a command; warnings do not."""
    return tuple(p for p in problems if p.level == "error")


class FoimailError(Exception):
    """Anything that ends a command with a sentence for its user."""

    exit_code: ClassVar[int] = 1

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} ({self.hint})" if self.hint else self.message


class InputError(FoimailError):
    """Files or values that a person wrote hold faults; all of them are in `problems`."""

    exit_code = 4

    def __init__(self, message: str, problems: Iterable[Problem] = (), hint: str = "") -> None:
        super().__init__(message, hint)
        self.problems = tuple(problems)


class WorkspaceError(FoimailError):
    """There is no workspace here, or it cannot be used."""

    exit_code = 5


class StoreError(FoimailError):
    """The database cannot be opened, written or understood."""

    exit_code = 6


class MailError(FoimailError):
    """A mail server or mailbox refused, vanished or made no sense."""

    exit_code = 7


class LoginError(MailError):
    """A mail server did not accept the user name, password or token; trying again will not help."""


class ConsentError(FoimailError):
    """Something would leave this machine and nobody has said yes to it."""

    exit_code = 8


class CalendarError(FoimailError):
    """A date lies outside the table of working days; a guess would be a wrong deadline."""

    exit_code = 9


class BusyError(FoimailError):
    """Another foimail is doing the same work on this workspace right now."""

    exit_code = 10
