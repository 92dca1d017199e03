"""Which case a message belongs to.

First what the message says of itself (`clues`), then what is known of those clues (looked up by the workflow: `Known`), then
the decision (`match`), by the strongest proof there is: In-Reply-To, References and Message-IDs in a returned original; our token;
an address of ours that bears it; the body's own reference, learnt from earlier mail and used only with its sender; the sender,
where one case alone can be meant. Evidence that disagrees, or that speaks for several cases, goes to a person with the candidates;
and so does whatever may be forged, for which see `trust`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from foimail.replies import form, subjects, tokens

if TYPE_CHECKING:
    from collections.abc import Container, Mapping
    from collections.abc import Set as AbstractSet

    from foimail.model import Message


@dataclass(frozen=True, slots=True)
class Clues:
    """What a message says of itself: Message-IDs it refers to, and tokens by place, strongest place first."""

    threaded: tuple[str, ...]
    returned: tuple[str, ...]
    tokens: tuple[tuple[str, tuple[str, ...]], ...]
    subject: str = ""

    @property
    def ids(self) -> tuple[str, ...]:
        """All Message-IDs to look up."""
        return (*self.threaded, *self.returned)

    @property
    def all_tokens(self) -> frozenset[str]:
        """All tokens to look up."""
        return frozenset(t for _, found in self.tokens for t in found)


@dataclass(frozen=True, slots=True)
class Sender:
    """What is known of who wrote a message.

    Attributes:
        bodies: The bodies that this sender can speak for; empty where nothing is known.
        how: Why, in words: `the address foi@x.nhs.uk`.
        named: Of bodies that share the sender's domain, those that the message names.
        cases: The open cases of these bodies, by body.
        bulk: Whether the message went to many.
        doubts: What says that it is not from whom it claims (`trust.doubts`).
    """

    bodies: frozenset[str] = frozenset()
    how: str = ""
    named: frozenset[str] = frozenset()
    cases: Mapping[str, AbstractSet[str]] = field(default_factory=dict)
    bulk: bool = False
    doubts: tuple[str, ...] = ()

    @property
    def meant(self) -> frozenset[str]:
        """The bodies that the message is of: those it names among those it can be of, else all of these."""
        return self.named or self.bodies

    @property
    def open_cases(self) -> tuple[str, ...]:
        """The open cases of the bodies that are meant."""
        return tuple(sorted(t for body in self.meant for t in self.cases.get(body, ())))


@dataclass(frozen=True, slots=True)
class Learnt:
    """A body's reference that the message bears: the case it was learnt in, and whether the message gives it as its own."""

    reference: str
    token: str
    primary: bool


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a message's clues.

    Attributes:
        ids: The cases of known Message-IDs.
        bodies: The body of each token that was issued.
        references: The body's references that it bears.
        sender: Who wrote it.
        returned_to: Open cases whose body has the address that a delivery report names.
        related: Pairs of bodies of which one came of the other by a merger.
        subjects: The subjects of our letters, by case.
    """

    ids: Mapping[str, AbstractSet[str]]
    bodies: Mapping[str, str]
    references: tuple[Learnt, ...] = ()
    sender: Sender = Sender()
    returned_to: tuple[str, ...] = ()
    related: frozenset[tuple[str, str]] = frozenset()
    subjects: Mapping[str, AbstractSet[str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Match:
    """The decision: a case, or several that are answered at once, or candidates for a person; with what spoke for it."""

    token: str | None
    matched_by: str | None
    candidates: tuple[str, ...]
    evidence: tuple[str, ...]
    several: tuple[str, ...] = ()

    @property
    def filed(self) -> tuple[str, ...]:
        """The cases to file it under without asking."""
        return self.several or ((self.token,) if self.token else ())

    @property
    def needs_person(self) -> bool:
        """Whether several cases are possible and a person must choose."""
        return not self.filed and bool(self.candidates)


@dataclass(frozen=True, slots=True)
class _Witness:
    token: str
    how: str
    words: str


def clues(message: Message) -> Clues:
    """What the message says of itself."""
    places = (
        ("subject", message.subject),
        ("text", message.text),
        ("attachment name", " ".join(a.name for a in message.attachments)),
        ("form", " ".join(form.tokens(a.text for a in message.attachments))),
        ("address", " ".join(message.to).replace("+", " ")),
    )
    return Clues(
        threaded=(*message.in_reply_to, *message.references),
        returned=message.returned_ids,
        tokens=tuple((place, tokens.candidates(text)) for place, text in places),
        subject=message.subject,
    )


def match(found: Clues, known: Known) -> Match:
    """Decide which case the message belongs to."""
    sender = known.sender
    witnesses = _witnesses(found, known.ids, known.bodies)
    cases = tuple(dict.fromkeys(w.token for w in witnesses))
    evidence = tuple(dict.fromkeys(w.words for w in witnesses))
    if sender.doubts:
        offered = cases or tuple(dict.fromkeys(r.token for r in known.references)) or sender.open_cases
        return Match(None, None, offered, (*evidence, *sender.doubts))
    if not cases:
        return _weaker(known, found.subject)
    if against := _against(cases, known):
        others, words = against
        return Match(None, None, tuple(dict.fromkeys((*cases, *others))), (*evidence, words))
    supported = (*evidence, *_support(cases, known))
    if len(cases) == 1:
        return Match(cases[0], witnesses[0].how, cases, supported)
    threads = {w.token for w in witnesses if w.how == "in-reply-to"}
    if threads == set(cases) and sender.bodies >= {known.bodies.get(token, "") for token in cases}:
        return Match(None, witnesses[0].how, cases, supported, several=cases)
    return Match(None, None, cases, evidence)


def _witnesses(found: Clues, ids: Mapping[str, AbstractSet[str]], issued: Container[str]) -> list[_Witness]:
    witnesses = []
    for how, some in (("In-Reply-To or References", found.threaded), ("returned original", found.returned)):
        witnesses += [
            _Witness(token, "in-reply-to", f"{how}: <{message_id}>")
            for message_id in some
            for token in sorted(ids.get(message_id, ()))
        ]
    for place, listed in found.tokens:
        how = "address" if place == "address" else "token"
        witnesses += [_Witness(token, how, f"{token} in the {place}") for token in listed if token in issued]
    return witnesses


def _against(cases: tuple[str, ...], known: Known) -> tuple[tuple[str, ...], str] | None:
    """What disagrees with these cases: the cases that it speaks for, and the words for it."""
    sender = known.sender
    bodies = {known.bodies[token] for token in cases if token in known.bodies}
    if sender.bodies and not any(_may_speak(sender.bodies, body, known.related) for body in bodies):
        return sender.open_cases, f"but {sender.how} is another body's"
    if sender.named and not bodies & sender.named:
        return sender.open_cases, "but it names another of the bodies that write from there"
    own = [r for r in known.references if r.primary]
    if own and not any(r.token in cases for r in own):
        words = f"but its reference {own[0].reference} is of another case"
        return tuple(dict.fromkeys(r.token for r in own)), words
    return None


def _may_speak(senders: frozenset[str], body: str, related: frozenset[tuple[str, str]]) -> bool:
    return body in senders or any((one, body) in related for one in senders)


def _support(cases: tuple[str, ...], known: Known) -> tuple[str, ...]:
    agreeing = [f"their reference {r.reference}" for r in known.references if r.token in cases]
    return tuple(dict.fromkeys([*agreeing, *([known.sender.how] if known.sender.bodies else [])]))


def _weaker(known: Known, subject: str) -> Match:
    """By what is learnt and by who writes, where the message bears nothing of ours."""
    sender = known.sender
    if own := [r for r in known.references if r.primary] or list(known.references):
        cases = tuple(dict.fromkeys(r.token for r in own))
        words = dict.fromkeys(f"their reference {r.reference}, learnt from earlier mail" for r in own)
        supported = (*words, *([sender.how] if sender.how else []))
        if len(cases) == 1:
            return Match(cases[0], "reference", cases, supported)
        return Match(None, None, cases, supported)
    if known.returned_to:
        one = known.returned_to[0] if len(known.returned_to) == 1 else None
        report = "the address that the report names is the one written to"
        return Match(one, "address" if one else None, known.returned_to, (report,))
    return _by_sender(known, subject)


def _by_sender(known: Known, subject: str) -> Match:
    sender, cases = known.sender, known.sender.open_cases
    if not cases or not sender.how:
        return Match(None, None, cases, ())
    if sender.bulk:
        return Match(None, None, cases, (sender.how, "but it went to many, as a newsletter does"))
    if len(cases) == 1:
        return Match(cases[0], "sender", cases, (sender.how, f"{cases[0]} is the only open case there"))
    alike = [t for t in cases if any(subjects.alike(subject, one) for one in known.subjects.get(t, ()))]
    if len(alike) == 1:
        return Match(alike[0], "sender", cases, (sender.how, f"the subject is that of {alike[0]} alone"))
    return Match(None, None, cases, (sender.how,))
