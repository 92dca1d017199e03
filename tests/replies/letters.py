"""What the tests of the rules read: a message to the campaign that the project ships, in a case with one request sent."""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from foimail.files import campaigns
from foimail.files.tables import table
from foimail.mail.parse import parse
from foimail.model import Message
from foimail.replies import anatomy, reader
from tests.corpus.scoring import SETS

if TYPE_CHECKING:
    from foimail.replies.reading import Reading

ON = date(2026, 2, 10)  # the day of every message here


@cache
def rules() -> reader.Rules:
    """Those of the shipped campaign."""
    found, faults = campaigns.load(Path(__file__).parents[2] / "templates", "cse")
    assert found, faults
    return reader.rules(found.parts, table("phrases"), reader.exemptions_of(table("exemptions")))


@cache
def request() -> anatomy.Ours:
    """The request of the labelled sets."""
    letter = parse(min((SETS["devset"] / "sent").glob("*.eml")).read_bytes())
    return anatomy.ours([letter.text], [letter.sender, letter.sender_name])


def message(text: str, subject: str = "RE: FOI request", **given: Any) -> Message:
    """A message of a body."""
    blank: dict[str, Any] = {"sender": "foi@body.example", "sender_name": "FOI team", "reply_to": ""}
    blank |= dict.fromkeys(("in_reply_to", "references", "returned_ids", "to"), ())
    blank |= {"sha256": "0", "message_id": None, "sent_at": None}
    return Message(**{**blank, "subject": subject, "text": text, **given})


def read(text: str, *files: reader.Enclosure, **given: Any) -> Reading:
    """What the rules make of it."""
    return reader.read(message(text, **given), files, request(), ON, rules())


def outcomes(text: str, *files: reader.Enclosure) -> list[str]:
    """The outcomes of the four parts."""
    return [answer.outcome for answer in read(text, *files).answers]


def counts(text: str, part: int, *files: reader.Enclosure) -> dict[str, float | int | str]:
    """The figures of one part."""
    from foimail.replies.figures import series

    return series(read(text, *files).answers[part - 1].figures)
