"""`foimail answers review` in the terminal: one letter at a time, each value beside the words it rests on, and the keys."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import click

from foimail import places
from foimail.cli import screen, sitting
from foimail.cli.keys import ask, decided_by
from foimail.cli.session import say
from foimail.dataset import typed
from foimail.model import OUTCOMES
from foimail.output.marks import marked
from foimail.output.tables import plain
from foimail.replies.reading import SURE, Passage
from foimail.workflows import answers, review

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from foimail.dataset.answers import Given, PartAnswer
    from foimail.replies.reading import Answer, Figure
    from foimail.workflows.answers import Item
    from foimail.workspace import Workspace

KEYS = "Enter accept the letter · 1-9 change a part · t the text · o open it · s pass over · h help · q quit"
_HELP = """\
Enter, a   all parts are as shown: your word, which no rule changes; the letter's case and kind are confirmed with them
1 to 9     one part: e other values, o another outcome, x it is no answer to that part, u as it was
t          the text of the letter, and of what is attached and answers, with the words that the answers rest on marked
o          the original, or the attachment that the answers stand in, in the program it is for
s          pass it over for now
q          stop; the next `foimail answers review` goes on here
What is changed stands only once you accept the letter."""


@dataclass
class _Desk:
    """A letter on the screen: what is proposed for each part, and what the person has made of it (None: no answer)."""

    ws: Workspace
    item: Item
    left: int
    folder: Path
    said: dict[str, Answer | None] = field(default_factory=dict)

    def answer(self, given: Given) -> Answer | None:
        return self.said.get(given.answer.part, given.answer)


def told(part: PartAnswer) -> Iterator[str]:
    """One part of a case in lines, each harmless to a terminal."""
    outcome = part.outcome.replace("_", " ") or "no answer yet"
    yield f"\n{part.number} {part.part.key}: {outcome} ({part.state}{', asks for you' if part.asks else ''})"
    for value in part.values:
        by = (
            f"confirmed by {value.given.who}"
            if value.given.confirmed
            else f"read, {value.figure.confidence:.0%} sure"
        )
        words = _quoted(value.figure.quote, value.figure.where)
        yield f"    {plain(typed.written(value.figure)):24} {words}; {_from(value.given)}; {plain(by)}"
    for heading, given in (
        ("", part.standing),
        ("earlier: ", part.earlier),
        ("waits for you: ", part.waiting),
    ):
        for one in given:
            said = f"{one.answer.outcome.replace('_', ' ')}, {_from(one)}"
            yield f"    {heading}{said}"
            if one.answer.quote:
                yield f"      {_quoted(one.answer.quote, one.answer.where)}"


def _from(given: Given) -> str:
    if not given.letter.number:
        return plain(given.source)
    return f"message {given.letter.number} of {plain(given.letter.dated)}"


def sit(ws: Workspace, name: str = "") -> None:
    """Go through the letters until there is no more or the person stops."""
    passed: set[tuple[str, str]] = set()
    with TemporaryDirectory(prefix="foimail-") as folder:
        while True:
            waiting = answers.queue(ws, name)
            item = next((one for one in waiting if (one.token, one.letter.sha256) not in passed), None)
            if item is None:
                say(f"{len(passed)} passed over." if passed else "No answer waits for you.")
                return
            outcome = _one(_Desk(ws, item, len(waiting), Path(folder)))
            if outcome == "quit":
                say(f"{len(answers.queue(ws, name))} letters left.")
                return
            if outcome == "skip":
                passed.add((item.token, item.letter.sha256))


def _one(desk: _Desk) -> str:
    _show(desk)
    return decided_by(lambda: _accept(desk), lambda: None, lambda key: _look(desk, key))


def _accept(desk: _Desk) -> None:
    answers.decide(desk.ws, desk.item, {one.answer.part: desk.answer(one) for one in desk.item.given})
    click.echo(f"{desk.item.token}: {len(desk.item.given)} parts confirmed")


def _look(desk: _Desk, key: str) -> None:
    chosen = next((one for one in desk.item.given if one.answer.part == key), None)
    if chosen is not None:
        _change(desk, chosen)
        _show(desk)
    elif key in {"t", "o"}:
        letter = screen.Sitting(
            desk.ws, review.item(desk.ws, desk.item.letter.number), desk.left, desk.folder
        )
        if key == "t":
            click.echo_via_pager(f"{line}\n" for line in _text(desk, letter))
        else:
            _attached(desk, letter)
            sitting.open_original(letter)
        _show(desk)
    else:
        say(_HELP if key in {"h", "?"} else KEYS)


def _text(desk: _Desk, letter: screen.Sitting) -> Iterator[str]:
    """The letter and the attachments that answer, with the words that the answers rest on marked."""
    message = letter.item.message
    texts = {"": message.text} if message else {}
    texts |= {attachment.name: document.text for attachment, document in screen.documents_of(letter)}
    said = [given.answer for given in desk.item.given]
    rests: list[Answer | Figure] = [*said, *(figure for answer in said for figure in answer.figures)]
    for name, text in texts.items():
        here = [
            Passage("", rest.quote, name, rest.where["start"], rest.where["end"])
            for rest in rests
            if rest.where.get("file") == name
        ]
        if here or not name:
            yield f"--- {plain(name) or 'the letter'} ---"
            yield from (line for line, _ in marked(text, review.spans(here, text, name), screen.mark()))


def _attached(desk: _Desk, letter: screen.Sitting) -> None:
    """Turn to the attachment that the first answer stands in."""
    files = [attachment.name for attachment, _ in screen.documents_of(letter)]
    for given in desk.item.given:
        if (name := given.answer.where.get("file")) in files:
            letter.file = files.index(name)
            return


def _change(desk: _Desk, given: Given) -> None:
    part = given.answer.part
    now = desk.answer(given) or given.answer
    say(f"part {part}: e values · o outcome · x no answer · u as it was")
    match click.getchar():
        case "e":
            say("Now: " + (" ".join(typed.written(one) for one in now.figures) or "no values"))
            words = ask("Values to put right or add, as 2019=4 2020=<5; 2019= takes one out")
            desk.said[part] = answers.retyped(now, words)
        case "o":
            say(", ".join(OUTCOMES))
            words = ask("Outcome (its first letters; nothing: as it was)").lower().replace(" ", "_")
            meant = [outcome for outcome in OUTCOMES if words and outcome.startswith(words)]
            if len(meant) == 1:
                desk.said[part] = answers.with_outcome(now, meant[0])
            elif words:
                say(f"{words!r} is {'more than one' if meant else 'no'} outcome.")
        case "x":
            desk.said[part] = None
        case "u":
            desk.said.pop(part, None)


def _show(desk: _Desk) -> None:
    item = desk.item
    unsure = " (not confirmed yet)" if item.letter.asks else ""
    click.echo(click.style(f"--- {item.token} {plain(item.name)} · {desk.left} letters left ---", bold=True))
    click.echo(
        f"message {item.letter.number} of {item.letter.on}: {item.letter.kind.replace('_', ' ')}{unsure}"
    )
    for given in item.given:
        for line in _part(desk, given):
            click.echo(line)
    click.echo(KEYS)


def _part(desk: _Desk, given: Given) -> Iterator[str]:
    part = given.answer.part
    yours = " (as you say)" if part in desk.said else ""
    answer = desk.answer(given)
    key = desk.ws.campaign.parts[int(part) - 1].key
    if answer is None:
        yield f"\n{part} {key}: no answer to it{yours}"
        return
    sure = "" if yours else f" ({answer.confidence:.0%} sure)"
    yield f"\n{part} {key}: {answer.outcome.replace('_', ' ')}{yours}{sure}"
    for one in answer.figures:
        unsure = "  ?" if one.confidence < SURE else ""
        yield f"    {plain(typed.written(one)):24} {_quoted(one.quote, one.where)}{unsure}".rstrip()
    if answer.quote:
        yield f"    {_quoted(answer.quote, answer.where)}"


def _quoted(quote: str, where: Mapping[str, Any]) -> str:
    """Words as they stand in a letter, and where."""
    return f'"{plain(quote)}" {plain(places.words(where))}' if quote else ""
