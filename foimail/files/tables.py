"""The package's own TOML tables: law, proclaimed holidays, phrases, provider limits."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def table(name: str) -> dict[str, Any]:
    """The table `foimail/tables/NAME.toml` as plain values."""
    return tomllib.loads((files("foimail") / "tables" / f"{name}.toml").read_text(encoding="utf-8"))
