"""The bodies by what a message may show of them: an address, a domain, an ODS code, a name. Built once for a run."""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING

from foimail.replies.domains import Likenesses

if TYPE_CHECKING:
    from collections.abc import Iterable

    from foimail.model import Body
    from foimail.replies.domains import Domains

_WORD = re.compile(r"[^\W_]+")
_READ = 20_000  # characters of a text in which names are looked for
# FOI (TRUST NAME - X24), NAME (RQ8): the codes of ODS in the display names of NHSmail
_CODE = re.compile(r"[(\[][^()\[\]]*?\b([A-Z0-9]{3,5})\s*[)\]]")
_ENDING = frozenset({"nhs", "foundation", "trust"})
_LEAST = 2  # words of a name: a lone word is no name but a place


class Directory:
    """Which bodies an address, a domain, a code or a text speaks of. No look-up here grows with their number."""

    def __init__(self, bodies: Iterable[Body], domains: Domains) -> None:
        self.domains = domains
        self._bodies = {body.id: body for body in bodies}
        self._by_address: dict[str, set[str]] = {}
        self._by_owner: dict[str, set[str]] = {}
        self._by_code: dict[str, str] = {}
        self._names: dict[tuple[str, ...], list[tuple[tuple[str, ...], str]]] = {}
        for body in self._bodies.values():
            self._add(body)

    def _add(self, body: Body) -> None:
        addresses = self.addresses(body.id)
        for address in addresses:
            self._by_address.setdefault(address, set()).add(body.id)
        for place in filter(None, (*addresses, body.website)):
            owner = self.domains.owner(place)
            if not self.domains.is_shared(owner):
                self._by_owner.setdefault(owner, set()).add(body.id)
        self._by_code[(body.ods or body.id).upper()] = body.id
        for name in _names(body.name):
            self._names.setdefault(name[:_LEAST], []).append((name, body.id))

    def addresses(self, body: str) -> tuple[str, ...]:
        """The addresses of a body in the registry, in lower case."""
        known = self._bodies.get(body)
        return (
            () if known is None else tuple(a.lower() for a in (known.email, *known.email_alternatives) if a)
        )

    def name(self, body: str) -> str:
        """A body's name, or its id where it is no longer in the registry."""
        return self._bodies[body].name if body in self._bodies else body

    def of_address(self, address: str) -> frozenset[str]:
        """The bodies with this address."""
        return frozenset(self._by_address.get(address.lower(), ()))

    def of_owner(self, owner: str) -> frozenset[str]:
        """The bodies that have an address or website at this registered name; none where it is shared."""
        return frozenset(self._by_owner.get(owner, ()))

    def of_code(self, display_name: str) -> frozenset[str]:
        """The bodies whose ODS code stands in brackets in a display name."""
        codes = _CODE.findall(display_name.upper())
        return frozenset(self._by_code[code] for code in codes if code in self._by_code)

    def named(self, text: str) -> frozenset[str]:
        """The bodies that a text names, by at least two words of their name."""
        words = _words(text[:_READ])
        found: set[str] = set()
        at = 0
        while at < len(words) - 1:
            here = [
                (len(name), body)
                for name, body in self._names.get(tuple(words[at : at + _LEAST]), ())
                if tuple(words[at : at + len(name)]) == name
            ]
            longest = max((length for length, _ in here), default=0)
            found |= {body for length, body in here if length == longest}
            at += max(longest, 1)
        return frozenset(found)

    def called(self, text: str, among: Iterable[str]) -> frozenset[str]:
        """Those of these few bodies that a text calls by their own words: `Ravelstoke` where no other of them is a Ravelstoke."""
        words = set(_words(text[:_READ]))
        own = {body: {name[0] for name in _names(self.name(body))} for body in among}
        shared = {
            w
            for body, ws in own.items()
            for other, others in own.items()
            if other != body
            for w in ws & others
        }
        return frozenset(body for body, ws in own.items() if (ws - shared) & words)

    def follows(self, later: str, earlier: str) -> bool:
        """Whether one body came out of another by a merger."""
        seen: set[str] = set()
        while earlier in self._bodies and earlier not in seen:
            seen.add(earlier)
            earlier = self._bodies[earlier].successor or ""
            if earlier == later:
                return True
        return False

    @cached_property
    def likenesses(self) -> Likenesses:
        """For names that are made to look like a body's."""
        return Likenesses(self.domains, self._by_owner)


def _words(text: str) -> list[str]:
    plain = text.casefold().replace("'", "").replace("\u2019", "").replace("&", " and ")
    return _WORD.findall(plain)


def _names(name: str) -> list[tuple[str, ...]]:
    """A body's names, of two words at least: each language's, without what all of them end in."""
    found = []
    for one in name.split(" / "):
        words = _words(one)
        core = list(words)
        while core and core[-1] in _ENDING:
            core.pop()
        kept = core if len(core) >= _LEAST else words
        if kept:
            found.append(tuple(kept))
    return found
