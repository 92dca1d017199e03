"""The pure floors decide from what they are handed: no file, clock, environment, chance or terminal is touched there."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import foimail

PACKAGE = Path(foimail.__file__).parent
PURE = sorted(
    [
        *(
            PACKAGE / f"{name}.py"
            for name in ("model", "events", "case", "case_json", "errors", "form", "places", "wordless")
        ),
        *(
            path
            for name in ("law", "letters", "replies", "dataset")
            for path in (PACKAGE / name).rglob("*.py")
        ),
    ]
)
# names that reach outside when called, or when merely used
_CALLED = frozenset({"open", "print", "input", "exec", "eval", "breakpoint", "__import__"})
_METHODS = frozenset(
    {
        *("today", "now", "utcnow", "getenv"),
        *(
            "read_text",
            "read_bytes",
            "write_text",
            "write_bytes",
            "iterdir",
            "rglob",
            "mkdir",
            "unlink",
            "exists",
        ),
    }
)
_USED = frozenset({"environ"})
_MODULES = frozenset(
    {
        *(
            "os",
            "io",
            "sys",
            "pathlib",
            "shutil",
            "tempfile",
            "glob",
            "subprocess",
            "socket",
            "ssl",
            "sqlite3",
        ),
        *("time", "random", "secrets", "uuid", "locale", "getpass", "logging", "importlib"),
    }
)


def impurities(source: str) -> list[str]:
    """What in this source touches the outside, as `line: what`."""
    found = []
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Call(func=ast.Name(id=name)) if name in _CALLED:
                found.append(f"{node.lineno}: {name}()")
            case ast.Call(func=ast.Attribute(attr=name)) if name in _METHODS:
                found.append(f"{node.lineno}: .{name}()")
            case ast.Attribute(attr=name) | ast.Name(id=name) if name in _USED:
                found.append(f"{node.lineno}: {name}")
            case ast.Import(names=names):
                found += [
                    f"{node.lineno}: import {n.name}" for n in names if n.name.partition(".")[0] in _MODULES
                ]
            case ast.ImportFrom(module=str(name), level=0) if name.partition(".")[0] in _MODULES:
                found.append(f"{node.lineno}: from {name}")
    return found


@pytest.mark.parametrize("path", PURE, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_pure_module_touches_nothing_outside(path: Path) -> None:
    assert impurities(path.read_text(encoding="utf-8")) == []


def test_all_pure_floors_are_looked_at() -> None:
    names = {str(path.relative_to(PACKAGE)) for path in PURE}
    assert {"model.py", "case.py", "law/position.py", "letters/compose.py", "replies/match.py"} <= names


@pytest.mark.parametrize(
    "line",
    [
        "open('x')",
        "Path('x').read_text()",
        "date.today()",
        "datetime.now(UTC)",
        "print('x')",
        "input()",
        "settings.environ['HOME']",
        "from os import environ",
        "import time",
        "import os.path",
        "def f():\n    import random",
        "from secrets import token_hex",
    ],
)
def test_the_search_finds_what_is_forbidden(line: str) -> None:
    assert impurities(line) != []


@pytest.mark.parametrize(
    "line", ["today = date(2026, 6, 12)", "from foimail.law import time_limits", "now: date", "x.open"]
)
def test_the_search_leaves_the_rest_alone(line: str) -> None:
    assert impurities(line) == []
