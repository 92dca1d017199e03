from __future__ import annotations

from pathlib import Path

import pytest

from foimail.files.tables import table
from foimail.law.regimes import Law, read

TEMPLATES = Path(__file__).parents[2] / "templates"


@pytest.fixture(scope="session")
def law() -> Law:
    return read(table("regimes"))


@pytest.fixture(scope="session")
def base() -> tuple[tuple[str, str], ...]:
    """The letters that every campaign inherits."""
    files = sorted(TEMPLATES.glob("base/*.txt"))
    return tuple((f"base/{path.name}", path.read_text(encoding="utf-8")) for path in files)
