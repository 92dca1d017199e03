"""A message and its attachments' texts to a `Reading`: kind, facts and answers, each with the words that it rests on."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from foimail.replies import anatomy, facts, form, kinds, outcomes, parts, quotes, sections, starred, sureness
from foimail.replies import figures as numbers
from foimail.replies.dates import letter_date
from foimail.replies.marks import Topics
from foimail.replies.outcomes import Cues, Verdict
from foimail.replies.periods import span
from foimail.replies.plain import small
from foimail.replies.reading import SURE, Answer, Figure, Passage, Reading

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
    from datetime import date

    from foimail.model import Message, Part
    from foimail.places import Mark
    from foimail.replies.anatomy import Ours
    from foimail.replies.parts import Said, Spot
    from foimail.replies.references import Reference

_WITH_ANSWERS = frozenset({*kinds.FINAL, "internal_review_outcome"})
_STORY = 7  # words of a sentence that tells something
_CHAT = re.compile(
    r"\b(?:you|your|yours|attached|enclosed|thank|thanks|sorry|apolog\w+|please|request|reply|"
    r"reference|dear|regret|hope|file|letter)\b",
    re.IGNORECASE,
)  # of the correspondence, not of the matter
_FEW_YEARS = 2
_EACH_YEAR = re.compile(r"\b(?:those|these|same|any|all|every|each)\b[^.]{0,20}\byears?\b", re.IGNORECASE)
_SERIES = 3  # values that are a series and no chance
_WITH_SECTIONS = _WITH_ANSWERS | {"extension_pit"}


@dataclass(frozen=True, slots=True)
class Enclosure:
    """What could be read of an attachment; `state` as in documents (read, no_text, encrypted, ...), `reason` why not all."""

    name: str
    text: str
    state: str = "read"
    reason: str = ""
    marks: tuple[Mark, ...] = ()  # where its pages, sheets and packed files begin
    hidden: tuple[str, ...] = ()  # what of its sheets is hidden and not empty, in words without its names


@dataclass(frozen=True, slots=True)
class Rules:
    """What a reading needs beside the message: the campaign's parts, the tables, compiled once for a run."""

    parts: tuple[Part, ...]
    phrases: Mapping[str, Any]
    exemptions: Collection[str]
    words: kinds.Words
    cues: Cues
    topics: Topics


def rules(of: Sequence[Part], phrases: Mapping[str, Any], exemptions: Collection[str]) -> Rules:
    """Compile what is the same for every message of a campaign."""
    return Rules(tuple(of), phrases, exemptions, kinds.Words(phrases), outcomes.cues(phrases), Topics(of))


def read(
    message: Message,
    enclosures: Sequence[Enclosure],
    sent: Ours,
    on: date,
    by: Rules,
    reference: Reference | None = None,
    tokens: Collection[str] = (),
) -> Reading:
    """Read one message.

    Args:
        message: As parsed.
        enclosures: Its attachments' texts.
        sent: The words of the letters that we sent in the case.
        on: The London day of its Date header.
        by: The rules.
        reference: The body's own number, as `references.find` has it.
        tokens: The cases that the message belongs to, or may: a form of another case is not read.
    """
    files = {"": Enclosure("", message.text)} | {e.name: e for e in enclosures}
    texts = {name: file.text for name, file in files.items()}
    forms = form.read(texts.items(), form.Asked(by.parts, tokens, by.cues, by.exemptions))
    pieces = [
        parts.Piece(name, anatomy.units(text, sent, by.phrases))
        for name, text in forms.texts
        if not name or text.strip()
    ]
    said = parts.spread(pieces, by.parts, by.topics)
    narrowed = any(by.cues.narrowed.search(small(spot.text)) for spot in said[0].spots)
    key = starred.key(unit.text for piece in pieces for unit in piece.units if unit.role in {"own", "notes"})
    for one in said.values():
        one.narrowed, one.key = narrowed, key
    verdicts = {
        n: outcomes.verdict(part, n, said[n], by.cues, by.topics, on.year)
        for n, part in enumerate(by.parts, 1)
    }
    verdicts = _left_over(_whole(_same(_shared(verdicts), said, by), said, by), said, by) | forms.verdicts
    mine = [unit.text for piece in pieces for unit in piece.units if unit.role == "own"]
    against = [unit.text for piece in pieces for unit in piece.units if unit.role == "complaint"]
    view = kinds.View(
        message=message,
        said=anatomy.own_text(pieces[0].units),
        own="\n".join(mine),
        verdicts=list(verdicts.values()),
        unread=tuple(e.state for e in enclosures if e.state != "read" and not _is_logo(e.name)),
        attachments=sum(not _is_logo(e.name) for e in enclosures),
    )
    decided = kinds.decide(view, by.words)
    relied = (
        sections.relied_on([*mine, *forms.remarks], by.exemptions, weighing=decided.kind == "extension_pit")
        if decided.kind in _WITH_SECTIONS
        else ()
    )
    day, heading, _ = letter_date([piece.units for piece in pieces], on)
    told = facts.of(decided.kind, decided.evidence, mine, against, on, message.sender, by.words)
    names = tuple(name for name, _ in relied)
    known = dict(told.facts) | ({"sections": list(names)} if decided.kind in _WITH_SECTIONS else {})
    if reference:
        known["reference"] = reference.text
    passages = [
        _passage("kind", decided.evidence, texts),
        *(_passage("sections", said_, texts) for _, said_ in relied),
        *([_passage("reference", reference.quote, texts)] if reference else []),
        *(_passage(name, quote, texts) for name, quote in told.quotes.items()),
    ]
    doubts = (*_doubts(decided, verdicts.values(), enclosures), *forms.doubts)
    return Reading(
        kind=decided.kind,
        confidence=round(decided.confidence, 2),
        needs_person=bool(doubts),
        passages=tuple([*passages, _passage("letter_date", heading, texts)] if heading else passages),
        doubts=doubts,
        exemptions=names,
        body_reference=reference.text if reference else None,
        letter_date=day.isoformat(),
        review_address=told.facts.get("review_address"),
        review_deadline=told.facts.get("review_by"),
        facts=known,
        answers=tuple(_answers(verdicts, files, said, relied)) if decided.kind in _WITH_ANSWERS else (),
    )


