"""Which words of a letter speak of which part of the request.

A part is named by a number where the letter numbers its answers, by our own question where it is quoted, else by what is
spoken of. What speaks of no single part is kept under 0.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from foimail.replies import figures as numbers
from foimail.replies import grids, layouts
from foimail.replies.anatomy import SEVERAL
from foimail.replies.marks import SHEET, Topics, headed, inside, letters, marks, numbering

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from foimail.model import Part
    from foimail.replies.anatomy import Unit
    from foimail.replies.reading import Figure

_EVERYTHING = re.compile(
    r"\b(?:in full|all (?:of )?(?:its |the |your )?(?:four|4)(?= (?:of|parts|points|questions|heads|"
    r"limbs|items)\b|[,.;:)]|\W*$)|for the lot|any (?:part|of (?:your|the|it))|every (?:one|part|"
    r"point|question|item|respect|head)|each of your|whole (?:request|of your|of the)|"
    r"entire (?:request|subject)|"
    r"the (?:whole )?request (?:is|was|or any|as a whole)|under no obligation to comply|"
    r"not obliged to comply|(?:your|the) request\b[^.]{0,40}\b(?:forwarded|transferred|passed|refused|"
    r"declined)|answering any)",
    re.IGNORECASE,
)
_ABOVE = re.compile(
    r"\b(?:the )?(?:above|preceding|foregoing)\b.{0,40}\b(?:question|point|item|part|answer)", re.IGNORECASE
)
_SAME = re.compile(r"\W*(?:as|see|same|the same|identical)\b", re.IGNORECASE)
_YOU_ASKED = re.compile(
    r"^\W*(?:you (?:have )?asked(?: for| about| us)?|your question|we were asked|enquiry|request|"
    r"question|q)\s*:",
    re.IGNORECASE,
)
_LEAD = re.compile(
    r"(?:as regards|as (?:to|for)|with regard to|regarding|turning to|on) [^,:.]{3,50}[,:]|[^:]{1,59}:",
    re.IGNORECASE,
)  # a heading, or what stands for one
_YEAR = re.compile(r"^\W*(?:for )?(?:the )?(?:calendar |financial )?year\b\W*|\W*:\W*$", re.IGNORECASE)
_DASH = re.compile(r"[-\u2013\u2014]\s*(?:denotes|means|is|=|stands for)\s*(?:nil|zero|none|0)")
_LINE = 30  # characters of a line that names a year and nothing else
_TOLD = 6  # words in a cell that tell something
_STRONG_ENOUGH = 2  # parts named by a strong mark, and bare numbers are paragraphs only
_NONE: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Spot:
    """A unit of a file (empty: the message itself) that speaks of a part; `text` is what follows the part's mark."""

    file: str
    unit: Unit
    text: str


@dataclass(slots=True)
class Said:
    """All that a letter says on one part."""

    spots: list[Spot] = field(default_factory=list)
    figures: list[tuple[Spot, Figure]] = field(default_factory=list)
    named: bool = False  # by a number, a heading or our own question
    gaps: bool = False  # a row of its table says that a site or recipient keeps no count
    key: Figure | None = None  # what an asterisk stands for
    narrowed: bool = False  # the letter says that years were left out by agreement


@dataclass(frozen=True, slots=True)
class Piece:
    """The units of one text: of the message (no file name) or of an attachment."""

    file: str
    units: tuple[Unit, ...]


def spread(pieces: Sequence[Piece], parts: Sequence[Part], topics: Topics) -> dict[int, Said]:
    """The units of a letter by part; those that speak of no single part under 0."""
    known = frozenset(range(1, len(parts) + 1))
    found: dict[int, Said] = {n: Said() for n in (0, *sorted(known))}
    for piece in pieces:
        _Walk(piece, known, topics, found).go()
    return found


