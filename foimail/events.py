"""What can happen to a case, and its form in the store.

Each event carries `on`, the London calendar date it took effect; the time it was recorded is the store's. The log is only
ever added to: a person's correction is a later event. JSON written by an older foimail must stay readable: fields may be
added with a default, never renamed.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from datetime import date
from typing import Any, ClassVar, TypeAlias

_CLASSES: dict[str, type[Event]] = {}

_DAYS = frozenset({"until", "received", "due", "on", "behind_until"})
_ANSWERS = frozenset({"interest_reasons", "review_details", "advice"})
_LISTS = frozenset({"sections", "ignored"})
_TEXTS = frozenset(
    {"fee", "reference", "review_address", "review_by", "question", "redirected", "other_address"}
    | {"behind", "behind_link"}
)
ENDS = ("answered", "withdrawn", "abandoned", "merged", "other")
"""Why a user has done with a case."""

FACTS = _DAYS | _ANSWERS | _LISTS | _TEXTS | {"quotes"}


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to a case on a London calendar date."""

    kind: ClassVar[str] = ""
    on: date

    def __init_subclass__(cls, **kwargs: Any) -> None:  # noqa: ANN401 - the signature of object
        super(Event, cls).__init_subclass__(**kwargs)
        cls.kind = "".join(f"_{c.lower()}" if c.isupper() else c for c in cls.__name__).lstrip("_")
        # dataclass(slots=True) makes the class twice; the second, with slots, is the one that stays
        _CLASSES[cls.kind] = cls


@dataclass(frozen=True, slots=True)
class Opened(Event):
    """A case was opened: the regime is decided here, once (the body's nation and the campaign's subject)."""

    campaign: str
    body: str
    regime: str


@dataclass(frozen=True, slots=True)
class Queued(Event):
    """A letter was written into the outbox with its Message-ID."""

    message_id: str
    to: str
    wording: str
    letter: str = "request"


@dataclass(frozen=True, slots=True)
class Sent(Event):
    """A letter reached the body's mail server, or was sent by form, post or telephone.

    `evidence` says how this is known: `server` (its 250 answer is in `answer`), `mailbox` (our own Message-ID was seen),
    `person`, or `import` (sent earlier by hand).
    """

    message_id: str
    to: str
    by: str = "email"
    letter: str = "request"
    answer: str = ""
    evidence: str = "server"


@dataclass(frozen=True, slots=True)
class Refused(Event):
    """The body's mail server refused the letter for good."""

    message_id: str
    to: str
    answer: str


@dataclass(frozen=True, slots=True)
class Unknown(Event):
    """Nobody can say whether the server took the letter: no answer came after the final dot (RFC 1047)."""

    message_id: str
    to: str
    reason: str


@dataclass(frozen=True, slots=True)
class NotSent(Event):
    """A person or the mailbox settled that an `unknown` letter never went."""

    message_id: str
    to: str


@dataclass(frozen=True, slots=True)
class Received(Event):
    """A message from outside was filed under the case. `by` is `rule` or `person`; a person's word stands.

    `about` is the Message-ID of our own letter that a bounce returned, and `failed` the address that it says did not
    work (RFC 3464 Final-Recipient), where it says so.
    """

    message: str
    reply: str
    sender: str
    subject: str
    matched_by: str
    by: str = "rule"
    about: str = ""
    failed: str = ""


@dataclass(frozen=True, slots=True)
class Misfiled(Event):
    """A person said that a message does not belong to this case after all."""

    message: str


@dataclass(frozen=True, slots=True)
class Wrote(Event):
    """The user wrote to the body by hand, from another mail program."""

    message: str
    message_id: str
    to: str
    subject: str


