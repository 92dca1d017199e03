"""A stranger's text in harmless lines, with some of its passages marked, cut to screenfuls."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from foimail.output.tables import plain

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    Span = tuple[int, int]  # from the first character to the one after the last


def guillemets(words: str) -> str:
    """The mark for a terminal without colour."""
    return f"«{words}»"


def marked(
    text: str, spans: Iterable[Span], mark: Callable[[str], str] = guillemets
) -> list[tuple[str, bool]]:
    """The lines of a text, each with whether a passage begins or goes on in it; a passage is marked line by line."""
    wanted = _merged(spans)
    found = []
    at = 0
    for line in text.splitlines(keepends=True):
        end = at + len(line)
        cuts = sorted({at, end, *(min(max(cut, at), end) for span in wanted for cut in span)})
        pieces = [(text[a:b], any(start <= a < stop for start, stop in wanted)) for a, b in pairwise(cuts)]
        found.append(("".join(_piece(words, mark if inside else None) for words, inside in pieces).strip(),
                      any(inside and words.strip() for words, inside in pieces)))  # fmt: skip
        at = end
    return found


def screenfuls(lines: Sequence[str], height: int, rows_of: Callable[[str], int]) -> list[list[str]]:
    """The lines in pages of at most `height` rows; `rows_of` says how many rows of the terminal a line takes."""
    pages: list[list[str]] = [[]]
    left = height
    for line in lines:
        rows = rows_of(line)
        if rows > left and pages[-1]:
            pages.append([])
            left = height
        pages[-1].append(line)
        left -= rows
    return pages


def _merged(spans: Iterable[Span]) -> list[Span]:
    found: list[Span] = []
    for start, end in sorted(span for span in spans if span[0] < span[1]):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return found


def _piece(words: str, mark: Callable[[str], str] | None) -> str:
    """Words with a blank at either end where they had one, so that what stands beside them stays apart."""
    shown = plain(words)
    if not shown:
        return " " if words else ""
    before, after = " " * words[0].isspace(), " " * words[-1].isspace()
    return f"{before}{mark(shown) if mark else shown}{after}"
