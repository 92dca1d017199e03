"""`foimail archive` and `foimail restore`: a campaign for the years to come, and back."""

from __future__ import annotations

import os
from pathlib import Path

import click

from foimail.cli.session import Session, pass_session, say, show_problems

_FOLDER = click.Path(file_okay=False, path_type=Path)


@click.command("archive")
@click.argument("folder", metavar="DIR", type=_FOLDER)
@pass_session
def archive(session: Session, folder: Path) -> None:
    """Write everything into DIR, an empty folder: to keep, to read without foimail, to restore from.

    In it: a page of all bodies and one for each, every letter sent and received byte for byte and as text, the attachments under
    safe names, your own files without passwords, all that the store knows, and the hashes of all files.
    """
    from foimail.workflows import archive as workflow

    made = workflow.archive(session.workspace, folder)
    say(
        f"{made.bodies} bodies, {made.cases} cases and {made.letters} letters and messages are in {folder} "
        f"({made.size / 1_000_000:.1f} MB). Begin with {folder / 'index.html'}."
    )
    if made.apart:
        say(f"- {made.apart} in quarantine left out, and every word of them (`foimail quarantine`).")
    for name in made.left_out:
        say(f"- {name} is left out: not every system could take a file of that name.")
    say(
        "It holds personal data, of people who wrote to you and perhaps of children: keep it on an encrypted disk."
    )
    say("Keep this number elsewhere; it shows that nothing was changed since. SHA-256 of SHA256SUMS.txt:")
    click.echo(made.sha256)


@click.command("restore")
@click.argument("folder", metavar="DIR", type=_FOLDER)
@click.option("--into", type=_FOLDER, metavar="FOLDER", help="Make a new workspace in this folder.")
@pass_session
def restore(session: Session, folder: Path, into: Path | None) -> None:
    """Rebuild the store from the archive in DIR, once every file in it has been checked.

    It goes into the workspace in hand, whose store must be empty and whose files stay as they are, or into a new workspace, which
    then has the archive's list of bodies, templates and settings. Passwords were never in the archive: set them anew.
    """
    from foimail.workflows import restore as workflow

    found = workflow.look(folder)
    if into is None:
        done = workflow.into_store(session.workspace, found)
    else:
        done = workflow.into_folder(into, found, session.today, os.environ, session.options)
    say(f"{len(found.sums)} files are as they were; {done.rows} rows are back, as of {found.made_on}.")
    show_problems(found.beside)
    for name in done.unlike:
        say(
            f"- {name} is not as the archive has it; it was left as it is (compare {folder / 'workspace' / name})."
        )
    if into is not None:
        say(f"The workspace stands in {into}, without passwords; `foimail doctor` says what is missing.")
    if done.waiting:
        letters = "letter was" if done.waiting == 1 else "letters were"
        say(f"{done.waiting} {letters} on the way then: see in your mailbox whether they have gone since.")
    say(
        f"What was sent after {found.made_on} is not known here, and `send` would send it again: take it over first with "
        "`foimail import --sent FOLDER`."
    )
