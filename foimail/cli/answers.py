"""`foimail answers`: what the letters answer, part by part, and your word on it."""

from __future__ import annotations

import click

from foimail.cli.odd import check
from foimail.cli.printing import FORM
from foimail.cli.session import Session, pass_session, say
from foimail.model import OUTCOMES


class _Answers(click.Group):
    """A group whose first argument may be a case: `foimail answers RD8` is `foimail answers list RD8`."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Take what is no command of the group for the arguments of `list`."""
        named = bool(args) and args[0] in {*self.commands, *ctx.help_option_names}
        return super().parse_args(ctx, args if named else ["list", *args])


@click.group("answers", cls=_Answers)
def answers() -> None:
    """What the letters answer: which parts are confirmed, proposed by rules, or missing, and your word on them."""


answers.add_command(check)


@answers.command("list")
@click.argument("case", default="")
@FORM
@pass_session
def list_(session: Session, case: str, form: str) -> None:
    """Print what each body answers on each part (`?`: look before you rely on it), or one CASE with the words it rests on."""
    from foimail.cli.printing import print_rows
    from foimail.workflows import answers as workflow

    ws = session.workspace
    if case and form == "table":
        from foimail.cli.answering import told
        from foimail.output.tables import plain
        from foimail.workflows import standing

        one, parts = workflow.of_case(ws, case)
        click.echo(f"{one.token}  {plain(standing.body_of(ws, one).name)}")
        for part in parts:
            for line in told(part):
                click.echo(line)
        return
    rows = workflow.rows(ws, case)
    if form == "table":
        lines = workflow.by_body(rows)
        print_rows(lines, ("case", "name", *(part.key for part in ws.campaign.parts)), form)
        silent = len({(row["body"], row["case"]) for row in rows}) - len(lines)
        say(f"{len(lines)} bodies with an answer; nothing has been read of {silent} others.")
    else:
        print_rows(rows, workflow.COLUMNS, form)
    counts = {
        state: sum(row["state"] == state for row in rows) for state in ("confirmed", "proposed", "missing")
    }
    asks = sum(bool(row["asks"]) for row in rows)
    say(
        f"Parts: {counts['confirmed']} confirmed, {counts['proposed']} proposed, {counts['missing']} missing; {asks} ask for you."
    )


@answers.command("review")
@click.argument("case", default="")
@pass_session
def review(session: Session, case: str) -> None:
    """Go through what the rules read in the letters, those in doubt first: each quote beside its value.

    One key accepts a letter; others change, strike out or open. Stop when you like: it goes on where you stopped.
    """
    from foimail.cli.review import at_terminal

    if not at_terminal():
        raise click.UsageError(
            "this asks for keys, and standard input is no terminal: use `foimail answers list` and `foimail answers set`"
        )
    from foimail.cli.answering import sit

    sit(session.workspace, case)


@answers.command("set")
@click.argument("case")
@click.argument("part")
@click.option(
    "--message", type=int, help="The message that says so; without more, what was read in it is confirmed."
)
@click.option("--outcome", type=click.Choice(OUTCOMES), help="What it comes to.")
@click.option(
    "--value", "values", metavar="PERIOD=VALUE", multiple=True,
    help="A figure, as 2019=4, 2020/21=<5, 2022=withheld, total=17 or under 16=3; may be repeated.",
)  # fmt: skip
@click.option(
    "--section", "sections", metavar="SECTION", multiple=True, help="What a refusal relies on, as s.40(2)."
)
@click.option(
    "--quote", default="", help="The words it rests on, as they stand in the message or an attachment."
)
@click.option("--source", default="", help="How it came, where no message brought it.")
@click.option("--add", is_flag=True, help="It is added to what is there, and does not take its place.")
@click.option("--none", "none", is_flag=True, help="The message is no answer to this part.")
@pass_session
def set_(
    session: Session,
    case: str,
    part: str,
    message: int | None,
    outcome: str | None,
    values: tuple[str, ...],
    sections: tuple[str, ...],
    quote: str,
    source: str,
    *,
    add: bool,
    none: bool,
) -> None:
    """Say what CASE answers on PART (its number or key). Your word stands; no rule changes it, and the history is kept."""
    from foimail.dataset import typed
    from foimail.workflows import answers as workflow

    if none and (outcome or values or sections or quote or add):
        raise click.UsageError(
            "--none says that there is no answer: it stands alone, with --message or --source"
        )
    token, answer = workflow.put(
        session.workspace, case, part, message=message, outcome=outcome or "", values=values, quote=quote,
        sections=sections, source=source, add=add, none=none,
    )  # fmt: skip
    shown = " ".join(typed.written(one) for one in answer.figures) if answer else ""
    said = answer.outcome.replace("_", " ") if answer else "no answer to it"
    click.echo(f"{token}, part {part}: {said}{f'; {shown}' if shown else ''}")
