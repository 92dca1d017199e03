"""How data is printed: a table for eyes, CSV and JSON Lines for programs, to standard output or into a file."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import TYPE_CHECKING

import click

from foimail.cli.session import harmless
from foimail.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from foimail.documents.model import Document
    from foimail.output.tables import Row

_FIRST_LINES = 12  # of an attachment, unless all is asked for
_LINE = 200  # characters of each

WITH_FORM = click.option(
    "--with-form/--without-form",
    default=None,
    help="Attach a form of answers (XLSX) made for the body, and invite its use. [else as in the settings]",
)
FORM = click.option(
    "--format",
    "form",
    type=click.Choice(["table", "csv", "jsonl"]),
    default="table",
    show_default=True,
    help="How to print the rows.",
)


def print_rows(rows: Sequence[Row], columns: Sequence[str], form: str) -> None:
    """Print rows to standard output; a table is cut to the terminal's width only where there is a terminal."""
    text = rendered(rows, columns, form)
    click.echo(harmless(text) if on_terminal() else text, nl=form == "table" and bool(rows))


def on_terminal() -> bool:
    """Whether what is printed is for eyes; a file or a program gets every character as it is."""
    return sys.stdout.isatty()


def put(data: str | bytes, output: Path | None) -> None:
    """Write data as it is: into this file, which is replaced as a whole and never seen half-written, else to standard output."""
    if output is None:
        click.echo(harmless(data) if isinstance(data, str) and on_terminal() else data, nl=False)
        return
    content = data.encode() if isinstance(data, str) else data
    if not output.parent.is_dir():
        raise InputError(f"there is no folder {output.parent} to write {output.name} into")
    # a calendar or a web server may be reading the old file this very moment
    with NamedTemporaryFile(dir=output.parent, prefix=f".{output.name}.", delete=False) as file:
        new = Path(file.name)
        try:
            file.write(content)
            file.flush()
            new.chmod(_mode(output))
            new.replace(output)
        except BaseException:
            new.unlink(missing_ok=True)
            raise


def _mode(output: Path) -> int:
    """The permissions of the file that is there, else those of any new file of this user."""
    if output.exists():
        return output.stat().st_mode & 0o777
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask


def rendered(rows: Sequence[Row], columns: Sequence[str], form: str, output: Path | None = None) -> str:
    """The rows in this form; a table is cut to the terminal's width where it is printed to one."""
    from foimail.output import tables

    match form:
        case "csv":
            return tables.to_csv(rows, columns)
        case "jsonl":
            return tables.to_jsonl([{c: row.get(c) for c in columns} for row in rows])
        case _:
            width = shutil.get_terminal_size().columns if output is None and on_terminal() else None
            return tables.table(rows, columns, width) if rows else ""


def print_document(document: Document, *, whole: bool) -> None:
    """What could be read of an attachment: its state, then the beginning of its text or all of it, indented."""
    from foimail.output.tables import plain

    state = document.state.replace("_", " ")
    click.echo(f"  {state}: {plain(document.reason)}" if document.reason else f"  {state}")
    lines = [line for line in document.text.splitlines() if line.strip()]
    if whole:
        click.echo("".join(f"  | {plain(line)}\n" for line in lines), nl=False)
        return
    for line in lines[:_FIRST_LINES]:
        click.echo(f"  | {plain(line[:_LINE])}{'...' if len(line) > _LINE else ''}")
    if len(lines) > _FIRST_LINES:
        click.echo(f"  ... {len(lines) - _FIRST_LINES} more lines: --attachments shows all")
