"""Figures written in many ways read back the same: lists, sentences and tables, digits and words, calendar and financial years."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.replies.letters import read

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_TEENS = [
    "ten",
    "eleven",
    "twelve",
    *(f"{n}teen" for n in ("thir", "four", "fif", "six", "seven", "eigh", "nine")),
]
_ONES = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", *_TEENS]
_TENS = ["", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]


def words(number: int) -> str:
    """An English number below 10,000."""
    if number < 20:
        return _ONES[number]
    if number < 100:
        return _TENS[number // 10] + (f"-{_ONES[number % 10]}" if number % 10 else "")
    size, name = (1000, "thousand") if number >= 1000 else (100, "hundred")
    rest = number % size
    joined = " and " if 0 < rest < 100 else " " if rest else ""
    return f"{words(number // size)} {name}{joined}{words(rest) if rest else ''}"


@dataclass(frozen=True)
class Cell:
    """A value as it is meant (value, lower, upper, withheld) and as it is written."""

    meant: tuple[float | None, float | None, float | None, bool]
    text: str


Row = tuple[str, str, Cell]  # the period as meant, as written, and its value


def _exact(number: int) -> st.SearchStrategy[Cell]:
    forms = [str(number), words(number)]
    if number >= 1000:
        forms += [f"{number:,}", f"{number:,}".replace(",", " "), f"{number:,}".replace(",", "\u00a0")]
    if not number:
        forms += ["nil", "none", "Nil", "None", "0"]
    return st.sampled_from(forms).map(lambda text: Cell((float(number), None, None, False), text))


def _band(below: int) -> st.SearchStrategy[Cell]:
    forms = (
        f"<{below}",
        f"< {below}",
        f"<={below - 1}",
        f"\u2264{below - 1}",
        f"fewer than {below}",
        f"fewer than {words(below)}",
        f"less than {below}",
        f"under {below}",
        f"{below - 1} or fewer",
        f"{words(below - 1)} or fewer",
        f"{below - 1} or less",
        f"up to {below - 1}",
    )
    return st.sampled_from(forms).map(lambda text: Cell((None, None, float(below - 1), False), text))


def _between(lower: int) -> st.SearchStrategy[Cell]:
    meant = (None, float(lower), float(lower + 3), False)
    forms = (f"{lower}-{lower + 3}", f"{lower} to {lower + 3}", f"{lower}\u2013{lower + 3}")
    return st.sampled_from(forms).map(lambda text: Cell(meant, text))


WITHHELD = st.sampled_from(["withheld", "[withheld]", "suppressed", "[redacted]"]).map(
    lambda text: Cell((None, None, None, True), text)
)
LARGE = st.integers(61, 9999).filter(
    lambda n: not 1990 <= n <= 2029
)  # what looks like a year is none of a count
CELLS = st.one_of(
    st.integers(0, 60).flatmap(_exact),
    LARGE.flatmap(_exact),
    st.sampled_from([5, 6, 10]).flatmap(_band),
    st.integers(1, 6).flatmap(_between),
    WITHHELD,
)


@st.composite
def series(draw: st.DrawFn) -> list[Row]:
    """Years in a row, calendar or financial, all written in one way, with a value each; one at least is a number."""
    first, number = draw(st.integers(2010, 2018)), draw(st.integers(3, 7))
    write = draw(
        st.sampled_from(
            [
                lambda y: (f"{y}", f"{y}"),
                lambda y: (f"{y}/{(y + 1) % 100}", f"{y}/{(y + 1) % 100}"),
                lambda y: (f"{y}/{(y + 1) % 100}", f"{y}-{(y + 1) % 100}"),
                lambda y: (f"{y}/{(y + 1) % 100}", f"{y}/{y + 1}"),
                lambda y: (f"{y}/{(y + 1) % 100}", f"{y}\u2013{(y + 1) % 100}"),
                lambda y: (f"{y}/{(y + 1) % 100}", f"FY{y % 100}/{(y + 1) % 100}"),
                lambda y: (f"{y}/{(y + 1) % 100}", f"FY {y}/{(y + 1) % 100}"),
            ]
        )
    )
    found = [(*write(year), draw(CELLS)) for year in range(first, first + number)]
    at = draw(st.integers(0, number - 1))
    meant, written, _ = found[at]
    found[at] = (meant, written, draw(st.integers(1, 60).flatmap(_exact)))
    return found


def _joined(pieces: Sequence[str], last: str = " and ") -> str:
    return f"{', '.join(pieces[:-1])}{last}{pieces[-1]}."


def _padded(rows: Sequence[Sequence[str]], gap: int = 4) -> str:
    widths = [max(map(len, column)) + gap for column in zip(*rows, strict=True)]
    return "\n".join(
        "".join(cell.ljust(w) for cell, w in zip(row, widths, strict=True)).rstrip() for row in rows
    )


def _down(rows: Sequence[Row]) -> list[list[str]]:
    return [["Year", "Referrals"], *([year, cell.text] for _, year, cell in rows)]


def _across(rows: Sequence[Row]) -> list[list[str]]:
    return [["Year", *(year for _, year, _ in rows)], ["Referrals", *(cell.text for _, _, cell in rows)]]


def _tabbed(rows: Sequence[Sequence[str]]) -> str:
    return "\n".join("\t".join(row) for row in rows)


LISTS: dict[str, Callable[[Sequence[Row]], str]] = {
    "lines": lambda rows: "\n".join(f"{year}: {cell.text}" for _, year, cell in rows),
    "bullets": lambda rows: "\n".join(f"- {year}: {cell.text}" for _, year, cell in rows),
    "equals": lambda rows: "\n".join(f"{year} = {cell.text}" for _, year, cell in rows),
    "dashes": lambda rows: "\n".join(f"{year} - {cell.text}" for _, year, cell in rows),
    "semicolons": lambda rows: "; ".join(f"{year}: {cell.text}" for _, year, cell in rows) + ".",
    "commas": lambda rows: _joined([f"{year}: {cell.text}" for _, year, cell in rows]),
    "referrals": lambda rows: "\n".join(f"{year}: {cell.text} referrals" for _, year, cell in rows),
}
TABLES: dict[str, Callable[[Sequence[Row]], str]] = {
    "down by tabs": lambda rows: _tabbed(_down(rows)),
    "down by blanks": lambda rows: _padded(_down(rows)),
    "down by bars": lambda rows: "\n".join(f"| {a} | {b} |" for a, b in _down(rows)),
    "down with a total": lambda rows: _tabbed([*_down(rows), ["Total", "(see notes)"]]),
    "down, one cell a line": lambda rows: "\n".join(cell for row in _down(rows)[1:] for cell in row),
    "across by bars": lambda rows: "\n".join(f"| {' | '.join(row)} |" for row in _across(rows)),
    "across by tabs": lambda rows: _tabbed(_across(rows)),
    "across by blanks": lambda rows: _padded(_across(rows)),
}
SENTENCES: dict[str, Callable[[Sequence[Row]], str]] = {
    "there were": lambda rows: _joined([f"in {year} there were {cell.text}" for _, year, cell in rows]),
    "the first said in full": lambda rows: _joined(
        [
            f"there were {rows[0][2].text} in {rows[0][1]}",
            *(f"{cell.text} in {year}" for _, year, cell in rows[1:]),
        ]
    ),
    "value first": lambda rows: _joined([f"{cell.text} in {year}" for _, year, cell in rows]),
    "in brackets": lambda rows: _joined([f"{year} ({cell.text})" for _, year, cell in rows]),
}


def as_read(text: str) -> dict[str, tuple[float | None, float | None, float | None, bool]]:
    """The figures of the first part, as the whole reader has them, in a letter that answers part by part."""
    letter = f"Dear Rowan,\n\nQuestion 1\n\n{text}\n\nQuestion 2\n\nThis is not held.\n\nYours sincerely"
    answer = read(letter).answers[0]
    return {f.period: (f.value, f.lower, f.upper, f.withheld) for f in answer.figures}


def meant(rows: Sequence[Row]) -> dict[str, tuple[float | None, float | None, float | None, bool]]:
    return {period: cell.meant for period, _, cell in rows}


@pytest.mark.parametrize("way", LISTS)
@settings(max_examples=60, deadline=None)
@given(rows=series())
def test_a_list_of_years_reads_back(way: str, rows: list[Row]) -> None:
    assert as_read(LISTS[way](rows)) == meant(rows)


@pytest.mark.parametrize("way", TABLES)
@settings(max_examples=60, deadline=None)
@given(rows=series())
def test_a_table_reads_back(way: str, rows: list[Row]) -> None:
    assert as_read(TABLES[way](rows)) == meant(rows)


@pytest.mark.parametrize("way", SENTENCES)
@settings(max_examples=60, deadline=None)
@given(rows=series())
def test_a_sentence_reads_back(way: str, rows: list[Row]) -> None:
    assert as_read(f"The number of referrals: {SENTENCES[way](rows)}") == meant(rows)
