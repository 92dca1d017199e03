"""The exact words that an answer or a figure rests on, and their place: file, page or cell, and characters of the file's text.

While a letter is read, `where` of a figure says where the rules saw its value: `start` and `end` in the text of its spot, or of
the `unit` named beside them, whose breaks of lines have become blanks. `of` are those of the values that were added. Here they
become characters of the file.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from foimail.places import place

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from foimail.places import Mark
    from foimail.replies.parts import Spot
    from foimail.replies.reading import Figure

    Span = tuple[int, int]  # from the first character to before the last

_BREAK = re.compile(r"\s+(?:>\s*)*")  # of a line, quoted or not


def plain(quote: str) -> str:
    """A quote without its breaks of lines."""
    return _BREAK.sub(" ", quote).strip()


def words(spot: Spot, text: str, marks: Sequence[Mark]) -> tuple[str, dict[str, Any]]:
    """The words of a spot as they stand in its file's text, and where."""
    start, end = spot.unit.start, spot.unit.end
    return text[start:end], _where(spot, text, marks, (start, end))


def figure(found: Figure, spot: Spot, text: str, marks: Sequence[Mark]) -> Figure:
    """A figure with the words of its value and their place.

    `context` of the place is the row of the table, or the sentence. A figure that was added up quotes all from the first of
    its values to the last; `derived` says so, and `of` where each of them stands. `shared` is one that the letter gives
    for each of several years.
    """
    added = found.where.get("of", ())
    spans = [_span(trace, spot, text) for trace in added or (found.where,)]
    start, end = min(start for start, _ in spans), max(end for _, end in spans)
    if start < 0 or not (added or plain(text[start:end]) == plain(found.quote)):
        start, end = _searched(found.quote, spot, text)
    where = _where(spot, text, marks, (start, end)) | {"context": list(_context(spot, text, start, end))}
    where |= {name: found.where[name] for name in ("derived", "shared") if name in found.where}
    if added and min(spans)[0] >= 0:
        where["of"] = [list(span) for span in spans]
        if "cell" in where:
            where["cell"] = ", ".join(place(text, marks, *span)["cell"] for span in spans)
    return replace(found, quote=text[start:end], where=where)


def _where(spot: Spot, text: str, marks: Sequence[Mark], span: Span) -> dict[str, Any]:
    return {"file": spot.file, "start": span[0], "end": span[1], **place(text, marks, *span)}


def _span(trace: Mapping[str, Any], spot: Spot, text: str) -> Span:
    """Where a value stands in the file's text; (-1, -1) where that cannot be told."""
    unit = trace.get("unit", spot.unit)
    places = aligned(text[unit.start : unit.end], trace["unit"].text if "unit" in trace else spot.text)
    if not places or "start" not in trace:
        return -1, -1
    return unit.start + places[trace["start"]], unit.start + places[trace["end"] - 1] + 1


@lru_cache(maxsize=16)  # a row is asked for each of its figures
def aligned(source: str, seen: str) -> tuple[int, ...]:
    """For each character of what the rules saw its place in the source; empty where that holds other words.

    What they saw is the end of the source, or all of it, with blanks instead of breaks of lines and of their marks.
    """
    places, at = [0] * len(seen), len(source)
    for number in range(len(seen) - 1, -1, -1):
        if not seen[number].isspace():
            at = source.rfind(seen[number], 0, at)
            if at < 0:
                return ()
        places[number] = at
    return tuple(places)


def _searched(quote: str, spot: Spot, text: str) -> Span:
    """The words of a value where they come first in its spot; else all of the spot."""
    start, end = spot.unit.start, spot.unit.end
    wanted = r"\s+(?:>\s*)*".join(map(re.escape, quote.split()))
    again = re.compile(rf"(?<!\w){wanted}(?!\w)").search(text, start, end) if wanted else None
    return again.span() if again else (start, end)


def _context(spot: Spot, text: str, start: int, end: int) -> Span:
    """The row that a value stands in; all that its spot says where it stands on a line of its own, or in a sentence."""
    first, last = spot.unit.start, spot.unit.end
    if "\n" in spot.text:  # a table
        above, below = text.rfind("\n", first, start) + 1 or first, text.find("\n", end, last)
        row = above, below if below >= 0 else last
        row = row[0] + len(text[slice(*row)]) - len(text[slice(*row)].lstrip()), row[1]
        if text[slice(*row)].strip() != text[start:end].strip():
            return row
    return min(first, start), max(last, end)
