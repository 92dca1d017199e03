"""What `foimail review` and `foimail answers review` share: one thing on the screen, decided by keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from foimail.cli.session import say, show_problems
from foimail.errors import FoimailError

if TYPE_CHECKING:
    from collections.abc import Callable


def decided_by(accept: Callable[[], None], skip: Callable[[], None], look: Callable[[str], None]) -> str:
    """Take keys until the thing is `decided`, passed over (`skip`), or the person stops (`quit`). What fails is said, and goes on.

    `look` is given every other key: it decides nothing.
    """
    while True:
        try:
            key = click.getchar()
        except EOFError:
            return "quit"
        try:
            match key:
                case "\r" | "\n" | "a":
                    accept()
                    return "decided"
                case "s":
                    skip()
                    return "skip"
                case "q" | "\x04":
                    return "quit"
                case _:
                    look(key)
        except FoimailError as error:
            show_problems(getattr(error, "problems", ()))
            say(click.style(str(error), fg="red"))


def ask(question: str) -> str:
    """A line that the person types; nothing where they only press Enter."""
    return str(click.prompt(question, default="", show_default=False, err=True)).strip()
