"""A campaign's letters, compiled once for any number of bodies, and rendered within limits.

All that runs in a letter yields pieces of output: `_Files` has each loop and each file begin with one. So
one limit on pieces ends every loop, and one on characters bounds the memory.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from jinja2 import StrictUndefined, TemplateError, nodes
from jinja2.exceptions import SecurityError, UndefinedError
from jinja2.loaders import BaseLoader
from jinja2.sandbox import ImmutableSandboxedEnvironment

from foimail.errors import Problem
from foimail.letters import language

if TYPE_CHECKING:
    from collections.abc import Mapping, MutableMapping
    from types import TracebackType

    from jinja2 import Environment, Template

    from foimail.model import Campaign

SUBJECT = "subject"  # the campaign's subject beside its letters; no file has this name, as theirs end in .txt
MAX_PIECES = 20_000
MAX_CHARACTERS = 60_000  # some twenty pages


class _EmptyValueError(Exception):
    """A value printed by a letter is None or blank."""


@dataclass(frozen=True, slots=True)
class Shelf:
    """The letters of one campaign. Where there are `faults`, nothing may be rendered."""

    environment: Environment
    files: Mapping[str, tuple[str, str]]
    faults: tuple[Problem, ...]

    def render(self, name: str, words: Mapping[str, Any]) -> tuple[tuple[str, ...], Problem | None]:
        """The pieces of one letter in order, those that it quotes marked `Quoted`, or what stopped it, with its line.

        Args:
            name: A file's name (`request.txt`) or `SUBJECT`.
            words: A value for each of `language.WORDS` that this letter may speak of.
        """
        pieces: list[str] = []
        size = 0
        endless = Problem(self.files[name][0], "the letter grows without end", "does a file include itself?")
        try:
            for number, piece in enumerate(self.environment.get_template(name).generate(words)):
                size += len(piece)
                if number > MAX_PIECES or size > MAX_CHARACTERS:
                    return (), endless
                pieces.append(piece)
        except RecursionError:
            return (), endless
        except (TemplateError, _EmptyValueError, TypeError, ValueError) as error:
            return (), self._stopped(error)
        return tuple(pieces), None

    def _stopped(self, error: Exception) -> Problem:
        place, line = _innermost(error.__traceback__)
        where = f"{place}:{line}"
        if isinstance(error, _EmptyValueError):
            text = next(text for known, text in self.files.values() if known == place)
            values = " ".join(re.findall(r"\{\{.*?\}\}", text.splitlines()[line - 1])) or "this line"
            return Problem(
                where, f"a value is empty in {values}", "put it between {% if ... %} and {% endif %}"
            )
        if isinstance(error, SecurityError):
            return Problem(where, "names that begin with _ are not for letters")
        if isinstance(error, UndefinedError):
            return Problem(
                where, f"there is no such value: {error.message}", "as in body.name or requester.email"
            )
        return Problem(where, f"this cannot be worked out: {error}")


@lru_cache(maxsize=16)
def shelf(campaign: Campaign) -> Shelf:
    """The campaign's letters, compiled, with every fault of its files.

    `campaign.templates` maps `FOLDER/FILE` to text (`cse/_opening.txt`, `base/request.txt`), the campaign's
    own first: of two files with one name the first counts.
    """
    files = {SUBJECT: (f"templates/{campaign.name}/campaign.toml", campaign.subject)}
    for key, text in campaign.templates:
        files.setdefault(key.rpartition("/")[2], (f"templates/{key}", text))
    environment = ImmutableSandboxedEnvironment(
        loader=_Files(files),
        undefined=StrictUndefined,
        finalize=_not_empty,
        autoescape=False,  # a letter is plain text and becomes no HTML
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,
    )
    environment.globals.clear()
    environment.filters = {name: environment.filters[name] for name in language.FILTERS}
    environment.tests = {name: environment.tests[name] for name in language.TESTS}
    return Shelf(environment, files, tuple(language.faults(environment, files)))


class _Files(BaseLoader):
    def __init__(self, files: Mapping[str, tuple[str, str]]) -> None:
        self.files = files

    def load(
        self,
        environment: Environment,
        name: str,
        globals: MutableMapping[str, Any] | None = None,  # noqa: A002 - jinja's own name for it
    ) -> Template:
        place, text = self.files[name]
        tree = environment.parse(text, name, place)
        for body in (tree.body, *(loop.body for loop in tree.find_all(nodes.For))):
            body.insert(0, nodes.Output([nodes.TemplateData("")]))
        code = environment.compile(tree, name, place)
        return environment.template_class.from_code(environment, code, globals or {})


def _not_empty(value: object) -> object:
    if value is None or (isinstance(value, str) and not value.strip()):
        raise _EmptyValueError
    return value


def _innermost(traceback: TracebackType | None) -> tuple[str, int]:
    """The file and line of a letter where an error arose: jinja gives its frames the file's name and line."""
    found = ("", 1)
    while traceback:
        if traceback.tb_frame.f_code.co_filename.startswith("templates/"):
            found = (traceback.tb_frame.f_code.co_filename, traceback.tb_lineno)
        traceback = traceback.tb_next
    return found
