"""Every regular expression of foimail, and texts built against each: what `test_patterns.py` times.

Patterns are noted where they are compiled, while all modules are imported and some work is done, so that those made of tables count
too; each phrase of the tables is taken alone. The texts come from a pattern's own parts: what it repeats, repeated without end,
behind what goes before it, so that it is led in as far as it goes and then does not match.
"""

from __future__ import annotations

import pickle
import pkgutil
import re
import subprocess
import sys
import time
from importlib import import_module
from pathlib import Path
from re import _parser  # type: ignore[attr-defined]  # the only way to a pattern's parts
from typing import TYPE_CHECKING, Any

import foimail

if TYPE_CHECKING:
    from collections.abc import Iterator

Pattern = re.Pattern[str] | re.Pattern[bytes]

ROOT = Path(__file__).parents[1]
_FOREVER = 10  # repetitions: what repeats this often or more is tried
PIECES = (
    "a",
    "1",
    " ",
    "\n",
    "\t",
    "-",
    ".",
    ",",
    "<",
    "a ",
    "1 ",
    "a.",
    "1,",
    "a\n",
    " \n",
    "\n\n",
    "a@",
    "(",
    "a1",
    "\u00a0",
    '"',
    "'",
)
_ENDS = ("", "\x00")


def collected() -> dict[str, Pattern]:
    """All patterns by `file:line number`; in a process of its own, for a module compiles its patterns but once."""
    done = subprocess.run([sys.executable, "-m", "tests.patterns"], cwd=ROOT, capture_output=True, check=True)
    return dict(pickle.loads(done.stdout))  # noqa: S301 - written by ourselves just now


def _collect() -> dict[str, Pattern]:
    found: dict[str, Pattern] = {}
    compile_ = re._compile  # type: ignore[attr-defined]  # what re.compile, re.sub and re.match come down to

    def noting(pattern: Any, flags: int) -> Any:
        made = compile_(pattern, flags)
        frame = sys._getframe(1)
        while frame.f_back and frame.f_code.co_filename.endswith(("/re/__init__.py", "functools.py")):
            frame = frame.f_back
        name = frame.f_code.co_filename
        if "/foimail/" in name and isinstance(pattern, str | bytes):
            found[f"{name.rpartition('/foimail/')[2]}:{frame.f_lineno} {made.pattern[:60]!r}"] = made
        return made

    re._compile = noting  # type: ignore[attr-defined]
    for module in pkgutil.walk_packages(foimail.__path__, "foimail."):
        if not module.name.endswith("__main__"):
            import_module(module.name)
    reader = import_module("foimail.replies.reader")
    tables = import_module("foimail.files.tables")
    reader.rules((), tables.table("phrases"), reader.exemptions_of(tables.table("exemptions")))
    re._compile = compile_  # type: ignore[attr-defined]
    for name, pattern in _phrases("", tables.table("phrases")):
        found[f"phrases.toml {name} {pattern[:60]!r}"] = re.compile(pattern, re.IGNORECASE)
    return found


def _phrases(name: str, value: Any) -> Iterator[tuple[str, str]]:
    match value:
        case str():
            yield name, value
        case list():
            for one in value:
                yield from _phrases(name, one)
        case dict():
            for key, one in value.items():
                yield from _phrases(f"{name}.{key}".strip("."), one)


