"""Tables in every form: what is written is read again as it was, and nothing in it is a formula."""

from __future__ import annotations

import csv
import io
import json
import math
import sqlite3
import sys
import zipfile
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from foimail.dataset.fields import Field, Table
from foimail.errors import FoimailError
from foimail.output import schema, tables, xlsx
from foimail.output.written import beside, written
from foimail.store.tables_file import to_sqlite

if TYPE_CHECKING:
    from collections.abc import Callable

    Rows = list[dict[str, object]]

FIELDS = (
    Field("body", "string", "Which body", required=True, values=("RAA", "RBB")),
    Field("part", "string", "Which part"),
    Field("message", "integer", "Which letter"),
    Field("text", "string", "Words"),
    Field("count", "integer", "A whole number"),
    Field("number", "number", "A number"),
    Field("yes", "boolean", "Yes or no"),
    Field("day", "date", "A day"),
    Field("mixed", "any", "A number or words | with `marks`"),
)
# halves of pairs and NUL cannot be written in every form, and a lone CR is a line break in CSV and XML: these are replaced
_TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00\r\ufffe\uffff"), min_size=1)
_WORDS = st.one_of(
    _TEXT, st.sampled_from(["=1+1", "'=1", "''@x", " -x", "-12", "'-12", "+3.5", "\t", "_x0041_", "yes"])
)
# a spreadsheet keeps sixteen digits of a number
_NUMBER = st.one_of(st.integers(-(2**53), 2**53), st.integers(-(10**12), 10**12).map(lambda n: n / 1000))
_ROW = st.fixed_dictionaries(
    {
        "body": st.sampled_from(["RAA", "RBB"]),
        "part": st.just("a"),
        "message": st.one_of(st.none(), st.just(1)),
        "text": st.one_of(st.none(), _WORDS),
        "count": st.one_of(st.none(), st.integers(-(2**53), 2**53)),
        "number": st.one_of(st.none(), _NUMBER),
        "yes": st.one_of(st.none(), st.booleans()),
        "day": st.one_of(st.none(), st.dates(date(1900, 3, 1), date(2100, 1, 1))),
        "mixed": st.one_of(
            st.none(), st.integers(0, 10**6), st.sampled_from(["<5", "withheld", "not held", "=x"])
        ),
    }
)


def a_table(rows: Rows) -> Table:
    return Table(FIELDS, rows, {"Left out": "names of staff"})


def from_csv(data: str) -> Rows:
    """Read as the schema says, the apostrophe taken from what looks like a formula behind it."""

    def value(field: Field, text: str) -> object:
        bare = text[1:] if text.startswith("'") and _guarded(text) else text
        return _as(field, bare)

    found = csv.DictReader(io.StringIO(data, newline=""))
    return [{one.name: value(one, row[one.name]) for one in FIELDS} for row in found]


def _guarded(text: str) -> bool:
    return text.lstrip("'").lstrip(" ").startswith(tables._FORMULA)


def _as(field: Field, text: str) -> object:
    if not text:
        return None
    match field.kind:
        case "integer":
            return int(text)
        case "number":
            return float(text)
        case "boolean":
            return {"yes": True, "no": False}[text]
        case "date":
            return date.fromisoformat(text)
        case "any":
            return int(text) if text.isdigit() else text
    return text


def from_jsonl(data: str) -> Rows:
    rows = [json.loads(line) for line in data.split("\n")[:-1]]
    return [row | {"day": date.fromisoformat(row["day"]) if row["day"] else None} for row in rows]


def from_xlsx(data: bytes) -> Rows:
    book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    heading, *rows = book.get_sheet_by_name("Answers").to_python(skip_empty_area=False)
    assert heading == [one.name for one in FIELDS]
    return [
        {str(name): None if value == "" else value for name, value in zip(heading, row, strict=True)}
        for row in rows
    ]


def from_parquet(data: bytes) -> Rows:
    rows: Rows = pq.read_table(pa.BufferReader(data)).to_pylist()
    return [row | {"mixed": _as(FIELDS[-1], str(row["mixed"] or ""))} for row in rows]


@pytest.mark.parametrize(
    ("form", "read"),
    [("csv", from_csv), ("jsonl", from_jsonl), ("xlsx", from_xlsx), ("parquet", from_parquet)],
)
@settings(max_examples=60, deadline=None)
@given(rows=st.lists(_ROW, max_size=5))
def test_writing_and_reading_a_table_loses_nothing(
    form: str, read: Callable[[Any], Rows], rows: Rows
) -> None:
    assert read(written(a_table(rows), form)) == rows


@settings(max_examples=60, deadline=None)
@given(rows=st.lists(_ROW, max_size=5))
def test_a_database_holds_the_same_rows_and_refers_to_its_other_tables(rows: Rows) -> None:
    connection = database(rows)
    connection.row_factory = sqlite3.Row
    found = [dict(row) for row in connection.execute("SELECT * FROM long")]
    names = [one.name for one in FIELDS]
    read = [
        {name: row[name] for name in names}
        | {
            "yes": None if row["yes"] is None else bool(row["yes"]),
            "day": date.fromisoformat(row["day"]) if row["day"] else None,
            "mixed": _as(FIELDS[-1], str(row["mixed"] or "")),
        }
        for row in found
    ]
    assert read == rows
    assert [row["name"] for row in found] == [f"Trust {row['body']}" for row in rows]


