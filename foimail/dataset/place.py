"""Where a quote stands, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


def words(where: Mapping[str, Any]) -> str:
    """A place in words: `report.xlsx, sheet Referrals, cell B7`; `the letter` of the mail itself; nothing where none is known."""
    if not where:
        return ""
    named = [f"{name} {where[name]}" for name in ("page", "sheet", "cell") if where.get(name)]
    return ", ".join([str(where.get("file") or "the letter"), *named])
