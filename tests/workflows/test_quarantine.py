"""What a body sent by mistake goes nowhere: by a person's word, or by itself."""

from __future__ import annotations

import json
import zipfile
from email import message_from_bytes
from email.message import EmailMessage
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pytest

from foimail.store import cases
from tests.desk import EMAIL, mail

if TYPE_CHECKING:
    from pathlib import Path

    from tests.desk import Desk

MARK = "Quillfeather"
LATER = "2026-06-20"
NUMBERS = ("9990000018", "9990000026", "9990000034", "9990000042", "9990000050")  # never issued to anybody


def answer(token: str, text: str = "", **given: Any) -> bytes:
    """A final answer with the marker in its subject and its words."""
    words = f"1. In 2023 there were 17 referrals, {MARK} among them.\n2. 4\n3. We use a {MARK} tool.\n4. 12 staff."
    given = {"subject": f"RE: Your request {MARK} [{token}]"} | given
    return mail(f"Our response is below.\n\n{text or words}", **given)


def with_table(token: str, rows: list[str], **given: Any) -> bytes:
    """An answer whose figures come as a CSV file."""
    found = EmailMessage()
    for name, value in message_from_bytes(answer(token, "See the file.", **given)).items():
        if name not in {"Content-Type", "Content-Transfer-Encoding", "MIME-Version"}:
            found[name] = value
    found.set_content("See the file attached.\n")
    found.add_attachment("\n".join(rows).encode(), maintype="text", subtype="csv", filename=f"{MARK}.csv")
    return found.as_bytes()


@pytest.fixture
def token(desk: Desk) -> str:
    """A request to RAA that was sent, with an answer that holds the marker, message 1."""
    token = desk.send("RAA", "RBB")["RAA"]
    desk.comes(answer(token))
    assert desk.run("poll", today=LATER).code == 0
    return token


def number(desk: Desk, at: int = 0) -> int:
    """The number of a message that came, by its place."""
    rows = map(
        json.loads, desk.run("inbox", "list", "--all", "--format", "jsonl", today=LATER).out.splitlines()
    )
    return int([row["id"] for row in rows][at])


def held(desk: Desk, *options: str) -> list[dict[str, Any]]:
    ended = desk.run("quarantine", *options, "--format", "jsonl", today=LATER)
    return list(map(json.loads, ended.out.splitlines()))


def everything_written(desk: Desk, tmp_path: Path, token: str) -> str:
    """All that foimail writes out: exports, report pages, digest, time line, pack and archive."""
    data = ("messages", "requests", "answers", "deadlines")
    written = [desk.run("export", what, today=LATER).out for what in data]
    written += [desk.run("report", "--format", f, today=LATER).out for f in ("table", "html", "ics", "jsonl")]
    for words in (
        *(
            ("show", token),
            ("answers",),
            ("answers", "list"),
            ("inbox", "list", "--all"),
            ("review", "--list"),
        ),
        *(("inbox", "show", "1"), ("clarifications",), ("quarantine",), ("stats",), ("remind", "--print")),
    ):
        ended = desk.run(*words, today=LATER)
        written += [ended.out, ended.err]
    pack, folder = tmp_path / "pack.zip", tmp_path / "archive"
    desk.run("pack", token, "-o", str(pack), "--force", today=LATER)
    with zipfile.ZipFile(pack) as packed:
        written += [packed.read(name).decode("latin-1") for name in packed.namelist()]
        written += packed.namelist()
    assert desk.run("archive", str(folder), today=LATER).code == 0
    written += [path.read_bytes().decode("latin-1") for path in folder.rglob("*") if path.is_file()]
    return "\n".join(written)


def test_mail_in_quarantine_is_in_nothing_that_is_written(desk: Desk, token: str, tmp_path: Path) -> None:
    assert MARK in desk.run("export", "messages", today=LATER).out
    assert MARK in desk.run("show", token, today=LATER).out
    ended = desk.run("quarantine", str(number(desk)), "--because", "names a child", today=LATER)
    assert (ended.code, ended.out) == (0, f"message {number(desk)}: in quarantine\n")
    assert MARK not in everything_written(desk, tmp_path, token)
    assert (
        token in desk.run("report", "--format", "jsonl", today=LATER).out
    )  # the case itself stays where it was


