"""Rows as a table, CSV and JSON Lines, with strangers' text among them."""

from __future__ import annotations

import csv
import io
import json
from datetime import date

import pytest

from foimail.output.tables import plain, table, to_csv, to_jsonl

ROWS = [
    {"code": "RD8", "days_left": 5, "due": date(2026, 11, 30), "tags": ("a", "b"), "late": False},
    {"code": "G6V2S", "days_left": -12, "due": None, "tags": (), "late": True},
]


def test_a_table_is_aligned_with_numbers_to_the_right() -> None:
    assert table(ROWS, ["code", "days_left", "due", "tags", "late"]) == (
        "code   days left  due         tags  late\n"
        "-----  ---------  ----------  ----  ----\n"
        "RD8            5  2026-11-30  a; b  no\n"
        "G6V2S        -12                    yes"
    )


def test_a_table_without_rows_is_its_heading() -> None:
    assert table([], ["code", "due"]) == "code  due\n----  ---"


def test_only_a_given_width_shortens_and_the_widest_column_first() -> None:
    rows = [{"code": "RD8", "name": "Milton Keynes University Hospital"}]
    assert "Milton Keynes University Hospital" in table(rows, ["code", "name"])
    lines = table(rows, ["code", "name"], width=20).splitlines()
    assert lines[2] == "RD8   Milton Keynes\u2026"[:20]
    assert all(len(line) <= 20 for line in lines)
    assert "Milton Ke\u2026" in table(rows, ["code", "name"], width=1)


def test_a_narrow_terminal_never_cuts_a_date_or_a_token() -> None:
    row = {"name": "Milton Keynes", "case": "FOI-7K3Q2M", "due": date(2026, 12, 23)}
    assert table([row], ["name", "case", "due"], width=20).endswith("FOI-7K3Q2M  2026-12-23")


def test_wide_and_combining_characters_keep_the_columns_straight() -> None:
    lines = table([{"a": "\u6771\u4eac", "b": "x"}, {"a": "Llye\u0302n", "b": "y"}], ["a", "b"]).splitlines()
    assert lines[2] == "\u6771\u4eac   x"
    assert lines[3] == "Llye\u0302n  y"
    assert table([{"a": "\u6771" * 9}], ["a"], width=10).splitlines()[2] == "\u6771" * 4 + "\u2026"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("two\r\nlines\tand a tab", "two lines and a tab"),
        ("\x1b]0;owned\x07", "\ufffd]0;owned\ufffd"),
        ("\u202egnp.exe", "\ufffdgnp.exe"),
        ("\x9b2J\ud800", "\ufffd2J\ufffd"),
        ("Ynys Môn, £5", "Ynys Môn, £5"),
    ],
)
def test_strangers_text_cannot_steer_a_terminal(text: str, shown: str) -> None:
    assert plain(text) == shown
    assert table([{"a": text}], ["a"]).splitlines()[2] == shown


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        ("=HYPERLINK(1)", "'=HYPERLINK(1)"),
        ("+44 1908", "'+44 1908"),
        ("-", "'-"),
        ("@SUM(1)", "'@SUM(1)"),
        ("\tx", "'\tx"),
        ("\rx", "'\nx"),
        ("a\rb\r\nc", "a\nb\nc"),
        ("\n=1", "'\n=1"),
        (" =1", "' =1"),
        ("\uff1d1", "'\uff1d1"),
        ("-12", "-12"),
        ("+3.5", "+3.5"),
        (-12, "-12"),
        (None, ""),
        (True, "yes"),
        ({"b", "a"}, "a; b"),
        (date(2026, 1, 2), "2026-01-02"),
        ("a\x00\ud800", "a\ufffd\ufffd"),
        ('say "x", y', 'say "x", y'),
    ],
)
def test_no_cell_of_a_csv_is_a_formula(value: object, cell: str) -> None:
    header, row = csv.reader(io.StringIO(to_csv([{"a": value, "b": 1}], ["a", "b"]), newline=""))
    assert header == ["a", "b"]
    assert row == [cell, "1"]


def test_json_lines_are_one_object_a_line_and_lose_nothing() -> None:
    rows: list[dict[str, object]] = [
        {"a": "line\nbreak", "d": date(2026, 1, 2), "n": None, "t": ("x",)},
        {"a": "\x9b\u202e\u2028\ud800 £", "s": {"y", "x"}},
    ]
    lines = to_jsonl(rows).split("\n")
    assert len(lines) == 3
    assert lines[2] == ""
    assert json.loads(lines[0]) == {"a": "line\nbreak", "d": "2026-01-02", "n": None, "t": ["x"]}
    assert json.loads(lines[1])["a"] == "\x9b\u202e\u2028\ud800 £"
    assert "£" in lines[1]
    assert not {"\x9b", "\u202e", "\u2028", "\ud800"} & set(lines[1])
