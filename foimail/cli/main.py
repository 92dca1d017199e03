"""`foimail`: the options before the command, the list of commands, and the one place that prints errors."""

from __future__ import annotations

import os
import sys
from datetime import date
from importlib import import_module
from pathlib import Path

import click

from foimail import __version__
from foimail.cli.session import Session, colour, say, show_problems
from foimail.errors import FoimailError, InputError

# command -> (module in foimail.cli, one line of help). Modules are loaded when their command runs: `foimail --help` pays for none.
COMMANDS: dict[str, tuple[str, str]] = {
    "init": ("init", "Make a workspace: settings, the list of trusts, the letters."),
    "doctor": ("doctor", "Check settings, registry, letters, store, holidays and both mail servers."),
    "login": ("login", "Sign in to the mailbox without a password (Microsoft 365, Gmail)."),
    "trusts": ("trusts", "The list of bodies: check, list, show, stats, import."),
    "campaign": ("campaign", "Campaigns: list, check, new."),
    "preview": ("preview", "Show the letters before anything is sent."),
    "send": ("send", "Send the request to every body that has not had it."),
    "outbox": ("outbox", "Letters on their way: list, show, settle, retry."),
    "letter": ("preview", "The letter to one body, for a web form or the post."),
    "form": ("preview", "The form of answers for one body, as a spreadsheet."),
    "sent": ("send", "Record a request sent by form, post or telephone."),
    "poll": ("poll", "Fetch new mail and file each reply under its request."),
    "import": ("poll", "Read mail from files, or adopt requests sent earlier by hand."),
    "inbox": ("inbox", "Mail that came: list, show, assign."),
    "search": ("search", "Find words in mail and what is attached to it."),
    "review": ("review", "What waits for you, one message at a time: accept, correct, pass over."),
    "reclassify": ("reclassify", "Run today's rules over stored mail; show what would change."),
    "answers": ("answers", "What the letters answer, part by part: list, review, set, check."),
    "stats": ("stats", "How well the rules did against your own decisions."),
    "report": ("report", "Where every body stands: due, late, answered, next step."),
    "show": ("report", "The time line of one case, each date with its working."),
    "remind": ("remind", "An e-mail to you when something is due, late, new or waiting."),
    "escalate": ("escalate", "Draft the letters that are due: chaser, review, complaint."),
    "reply": ("reply", "Draft a letter in your own words: an answer, less, thanks."),
    "clarifications": ("reply", "Questions that wait: seen together, answered together."),
    "drafts": ("drafts", "Letters that wait for your yes: show, edit, approve, drop."),
    "received": ("correct", "File what came by post, by telephone or from a link."),
    "told": ("correct", "Record what a letter says, where foimail has not read it."),
    "correct": ("correct", "Put right the kind, case or day of a message."),
    "paid": ("keep", "Record that a fee was paid."),
    "note": ("keep", "Keep a note with a case."),
    "snooze": ("keep", "Hear no more of a case before a day."),
    "close": ("keep", "Have done with a case."),
    "reopen": ("keep", "Take a closed case up again."),
    "due": ("due", "Due dates for days of receipt, without a workspace."),
    "holidays": ("holidays", "The days that do not count: list, check, diff."),
    "export": ("export", "The data: JSON Lines, CSV, Excel, Parquet, SQLite."),
    "summary": ("summary", "The figures of the whole: who answered what, and what it adds up to."),
    "methods": ("summary", "How they came about: a methods appendix in Markdown."),
    "pack": ("pack", "The evidence of one case for its regulator, as a ZIP file."),
    "archive": ("archive", "Everything as a folder, to keep and to read without foimail."),
    "restore": ("archive", "Rebuild the store from an archive."),
    "backup": ("backup", "A copy of the store, whole even while foimail is at work."),
    "verify": ("backup", "Look whether everything in the store is true."),
    "rebuild": ("backup", "Make again what the store keeps only for speed."),
    "quarantine": ("privacy", "Keep a mail out of everything that leaves: list, put in, let out."),
    "purge": ("privacy", "Destroy a message for good; a tombstone stays."),
    "retention": ("privacy", "What is kept, since when, and what is due to go."),
    "store": ("store", "The database: copy it to another engine."),
    "web": ("web", "The desk: all of it as a page in your browser."),
    "users": ("users", "Who may come to the desk by name: add, password, remove, list."),
    "demo": ("demo", "The main job on invented replies, in a folder of its own."),
}