def _doubts(
    decided: kinds.Decision, verdicts: Iterable[Verdict], enclosures: Sequence[Enclosure]
) -> Iterator[str]:
    """Why a person is asked: the kind is not sure, or an answer stands in a file that was not wholly or not surely read."""
    if decided.confidence < SURE:
        yield f"not sure that it is {decided.kind.replace('_', ' ')}"
    if decided.kind in _WITH_ANSWERS:
        used = {spot.file for v in verdicts for spot in (v.spot, *(s for s, _ in v.figures)) if spot}
        yield from (f"{e.name}: {e.reason}" for e in enclosures if e.reason and e.name in used)


def _passage(what: str, quote: str, texts: Mapping[str, str]) -> Passage:
    """The words with their place, where they stand in a text as they are."""
    for name, text in texts.items():
        if quote and (at := text.find(quote)) >= 0:
            return Passage(what, quote, name, at, at + len(quote))
    return Passage(what, quote)


def _is_logo(name: str) -> bool:
    return bool(
        re.fullmatch(r"(?:image|logo|banner|img|signature)[\w-]*\.(?:png|jpe?g|gif|bmp)", name, re.IGNORECASE)
    )


_HISTORY = re.compile(
    r"\b(?:by which|decision of|response of|letter of|notice of|refusal of|when we|originally|"
    r"previously|had refused|told you)\b",
    re.IGNORECASE,
)


def _whole(verdicts: dict[int, Verdict], said: Mapping[int, Said], by: Rules) -> dict[int, Verdict]:
    """What is decided on the whole request goes for every part without an answer of its own."""
    spots = [spot for spot in said[0].spots if spot.text.strip() and not _HISTORY.search(spot.text)]
    for outcome, cue in (
        ("refused", by.cues.refused),
        ("not_held", by.cues.not_held),
        ("redirected", by.cues.redirected),
    ):
        for spot in spots:
            words = outcomes.decided(spot.text, cue, advice=outcome == "redirected")
            if not words:
                continue
            whole = bool(by.cues.whole.search(small(spot.text)))
            weak = [
                n
                for n, v in verdicts.items()
                if v.outcome == "unanswered"
                or (
                    whole
                    and (outcome != "redirected" or outcomes.elsewhere(spot.text))
                    and v.outcome in {"answered", "partial"}
                    and (not v.figures or (not said[n].named and len(v.figures) == 1))
                )
            ]
            if not weak or (not whole and len(weak) < len(verdicts)):
                continue
            if outcome == "redirected" and not whole and len(spots) > 6:  # noqa: PLR2004 - a link in a longer letter
                continue
            if outcome == "refused" and outcomes.elsewhere(spot.text):
                continue
            sure = 0.8 if whole else 0.6
            return {
                n: replace(v, outcome=outcome, quote=spot.text, spot=spot, confidence=sure)
                if n in weak
                else v
                for n, v in verdicts.items()
            }
    return verdicts


def _left_over(verdicts: dict[int, Verdict], said: Mapping[int, Said], by: Rules) -> dict[int, Verdict]:
    """A letter that answers all but the one part told in words, and tells something more, tells that: a guess for a person."""
    open_parts = [
        n for n, v in verdicts.items() if v.outcome == "unanswered" and by.parts[n - 1].answer == "text"
    ]
    given = any(v.outcome in {"answered", "partial"} for v in verdicts.values())
    if len(open_parts) != 1 or not given or sum(v.outcome == "unanswered" for v in verdicts.values()) > 1:
        return verdicts
    stories = [
        spot
        for spot in (*said[open_parts[0]].spots, *said[0].spots)
        if len(spot.text.split()) >= _STORY
        and not any(
            outcomes.decided(spot.text, cue)
            for cue in (by.cues.not_held, by.cues.refused, by.cues.redirected, by.cues.later)
        )
        and not numbers.tokens(spot.text)
        and not _CHAT.search(spot.text)
    ]
    if not stories:
        return verdicts
    told = Verdict("answered", stories[0].text, stories[0], 0.5)
    return verdicts | {open_parts[0]: told}


