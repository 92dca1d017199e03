"""Where words of a file stand: on which page, on which sheet and in which cells, and how to say so."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import takewhile
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_LETTERS = 26


@dataclass(frozen=True, slots=True)
class Mark:
    """From character `start` of a file's text on, up to the next mark, stands one page, one sheet, or one file packed in it.

    `page` counts from 1, a slide is a page; 0 where there are none. `rows` is the character at which the first row of a sheet
    begins, -1 where there is no sheet: a row a line, cells parted by tabs, from A1 on. `member` is the name of a packed file.
    """

    start: int
    page: int = 0
    sheet: str = ""
    rows: int = -1
    member: str = ""


def moved(marks: Iterable[Mark], by: int, member: str) -> tuple[Mark, ...]:
    """The marks of a file packed in another, in whose text its own text begins `by` characters later."""
    return tuple(
        replace(
            mark,
            start=mark.start + by,
            rows=mark.rows + by if mark.rows >= 0 else -1,
            member=f"{member}/{mark.member}" if mark.member else member,
        )
        for mark in marks
    )


def place(text: str, marks: Iterable[Mark], start: int, end: int) -> dict[str, Any]:
    """Packed file, page, sheet and cell of the characters from `start` to before `end`, each where there is one.

    Words that begin on one page and end on another have `page` and `to_page`; those of several cells the block that holds them
    all, `B7:C9`, as their `cell`.
    """
    before = list(takewhile(lambda mark: mark.start < end, marks))
    first = next((mark for mark in reversed(before) if mark.start <= start), None)
    if first is None:
        return {}
    last = before[-1]
    found: dict[str, Any] = {"member": first.member, "page": first.page, "sheet": first.sheet}
    if last.member == first.member and last.page > first.page > 0:
        found["to_page"] = last.page
    if 0 <= first.rows <= start and last is first:
        found["cell"] = _cells(text, first.rows, start, end)
    return {name: value for name, value in found.items() if value}


def _cells(text: str, rows: int, start: int, end: int) -> str:
    """The block of cells that the words stand in, in a sheet whose first row begins at `rows`."""
    line = text.rfind("\n", rows, start) + 1 or rows
    lines = text[line:end].split("\n")
    top = text.count("\n", rows, line) + 1
    left = text.count("\t", line, start) if len(lines) == 1 else 0
    right = max(row.count("\t") for row in lines)
    ends = f"{column(left)}{top}", f"{column(right)}{top + len(lines) - 1}"
    return ":".join(dict.fromkeys(ends))


def column(number: int) -> str:
    """The letters of a column, counted from 0: A, Z, AA."""
    letters = ""
    number += 1
    while number:
        number, rest = divmod(number - 1, _LETTERS)
        letters = chr(ord("A") + rest) + letters
    return letters


def words(where: Mapping[str, Any]) -> str:
    """A place in words: `report.xlsx, sheet Referrals, cell B7`; `letter.pdf, page 2`; `the letter` where it is the mail itself."""
    if not where:
        return ""
    said = [where.get("file") or "the letter"]
    said += [str(where["member"])] if where.get("member") else []
    if page := where.get("page"):
        slide = str(where.get("member") or said[0]).lower().endswith(".pptx")
        last = where.get("to_page")
        name = "slide" if slide else "page"
        said.append(f"{name}s {page} to {last}" if last else f"{name} {page}")
    if sheet := where.get("sheet"):
        said.append(f"sheet {sheet}")
    if cell := where.get("cell"):
        several = ":" in cell or "," in cell
        said.append(f"cells {cell.replace(':', ' to ')}" if several else f"cell {cell}")
    return ", ".join(said)
