from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from foimail.files.tables import table
from foimail.law import regimes
from foimail.law.calendar import build

if TYPE_CHECKING:
    from foimail.law.calendar import Calendar
    from foimail.law.regimes import Regime


@pytest.fixture(scope="session")
def foia() -> Regime:
    return regimes.read(table("regimes")).regime("foia")


@pytest.fixture(scope="session")
def foisa() -> Regime:
    return regimes.read(table("regimes")).regime("foisa")


@pytest.fixture(scope="session")
def union(foia: Regime) -> Calendar:
    return build(foia.holidays, table("proclaimed"))


@pytest.fixture(scope="session")
def scotland(foisa: Regime) -> Calendar:
    return build(foisa.holidays, table("proclaimed"))
