"""A person's word on what the letters answer: the queue of what rules propose, the decision, and what came otherwise."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

from foimail.dataset import typed
from foimail.dataset.answers import ANSWERS
from foimail.errors import InputError, Problem
from foimail.events import Answered
from foimail.replies.reading import SURE, Answer
from foimail.store import cases
from foimail.workflows import dataset, reply, review, standing
from foimail.workflows import inbox as mail

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from foimail.dataset.answers import Given, Letter, PartAnswer
    from foimail.model import Body, Case
    from foimail.replies.reading import Figure
    from foimail.workspace import Workspace

COLUMNS = ("case", "body", "name", "part", "outcome", "state", "asks", "values", "message")


@dataclass(frozen=True, slots=True)
class Item:
    """A letter of a case with what the rules read in it on each part and nobody has confirmed; `name` is the body's."""

    token: str
    name: str
    letter: Letter
    given: tuple[Given, ...]

    @property
    def asks(self) -> bool:
        """Whether something in it is not sure."""
        return self.letter.asks or any(one.answer.confidence < SURE for one in self.given)


def _standing(ws: Workspace, name: str) -> Iterator[tuple[Body, Case | None, tuple[PartAnswer, ...]]]:
    """Each body with its case and answers, or the one whose case is named."""
    if name:
        case, parts = of_case(ws, name)
        yield standing.body_of(ws, case), case, parts
        return
    for one in dataset.everybody(ws):
        yield one.standing.body, one.standing.case, one.parts


def rows(ws: Workspace, name: str = "") -> list[dict[str, object]]:
    """A row per body and part, those of one case where it is named: confirmed, proposed or missing, and what stands."""
    return [
        {
            "case": case.token if case else None,
            "body": body.id,
            "name": body.name,
            "part": part.part.key,
            "outcome": part.outcome,
            "state": part.state,
            "asks": part.asks,
            "values": " ".join(typed.written(value.figure) for value in part.values),
            "message": part.last.letter.number or None if part.last else None,
        }
        for body, case, parts in _standing(ws, name)
        for part in parts
    ]


def by_body(rows_: Iterable[Mapping[str, object]]) -> list[dict[str, object]]:
    """The rows of `rows` as one for each body that has answered something: under each part what it came to, in words."""
    found: dict[tuple[object, object], dict[str, object]] = {}
    for row in rows_:
        line = found.setdefault((row["body"], row["case"]), {"case": row["case"], "name": row["name"]})
        mark = " ?" if row["asks"] else ", confirmed" if row["state"] == "confirmed" else ""
        line[str(row["part"])] = f"{str(row['outcome']).replace('_', ' ')}{mark}" if row["outcome"] else ""
    return [line for line in found.values() if any(list(line.values())[2:])]


def of_case(ws: Workspace, name: str) -> tuple[Case, tuple[PartAnswer, ...]]:
    """One case and where its parts stand; InputError where there is none."""
    case, _ = standing.one(ws, name)
    return case, dataset.of_case(ws, case)


def queue(ws: Workspace, name: str = "") -> list[Item]:
    """The letters with answers that wait for a person, of one case or of all: those in doubt first, then the oldest."""
    items = []
    for body, case, parts in _standing(ws, name):
        by_letter: dict[str, list[Given]] = {}
        for part in parts:
            for given in (*part.standing, *part.waiting):
                if not given.confirmed and given.answer.outcome != "unanswered":
                    by_letter.setdefault(given.letter.sha256, []).append(given)
        items += [
            Item(case.token, body.name, given[0].letter, tuple(given)) for given in by_letter.values() if case
        ]
    return sorted(items, key=lambda item: (not item.asks, item.letter.on, item.letter.number))


def decide(ws: Workspace, item: Item, said: Mapping[str, Answer | None]) -> None:
    """Record a person's word on parts of a letter (None: it does not answer the part); its case and kind are confirmed with it."""
    if item.letter.asks:
        review.decide(ws, item.letter.number)
    _record(ws, item.token, [(item.letter.sha256, part, answer) for part, answer in said.items()])