def database(rows: Rows) -> sqlite3.Connection:
    key = {
        name: Field(name, "integer" if name == "message" else "string", name, required=True) for name in KEYS
    }
    answers = [*FIELDS[:-1], Field("mixed", "string", "Words")]
    content = to_sqlite(
        {
            "bodies": (
                [key["body"], Field("name", "string", "Name")],
                [{"body": code, "name": f"Trust {code}"} for code in ("RAA", "RBB")],
            ),
            "parts": ([key["part"]], [{"part": "a"}]),
            "messages": ([key["message"]], [{"message": 1}]),
            "answers": (answers, [row | {"mixed": tables.words(row.get("mixed")) or None} for row in rows]),
        },
        {"Left out": "names"},
    )
    connection = sqlite3.connect(":memory:")
    connection.deserialize(content)
    return connection


KEYS = ("body", "part", "message")


def test_a_database_has_keys_that_lead_on_and_indexes_and_says_what_is_left_out() -> None:
    connection = database([{"body": "RAA", "part": "a", "text": "x\ud800"}])
    keys = connection.execute("PRAGMA foreign_key_list(answers)").fetchall()
    assert {(row[2], row[3]) for row in keys} == {
        ("bodies", "body"),
        ("parts", "part"),
        ("messages", "message"),
    }
    assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
    indexes = {row[1] for row in connection.execute("PRAGMA index_list(answers)")}
    assert {"ix_answers_body", "ix_answers_part", "ix_answers_message"} <= indexes
    assert connection.execute("SELECT * FROM about").fetchall() == [("Left out", "names")]
    assert connection.execute("SELECT text FROM answers").fetchall() == [("x?",)]


ONE: Rows = [{"body": "RAA", "text": "=HYPERLINK(1)", "number": 12, "day": date(2026, 6, 14), "yes": True}]


def test_a_workbook_has_a_frozen_heading_with_filters_and_no_formula() -> None:
    data = written(a_table(ONE), "xlsx")
    assert isinstance(data, bytes)
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        page = book.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in page
    assert 'state="frozen"' in page
    assert '<autoFilter ref="A1:I2"/>' in page
    book_ = CalamineWorkbook.from_filelike(io.BytesIO(data))
    assert book_.sheet_names == ["Answers", "About", "Columns"]
    assert book_.get_sheet_by_name("About").to_python()[1] == ["Left out", "names of staff"]
    assert book_.get_sheet_by_name("Columns").to_python()[1] == ["body", "string", "Which body (RAA, RBB)"]


def sheet(*values: object, links: bool = False) -> tuple[list[Any], str]:
    """The cells of one column, and where its links lead."""
    rows: Rows = [{"a": value} for value in values]
    data = xlsx.to_xlsx([xlsx.Sheet("One", ["a"], rows, frozenset({"a"} if links else ()))])
    found = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0).to_python()
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        path = "xl/worksheets/_rels/sheet1.xml.rels"
        return [row[0] for row in found[1:]], book.read(path).decode() if path in book.namelist() else ""


def test_what_a_cell_cannot_hold_is_written_in_words() -> None:
    found, _ = sheet(2**60, math.inf, date(1066, 10, 14), ["a", "b"], "x\ud800\r\ny")
    assert found == [str(2**60), "inf", "1066-10-14", "a; b", "x\ufffd\ny"]
    (moment,), _ = sheet(datetime(2026, 6, 14, 9, 30, tzinfo=UTC))
    assert moment.isoformat() == "2026-06-14T09:30:00"
    (long,), _ = sheet("x" * 40_000)
    assert len(long) == xlsx.LONGEST
    assert long.endswith("[cut here: a cell holds no more; CSV and JSON Lines have all of it]")


def test_links_lead_to_files_beside_the_workbook() -> None:
    found, targets = sheet("letters/RAA/1.eml", "a # b/50%.eml", None, "x" * 3000, links=True)
    assert found[:2] == ["letters/RAA/1.eml", "a # b/50%.eml"]
    assert r'Target="letters\RAA\1.eml"' in targets
    assert r'Target="a%20%23%20b\50%25.eml"' in targets
    assert targets.count("<Relationship ") == 2


def test_a_table_larger_than_excel_opens_is_refused_in_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xlsx, "MOST_ROWS", 3)
    assert sheet(1, 2)[0] == [1, 2]
    with pytest.raises(FoimailError, match="3 rows of 1 columns are more than Excel opens"):
        sheet(1, 2, 3)
    assert xlsx.to_xlsx([xlsx.Sheet("Empty", [], [])])


def test_without_pyarrow_a_sentence_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(FoimailError, match="Parquet needs one more package") as raised:
        written(a_table(ONE), "parquet")
    assert "pipx inject foimail pyarrow" in str(raised.value)


def test_parquet_bears_its_dictionary() -> None:
    data = written(a_table([{"body": "RAA", "text": "x\ud800"}]), "parquet")
    found = pq.read_table(pa.BufferReader(data))
    assert json.loads(found.schema.metadata[b"about"]) == {"Left out": "names of staff"}
    assert found.schema.field("body").metadata == {b"description": b"Which body (RAA, RBB)"}
    assert found.to_pylist()[0]["text"] == "x?"


def test_what_the_columns_mean_is_written_beside_a_file() -> None:
    table = a_table(ONE)
    assert beside(table, "xlsx") == {}
    found = beside(table, "csv")
    assert list(found) == [".dictionary.md", ".schema.json"]
    assert "- **Left out**: names of staff\n" in found[".dictionary.md"]
    assert "| `mixed` | any | A number or words \\| with 'marks' |\n" in found[".dictionary.md"]
    described = json.loads(schema.table_schema(table))
    assert described["fields"][0] == {
        "name": "body",
        "type": "string",
        "description": "Which body",
        "constraints": {"required": True, "enum": ["RAA", "RBB"]},
    }
    assert described["fields"][6]["trueValues"] == ["yes", "true"]
