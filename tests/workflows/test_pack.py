"""`foimail pack`: what the evidence of a case holds, and what it never holds."""

from __future__ import annotations

import csv
import hashlib
import io
import re
import zipfile
from datetime import date
from email.message import EmailMessage
from typing import TYPE_CHECKING

import pytest

from foimail.errors import FoimailError, InputError
from foimail.events import Closed, Noted, Received, Refused, Sent, Told, Unknown
from foimail.model import Letter
from foimail.output import pdf
from foimail.store import cases, drafts, inbox, outbox
from foimail.workflows import pack as workflow
from tests.desk import mail

if TYPE_CHECKING:
    from pathlib import Path

    from foimail.events import Event
    from tests.desk import Desk

SOON = "2026-06-20"
LATE = "2026-07-20"  # the request of 12 June was due on 14 July
LATER = "2026-09-01"


def files(packed: workflow.Pack) -> dict[str, bytes]:
    """The files by path below the folder of the ZIP."""
    with zipfile.ZipFile(io.BytesIO(packed.content)) as bundle:
        return {name.partition("/")[2]: bundle.read(name) for name in bundle.namelist()}


def packed(desk: Desk, name: str = "RAA", today: str = SOON, *, notes: bool = False) -> dict[str, bytes]:
    return files(workflow.pack(desk.open(today), name, notes=notes))


def table(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode())))


def flat(content: bytes) -> str:
    """A text without its line breaks."""
    return " ".join(content.decode().split())


def record(desk: Desk, token: str, *events: Event) -> None:
    ws = desk.open()
    with ws.store.write() as connection:
        cases.append(connection, token, events, ws.now())


def poll(desk: Desk, *raw: bytes, today: str = SOON) -> None:
    for one in raw:
        desk.comes(one)
    ended = desk.run("poll", today=today)
    assert ended.code == 0, ended.err


def answered(desk: Desk, **headers: str) -> tuple[str, bytes]:
    """A case with one reply that a rule has filed: its token, and the bytes of the reply."""
    token = desk.send("RAA")["RAA"]
    raw = mail(subject=f"RE: request [{token}]", **headers)
    poll(desk, raw)
    return token, raw


def message_number(desk: Desk) -> str:
    with desk.open().store.read() as connection:
        return str(inbox.rows(connection, states=("read",))[0].id)


def message_hash(desk: Desk) -> str:
    with desk.open().store.read() as connection:
        return inbox.rows(connection, states=("read",))[0].sha256


def test_mails_are_in_the_pack_byte_by_byte_in_their_order(desk: Desk) -> None:
    _, reply = answered(desk)
    (request,) = desk.posted()
    found = packed(desk)
    mails = [path for path in found if path.endswith(".eml")]
    assert mails == ["mails/01_2026-06-12_request.eml", "mails/02_2026-06-15_reply.eml"]
    assert [found[path] for path in mails] == [request, reply]


def test_a_reply_is_named_for_what_it_is_once_a_person_has_said_so(desk: Desk) -> None:
    token, _ = answered(desk)
    assert (
        desk.run("inbox", "assign", message_number(desk), token, "--kind", "not_held", today=SOON).code == 0
    )
    found = packed(desk)
    assert "mails/02_2026-06-15_not-held.eml" in found
    assert "read by a rule" not in flat(found["chronology.txt"])


def test_every_file_is_in_the_list_of_hashes(desk: Desk) -> None:
    answered(desk)
    found = packed(desk)
    sums = dict(line.split("  ")[::-1] for line in found.pop("SHA256SUMS.txt").decode().splitlines())
    assert sums == {path: hashlib.sha256(content).hexdigest() for path, content in found.items()}


def test_the_same_case_on_the_same_day_gives_the_same_bytes(desk: Desk) -> None:
    answered(desk)
    first = workflow.pack(desk.open(LATE), "RAA")
    assert workflow.pack(desk.open(LATE), "RAA") == first
    assert workflow.pack(desk.open(LATER), "RAA").content != first.content


