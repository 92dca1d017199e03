"""`foimail trusts`: the registry of bodies, looked at, checked and brought up to date."""

from __future__ import annotations

import shutil
import sys
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from foimail.cli.printing import FORM
from foimail.cli.session import Session, finish, pass_session, say
from foimail.errors import InputError, errors_only
from foimail.model import NATIONS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from foimail.workflows.registry import Filter, Import

    Command = Callable[..., Any]

_LISTED = ("id", "name", "nation", "type", "status", "email", "email_confidence")
_COUNTED = (
    "by",
    "of",
    "bodies",
    "active",
    "with_address",
    "without_address",
    "confirmed",
    "reported",
    "unverified",
    "closed",
)
_SELECTING = (  # the last is the first in the help
    click.option("--without-email", is_flag=True, help="Only active bodies that no address is known of."),
    click.option(
        "--status",
        type=click.Choice(["active", "closed"]),
        help="Only bodies active, or only those closed.",
    ),
    click.option(
        "--tag", "tags", multiple=True, metavar="TAG", help="Only bodies with this tag; may be repeated."
    ),
    click.option(
        "--region", "regions", multiple=True, metavar="REGION", help="Only this region; may be repeated."
    ),
    click.option(
        "--nation",
        "nations",
        multiple=True,
        type=click.Choice(NATIONS, case_sensitive=False),
        help="Only this nation; may be repeated.",
    ),
    click.option(
        "--type",
        "types",
        multiple=True,
        metavar="TYPE",
        help='Only this type, as "mental health"; may be repeated.',
    ),
)
_HEADINGS = {
    "new": "New",
    "renamed": "Renamed",
    "closed": "Closed or merged",
    "moved": "Moved house",
    "address": "Moved e-mail address",
    "announced": "Announced, nothing to do yet",
}


def selecting(command: Command) -> Command:
    """Give a command the options that choose bodies; it is called with a Filter as `chosen`."""

    @wraps(command)
    def called(
        *args: Any,  # noqa: ANN401 - handed on to a command of any shape
        types: tuple[str, ...],
        nations: tuple[str, ...],
        regions: tuple[str, ...],
        tags: tuple[str, ...],
        status: str | None,
        without_email: bool,
        **kwargs: Any,  # noqa: ANN401 - as above
    ) -> None:
        from foimail.workflows.registry import Filter

        command(*args, chosen=Filter(types, nations, regions, tags, status, without_email), **kwargs)

    for option in _SELECTING:
        called = option(called)
    return called


@click.group()
def trusts() -> None:
    """The list of trusts and boards: look at it, check it, bring it up to date."""


@trusts.command("check")
@pass_session
def check_command(session: Session) -> None:
    """Find everything that is wrong or doubtful in trusts.yaml."""
    from foimail.workflows.registry import judge

    problems = judge(session.workspace)
    if errors := errors_only(problems):
        raise InputError(f"trusts.yaml has {_number(len(errors), 'error')}", problems)
    say(f"trusts.yaml has no errors and {_number(len(problems), 'warning')}.")
    finish(problems)


@trusts.command("list")
@selecting
@FORM
@pass_session
def list_command(session: Session, form: str, chosen: Filter) -> None:
    """List the bodies, all of them or those chosen."""
    from foimail.files.registry import ORDER
    from foimail.workflows.registry import facts

    rows = [facts(body) for body in session.workspace.bodies if chosen.includes(body)]
    _print(rows, _LISTED if form == "table" else ORDER, form)
    say(f"{_number(len(rows), 'body', 'bodies')}.")


@trusts.command("stats")
@selecting
@FORM
@pass_session
def stats_command(session: Session, form: str, chosen: Filter) -> None:
    """Count the bodies by nation and type, and how well their addresses are known."""
    from foimail.workflows.registry import statistics

    bodies = [body for body in session.workspace.bodies if chosen.includes(body)]
    _print(statistics(bodies), _COUNTED, form)


@trusts.command("show")
@click.argument("code")
@pass_session
def show_command(session: Session, code: str) -> None:
    """Show everything known of one body; CODE is its ODS code or id."""
    from foimail.output.tables import plain
    from foimail.workflows.registry import facts, pick

    body = pick(session.workspace.bodies, code)
    for name, value in facts(body).items():
        for text in value if isinstance(value, tuple) else (value,):
            if text:
                click.echo(f"{name.replace('_', ' '):<20}{plain(str(text))}")
    say(f"In {body.where}.")


@trusts.group("import")
def import_group() -> None:
    """Compare trusts.yaml with a file, and take the differences over with --apply."""


_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
apply_option = click.option(
    "--apply", is_flag=True, help="Write the changes into trusts.yaml; without it they are only shown."
)


@import_group.command("ods")
@click.argument("file", type=_FILE)
@apply_option
@pass_session
def ods_command(session: Session, file: Path, *, apply: bool) -> None:
    """Take over new, renamed, closed and moved trusts from FILE, the ODS report etr.csv."""
    from foimail.workflows.registry import import_ods

    _report(import_ods(session.workspace, file, apply=apply))


@import_group.command("contacts")
@click.argument("file", type=_FILE)
@apply_option
@click.option(
    "--accept",
    multiple=True,
    metavar="CODE",
    help="Replace the confirmed address of this body; may be repeated.",
)
@pass_session
def contacts_command(session: Session, file: Path, accept: Sequence[str], *, apply: bool) -> None:
    """Take over e-mail addresses from FILE, a CSV with the columns code, name and email."""
    from foimail.workflows.registry import import_contacts

    _report(import_contacts(session.workspace, file, apply=apply, accept=accept))


def _report(result: Import) -> None:
    from foimail.output.tables import plain

    for kind, heading in _HEADINGS.items():
        changes = [change for change in result.changes if change.kind == kind]
        if changes:
            click.echo(f"{heading} ({len(changes)}):")
        for change in changes:
            before = f"{change.before} -> " if change.before else ""
            click.echo(f"  {change.code}  {plain(change.name)}\n      {plain(before + change.after)}")
    to_write = sum(bool(change.facts) for change in result.changes)
    if result.written:
        say(f"trusts.yaml is updated: {_number(to_write, 'change')}.")
    elif to_write:
        say(f"{_number(to_write, 'change')} found, nothing written; --apply writes.")
    else:
        say("Nothing to change.")
    finish(result.problems)


def _print(rows: Sequence[Mapping[str, object]], columns: Sequence[str], form: str) -> None:
    from foimail.output import tables

    if form == "csv":
        click.echo(tables.to_csv(rows, columns), nl=False)
    elif form == "jsonl":
        click.echo(tables.to_jsonl(rows), nl=False)
    else:
        width = shutil.get_terminal_size().columns if sys.stdout.isatty() else None
        click.echo(tables.table(rows, columns, width))


def _number(count: int, one: str, many: str = "") -> str:
    return f"{count} {one if count == 1 else many or one + 's'}"
