"""`foimail search`: what is found in mail and attachments, how it is shown, and the index of an older store."""

from __future__ import annotations

import json
from email.message import EmailMessage
from typing import TYPE_CHECKING

from sqlalchemy import delete

from foimail.store import inbox, purged, schema_derived, texts
from foimail.workflows import search
from tests.desk import EMAIL, mail

if TYPE_CHECKING:
    from tests.desk import Desk


def with_file() -> bytes:
    message = EmailMessage()
    message["From"], message["To"], message["Message-ID"] = "foi@birchwood.example", EMAIL, "<two@b>"
    message["Subject"], message["Date"] = "Your request", "Tue, 16 Jun 2026 10:00:00 +0100"
    message.set_content("Please see the file.\n")
    message.add_attachment("year,placements\n2024,17\n", subtype="csv", filename="answer.csv")
    return message.as_bytes()


def answered(desk: Desk) -> dict[str, str]:
    tokens = desk.send("RAA", "RBB")
    desk.comes(
        mail(
            "To your request: we hold \x1b[31mno figures\x1b[0m on grooming.",
            subject=f"Re: [{tokens['RAA']}]",
        )
    )
    desk.comes(with_file())
    assert desk.run("poll", today="2026-06-17").code == 0
    return tokens


def test_a_place_is_shown_with_its_case_body_day_and_file_and_the_words_marked(desk: Desk) -> None:
    tokens = answered(desk)
    ended = desk.run("search", "placements", "17")
    assert ended.code == 0
    first, second = ended.out.splitlines()
    assert first.split("  ")[1:] == [tokens["RBB"], "Birchwood NHS Trust", "2026-06-16", "answer.csv"]
    assert "«placements»" in second
    assert "«17»" in second
    assert "\x1b" not in desk.run("search", "grooming").out


def test_programs_get_rows_and_are_told_where_there_is_more(desk: Desk) -> None:
    tokens = answered(desk)
    ended = desk.run("search", "request*", "--limit", "1", "--format", "jsonl")
    (row,) = map(json.loads, ended.out.splitlines())
    assert (row["case"], row["body"], row["from"]) == (
        tokens["RBB"],
        "Birchwood NHS Trust",
        "foi@birchwood.example",
    )
    assert "more than 1 places" in ended.err
    assert "«request»" in row["words"]


def test_your_own_letters_are_left_out_unless_asked_for(desk: Desk) -> None:
    answered(desk)
    assert "Nothing was found" in desk.run("search", "exploitation").err
    assert len(desk.run("search", "exploitation", "--own").out.splitlines()) == 4


def test_no_word_to_look_for_is_an_error_in_a_sentence(desk: Desk) -> None:
    ended = desk.run("search", "?!")
    assert (ended.code, ended.out) == (4, "")
    assert "no word to look for" in ended.err


def test_mail_of_a_store_without_an_index_is_read_by_the_first_search_alone(desk: Desk) -> None:
    answered(desk)
    ws = desk.open()
    with ws.store.write() as connection:
        texts.owe_all(connection)
    ended = desk.run("search", "placements")
    assert "Reading 4 stored messages" in ended.err
    assert "answer.csv" in ended.out
    assert desk.run("search", "placements").err == ""
    with ws.store.write() as connection:
        texts.owe_all(connection)
    assert search.complete(ws) == 4
    assert "answer.csv" in desk.run("search", "placements").out
    ws.store.close()


def test_what_came_by_post_and_requests_taken_over_are_found(desk: Desk) -> None:
    tokens = desk.send("RAA")
    text = "They hold nothing on grooming."
    done = desk.run(
        "received", tokens["RAA"], "--by", "post", "--on", "2026-06-12", "--kind", "not_held", "--text", text
    )
    assert done.code == 0, done.err
    (desk.folder / "old.eml").write_bytes(
        mail("How many placements?", sender=EMAIL, to="foi@birchwood.example", on="2026-06-10T10:00")
    )
    assert desk.run("import", "--sent", str(desk.folder / "old.eml")).code == 0
    assert tokens["RAA"] in desk.run("search", "grooming").out
    assert "2026-06-10" in desk.run("search", "placements", "--own").out


def test_mail_that_cannot_be_opened_is_no_hindrance(desk: Desk) -> None:
    desk.send("RAA")
    desk.comes(b"\x00")
    desk.run("poll", today="2026-06-17")
    ws = desk.open()
    with ws.store.write() as connection:
        connection.execute(delete(schema_derived.texts))
        assert texts.owe_missing(connection) == 1
    assert search.complete(ws) == 1
    assert desk.run("search", "anything").code == 0
    ws.store.close()


def test_what_is_in_quarantine_is_not_found_and_what_was_destroyed_is_in_no_index(desk: Desk) -> None:
    answered(desk)
    number = desk.run("search", "placements").out.split()[0]
    assert desk.run("quarantine", str(number)).code == 0
    assert desk.run("search", "placements").out == ""
    assert desk.run("quarantine", str(number), "--release").code == 0
    assert "answer.csv" in desk.run("search", "placements").out
    ws = desk.open()
    with ws.store.write() as connection:
        row = inbox.row(connection, int(number))
        assert row
        purged.purge(connection, row.sha256, who="me", because="asked", on=ws.today, now=ws.now())
    with ws.store.read() as connection:
        if connection.dialect.name == "sqlite":
            left = connection.exec_driver_sql("SELECT block FROM text_index_data").scalars()
            assert not any(b"placement" in block for block in left)
    assert desk.run("search", "placements").out == ""
    ws.store.close()