def test_a_case_is_found_by_its_token_and_the_zip_unpacks_into_a_folder_of_that_name(desk: Desk) -> None:
    token, _ = answered(desk)
    made = workflow.pack(desk.open(SOON), token)
    assert made == workflow.pack(desk.open(SOON), "RAA")
    assert made.name == f"{token}_{SOON}.zip"
    with zipfile.ZipFile(io.BytesIO(made.content)) as bundle:
        assert {name.partition("/")[0] for name in bundle.namelist()} == {token}
        assert {entry.date_time for entry in bundle.infolist()} == {(2026, 6, 20, 0, 0, 0)}


def test_a_case_that_nobody_has_is_refused(desk: Desk) -> None:
    with pytest.raises(InputError, match="no case RBB"):
        workflow.pack(desk.open(), "RBB")


def test_the_chronology_gives_days_hashes_and_the_count(desk: Desk) -> None:
    answered(desk)
    (request,) = desk.posted()
    found = packed(desk, today=LATE)
    rows = table(found["chronology.csv"])
    assert [row["date"] for row in rows][:2] == ["2026-06-12", "2026-06-15"]
    assert rows[0]["what"].startswith("Sent to foi@ashcombe.example by e-mail: the request")
    assert rows[0]["sha256"] == hashlib.sha256(request).hexdigest()
    due = next(row for row in rows if row["date"] == "2026-07-14")
    assert due["what"].startswith("This was the last day for an answer")
    assert due["citation"] == "FOIA s.10(1) (statute)"
    text = flat(found["chronology.txt"])
    assert rows[0]["sha256"] in text
    assert "Day 1, the next working day, is Monday 15 June 2026." not in text  # a bank holiday in Scotland
    assert "The request counts as received on Friday 12 June 2026, which is day 0" in text


def test_last_days_that_have_not_come_are_counted_but_have_not_happened(desk: Desk) -> None:
    answered(desk)
    found = packed(desk)
    assert all(row["date"] <= SOON for row in table(found["chronology.csv"]))
    assert "Tuesday 14 July 2026" in flat(found["chronology.txt"])


def test_before_there_is_something_to_complain_of_the_pack_says_so(desk: Desk) -> None:
    desk.send("RAA")
    made = workflow.pack(desk.open(SOON), "RAA")
    found = files(made)
    assert "cover-letter.txt" not in found
    assert any("nothing to complain of to the Information Commissioner (ICO) yet" in r for r in made.remarks)
    assert "nothing to complain of" in flat(found["README.txt"])
    assert "foimail has found no breach." in flat(found["breaches.txt"])


@pytest.fixture
def silent(desk: Desk) -> Desk:
    """A request of which nothing was heard, nor of its chaser."""
    token = desk.send("RAA")["RAA"]
    record(desk, token, Sent(date(2026, 7, 20), "chaser@x.example", "foi@ashcombe.example", letter="chaser"))
    return desk


def test_silence_gives_a_complaint_as_text_and_pdf_and_the_breach(silent: Desk) -> None:
    made = workflow.pack(silent.open(LATER), "RAA")
    found = files(made)
    letter = flat(found["cover-letter.txt"])
    assert "Ashcombe NHS Trust" in letter
    assert "12 June 2026" in letter
    assert "14 July 2026" in letter
    assert found["cover-letter.pdf"].startswith(b"%PDF")
    assert "FOIA s.10(1)" in flat(found["breaches.txt"])
    assert "DUTIES OF THE LAW THAT WERE NOT KEPT" in found["breaches.txt"].decode()
    assert "cover-letter.pdf" in found["README.txt"].decode()


