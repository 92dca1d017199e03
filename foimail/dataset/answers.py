"""What the letters of one case answer, part by part: each value with the letter it came from and the person who confirmed it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from foimail.replies.reading import SURE

if TYPE_CHECKING:
    from datetime import date

    from foimail.model import Part
    from foimail.replies.reading import Answer, Figure

State = Literal["confirmed", "proposed", "missing"]
ANSWERS = frozenset({"answered", "partial"})  # outcomes that give something


@dataclass(frozen=True, slots=True)
class Letter:
    """A message of a case that answers, or may.

    Attributes:
        number: Its number in the store; 0 of an answer that came otherwise, said by a person.
        sha256: The hash of its bytes; empty for number 0.
        on: The London date from which it counts.
        dated: The date that the letter bears, in ISO form.
        kind: What it is, after any correction.
        answers: What the rules read in it.
        asks: Whether a person is still to say that it is of that kind and belongs here.
    """

    number: int
    sha256: str
    on: date
    dated: str
    kind: str
    answers: tuple[Answer, ...] = ()
    asks: bool = False


@dataclass(frozen=True, slots=True)
class Given:
    """What one letter gives on one part: as the rules read it, or by the word of `who` on the day `said_on`."""

    letter: Letter
    answer: Answer
    who: str = ""
    said_on: date | None = None
    whole: bool = False
    source: str = ""

    @property
    def confirmed(self) -> bool:
        """Whether a person has said so."""
        return self.said_on is not None


@dataclass(frozen=True, slots=True)
class Value:
    """A figure with what gave it."""

    figure: Figure
    given: Given

    @property
    def key(self) -> tuple[str, str, str]:
        """What the figure is of: a later figure of the same key takes its place."""
        return (self.figure.period, self.figure.category, self.figure.unit)

    @property
    def sure(self) -> bool:
        """Whether it may be relied on without a person: it was confirmed, or read with confidence."""
        return self.given.confirmed or self.figure.confidence >= SURE


@dataclass(frozen=True, slots=True)
class PartAnswer:
    """Where one part of a case stands.

    Attributes:
        number: The number of the part, from "1".
        part: The question.
        outcome: As in `reading.Answer`; `unanswered` where a final letter leaves it out, empty where none has come.
        standing: What stands, oldest first; the last one gives outcome and sections.
        values: The figures that stand, in the order of their periods.
        earlier: What stood once and was put in its place by something later.
        waiting: What the rules read in a letter that cannot take the place of what stands: a person decides.
    """

    number: str
    part: Part
    outcome: str = ""
    standing: tuple[Given, ...] = ()
    values: tuple[Value, ...] = ()
    earlier: tuple[Given, ...] = ()
    waiting: tuple[Given, ...] = ()

    @property
    def last(self) -> Given | None:
        """What gives outcome, sections and quote."""
        return self.standing[-1] if self.standing else None

    @property
    def state(self) -> State:
        """Confirmed where a person has said all of it, proposed where rules did, missing where nothing answers."""
        if not self.standing:
            return "missing"
        if all(one.confirmed for one in self.standing):
            return "confirmed"
        return "missing" if self.outcome == "unanswered" else "proposed"

    @property
    def asks(self) -> bool:
        """Whether a person should look before anything is made of it."""
        if self.waiting:
            return True
        unsure = any(not one.confirmed and one.answer.confidence < SURE for one in self.standing)
        return unsure or not all(value.sure for value in self.values)