class Commands(click.Group):
    """A group that imports a command's module only when that command is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """All commands, in the order of the work."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's signature
        """The command, imported now."""
        if cmd_name not in COMMANDS:
            return None
        module = import_module(f"foimail.cli.{COMMANDS[cmd_name][0]}")
        command = getattr(module, cmd_name, None) or getattr(module, f"{cmd_name}_")
        if not isinstance(command, click.Command):
            raise TypeError(cmd_name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - click's signature
        """The list in `foimail --help`, from the table above."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in COMMANDS.items()])


def _a_day(ctx: click.Context, param: click.Parameter, value: str | None) -> date | None:  # noqa: ARG001 - click's signature
    if value is None:
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise click.BadParameter(f"{value!r} is not a date; write it as 2026-11-22") from None


def _settings(ctx: click.Context, param: click.Parameter, value: tuple[str, ...]) -> dict[str, str]:  # noqa: ARG001 - click's
    pairs = [item.partition("=") for item in value]
    if bad := [item for item, (_, equals, _) in zip(value, pairs, strict=True) if not equals]:
        raise click.BadParameter(f"{bad[0]!r} is not SECTION.KEY=VALUE")
    return {key.strip(): text for key, _, text in pairs}


@click.group(cls=Commands, context_settings={"max_content_width": 100})
@click.option(
    "--workspace",
    type=click.Path(file_okay=False, path_type=Path),
    help="The workspace's folder (else the nearest upward).",
)
@click.option("--today", callback=_a_day, metavar="YYYY-MM-DD", help="Compute as if it were this day.")
@click.option("--campaign", help="The campaign, a folder in templates/ (else the one in the settings).")
@click.option(
    "--set",
    "options",
    multiple=True,
    callback=_settings,
    metavar="SECTION.KEY=VALUE",
    help="A setting for this once.",
)
@click.version_option(__version__, prog_name="foimail")
@click.pass_context
def foimail(
    ctx: click.Context,
    workspace: Path | None,
    today: date | None,
    campaign: str | None,
    options: dict[str, str],
) -> None:
    """One Freedom of Information request to hundreds of public bodies, and comparable answers back.

    Start with `foimail init FOLDER`, then `foimail preview` and `foimail send --all-trusts`.
    """
    ctx.obj = Session(workspace, today, campaign, options)
    ctx.call_on_close(ctx.obj.forget_workspace)


def run(arguments: list[str] | None = None) -> None:
    """Run one command and leave with its exit code. No fault reaches the user as a traceback."""
    try:
        code = foimail.main(arguments, prog_name="foimail", standalone_mode=False, color=colour())
    except FoimailError as error:
        if isinstance(error, InputError):
            show_problems(error.problems)
        _complain(str(error))
        sys.exit(error.exit_code)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        _complain("stopped; what was begun goes on with the next run")
        sys.exit(130)
    except BrokenPipeError:
        # the reader of our output has gone (`| head`); Python would complain once more on closing
        sys.stderr.close()
        sys.exit(141)
    except OSError as error:
        _complain(f"{error.filename or 'the system'}: {error.strerror or error}")
        sys.exit(1)
    except Exception as error:
        if os.environ.get("FOIMAIL_DEBUG"):
            raise
        _complain(f"a fault in foimail itself ({type(error).__name__}: {error}); nothing recorded is lost")
        say(
            "Please report it, with what you did and what this prints: FOIMAIL_DEBUG=1 before the same command."
        )
        sys.exit(1)
    sys.exit(code if isinstance(code, int) else 0)


def _complain(sentence: str) -> None:
    say(click.style(f"foimail: {sentence}", fg="red"))
