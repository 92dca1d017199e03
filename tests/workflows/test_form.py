"""The form of answers from the letter out to the reply in, over Maildir."""

from __future__ import annotations

import email
import json
from email.message import EmailMessage
from email.policy import SMTP
from typing import TYPE_CHECKING

from foimail.documents.read import read
from foimail.mail.outgoing import Rejected
from foimail.mail.parse import parse
from foimail.workflows import deliver
from tests.desk import Desk, Server, mail
from tests.forms import fill

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

STORY = "We have a named nurse and a named doctor, who sit on the local multi-agency panel each month."
ANSWERS = (
    {f"1/{year}": str(year - 2000) for year in range(2010, 2025)}
    | {f"2/{year}": "<5" for year in range(2010, 2025)}
    | {"3/text": STORY, "4/number": "1,204"}
)


def attached(raw: bytes) -> tuple[str, bytes]:
    message = email.message_from_bytes(raw, policy=SMTP)
    assert isinstance(message, EmailMessage)
    (file,) = message.iter_attachments()
    return file.get_filename() or "", file.get_content()


def reply(form: bytes, token: str, *, name: str = "scan0001.xlsx", **given: str) -> bytes:
    message = email.message_from_bytes(
        mail("Please find the completed form attached.", subject=f"RE: [{token}]", **given), policy=SMTP
    )
    assert isinstance(message, EmailMessage)
    message.add_attachment(form, maintype="application", subtype="octet-stream", filename=name)
    return message.as_bytes()


def test_a_form_goes_out_is_filled_in_and_comes_back_as_sure_answers(desk: Desk) -> None:
    ended = desk.run("send", "RAA", "--with-form", "--yes")
    assert ended.code == 0, ended.err
    assert "1 new letter with a form of answers" in ended.err
    token = desk.tokens()["RAA"]
    (raw,) = desk.posted()
    name, form = attached(raw)
    assert name == f"{token}-form.xlsx"
    assert f"a form is attached ({name})" in parse(raw).text
    desk.comes(reply(fill(form, ANSWERS), token))
    assert desk.run("poll", today="2026-06-15").code == 0
    (row,) = desk.data("messages", today="2026-06-15")
    assert (row["case"], row["kind"], row["needs_person"]) == (token, "full_disclosure", False)
    assert [a["outcome"] for a in row["answers"]] == ["answered"] * 4
    assert {a["confidence"] for a in row["answers"]} == {1.0}
    assert row["answers"][0]["figures"] == {str(year): year - 2000 for year in range(2010, 2025)}
    assert set(row["answers"][1]["figures"].values()) == {"<5"}
    assert row["answers"][3]["figures"] == {"total": 1204}
    assert row["answers"][0]["where"]["file"] == "scan0001.xlsx"


def test_a_form_in_a_mail_of_its_own_finds_its_case_whatever_it_is_called(desk: Desk) -> None:
    desk.run("send", "RAA", "RBB", "--with-form", "--yes")
    token = desk.tokens()["RBB"]
    forms = dict(attached(raw) for raw in desk.posted())
    filled = reply(fill(forms[f"{token}-form.xlsx"], {"4/number": "12"}), "", sender="foi@birchwood.example")
    desk.comes(filled.replace(b"RE: []", b"Your questions"))
    desk.run("poll", today="2026-06-15")
    (row,) = desk.data("messages", today="2026-06-15")
    assert (row["case"], row["matched_by"], row["kind"]) == (token, "token", "partial")
    assert f"{token} in the form" in row["evidence"]


def test_the_form_of_another_body_is_a_persons(desk: Desk) -> None:
    desk.run("send", "RAA", "RBB", "--with-form", "--yes")
    tokens = desk.tokens()
    forms = dict(attached(raw) for raw in desk.posted())
    desk.comes(reply(fill(forms[f"{tokens['RBB']}-form.xlsx"], ANSWERS), tokens["RAA"]))
    desk.run("poll", today="2026-06-15")
    (row,) = desk.data("messages", today="2026-06-15")
    assert row["needs_person"]
    assert row["case"] is None
    assert set(row["candidates"]) == {tokens["RAA"], tokens["RBB"]}


def test_an_old_form_after_a_change_of_the_questions_is_a_persons(desk: Desk) -> None:
    desk.run("send", "RAA", "--with-form", "--yes")
    token = desk.tokens()["RAA"]
    _, form = attached(desk.posted()[0])
    desk.change(
        "templates/cse/campaign.toml", "The number of staff employed", "The number of nurses employed"
    )
    desk.comes(reply(fill(form, ANSWERS), token))
    desk.run("poll", today="2026-06-15")
    (row,) = desk.data("messages", today="2026-06-15")
    assert (row["case"], row["needs_person"], row["answers"]) == (token, True, [])


def test_a_letter_without_a_form_has_nothing_attached(desk: Desk) -> None:
    desk.send("RAA")
    message = email.message_from_bytes(desk.posted()[0], policy=SMTP)
    assert isinstance(message, EmailMessage)
    assert list(message.iter_attachments()) == []
    assert desk.data("requests")[0]["attached"] == ""


