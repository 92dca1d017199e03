"""`foimail demo`: the main job, from the registry to the report, in a folder of its own."""

from __future__ import annotations

import shlex
import shutil
import sys
from pathlib import Path

import click

from foimail.cli.session import say
from foimail.errors import WorkspaceError

# said before every command, so that no FOIMAIL_ variable of the user's own can lead the demo to a real server
_SAFE = tuple(
    word
    for setting in (
        "mail.outgoing=maildir:outbox",
        "mail.incoming=maildir:inbox",
        "store.url=sqlite:///foimail.db",
    )
    for word in ("--set", setting)
)


@click.command("demo")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path), default=Path("demo"))
def demo(folder: Path) -> None:
    """Run a whole campaign in FOLDER on invented replies: letters go into a Maildir, nothing leaves this machine."""
    from foimail.files.tables import table
    from foimail.workflows import demo as workflow
    from foimail.workspace import open_workspace

    if (folder / "foimail.toml").exists():
        raise WorkspaceError(f"{folder} holds a workspace already", "name another folder, or remove it")
    days = table("demo")
    _run("init", str(folder), "--name", "Rowan Ashdown", "--email", "foi@northlight-research.example")
    at = ("--workspace", str(folder), "--today")
    _run(*at, str(days["sent_on"]), "send", *workflow.pilot(), "--yes")
    _run(*at, str(days["rest_sent_on"]), "send", "--all-trusts", "--yes")
    count = workflow.answer(open_workspace(folder.resolve(), days["rest_sent_on"], {}))
    say(f"\n({count} invented replies have come into {folder / 'inbox'})")
    _run(*at, str(days["report_on"]), "poll")
    _run(*at, str(days["report_on"]), "inbox", "list")
    _run(*at, str(days["report_on"]), "report", "--first", "18")
    _run(*at, str(days["report_on"]), "report", "--format", "html", "-o", str(folder / "report.html"))
    _run(*at, str(days["report_on"]), "answers")
    wide = ("--shape", "wide", "--format", "xlsx", "-o", str(folder / "answers.xlsx"))
    _run(*at, str(days["report_on"]), "export", "answers", *wide)
    _run(*at, str(days["report_on"]), "summary")
    _run(*at, str(days["report_on"]), "summary", "--format", "html", "-o", str(folder / "summary.html"))
    today = days["report_on"]
    # after `make demo` the program is not on the PATH: what is printed must work when it is typed
    program = "foimail" if shutil.which("foimail") else shlex.quote(sys.argv[0])
    say(f"\nThe workspace stays in {folder}. Look next at")
    for line in (
        "report                    every body: due, late, answered, next step",
        "show RD8                  one case: what happened, and how each date was counted",
        "inbox show 5              one message, and why it was filed where it is",
        "review --list             what waits for you to decide, and why",
        "answers RD8               what one body answers, each figure with the words it rests on",
        "answers review            confirm the answers by one key a letter",
        "escalate --due            a draft for each body that is late; nothing is sent",
        "drafts show 1             one of them, to edit, approve or drop",
        "pack nhs-highland         the evidence for a regulator, in one file",
        "methods                   the appendix on methods for your story or paper",
    ):
        say(f"  {program} --workspace {shlex.quote(str(folder))} --today {today} {line}")
    say("or at all of it in your browser, to read and to decide:")
    say(f"  {program} --workspace {shlex.quote(str(folder))} --today {today} web")


def _run(*arguments: str) -> None:
    """The command line that a user would type, shown and carried out in this process."""
    from foimail.cli.main import foimail
    from foimail.errors import DONE_WITH_PROBLEMS

    say(click.style(f"\n$ foimail {shlex.join(arguments)}", bold=True))
    try:
        foimail.main([*_SAFE, *arguments], prog_name="foimail", standalone_mode=False)
    except SystemExit as end:
        # `poll` ends by exit code; 3 means done, with problems that were printed
        if end.code not in (0, None, DONE_WITH_PROBLEMS):
            raise
