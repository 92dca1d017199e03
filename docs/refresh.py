#!/usr/bin/env python3
"""Write the generated parts of the documentation afresh: commands, settings, exit codes, limits of the law, guards.

Each part stands between two comments, `<!-- begin: NAME -->` and `<!-- end: NAME -->`; all else is written by hand. A test
compares what stands there with what this script would write.
"""

from __future__ import annotations

import runpy
from pathlib import Path
from typing import TYPE_CHECKING

import click

from foimail import errors
from foimail.cli.main import foimail
from foimail.files.settings import SPEC
from foimail.files.tables import table
from foimail.law import regimes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

DOCS = Path(__file__).parent
WIDTH = 80  # columns of the help texts, whatever the terminal

_OTHER_CODES = {
    0: "Done.",
    1: "A fault in foimail itself, or one of the system (a full disk, a file that cannot be read).",
    2: "The command line makes no sense: an unknown option, a missing argument.",
    errors.DONE_WITH_PROBLEMS: "Done, with problems that were printed.",
    130: "Stopped by you (Ctrl-C, or No to a question); what was begun goes on with the next run.",
    141: "The program that foimail's output was piped into has gone.",
}


def page(name: str) -> tuple[Path, str]:
    """A page with the part of this name written afresh."""
    file, write = PARTS[name]
    path = DOCS / file
    before, begin, rest = path.read_text(encoding="utf-8").partition(f"<!-- begin: {name} -->\n")
    _, end, after = rest.partition(f"<!-- end: {name} -->")
    if not (begin and end):
        raise ValueError(f"{path} has no place for the part {name!r}")
    return path, f"{before}{begin}\n{write()}\n{end}{after}"


def commands() -> str:
    """The help of every command."""
    return "\n".join(
        f"## {context.command_path}\n\n```text\n{context.get_help()}\n```\n" for context in contexts()
    )


def contexts() -> Iterator[click.Context]:
    """Every command with the names that lead to it, in the order of `foimail --help`."""
    root = click.Context(foimail, info_name="foimail", terminal_width=WIDTH, **foimail.context_settings)
    yield root
    yield from _below(root, foimail)


def _below(context: click.Context, group: click.Group) -> Iterator[click.Context]:
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if command is None:
            raise LookupError(name)
        own = click.Context(command, parent=context, info_name=name)
        yield own
        if isinstance(command, click.Group):
            yield from _below(own, command)


def settings() -> str:
    """A table of settings for each section."""
    found = []
    for section in dict.fromkeys(s.section for s in SPEC):
        rows = [
            (f"`{s.key}`", s.kind.replace("_", " or "), _default(s.default), s.meaning)
            for s in SPEC
            if s.section == section
        ]
        found.append(f"## [{section}]\n\n" + _table(("setting", "what it is", "unless set", "meaning"), rows))
    return "\n".join(found)


def _default(value: object) -> str:
    if value in ("", ()):
        return ""
    return {"yes": "`true`", "no": "`false`"}.get(str(value), f"`{value}`")


def exit_codes() -> str:
    """A table of all exit codes."""
    meanings = dict(_OTHER_CODES)
    for error in vars(errors).values():
        if isinstance(error, type) and issubclass(error, errors.FoimailError) and error.exit_code != 1:
            first = " ".join((error.__doc__ or "").partition(";")[0].split()).rstrip(".")
            meanings[error.exit_code] = f"{meanings.get(error.exit_code, '')} {first}.".strip()
    return _table(("code", "meaning"), [(str(code), meanings[code]) for code in sorted(meanings)])


def limits() -> str:
    """A table of the limits that foimail knows, law by law."""
    rows = [
        (
            regime.short,
            name.replace("_", " "),
            f"{limit.number} {limit.unit}",
            limit.citation,
            limit.basis,
            "yes" if limit.checked else "**no**",
        )
        for regime in regimes.read(table("regimes")).regimes
        for name, limit in regime.limits
    ]
    return _table(("law", "limit", "how long", "where it stands", "basis", "words seen"), rows)


def guards() -> str:
    """A table of the guards, each with the test that a broken one turns red."""
    listed = runpy.run_path(str(DOCS.parent / "tests" / "mutations.py"))["GUARDS"]
    rows = [(g.name, g.keeps, f"`{g.file}`: {g.breaks}", f"`{g.node.partition('::')[2]}`") for g in listed]
    return _table(("guard", "what it keeps", "the mutation", "the test that turns red"), rows)


def _table(heads: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    lines = [heads, tuple("---" for _ in heads), *rows]
    return "".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |\n" for line in lines)


# each generated part by name: the page it stands in, and how it is written
PARTS: dict[str, tuple[str, Callable[[], str]]] = {
    "commands": ("commands.md", commands),
    "settings": ("settings.md", settings),
    "exit codes": ("operations.md", exit_codes),
    "limits": ("law.md", limits),
    "guards": ("design.md", guards),
}

if __name__ == "__main__":
    for generated in PARTS:
        target, fresh = page(generated)
        target.write_text(fresh, encoding="utf-8")
