"""`foimail export answers`: what the table of all answers holds, and what of it may leave the house."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import sqlite3
import zipfile
from datetime import date
from email.message import EmailMessage
from typing import TYPE_CHECKING, Any

import pytest
from python_calamine import CalamineWorkbook

from foimail.dataset.fields import LONG
from foimail.dataset.long import GIVES_AWAY, GUARDED
from foimail.dataset.views import NOT_PUBLIC, TOTAL_LEFT_OUT
from foimail.events import Answered
from foimail.store import cases, inbox
from tests.desk import mail

if TYPE_CHECKING:
    from pathlib import Path

    from tests.desk import Desk, Ended

DAY = "2026-06-20"
FILE = b"year,referrals\n2022,4\n2023,7\n"


def a_reply(token: str) -> bytes:
    """An answer with its figures in a file."""
    message = EmailMessage()
    message["From"] = "Jo Bell <foi@ashcombe.example>"
    message["To"] = "foi@northlight.example"
    message["Subject"] = f"=Your request [{token}]"
    message["Date"] = "Mon, 15 Jun 2026 10:00:00 +0100"
    message["Message-ID"] = "<reply-1@ashcombe.example>"
    message.set_content("We hold the information. Please find the figures attached.\n\nJo Bell\n")
    message.add_attachment(FILE, maintype="text", subtype="csv", filename="figures of Jo Bell.csv")
    return message.as_bytes()


def figure(period: str = "", **more: Any) -> dict[str, Any]:
    return {"period": period, "quote": "=from the file", "where": {"file": "figures of Jo Bell.csv"}} | more


def says(desk: Desk, token: str, part: str, outcome: str, *figures: dict[str, Any], **more: Any) -> None:
    """A person says what the reply answers on a part."""
    ws = desk.open(DAY)
    with ws.store.write() as connection:
        sha256 = inbox.rows(connection, states=("read", "broken"))[0].sha256
        answer = {"part": part, "outcome": outcome, "figures": list(figures), "confidence": 1.0} | more
        event = Answered(date(2026, 6, 18), sha256, part, answer, "Rowan Ashdown")
        cases.append(connection, token, [event], ws.now())


@pytest.fixture
def asked(desk: Desk) -> Desk:
    """Two bodies asked, one of which has answered with a file: a person has said what stands in it on two parts."""
    tokens = desk.send("RAA", "RBB")
    desk.comes(a_reply(tokens["RAA"]))
    desk.run("poll", today=DAY)
    desk.run("review", "1", "--kind", "full_disclosure", "--case", tokens["RAA"], today=DAY)
    withheld = figure("2022", withheld=True)
    says(desk, tokens["RAA"], "1", "partial", figure("2021", value=3.0), withheld, figure("total", value=9.0))
    where = {"file": "", "start": 0, "end": 24}
    says(desk, tokens["RAA"], "3", "answered", quote="We hold the information.", where=where)
    return desk


def export(desk: Desk, *options: str) -> Ended:
    ended = desk.run("export", "answers", *options, today=DAY)
    assert ended.code == 0, ended.err
    return ended


def rows(desk: Desk, *options: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in export(desk, *options).out.splitlines()]


def of(found: list[dict[str, Any]], body: str, part: str) -> list[dict[str, Any]]:
    return [row for row in found if (row["body"], row["part"]) == (body, part)]


def test_each_figure_has_its_source_down_to_the_bytes_of_the_attachment(asked: Desk) -> None:
    found = rows(asked)
    assert all(list(row) == [one.name for one in LONG] for row in found)
    first, withheld, total = of(found, "RAA", "referrals")
    assert (first["value"], first["lower"], first["upper"], first["unit"]) == (3, 3, 3, "count")
    assert (withheld["value"], withheld["lower"], withheld["upper"], withheld["withheld"]) == (
        None,
        0,
        None,
        True,
    )
    assert (withheld["note"], total["note"]) == (GUARDED, GIVES_AWAY)
    assert (first["source_file"], first["place"]) == ("figures of Jo Bell.csv", "figures of Jo Bell.csv")
    assert first["file_sha256"] == hashlib.sha256(FILE).hexdigest()
    ws = asked.open(DAY)
    with ws.store.read() as connection:
        assert (
            hashlib.sha256(inbox.raw(connection, first["message_sha256"])).hexdigest()
            == first["message_sha256"]
        )
    assert (first["message"], first["letter_date"], first["confirmed_on"]) == (1, "2026-06-15", "2026-06-18")
    assert (first["confirmed_by"], first["state"], first["outcome"]) == (
        "Rowan Ashdown",
        "confirmed",
        "partial",
    )
    (words,) = of(found, "RAA", "safeguarding")
    assert (words["quote"], words["place"], words["file_sha256"]) == (
        "We hold the information.",
        "the letter",
        None,
    )


def test_every_body_of_the_campaign_has_its_rows(asked: Desk) -> None:
    found = rows(asked)
    assert {row["body"] for row in found} == {"RAA", "RBB", "nhs-carrick", "RDD", "eryri"}
    assert {(r["outcome"], r["state"], r["stage"]) for r in found if r["body"] == "RBB"} == {
        ("no_reply", "missing", "awaiting")
    }
    assert {(r["outcome"], r["case"], r["stage"]) for r in found if r["body"] == "eryri"} == {
        ("not_asked", None, "not_sent")
    }
    assert [r["part_number"] for r in found if r["body"] == "eryri"] == [1, 2, 3, 4]


def test_the_wide_table_has_one_row_for_each_body(asked: Desk) -> None:
    found = {row["body"]: row for row in rows(asked, "--shape", "wide")}
    assert len(found) == 5
    row = found["RAA"]
    assert (row["referrals_2021"], row["referrals_2022"], row["referrals_2010"]) == (3, "withheld", None)
    assert (row["referrals_total"], row["referrals_outcome"], row["referrals_state"]) == (
        9,
        "partial",
        "confirmed",
    )
    assert row["safeguarding_quote"] == "We hold the information."
    assert found["RBB"]["staff_trained_outcome"] == "no_reply"
    assert set(found["eryri"]) == set(row)


def test_a_total_that_gives_away_what_was_held_back_is_warned_of(asked: Desk) -> None:
    warned = "- in 1 row a total would give away a figure that was held back (see the notes); --public leaves it out\n"
    for options in ((), ("--shape", "wide")):
        assert export(asked, *options).err == warned
        assert export(asked, "--public", *options).err == ""
    (_, withheld, total) = of(rows(asked, "--public"), "RAA", "referrals")
    assert (withheld["lower"], withheld["upper"], withheld["withheld"]) == (0, None, True)
    assert (total["value"], total["lower"], total["upper"], total["note"]) == (
        None,
        None,
        None,
        TOTAL_LEFT_OUT,
    )
    assert rows(asked, "--public", "--shape", "wide")[0]["referrals_total"] is None


@pytest.mark.parametrize("form", ["jsonl", "csv", "xlsx", "parquet", "sqlite"])
@pytest.mark.parametrize("shape", ["long", "wide"])
def test_nothing_of_people_is_in_a_public_file_and_the_file_says_so(
    asked: Desk, tmp_path: Path, form: str, shape: str
) -> None:
    if (form, shape) == ("sqlite", "wide"):
        assert asked.run("export", "answers", "--format", form, "--shape", shape).code == 2
        return
    path = tmp_path / f"public.{form}"
    export(asked, "--public", "--shape", shape, "--format", form, "-o", str(path))
    everything = b"".join(unpacked(one) for one in tmp_path.glob("public.*"))
    for name in (b"Bell", b"Rowan", b"ashcombe.example", b"We hold", b"=from", b"reply-1"):
        assert name not in everything
    said = unpacked(path)
    assert NOT_PUBLIC.encode() in said


def unpacked(path: Path) -> bytes:
    content = path.read_bytes()
    if not content.startswith(b"PK"):
        return content
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        return b"".join(book.read(name) for name in book.namelist())


def test_the_whole_table_warns_that_it_is_not_for_publication(asked: Desk, tmp_path: Path) -> None:
    export(asked, "--format", "csv", "-o", str(tmp_path / "all.csv"))
    assert "**Not for publication**" in (tmp_path / "all.dictionary.md").read_text()
    assert b"Rowan Ashdown" in (tmp_path / "all.csv").read_bytes()


def test_only_what_a_person_has_confirmed_has_a_value(desk: Desk) -> None:
    token = desk.send("RAA")["RAA"]
    text = "1. 2021: 4\n2. We do not hold this.\n3. We have a policy on safeguarding.\n4. 120 staff have been trained."
    desk.comes(mail(text, subject=f"Response [{token}]"))
    desk.run("poll", today=DAY)
    desk.run("review", "1", "--kind", "full_disclosure", "--case", token, today=DAY)
    before = [row for row in rows(desk) if row["body"] == "RAA"]
    assert {row["state"] for row in before} <= {"proposed", "missing"}
    assert any(row["value"] is not None for row in before)
    says(desk, token, "4", "answered", figure(value=120.0))
    found = [row for row in rows(desk, "--confirmed") if row["body"] == "RAA"]
    assert {(r["part"], r["state"], r["outcome"], r["value"]) for r in found} >= {
        ("staff_trained", "confirmed", "answered", 120),
    }
    others = [row for row in found if row["part"] != "staff_trained"]
    assert {(row["value"], row["lower"], row["quote"], row["outcome"]) for row in others} == {
        (None, None, None, "unconfirmed")
    }
    assert all(row["message"] == 1 for row in others)


def test_rows_keep_to_the_schema_that_is_written_beside_them(asked: Desk, tmp_path: Path) -> None:
    for number, options in enumerate(
        ((), ("--shape", "wide"), ("--public",), ("--public", "--shape", "wide"), ("--confirmed",))
    ):
        path = tmp_path / f"{number}.csv"
        ended = export(asked, "--format", "csv", "-o", str(path), *options)
        assert ended.err.endswith(f" rows in {path}, {number}.dictionary.md, {number}.schema.json\n")
        schema = json.loads(path.with_suffix(".schema.json").read_text())
        found = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"), newline="")))
        assert found
        assert list(found[0]) == [field["name"] for field in schema["fields"]]
        assert [fault for row in found for fault in faults(schema, row)] == []
        assert faults(schema, found[0] | {"name": "", "stage": ""}) == ["name", "stage"]
        assert all(
            f"| `{field['name']}` |" in path.with_suffix(".dictionary.md").read_text()
            for field in schema["fields"]
        )


def faults(schema: dict[str, Any], row: dict[str, str]) -> list[str]:
    """The fields of a row that are not as a Table Schema says."""
    return [field["name"] for field in schema["fields"] if not _fits(field, row[field["name"]])]


def _fits(field: dict[str, Any], text: str) -> bool:
    limits = field.get("constraints", {})
    if text == "":
        return not limits.get("required")
    if "enum" in limits and text not in limits["enum"]:
        return False
    try:
        match field["type"]:
            case "integer":
                int(text)
            case "number":
                float(text)
            case "date":
                date.fromisoformat(text)
            case "boolean":
                return text in {*field["trueValues"], *field["falseValues"]}
    except ValueError:
        return False
    return True


def test_no_strangers_words_are_a_formula(asked: Desk, tmp_path: Path) -> None:
    (first, *_) = [r for r in csv.DictReader(io.StringIO(export(asked, "--format", "csv").out)) if r["value"]]
    assert first["quote"] == "'=from the file"
    export(asked, "--format", "xlsx", "-o", str(tmp_path / "a.xlsx"))
    assert b"<f>" not in unpacked(tmp_path / "a.xlsx")
    sheet = CalamineWorkbook.from_path(tmp_path / "a.xlsx").get_sheet_by_name("Answers").to_python()
    record = next(dict(zip(sheet[0], row, strict=True)) for row in sheet[1:] if row[12] == 3)
    assert (record["quote"], record["letter_date"], record["value"]) == (
        "=from the file",
        date(2026, 6, 15),
        3.0,
    )


def test_each_row_links_to_the_saved_attachment_or_else_the_saved_letter(asked: Desk, tmp_path: Path) -> None:
    letters = tmp_path / "archive" / "RAA"
    letters.mkdir(parents=True)
    ws = asked.open(DAY)
    with ws.store.read() as connection:
        (letters / "b.eml").write_bytes(inbox.raw(connection, inbox.rows(connection)[0].sha256))
    (letters / "figures.csv").write_bytes(FILE)
    (letters / "a link.eml").symlink_to(letters / "b.eml")
    (letters / "other.txt").write_text("of no concern")
    out = tmp_path / "out"
    out.mkdir()
    options = ("--letters", str(tmp_path / "archive"))
    export(asked, *options, "-o", str(out / "a.jsonl"))
    found = [json.loads(line) for line in (out / "a.jsonl").read_text().splitlines()]
    assert of(found, "RAA", "referrals")[0]["letter"] == "../archive/RAA/figures.csv"
    assert of(found, "RAA", "safeguarding")[0]["letter"] == "../archive/RAA/b.eml"
    assert of(found, "RBB", "referrals")[0]["letter"] is None
    export(asked, *options, "--format", "xlsx", "-o", str(out / "a.xlsx"))
    assert rb'Target="..\archive\RAA\figures.csv"' in unpacked(out / "a.xlsx")
    assert not any("letter" in row for row in rows(asked, "--public", *options))
    ended = asked.run("export", "answers", "--letters", str(tmp_path / "nowhere"), today=DAY)
    assert ended.code == 4
    assert "there is no folder" in ended.err


def test_a_database_opens_with_its_tables_and_says_what_they_are(asked: Desk, tmp_path: Path) -> None:
    path = tmp_path / "answers.db"
    ended = export(asked, "--format", "sqlite", "-o", str(path))
    assert ended.err.endswith(f"rows in {path}, answers.metadata.json\n")
    connection = sqlite3.connect(path)
    try:
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        counts = {
            name: connection.execute(f"SELECT count(*) FROM {name}").fetchone()[0]  # noqa: S608 - names of ours
            for name in ("bodies", "parts", "messages", "answers", "long")
        }
        query = "SELECT name, question, value FROM long WHERE part = 'referrals' AND value IS NOT NULL"
        first = connection.execute(query).fetchone()
        sender = connection.execute("SELECT sender FROM messages").fetchone()
    finally:
        connection.close()
    assert counts == {"bodies": 5, "parts": 4, "messages": 1, "answers": 22, "long": 22}
    assert (first[0], first[2]) == ("Ashcombe NHS Trust", 3)
    assert first[1].startswith("The number of referrals")
    assert sender == ("foi@ashcombe.example",)
    metadata = json.loads((tmp_path / "answers.metadata.json").read_text())
    assert metadata["databases"]["answers"]["tables"]["answers"]["columns"]["lower"].startswith("The least")


def test_messages_requests_and_deadlines_are_workbooks_too(asked: Desk, tmp_path: Path) -> None:
    for what, column in (("messages", "date"), ("requests", "sent"), ("deadlines", "due")):
        path = tmp_path / f"{what}.xlsx"
        assert asked.run("export", what, "--format", "xlsx", "-o", str(path), today=DAY).code == 0
        sheet = CalamineWorkbook.from_path(path).get_sheet_by_name(what.capitalize()).to_python()
        place = sheet[0].index(column)
        assert any(isinstance(row[place], date) for row in sheet[1:])
    sheet = CalamineWorkbook.from_path(tmp_path / "messages.xlsx").get_sheet_by_index(0).to_python()
    record = dict(zip(sheet[0], sheet[1], strict=True))
    assert (str(record["date"]), record["letter_date"]) == ("2026-06-15 10:00:00", date(2026, 6, 15))
    assert str(record["subject"]).startswith("=Your request")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("messages", "--format", "parquet"), "parquet is for `foimail export answers`"),
        (
            ("requests", "--public"),
            "--shape, --public, --confirmed and --letters are for `foimail export answers`",
        ),
        (("answers", "--format", "sqlite", "--shape", "wide"), "leave --shape out"),
        (("answers", "--format", "csv", "-o", "/nowhere/at/all/a.csv"), "there is no folder /nowhere/at/all"),
    ],
)
def test_what_makes_no_sense_is_refused_in_a_sentence(
    desk: Desk, arguments: tuple[str, ...], said: str
) -> None:
    ended = desk.run("export", *arguments)
    assert ended.code in {2, 4}
    assert said in " ".join(ended.err.split())
    assert ended.out == ""


def test_no_bytes_are_poured_into_a_terminal(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("foimail.cli.export.sys", Terminal())
    ended = desk.run("export", "answers", "--format", "xlsx")
    assert ended.code == 2
    assert "name a file with -o" in ended.err


class Terminal:
    """Standard output as a terminal."""

    class stdout:  # noqa: N801 - as sys has it
        @staticmethod
        def isatty() -> bool:
            return True