def test_that_the_complaint_is_late_is_for_its_writer_to_say(silent: Desk) -> None:
    made = workflow.pack(silent.open(LATER), "RAA")  # six weeks from the chaser ended on 31 August
    over = "The time to turn to the Information Commissioner (ICO) ended on Monday 31 August 2026"
    assert any(remark.startswith(over) for remark in made.remarks)
    assert b"31 August" not in files(made)["chronology.txt"]
    assert not any("time to turn to" in r for r in workflow.pack(silent.open("2026-08-20"), "RAA").remarks)


def test_what_rests_on_a_rules_reading_is_kept_apart_from_what_is_certain(desk: Desk) -> None:
    token = desk.send("RAA")["RAA"]
    refusal = Received(date(2026, 6, 18), "ab", "refusal", "foi@ashcombe.example", "No", "token")
    record(desk, token, refusal, Told(refusal.on, "ab", {"sections": []}))
    text = flat(packed(desk)["breaches.txt"])
    assert "DUTIES OF THE LAW" not in text
    assert "TO BE LOOKED AT The duty to" in text
    assert "names no section. This rests on a rule's reading of a message: to be checked by you." in text
    record(desk, token, Told(refusal.on, "ab", {"sections": []}, by="person"))
    assert "TO BE LOOKED AT" not in flat(packed(desk)["breaches.txt"])


def test_where_no_clock_runs_none_is_counted(desk: Desk) -> None:
    token = desk.send("RAA")["RAA"]
    ws = desk.open()
    with ws.store.read() as connection:
        request = cases.log(connection, token=token)[-1].event
    assert isinstance(request, Sent)
    record(desk, token, Refused(request.on, request.message_id, request.to, "550 no such user"))
    found = packed(desk)
    assert "No period of the law runs." in found["chronology.txt"].decode()
    assert "which refused it, to foi@ashcombe.example" in flat(found["chronology.txt"])
    assert "mails/01_2026-06-12_request-refused.eml" in found


def test_where_they_wait_for_an_answer_the_chronology_says_why_no_day_runs(desk: Desk) -> None:
    token = desk.send("RAA")["RAA"]
    asked = Received(
        date(2026, 6, 18), "ab", "clarification", "foi@ashcombe.example", "?", "person", by="person"
    )
    record(desk, token, asked)
    text = flat(packed(desk)["chronology.txt"])
    assert "As it stands on Saturday 20 June 2026" in text
    assert "On Thursday 18 June 2026 they asked what was meant." in text


def test_without_fpdf2_the_letter_is_text_and_the_readme_says_why(
    silent: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pdf, "find_spec", lambda _: None)
    found = packed(silent, today=LATER)
    assert "cover-letter.txt" in found
    assert "cover-letter.pdf" not in found
    assert "here as text alone: a PDF needs the library fpdf2" in flat(found["README.txt"])


