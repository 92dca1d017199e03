"""What of the store is derived, and can be made again from the rest: `verify` compares it, `rebuild` renews it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from foimail.store import derived, facts, schema, texts
from foimail.workflows import matching

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection, Table

    from foimail.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Derived:
    """Something derived: `wrong` counts the rows that are not as the rest of the store says, `renew` mends them and counts, too."""

    name: str
    what: str
    wrong: Callable[[Connection], int]
    renew: Callable[[Connection], int]


def of_table(table: Table, what: str, due: Callable[[Connection], derived.Rows]) -> Derived:
    """A table of text columns, which are its key together, and what must stand in it."""
    return Derived(
        table.name,
        what,
        lambda connection: len(derived.rows(connection, table) ^ due(connection)),
        lambda connection: derived.renew(connection, table, due(connection)),
    )


DERIVED: tuple[Derived, ...] = (
    of_table(schema.message_ids, "which case each Message-ID leads to", derived.threads),
    of_table(schema.references, "the bodies' own references", matching.taught),
    Derived(
        "facts", "what the log of each case adds up to", lambda c: len(facts.differing(c)), facts.rebuild
    ),
    Derived(
        "texts", "the words that a search looks through", lambda c: len(texts.missing(c)), texts.owe_missing
    ),
)
"""All that is derived; whatever is added to the store for speed is added here, too."""


def rebuild(ws: Workspace) -> list[tuple[Derived, int]]:
    """Renew all that is derived, each in a transaction of its own, while no mail is fetched or sent; how many rows were wrong."""
    with ws.only_one("poll"), ws.only_one("send"):
        return [(one, _renewed(ws, one)) for one in DERIVED]


def _renewed(ws: Workspace, one: Derived) -> int:
    with ws.store.write() as connection:
        return one.renew(connection)
