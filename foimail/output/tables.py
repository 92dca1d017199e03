"""Plain rows as a table, CSV or JSON Lines; no stranger's words steer a terminal or become a formula."""

from __future__ import annotations

import csv
import io
import json
import re
import unicodedata
from datetime import date
from itertools import accumulate
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    Row = Mapping[str, object]

_NARROWEST = 10  # a date and a token stay whole, or a shortened table would tell nothing
_GAP = "  "
_NUMBER = re.compile(r"[+-]?\d+(?:\.\d+)?")
_FORMULA = (*"=+-@\t\n", *"\uff1d\uff0b\uff0d\uff20")  # the last four are full-width forms of the first
_UNSAFE_JSON = re.compile("[\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]")


def table(rows: Sequence[Row], columns: Sequence[str], width: int | None = None) -> str:
    """The rows as aligned plain text under a line of headings; a column of numbers stands to the right.

    Args:
        rows: Plain values by column name; what is missing is left blank.
        columns: The columns to show, in order; their names are the headings, with spaces for underscores.
        width: The terminal's width, to which the widest columns are shortened; None shortens nothing.
    """
    headings = [column.replace("_", " ") for column in columns]
    cells = [[plain(words(row.get(column))) for column in columns] for row in rows]
    widths = [max(map(_columns_of, column)) for column in zip(headings, *cells, strict=True)]
    if width is not None:
        _narrow(widths, width)
    to_right = [bool(rows) and all(_is_number(row.get(column)) for row in rows) for column in columns]
    lines = [_line(line, widths, to_right) for line in [headings, ["-" * w for w in widths], *cells]]
    return "\n".join(lines)


def to_csv(rows: Sequence[Row], columns: Sequence[str]) -> str:
    """The rows as CSV with a heading line; what a spreadsheet would take for a formula gets an apostrophe."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([_cell(row.get(column)) for column in columns] for row in rows)
    return out.getvalue()


def to_jsonl(rows: Sequence[Row]) -> str:
    """The rows as JSON Lines, one object a line: dates in ISO form, marks that steer terminals escaped."""
    lines = (json.dumps(dict(row), ensure_ascii=False, default=words) for row in rows)
    return "".join(_UNSAFE_JSON.sub(lambda c: f"\\u{ord(c[0]):04x}", line) + "\n" for line in lines)


def plain(text: str) -> str:
    """A stranger's text as one harmless line: breaks become spaces, control and direction marks replaced."""
    line = " ".join(text.split())
    if line.isascii() and line.isprintable():
        return line
    return "".join("\ufffd" if unicodedata.category(c) in {"Cc", "Cf", "Cs", "Co", "Cn"} else c for c in line)


def words(value: object) -> str:
    """A value as a cell of text: nothing for None, yes or no, dates in ISO form, lists parted by semicolons."""
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case date():
            return value.isoformat()
        case list() | tuple() | set() | frozenset():
            return "; ".join(map(words, sorted(value) if isinstance(value, set | frozenset) else value))
    return str(value)


def _cell(value: object) -> str:
    text = re.sub("[\x00\ud800-\udfff]", "\ufffd", words(value))
    text = text.replace("\r\n", "\n").replace(
        "\r", "\n"
    )  # csv leaves a lone CR bare, and readers split the row there
    # one that has an apostrophe already gets another, so that taking one away always gives back what was there
    if text.lstrip("'").lstrip(" ").startswith(_FORMULA) and not _NUMBER.fullmatch(text):
        return f"'{text}"
    return text


def _is_number(value: object) -> bool:
    return value is None or (isinstance(value, int | float) and not isinstance(value, bool))


def _columns_of(text: str) -> int:
    """How many columns a text takes on a terminal: two for wide East Asian letters, none for accents."""
    if text.isascii():
        return len(text)
    return sum(
        0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text
    )


def _narrow(widths: list[int], width: int) -> None:
    over = sum(widths) + len(_GAP) * (len(widths) - 1) - width
    while over > 0 and max(widths, default=0) > _NARROWEST:
        widths[widths.index(max(widths))] -= 1
        over -= 1


def _shorten(text: str, width: int) -> str:
    if _columns_of(text) <= width:
        return text
    end = next(i for i, used in enumerate(accumulate(map(_columns_of, text))) if used >= width)
    return f"{text[:end]}\u2026"


def _line(cells: Sequence[str], widths: Sequence[int], to_right: Sequence[bool]) -> str:
    shown = []
    for cell, width, right in zip(cells, widths, to_right, strict=True):
        text = _shorten(cell, width)
        blank = " " * (width - _columns_of(text))
        shown.append(blank + text if right else text + blank)
    return _GAP.join(shown).rstrip()
