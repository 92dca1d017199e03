"""Writing changes back into trusts.yaml, field by field.

Comments, order, blank lines and the style of everything that does not change survive byte for byte.
ruamel.yaml writes the fields that do change, so that a comment behind a value stays there. The result is read
again at the end.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from io import StringIO
from typing import TYPE_CHECKING, Any

from foimail import durable
from foimail.errors import InputError, errors_only
from foimail.files.entries import read_entries
from foimail.files.registry import FILE, ORDER, read

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from foimail.files.entries import Entry, Value
    from foimail.files.registry_changes import Change

    Facts = Mapping[str, Value | None]

_WIDTH = 110
_LONG = 80  # longer text is folded below its field
_DEPTH = 2  # blanks before the dash of a body, where the file does not say otherwise


@dataclass
class _Chunk:
    """The lines of one field, and the comments and blank lines between it and the next."""

    field: str
    lines: list[str]
    between: list[str]


def updated(text: str, changes: Iterable[Change]) -> str:
    """The text of the registry with the changes made; the same text where they change nothing.

    Raises:
        InputError: The list is in brackets, or the result would not be a faultless registry of just these
            changes.
    """
    facts = _facts_by_code(changes)
    if not facts:
        return text
    if errors := errors_only(read(text)[1]):  # it may have been edited since it was last read
        raise InputError(f"{FILE} has faults; nothing was written", errors)
    windows = "\r\n" in text
    text = text.replace("\r\n", "\n")
    text = text if text.endswith("\n") else f"{text}\n"
    entries, _ = read_entries(text, FILE, "bodies")
    if any(entry.flow for entry in entries):
        raise InputError(
            f"{FILE} has bodies in brackets, which cannot be changed in place",
            hint="write each as a list item",
        )
    lines = text.splitlines(keepends=True)
    known = {str(entry.values["id"]) for entry in entries}
    for entry in reversed(entries):  # from the end, so that the line numbers of the bodies before stay true
        if changed := facts.get(str(entry.values["id"])):
            start, end = _block(lines, entry)
            lines[start:end] = _rewritten(lines[start:end], entry, changed)
    for code, new in facts.items():
        if code not in known:
            lines = _with_new(lines, new)
    result = "".join(lines)
    _verify(entries, facts, result)
    return result.replace("\n", "\r\n") if windows else result


def render(facts: Facts, depth: int = _DEPTH) -> str:
    """One body as an item of a YAML list, its fields in the usual order, the dash behind `depth` blanks."""
    lines = [
        line for field in ORDER if (value := facts.get(field)) for line in _field(field, value, depth + 2)
    ]
    return "".join(_dashed(lines))


def replace_text(path: Path, text: str) -> None:
    """Put a text in the place of a file in one step: after a loss of power there is the old file or the new.

    Raises:
        InputError: The file cannot be written.
    """
    target = path.resolve()  # a link stays a link
    try:
        durable.replace(target, text.encode(), target.stat().st_mode & 0o777)
    except OSError as error:
        raise InputError(f"{path} cannot be written: {error.strerror}") from error


def _facts_by_code(changes: Iterable[Change]) -> dict[str, dict[str, Value | None]]:
    facts: dict[str, dict[str, Value | None]] = {}
    for change in changes:
        if change.facts:
            facts.setdefault(change.code, {}).update(change.facts)
    return facts


def _verify(before: Iterable[Entry], facts: Mapping[str, Facts], result: str) -> None:
    """A file may be written in ways that nobody foresaw; then it is left alone rather than spoilt."""
    if errors := errors_only(read(result)[1]):
        raise InputError(f"the changes would leave faults in {FILE}; nothing was written", errors)
    wanted: dict[str, dict[str, Value | None]] = {
        str(entry.values["id"]): {**entry.values} for entry in before
    }
    for code, changed in facts.items():
        wanted.setdefault(code, {}).update(changed)
    after = {str(entry.values["id"]): entry.values for entry in read_entries(result, FILE, "bodies")[0]}
    if after != {
        code: {field: value for field, value in body.items() if value} for code, body in wanted.items()
    }:
        raise InputError(
            f"{FILE} is written in a way that cannot be changed in place; nothing was written",
            hint="change it by hand",
        )


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def _without_tail(lines: list[str], inside: int) -> int:
    """How many lines are left without blanks and comments at the end; a deeper `#` is text of a block."""
    end = len(lines)
    while end > 1 and (
        not lines[end - 1].strip()
        or (lines[end - 1].lstrip().startswith("#") and _indent(lines[end - 1]) <= inside)
    ):
        end -= 1
    return end


def _key_depth(line: str) -> int:
    return _indent(line.replace("-", " ", 1)) if line.lstrip().startswith("-") else _indent(line)


def _block(lines: list[str], entry: Entry) -> tuple[int, int]:
    """The lines of one body from its first field to its last; what stands between bodies belongs to none."""
    start = entry.start - 1
    return start, start + _without_tail(lines[start : entry.end], _key_depth(lines[start]))


def _rewritten(block: list[str], entry: Entry, facts: Facts) -> list[str]:
    dashed = block[0].lstrip().startswith("-")  # the dash may also stand on a line of its own, above
    depth = _key_depth(block[0])
    chunks = _chunks([block[0].replace("-", " ", 1) if dashed else block[0], *block[1:]], entry, depth)
    for field, value in facts.items():
        place = next((i for i, chunk in enumerate(chunks) if chunk.field == field), None)
        if place is not None:
            chunks[place].lines = _field(field, value, depth, chunks[place].lines) if value else []
        elif value:
            before = [i for i, chunk in enumerate(chunks) if chunk.field in ORDER[: ORDER.index(field)]]
            place = before[-1] + 1 if before else 1
            new = _Chunk(field, _field(field, value, depth), [])
            new.between, chunks[place - 1].between = chunks[place - 1].between, new.between
            chunks.insert(place, new)
    lines = [line for chunk in chunks for line in (*chunk.lines, *chunk.between)]
    return _dashed(lines) if dashed else lines


def _chunks(block: list[str], entry: Entry, depth: int) -> list[_Chunk]:
    fields = sorted(entry.lines, key=lambda field: entry.lines[field])
    starts = [entry.lines[field] - entry.start for field in fields]
    found: list[_Chunk] = []
    for field, start, end in zip(fields, starts, [*starts[1:], len(block)], strict=True):
        span = block[start:end]
        cut = _without_tail(span, depth)
        found.append(_Chunk(field, span[:cut], span[cut:]))
    return found


def _dashed(lines: list[str]) -> list[str]:
    """The lines of a body with the dash that begins it."""
    depth = _indent(lines[0]) - 2
    return [f"{' ' * depth}- {lines[0].lstrip(' ')}", *lines[1:]]


def _with_new(lines: list[str], facts: Facts) -> list[str]:
    """A new body stands after the last one of its nation, or else at the end of the list."""
    entries, _ = read_entries("".join(lines), FILE, "bodies")
    kin = [entry for entry in entries if entry.values.get("nation") == facts.get("nation")] or list(entries)
    start, place = _block(lines, kin[-1])
    return [
        *lines[:place],
        "\n",
        *render(facts, _key_depth(lines[start]) - 2).splitlines(keepends=True),
        *lines[place:],
    ]


def _field(field: str, value: Value, depth: int, old: list[str] | None = None) -> list[str]:
    """The lines of one field; a comment on the old ones stays with it."""
    yaml = _ruamel()
    mapping: Any = yaml.load("".join(_shifted(line, depth) for line in old)) if old else {}
    mapping[field] = _styled(value)
    out = StringIO()
    yaml.dump(mapping, out)
    return [" " * depth + line for line in out.getvalue().splitlines(keepends=True)]


def _shifted(line: str, depth: int) -> str:
    """The line that many blanks to the left; inside quotes a line may begin anywhere."""
    return line[depth:] if line.startswith(" " * depth) else line.lstrip(" ")


def _ruamel() -> Any:  # noqa: ANN401 - ruamel.yaml is untyped where it matters
    from ruamel.yaml import YAML

    yaml = YAML()
    yaml.preserve_quotes = True
    yaml.width = _WIDTH
    yaml.indent(mapping=2, sequence=4, offset=2)
    return yaml


def _styled(value: Value) -> object:
    """Long text folded; quotes around what YAML 1.1, which most programs read, takes for a number or date."""
    import yaml
    from ruamel.yaml.scalarstring import FoldedScalarString, SingleQuotedScalarString

    if not isinstance(value, str):
        return [_styled(item) for item in value]
    if len(value) > _LONG:
        return FoldedScalarString(value) if " " in value else value
    with suppress(yaml.YAMLError):  # then ruamel.yaml puts quotes around it anyway
        if not isinstance(yaml.safe_load(value), str | dict | list):
            return SingleQuotedScalarString(value)
    return value
