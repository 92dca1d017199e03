"""`foimail preview` and `foimail letter`: letters before they are sent, or for a web form and the post."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from foimail.cli.printing import WITH_FORM
from foimail.cli.session import Session, pass_session, say
from foimail.errors import InputError

if TYPE_CHECKING:
    from foimail.workspace import Workspace

_BETWEEN = "\n" + "-" * 72 + "\n\n"


@click.command()
@click.argument("codes", metavar="[CODE]...", nargs=-1)
@click.option(
    "--all-trusts", "everybody", is_flag=True, help="The letter to every body that the campaign asks."
)
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    help="Write one text file for each body, and its form, into this folder instead of printing.",
)
@WITH_FORM
@pass_session
def preview(
    session: Session, codes: tuple[str, ...], out: Path | None, *, everybody: bool, with_form: bool | None
) -> None:
    """Show the letters to the bodies with these CODEs before anything is sent. Nothing is recorded."""
    from foimail.workflows import preview as workflow

    if bool(codes) == everybody:
        raise click.UsageError("Name the bodies by their codes, or give --all-trusts.")
    ws = session.workspace
    shown = workflow.preview(ws, codes, with_form=_with_form(ws, given=with_form))
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
@WITH_FORM
@pass_session
def letter(session: Session, code: str, out: Path | None, *, as_pdf: bool, with_form: bool | None) -> None:
    """Print the letter to the body with this CODE, for its web form or the post.

    Its reference is kept for the body from now on. When the letter has gone, say so with `foimail sent`. With
    `--with-form`, the form of answers is written beside it, for you to attach.
    """
    from foimail.output import pdf
    from foimail.workflows import preview as workflow

    if as_pdf:
        pdf.require()
    ws = session.workspace
    body, made = workflow.paper_letter(ws, code, with_form=_with_form(ws, given=with_form))
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
    if made.attached:
        beside = (out.parent if out else Path()) / made.attached.name
        beside.write_bytes(made.attached.content)
        say(f"The form to attach is in {beside}.")
    say(f"When it has gone: foimail sent {body.id} --by form --on {session.workspace.today} (or --by post).")


@click.command("form")
@click.argument("code")
@click.option(
    "-o",
    "--output",
    "out",
    type=click.Path(dir_okay=False, path_type=Path),
    help="The file to write; without it, one named by the reference, in the folder you are in.",
)
@pass_session
def form(session: Session, code: str, out: Path | None) -> None:
    """Write the form of answers (XLSX) for the body with this CODE, to go with a letter by web form or post.

    Its reference is kept for the body from now on. `foimail send --with-form` attaches such a form by itself.
    """
    from foimail.workflows import form as workflow
    from foimail.workflows.registry import pick

    ws = session.workspace
    body = pick(ws.bodies, code)
    made = workflow.by_hand(ws, body)
    out = out or Path(made.name)
    out.write_bytes(made.content)
    say(f"The form for {body.name} is in {out}.")


def _with_form(ws: Workspace, *, given: bool | None) -> bool:
    return bool(ws.settings["campaign.form"] if given is None else given)