def texts(pattern: Pattern, length: int) -> Iterator[str | bytes]:
    """Texts of about this length, built against this pattern."""
    pieces = {
        (before, pump)
        for before, pump in _pumps(_parser.parse(pattern.pattern, pattern.flags & ~re.DEBUG), "")
        if pump
    }
    whole = _sample(_parser.parse(pattern.pattern, pattern.flags & ~re.DEBUG))
    tried = (
        {("", piece) for piece in PIECES}
        | pieces
        | {("", before + pump) for before, pump in pieces}
        | {("", whole or "x")}
    )
    for before, pump in sorted(tried):
        made = before + pump * (length // len(pump) + 1)
        for end in _ENDS:
            text = made[:length] + end
            yield text.encode("latin-1", "replace") if isinstance(pattern.pattern, bytes) else text


def seconds(pattern: Pattern, text: Any, at_one_place: bool = False) -> float:  # noqa: FBT001, FBT002 - asked of each pattern
    """How long a pattern takes to be looked for in a text, at every place, or to be tried at its beginning."""
    began = time.process_time()
    if at_one_place:
        pattern.match(text)
        pattern.fullmatch(text)
    else:
        for _ in pattern.finditer(text):
            pass
    return time.process_time() - began


def _pumps(items: Any, before: str) -> Iterator[tuple[str, str]]:
    """(what goes before, what is repeated) of each repetition without a near end."""
    for operation, argument in items:
        match str(operation):
            case "MAX_REPEAT" | "MIN_REPEAT" | "POSSESSIVE_REPEAT":
                low, high, body = argument
                sample = _sample(body)
                if int(high) >= _FOREVER:
                    yield before, sample
                yield from _pumps(body, before)
                before += sample * max(int(low), 1)
            case "SUBPATTERN":
                yield from _pumps(argument[-1], before)
                before += _sample(argument[-1])
            case "BRANCH":
                for way in argument[1]:
                    yield from _pumps(way, before)
                before += _sample(argument[1][0])
            case "ATOMIC_GROUP":
                yield from _pumps(argument, before)
                before += _sample(argument)
            case "ASSERT" | "ASSERT_NOT":
                yield from _pumps(argument[1], before)
            case _:
                before += _sample([(operation, argument)])


def _sample(items: Any) -> str:
    """A text that these items match, more or less."""
    return "".join(_one(str(operation), argument) for operation, argument in items)


def _one(operation: str, argument: Any) -> str:
    match operation:
        case "LITERAL":
            return chr(argument)
        case "NOT_LITERAL":
            return "b" if argument == ord("a") else "a"
        case "ANY":
            return "a"
        case "IN":
            return _of_set(argument)
        case "MAX_REPEAT" | "MIN_REPEAT" | "POSSESSIVE_REPEAT":
            return _sample(argument[2]) * max(int(argument[0]), 1)
        case "SUBPATTERN":
            return _sample(argument[-1])
        case "ATOMIC_GROUP":
            return _sample(argument)
        case "BRANCH":
            return _sample(argument[1][0])
        case _:
            return ""


_CATEGORIES = {"DIGIT": "1", "SPACE": " ", "WORD": "a", "NOT_DIGIT": "a", "NOT_SPACE": "a", "NOT_WORD": "-"}


def _of_set(members: Any) -> str:
    negated = any(str(operation) == "NEGATE" for operation, _ in members)
    if negated:
        shut = re.compile(
            "|".join(
                _shut(operation, argument) for operation, argument in members if str(operation) != "NEGATE"
            )
        )
        return next((c for c in "a1 -\n" if not shut.fullmatch(c)), "\u00e9")
    operation, argument = members[0]
    match str(operation):
        case "LITERAL":
            return chr(argument)
        case "RANGE":
            return chr(argument[0])
        case _:
            return _CATEGORIES.get(str(argument).removeprefix("CATEGORY_"), "a")


def _shut(operation: Any, argument: Any) -> str:
    match str(operation):
        case "LITERAL":
            return re.escape(chr(argument))
        case "RANGE":
            return f"[{re.escape(chr(argument[0]))}-{re.escape(chr(argument[1]))}]"
        case _:
            name = str(argument).removeprefix("CATEGORY_")
            letter = {"DIGIT": "d", "SPACE": "s", "WORD": "w"}[name.removeprefix("NOT_")]
            return f"\\{letter.upper() if name.startswith('NOT_') else letter}"


if __name__ == "__main__":
    sys.stdout.buffer.write(pickle.dumps(_collect()))
