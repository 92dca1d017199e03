"""`foimail pack`: the evidence of one case for its regulator."""

from __future__ import annotations

from pathlib import Path

import click

from foimail.cli.session import Session, pass_session, say


@click.command("pack")
@click.argument("case")
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="The ZIP file to write (else TOKEN_DATE.zip in this folder).",
)
@click.option("--notes", is_flag=True, help="Put your own notes on the case in, too.")
@click.option("--force", is_flag=True, help="Replace a file of that name.")
@pass_session
def pack(session: Session, case: str, output: Path | None, *, notes: bool, force: bool) -> None:
    """Write the evidence of one CASE (its token, or its body's code) for the regulator as a ZIP file.

    In it: the e-mails as they were sent and received, a chronology with the count of each last day, what was asked against what
    was answered, the breaches found and, once there is something to complain of, the complaint as cover letter.
    """
    from foimail.output.pack import save
    from foimail.workflows import pack as workflow
    from foimail.workflows.purge import note_copy

    made = workflow.pack(session.workspace, case, notes=notes)
    path = output or Path(made.name)
    save(path, made.content, overwrite=force)
    note_copy(session.workspace, "pack", path)
    say(f"{made.mails} e-mails and the tables are in {path}; only you can read it.")
    for remark in made.remarks:
        say(f"- {remark}")