def test_quarantined_mail_is_never_exported(desk: Desk, token: str) -> None:
    assert len(desk.data("messages", today=LATER)) == 1
    desk.run("quarantine", str(number(desk)), today=LATER)
    (row,) = desk.data("messages", today=LATER)
    # that it came stays known, for no reply may be lost; what it says does not leave
    assert (row["quarantined"], row["needs_person"], row["subject"], row["evidence"], row["answers"]) == (
        True,
        True,
        "",
        [],
        [],
    )
    assert not any(row["value"] for row in desk.data("answers", today=LATER))
    assert token


def test_its_answers_do_not_count_even_where_a_person_confirmed_them(desk: Desk, token: str) -> None:
    one = str(number(desk))
    assert (
        desk.run("answers", "set", token, "1", "--message", one, "--value", "2023=17", today=LATER).code == 0
    )
    assert any(row["value"] == 17 for row in desk.data("answers", today=LATER))
    desk.run("quarantine", one, today=LATER)
    assert not any(row["value"] for row in desk.data("answers", today=LATER))
    assert (
        desk.run("answers", "set", token, "1", "--message", one, "--value", "2023=17", today=LATER).code == 4
    )
    desk.run("quarantine", one, "--release", today=LATER)
    assert any(row["value"] == 17 for row in desk.data("answers", today=LATER))


def test_it_is_shown_only_where_it_is_asked_for_by_name(desk: Desk, token: str) -> None:
    one = str(number(desk))
    desk.run("quarantine", one, "--because", "names a child", today=LATER)
    for words in (("inbox", "show", one), ("inbox", "show", one, "--raw")):
        ended = desk.run(*words, today=LATER)
        assert ended.code == 4
        assert MARK not in ended.out + ended.err
        assert f"message {one} is in quarantine since {LATER}, by Rowan Ashdown: names a child" in ended.err
    assert MARK in desk.run("inbox", "show", one, "--quarantined", today=LATER).out
    assert "(in quarantine)" in desk.run("inbox", "list", "--all", today=LATER).out
    assert token


def test_a_release_is_recorded_and_no_rule_holds_the_mail_again(desk: Desk, token: str) -> None:
    one = str(number(desk))
    assert desk.run("quarantine", one, "--release", today=LATER).code == 4
    desk.run("quarantine", one, today=LATER)
    assert desk.run("quarantine", one, today=LATER).code == 4
    ended = desk.run("quarantine", one, "--release", "--because", "seen to be harmless", today=LATER)
    assert ended.out == f"message {one}: let out of quarantine by Rowan Ashdown\n"
    assert held(desk) == []
    (row,) = held(desk, "--all")
    assert (row["released"], row["released_by"], row["because"]) == (
        LATER,
        "Rowan Ashdown",
        "set aside by you",
    )
    assert MARK in desk.run("export", "messages", today=LATER).out
    desk.comes(
        mail(
            "x",
            subject=f"Recall: Your request {MARK} [{token}]",
            message_id="r@ashcombe.example",
            on="2026-06-16T10:00",
        )
    )
    desk.run("poll", today=LATER)
    assert held(desk) == []
    shown = desk.run("inbox", "show", str(number(desk, -1)), today=LATER).out
    assert f"it takes back message {one}, which you had let out of quarantine" in shown
    assert "(to be confirmed)" in shown