def _shared(verdicts: dict[int, Verdict]) -> dict[int, Verdict]:
    """A sentence that names neither part and whose figures went to both is about one of them at most: for a person."""

    def twin(number: int, verdict: Verdict) -> bool:
        return any(
            other != number
            and verdict.figures
            and not (verdict.named and one.named)
            and verdict.spot is one.spot
            and [f for _, f in verdict.figures] == [f for _, f in one.figures]
            for other, one in verdicts.items()
        )

    return {
        n: replace(v, confidence=min(v.confidence, _DOUBT)) if twin(n, v) else v for n, v in verdicts.items()
    }


_DOUBT = 0.6


def _same(verdicts: dict[int, Verdict], said: Mapping[int, Said], by: Rules) -> dict[int, Verdict]:
    """`The same as 1`: the figures of an earlier part are a later part's too."""
    for number, verdict in verdicts.items():
        earlier = verdicts.get(number - 1)
        runs = [[f.period for _, f in v.figures] for n, v in verdicts.items() if n != number]
        if by.parts[number - 1].answer != "count_by_year" or len(verdict.figures) > 1:
            continue
        spans = [span(t.period) for s in said[0].spots for t in numbers.tokens(s.text) if t.period]
        if listed := _in_the_same_order(said[number].spots, [*runs, *spans]):
            verdicts = verdicts | {
                number: replace(
                    verdict,
                    outcome="answered",
                    quote=listed[0][0].text,
                    spot=listed[0][0],
                    confidence=0.7,
                    figures=listed,
                )
            }
            continue
        if earlier is None or len(earlier.figures) < _FEW_YEARS:
            continue
        if [f.value for _, f in verdict.figures] == [0.0] and (
            any(_EACH_YEAR.search(s.text) for s in said[number].spots)
        ):
            none = verdict.figures[0][1]
            here = verdict.figures[0][0]
            figures = tuple((here, replace(none, period=f.period)) for _, f in earlier.figures)
            verdicts = verdicts | {number: replace(verdict, figures=figures)}
            continue
        spot = next((s for s in said[number].spots if by.cues.same_as.search(small(s.text))), None)
        if spot is not None and by.parts[number - 1].answer == by.parts[number - 2].answer:
            verdicts = verdicts | {number: replace(earlier, quote=spot.text, spot=spot, confidence=0.8)}
    return verdicts


def _in_the_same_order(
    spots: Sequence[Spot], runs: Sequence[Sequence[str]]
) -> tuple[tuple[Spot, Figure], ...]:
    """`9, 6 and 15 for those same years`: as many values as the part before has years, and no year among them."""
    for spot in spots:
        found = numbers.tokens(spot.text)
        values = [t.figure for t in found if t.figure is not None]
        years = next((run for run in runs if len(run) == len(values) >= _SERIES), None)
        if years and not any(t.period for t in found):
            return tuple(
                (spot, replace(value, period=year)) for value, year in zip(values, years, strict=True)
            )
    return ()


def _answers(
    verdicts: Mapping[int, Verdict],
    files: Mapping[str, Enclosure],
    said: Mapping[int, Said],
    relied: Sequence[tuple[str, str]],
) -> Iterator[Answer]:
    for number, verdict in verdicts.items():
        quote, where = "", dict[str, Any]()
        if spot := verdict.spot:
            quote, where = quotes.words(spot, files[spot.file].text, files[spot.file].marks)
        yield Answer(
            part=str(number),
            outcome=verdict.outcome,
            quote=quote,
            where=where,
            confidence=round(verdict.confidence, 2),
            sections=verdict.sections or _sections(verdict, said[number], relied),
            figures=tuple(
                replace(
                    quotes.figure(figure, spot, files[spot.file].text, files[spot.file].marks),
                    confidence=verdict.confidence
                    if verdict.form
                    else sureness.of(figure, verdict, doubtful=bool(files[spot.file].reason)),
                )
                for spot, figure in verdict.figures
            ),
        )


def _sections(verdict: Verdict, said: Said, relied: Sequence[tuple[str, str]]) -> tuple[str, ...]:
    """The sections named where a part is spoken of; of a refusal that names none there, all that the letter relies on."""
    texts = {spot.unit.text for spot in (*said.spots, *([verdict.spot] if verdict.spot else []))}
    here = tuple(name for name, sentence in relied if sentence in texts)
    if verdict.outcome == "refused":
        return here or tuple(name for name, _ in relied)
    withheld = any(figure.withheld for _, figure in verdict.figures)
    return here if verdict.outcome == "partial" or withheld else ()


def exemptions_of(table: Mapping[str, Mapping[str, Any]]) -> frozenset[str]:
    """The numbers of all sections by which some law lets a body refuse; FOISA s.17 is no ground but a notice."""
    return frozenset(number for law in ("foia", "foisa") for number in table[law]) - {"17"}
