"""Rows that look like people: NHS numbers, dates of birth, postcodes beside names. A body sends them by mistake.

What is found is said by its place and its number alone (`column D of sheet 2 looks like NHS numbers (37 rows)`): no word of
the letter is in it, so that a list of findings may be printed, logged and kept. Where nothing is sure, nothing is said.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from foimail.places import column

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from foimail.places import Mark

_FEW = 3  # rows from which on a column is more than chance
_MANY = 5  # rows without any identifier from which on they are a list of people
_MOST = 0.8  # of the filled cells of a column that have to be of its kind
_BIRTHS = 0.6  # of the cells under a heading that says it: some are blank, some are "not known"
_LONGEST_LABEL = 60  # characters of the heading of a column

_TEN = r"\d{3}[ -]?\d{3}[ -]?\d{4}"
_NUMBER = re.compile(_TEN)
_NUMBER_LABEL = re.compile(
    r"\b(?:nhs|chi|h ?& ?c|hcn)\b.{0,12}?(?:no\b|num|#|id\b)|\bnhs ?no\b|\bchi\b", re.IGNORECASE
)
_SAID_NUMBER = re.compile(
    rf"\b(?:nhs|chi|h&c)\b[ .]{{0,3}}(?:no|num(?:ber)?|#)?\b[^\d\n]{{0,20}}({_TEN})(?!\d)", re.IGNORECASE
)
_SPACED = re.compile(r"(?<![\d-])\d{3}([ -])\d{3}\1\d{4}(?![\d-])")
_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
_YEAR = r"(?:19|20)?\d\d"
_DAY = (
    rf"(?:\d{{1,2}}[./-]\d{{1,2}}[./-]{_YEAR}|(?:19|20)\d\d-\d\d-\d\d"
    rf"|\d{{1,2}}(?:st|nd|rd|th)?[ -]{_MONTH}[ ,-]+{_YEAR})"
)
_DATE = re.compile(rf"{_DAY}(?:[ T]00:00(?::00)?)?", re.IGNORECASE)
_BIRTH = re.compile(r"\bd\.? ?o\.? ?b\b|\b(?:date|day) of birth\b|\bbirth ?(?:date|day)\b", re.IGNORECASE)
_SAID_BIRTH = re.compile(
    rf"(?:\bd\.?o\.?b\b|\bdate of birth\b|\bborn on\b)[^\w\n]{{0,6}}(?:is |was )?{_DAY}(?!\w)", re.IGNORECASE
)
_POSTCODE = re.compile(r"(?:[A-Z]{1,2}\d[A-Z\d]?) ?\d[A-Z]{2}")
_INITIALS = re.compile(r"(?:[A-Z]\.? ?){2,3}")
_PERSON = re.compile(
    r"\b(?:patient|child|young person|client|victim|pupil|student|service user|mother|parent)(?:'s|s)?\b.{0,12}\bname\b"
    r"|\b(?:sur|fore|first|last|family|given|middle|full)[ -]?names?\b|\binitials\b"
    r"|\bname of (?:the )?(?:patient|child|young person|client|victim|pupil)\b",
    re.IGNORECASE,
)
_AGE = re.compile(
    r"(?:\b(?:patient|child|client)(?:'s|s)? )?\bage\b(?! ?(?:band|group|range))", re.IGNORECASE
)
_SEX = re.compile(r"\b(?:sex|gender)\b", re.IGNORECASE)
_COUNTED = re.compile(
    r"\b(?:number|numbers|count|total|totals|sum|frequency|how many|volume|patients|children|cases|referrals|incidents)\b",
    re.IGNORECASE,
)
_GAP = re.compile(r"\t|\s*\|\s*|\s{3,}")
_TYPED = re.compile(rf"[\d\s.,/:%<>£*()+-]+|{_DAY}(?: 00:00:00)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Grid:
    """A table: where it stands, in words, its heading and the rows below it."""

    place: str
    heading: Sequence[str]
    rows: Sequence[Sequence[str]]


@dataclass(frozen=True, slots=True)
class _Column:
    """A column of a table by its place, its heading and its filled cells."""

    number: int
    label: str
    cells: tuple[str, ...]

    def share(self, form: re.Pattern[str]) -> float:
        return sum(bool(form.fullmatch(cell)) for cell in self.cells) / len(self.cells)

    @property
    def is_numbers(self) -> bool:
        return sum(map(is_nhs_number, self.cells)) >= _MOST * len(self.cells)

    @property
    def is_births(self) -> bool:
        return bool(_BIRTH.search(self.label)) and self.share(_DATE) >= _BIRTHS

    @property
    def is_days(self) -> bool:
        return self.share(_DATE) >= _MOST

    @property
    def is_postcodes(self) -> bool:
        return self.share(_POSTCODE) >= _MOST and len(set(self.cells)) >= _FEW

    @property
    def is_initials(self) -> bool:
        return self.share(_INITIALS) >= _MOST and len(set(self.cells)) >= _FEW

    @property
    def is_names(self) -> bool:
        return bool(_PERSON.search(self.label)) and len(set(self.cells)) >= _FEW

    @property
    def is_ages(self) -> bool:
        return bool(_AGE.fullmatch(self.label)) and all(c.isdigit() and int(c) < 111 for c in self.cells)  # noqa: PLR2004 - nobody is older


def is_nhs_number(text: str) -> bool:
    """Whether these are ten digits whose last is their check digit, modulus 11 (NHS Data Dictionary, NHS NUMBER).

    CHI numbers of Scotland and Health and Care numbers of Northern Ireland are made alike.
    Ten like digits pass, and are none.
    """
    if not _NUMBER.fullmatch(text):
        return False
    digits = [int(c) for c in text if c.isdigit()]
    rest = 11 - sum(weight * digit for weight, digit in zip(range(10, 1, -1), digits[:9], strict=True)) % 11
    return len(set(digits)) > 1 and digits[9] == rest % 11


def people(text: str, marks: Iterable[Mark] = ()) -> tuple[str, ...]:
    """What in a text looks like rows about people, each in words that hold nothing of it; empty where nothing is sure.

    Args:
        text: Of a letter, or of an attachment.
        marks: Where the sheets of an attachment begin in it, as documents have them.
    """
    marks = tuple(marks)
    found = [words for grid in _grids(text, marks) for words in _in_grid(grid)]
    if not any("NHS numbers" in words for words in found):
        found += _numbers_said(text)
    if _SAID_BIRTH.search(text):
        found.append("a date of birth is given in the text")
    return tuple(dict.fromkeys(found))


def _numbers_said(text: str) -> Iterator[str]:
    """NHS numbers in running text: named as such, or several that are written as they are."""
    named = {m[1] for m in _SAID_NUMBER.finditer(text) if is_nhs_number(m[1])}
    spaced = {m[0] for m in _SPACED.finditer(text) if is_nhs_number(m[0])}
    if named or len(spaced) >= _FEW:
        yield f"what looks like NHS numbers stands in the text ({len(named | spaced)})"


def _grids(text: str, marks: Sequence[Mark]) -> Iterator[_Grid]:
    """The tables of a text: its sheets, cut where a row is empty, else lines whose cells are parted by tabs, bars or gaps."""
    sheets = [mark for mark in marks if mark.rows >= 0]
    if not sheets:
        lines = [[cell.strip() for cell in _GAP.split(line.strip(" |"))] for line in text.splitlines()]
        yield from _blocks("a table in the text", lines, least=2)
        return
    for number, sheet in enumerate(sheets, 1):
        end = next((mark.start for mark in marks if mark.start > sheet.start), len(text))
        lines = [[cell.strip() for cell in line.split("\t")] for line in text[sheet.rows : end].split("\n")]
        yield from _blocks(f"sheet {number}", lines, least=1)


def _blocks(place: str, lines: Iterable[list[str]], least: int) -> Iterator[_Grid]:
    heading: Sequence[str] = ()
    for is_row, block in groupby(lines, lambda cells: sum(map(bool, cells)) >= least):
        if not is_row:
            continue
        rows = list(block)
        at = next((n for n, cells in enumerate(rows) if _is_heading(cells)), None)
        if at is not None:
            heading, rows = rows[at], rows[at + 1 :]
        if rows:
            yield _Grid(place, heading, rows)
            heading = ()


def _is_heading(cells: Sequence[str]) -> bool:
    """Words and no values, in two cells or more, or one that says what is below."""
    filled = [cell for cell in cells if cell]
    said = any(form.search(cell) for cell in filled for form in (_BIRTH, _NUMBER_LABEL, _PERSON))
    words = all(
        not _TYPED.fullmatch(c) and len(c) <= _LONGEST_LABEL and not _POSTCODE.fullmatch(c) for c in filled
    )
    return words and (said or (len(filled) > 1 and any(_AGE.fullmatch(c) or _SEX.search(c) for c in filled)))


def _columns(grid: _Grid) -> Iterator[_Column]:
    width = max(map(len, grid.rows))
    for number in range(width):
        cells = tuple(row[number] for row in grid.rows if number < len(row) and row[number])
        if len(cells) >= _FEW:
            yield _Column(number, grid.heading[number] if number < len(grid.heading) else "", cells)


def _in_grid(grid: _Grid) -> Iterator[str]:
    columns = list(_columns(grid))

    def are(what: str) -> list[_Column]:
        return [one for one in columns if getattr(one, what)]

    births, names, ages = are("is_births"), are("is_names"), are("is_ages")
    initials, days, postcodes = are("is_initials"), are("is_days"), are("is_postcodes")
    sexes = [one for one in columns if _SEX.search(one.label)]
    yield from (_said(grid, one, "NHS numbers") for one in are("is_numbers"))
    yield from (_said(grid, one, "dates of birth") for one in births)
    if names and (births or postcodes or ages or (sexes and days)):
        yield from (_said(grid, one, "names of people, beside what is told of each") for one in names)
    if postcodes and (births or names or ages or (initials and days)):
        yield from (_said(grid, one, "postcodes of people") for one in postcodes)
    counted = any(_COUNTED.search(label) for label in grid.heading)
    if ages and sexes and days and not counted and not births and len(ages[0].cells) >= _MANY:
        yield f"the rows of {grid.place} look like one person each: an age, a sex and a day ({len(ages[0].cells)} rows)"


def _said(grid: _Grid, one: _Column, what: str) -> str:
    return f"column {column(one.number)} of {grid.place} looks like {what} ({len(one.cells)} rows)"
