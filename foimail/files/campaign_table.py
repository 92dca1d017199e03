"""What campaign.toml says, checked: title, subject, audience, parts; every fault at once, with its line."""

from __future__ import annotations

import difflib
import re
from typing import TYPE_CHECKING, Any

from foimail.errors import Problem
from foimail.files.lines import line_of
from foimail.model import ANSWER_TYPES, NATIONS, Audience, Campaign, Part

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_KEYS = ("title", "subject", "topic", "environmental", "audience", "part")
_AUDIENCE_KEYS = ("types", "nations", "tags", "exclude")
_PART_KEYS = ("key", "question", "answer", "years")
_PART_KEY = re.compile(r"[a-z][a-z0-9_]*")  # the name of a column in tables of answers
_FIRST_YEAR, _LAST_YEAR = 1900, 2100  # a year outside is a slip of the pen


def read_campaign(
    name: str, place: str, text: str, table: Mapping[str, Any], templates: tuple[tuple[str, str], ...]
) -> tuple[Campaign, tuple[Problem, ...]]:
    """The campaign, with gaps where there are faults, and every fault with its line.

    Args:
        name: The campaign's name, that of its folder.
        place: What the file is called in problems (`templates/cse/campaign.toml`).
        text: The file's text, from which `table` was read.
        table: Its values.
        templates: `FOLDER/FILE` to text, the campaign's own before the base's.
    """
    reader = _Reader(place, text)
    reader.known(table, _KEYS)
    environmental = table.get("environmental", False)
    if not isinstance(environmental, bool):
        reader.fault("environmental", "`environmental` must be true or false")
    campaign = Campaign(
        name=name,
        title=reader.line(table, "title"),
        subject=reader.line(table, "subject"),
        parts=reader.parts(table.get("part", [])),
        audience=reader.audience(table.get("audience", {})),
        topic=reader.line(table, "topic", required=False),
        environmental=environmental is True,
        templates=templates,
    )
    return campaign, tuple(reader.problems)


class _Reader:
    """Takes values out of the table and notes what is wrong with them; `chunk` is the text they stand in."""

    def __init__(self, place: str, text: str) -> None:
        self.place, self.text = place, text
        self.problems: list[Problem] = []
        self.chunk, self.before, self.table = text, 0, ""

    def fault(self, key: str, message: str, hint: str = "") -> None:
        line = self.before + line_of(self.chunk, self.table, key)
        self.problems.append(Problem(f"{self.place}:{line}", message, hint))

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

    def audience(self, table: object) -> Audience:
        self.table = "audience"
        if not isinstance(table, dict):
            self.fault("", "`audience` must be a table", "begin it with the line [audience]")
            return Audience()
        self.known(table, _AUDIENCE_KEYS)
        chosen: dict[str, tuple[Any, ...]] = {}
        for key in _AUDIENCE_KEYS:
            values = table.get(key, [])
            if isinstance(values, list) and all(isinstance(value, str) for value in values):
                chosen[key] = tuple(values)
            else:
                self.fault(key, f"`{key}` must be a list of texts", f'as in {key} = ["one", "two"]')
        for nation in chosen.get("nations", ()):
            if nation not in NATIONS:
                self.fault("nations", f"{nation!r} is not a nation", _nearest(nation, NATIONS))
        return Audience(**chosen)

    def parts(self, tables: object) -> tuple[Part, ...]:
        if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
            self.fault("part", "`part` must be a list of tables", "begin each with the line [[part]]")
            return ()
        if not tables:
            self.fault("", "the campaign has no parts", "begin each question with the line [[part]]")
        starts = [
            found.start()
            for found in re.finditer(r"^[ \t]*\[\[[ \t]*part[ \t]*\]\]", self.text, re.MULTILINE)
        ]
        parts: list[Part] = []
        self.table = "part"
        for number, table in enumerate(tables):
            if len(starts) == len(tables):
                self.chunk = self.text[starts[number] : [*starts, len(self.text)][number + 1]]
                self.before = self.text.count("\n", 0, starts[number])
            part = self.part(table)
            if part.key and part.key in {earlier.key for earlier in parts}:
                self.fault("key", f"a part `{part.key}` stands twice", "each part needs a key of its own")
            parts.append(part)
        self.chunk, self.before, self.table = self.text, 0, ""
        return tuple(parts)

    def part(self, table: Mapping[str, Any]) -> Part:
        self.known(table, _PART_KEYS)
        key = self.line(table, "key")
        if key and not _PART_KEY.fullmatch(key):
            self.fault(
                "key", f"`{key}` cannot be a part's key", "small letters, digits and _, a letter first"
            )
        question = table.get("question", "")
        if not isinstance(question, str) or not question.strip():
            self.fault("question", "`question` is missing")
            question = ""
        answer = self.line(table, "answer")
        known = next((known for known in ANSWER_TYPES if known == answer), None)
        if answer and not known:
            self.fault("answer", f"{answer!r} is not a type of answer", _nearest(answer, ANSWER_TYPES))
        # A question is one paragraph of the letter, however it is broken into lines in the file.
        return Part(key, " ".join(question.split()), known or "text", self.years(table, known))

    def years(self, table: Mapping[str, Any], answer: str | None) -> tuple[int, int] | None:
        years = table.get("years")
        if answer == "count_by_year" and years is None:
            self.fault("answer", "`years` is missing", "write years = [2010, 2024], the first and the last")
        if years is None:
            return None
        if answer not in {None, "count_by_year"}:
            self.fault(
                "years", f"`years` stands beside answer = {answer!r}", 'only "count_by_year" has years'
            )
        match years:
            case [int(first), int(last)] if _FIRST_YEAR <= first <= last <= _LAST_YEAR:
                return first, last
            case [int(first), int(last)] if first > last:
                self.fault("years", f"the years are reversed: {first} comes after {last}")
            case _:
                self.fault(
                    "years", "`years` must be the first and the last year", "as in years = [2010, 2024]"
                )
        return None


def _nearest(word: str, known: Iterable[str]) -> str:
    names = tuple(known)
    near = difflib.get_close_matches(word, names, 1)
    return f"did you mean {near[0]!r}?" if near else "known are " + ", ".join(names)