def test_the_settings_may_ask_for_forms_and_an_option_for_none(desk: Desk) -> None:
    desk.add("foimail.toml", "\n[campaign]\nform = true\n")
    desk.send("RAA")
    desk.run("send", "RBB", "--without-form", "--yes")
    assert [letter["attached"] != "" for letter in desk.letters()] == [True, False]
    assert [row["attached"] != "" for row in desk.data("requests") if row["sent"]] == [True, False]


def test_a_dry_run_shows_the_form_and_keeps_nothing(desk: Desk) -> None:
    ended = desk.run("send", "RAA", "--with-form", "--dry-run")
    assert "with a form of answers" in ended.err
    assert "Attached: FOI-" in ended.err
    assert (desk.letters(), desk.posted()) == ([], [])


def test_a_letter_in_the_outbox_names_its_form(desk: Desk) -> None:
    desk.run("send", "RAA", "--with-form", "--yes")
    token = desk.tokens()["RAA"]
    assert f"\nAttached: {token}-form.xlsx\n" in desk.run("outbox", "show", "1").out
    assert desk.letters()[0]["attached"] == f"{token}-form.xlsx"


def test_a_rehearsal_carries_the_form(desk: Desk) -> None:
    assert desk.run("send", "RAA", "--with-form", "--rehearse", "me@northlight.example", "--yes").code == 0
    name, form = attached(desk.posted()[0])
    assert name.endswith("-form.xlsx")
    assert read(name, "", form).state == "read"


def test_a_retry_carries_the_form_of_the_first_attempt(desk: Desk, server: Server) -> None:
    server.answers["foi@ashcombe.example"] = [Rejected(451, "451 later", permanent=False, scope="recipient")]
    desk.run("send", "RAA", "--with-form", "--yes")
    desk.change(
        "templates/cse/campaign.toml", "The number of staff employed", "The number of nurses employed"
    )
    with desk.open().store.write() as connection:
        connection.exec_driver_sql("UPDATE outbox SET next_try_at = NULL")
    deliver.deliver(desk.open())
    first, second = (raw for _, _, raw in server.letters)
    assert first == second
    assert "staff" in read("f.xlsx", "", attached(second)[1]).text


def test_a_letter_to_a_better_address_has_a_form_again(desk: Desk, server: Server) -> None:
    server.answers["foi@ashcombe.example"] = [Rejected(550, "550 unknown", permanent=True, scope="recipient")]
    desk.run("send", "RAA", "--with-form", "--yes")
    assert desk.run("outbox", "retry", "1", "--to", "ask@ashcombe.example", "--yes").code == 0
    deliver.deliver(desk.open())
    assert attached(server.letters[-1][2])[0] == f"{desk.tokens()['RAA']}-form.xlsx"


# By hand


def test_a_form_is_made_by_hand_for_a_body_that_is_asked_by_post(desk: Desk, tmp_path: Path) -> None:
    file = tmp_path / "eryri.xlsx"
    ended = desk.run("form", "eryri", "-o", str(file))
    token = desk.tokens()["eryri"]
    assert (ended.code, str(file) in ended.err) == (0, True)
    assert f"{token}/" in read("eryri.xlsx", "", file.read_bytes()).text
    once = file.read_bytes()
    desk.run("form", "eryri", "-o", str(file))
    assert file.read_bytes() == once


def test_a_form_without_a_place_is_named_by_its_reference(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert desk.run("form", "RAA").code == 0
    assert [path.name for path in tmp_path.glob("*.xlsx")] == [f"{desk.tokens()['RAA']}-form.xlsx"]


def test_a_closed_body_gets_no_form(desk: Desk) -> None:
    ended = desk.run("form", "REE")
    assert ended.code not in {0, 1}
    assert "Elmvale NHS Trust is closed" in ended.err
    assert desk.data("requests") == []


def test_a_preview_writes_the_forms_beside_the_letters(desk: Desk, tmp_path: Path) -> None:
    assert desk.run("preview", "RAA", "--with-form", "--out", str(tmp_path / "p")).code == 0
    assert sorted(path.name for path in (tmp_path / "p").iterdir()) == ["RAA-form.xlsx", "RAA.txt"]
    assert "Attached: FOI-2A3B4C-form.xlsx" in desk.run("preview", "RAA", "--with-form").out


def test_a_letter_for_a_web_form_comes_with_the_form_to_attach(desk: Desk, tmp_path: Path) -> None:
    ended = desk.run("letter", "eryri", "--with-form", "--out", str(tmp_path / "eryri.txt"))
    name = f"{desk.tokens()['eryri']}-form.xlsx"
    assert f"The form to attach is in {tmp_path / name}." in ended.err
    assert name in (tmp_path / "eryri.txt").read_text(encoding="utf-8")
    assert (tmp_path / name).is_file()


def test_a_filled_form_survives_reading_again(desk: Desk) -> None:
    desk.run("send", "RAA", "--with-form", "--yes")
    token = desk.tokens()["RAA"]
    desk.comes(reply(fill(attached(desk.posted()[0])[1], ANSWERS), token))
    desk.run("poll", today="2026-06-15")
    before = desk.data("messages", today="2026-06-15")
    assert desk.run("reclassify", "--yes", today="2026-06-15").code == 0
    assert desk.data("messages", today="2026-06-15") == before
    assert json.dumps(before).count("1.0") >= 4
