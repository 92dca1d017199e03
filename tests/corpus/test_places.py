"""Every quote of the labelled sets stands word for word at its place: in the letter, on the page, in the cell of the real file."""

from __future__ import annotations

from pathlib import PurePath
from typing import TYPE_CHECKING, Any

import pytest

from foimail.documents import read
from foimail.documents.model import Document
from foimail.mail.parse import parse
from foimail.places import column
from foimail.replies.figures import tokens
from tests.corpus import scoring
from tests.desk import Desk

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from foimail.model import Attachment

LEAST = {
    "own": 200,
    "answers": 600,
    "devset": 40,
    "letters-b": 450,
    "letters-c": 400,
}  # figures that are looked at


def opened(file: Attachment) -> Document:
    """The attachment, opened afresh."""
    if file.media_type == "message/rfc822":
        return Document("read", text=parse(file.content).text)
    return read.read(file.name, file.media_type, file.content)


def faults(quote: str, where: Mapping[str, Any], text: str, document: Document | None) -> Iterator[str]:
    """What is not so of a quote and its place."""
    if text[where["start"] : where["end"]] != quote or not quote.strip():
        yield "it does not stand at its characters"
    packed = "member" in where  # a file in a file: of its pages and sheets the text alone is known
    if document and document.pages and not packed:
        pages = document.pages[where["page"] - 1 : where.get("to_page", where["page"])]
        if quote not in "\n\n".join(page.text for page in pages if page.text):
            yield "it is not on its page"
    if document and document.sheets and not (packed and "sheet" not in where):
        sheet = next(s for s in document.sheets if s.name == where.get("sheet", ""))
        if bad := [words for words in pieces(quote) if words not in held(sheet.rows, where["cell"])]:
            yield f"{bad} is in none of its cells"


def pieces(quote: str) -> list[str]:
    """The words of each cell that a quote goes over."""
    return [words for line in quote.split("\n") for words in line.split("\t") if words]


def held(rows: tuple[tuple[str, ...], ...], cells: str) -> str:
    """The words of cells: `B7`, `A2:C9`; of `B2, D2` all between, for what was added up quotes that too."""
    named = cells.replace(", ", ":").split(":")
    places = [(int(one.lstrip(LETTERS)) - 1, COLUMNS[one.rstrip("0123456789")]) for one in named]
    (top, left), (bottom, right) = (tuple(map(edge, zip(*places, strict=True))) for edge in (min, max))
    block = rows[top : bottom + 1]
    chosen = [cell for row in block for cell in (row if "," in cells else row[left : right + 1])]
    return "\n".join(" ".join(cell.split()) for cell in chosen)


LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
COLUMNS = {column(number): number for number in range(1000)}


def says(figure: Mapping[str, Any], text: str) -> bool:
    """Whether the quote, read alone, is the value; of a sum, whether its values come to it."""
    where = figure["where"]
    if where.get("derived") == "sum":
        return bool(figure["value"] == sum(float(text[a:b].replace(",", "")) for a, b in where["of"]))
    if figure["quote"] in {"-", "\u2013", "\u2014"}:  # nil where a key says so
        return bool(figure["value"] == 0)
    if figure["quote"] == "*":  # a band where a key says so
        return bool(figure["withheld"] or figure["upper"])
    found = [token.figure for token in tokens(f"{figure['quote']}\n2030") if token.figure]
    return any(
        all(getattr(one, name) == figure[name] for name in ("value", "lower", "upper", "withheld"))
        for one in found
    )


@pytest.mark.parametrize("name", scoring.SETS)
def test_every_quote_stands_word_for_word_at_its_place(
    name: str, workspace: Callable[..., Path], capsys: pytest.CaptureFixture[str]
) -> None:
    desks: list[Desk] = []

    def make(**given: str) -> Desk:
        desks.append(Desk(workspace(**given), capsys))
        return desks[-1]

    scoring.run(scoring.SETS[name], make)
    looked, bad = 0, list[tuple[object, ...]]()
    for row in desks[0].data("messages", today="2027-01-04"):
        file = PurePath(row["source"]).name
        message = parse((scoring.SETS[name] / file).read_bytes())
        documents = {a.name: opened(a) for a in message.attachments} if row["answers"] else {}
        for answer in row["answers"]:
            for one in (answer, *answer["series"]):
                where = one["where"]
                if not where:
                    assert (answer["outcome"], answer["quote"]) == ("unanswered", "")
                    continue
                document = documents.get(where["file"])
                text = message.text if not where["file"] else documents[where["file"]].text
                bad += [
                    (file, fault, one["quote"], where)
                    for fault in faults(one["quote"], where, text, document)
                ]
                if one is not answer:
                    looked += 1
                    if not says(one, text):
                        bad.append((file, "it does not say its value", one["quote"], where))
            # two years never rest on one and the same number; a nil may stand for several, and one given for each
            spans = [
                (f["where"]["file"], f["where"]["start"])
                for f in answer["series"]
                if f["value"] != 0 and "shared" not in f["where"]
            ]
            bad += [
                (file, "two values at one place", answer["part"], span)
                for span in spans
                if spans.count(span) > 1
            ]
    assert bad == []
    assert looked >= LEAST[name]


def test_the_proof_finds_a_quote_that_is_not_at_its_place() -> None:
    table = read.read("a.csv", "text/csv", b"Year,Referrals\n2021,4\n2022,14\n")
    right = {"start": 20, "end": 21, "cell": "B2"}
    assert list(faults("4", right, table.text, table)) == []
    assert list(faults("4", right | {"start": 19}, table.text, table)) == [
        "it does not stand at its characters"
    ]
    assert list(faults("4", right | {"cell": "A2"}, table.text, table)) == ["['4'] is in none of its cells"]
    figure = {"quote": "4", "value": 4, "lower": None, "upper": None, "withheld": False, "where": right}
    assert says(figure, table.text)
    assert not says(figure | {"value": 5}, table.text)
    assert not says(figure | {"where": {"derived": "sum", "of": [[20, 21], [27, 29]]}}, table.text)
    assert says(figure | {"quote": "-", "value": 0}, table.text)
