"""`foimail answers`: what the letters answer, part by part."""

from __future__ import annotations

import click

from foimail.cli.odd import check


@click.group("answers")
def answers() -> None:
    """What the letters answer, and what is odd about it."""


answers.add_command(check)
