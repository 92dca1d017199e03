"""Domains of addresses: whose a name is, whether it is shared, and which names are made to look like another's."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

_LONG = 6  # letters of a name from which one changed letter is a likeness and no chance
_PART = 5  # letters of a name from which another name that holds it is a likeness
_TWINS = (("rn", "m"), ("vv", "w"), ("cl", "d"))
_FOLD = str.maketrans("01358|", "olesbl")  # digits that pass for letters; `i` passes for `l` too
_BOTH = str.maketrans("i", "l")


@dataclass(frozen=True, slots=True)
class Domains:
    """tables/domains.toml: suffixes, and the names that are shared, free to all, or guarded."""

    suffixes: frozenset[str]
    guarded: tuple[str, ...]
    shared: frozenset[str]
    systems: frozenset[str]
    free: frozenset[str]
    writers: Mapping[str, str]

    @classmethod
    def read(cls, table: Mapping[str, Any]) -> Self:
        """The table as values."""
        return cls(
            frozenset(table["suffixes"]),
            tuple(table["guarded"]),
            frozenset(table["shared"]),
            frozenset(table["systems"]),
            frozenset(table["free"]),
            dict(table["writers"]),
        )

    def owner(self, address: str) -> str:
        """The registered name in an address, host or web address: `connect.crosslake.nhs.uk` belongs to `crosslake.nhs.uk`."""
        host = address.rpartition("@")[2].rpartition("://")[2].partition("/")[0].partition(":")[0]
        labels = host.lower().strip(". ").split(".")
        for start in range(len(labels)):
            if ".".join(labels[start:]) in self.suffixes:
                return ".".join(labels[max(start - 1, 0) :])
        return ".".join(labels[-2:])

    def is_shared(self, owner: str) -> bool:
        """Whether many bodies, or anybody, write from this name."""
        return owner in self.shared or owner in self.systems or owner in self.free

    def is_guarded(self, owner: str) -> bool:
        """Whether its registry gives such names to public bodies alone."""
        return any(owner == one or owner.endswith(f".{one}") for one in self.guarded)

    def label(self, owner: str) -> str:
        """What an owner's name is without its suffix: `crosslake` of `crosslake.nhs.uk`."""
        return owner.partition(".")[0]


class Likenesses:
    """The names of bodies, to find the one that another name is made to look like; a look-up does not grow with them."""

    def __init__(self, domains: Domains, owners: Iterable[str]) -> None:
        self._domains = domains
        self._owners = frozenset(owners)
        self._by_label: dict[str, str] = {}
        self._by_shape: dict[str, str] = {}
        self._by_letters: dict[str, list[str]] = {}
        for owner in sorted(self._owners):
            label = domains.label(owner)
            self._by_label.setdefault(label, owner)
            self._by_shape.setdefault(_shape(label), owner)
            if len(label) >= _LONG:
                for fewer in _fewer(label):
                    self._by_letters.setdefault(fewer, []).append(owner)

    def like(self, domain: str) -> tuple[str, str] | None:
        """(the body's name, how this one resembles it), or None.

        The likeness is `close` where no honest reason is known for it (a letter changed, another ending, the body's whole name
        used as a sub-domain), and `wider` where the name holds the body's and more, as a fraud's would or a sister's.
        """
        owner = self._domains.owner(domain)
        if owner in self._owners or self._domains.is_guarded(owner) or self._domains.is_shared(owner):
            return None
        label = self._domains.label(owner)
        for inner in self._inner(domain, owner):
            return inner, "close"
        if label in self._by_label:
            return self._by_label[label], "close"
        if (shape := _shape(label)) in self._by_shape:
            return self._by_shape[shape], "close"
        if len(label) >= _LONG - 1:
            for other in (o for fewer in _fewer(label) for o in self._by_letters.get(fewer, ())):
                if _one_apart(label, self._domains.label(other)):
                    return other, "close"
        for part in _parts(label):
            if part in self._by_label:
                return self._by_label[part], "wider"
        return None

    def _inner(self, domain: str, owner: str) -> Iterator[str]:
        front = domain.lower()[: -len(owner)].strip(".").split(".")
        for start in range(len(front)):
            for end in range(start + 2, len(front) + 1):
                if (name := ".".join(front[start:end])) in self._owners:
                    yield name


def _shape(label: str) -> str:
    """What a label looks like at a glance: no hyphens or accents, digits as the letters that they pass for."""
    if label.startswith("xn--"):
        try:
            label = label.encode("ascii").decode("idna")
        except UnicodeError:
            return label
    plain = "".join(c for c in unicodedata.normalize("NFKD", label) if not unicodedata.combining(c))
    plain = plain.translate(_CONFUSED).translate(_FOLD).replace("-", "")
    for twin, one in _TWINS:
        plain = plain.replace(twin, one)
    return plain.translate(_BOTH)


# Cyrillic and Greek letters that look like Latin ones
_CONFUSED = str.maketrans("аеорсухіјѕԁһԛԝαοινρτυ", "aeopcyxijsdhqwaoivptu")


def _fewer(label: str) -> Iterator[str]:
    yield label
    for i in range(len(label)):
        yield label[:i] + label[i + 1 :]


def _one_apart(one: str, other: str) -> bool:
    """Whether one letter was added, left out, changed, or two neighbours swapped."""
    if len(one) > len(other):
        one, other = other, one
    if len(other) - len(one) > 1:
        return False
    i = next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), len(one))
    if len(one) < len(other):
        return one[i:] == other[i + 1 :]
    return one[i + 1 :] == other[i + 1 :] or (
        one[i : i + 2] == other[i : i + 2][::-1] and one[i + 2 :] == other[i + 2 :]
    )


def _parts(label: str) -> Iterator[str]:
    """Runs of hyphened parts, and beginnings and ends, that are long enough to be a body's name."""
    pieces = label.split("-")
    for start in range(len(pieces)):
        for end in range(len(pieces), start, -1):
            if len(run := "-".join(pieces[start:end])) >= _PART and run != label:
                yield run
    for length in range(len(label) - 1, _LONG - 1, -1):
        yield label[:length]
        yield label[-length:]
