"""`foimail inbox`: mail that came, and a person's word on it."""

from __future__ import annotations

import sys
from typing import get_args

import click

from foimail.cli.printing import FORM
from foimail.cli.session import Session, pass_session, say
from foimail.model import Kind


@click.group("inbox")
def inbox() -> None:
    """Mail that came: what waits for you, one message in full, and where it belongs."""


@inbox.command("list")
@click.option("--all", "everything", is_flag=True, help="All messages, not only those that wait for you.")
@FORM
@pass_session
def list_(session: Session, form: str, *, everything: bool) -> None:
    """List the messages that wait for you."""
    from foimail.cli.printing import print_rows
    from foimail.workflows import inbox as workflow

    rows = workflow.rows(session.workspace, waiting=not everything)
    print_rows(rows, workflow.COLUMNS, form)
    if form == "table" and not rows:
        say("No mail has come yet." if everything else "Nothing waits for you.")


@inbox.command("show")
@click.argument("number", type=int)
@click.option("--raw", is_flag=True, help="The bytes as they came.")
@click.option(
    "--attachments", "whole", is_flag=True, help="All the text of its attachments, not only the beginning."
)
@click.option("--quarantined", is_flag=True, help="Show it although it is in quarantine.")
@pass_session
def show(session: Session, number: int, *, raw: bool, whole: bool, quarantined: bool) -> None:
    """Show the message with this NUMBER, its attachments, and what spoke for its filing."""
    from foimail.cli.printing import print_document
    from foimail.mail.parse import parse
    from foimail.output.tables import plain
    from foimail.workflows import inbox as workflow
    from foimail.workflows import matching, review

    row, content = workflow.message(session.workspace, number, quarantined=quarantined)
    if raw:
        sys.stdout.buffer.write(content)
        return
    click.echo(f"From: {plain(row.sender)}\nDate: {row.on_date}\nSubject: {plain(row.subject)}")
    click.echo(f"Kind: {row.kind or row.state}{' (to be confirmed)' if row.needs_person else ''}")
    for line in row.evidence:
        click.echo(f"Because: {plain(line)}")
    for part, answer in review.answers(row):
        click.echo(f"{part.capitalize()}: {plain(answer)}")
    if row.reason:
        click.echo(f"Note: {plain(row.reason)}")
    if row.state == "broken":
        say("It could not be opened; --raw prints its bytes.")
        return
    message = parse(content)
    if bears := str(matching.authentication(session.workspace, message)):
        click.echo(f"Authentication: {plain(bears)}")
    for attachment, document in workflow.attachments(message):
        click.echo(
            f"Attachment: {plain(attachment.name)} ({attachment.media_type}, {len(attachment.content)} bytes)"
        )
        print_document(document, whole=whole)
    click.echo("\n" + "\n".join(plain(line) for line in message.text.splitlines()))


@inbox.command("assign")
@click.argument("number", type=int)
@click.argument("cases", metavar="CASE...", nargs=-1)
@click.option("--none", "no_case", is_flag=True, help="It belongs to no case.")
@click.option("--kind", type=click.Choice(get_args(Kind)), help="What it is, where the guess is wrong.")
@pass_session
def assign(session: Session, number: int, cases: tuple[str, ...], kind: str | None, *, no_case: bool) -> None:
    """File the message with this NUMBER under one or more CASEs (their tokens). Your word stands; the history is kept."""
    from foimail.workflows import inbox as workflow

    if bool(cases) == no_case:
        raise click.UsageError("give the tokens of its cases, or --none")
    filed = workflow.assign(session.workspace, number, cases, kind)
    click.echo(f"message {number}: {', '.join(filed) or 'no case'}")