def put(
    ws: Workspace,
    name: str,
    part: str,
    *,
    message: int | None = None,
    outcome: str = "",
    values: Sequence[str] = (),
    quote: str = "",
    sections: Sequence[str] = (),
    source: str = "",
    add: bool = False,
    none: bool = False,
) -> tuple[str, Answer | None]:
    """Record what a person says of one part, by its number or key; the case's token and the answer come back.

    Without `outcome` and `values` what the rules read in the message is confirmed. Without `message` it is an answer that came
    otherwise, and `source` says how. It stands for the part alone, unless it is to `add` to what is there.

    Raises:
        InputError: There is no such case, part or message, a value makes no sense (all are named), or the quote is not there.
    """
    case, parts = of_case(ws, name)
    (key,) = reply.parts(ws.campaign, [part])
    here = next(one for one in parts if one.part.key == key)
    row, _ = mail.message(ws, message) if message is not None else (None, b"")
    if row is None and not source.strip():
        raise InputError(
            "it is not said where this answer comes from", hint="give --message, or --source in your words"
        )
    if row is not None and row.sha256 not in {one.message for one in case.replies}:
        raise InputError(
            f"message {message} is not filed under {case.token}",
            hint=f"foimail correct {message} --case {case.token}",
        )
    read = next(
        (
            g.answer
            for g in (*here.standing, *here.waiting, *here.earlier)
            if row and g.letter.sha256 == row.sha256
        ),
        None,
    )
    answer = None if none else _said(here, read, outcome, _figures(values), sections)
    if answer and quote:
        answer = replace(answer, **_placed(ws, message, quote))
    whole = not add and bool(outcome or values)
    _record(
        ws, case.token, [(row.sha256 if row else "", here.number, answer)], whole=whole, source=source.strip()
    )
    return case.token, answer


def _said(
    here: PartAnswer, read: Answer | None, outcome: str, figures: tuple[Figure, ...], sections: Sequence[str]
) -> Answer:
    if not outcome and not figures and read is None:
        raise InputError("nothing is said of the answer", hint="give --outcome, --value or --none")
    before = read or Answer(here.number, "answered")
    stands = outcome or ("answered" if figures else before.outcome)
    answer = replace(before, outcome=stands, confidence=1.0)
    if figures or outcome:
        answer = replace(answer, figures=edited(before.figures, figures, fresh=True))
    return replace(answer, sections=tuple(sections) or before.sections)


def edited(before: Sequence[Figure], new: Sequence[Figure], *, fresh: bool = False) -> tuple[Figure, ...]:
    """The figures with those that a person typed: each keeps the quote and place of the one that it takes the place of.

    `fresh` leaves out what is not named again.
    """
    known = {(one.period, one.category): one for one in before}
    typed_ = {}
    for one in new:
        place = known.get((one.period, one.category), one)
        typed_[one.period, one.category] = replace(one, quote=place.quote, where=place.where, confidence=1.0)
    return tuple((typed_ if fresh else known | typed_).values())


def retyped(answer: Answer, words: str) -> Answer:
    """The answer with figures that a person typed, parted by blanks (semicolons, where values hold blanks); `2019=` takes one out.

    Raises:
        InputError: Some make no sense; all of them are named.
    """
    pieces = words.split(";") if ";" in words else re.findall(r"[^=]+=\S*|[^=]+$", words)
    pieces = [piece.strip() for piece in pieces if piece.strip()]
    gone = {piece[:-1].strip() for piece in pieces if piece.endswith("=")}
    kept = [one for one in answer.figures if not {one.period, one.category, one.period or "total"} & gone]
    new = _figures(piece for piece in pieces if not piece.endswith("="))
    return replace(answer, figures=edited(kept, new), confidence=1.0)


def with_outcome(answer: Answer, outcome: str) -> Answer:
    """The answer with this outcome; one that gives nothing has no figures."""
    figures = answer.figures if outcome in ANSWERS else ()
    return replace(answer, outcome=outcome, figures=figures, confidence=1.0)


def _figures(values: Iterable[str]) -> tuple[Figure, ...]:
    found, problems = [], []
    for text in values:
        try:
            found.append(typed.figure(text))
        except ValueError as error:
            problems.append(Problem(text, str(error)))
    if problems:
        raise InputError("nothing was recorded", problems)
    return tuple(found)


def _placed(ws: Workspace, number: int | None, quote: str) -> dict[str, Any]:
    """The words with their place in the message or one of its attachments; InputError where they stand in neither."""
    texts: dict[str, str] = {}
    if number is not None:
        message = review.item(ws, number).message
        if message is not None:
            texts = {"": message.text} | {a.name: d.text for a, d in mail.attachments(message)}
    for name, text in texts.items():
        if (at := text.find(quote)) >= 0:
            return {"quote": quote, "where": {"file": name, "start": at, "end": at + len(quote)}}
    raise InputError(
        "these words stand neither in the message nor in what it brought",
        hint="give them as they are there, or leave --quote out",
    )


def _record(
    ws: Workspace,
    token: str,
    said: Iterable[tuple[str, str, Answer | None]],
    *,
    whole: bool = False,
    source: str = "",
) -> None:
    events = [
        Answered(ws.today, message, part, asdict(answer) if answer else None, ws.person, whole, source)
        for message, part, answer in said
    ]
    with ws.store.write() as connection:
        cases.append(connection, token, events, ws.now(), ws.person)
