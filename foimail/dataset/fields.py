"""The columns of the tables of answers: what each holds, in one place for every form in which they are written."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from foimail import model

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    Row = dict[str, object]

Kind = Literal["string", "integer", "number", "boolean", "date", "any"]

OUTCOMES = (*model.OUTCOMES, "no_reply", "not_asked", "unconfirmed")
STATES = ("confirmed", "proposed", "missing")


@dataclass(frozen=True, slots=True)
class Field:
    """A column.

    Attributes:
        name: Its heading.
        kind: What stands in it; `any` is a number or words. What is not known is left out.
        meaning: What it says, for a reader who knows nothing of foimail.
        private: Whether it may hold names, addresses or words of people: it is not in the public table.
        required: Whether every row has it.
        values: The words that may stand in it; empty where any may.
    """

    name: str
    kind: Kind
    meaning: str
    private: bool = False
    required: bool = False
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """Rows with their columns, and what has to be said of them: sentences under short headings."""

    fields: tuple[Field, ...]
    rows: Sequence[Row]
    about: Mapping[str, str] = field(default_factory=dict, hash=False)

    @property
    def columns(self) -> tuple[str, ...]:
        """The headings."""
        return tuple(one.name for one in self.fields)


BODY = (
    Field("body", "string", "The code of the body: the ODS code where it has one", required=True),
    Field("ods", "string", "Its code in the Organisation Data Service of the NHS"),
    Field("name", "string", "Its name", required=True),
    Field("nation", "string", "The part of the United Kingdom, which decides the law", required=True),
    Field("type", "string", "What sort of body it is"),
    Field("region", "string", "Its region"),
    Field("case", "string", "The token of the request to it; empty where there is none"),
    Field("stage", "string", "Where the request stands, as in `foimail report`", required=True),
)
LONG = (
    *BODY,
    Field("part_number", "integer", "The number of the question, from 1", required=True),
    Field("part", "string", "The key of the question", required=True),
    Field("period", "string", "Of which time the figure is: 2021, 2021/22, 2024-Q4, 2010..2024, 2023-11..present, total"),
    Field("category", "string", "Of whom or what the figure is, where the body splits it up"),
    Field("value", "number", "The figure; empty where it is a band, withheld, or none was given: never a nought then"),
    Field("lower", "number", "The least that it can be: of a withheld figure nought"),
    Field("upper", "number", "The most that it can be; empty beside `lower` means that no end is known"),
    Field("unit", "string", "count or per cent"),
    Field("withheld", "boolean", "Whether the body holds the figure back"),
    Field("outcome", "string", "What the body says on the question", required=True, values=OUTCOMES),
    Field("exemptions", "string", "The sections that it relies on for this question, parted by semicolons"),
    Field(
        "state",
        "string",
        "confirmed: a person has said so; proposed: foimail has read it and nobody has looked; missing: there is no answer",
        required=True,
        values=STATES,
    ),
    Field("confidence", "number", "How sure the rules were, from 0 to 1"),
    Field("quote", "string", "The words of the letter, exactly", private=True),
    Field("source_file", "string", "The attachment in which they stand; empty for the letter itself", private=True),
    Field("place", "string", "Where they stand, in words", private=True),
    Field("member", "string", "The file within the source file, where that is an archive", private=True),
    Field("page", "integer", "The page, or slide"),
    Field("to_page", "integer", "The page on which they end, where that is another"),
    Field("sheet", "string", "The sheet", private=True),
    Field("cell", "string", "The cell, or cells"),
    Field("start", "integer", "The character of the text at which the quote begins, from 0"),
    Field("end", "integer", "The character before which it ends"),
    Field("message", "integer", "The number of the message in foimail"),
    Field("message_sha256", "string", "The SHA-256 of the message's bytes as they came"),
    Field("file_sha256", "string", "The SHA-256 of the attachment's bytes, where the words stand in one"),
    Field("letter_date", "date", "The date of the letter"),
    Field("confirmed_by", "string", "The person who has confirmed it", private=True),
    Field("confirmed_on", "date", "The day on which that was"),
    Field("note", "string", "What a reader of this row should know"),
)  # fmt: skip
# the names of attachments are in such paths, and these may name people
LETTER = Field("letter", "string", "The saved letter or attachment, as a path from this file", private=True)
LEFT_OUT = Field(
    "left_out",
    "string",
    "What is not in this table, which was made to be published",
    required=True,
)
