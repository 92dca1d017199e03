"""`foimail search`: words, wherever they stand in the mail."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from foimail.cli.printing import FORM
from foimail.cli.session import Session, pass_session, say

if TYPE_CHECKING:
    from collections.abc import Callable


@click.command("search")
@click.argument("words", nargs=-1, required=True)
@click.option(
    "--limit",
    type=click.IntRange(1),
    default=20,
    show_default=True,
    metavar="N",
    help="At most N places, those in the newest mail.",
)
@click.option("--own", is_flag=True, help="Your own letters in the mailbox, too.")
@FORM
@pass_session
def search(session: Session, words: tuple[str, ...], limit: int, form: str, *, own: bool) -> None:
    """Find mail and attachments in which all the WORDS stand, the newest first.

    Other endings of an English word are found too: referral finds "referrals". Several words in quotes are looked for one
    after the other, as in "child protection"; refer* finds every word that begins so.
    """
    from foimail.cli.printing import print_rows
    from foimail.output.marks import guillemets
    from foimail.workflows import search as workflow

    ws = session.workspace
    rows, more = workflow.found(ws, words, limit, _reading, own=own)
    if form == "table":
        for row in rows:
            _show(row)
        if not rows:
            say("Nothing was found.")
    else:
        print_rows(
            [row | {"words": _marked(str(row["words"]), guillemets)} for row in rows], workflow.COLUMNS, form
        )
    if more:
        say(f"There are more than {limit} places: --limit shows more, a further word fewer.")


def _reading(count: int) -> None:
    say(f"Reading {count} stored messages for the index, once ...")


def _show(row: dict[str, object]) -> None:
    from foimail.cli.screen import mark
    from foimail.output.tables import plain

    where = [row["case"] or "no case", row["body"] or row["from"], row["on"], row["file"]]
    click.echo(f"{row['message']}  " + "  ".join(plain(str(one)) for one in where if one))
    click.echo(f"    {_marked(str(row['words']), mark())}")


def _marked(words: str, mark: Callable[[str], str]) -> str:
    """The words on one harmless line, those that were found marked."""
    from foimail.output.tables import plain
    from foimail.store.texts import CLOSING, OPENING

    before, *found = words.split(OPENING)
    pieces = [_spaced(before)]
    for one in found:
        inside, _, after = one.partition(CLOSING)
        pieces += [mark(plain(inside)), _spaced(after)]
    return "".join(pieces).strip()


def _spaced(words: str) -> str:
    from foimail.output.tables import plain

    return plain(f"|{words}|")[1:-1]  # the blanks at either end stay
