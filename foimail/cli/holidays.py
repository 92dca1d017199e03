"""`foimail holidays`: the days that do not count, and whether the table of them is still true."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from foimail.cli.printing import FORM
from foimail.cli.session import Session, finish, pass_session, say

if TYPE_CHECKING:
    from foimail.law.regimes import Law


@click.group("holidays")
def holidays() -> None:
    """The days that do not count: list them, check them against GOV.UK, see what a new table has moved."""


@holidays.command("list")
@click.option("--regime", metavar="LAW", help="Only those of one law: foia, foisa, eir or eisr.")
@click.option("--year", type=click.IntRange(2005, 2030), help="Only this year (else this year and the next).")
@FORM
@pass_session
def list_(session: Session, regime: str | None, year: int | None, form: str) -> None:
    """The weekdays that do not count, each with the laws whose clock it stops, and why.

    Under FOIA a bank holiday in any part of the United Kingdom stops the clock everywhere, under FOISA one in Scotland.
    """
    from foimail.cli.printing import print_rows
    from foimail.workflows import holidays as workflow

    law = _law()
    try:
        chosen = [law.regime(regime)] if regime else law.regimes
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--regime") from error
    years = range(year, year + 1) if year else range(session.today.year, session.today.year + 2)
    print_rows(workflow.listed(chosen, years), workflow.LIST, form)


@holidays.command("check")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@FORM
@pass_session
def check(session: Session, file: Path, form: str) -> None:
    """Compare FILE, a bank-holidays.json of GOV.UK, with foimail's table and the library it rests on.

    Get it from https://www.gov.uk/bank-holidays.json: foimail fetches nothing by itself. The days on which the three do
    not agree are printed. A day that foimail counts otherwise than GOV.UK means that the table is stale: exit code 3.
    """
    from foimail.cli.printing import print_rows
    from foimail.workflows import holidays as workflow

    found = workflow.check(file, session.today)
    if found.rows:
        print_rows(found.rows, workflow.CHECK, form)
    days = "1 day" if len(found.rows) == 1 else f"{len(found.rows) or 'no'} days"
    say(f"{file}: {found.years}, {days} on which the three do not agree")
    finish(found.problems)


@holidays.command("diff")
@FORM
@pass_session
def diff(session: Session, form: str) -> None:
    """The cases whose last day has moved since the table of holidays changed.

    `foimail report` notes each last day with the version of the table; this compares with what was noted last.
    """
    from foimail.cli.printing import print_rows
    from foimail.workflows import holidays as workflow

    rows = workflow.moved(session.workspace)
    if rows or form != "table":
        print_rows(rows, workflow.DIFF, form)
    moved = "1 last day has moved" if len(rows) == 1 else f"{len(rows) or 'no'} last days have moved"
    say(moved)


def _law() -> Law:
    from foimail.files.tables import table
    from foimail.law.regimes import read

    return read(table("regimes"), table("exemptions"))
