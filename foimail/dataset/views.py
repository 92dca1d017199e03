"""What of the long table may be published, and what of it a person has confirmed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from foimail.dataset.fields import LEFT_OUT
from foimail.dataset.long import GIVES_AWAY

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from foimail.dataset.fields import Field, Row

UNCONFIRMED = "read by foimail and not yet confirmed: no figure is given"
TOTAL_LEFT_OUT = "left out: a figure that was held back could be worked out from it"
NOT_PUBLIC = "names of staff, addresses, quotes, file names, who confirmed"
_SAID = (
    "value", "lower", "upper", "withheld", "exemptions", "confidence", "quote", "source_file", "place",
    "member", "page", "to_page", "sheet", "cell", "start", "end",
)  # fmt: skip
_NUMBERS = ("value", "lower", "upper")


def confirmed(rows: Iterable[Row]) -> list[Row]:
    """The rows with what a person has confirmed; of all else it stays known that there is something, and in which letter."""
    return [row if row["state"] == "confirmed" or not row.get("message") else _unsaid(row) for row in rows]


def _unsaid(row: Row) -> Row:
    return row | dict.fromkeys(_SAID) | {"outcome": "unconfirmed", "note": UNCONFIRMED}


def public(rows: Iterable[Row], fields: Sequence[Field]) -> tuple[list[Row], tuple[Field, ...]]:
    """The rows and their columns without what is of people, and without totals that give away what was held back."""
    kept = tuple(one for one in fields if not one.private)
    names = {one.name for one in kept}
    return [
        {name: value for name, value in _guarded(row).items() if name in names} | {LEFT_OUT.name: NOT_PUBLIC}
        for row in rows
    ], (*kept, LEFT_OUT)


def _guarded(row: Row) -> Row:
    note = str(row.get("note") or "")
    if GIVES_AWAY in note:
        row = row | dict.fromkeys(_NUMBERS) | {"note": note.replace(GIVES_AWAY, TOTAL_LEFT_OUT)}
    words = str(row.get("category") or "").split()
    return row | {"category": " ".join("[address]" if "@" in word else word for word in words) or None}
