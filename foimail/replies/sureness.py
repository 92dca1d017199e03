"""How sure a single value is, from 0 to 1: as sure as its answer, and as the way in which it was read.

The ways are in the order of what went wrong on labelled letters (docs/accuracy.md). Below `reading.SURE` a person is asked.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from foimail.replies.outcomes import Verdict
    from foimail.replies.reading import Figure

_CELL = 0.95  # of a table, in the row and column of its period
_PAIR = 0.9  # a period and its value, as in `2019: 4`
_NUMBER = 0.85  # the one number of a part that asks for one
_SUM = 0.65  # added over sites or recipients: that they are parts of one whole is a guess
_TOTAL = 0.6  # one number where one for each year was asked
_RATE = 0.6  # a percentage where a number was asked
_DOUBTFUL = 0.5  # of a file that was read by OCR, or not wholly
_OVER = 0.6  # a number beside it belongs to no period: which is which may have been misread
_RIVAL = 0.5  # another value stands for the same period: one of them is meant, or neither


def of(figure: Figure, answer: Verdict, *, doubtful: bool) -> float:
    """How sure one value of an answer is.

    Args:
        figure: As read, its `where` not yet a place in the file (`quotes`).
        answer: The answer that it is of.
        doubtful: Whether its file was read by OCR, or not wholly.
    """
    rivals = sum((f.period, f.category, f.unit) == (figure.period, figure.category, figure.unit)
                 for _, f in answer.figures)  # fmt: skip
    limits = (
        answer.confidence,
        _way(figure),
        _DOUBTFUL if doubtful else 1.0,
        _RIVAL if rivals > 1 or figure.where.get("derived") == "last" or "rival" in figure.where else 1.0,
        _OVER if "over" in figure.where else 1.0,
    )
    return round(min(limits), 2)


def _way(figure: Figure) -> float:
    if figure.unit != "count":
        return _RATE
    if figure.where.get("derived") == "sum":
        return _SUM
    if "unit" in figure.where:
        return _CELL
    if figure.period == "total":
        return _TOTAL
    return _PAIR if figure.period else _NUMBER
