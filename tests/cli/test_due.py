from __future__ import annotations

import csv
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from foimail.cli.due import due
from foimail.errors import InputError

VECTORS = Path(__file__).parents[1] / "law" / "calendar_vectors.csv"


def run(*arguments: str, stdin: str | bytes = "") -> Result:
    return CliRunner().invoke(due, list(arguments), input=stdin)


def problems(result: Result) -> list[str]:
    assert isinstance(result.exception, InputError)
    assert result.exception.exit_code == 4
    assert result.stdout == ""
    return [str(problem) for problem in result.exception.problems]


def test_due_dates_are_printed_one_on_a_line_in_the_order_asked() -> None:
    # vectors FOIA 2026-11-27 and 2026-06-12
    result = run("2026-11-27", "2026-06-12")
    assert (result.exit_code, result.stdout, result.stderr) == (0, "2026-12-30\n2026-07-14\n", "")


@pytest.mark.parametrize("law", ["FOIA", "FOISA"])
@pytest.mark.parametrize("days", ["20", "40", "60"])
def test_the_vectors_come_out_of_the_command(law: str, days: str) -> None:
    with VECTORS.open(encoding="utf-8", newline="") as file:
        rows = [r for r in csv.DictReader(file) if r["regime"] == law and r["working_days"] == days]
    stdin = "".join(f"{row['received_date']}\n" for row in rows)
    result = run("-", "--regime", law.lower(), "--days", days, stdin=stdin)
    assert result.stdout.split() == [row["due_date"] for row in rows]


def test_standard_input_may_stand_between_arguments() -> None:
    assert run("2026-11-27", "-", "2026-11-27", stdin="2026-06-12\n").stdout.split() == [
        "2026-12-30",
        "2026-07-14",
        "2026-12-30",
    ]


def test_standard_input_of_windows_is_read() -> None:
    assert run("-", stdin=b"\xef\xbb\xbf2026-06-12\r\n\r\n").stdout == "2026-07-14\n"


def test_no_lines_give_no_dates() -> None:
    result = run("-")
    assert (result.exit_code, result.stdout) == (0, "")


def test_all_bad_dates_are_named_at_once_and_nothing_is_printed() -> None:
    result = run(
        "2026-06-12", "tomorrow", "-", stdin=b"2026-06-12\n\n2026-02-30\nx\xff\n20261123\n2031-01-01\n"
    )
    past_the_end = "lies past the end of the table of working days, Tuesday 31 December 2030"
    assert problems(result) == [
        "argument 2: error: 'tomorrow' is not a date (write it as 2026-11-23)",
        "stdin:3: error: '2026-02-30' is not a date (write it as 2026-11-23)",
        "stdin:4: error: 'x\N{REPLACEMENT CHARACTER}' is not a date (write it as 2026-11-23)",
        "stdin:5: error: '20261123' is not a date (write it as 2026-11-23)",
        f"stdin:6: error: Wednesday 1 January 2031 {past_the_end} (a newer foimail may know more years)",
    ]
    assert "5 of the dates cannot be used" in str(result.exception)


def test_a_long_line_that_is_no_date_is_not_repeated_whole() -> None:
    (problem,) = problems(run("-", stdin="x" * 10_000))
    assert len(problem) < 120


def test_a_date_whose_last_day_is_past_the_table_is_a_fault() -> None:
    (problem,) = problems(run("2030-12-20"))
    assert "argument 1: error: 20 working days after Friday 20 December 2030 is past the end" in problem


def test_a_law_that_is_not_known_is_a_usage_error() -> None:
    result = run("2026-06-12", "--regime", "gdpr")
    assert result.exit_code == 2
    assert "no regime 'gdpr'; known are foia, foisa" in result.stderr


@pytest.mark.parametrize("arguments", [[], ["2026-06-12", "--days", "0"], ["2026-06-12", "--days", "x"]])
def test_a_command_line_that_makes_no_sense_is_a_usage_error(arguments: list[str]) -> None:
    assert run(*arguments).exit_code == 2


def test_dates_that_rest_on_holidays_to_come_are_remarked_on() -> None:
    # vector FOIA 2029-03-01
    result = run("2029-03-01")
    assert result.stdout == "2029-04-03\n"
    assert "have not all been proclaimed yet" in result.stderr
