"""`foimail reply` and `foimail clarifications`: letters in your own words."""

from __future__ import annotations

import sys
from typing import TextIO

import click

from foimail.cli.session import Session, pass_session, say, show_problems
from foimail.errors import DONE_WITH_PROBLEMS

_text = click.option(
    "--text",
    type=click.File("r", encoding="utf-8"),
    metavar="FILE|-",
    help="Your own words: a text file, or - for standard input.",
)


@click.command("reply")
@click.argument("case")
@_text
@click.option(
    "--kind",
    type=click.Choice(["reply", "clarification", "identity", "narrowing", "query", "thanks", "withdrawal"]),
    help="What kind of letter (else what the case waits for).",
)
@click.option(
    "--keep", metavar="PARTS", help="Of a narrower request: the parts to keep, as 1,2 or by their keys."
)
@pass_session
def reply(session: Session, case: str, text: TextIO | None, kind: str | None, keep: str | None) -> None:
    """Draft a letter to the body of CASE: an answer to its question, a narrower request, thanks, or what you like."""
    from foimail.workflows import drafts
    from foimail.workflows import reply as workflow

    ws = session.workspace
    kept = [word.strip() for word in (keep or "").split(",") if word.strip()]
    number = workflow.reply(ws, case, kind or "", text.read() if text else "", kept)
    one = drafts.draft(ws, number)
    click.echo(f"draft {number}: {one.letter} to {one.recipient or '(no address)'} for {one.token}")
    say(f"Read it: `foimail drafts show {number}`; then `foimail drafts approve {number}`.")


@click.group("clarifications", invoke_without_command=True)
@click.pass_context
def clarifications(ctx: click.Context) -> None:
    """Questions that wait for your answer, like ones together; one answer may serve a whole group."""
    if ctx.invoked_subcommand is None:
        ctx.invoke(list_)


@clarifications.command("list")
@pass_session
def list_(session: Session) -> None:
    """List the groups of questions, with the cases in each."""
    from foimail.output.tables import plain
    from foimail.workflows import clarifications as workflow

    found = workflow.waiting(session.workspace)
    for group in found.groups:
        count = len(group.questions)
        click.echo(f"{group.name}  ({count} {'case' if count == 1 else 'cases'})  {plain(group.title)}")
        for question in group.questions:
            click.echo(f"  {question.token}  {plain(found.bodies[question.token])}: {plain(question.words)}")
    if not found.groups:
        say("No question waits for your answer.")


@clarifications.command("answer")
@click.argument("group")
@click.option(
    "--text",
    type=click.File("r", encoding="utf-8"),
    required=True,
    metavar="FILE|-",
    help="Your answer: a text file, or - for standard input.",
)
@click.option("--yes", is_flag=True, help="Approve all these letters without being asked.")
@pass_session
def answer(session: Session, group: str, text: TextIO, *, yes: bool) -> None:
    """Answer every question of a GROUP with one text: a draft for each case, approved together by one yes."""
    from foimail.cli.drafts import approve_all
    from foimail.workflows import clarifications as workflow

    ws = session.workspace
    numbers, problems = workflow.answer(ws, group, text.read())
    for number in numbers:
        click.echo(f"draft {number}")
    wrong = show_problems(problems)
    if yes or sys.stdin.isatty():
        approve_all(ws, numbers, yes=yes)
    elif numbers:
        say(f"Read them, then: foimail drafts approve {' '.join(map(str, numbers))}")
    if wrong:
        sys.exit(DONE_WITH_PROBLEMS)
