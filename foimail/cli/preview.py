"""`foimail preview` and `foimail letter`: letters before they are sent, or for a web form and the post."""

from __future__ import annotations

from pathlib import Path

import click

from foimail.cli.session import Session, pass_session, say
from foimail.errors import InputError

_BETWEEN = "\n" + "-" * 72 + "\n\n"


@click.command()
@click.argument("codes", metavar="[CODE]...", nargs=-1)
@click.option(
    "--all-trusts", "everybody", is_flag=True, help="The letter to every body that the campaign asks."
)
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    help="Write one text file for each body into this folder instead of printing.",
)
@pass_session
def preview(session: Session, codes: tuple[str, ...], out: Path | None, *, everybody: bool) -> None:
    """Show the letters to the bodies with these CODEs before anything is sent. Nothing is recorded."""
    from foimail.workflows import preview as workflow

    if bool(codes) == everybody:
        raise click.UsageError("Name the bodies by their codes, or give --all-trusts.")
    shown = workflow.preview(session.workspace, codes)
    if out:
        say(f"{workflow.save(out, shown.letters)} letters written into {out}")
    else:
        click.echo(_BETWEEN.join(workflow.with_heading(*letter) for letter in shown.letters), nl=False)
    if shown.samples:
        say(f"The reference {workflow.SAMPLE_TOKEN} is a sample; each body gets its own on sending.")
    if shown.problems:
        raise InputError("not every letter can be sent as it is", shown.problems)


@click.command()
@click.argument("code")
@click.option("--pdf", "as_pdf", is_flag=True, help="As a PDF to print, instead of text.")
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), help="Write the letter into this file."
)
@pass_session
def letter(session: Session, code: str, out: Path | None, *, as_pdf: bool) -> None:
    """Print the letter to the body with this CODE, for its web form or the post.

    Its reference is kept for the body from now on. When the letter has gone, say so with `foimail sent`.
    """
    from foimail.output import pdf
    from foimail.workflows import preview as workflow

    if as_pdf:
        pdf.require()
    body, made = workflow.paper_letter(session.workspace, code)
    if as_pdf:
        out = out or Path(f"{workflow.file_name(body)}.pdf")
        printed = pdf.letter_pdf(made.subject, made.text, session.workspace.today)
        out.write_bytes(printed.content)
        if printed.replaced:
            say(f"The font has no {' '.join(printed.replaced)}: the nearest letter is printed instead.")
    elif out:
        out.write_text(workflow.with_heading(body, made), encoding="utf-8")
    else:
        click.echo(workflow.with_heading(body, made), nl=False)
    if out:
        say(f"The letter to {body.name} is in {out}.")
    say(f"When it has gone: foimail sent {body.id} --by form --on {session.workspace.today} (or --by post).")
