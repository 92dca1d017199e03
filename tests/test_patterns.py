"""Each regular expression of foimail on texts built against it: none takes the square of what it is given (ReDoS)."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import foimail
from foimail.replies import anatomy
from tests.patterns import Pattern, collected, seconds, texts

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


pytestmark = [pytest.mark.usefixtures("clear_heap"), pytest.mark.no_cover]

PACKAGE = Path(foimail.__file__).parent
# What these read was cut before: a line or sentence of a letter (`anatomy`), a row or label of an answer. Two hundred such lines
# are a letter of the greatest length, so each pattern may take its time two hundred times.
CUT = ("replies/", "dataset/", "phrases.toml")
AT_MOST = 0.15  # seconds for one such line
SHORT, LONG = 2_500, 10_000
PATIENCE = 9  # times as long for four times the length; a square would be sixteen
SOON = 0.02  # seconds in which growth is no matter


@cache
def anchored() -> dict[str, set[int]]:
    """The lines of each file that compile a pattern tried at one place alone (`match`, `fullmatch`), never searched for."""
    found: dict[str, set[int]] = {}
    for path in PACKAGE.rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        uses: dict[str, set[str]] = {}
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                uses.setdefault(node.value.id, set()).add(node.attr)
            elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
                uses.setdefault(node.id, set())
        lines = found.setdefault(path.relative_to(PACKAGE).as_posix(), set())
        for node in tree.body:
            if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
                used = uses.get(node.targets[0].id, set())
                if used and used <= {"match", "fullmatch", "pattern"}:
                    lines.update(range(node.lineno, (node.end_lineno or node.lineno) + 1))
        for node in ast.walk(tree):  # re.match("...", text) at the place itself
            if isinstance(node, ast.Call) and ast.unparse(node.func) in {"re.match", "re.fullmatch"}:
                lines.update(range(node.lineno, (node.end_lineno or node.lineno) + 1))
    return found


def is_anchored(name: str) -> bool:
    file, _, rest = name.partition(":")
    return int(rest.partition(" ")[0]) in anchored().get(file, set()) if rest[:1].isdigit() else False


def cut(text: str | bytes) -> str | bytes:
    """The first line into which a letter is cut."""
    if isinstance(text, bytes):
        return text[: anatomy._LONGEST_LINE]
    return next((line.text for line in anatomy._lines(text.replace("\n", " ")) if line.text), "")


def slow(found: Iterable[tuple[str, Pattern]]) -> Iterator[str]:
    """The patterns that take too long, each with the text that shows it."""
    for name, pattern in found:
        at_one_place = is_anchored(name)
        if name.startswith(CUT):
            for text in {cut(text) for text in texts(pattern, anatomy._LONGEST_LINE)}:
                if (
                    seconds(pattern, text, at_one_place) > AT_MOST
                    and min(seconds(pattern, text, at_one_place) for _ in range(2)) > AT_MOST
                ):
                    yield f"{name} on {text[:40]!r}"
                    break
            continue
        for short, long in zip(texts(pattern, SHORT), texts(pattern, LONG), strict=True):
            taken = seconds(pattern, long, at_one_place)
            if taken > SOON and taken > PATIENCE * min(
                seconds(pattern, short, at_one_place) for _ in range(3)
            ):
                yield f"{name} on {long[:40]!r}"
                break


@pytest.fixture(scope="module")
def patterns() -> dict[str, Pattern]:
    return collected()


def test_the_patterns_of_all_modules_and_tables_are_found(patterns: dict[str, Pattern]) -> None:
    files = {name.partition(":")[0] for name in patterns}
    assert len(patterns) > 600
    assert {"replies/anatomy.py", "mail/hypertext.py", "files/settings.py", "output/tables.py"} <= files
    assert sum(name.startswith("phrases.toml") for name in patterns) > 300


def test_a_pattern_that_is_slow_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(globals(), "AT_MOST", 0.01)
    assert list(slow([("mail/x.py:1", re.compile(r"\s+$"))]))
    assert list(slow([("replies/x.py:1", re.compile(r"(?:ab|a)*(?:a|ba)*(?:x|a)*c"))]))
    assert not list(slow([("mail/x.py:1", re.compile(r"(?<!\s)\s+$"))]))


@pytest.mark.parametrize("part", range(8))
def test_no_pattern_takes_the_square_of_what_it_is_given(patterns: dict[str, Pattern], part: int) -> None:
    assert list(slow(list(patterns.items())[part::8])) == []
