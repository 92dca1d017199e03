"""Which cases of a test are run each time, and which by `make test-all` alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterable


def mostly(name: str, cases: Iterable[str], often: set[str]) -> pytest.MarkDecorator:
    """One run for each case, given to the test by this name; those that are not run `often` are slow."""
    return pytest.mark.parametrize(
        name, [case if case in often else pytest.param(case, marks=pytest.mark.slow) for case in cases]
    )
