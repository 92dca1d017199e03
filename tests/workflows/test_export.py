"""The data in the fields that scripts rely on."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, get_args

import pytest

from foimail.model import Kind
from tests.desk import mail

if TYPE_CHECKING:
    from tests.desk import Desk

# the interface for scripts: fields may be added, none renamed
MESSAGE = {
    *(
        "source",
        "message_id",
        "date",
        "sender",
        "subject",
        "case",
        "cases",
        "candidates",
        "matched_by",
        "kind",
    ),
    *("needs_person", "evidence", "exemptions", "body_reference", "letter_date", "review_address"),
    *("review_deadline", "answers"),
}


@pytest.fixture
def answered(desk: Desk) -> Desk:
    """Two requests, one of them refused."""
    tokens = desk.send("RAA", "RBB")
    desk.comes(mail("We are withholding it.", subject=f"=Re: [{tokens['RAA']}]"))
    desk.run("poll", today="2026-06-20")
    return desk


def test_a_message_is_exported_with_every_field_of_the_interface(answered: Desk) -> None:
    (row,) = answered.data("messages")
    assert set(row) >= MESSAGE
    token = answered.tokens()["RAA"]
    assert row["source"].startswith("INBOX/")
    assert (row["message_id"], row["sender"]) == ("reply-1@ashcombe.example", "foi@ashcombe.example")
    assert (row["date"], row["letter_date"]) == ("2026-06-15T09:00:00+00:00", "2026-06-15")
    assert (row["case"], row["cases"], row["candidates"], row["matched_by"]) == (token, [token], [], "token")
    assert (row["kind"], row["needs_person"]) == ("refusal", True)
    assert row["evidence"] == [
        f"{token} in the subject",
        "the address foi@ashcombe.example, as in trusts.yaml",
        "refusal: We are withholding it.",
    ]
    assert row["kind"] in get_args(Kind)
    assert {one["outcome"] for one in row["answers"]} == {"refused"}
    assert (len(row["answers"]), row["exemptions"]) == (4, [])


def test_requests_tell_what_went_to_whom_and_how(answered: Desk) -> None:
    rows = {row["body"]: row for row in answered.data("requests", today="2026-06-20")}
    row = rows["RAA"]
    assert (row["campaign"], row["regime"], row["opened"], row["sent"]) == (
        "cse",
        "foia",
        "2026-06-12",
        "2026-06-12",
    )
    assert (row["to"], row["by"], row["state"], row["stage"]) == (
        "foi@ashcombe.example",
        "email",
        "sent",
        "answered",
    )
    assert rows["RBB"]["stage"] == "awaiting"


def test_a_printed_letter_is_a_request_not_sent(desk: Desk) -> None:
    desk.run("letter", "eryri")
    (row,) = desk.data("requests")
    assert (row["state"], row["sent"], row["to"], row["message_id"]) == ("not_sent", None, None, None)


def test_deadlines_are_those_of_the_report(answered: Desk) -> None:
    assert answered.data("deadlines") == list(answered.report().values())


def test_csv_and_a_file_to_write_to(answered: Desk) -> None:
    path = answered.folder / "out.csv"
    ended = answered.run("export", "messages", "--format", "csv", "-o", str(path))
    assert (ended.out, ended.err) == ("", f"1 rows in {path}\n")
    (row,) = csv.DictReader(io.StringIO(path.read_text()))
    assert row["subject"].startswith("'=Re:")  # no formula of a stranger's reaches a spreadsheet
    assert row["needs_person"] == "yes"
    assert answered.run("export", "messages", "--format", "csv").out == path.read_text()


def test_nothing_yet_is_an_empty_file(desk: Desk) -> None:
    assert desk.run("export", "messages").out == ""
    assert desk.run("export", "nonsense").code == 2
