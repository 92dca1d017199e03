"""YAML as a list of entries with the line of every field: what `trusts.yaml` is made of.

Read from libyaml's events instead of as a finished document: every value stays the text that was written (an
id such as 1E5 is no number, 2026-04-01 no date object, `NO` no boolean), every field has its line, and
neither deep nesting (on which PyYAML's C composer overflows the stack) nor aliases (which can unfold without
end) are followed.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import yaml

from foimail.errors import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

_LOADER = getattr(
    yaml, "CSafeLoader", yaml.SafeLoader
)  # the C loader is about ten times as fast, and absent on some machines
_DEEPEST = 6
_NOTHING = frozenset({"", "~", "null", "Null", "NULL"})

Value = str | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """One item of the list: its fields as text, the line of each (from 1), its first and last line."""

    values: dict[str, Value]
    lines: dict[str, int]
    start: int
    end: int
    flow: bool = False  # written in braces, or inside square brackets


@dataclass
class _Node:
    line: int
    scalar: str | None = None
    items: list[_Node] | None = None
    pairs: list[tuple[_Node, _Node]] | None = None
    end: int = 0
    flow: bool = False


class _RefusedError(Exception):
    """This YAML is not read further: what it holds is no list of plain facts."""

    def __init__(self, line: int, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.line, self.message, self.hint = line, message, hint


@dataclass
class _Reader:
    name: str
    problems: list[Problem] = field(default_factory=list)

    def fault(self, line: int, message: str, hint: str = "") -> None:
        self.problems.append(Problem(f"{self.name}:{line}", message, hint))

    def entry(self, node: _Node) -> Entry | None:
        if node.pairs is None:
            self.fault(node.line, "this is not a body: it has no fields", "each begins with `- id:`")
            return None
        values: dict[str, Value] = {}
        lines: dict[str, int] = {}
        for key, value in node.pairs:
            if key.scalar is None:
                self.fault(key.line, "a field needs a plain name")
            elif key.scalar in lines:
                self.fault(
                    key.line,
                    f"`{key.scalar}` stands twice in this body",
                    f"first on line {lines[key.scalar]}",
                )
            else:
                lines[key.scalar] = key.line
                read = self.value(key.scalar, value)
                if read:
                    values[key.scalar] = read
        return Entry(values, lines, node.line, node.end, node.flow)

    def value(self, name: str, node: _Node) -> Value | None:
        if node.pairs is not None:
            self.fault(node.line, f"`{name}` holds fields of its own where one value is expected")
        elif node.items is None:
            return node.scalar
        elif any(item.scalar is None for item in node.items):
            self.fault(node.line, f"`{name}` holds an item that is empty or not plain text")
        else:
            return tuple(item.scalar for item in node.items if item.scalar is not None)
        return None


def read_entries(text: str, name: str, key: str) -> tuple[tuple[Entry, ...], tuple[Problem, ...]]:
    """The entries of the list under `key`, the only key of the file, and every fault of form on the way.

    Args:
        text: The whole file.
        name: What the file is called in problems (`trusts.yaml`).
        key: The one key that the file has.
    """
    reader = _Reader(name)
    try:
        root = _document(text)
    except _RefusedError as refused:
        reader.fault(refused.line, refused.message, refused.hint)
        return (), tuple(reader.problems)
    items: list[_Node] = []
    if root is None or root.pairs is None:
        reader.fault(1, f"the file has no `{key}:`", f"it begins with `{key}:` and one `- id:` for each body")
    else:
        names = [k.scalar for k, _ in root.pairs]
        if key not in names:
            reader.fault(1, f"the file has no `{key}:`")
        for k, node in root.pairs:
            if k.scalar != key:
                reader.fault(k.line, f"`{k.scalar}` is not known here", f"the file holds `{key}:` alone")
            elif node.items is None:
                reader.fault(k.line, f"`{key}:` must be a list", "each body begins with `- id:`")
            else:
                items += node.items
        if names.count(key) > 1:
            reader.fault(1, f"`{key}:` stands more than once")
    entries = tuple(entry for item in items if (entry := reader.entry(item)))
    return entries, tuple(reader.problems)


def _document(text: str) -> _Node | None:
    try:
        events = yaml.parse(text, Loader=_LOADER)
        root = None
        for event in events:
            if isinstance(event, yaml.DocumentStartEvent):
                if root is not None:
                    raise _RefusedError(_line(event), "a second document begins here", "take the `---` out")
                root = _node(next(events), events, 1)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        what = ", ".join(part for part in (error.context, error.problem) if part)
        raise _RefusedError(
            mark.line + 1 if mark else 1,
            f"this is not YAML: {what}",
            "look at the indentation and the quotes",
        ) from None
    except yaml.reader.ReaderError as error:
        line = text.encode()[: error.position].count(b"\n") + 1
        raise _RefusedError(line, "there is a control character here that no text file may hold") from None
    except UnicodeEncodeError as error:
        line = text.count("\n", 0, error.start) + 1
        raise _RefusedError(line, "there is a character here that is no text") from None
    return root


def _node(event: Any, events: Iterator[Any], depth: int) -> _Node:  # noqa: ANN401 - PyYAML's events are untyped
    node = _Node(_line(event))
    if isinstance(event, yaml.ScalarEvent):
        node.scalar = None if event.implicit[0] and event.value in _NOTHING else event.value.strip()
        return node
    if isinstance(event, yaml.AliasEvent):
        raise _RefusedError(node.line, "aliases (`*name`) are not allowed", "write the value out")
    if depth > _DEEPEST:
        raise _RefusedError(node.line, "this is nested too deep for a list of bodies")
    node.flow = bool(event.flow_style)
    if isinstance(event, yaml.SequenceStartEvent):
        node.items = []
        while not isinstance(event := next(events), yaml.SequenceEndEvent):
            node.items.append(_node(event, events, depth + 1))
            node.items[-1].flow |= node.flow
    else:
        node.pairs = []
        while not isinstance(event := next(events), yaml.MappingEndEvent):
            key = _node(event, events, depth + 1)
            node.pairs.append((key, _node(next(events), events, depth + 1)))
    node.end = event.end_mark.line + (1 if node.flow else 0)
    return node


def _line(event: Any) -> int:  # noqa: ANN401 - as above
    return int(event.start_mark.line) + 1
