"""A table as a Parquet file, for pandas, R and DuckDB; it needs the extra package pyarrow."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from foimail.errors import FoimailError
from foimail.output.schema import meaning
from foimail.output.tables import words

if TYPE_CHECKING:
    from foimail.dataset.fields import Table


def to_parquet(table: Table) -> bytes:
    """The table with typed columns; those that hold numbers or words are text. FoimailError where pyarrow is missing."""
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ModuleNotFoundError:
        raise FoimailError("Parquet needs one more package", "pipx inject foimail pyarrow") from None
    kinds: dict[str, Any] = {
        "string": pa.string(),
        "integer": pa.int64(),
        "number": pa.float64(),
        "boolean": pa.bool_(),
        "date": pa.date32(),
        "any": pa.string(),
    }
    columns = [
        pa.field(one.name, kinds[one.kind], metadata={"description": meaning(one)}) for one in table.fields
    ]
    schema = pa.schema(columns, metadata={"about": json.dumps(dict(table.about), ensure_ascii=False)})
    values = {
        one.name: pa.array([_value(row.get(one.name), one.kind) for row in table.rows], kinds[one.kind])
        for one in table.fields
    }
    out = pa.BufferOutputStream()
    pq.write_table(pa.table(values, schema=schema), out)
    return bytes(out.getvalue())


def _value(value: object, kind: str) -> object:
    if value is None or kind not in {"string", "any"}:
        return value
    return words(value).encode("utf-8", "replace").decode()  # half a surrogate pair is no text
