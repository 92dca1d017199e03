"""What was learnt from mail that was matched: the bodies' own references, and addresses that a person has said to be theirs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import Connection, insert, select

from foimail.store.schema import known_addresses, references

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

_AT_ONCE = 500  # values in one query: databases have a limit


def remember_reference(connection: Connection, reference: str, domain: str, token: str) -> None:
    """Let later mail from this domain (or address, where the domain is shared) that bears the reference find the case."""
    same = (
        (references.c.reference == reference)
        & (references.c.domain == domain)
        & (references.c.token == token)
    )
    if connection.execute(select(references.c.token).where(same)).first() is None:
        connection.execute(insert(references).values(reference=reference, domain=domain, token=token))


def references_among(connection: Connection, keys: Collection[str]) -> list[tuple[str, str, str]]:
    """(reference, domain, token) of those keys that were learnt."""
    listed = sorted(keys)
    found: list[tuple[str, str, str]] = []
    for start in range(0, len(listed), _AT_ONCE):
        some = references.c.reference.in_(listed[start : start + _AT_ONCE])
        query = select(references.c.reference, references.c.domain, references.c.token).where(some)
        found += [(row[0], row[1], row[2]) for row in connection.execute(query)]
    return sorted(found)


def remember_address(connection: Connection, address: str, bodies: Iterable[str]) -> None:
    """A person has said that this address writes for these bodies."""
    known = bodies_of_address(connection, address)
    for body in sorted(set(bodies) - known):
        connection.execute(insert(known_addresses).values(address=address.lower(), body=body))


def bodies_of_address(connection: Connection, address: str) -> set[str]:
    """The bodies that a person has said this address to write for."""
    query = select(known_addresses.c.body).where(known_addresses.c.address == address.lower())
    return set(connection.scalars(query))
