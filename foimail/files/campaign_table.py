"""What campaign.toml says, checked: title, subject, audience, parts; every fault at once, with its line."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass, replace
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from foimail.errors import Problem
from foimail.files.lines import line_of
from foimail.model import ANSWER_TYPES, NATIONS, Audience, Campaign, Part

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_KEYS = ("title", "subject", "topic", "environmental", "audience", "part")
_AUDIENCE_KEYS = ("types", "nations", "tags", "exclude")
_PART_KEYS = ("key", "question", "answer", "years", "words")
_PART_KEY = re.compile(r"[a-z][a-z0-9_]*")  # the name of a column in tables of answers
_PART_HEADING = re.compile(r"^[ \t]*\[\[[ \t]*part[ \t]*\]\]", re.MULTILINE)
_FIRST_YEAR, _LAST_YEAR = 1900, 2100  # a year outside is a slip of the pen


def read_campaign(
    name: str, place: str, text: str, table: Mapping[str, Any], templates: tuple[tuple[str, str], ...]
) -> tuple[Campaign, tuple[Problem, ...]]:
    """The campaign, with gaps where there are faults, and every fault with its line, in their order.

    Args:
        name: The campaign's name, that of its folder.
        place: What the file is called in problems (`templates/cse/campaign.toml`).
        text: The file's text, from which `table` was read.
        table: Its values.
        templates: `FOLDER/FILE` to text, the campaign's own before the base's.
    """
    found: list[tuple[int, Problem]] = []
    reader = _Reader(place, text, found)
    reader.known(table, _KEYS)
    environmental = table.get("environmental", False)
    if not isinstance(environmental, bool):
        reader.fault("environmental", "`environmental` must be true or false")
    campaign = Campaign(
        name=name,
        title=reader.line(table, "title"),
        subject=reader.line(table, "subject"),
        parts=_parts(reader, table.get("part", [])),
        audience=_audience(replace(reader, table="audience"), table.get("audience", {})),
        topic=reader.line(table, "topic", required=False),
        environmental=environmental is True,
        templates=templates,
    )
    return campaign, tuple(problem for _, problem in sorted(found, key=itemgetter(0)))


@dataclass(frozen=True, slots=True)
class _Reader:
    """Takes values out of one table, which stands in `text` after `before` lines, and notes its faults in `found`."""

    place: str
    text: str
    found: list[tuple[int, Problem]]
    table: str = ""
    before: int = 0

    def fault(self, key: str, message: str, hint: str = "") -> None:
        line = self.before + line_of(self.text, self.table, key)
        self.found.append((line, Problem(f"{self.place}:{line}", message, hint)))

    def known(self, table: Mapping[str, Any], keys: tuple[str, ...]) -> None:
        for key in table:
            if key not in keys:
                self.fault(key, f"`{key}` is not known here", _nearest(key, keys))

    def line(self, table: Mapping[str, Any], key: str, *, required: bool = True) -> str:
        value = table.get(key, "")
        if not isinstance(value, str):
            self.fault(key, f"`{key}` must be text in quotes")
            return ""
        if required and not value.strip():
            self.fault(key, f"`{key}` is missing")
        elif len(value.strip().splitlines()) > 1:
            self.fault(key, f"`{key}` must be one line")
        return value.strip()


def _audience(reader: _Reader, table: object) -> Audience:
    if not isinstance(table, dict):
        replace(reader, table="").fault(
            "audience", "`audience` must be a table", "begin it with the line [audience]"
        )
        return Audience()
    reader.known(table, _AUDIENCE_KEYS)
    chosen: dict[str, tuple[Any, ...]] = {}
    for key in _AUDIENCE_KEYS:
        values = table.get(key, [])
        if isinstance(values, list) and all(isinstance(value, str) for value in values):
            chosen[key] = tuple(values)
        else:
            reader.fault(key, f"`{key}` must be a list of texts", f'as in {key} = ["one", "two"]')
    for nation in chosen.get("nations", ()):
        if nation not in NATIONS:
            reader.fault("nations", f"{nation!r} is not a nation", _nearest(nation, NATIONS))
    return Audience(**chosen)


def _parts(reader: _Reader, tables: object) -> tuple[Part, ...]:
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        reader.fault("part", "`part` must be a list of tables", "begin each with the line [[part]]")
        return ()
    if not tables:
        reader.fault("", "the campaign has no parts", "begin each question with the line [[part]]")
    parts: list[Part] = []
    for table, own in zip(tables, _scopes(reader, len(tables)), strict=True):
        part = _part(own, table)
        if part.key and part.key in {earlier.key for earlier in parts}:
            own.fault("key", f"a part `{part.key}` stands twice", "each part needs a key of its own")
        parts.append(part)
    return tuple(parts)


def _scopes(reader: _Reader, number: int) -> list[_Reader]:
    """A reader for each part, with its own lines of the file (or all of them where parts are written in one line)."""
    starts = [found.start() for found in _PART_HEADING.finditer(reader.text)]
    if len(starts) != number:
        return [reader] * number
    return [
        replace(reader, text=reader.text[start:end], table="part", before=reader.text.count("\n", 0, start))
        for start, end in zip(starts, [*starts, len(reader.text)][1:], strict=True)
    ]


def _part(reader: _Reader, table: Mapping[str, Any]) -> Part:
    reader.known(table, _PART_KEYS)
    key = reader.line(table, "key")
    if key and not _PART_KEY.fullmatch(key):
        reader.fault("key", f"`{key}` cannot be a part's key", "small letters, digits and _, a letter first")
    question = table.get("question", "")
    if not isinstance(question, str) or not question.strip():
        reader.fault("question", "`question` is missing")
        question = ""
    answer = reader.line(table, "answer")
    known = next((known for known in ANSWER_TYPES if known == answer), None)
    if answer and not known:
        reader.fault("answer", f"{answer!r} is not a type of answer", _nearest(answer, ANSWER_TYPES))
    # A question is one paragraph of the letter, however it is broken into lines in the file.
    return Part(
        key, " ".join(question.split()), known or "text", _years(reader, table, known), _words(reader, table)
    )


def _words(reader: _Reader, table: Mapping[str, Any]) -> tuple[str, ...]:
    words = table.get("words", [])
    if isinstance(words, list) and all(isinstance(word, str) and word.strip() for word in words):
        return tuple(" ".join(word.split()) for word in words)
    reader.fault("words", "`words` must be a list of texts", 'as in words = ["referr", "passed to"]')
    return ()


def _years(reader: _Reader, table: Mapping[str, Any], answer: str | None) -> tuple[int, int] | None:
    years = table.get("years")
    if years is None:
        if answer == "count_by_year":
            reader.fault("answer", "`years` is missing", "write years = [2010, 2024], the first and the last")
        return None
    if answer not in {None, "count_by_year"}:
        reader.fault("years", f"`years` stands beside answer = {answer!r}", 'only "count_by_year" has years')
    match years:
        case [int(first), int(last)] if _FIRST_YEAR <= first <= last <= _LAST_YEAR:
            return first, last
        case [int(first), int(last)] if first > last:
            reader.fault("years", f"the years are reversed: {first} comes after {last}")
        case _:
            reader.fault("years", "`years` must be the first and the last year", "as in years = [2010, 2024]")
    return None


def _nearest(word: str, known: Iterable[str]) -> str:
    names = tuple(known)
    near = difflib.get_close_matches(word, names, 1)
    return f"did you mean {near[0]!r}?" if near else "known are " + ", ".join(names)