def test_a_recall_holds_the_mail_that_it_means_and_drafts_a_notice(desk: Desk, token: str) -> None:
    one = number(desk)
    text = f'The sender would like to recall the message, "Your request {MARK} [{token}]".'
    desk.comes(mail(text, subject="Recall: x", message_id="r@ashcombe.example", on="2026-06-16T10:00"))
    ended = desk.run("poll", today=LATER)
    assert f"message {one} went into quarantine: the body has asked for it back" in ended.err
    (row,) = held(desk)
    assert (row["id"], row["by"], row["cases"]) == (one, "rule", token)
    (draft,) = map(json.loads, desk.run("drafts", "list", "--format", "jsonl", today=LATER).out.splitlines())
    assert (draft["letter"], draft["to"]) == ("breach_notice", "foi@ashcombe.example")
    letter = desk.run("drafts", "show", str(draft["id"]), today=LATER).out
    assert "I write about your e-mail of 15 June 2026. You have asked for it back." in letter
    assert "Article 33" in letter
    assert MARK not in letter
    assert len(desk.posted()) == 2  # nothing but the two requests has gone


def test_a_recall_of_what_is_not_here_is_a_persons_to_look_at(desk: Desk) -> None:
    desk.send("RAA")
    desk.comes(mail("It was sent in error, please delete it.", subject="Oh dear", sender="x@nowhere.example"))
    desk.run("poll", today=LATER)
    assert held(desk) == []
    rows = desk.run("inbox", "list", "--format", "jsonl", today=LATER).out
    assert json.loads(rows.splitlines()[-1])["needs_person"]
    assert (
        "it takes back a mail that is not here"
        in desk.run("inbox", "show", str(number(desk)), today=LATER).out
    )


def test_rows_about_people_go_into_quarantine_before_anybody_sees_them(desk: Desk) -> None:
    token = desk.send("RAA")["RAA"]
    desk.comes(with_table(token, ["Name,NHS Number", *(f"{MARK},{n}" for n in NUMBERS)]))
    ended = desk.run("poll", today=LATER)
    said = "in attachment 1, column B of sheet 1 looks like NHS numbers (5 rows)"
    assert said in ended.err
    (row,) = held(desk)
    assert row["because"] == said
    assert [(row["quarantined"], row["answers"]) for row in desk.data("messages", today=LATER)] == [
        (True, [])
    ]
    letter = desk.run("drafts", "show", "1", today=LATER).out
    assert f"It may hold more than you meant to send: {said}." in letter
    assert not any(n in ended.err + letter for n in (*NUMBERS, MARK))


def test_hidden_rows_go_into_quarantine(desk: Desk) -> None:
    token = desk.send("RAA")["RAA"]
    found = EmailMessage()
    found["From"], found["To"], found["Subject"] = "foi@ashcombe.example", EMAIL, f"RE: x [{token}]"
    found["Date"], found["Message-ID"] = "Mon, 15 Jun 2026 10:00:00 +0100", "<h@ashcombe.example>"
    found.set_content("Our answer is attached.\n")
    found.add_attachment(
        hidden_rows(), maintype="application", subtype="octet-stream", filename="answer.xlsx"
    )
    desk.comes(found.as_bytes())
    assert "in attachment 1, rows of sheet 1 are hidden (2 rows)" in desk.run("poll", today=LATER).err
    assert held(desk)[0]["by"] == "rule"


def test_the_source_rows_of_a_pivot_table_go_into_quarantine(desk: Desk) -> None:
    token = desk.send("RAA")["RAA"]
    whole = BytesIO(hidden_rows())
    with zipfile.ZipFile(whole, "a") as book:
        book.writestr(
            "xl/pivotCache/pivotCacheRecords1.xml",
            f"<pivotCacheRecords><r><s v='{MARK}'/></r></pivotCacheRecords>",
        )
    found = EmailMessage()
    found["From"], found["To"], found["Subject"] = "foi@ashcombe.example", EMAIL, f"RE: x [{token}]"
    found.set_content("Our answer is attached.\n")
    found.add_attachment(
        whole.getvalue(), maintype="application", subtype="octet-stream", filename="answer.xlsx"
    )
    desk.comes(found.as_bytes())
    said = desk.run("poll", today=LATER).err
    assert "in attachment 1, there are the source rows of a pivot table" in said
    assert MARK not in said


