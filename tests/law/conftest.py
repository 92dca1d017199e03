from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests import story

if TYPE_CHECKING:
    from foimail.law.calendar import Calendar
    from foimail.law.regimes import Regime


@pytest.fixture(scope="session")
def foia() -> Regime:
    return story.law().regime("foia")


@pytest.fixture(scope="session")
def foisa() -> Regime:
    return story.law().regime("foisa")


@pytest.fixture(scope="session")
def union(foia: Regime) -> Calendar:
    return story.calendar(foia.holidays)


@pytest.fixture(scope="session")
def scotland(foisa: Regime) -> Calendar:
    return story.calendar(foisa.holidays)
