"""Each guard of `mutations.py` broken in a copy of the tree, and its test seen to turn red."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.mutations import GUARDS, ROOT, Guard, broken, colour, copy_of_the_tree
from tests.postgres import find_postgres

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

each_guard = pytest.mark.parametrize("guard", GUARDS, ids=[g.name.replace(" ", "-") for g in GUARDS])


@each_guard
def test_a_guard_stands_where_the_table_says(guard: Guard) -> None:
    assert (ROOT / guard.file).read_text(encoding="utf-8").count(guard.old) == 1
    assert guard.old != guard.new
    file, _, name = guard.node.partition("::")
    assert re.search(rf"^def {name}\(", (ROOT / file).read_text(encoding="utf-8"), re.MULTILINE)


def test_no_guard_is_listed_twice() -> None:
    assert len({guard.name for guard in GUARDS}) == len(GUARDS)


@pytest.fixture(scope="module")
def copy() -> Iterator[Path]:
    with copy_of_the_tree() as folder:
        assert colour(folder, [guard.node for guard in GUARDS]) != "red"
        yield folder


@pytest.mark.slow
@each_guard
def test_a_broken_guard_turns_its_test_red(copy: Path, guard: Guard) -> None:
    if guard.engine == "postgresql" and find_postgres() is None:
        pytest.skip("PostgreSQL is not installed")
    with broken(copy, guard):
        assert colour(copy, [guard.node], guard.engine) == "red"
