"""The table of stages and routes in docs/law.md is the program's own, and leaves none out."""

from __future__ import annotations

import runpy
from pathlib import Path
from typing import get_args

from foimail.law.position import STAGES
from foimail.law.routes import Route
from tests.story import law

DOCS = Path(__file__).parents[2] / "docs"
ROUTES = runpy.run_path(str(DOCS / "routes.py"))


def test_the_table_of_routes_is_fresh() -> None:
    assert (DOCS / "law.md").read_text(encoding="utf-8") == ROUTES["page"](), "run docs/routes.py"


def test_every_stage_and_route_is_in_the_table() -> None:
    cells = [cell for regime in law().regimes for row in ROUTES["rows"](regime) for cell in row[:2]]
    named = {cell.rpartition("(`")[2].rstrip("`)") for cell in cells}
    assert named >= {*STAGES, *get_args(Route)}
