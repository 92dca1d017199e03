"""How rows are printed: a table for eyes, CSV and JSON Lines for programs."""

from __future__ import annotations

import shutil
import sys
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Sequence

    from foimail.output.tables import Row


def print_rows(rows: Sequence[Row], columns: Sequence[str], form: str) -> None:
    """Print rows to standard output; a table is cut to the terminal's width only where there is a terminal."""
    click.echo(rendered(rows, columns, form), nl=form == "table" and bool(rows))


def rendered(rows: Sequence[Row], columns: Sequence[str], form: str) -> str:
    """The rows in this form."""
    from foimail.output import tables

    match form:
        case "csv":
            return tables.to_csv(rows, columns)
        case "jsonl":
            return tables.to_jsonl([{c: row.get(c) for c in columns} for row in rows])
        case _:
            width = shutil.get_terminal_size().columns if sys.stdout.isatty() else None
            return tables.table(rows, columns, width) if rows else ""
