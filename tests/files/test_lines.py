from __future__ import annotations

import pytest

from foimail.files.lines import line_of

TEXT = """\
# rate = 1
rate = 0

[sending]   # rate = 2
 "rate" = 3
rates = 4
[[part]]
key = "a"
[ mail ]
rate = 5
"""


@pytest.mark.parametrize(
    ("table", "key", "line"),
    [
        ("sending", "rate", 5),
        ("sending", "rates", 6),
        ("sending", "", 4),
        ("sending", "missing", 4),
        ("part", "key", 8),
        ("mail", "rate", 10),
        ("nowhere", "rate", 1),
        ("", "", 1),
    ],
)
def test_a_key_is_found_in_its_own_table(table: str, key: str, line: int) -> None:
    assert line_of(TEXT, table, key) == line
