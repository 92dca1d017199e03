"""The form of answers that goes with a request: its rows, each under a code that survives a table, a print and a copy.

The code of a row stands in it, in square brackets: no program takes `[1/2019]` for a date or a number. So a form that comes
back is read by its codes and labels, wherever its rows now stand and whatever file they came in.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from foimail.model import Body, Campaign, Part, Requester

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ANSWER = "Your answer"  # above the column to fill in
NOT_HELD, WITHHELD, ELSEWHERE = "not held", "withheld", "held by another body"
CALENDAR, FINANCIAL = "calendar years", "financial years (April to March)"
_YEARS = "Years meant (a financial 2019: April 2019 to March 2020)"
_LAYOUT = 1  # counts up when the rows change so that an older form would be misread

Cell = Literal["none", "number", "all", "words", "yes_no", "years", "note"]


@dataclass(frozen=True, slots=True)
class Line:
    """A row: its code, what stands beside it, what may be written there, and the answers offered to choose from.

    `part` is the number of its question, 0 for what is about the whole form.
    """

    code: str
    label: str
    cell: Cell = "none"
    choices: tuple[str, ...] = ()
    part: int = 0

    @property
    def anchor(self) -> str:
        """The words that must follow the code for a row to be this one; a question may have been wrapped or cut."""
        return f"{self.part}." if self.part and self.cell == "none" else self.label


@dataclass(frozen=True, slots=True)
class Form:
    """The form for one body: the mark that says for which case and wording it was made, and its rows."""

    token: str
    mark: str
    title: str
    lines: tuple[Line, ...]


END = Line("end", "End of the form. Thank you.")


def file_name(token: str) -> str:
    """The name under which the form of a case is attached."""
    return f"{token}-form.xlsx"


def version(parts: Iterable[Part]) -> str:
    """Eight hexadecimal digits that stand for what is asked, word for word; another wording has others."""
    asked = [_LAYOUT, *([part.key, part.question, part.answer, part.years] for part in parts)]
    return hashlib.sha256(json.dumps(asked).encode()).hexdigest()[:8]


def form(campaign: Campaign, body: Body, requester: Requester, token: str) -> Form:
    """The form that asks one body what the campaign asks."""
    back = [f"Please send it to {requester.email} with {token} in the subject."]
    if requester.address:
        by_post = ", ".join(filter(None, (requester.name, *requester.address.splitlines())))
        back.append(f"By post: {' '.join(by_post.split())}.")
    hints = (
        "Please write into the yellow cells alone; all else is locked, without a password.",
        f'Write a number, 0 for none, a band such as "<5", "{NOT_HELD}" or "{WITHHELD}" (the section in the notes).',
        "A cell that is left empty counts as not answered, never as 0.",
        "You may return it as a spreadsheet (XLSX, ODS, CSV) or as a PDF, or fill it in on paper.",
    )
    return Form(
        token,
        f"{token}/{version(campaign.parts)}",
        f"Answers of {body.name}",
        (
            *(Line("how", hint) for hint in hints),
            *(Line("to", where) for where in back),
            *lines(campaign.parts),
            END,
        ),
    )


def lines(parts: Sequence[Part]) -> tuple[Line, ...]:
    """The rows of all questions, in order."""
    return tuple(line for number, part in enumerate(parts, 1) for line in _of_part(number, part))


def _of_part(number: int, part: Part) -> Iterator[Line]:
    def line(what: str, label: str, cell: Cell, *choices: str) -> Line:
        return Line(f"{number}/{what}", label, cell, choices, number)

    yield Line(str(number), f"{number}. {' '.join(part.question.split())}", part=number)
    whole = (NOT_HELD, WITHHELD, ELSEWHERE)
    match part.answer:
        case "count_by_year":
            first, last = part.years or (1, 0)  # a campaign file always gives them
            yield line("years", _YEARS, "years", CALENDAR, FINANCIAL)
            for year in range(first, last + 1):
                yield line(str(year), str(year), "number", NOT_HELD, WITHHELD, "<5")
            yield line("all", "All years together, where they cannot be told apart", "all", *whole)
        case "count":
            yield line("number", "Number", "all", *whole, "<5")
        case "yes_no":
            yield line("answer", "Yes or no", "yes_no", "yes", "no", *whole)
        case _:
            yield line("text", "In words", "words", *whole)
    yield line("note", "Notes (section relied on, dates, who holds it)", "note")


def period(year: str, *, financial: bool) -> str:
    """The period of a year's cell: `2019`, or `2019/20` where the body counts from April to March."""
    return _financial(int(year)) if financial else year


def _financial(year: int) -> str:
    return f"{year}/{(year + 1) % 100:02}"


def heading(text: str) -> Iterator[re.Match[str]]:
    """The first rows of forms in a text: `token` and `version` in each."""
    return _HEADING.finditer(text)


_HEADING = re.compile(
    r"^[> \t]*\[form\]\s*(?P<mark>(?P<token>FOI-[A-Z2-7]{6})/(?P<version>[0-9a-f]{8}))", re.MULTILINE
)
_CODE = re.compile(r"^[> \t]*\[\d{1,2}/(?:\d{4}|[a-z]+)\]", re.MULTILINE)
_ROW = re.compile(rf"{_CODE.pattern}|^[> \t]*\[(?:how|to)\]", re.MULTILINE)
_FEW = 2  # codes that are no chance


def rows(text: str) -> tuple[int, ...]:
    """Where lines begin with the code of a row to fill in, or of a hint above them."""
    return tuple(found.start() for found in _ROW.finditer(text))


def is_in(text: str) -> bool:
    """Whether a form, or what is left of one, stands in a text: its first row, or codes at the beginning of lines."""
    return bool(_HEADING.search(text)) or len(_CODE.findall(text)) >= _FEW