class _Walk:
    """One way through a text. `current` is the part that is spoken of, `numbered` whether marks rule and not topics."""

    def __init__(self, piece: Piece, known: frozenset[int], topics: Topics, found: dict[int, Said]) -> None:
        self._file, self._units, self._known, self._topics, self._found = (
            piece.file,
            piece.units,
            known,
            topics,
            found,
        )
        own = [unit for unit in piece.units if unit.role == "own"]
        strong = _union(marks(unit.text) for unit in own) & known
        self._asked = _answered_between(piece.units)
        by_mark = len(strong) >= _STRONG_ENOUGH or self._asked
        self._weak = not by_mark and numbering((unit.text for unit in own), known)
        self._numbered = by_mark or self._weak
        self._nil = any(_DASH.search(unit.text) for unit in piece.units)
        self._current = inside(piece.file.replace("_", " "), len(known)) & known
        self._paragraph = -1
        self._year = ""  # that a line of its own names, above a line for each part
        self._orphan: tuple[Spot, grids.Table] | None = None

    def go(self) -> None:
        """Give each unit to its part."""
        tables = {table.first: table for table in grids.tables(self._units)}
        hidden, at = False, 0
        while at < len(self._units):
            unit = self._units[at]
            if _is_sheet(unit.text):
                hidden = unit.text.rstrip().endswith(", hidden]")  # what was hidden was not meant to be read
                self._current = letters(SHEET.match(unit.text)) & self._known or self._topics(unit.text)
            elif unit.role == "quoted":
                self._quoted(unit)
            elif hidden or unit.role != "own":
                self._current = (
                    headed(unit.text, self._known, self._topics, weak=self._weak)[0] or self._current
                )
            elif at in tables and self._table(unit, tables[at]):
                at = tables[at].last
            else:
                self._own(unit)
            at += 1

    def _quoted(self, unit: Unit) -> None:
        """Our question, or theirs of it from memory: what follows answers it."""
        if unit.asked == SEVERAL:
            return
        about = frozenset({unit.asked}) & self._known if unit.asked else _NONE
        if unit.text.startswith(">"):
            about = self._topics(unit.text) & self._known
            for part in about:
                self._found[part].named = True
        self._current, self._paragraph = about, unit.paragraph

    def _table(self, unit: Unit, table: grids.Table) -> bool:
        """Read a table; whether it had figures for some part."""
        here = self._current or self._topics.every(table.heading) & self._known
        for row in table.rows:
            mark = (marks(row[0]) or self._topics(" ".join(row[:2]))) & self._known
            named = not self._numbered and grids.period_of(row[-1]) and not any(map(grids.value_of, row))
            if len(mark) == 1 and (named or not grids.is_data(row)):
                here = mark
        layouts.read(table, self._topics, here, dash_is_nil=self._nil)
        rows = "\n".join("\t".join(row) for row in table.rows)
        spot = Spot(self._file, replace(unit, end=self._units[table.last].end), rows)
        if not table.found:
            self._orphan = spot, table
            return False
        self._keep(spot, table)
        for number, row in enumerate(table.rows, table.first):
            if not grids.is_data(row) and max(len(cell.split()) for cell in row) >= _TOLD:
                self._own(self._units[number])
        return True

    def _keep(self, spot: Spot, table: grids.Table) -> None:
        for part in table.gaps:
            self._found[part].gaps = True
        for part, values in table.found.items():
            self._found[part].spots.append(spot)
            self._found[part].figures += [(spot, value) for value in values]

    def _own(self, unit: Unit) -> None:
        year = grids.period_of(_YEAR.sub("", unit.text)) if len(unit.text) < _LINE else ""
        self._year = year or self._year
        about, rest = headed(unit.text, self._known, self._topics, weak=self._weak)
        named = bool(about) and rest is not unit.text
        if about:
            self._current, self._paragraph, self._year = about, unit.paragraph, ""
        else:
            about, named = self._by_words(unit)
        spot = Spot(self._file, unit, rest)
        lone = [t.figure for t in numbers.tokens(rest)] if self._year and unit.row and len(about) == 1 else []
        if len(lone) == 1 and lone[0] and not year:
            self._found[min(about)].figures.append((spot, replace(lone[0], period=self._year)))
        for part in about or (0,):
            self._found[part].spots.append(spot)
            if part and (named or (self._current and (self._numbered or self._asked))):
                self._found[part].named = True

    def _by_words(self, unit: Unit) -> tuple[frozenset[int], bool]:
        """The parts of a sentence that carries no mark, and whether it names them."""
        text = unit.text
        if _EVERYTHING.search(text):
            return _NONE, False  # of the whole request
        numbers_in = inside(text, len(self._known)) & self._known
        if numbers_in and self._orphan and _ABOVE.search(text):
            spot, table = self._orphan
            layouts.read(table, self._topics, numbers_in, dash_is_nil=self._nil)
            self._keep(spot, table)
            self._orphan = None
            return _NONE, False
        if numbers_in and not (self._current and _SAME.match(text)):
            if not self._numbered:
                self._current, self._paragraph = numbers_in, unit.paragraph
            return numbers_in, True
        counted = self._topics.counted(text) & self._known
        if len(counted) > 1:
            return counted, False
        topic = _NONE if self._numbered and self._current else self._topics(text)
        if topic:
            self._current, self._paragraph = topic, unit.paragraph
            lead = _LEAD.match(text)
            return topic, bool(lead) and self._topics(lead[0]) == topic  # type: ignore[index]
        goes_on = self._numbered or unit.paragraph == self._paragraph or unit.row or numbers.pairs(text)
        return self._current if goes_on else _NONE, False


def _union(sets: Iterable[frozenset[int]]) -> frozenset[int]:
    return frozenset().union(*sets)


def _answered_between(units: Sequence[Unit]) -> bool:
    """Whether anything of theirs stands between our quoted questions."""
    places = [n for n, unit in enumerate(units) if unit.asked]
    return bool(places) and any(unit.role == "own" for unit in units[places[0] : places[-1] + 3])


def _is_sheet(text: str) -> bool:
    return bool(re.fullmatch(r"\[[^\]]{1,80}\]", text.strip()))
