"""What was learnt from mail that was matched: the bodies' own references, and addresses that a person has said to be theirs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import Connection, bindparam, insert, select, text

from foimail.store.schema import known_addresses, references

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

_AT_ONCE = 500  # values in one query: databases have a limit

# built once: they are asked for with each mail
_REMEMBER = text(
    "INSERT INTO their_references (reference, domain, token) VALUES (:reference, :domain, :token) ON CONFLICT DO NOTHING"
)
_AMONG = select(references.c.reference, references.c.domain, references.c.token).where(
    references.c.reference.in_(bindparam("keys", expanding=True))
)
_OF_ADDRESS = select(known_addresses.c.body).where(known_addresses.c.address == bindparam("of"))


def remember_reference(connection: Connection, reference: str, domain: str, token: str) -> None:
    """Let later mail from this domain (or address, where the domain is shared) that bears the reference find the case."""
    connection.execute(_REMEMBER, {"reference": reference, "domain": domain, "token": token})


def references_among(connection: Connection, keys: Collection[str]) -> list[tuple[str, str, str]]:
    """(reference, domain, token) of those keys that were learnt."""
    listed = sorted(keys)
    found: list[tuple[str, str, str]] = []
    for start in range(0, len(listed), _AT_ONCE):
        some = {"keys": listed[start : start + _AT_ONCE]}
        found += [(row[0], row[1], row[2]) for row in connection.execute(_AMONG, some)]
    return sorted(found)


def remember_address(connection: Connection, address: str, bodies: Iterable[str]) -> None:
    """A person has said that this address writes for these bodies."""
    known = bodies_of_address(connection, address)
    for body in sorted(set(bodies) - known):
        connection.execute(insert(known_addresses).values(address=address.lower(), body=body))


def bodies_of_address(connection: Connection, address: str) -> set[str]:
    """The bodies that a person has said this address to write for."""
    return set(connection.scalars(_OF_ADDRESS, {"of": address.lower()}))
