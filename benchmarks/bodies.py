"""A workspace that asks so many invented bodies."""

from __future__ import annotations

from typing import TYPE_CHECKING

from foimail.workflows import init

if TYPE_CHECKING:
    from pathlib import Path


def asks(folder: Path, count: int) -> None:
    """Make it in a new folder."""
    rows = (
        f"  - {{id: B{n}, name: Place{n} NHS Trust, type: acute, nation: England, email: foi@place{n}.example,"
        " email_confidence: confirmed, status: active}\n"
        for n in range(count)
    )
    folder.mkdir()
    (folder / "trusts.yaml").write_text("bodies:\n" + "".join(rows), encoding="utf-8")
    init.make(folder, "Rowan Ashdown", "foi@ashdown.example")
