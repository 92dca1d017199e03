"""What was read out of one message: its kind, its facts, its answers, and the words that each of them rests on."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

SURE = 0.7  # at and above this confidence no person is asked
RULES = 4  # the version of the rules; `foimail reclassify` reads again what an older one has read


@dataclass(frozen=True, slots=True)
class Passage:
    """Words of a message that decided something.

    `what` is `kind`, the name of a fact, or `part 1`. The quote stands word for word in the message's text, or in the text of
    the attachment `file`, from character `start` to `end`; -1 where it is of a header or of the subject.
    """

    what: str
    quote: str
    file: str = ""
    start: int = -1
    end: int = -1


@dataclass(frozen=True, slots=True)
class Figure:
    """One value of an answer; CONTRACT.md's `series`. A band has bounds and no value; a withheld cell has neither."""

    period: str = ""  # 2021, 2021/22, 2024-Q4, 2010..2024, 2023-11..present, total
    category: str = ""
    value: float | None = None
    lower: float | None = None
    upper: float | None = None
    unit: str = "count"  # count | per cent
    withheld: bool = False
    quote: str = ""  # the words of the value, found word for word from `start` to `end` of `where`
    where: Mapping[str, Any] = field(default_factory=dict, hash=False)
    confidence: float = 0.0  # from 0 to 1; 0 where nobody has said

    @property
    def amount(self) -> tuple[float | None, float | None, float | None, bool]:
        """What it says, whatever it is of: value and bounds, and whether it was withheld."""
        return (self.value, self.lower, self.upper, self.withheld)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a letter says on one part: answered, partial, not_held, refused, redirected or unanswered."""

    part: str  # its number in the request, from "1"
    outcome: str
    quote: str = ""
    where: Mapping[str, Any] = field(default_factory=dict, hash=False)
    confidence: float = 0.0
    sections: tuple[str, ...] = ()
    figures: tuple[Figure, ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """Everything that the rules made of a message. `confidence` is from 0 to 1; below a threshold a person is asked.

    `facts` has the keys of `events.Told`. `doubts` says in words why a person should look.
    """

    kind: str
    confidence: float
    needs_person: bool
    passages: tuple[Passage, ...] = ()
    doubts: tuple[str, ...] = ()
    exemptions: tuple[str, ...] = ()
    body_reference: str | None = None
    letter_date: str | None = None
    review_address: str | None = None
    review_deadline: str | None = None
    facts: Mapping[str, Any] = field(default_factory=dict, hash=False)
    answers: tuple[Answer, ...] = ()
    rules: int = RULES

    @property
    def evidence(self) -> tuple[str, ...]:
        """The words and headers that decided the kind, in sentences."""
        return tuple(f"{self.kind}: {p.quote}" for p in self.passages if p.what == "kind")


def to_json(reading: Reading) -> dict[str, Any]:
    """The reading as the store keeps it."""
    found: dict[str, Any] = _plain(reading)
    return found


def _plain(value: Any) -> Any:  # noqa: ANN401 - whatever a reading holds
    """As `dataclasses.asdict` has it, which copies each word as well."""
    match value:
        case str() | float() | int() | None:
            return value
        case tuple() | list():
            return type(value)(map(_plain, value))
        case dict():
            return {name: _plain(one) for name, one in value.items()}
    return {name: _plain(getattr(value, name)) for name in value.__dataclass_fields__}


def from_json(data: Mapping[str, Any]) -> Reading | None:
    """The reading that `to_json` was given; None where nothing was read. Fields of a newer foimail are passed over."""
    if not data:
        return None
    known = _known(Reading, data)
    known["passages"] = tuple(Passage(**_known(Passage, one)) for one in known.get("passages", ()))
    known["answers"] = tuple(answer_from_json(one) for one in known.get("answers", ()))
    for name in ("doubts", "exemptions"):
        known[name] = tuple(known.get(name, ()))
    return Reading(**known)


def answer_from_json(data: Mapping[str, Any]) -> Answer:
    """An answer as `to_json` keeps it within a reading, or as a person's decision does."""
    known = _known(Answer, data)
    known["sections"] = tuple(known.get("sections", ()))
    known["figures"] = tuple(Figure(**_known(Figure, one)) for one in known.get("figures", ()))
    return Answer(**known)


def _known(what: type, data: Mapping[str, Any]) -> dict[str, Any]:
    names = {f.name for f in fields(what)}
    return {name: value for name, value in data.items() if name in names}
