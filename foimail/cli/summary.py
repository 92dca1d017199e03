"""`foimail summary` and `foimail methods`: the figures of the whole, and how they came about."""

from __future__ import annotations

from pathlib import Path

import click

from foimail.cli.session import Session, pass_session

_OUTPUT = click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="A file to write (else standard output).",
)


@click.command("summary")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "html"]),
    default="text",
    help="How to print it; html is a page for a browser or paper.",
)
@click.option("--confirmed", is_flag=True, help="Of the answers, only what a person has confirmed.")
@_OUTPUT
@pass_session
def summary(session: Session, form: str, confirmed: bool, output: Path | None) -> None:  # noqa: FBT001 - click's
    """The figures of the whole: for each part how many bodies answered, refused or were silent, and what the numbers add up to.

    Totals have a lower and an upper bound where bodies gave bands, and no upper one where a figure was withheld. Each says how
    many bodies it rests on, and how many of its values a person has confirmed.
    """
    from foimail.cli.printing import put
    from foimail.workflows.summary import sheet

    found = sheet(session.workspace, only_confirmed=confirmed)
    if form == "html":
        from foimail.output.summary_page import page

        put(page(found), output)
        return
    from foimail.output.summary import text, to_json

    put(to_json(found) if form == "json" else text(found), output)


@click.command("methods")
@_OUTPUT
@pass_session
def methods(session: Session, output: Path | None) -> None:
    """Write a methods appendix in Markdown: who was asked, when and in which words, who answered, and how it was read and counted.

    It names the bodies that were not asked, with the reason, and those from which no answer has come. It states facts and
    counts, and names nobody's staff.
    """
    from foimail.cli.printing import put
    from foimail.output.methods import markdown
    from foimail.workflows.methods import methods as gathered

    put(markdown(gathered(session.workspace)), output)
