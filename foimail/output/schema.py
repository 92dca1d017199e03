"""What the columns of a table mean, beside its data: for programs as a Table Schema, for people as a page.

The schema is that of https://specs.frictionlessdata.io/table-schema/.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from foimail.dataset.fields import Field, Table

YES, NO = "yes", "no"  # how `tables.to_csv` writes what is true and what is not


def table_schema(table: Table) -> str:
    """The columns as a JSON Table Schema; what is missing is an empty cell."""
    schema = {
        "$schema": "https://specs.frictionlessdata.io/schemas/table-schema.json",
        "fields": [_field(one) for one in table.fields],
        "missingValues": [""],
        "description": " ".join(f"{name}: {text}" for name, text in table.about.items()),
    }
    return json.dumps(schema, ensure_ascii=False, indent=2) + "\n"


def _field(field: Field) -> dict[str, object]:
    constraints: dict[str, object] = {}
    if field.required:
        constraints["required"] = True
    if field.values:
        constraints["enum"] = list(field.values)
    found: dict[str, object] = {"name": field.name, "type": field.kind, "description": field.meaning}
    if field.kind == "boolean":
        found |= {"trueValues": [YES, "true"], "falseValues": [NO, "false"]}
    return found | ({"constraints": constraints} if constraints else {})


def dictionary(table: Table) -> str:
    """The columns and what has to be said of the data, as a page of Markdown."""
    about = "".join(f"- **{name}**: {text}\n" for name, text in table.about.items())
    lines = [
        f"| `{_in_table(one.name)}` | {one.kind} | {_in_table(meaning(one))} |\n" for one in table.fields
    ]
    return f"# What is in this table\n\n{about}\n| column | holds | meaning |\n| --- | --- | --- |\n{''.join(lines)}"


def meaning(field: Field) -> str:
    """What a column says, with the words that may stand in it."""
    return f"{field.meaning} ({', '.join(field.values)})" if field.values else field.meaning


def _in_table(text: str) -> str:
    return text.replace("`", "'").replace("|", "\\|").replace("<", "&lt;")
