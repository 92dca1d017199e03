"""Messages, invitations, sealed mail and old Word files among the attachments."""

from __future__ import annotations

import pytest

from foimail.documents import model
from foimail.documents.read import read
from tests.documents.files import compound, doc, msg, msg_tree, pdf

EML = (
    b"From: Team <foi@t.test>\nSubject: =?utf-8?q?R=C3=A9ponse?=\nMIME-Version: 1.0\n"
    b"Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/html; charset=x-odd\n\n<p>Twelve <b>cases</b>"
    b"\n--b\nContent-Type: text/csv; name=a.csv\n\n2024,12\n--b\nContent-Type: image/gif\n\nGIF8\0\n--b--\n"
)
INVITATION = """BEGIN:VCALENDAR
METHOD:REQUEST
BEGIN:VEVENT
SUMMARY:Call about your request\\, FOI
 /12
DTSTART;TZID="Europe/London":20260310T140000
DTEND:20260310T143000Z
ORGANIZER;CN="Team: FOI":mailto:foi@t.test
LOCATION:Teams
DESCRIPTION:Please join.\\nBring the list.
BEGIN:VALARM
DESCRIPTION:Reminder
END:VALARM
END:VEVENT
BEGIN:VTODO
DUE;VALUE=DATE:20260401
SUMMARY:Reply
END:VTODO
no line of a calendar
END:VCALENDAR
"""


def test_an_eml_file_gives_head_body_and_its_files() -> None:
    found = read("answer.eml", "application/octet-stream", EML)
    assert found.state == "read"
    assert found.text.startswith("From: Team <foi@t.test>\nSubject: Réponse\n\nTwelve cases")
    assert "[a.csv]\n2024\t12" in found.text
    assert found.sheets[0].rows == (("2024", "12"),)
    assert "attachment-2 (a picture" in found.reason


def test_a_forwarded_mail_gives_its_text_alone_for_its_files_stand_beside_it() -> None:
    assert "2024" not in read("answer.eml", "message/rfc822", EML).text


def test_an_outlook_message_gives_head_body_and_files_of_messages_in_it_too() -> None:
    inner = msg_tree("Figures", "As promised", b_csv=b"2024,12\n" * 512)
    found = read("x.msg", "", msg("RE: Request", "See below", a_pdf=pdf("Thirteen"), Forwarded=inner))
    assert found.state == "read"
    assert "From: Information Team\nSubject: RE: Request\n\nSee below" in found.text
    assert "[a.pdf]\nThirteen" in found.text
    assert "[Forwarded.txt]\nFrom: Information Team\nSubject: Figures\n\nAs promised" in found.text
    assert "[b.csv]\n2024\t12" in found.text


def test_an_outlook_message_whose_body_is_rtf_alone_gives_that() -> None:
    tree = msg_tree("RE: Request", "")
    del tree["__substg1.0_1000001F"]
    # the example of [MS-OXRTFCP]: {\rtf1\ansi\ansicpg1252\pard hello world}
    packed = (
        "2d0000002b0000004c5a4675f1c5c7a703000a007263706731323542320af32068656c090020627705b06c647d0a800fa0"
    )
    found = read("x.msg", "", compound(tree | {"__substg1.0_10090102": bytes.fromhex(packed)}))
    assert found.text == "From: Information Team\nSubject: RE: Request\n\nhello world"
    broken = read("x.msg", "", compound(tree | {"__substg1.0_10090102": b"\xff" * 40}))
    assert broken.text == "From: Information Team\nSubject: RE: Request"


def test_messages_within_messages_without_end_are_not_followed() -> None:
    content = b"Twelve"
    for _ in range(6):
        head = b"Subject: x\nContent-Type: multipart/mixed; boundary=b%d\n\n" % len(content)
        part = b"--b%d\nContent-Type: application/octet-stream; name=a.eml\n\n" % len(content)
        content = head + part + content
    assert "messages within messages" in read("a.eml", "", content).text


def test_an_old_word_file_gives_text_and_rows_without_instructions_of_fields() -> None:
    body = "Dear Rowan\rYear\x07Cases\x07\x072024\x0712\x07\x07See \x13 HYPERLINK x \x14our log\x15."
    found = read("a.doc", "application/msword", doc(body, "\r\u0141\u00f3d\u017a \u2013 none"))
    assert found.state == "read"
    assert found.text == "Dear Rowan\nYear\tCases\n2024\t12\nSee our log.\nŁódź \u2013 none"


def test_a_locked_old_word_file_is_encrypted_and_a_broken_one_fails() -> None:
    assert read("a.doc", "", doc("x", flags=0x0100)).state == "encrypted"
    assert read("a.doc", "", compound({"WordDocument": bytes(9), "0Table": b""})).state == "failed"


def test_an_old_word_file_without_end_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("foimail.documents.doc.MOST_TEXT", 3)
    monkeypatch.setattr(model, "MOST_TEXT", 3)
    assert read("a.doc", "", doc("Twelve", " cases")).state == "too_large"


def test_an_invitation_is_read_as_a_person_would() -> None:
    found = read("invite.ics", "text/calendar", INVITATION.replace("\n", "\r\n").encode())
    assert found.state == "read"
    assert found.text.split("\n") == [
        "What: Call about your request, FOI/12",
        "From: 2026-03-10 14:00 (Europe/London)",
        "To: 2026-03-10 14:30 UTC",
        "By: foi@t.test",
        "Where: Teams",
        "Please join.",
        "Bring the list.",
        "",
        "Due: 2026-04-01",
        "What: Reply",
    ]


def test_a_long_line_of_quotes_in_an_invitation_takes_no_time() -> None:
    line = 'DTSTART;X="' + '"' * 50_000 + '";X'
    assert read("i.ics", "", f"BEGIN:VCALENDAR\nBEGIN:VEVENT\n{line}\nSUMMARY:x".encode()).text == "What: x"


@pytest.mark.parametrize(
    ("media_type", "content", "state"),
    [
        ("application/pkcs7-mime", bytes.fromhex("3080 0609 2a864886f70d010703 a080"), "encrypted"),
        ("application/octet-stream", bytes.fromhex("308205d3 0609 2a864886f70d010703"), "encrypted"),
        ("application/x-pkcs7-mime", b"cut off", "encrypted"),
        ("application/octet-stream", b"-----BEGIN PGP MESSAGE-----\n\nhQ==", "encrypted"),
        ("application/pkcs7-mime", bytes.fromhex("3080 0609 2a864886f70d010702 a080"), "not_readable"),
    ],
)
def test_sealed_mail_is_flagged_with_the_reason(media_type: str, content: bytes, state: str) -> None:
    found = read("smime.p7m", media_type, content)
    assert found.state == state
    assert "mail program" in found.reason