@dataclass(frozen=True, slots=True)
class Told(Event):
    """What a message says, read by a rule or by a person (`by`), whose word on a fact stands. Days are ISO dates.

    Facts, each only where it was looked for: `sections` (["s.12", "s.40(2)"]; an empty list: it names none), `until` (the
    new last day of an extension or a promise), `received` and `due` (the day of receipt and the last day that they
    state), `on` (the day it came, where a person knows better), `fee`, `reference` (theirs), `review_address`, `review_by`,
    `question`, `redirected`, `other_address` (of an out-of-office notice), `ignored` (keys of parts left out);
    `behind` (an answer that cannot be read yet: `link`, `portal`, `password`, `missing_attachment`; `none` once it has been
    fetched), `behind_until` (the last day of the link) and `behind_link` (its host);
    `interest_reasons`, `review_details` and `advice` (whether it gives them); `quotes` (fact -> words of the letter).

    `whole` is said by a rule that has read the message again: a fact that rules told before and that is not here is none.
    """

    message: str
    facts: dict[str, Any] = field(default_factory=dict)
    by: str = "rule"
    whole: bool = False

    def __post_init__(self) -> None:
        """Refuse a fact that makes no sense: ValueError."""
        for name, value in self.facts.items():
            if name not in FACTS:
                raise ValueError(f"a message tells no {name!r}; foimail knows {', '.join(sorted(FACTS))}")
            if not isinstance(value, _type_of(name)):
                raise ValueError(f"{name}: {value!r} is no {_type_of(name).__name__}")  # noqa: TRY004 - of a letter or the store, not of a call
            if name in _DAYS:
                _a_day(name, str(value))


@dataclass(frozen=True, slots=True)
class Answered(Event):
    """What a person says that a message answers on one part of the request; a later word on the same beats an earlier one.

    Attributes:
        message: The message's hash; empty for an answer that came otherwise (`source` says how).
        part: The number of the part, from "1".
        answer: The answer as `replies.reading.Answer` has it; None: the message is no answer to this part.
        who: The person who says so.
        whole: It stands for the part alone: what earlier letters gave is history.
        source: Where it comes from, in the person's words.
    """

    message: str
    part: str
    answer: dict[str, Any] | None
    who: str
    whole: bool = False
    source: str = ""


@dataclass(frozen=True, slots=True)
class Paid(Event):
    """The body had the fee that its notice asked for (FOIA s.9)."""


@dataclass(frozen=True, slots=True)
class Snoozed(Event):
    """The user wants to hear no more of this case before the day `until`, an ISO date."""

    until: str

    def __post_init__(self) -> None:
        """Refuse what is no ISO date: ValueError."""
        _a_day("until", self.until)


@dataclass(frozen=True, slots=True)
class Closed(Event):
    """The user has done with this case: `withdrawn`, `answered`, `abandoned` or another word."""

    because: str


@dataclass(frozen=True, slots=True)
class Reopened(Event):
    """The user takes a closed case up again."""


@dataclass(frozen=True, slots=True)
class Noted(Event):
    """Something the user wants kept with the case, such as a telephone call."""

    text: str


AnyEvent: TypeAlias = (
    Opened
    | Queued
    | Sent
    | Refused
    | Unknown
    | NotSent
    | Received
    | Misfiled
    | Wrote
    | Told
    | Answered
    | Paid
    | Snoozed
    | Closed
    | Reopened
    | Noted
)


def _type_of(fact: str) -> type:
    if fact in _LISTS:
        return list
    if fact in _ANSWERS:
        return bool
    return str if fact in _TEXTS | _DAYS else dict


def _a_day(name: str, text: str) -> None:
    try:
        date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"{name}: {text!r} is no date; write it as 2026-11-23") from None


def to_json(event: Event) -> dict[str, Any]:
    """The event's own fields without `on` and `kind`, which the store keeps in columns."""
    return {f.name: getattr(event, f.name) for f in fields(event) if f.name != "on"}


def from_json(kind: str, on: date, data: dict[str, Any]) -> Event:
    """The event that `to_json` was given; a kind or field of a newer foimail raises ValueError."""
    try:
        return _CLASSES[kind](on, **data)
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError(f"event {kind!r} of a newer foimail: {error}") from error
