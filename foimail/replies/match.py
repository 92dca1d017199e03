"""Which case a message belongs to.

First what the message says of itself (`clues`), then what is known of those clues (looked up by the workflow), then the
decision (`match`): In-Reply-To and References, Message-IDs in a returned original, the token in the subject, in the
text, in an address. Evidence that disagrees, or that speaks for several cases, goes to a person with the candidates.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from foimail.replies import tokens

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

    @property
    def ids(self) -> tuple[str, ...]:
        """All Message-IDs to look up."""
        return (*self.threaded, *self.returned)

    @property
    def all_tokens(self) -> frozenset[str]:
        """All tokens to look up."""
        return frozenset(t for _, found in self.tokens for t in found)


@dataclass(frozen=True, slots=True)
class Match:
    """The decision: a case, or candidates for a person; with what spoke for it."""

    token: str | None
    matched_by: str | None
    candidates: tuple[str, ...]
    evidence: tuple[str, ...]

    @property
    def needs_person(self) -> bool:
        """Whether several cases are possible and a person must choose."""
        return self.token is None and bool(self.candidates)


def clues(message: Message) -> Clues:
    """What the message says of itself."""
    places = (
        ("subject", message.subject),
        ("text", message.text),
        ("attachment name", " ".join(a.name for a in message.attachments)),
        ("address", " ".join(message.to).replace("+", " ")),
    )
    return Clues(
        threaded=(*message.in_reply_to, *message.references),
        returned=message.returned_ids,
        tokens=tuple((place, tokens.candidates(text)) for place, text in places),
    )


def match(found: Clues, cases_of_ids: Mapping[str, AbstractSet[str]], issued: Container[str]) -> Match:
    """Decide. `cases_of_ids` maps known Message-IDs to cases; `issued` holds those tokens that exist."""
    witnesses: list[tuple[str, str, str]] = []
    for how, ids in (("In-Reply-To or References", found.threaded), ("returned original", found.returned)):
        witnesses += [
            (token, "in-reply-to", f"{how}: <{message_id}>")
            for message_id in ids
            for token in sorted(cases_of_ids.get(message_id, ()))
        ]
    for place, listed in found.tokens:
        witnesses += [(token, "token", f"{token} in the {place}") for token in listed if token in issued]
    evidence = tuple(dict.fromkeys(w[2] for w in witnesses))
    cases = tuple(dict.fromkeys(w[0] for w in witnesses))
    if len(cases) == 1:
        return Match(cases[0], witnesses[0][1], cases, evidence)
    return Match(None, None, cases, evidence)
