"""The rules against a person's decisions, kind by kind."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from tests.desk import mail

if TYPE_CHECKING:
    from tests.desk import Desk

DAY = "2026-06-17"
REFUSED = "We are withholding everything."


def came(desk: Desk, *texts: tuple[str, str]) -> None:
    """Messages with these subjects and texts, filed in this order as 1, 2, 3 and so on."""
    for number, (subject, text) in enumerate(texts, start=1):
        path = desk.folder / f"{number}.eml"
        sender = "foi@ashcombe.example" if "FOI" in subject else "sales@lamps.example"
        path.write_bytes(mail(text, sender=sender, subject=subject, message_id=f"{number}@a.example"))
        assert desk.run("import", str(path), today=DAY).code == 0


def stats(desk: Desk) -> dict[str, dict[str, Any]]:
    ended = desk.run("stats", "--format", "jsonl", today=DAY)
    assert ended.code == 0, ended.err
    return {row["kind"]: row for row in map(json.loads, ended.out.splitlines())}


def test_before_any_mail_there_is_a_row_of_nothing(desk: Desk) -> None:
    (row,) = stats(desk).values()
    assert (row["kind"], row["messages"], row["right"]) == ("all", 0, None)
    ended = desk.run("stats")
    assert "0 messages: 0 decided by the rules alone, 0 waiting for you, 0 decided by you." in ended.err


def test_what_was_confirmed_and_corrected_is_counted_by_the_kind_that_was_proposed(desk: Desk) -> None:
    tokens = desk.send("RAA", "RBB")
    subject = f"[{tokens['RAA']}]"
    came(
        desk,
        (subject, REFUSED),
        (subject, REFUSED + " Really."),
        (subject, REFUSED + " Truly."),
        (subject, REFUSED + " Indeed."),
        (subject, "Your request has been received."),
        ("Lamps", "Buy our lamps."),
    )
    desk.run("correct", "1", "--kind", "refusal", today=DAY)
    desk.run("correct", "2", "--kind", "partial", today=DAY)
    desk.run("correct", "3", "--case", "RBB", today=DAY)
    desk.run("inbox", "assign", "6", "--none", today=DAY)
    found = stats(desk)
    refusal = found["refusal"]
    assert (refusal["messages"], refusal["alone"], refusal["waiting"], refusal["decided"]) == (4, 0, 1, 3)
    assert (refusal["confirmed"], refusal["corrected"], refusal["corrected_to"]) == (2, 1, ["partial 1"])
    assert refusal["right"] == 66.7
    assert (refusal["case_confirmed"], refusal["case_corrected"], refusal["case_chosen"]) == (2, 1, 0)
    assert (found["human_ack"]["alone"], found["human_ack"]["right"]) == (1, None)
    assert (found["other"]["confirmed"], found["other"]["case_chosen"]) == (1, 1)
    whole = found["all"]
    assert (whole["messages"], whole["decided"], whole["confirmed"], whole["right"]) == (6, 4, 3, 75.0)
    assert list(found) == ["human_ack", "refusal", "other", "all"]
    ended = desk.run("stats", today=DAY)
    assert "partial 1" in ended.out
    assert "4 decided by you, 3 of them as proposed (75.0 %)." in ended.err


def test_what_the_user_recorded_is_no_merit_of_the_rules(desk: Desk) -> None:
    desk.send("RAA")
    call = ("received", "RAA", "--by", "phone", "--on", DAY, "--kind", "refusal", "--text", REFUSED)
    assert desk.run(*call, today=DAY).code == 0
    assert desk.run("reclassify", "--yes", today=DAY).code == 0
    assert stats(desk)["all"]["messages"] == 0


def test_csv_has_a_line_for_each_kind(desk: Desk) -> None:
    token = desk.send("RAA")["RAA"]
    came(desk, (f"[{token}]", REFUSED))
    lines = desk.run("stats", "--format", "csv").out.splitlines()
    assert lines[0].startswith("kind,messages,alone,waiting,decided")
    assert lines[1].startswith("refusal,1,0,1,0")
    assert lines[2].startswith("all,1,0,1,0")