def test_a_second_mail_to_one_body_is_added_to_the_letter_that_waits(desk: Desk, token: str) -> None:
    desk.comes(answer(token, message_id="2@ashcombe.example", on="2026-06-16T10:00"))
    desk.run("poll", today=LATER)
    assert "Draft 1 tells the body" in desk.run("quarantine", str(number(desk)), today=LATER).err
    ended = desk.run("quarantine", str(number(desk, -1)), today=LATER)
    assert "draft 1 to them waits already" in ended.err


def hidden_rows() -> bytes:
    """A workbook with two hidden rows."""
    import xlsxwriter

    file = BytesIO()
    book = xlsxwriter.Workbook(file)
    sheet = book.add_worksheet("Answer")
    for at in range(4):
        sheet.write_row(at, 0, [2020 + at, at])
    for at in (1, 2):
        sheet.set_row(at, None, None, {"hidden": True})
    book.close()
    return file.getvalue()


def test_nothing_goes_in_by_itself_where_the_settings_say_so(desk: Desk) -> None:
    token = desk.send("RAA")["RAA"]
    desk.add("foimail.toml", '\n[quarantine]\nby_itself = "no"\n')
    desk.comes(with_table(token, ["NHS Number", *NUMBERS]))
    desk.run("poll", today=LATER)
    assert held(desk) == []


def test_the_same_mail_over_another_path_goes_where_the_first_one_is(
    desk: Desk, token: str, tmp_path: Path
) -> None:
    one = str(number(desk))
    desk.run("quarantine", one, today=LATER)
    again = tmp_path / "again.eml"
    again.write_bytes(b"X-Path: another\n" + answer(token))
    desk.run("import", str(again), today=LATER)
    assert [row["because"] for row in held(desk)] == ["set aside by you", f"the same as message {one}"]
    assert MARK not in everything_written(desk, tmp_path, token)
    desk.run("quarantine", one, "--release", today=LATER)
    assert held(desk) == []


def test_a_message_of_no_case_is_held_without_a_letter(desk: Desk) -> None:
    desk.send("RAA")
    desk.comes(mail("Hello", sender="x@nowhere.example", subject="Hello"))
    desk.run("poll", today=LATER)
    one = number(desk)
    ended = desk.run("quarantine", str(one), today=LATER)
    assert (ended.code, "filed under no case" in ended.err) == (0, True)
    own = str(3 - one)
    assert "it is a letter of your own" in desk.run("quarantine", own, today=LATER).err
    assert desk.run("quarantine", "9", today=LATER).code == 4


def test_a_restored_archive_knows_of_it_and_does_not_hold_it(desk: Desk, token: str, tmp_path: Path) -> None:
    desk.run("quarantine", str(number(desk)), today=LATER)
    folder = tmp_path / "kept"
    assert "1 in quarantine left out" in desk.run("archive", str(folder), today=LATER).err
    assert desk.run("restore", str(folder), "--into", str(tmp_path / "new"), today=LATER).code == 0
    desk.folder = tmp_path / "new"
    (row,) = held(desk)
    assert row["id"] is None
    with desk.open().store.read() as connection:
        assert MARK not in str(cases.log(connection, token=token))
    file = tmp_path / "again.eml"
    file.write_bytes(answer(token))
    desk.run("import", str(file), today=LATER)
    assert [bool(row["id"]) for row in held(desk)] == [True]
    assert [(row["quarantined"], row["answers"]) for row in desk.data("messages", today=LATER)] == [
        (True, [])
    ]


def test_a_digest_says_that_a_mail_is_set_aside_and_no_word_of_it(desk: Desk, token: str) -> None:
    one = number(desk)
    desk.run("quarantine", str(one), "--because", "names a child", today=LATER)
    said = desk.run("remind", "--print", today=LATER).out
    assert f"Message {one} is in quarantine since {LATER}, by Rowan Ashdown: names a child" in said
    assert MARK not in said
    assert token
