"""What is odd about the answers, of all bodies or of one; and the letter that asks a body about its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from foimail.dataset.copies import Source, copies
from foimail.dataset.plausible import oddities
from foimail.errors import InputError
from foimail.store import inbox
from foimail.workflows import dataset, reply, review, standing
from foimail.workflows.judge import Judge

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from foimail.dataset.answers import Given, PartAnswer
    from foimail.dataset.oddities import Oddity
    from foimail.model import Body, Case
    from foimail.workspace import Workspace

COLUMNS = ("case", "body", "name", "part", "sort", "problem", "question", "message", "confirmed")


@dataclass(frozen=True, slots=True)
class Odd:
    """An oddity in the answer of a case."""

    case: Case
    body: Body
    part: PartAnswer
    oddity: Oddity


def found(ws: Workspace, name: str = "", *, everything: bool = False) -> list[Odd]:
    """What is odd in the answers of all bodies or of one case, in the order of the registry.

    `everything` is also what rests on values that a person has confirmed and so has looked at.

    Raises:
        InputError: There is no such case.
    """
    wanted = standing.one(ws, name)[0].token if name else ""
    asked = [(one.standing.case, one) for one in dataset.everybody(ws) if one.standing.case]
    sources = [Source(case.token, one.standing.body.name, one.parts) for case, one in asked]
    with Judge(ws) as judge:
        texts = _texts(ws, judge, (part for source in sources for part in source.parts))
        with ws.store.read() as connection:
            ours = {text for source in sources for text in judge.sent(connection, source.body)}
    copied = list(copies(sources, texts, ours))
    return [
        Odd(case, one.standing.body, part, oddity)
        for (case, one), source in zip(asked, sources, strict=True)
        if wanted in {"", case.token}
        for part in one.parts
        for oddity in (
            *oddities(part, texts),
            *(copy for whose, copy in copied if whose is source and copy.part == part.number),
        )
        if everything or not oddity.seen
    ]


def rows(odd: Iterable[Odd]) -> list[dict[str, object]]:
    """A row for each, as it is printed."""
    return [
        {
            "case": one.case.token,
            "body": one.body.id,
            "name": one.body.name,
            "part": one.part.part.key,
            "sort": one.oddity.sort,
            "problem": one.oddity.message,
            "question": one.oddity.question or None,
            "message": next((g.letter.number for g in one.oddity.rests_on if g.letter.number), None),
            "confirmed": one.oddity.seen,
        }
        for one in odd
    ]


def draft(ws: Workspace, name: str, odd: Sequence[Odd]) -> int:
    """A letter that asks the body of a case about what is odd, as a draft; its number comes back.

    Raises:
        InputError: There is nothing to ask, or the letter cannot be written (`reply.reply` says why).
    """
    to_ask = [one for one in odd if one.oddity.question]
    if not to_ask:
        case, _ = standing.one(ws, name)
        raise InputError(
            f"{case.token}: nothing in its answers asks for a letter",
            hint=f"write one in your own words: foimail reply {case.token} --kind query --text FILE",
        )
    text = "\n\n".join(f"On question {one.part.number}: {one.oddity.question}" for one in to_ask)
    quotes = dict.fromkeys(quote for one in to_ask for quote in one.oddity.quotes)
    return reply.reply(ws, name, "query", text, figures=tuple(quotes))


def _texts(ws: Workspace, judge: Judge, parts: Iterable[PartAnswer]) -> dict[tuple[str, str], str]:
    """The texts of the files in which the answers stand; of a message that cannot be opened, none."""
    files: dict[str, set[str]] = {}
    for given in (given for part in parts for given in part.standing if given.letter.number):
        files.setdefault(given.letter.sha256, set()).update(_files(given))
    found = {}
    for sha256, names in files.items():
        with ws.store.read() as connection:
            raw = inbox.raw(connection, sha256)
        if (message := review.opened(raw)) is None:
            continue
        found[sha256, ""] = message.text
        for enclosure in judge.enclosures(message) if names - {""} else ():
            found[sha256, enclosure.name] = enclosure.text
    return found


def _files(given: Given) -> Iterator[str]:
    for where in (given.answer.where, *(figure.where for figure in given.answer.figures)):
        if "file" in where:
            yield str(where["file"])
