"""`foimail answers check`: what is odd about the answers, and a letter that asks."""

from __future__ import annotations

import click

from foimail.cli.printing import FORM
from foimail.cli.session import Session, pass_session, say


@click.command("check")
@click.argument("case", default="")
@click.option(
    "--draft",
    is_flag=True,
    help="Draft the letter that asks the body of CASE about what is odd in its answers.",
)
@click.option("--all", "everything", is_flag=True, help="Also what rests on values that you have confirmed.")
@FORM
@pass_session
def check(session: Session, case: str, form: str, *, draft: bool, everything: bool) -> None:
    """Print what is odd about the answers of all bodies, or of one CASE: sums, years, slips, shares, copies.

    Nothing is changed by it, and nothing is sent.
    """
    from foimail.workflows import plausible as workflow

    if draft and not case:
        raise click.UsageError("--draft writes to one body: say which CASE")
    ws = session.workspace
    found = workflow.found(ws, case, everything=everything)
    if draft:
        from foimail.workflows import drafts

        number = workflow.draft(ws, case, found)
        one = drafts.draft(ws, number)
        click.echo(f"draft {number}: {one.letter} to {one.recipient or '(no address)'} for {one.token}")
        say(f"Read it: `foimail drafts show {number}`; then `foimail drafts approve {number}`.")
    elif form == "table":
        from foimail.output.tables import plain

        for n, row in enumerate(workflow.rows(found)):
            click.echo(f"{'' if n == 0 else chr(10)}{row['case']}  {row['part']}  {plain(str(row['name']))}")
            click.echo(f"  {row['sort']}: {plain(str(row['problem']))}")
            if row["question"]:
                click.echo(f"  to ask: {plain(str(row['question']))}")
        if not found:
            say("Nothing is odd." if everything else "Nothing is odd in what you have not confirmed.")
        elif any(one.oddity.question for one in found):
            say(
                "`foimail answers check CASE --draft` writes the letter that asks; nothing goes without your yes."
            )
    else:
        from foimail.cli.printing import print_rows

        print_rows(workflow.rows(found), workflow.COLUMNS, form)
