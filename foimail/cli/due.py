"""`foimail due`: due dates for days of receipt."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from foimail.cli.session import say

if TYPE_CHECKING:
    from collections.abc import Iterator

    from foimail.law.regimes import Regime


def _a_regime(ctx: click.Context, param: click.Parameter, value: str) -> Regime:  # noqa: ARG001 - click's signature
    from foimail.files.tables import table
    from foimail.law.regimes import read

    try:
        return read(table("regimes")).regime(value)
    except ValueError as error:
        raise click.BadParameter(str(error)) from error


def _lines(dates: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """Each date with where it was written; `-` stands for the lines of standard input."""
    for number, text in enumerate(dates, start=1):
        if text != "-":
            yield f"argument {number}", text
            continue
        for line, raw in enumerate(sys.stdin.buffer, start=1):
            # a byte order mark of Windows, or bytes that are no text, must not end in a traceback
            if day := raw.decode("utf-8-sig", errors="replace").strip():
                yield f"stdin:{line}", day


@click.command()
@click.argument("dates", metavar="DATE...", nargs=-1, required=True)
@click.option(
    "--regime",
    callback=_a_regime,
    default="foia",
    show_default=True,
    metavar="LAW",
    help="The law that counts: foia, foisa for Scottish bodies, eir or eisr for environmental information.",
)
@click.option(
    "--days",
    type=click.IntRange(min=1),
    metavar="N",
    help="Count N working days instead of the law's limit for an answer.",
)
@click.option("--explain", is_flag=True, help="With the working of each date, in sentences for an e-mail.")
def due(dates: tuple[str, ...], regime: Regime, days: int | None, explain: bool) -> None:  # noqa: FBT001 - click's
    """Print the last day for an answer to a request received on each DATE.

    Dates are written as 2026-11-23; a single - reads them from standard input, one on each line. No workspace
    is needed. The day of receipt is day 0, whether or not it is a working day.
    """
    from foimail.workflows.due import due_dates

    found = due_dates(_lines(dates), regime, days, explain=explain)
    for place, day in enumerate(found.days):
        click.echo(day.isoformat())
        if explain:
            click.echo("\n".join([*found.working[place], ""]))
    if found.remark:
        say(found.remark)
