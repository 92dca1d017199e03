"""A table of answers in each form of file, and what is written beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from foimail.dataset.fields import LETTER
from foimail.output import schema, tables

if TYPE_CHECKING:
    from foimail.dataset.fields import Table


def written(table: Table, form: str) -> str | bytes:
    """The table as `csv`, `jsonl`, `xlsx` or `parquet`."""
    if form == "csv":
        return tables.to_csv(table.rows, table.columns)
    if form == "jsonl":
        return tables.to_jsonl([{name: row.get(name) for name in table.columns} for row in table.rows])
    if form == "parquet":
        from foimail.output.parquet import to_parquet

        return to_parquet(table)
    return _workbook(table)


def beside(table: Table, form: str) -> dict[str, str]:
    """What is written beside such a file, by the ending of its name: a workbook holds it itself."""
    if form == "xlsx":
        return {}
    return {".dictionary.md": schema.dictionary(table), ".schema.json": schema.table_schema(table)}


def _workbook(table: Table) -> bytes:
    from foimail.output.xlsx import Sheet, to_xlsx

    about: list[tables.Row] = [{"what": name, "is": text} for name, text in table.about.items()]
    columns: list[tables.Row] = [
        {"column": one.name, "holds": one.kind, "meaning": schema.meaning(one)} for one in table.fields
    ]
    return to_xlsx(
        [
            Sheet("Answers", table.columns, table.rows, frozenset({LETTER.name})),
            Sheet("About", ("what", "is"), about),
            Sheet("Columns", ("column", "holds", "meaning"), columns),
        ]
    )
