"""Where a key stands in a TOML file: tomllib gives values without places, and a fault without a line is hard to mend."""

from __future__ import annotations

import re


def line_of(text: str, table: str, key: str = "") -> int:
    """The line (from 1) of `key` inside `[table]`, of the table's heading where no key is given, or 1 where neither is found."""
    current = ""
    heading = 1
    for number, line in enumerate(text.splitlines(), start=1):
        if found := re.match(r"\s*\[+\s*([\w.\-\"' ]+?)\s*\]+", line):
            current = found[1]
            if current == table:
                heading = number
        elif key and current == table and re.match(rf"\s*[\"']?{re.escape(key)}[\"']?\s*=", line):
            return number
    return heading
