"""What a methods appendix says of a campaign, as plain values; `output.methods` puts it into words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from foimail.dataset.agreement import Agreement
    from foimail.dataset.summary import Summary
    from foimail.model import Audience


@dataclass(frozen=True, slots=True)
class Wording:
    """A version of the request: the hash of what it is made of (empty where foimail did not write it), and its letters."""

    sha256: str
    first: date
    last: date
    letters: int
    example: int  # the number of one of them in the outbox; 0 for none
    current: bool = False


@dataclass(frozen=True, slots=True)
class Silent:
    """A body whose last day has passed without an answer."""

    name: str
    law: str
    sent: date | None
    due: date | None


@dataclass(frozen=True, slots=True)
class Law:
    """A law under which requests were made, its time for an answer, and the table of days that was used."""

    act: str
    short: str
    period: str
    citation: str
    holidays: Sequence[str]
    calendar: str
    cases: int


@dataclass(frozen=True, slots=True)
class Trial:
    """How the rules did on labelled letters that nobody who writes rules had seen; pairs are (right, of)."""

    on: date
    letters: int
    outcomes: tuple[int, int]
    given: tuple[int, int]  # of the figures that the rules gave
    found: tuple[int, int]  # of the figures that were there


@dataclass(frozen=True, slots=True)
class Reading:
    """How messages were read and checked.

    Attributes:
        messages: Filed under the cases of the campaign; `answers` those of a kind that answers, `confirmed` by a person as such.
        rules: The versions of the rules by which they were read.
        agreement: What people made of the readings of parts.
        people: Who decided, and how often; the words under which they recorded it.
        kinds_decided: Messages of the whole workspace of which a person said the kind; `kinds_right` as the rules had.
    """

    messages: int
    answers: int
    confirmed: int
    rules: Sequence[int]
    agreement: Agreement
    people: Mapping[str, int]
    kinds_decided: int
    kinds_right: int
    trial: Trial


@dataclass(frozen=True, slots=True)
class Methods:
    """What the appendix says.

    Attributes:
        on: The day as of which it is so; `version` is foimail's.
        excluded: By reason, the bodies that the campaign means and that do not have the request.
        outside: Active bodies of the registry that it does not mean.
        sent: How many requests went on each day; `ways` how they went; `letters` what else was sent, by kind.
        within: For each number of working days: bodies that have had the request so long, and those that answered within them.
        weeks: The last day of each week, the bodies asked and those that had answered by then.
    """

    title: str
    campaign: str
    on: date
    version: str
    audience: Audience
    summary: Summary
    excluded: Mapping[str, Sequence[str]]
    outside: int
    sent: Sequence[tuple[date, int]]
    ways: Mapping[str, int]
    letters: Mapping[str, int]
    wordings: Sequence[Wording]
    within: Sequence[tuple[int, int, int]]
    weeks: Sequence[tuple[date, int, int]]
    silent: Sequence[Silent]
    laws: Sequence[Law]
    reading: Reading