def test_letters_that_the_pdf_cannot_show_are_named(silent: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    printed = pdf.Printed(b"%PDF", ("\u0174",))
    monkeypatch.setattr(pdf, "letter_pdf", lambda *_: printed)
    assert "has no \u0174" in flat(packed(silent, today=LATER)["README.txt"])


def test_a_letter_that_cannot_be_written_is_left_out_with_the_reason(silent: Desk) -> None:
    (silent.folder / "templates" / "cse" / "complaint.txt").write_text(
        "{{ nothing_known }}", encoding="utf-8"
    )
    made = workflow.pack(silent.open(LATER), "RAA")
    assert "cover-letter.txt" not in files(made)
    assert any(
        remark.startswith("There is no cover letter: it cannot be written (") for remark in made.remarks
    )


def test_a_draft_of_the_complaint_that_waits_is_the_cover_letter(silent: Desk) -> None:
    ws = silent.open()
    token = silent.tokens()["RAA"]
    draft = Letter("complaint", "RAA", "ico@x.example", "My complaint", "As I have edited it.", "w")
    with ws.store.write() as connection:
        number = drafts.add(connection, token, draft, outbox.Thread(), "late", ws.today, ws.now())
    made = workflow.pack(silent.open(LATER), "RAA")
    assert files(made)["cover-letter.txt"] == b"My complaint\n\nAs I have edited it."
    assert f"The cover letter is your draft {number}." in made.remarks


def test_after_the_complaint_no_second_one_is_written(silent: Desk) -> None:
    token = silent.tokens()["RAA"]
    complaint = Sent(date(2026, 8, 20), "c.form", "", by="form", letter="complaint", evidence="person")
    record(silent, token, complaint)
    made = workflow.pack(silent.open(LATER), "RAA")
    found = files(made)
    assert "cover-letter.txt" not in found
    assert any("(ICO) went on 2026-08-20" in remark for remark in made.remarks)
    row = next(r for r in table(found["chronology.csv"]) if r["date"] == "2026-08-20")
    assert row["what"] == "Sent by web form: a complaint to the regulator; there is no e-mail of it."


def test_each_question_stands_against_the_letters_that_came_and_nothing_is_invented(desk: Desk) -> None:
    token, _ = answered(desk)
    (row,) = desk.data("messages")
    rows = table(packed(desk)["asked-and-answered.csv"])
    assert [r["number"] for r in rows] == ["1", "2", "3", "4"]
    assert row["kind"] in {"auto_ack", "human_ack", "other"}
    number = message_number(desk)
    assert desk.run("inbox", "assign", number, token, "--kind", "partial", today=SOON).code == 0
    part = rows[0]["part"]
    sha256 = message_hash(desk)
    rows = table(packed(desk)["asked-and-answered.csv"])
    assert {r["outcome"] for r in rows} == {"to be checked by you"}
    assert rows[0]["letters"] == "2026-06-15 a part of the information (mails/02_2026-06-15_partial.eml)"
    record(desk, token, Told(date(2026, 6, 15), sha256, {"ignored": [part]}))
    rows = table(packed(desk)["asked-and-answered.csv"])
    assert [r["outcome"] for r in rows][:2] == [
        "perhaps left out of the answer: to be checked by you",
        "to be checked by you",
    ]
    record(desk, token, Told(date(2026, 6, 15), sha256, {"ignored": [part]}, by="person"))
    found = packed(desk)
    assert table(found["asked-and-answered.csv"])[0]["outcome"] == "left out of the answer"
    assert "Outcome: left out of the answer" in found["asked-and-answered.txt"].decode()


def test_silence_on_a_question_is_said_to_be_silence(desk: Desk) -> None:
    desk.send("RAA")
    rows = table(packed(desk)["asked-and-answered.csv"])
    assert {(r["letters"], r["outcome"]) for r in rows} == {("", "no answer has come")}


def test_questions_that_were_edited_since_are_remarked_on(desk: Desk) -> None:
    desk.send("RAA")
    assert not any("campaign's of today" in r for r in workflow.pack(desk.open(), "RAA").remarks)
    desk.change("templates/cse/campaign.toml", 'title = "', 'title = "New: ')
    assert any("campaign's of today" in r for r in workflow.pack(desk.open(), "RAA").remarks)


def test_no_name_or_line_of_a_stranger_leaves_its_place(desk: Desk) -> None:
    token = desk.send("RAA")["RAA"]
    message = EmailMessage()
    message["From"] = "foi@ashcombe.example"
    message["To"] = "foi@northlight.example"
    message["Date"] = "Mon, 15 Jun 2026 10:00:00 +0100"
    message["Message-ID"] = "<../../evil@ashcombe.example>"
    message["Subject"] = f"=?utf-8?q?=3DHYPERLINK=28=22x=22=29_=E2=80=AE../../etc/passwd=1B[2J?= [{token}]"
    message.set_content("Thank you.")
    message.add_attachment(b"x", maintype="text", subtype="csv", filename="../../../\u202ecmd|calc.exe")
    poll(desk, message.as_bytes())
    made = workflow.pack(desk.open(SOON), "RAA")
    with zipfile.ZipFile(io.BytesIO(made.content)) as bundle:
        for name in bundle.namelist():
            assert re.fullmatch(rf"{token}/(mails/)?[A-Za-z0-9_-]+(\.[A-Za-z0-9]+)", name), name
    found = files(made)
    row = table(found["mails.csv"])[1]
    assert row["subject"].startswith("'=HYPERLINK")
    assert "cmd|calc.exe" in row["attachments"]
    for path, content in found.items():
        if not path.endswith((".eml", ".pdf")):
            assert not {"\x1b", "\u202e", "\r"} & set(content.decode()), path


def test_nothing_of_another_case_is_in_the_pack(desk: Desk) -> None:
    tokens = desk.send()
    for body, sender in (("RAA", "ashcombe"), ("RBB", "birchwood")):
        desk.comes(
            mail(
                f"The secret of {sender}.",
                sender=f"foi@{sender}.example",
                subject=f"RE: [{tokens[body]}]",
                message_id=f"1@{sender}.example",
            )
        )
    poll(desk)
    everything = b"".join(content for content in packed(desk).values())
    assert b"secret of ashcombe" in everything
    for other in (b"birchwood", b"Birchwood", tokens["RBB"].encode(), tokens["nhs-carrick"].encode()):
        assert other not in everything


def test_a_mail_that_belongs_to_several_cases_is_in_and_noted_and_the_other_case_not_named(
    desk: Desk,
) -> None:
    tokens = desk.send("RAA", "RBB")
    raw = mail("We answer for both trusts.")
    poll(desk, raw)
    assert desk.run("inbox", "assign", message_number(desk), tokens["RAA"], tokens["RBB"]).code == 0
    made = workflow.pack(desk.open(SOON), "RAA")
    found = files(made)
    assert raw in found.values()
    assert "concerns further requests too" in table(found["mails.csv"])[1]["note"]
    assert any("about further requests of yours too" in remark for remark in made.remarks)
    assert all(tokens["RBB"].encode() not in content for content in found.values())


def test_a_letter_of_ours_about_several_cases_is_in_the_pack_of_each(desk: Desk) -> None:
    tokens = desk.send("RAA", "RBB")
    ws = desk.open()
    letter = Letter("chaser", "RAA", "foi@shared.example", "Re: both", "Where are the answers?", "w")
    with ws.store.write() as connection:
        both = outbox.Thread(also=(tokens["RBB"],))
        number = outbox.queue(connection, tokens["RAA"], letter, "both@x.example", ws.now(), both)
        outbox.claim(connection, number, b"Subject: Re: both\r\n\r\nAnswers?", ws.now())
    for token in tokens.values():
        went = Sent(date(2026, 7, 15), "both@x.example", "foi@shared.example", letter="chaser")
        record(desk, token, went)
    for body in ("RAA", "RBB"):
        found = packed(desk, body, LATE)
        assert found["mails/02_2026-07-15_chaser.eml"] == b"Subject: Re: both\r\n\r\nAnswers?"
        assert "concerns further requests too" in table(found["mails.csv"])[1]["note"]


def test_a_mail_that_was_taken_out_of_the_case_is_not_in_its_pack(desk: Desk) -> None:
    _, raw = answered(desk)
    assert desk.run("inbox", "assign", message_number(desk), "--none").code == 0
    found = packed(desk)
    assert raw not in found.values()
    assert len(table(found["chronology.csv"])) == 1


def test_a_letter_that_came_by_post_is_in_the_chronology_without_a_file(desk: Desk) -> None:
    token = desk.send("RAA")["RAA"]
    came = Received(date(2026, 6, 18), "post-1", "refusal", "Ashcombe", "their letter", "person", by="person")
    record(desk, token, came)
    made = workflow.pack(desk.open(SOON), "RAA")
    found = files(made)
    assert [path for path in found if path.endswith(".eml")] == ["mails/01_2026-06-12_request.eml"]
    row = next(r for r in table(found["chronology.csv"]) if r["date"] == "2026-06-18")
    assert row["what"] == 'Received from Ashcombe: a refusal, "their letter"; there is no e-mail of it.'
    assert any("were not e-mails" in remark for remark in made.remarks)
    assert table(found["asked-and-answered.csv"])[0]["letters"] == "2026-06-18 a refusal (no e-mail)"


def test_a_letter_written_by_hand_and_an_adopted_request_are_in_as_they_were_sent(
    desk: Desk, tmp_path: Path
) -> None:
    adopted = mail("Please tell me.", sender="foi@northlight.example", to="foi@ashcombe.example",
                   subject="A request", on="2026-06-01T10:00", message_id=None)  # fmt: skip
    (tmp_path / "one.eml").write_bytes(adopted)
    assert desk.run("import", "--sent", str(tmp_path / "one.eml")).code == 0
    token = desk.tokens()["RAA"]
    by_hand = mail("Any news?", sender="foi@northlight.example", to="foi@ashcombe.example",
                   subject=f"Chasing [{token}]", on="2026-06-10T10:00", message_id="hand@northlight.example")  # fmt: skip
    poll(desk, by_hand)
    found = packed(desk)
    assert found["mails/01_2026-06-01_request.eml"] == adopted
    assert found["mails/02_2026-06-10_by-hand.eml"] == by_hand


def test_a_letter_that_perhaps_arrived_is_named_so_and_one_that_waits_is_not_in(desk: Desk) -> None:
    token = desk.send("RAA")["RAA"]
    ws = desk.open()
    with ws.store.read() as connection:
        request = cases.log(connection, token=token)[-1].event
    assert isinstance(request, Sent)
    record(desk, token, Unknown(request.on, request.message_id, request.to, "cut off"))
    found = packed(desk)
    assert "mails/01_2026-06-12_request-unknown.eml" in found
    assert "whether it arrived is not known" in flat(found["chronology.txt"])


def test_a_mail_that_cannot_be_opened_is_evidence_all_the_same(desk: Desk) -> None:
    token = desk.send("RAA")["RAA"]
    desk.comes(b"\n\nno headers at all\n")
    assert desk.run("poll", today=SOON).code == 3
    with desk.open().store.read() as connection:
        (broken,) = inbox.rows(connection, states=("broken",))
    assert desk.run("inbox", "assign", str(broken.id), token, "--kind", "other", today=SOON).code == 0
    found = packed(desk)
    assert b"\n\nno headers at all\n" in found.values()
    assert "could not be opened" in table(found["mails.csv"])[1]["note"]


def test_the_users_own_notes_are_in_only_when_asked_for(desk: Desk) -> None:
    token = desk.send("RAA")["RAA"]
    record(desk, token, Noted(date(2026, 6, 17), "I think they are hiding it."))
    record(desk, token, Closed(date(2026, 6, 18), "withdrawn"))
    found = packed(desk)
    assert b"hiding" not in b"".join(found.values())
    assert "--notes puts them in" in flat(found["README.txt"])
    told = [row["what"] for row in table(packed(desk, notes=True)["chronology.csv"])]
    assert "Noted by the requester: I think they are hiding it." in told
    assert "The requester closed the case: withdrawn." in told


def test_a_body_taken_out_of_the_list_has_its_evidence_still(desk: Desk) -> None:
    desk.send("RAA")
    token = desk.tokens()["RAA"]
    desk.change("trusts.yaml", "id: RAA, ods: RAA", "id: RZZ, ods: RZZ")
    assert "to RAA, as of" in packed(desk, token)["README.txt"].decode()


def test_a_campaign_with_faults_is_refused(desk: Desk) -> None:
    desk.send("RAA")
    desk.change("templates/cse/campaign.toml", "title = ", "titel = ")
    with pytest.raises(FoimailError, match="the campaign cse cannot be used"):
        workflow.pack(desk.open(), "RAA")
