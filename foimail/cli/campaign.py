"""`foimail campaign`: the campaigns of a workspace."""

from __future__ import annotations

import shutil

import click

from foimail.cli.session import Session, pass_session, say, show_problems
from foimail.errors import InputError, errors_only


@click.group()
def campaign() -> None:
    """Campaigns: each is one request put to many bodies, a folder in templates/."""


@campaign.command("list")
@pass_session
def list_(session: Session) -> None:
    """List the campaigns: their parts, and how many bodies each asks."""
    from foimail.output.tables import table
    from foimail.workflows import preview as workflow

    rows, problems = workflow.overview(session.workspace)
    click.echo(table(rows, ("campaign", "title", "parts", "bodies"), shutil.get_terminal_size().columns))
    if problems:
        raise InputError("not every campaign can be used", problems)


@campaign.command()
@click.argument("name", required=False)
@pass_session
def check(session: Session, name: str | None) -> None:
    """Render every letter of a campaign for every body and show all that is wrong, in one go.

    Without a NAME the campaign in hand is checked: that of --campaign, else of the settings.
    """
    from foimail.workflows import preview as workflow

    name = name or session.workspace.campaign_name
    checked = workflow.check(session.workspace, name)
    if faults := errors_only(checked.problems):
        raise InputError(f"campaign {name}: {len(faults)} fault{'s' * (len(faults) != 1)}", checked.problems)
    show_problems(checked.problems)
    click.echo(f"campaign {name}: {checked.fine} letters, no fault")


@campaign.command()
@click.argument("name")
@pass_session
def new(session: Session, name: str) -> None:
    """Begin a campaign NAME: a folder with one question to fill in."""
    from foimail.files import campaigns

    path = campaigns.create(session.workspace.templates, name)
    click.echo(path)
    say(f"Fill it in, then: foimail campaign check {name}; foimail --campaign {name} preview --all-trusts")
