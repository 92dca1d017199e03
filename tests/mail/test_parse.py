"""What is read out of the mail that trusts, mail systems and strangers send."""
# ruff: noqa: RUF001  # typographic characters are what is tested

from __future__ import annotations

import base64
from datetime import UTC, datetime
from email.message import EmailMessage

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from foimail.mail import names
from foimail.mail.parse import parse

RUSSIAN = "Наши данные: Больше двенадцати детей, Потому что Нет иных сведений за прошлый год."
HEAD = (
    "From: Information Team <FOI@Trust.test>\n"
    "To: Rowan <foi+7k3q2m@requester.test>\n"
    "Date: Mon, 5 Jan 2026 09:30:00 +0100\n"
    "Subject: RE: Request\n"
    "Message-ID: <reply.1@trust.test>\n"
    "In-Reply-To: <ours.1@requester.test>\n"
    "References: <ours.0@requester.test>\n <ours.1@requester.test>\n"
)


def multipart(kind: str, *parts: str) -> bytes:
    body = "".join(f"--b\n{part}\n" for part in parts)
    return f"{HEAD}MIME-Version: 1.0\nContent-Type: multipart/{kind}; boundary=b\n\n{body}--b--\n".encode()


def test_an_ordinary_reply_is_read_whole() -> None:
    raw = (HEAD + "Cc: x@y.test\nDelivered-To: foi@requester.test\n\nDear Rowan,\n\nNone held.\n").encode()
    found = parse(raw)
    assert (found.sender, found.sender_name, found.subject) == (
        "foi@trust.test",
        "Information Team",
        "RE: Request",
    )
    assert found.to == ("foi+7k3q2m@requester.test", "x@y.test", "foi@requester.test")
    assert found.sent_at == datetime(2026, 1, 5, 8, 30, tzinfo=UTC)
    assert found.message_id == "reply.1@trust.test"
    assert found.in_reply_to == ("ours.1@requester.test",)
    assert found.references == ("ours.0@requester.test", "ours.1@requester.test")
    assert found.text == "Dear Rowan,\n\nNone held."
    assert (found.attachments, found.returned_ids, found.delivery_report) == ((), (), ())


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("<[b378ca@microsoft.com]>", "[b378ca@microsoft.com]"),
        ("<a+b=c/d@host>", "a+b=c/d@host"),
        ("\n <folded@host>", "folded@host"),
        ("bare@host", "bare@host"),
        ("<no-at-sign>", "no-at-sign"),
        ("words only", None),
        ("", None),
    ],
)
def test_ids_that_trip_the_standard_library_are_read(header: str, expected: str | None) -> None:
    assert parse(f"From: a@b.test\nMessage-ID: {header}\n\nx".encode()).message_id == expected


@pytest.mark.parametrize(
    ("header", "address", "name"),
    [
        ('"foi@real.test" <thief@evil.test>', "thief@evil.test", "foi@real.test"),
        ("=?utf-8?B?U2nDom4gTydOZWlsbA==?= <s@t.test>", "s@t.test", "Siân O'Neill"),
        ("s@t.test", "s@t.test", ""),
        ("s@t.test (Siân)", "s@t.test", ""),
        ("Information <Governance> Team <IG@t.test>", "ig@t.test", "Information"),
        ('"Team, FOI" <foi@t.test>', "foi@t.test", "Team, FOI"),
        ("undisclosed", "", ""),
        ("", "", ""),
    ],
)
def test_senders_are_found_in_broken_headers(header: str, address: str, name: str) -> None:
    found = parse(f"From: {header}\nSubject: x\n\nx".encode())
    assert (found.sender, found.sender_name) == (address, name)


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("Mon, 5 Jan 2026 09:30:00 -0000", datetime(2026, 1, 5, 9, 30, tzinfo=UTC)),
        ("5 Jan 26 09:30 GMT", datetime(2026, 1, 5, 9, 30, tzinfo=UTC)),
        ("Thu, 1 Jan 1970 00:00:00 +0000", None),
        ("Mon, 5 Jan 9999 09:30:00 -1200", None),
        ("Mon, 35 Jan 2026 99:30:00 +0000", None),
        ("yesterday", None),
        ("", None),
    ],
)
def test_dates_are_utc_or_nothing(header: str, expected: datetime | None) -> None:
    assert parse(f"From: a@b.test\nDate: {header}\n\nx".encode()).sent_at == expected


@pytest.mark.parametrize(
    ("charset", "data", "expected"),
    [
        ("utf-8", "£5 – tŷ".encode(), "£5 – tŷ"),
        ("iso-8859-1", b"\x93quoted\x94 \xa35", "“quoted” £5"),
        ("us-ascii", "£5".encode(), "£5"),
        ("us-ascii", b"\xa35", "£5"),
        ("utf-8", b"\xa35", "£5"),
        ("no-such-charset", "£5".encode(), "£5"),
        ("punycode", b"5", "5"),
        ("zip", b"5", "5"),
        ("utf-7", b"+2AA-5", "5"),
        ("", b"5\x00", "5"),
        ("utf-16", "£5".encode("utf-16"), "£5"),
        ("utf-7", b"+AKM-5 +- more", "£5 + more"),
        ("utf-7", "£5 – tŷ".encode(), "£5 – tŷ"),
        ("", RUSSIAN.encode("cp866"), RUSSIAN),
        ("", b"a caf\xe9 \x81 in town", "a café \ufffd in town"),
    ],
)
def test_text_is_decoded_as_declared_or_as_it_must_be_meant(charset: str, data: bytes, expected: str) -> None:
    head = (
        f"From: a@b.test\nContent-Type: text/plain; charset={charset}\nContent-Transfer-Encoding: base64\n\n"
    )
    assert parse(head.encode() + base64.b64encode(data)).text == expected


def test_headers_in_raw_eight_bit_are_read() -> None:
    found = parse(
        "From: Siân <s@t.test>\nSubject: Cais – tŷ\nContent-Type: text/plain; name=tŷ\n\nx".encode()
    )
    assert (found.subject, found.sender, found.text) == ("Cais – tŷ", "s@t.test", "x")


LETTER = f"<p>Dear Rowan,</p><p>{'We hold twelve cases. ' * 5}</p>"


@pytest.mark.parametrize(
    ("plain", "wins"),
    [
        ("Your mail program cannot show this message.", False),
        ("This is an HTML e-mail.", False),
        ("To view this message, open it in a browser.", False),
        ("See below", False),
        ("Dear Rowan,\n\nWe hold twelve cases.\n\nYours,\nInformation Team", True),
    ],
)
def test_a_plain_text_that_says_nothing_gives_way_to_the_letter_in_html(plain: str, *, wins: bool) -> None:
    kinds = (f"Content-Type: text/plain\n\n{plain}\n", f"Content-Type: text/html\n\n{LETTER}")
    found = parse(multipart("alternative", *kinds)).text
    assert (found == plain) is wins
    assert wins or (found.startswith("Dear Rowan,") and plain not in found)


def test_a_plain_text_alone_is_read_whatever_it_says() -> None:
    raw = multipart("alternative", "Content-Type: text/plain\n\nThis is an HTML e-mail.\n")
    assert parse(raw).text == "This is an HTML e-mail."


def test_plain_text_is_preferred_and_blank_plain_text_is_not() -> None:
    html = "Content-Type: text/html\n\n<p>From <b>HTML</b></p>"
    assert parse(multipart("alternative", "Content-Type: text/plain\n\nPlain", html)).text == "Plain"
    assert parse(multipart("alternative", "Content-Type: text/plain\n\n  \n", html)).text == "From HTML"
    found = parse(multipart("mixed", "Content-Type: text/plain\n\nPlain", html))
    assert (found.text, found.attachments) == ("Plain\n\nFrom HTML", ())


@pytest.mark.parametrize(
    ("disposition", "name"),
    [
        ('attachment; filename="Answer.pdf"', "Answer.pdf"),
        ('attachment; filename="../../etc/passwd"', "passwd"),
        ('attachment; filename="C:\\\\Users\\\\x\\\\Answer.pdf"', "Answer.pdf"),
        ("attachment; filename*=utf-8''t%C5%B7%2Fx%00y.pdf", "xy.pdf"),
        ('attachment; filename="=?utf-8?Q?t=C5=B7.pdf?="', "tŷ.pdf"),
        ('attachment; filename="\u202efdp.exe"', "fdp.exe"),
        ('attachment; filename=".."', "attachment-1.pdf"),
        ('attachment; filename="..."', "attachment-1.pdf"),
        ('attachment; filename="' + "x" * 300 + '.pdf"', "x" * 146 + ".pdf"),
        ("attachment", "attachment-1.pdf"),
        ("inline", "attachment-1.pdf"),
    ],
)
def test_attachments_keep_their_bytes_and_lose_every_path(disposition: str, name: str) -> None:
    part = f"Content-Type: application/pdf\nContent-Disposition: {disposition}\nContent-Transfer-Encoding: base64\n\nJVBERg=="
    (found,) = parse(multipart("mixed", "Content-Type: text/plain\n\nSee attached", part)).attachments
    assert (found.name, found.media_type, found.content) == (name, "application/pdf", b"%PDF")


def test_a_text_file_that_is_attached_is_no_part_of_the_text() -> None:
    part = "Content-Type: text/plain; name=figures.txt\n\n2019,5"
    found = parse(multipart("mixed", "Content-Type: text/plain\n\nSee attached", part))
    assert (found.text, [a.name for a in found.attachments]) == ("See attached", ["figures.txt"])


def test_a_reply_forwarded_as_an_attachment_gives_its_text_files_and_id() -> None:
    inner = multipart(
        "mixed", "Content-Type: text/plain\n\nThe answer", "Content-Type: application/pdf; name=a.pdf\n\nx"
    ).decode()
    found = parse(
        multipart(
            "related", "Content-Type: message/rfc822\n\n" + inner.replace("--b", "--c").replace("=b", "=c")
        )
    )
    assert found.text == "The answer"
    assert [a.name for a in found.attachments] == ["RE: Request.eml", "a.pdf"]
    assert found.returned_ids == ("reply.1@trust.test",)


def test_a_mail_within_a_mail_within_a_mail_brings_its_files_and_its_text() -> None:
    file = "Content-Type: text/csv; name=a.csv\n\n1,2"
    innermost = multipart("mixed", "Content-Type: text/plain\n\nTwelve cases", file).decode()
    innermost = innermost.replace("--b", "--c").replace("=b", "=c")
    inner = HEAD + "MIME-Version: 1.0\nContent-Type: message/rfc822\n\n" + innermost
    found = parse(
        multipart("mixed", "Content-Type: message/rfc822\n\n" + inner).replace(b"--b--\n--b--", b"--b--")
    )
    assert found.text == "Twelve cases"
    assert [a.name for a in found.attachments] == [
        "RE: Request.eml",
        "a.csv",
    ]  # the outermost holds the inner


@pytest.mark.parametrize("kind", ["pkcs7-signature", "x-pkcs7-signature", "pgp-signature"])
def test_a_signature_is_no_attachment_and_what_it_signs_is_read(kind: str) -> None:
    signature = f"Content-Type: application/{kind}; name=smime.p7s\nContent-Transfer-Encoding: base64\n\nMIIB"
    found = parse(multipart("signed", "Content-Type: text/plain\n\nTwelve cases", signature))
    assert (found.text, found.attachments) == ("Twelve cases", ())


def test_an_invitation_beside_the_text_is_an_attachment() -> None:
    invitation = "Content-Type: text/calendar; method=REQUEST\n\nBEGIN:VCALENDAR\nEND:VCALENDAR"
    found = parse(multipart("alternative", "Content-Type: text/plain\n\nShall we meet?", invitation))
    assert found.text == "Shall we meet?"
    assert [a.media_type for a in found.attachments] == ["text/calendar"]


REPORT = (
    "Content-Type: {kind}\n\nReporting-MTA: dns; mx.test\n\nFinal-Recipient: rfc822; one@t.test\nAction: delayed\n"
    "Status: 4.4.1\n\nFinal-Recipient: rfc822; two@t.test\nAction: failed\nStatus: 5.1.1\n"
    "Diagnostic-Code: smtp; 550 5.1.1\n No such user\n"
)


@pytest.mark.parametrize("kind", ["message/delivery-status", "message/global-delivery-status"])
@pytest.mark.parametrize(
    "original",
    [
        "Content-Type: message/rfc822\n\nMessage-ID: <ours.9@requester.test>\nSubject: Ours\n\nOur letter",
        "Content-Type: text/rfc822-headers\n\nSubject: Ours\nMessage-ID: <ours.9@requester.test>\n",
    ],
)
def test_a_bounce_says_which_letter_came_back_and_why(kind: str, original: str) -> None:
    found = parse(
        multipart("report", "Content-Type: text/plain\n\nSorry", REPORT.format(kind=kind), original)
    )
    assert found.text == "Sorry"
    assert found.returned_ids == ("ours.9@requester.test",)
    assert dict(found.delivery_report) == {
        "final-recipient": "rfc822; two@t.test",
        "action": "failed",
        "status": "5.1.1",
        "diagnostic-code": "smtp; 550 5.1.1 No such user",
    }
    assert found.attachments == ()


def test_a_report_of_a_delay_gives_its_first_recipient_and_one_without_any_gives_nothing() -> None:
    delayed = REPORT.format(kind="message/delivery-status").partition("Final-Recipient: rfc822; two")[0]
    assert ("action", "delayed") in parse(multipart("report", delayed)).delivery_report
    empty = "Content-Type: message/delivery-status\n\nReporting-MTA: dns; mx.test\n"
    assert parse(multipart("report", empty)).delivery_report == ()


def test_an_old_bounce_is_known_by_the_id_in_its_text_and_an_ordinary_reply_is_not() -> None:
    text = "Return-Path: {}\nFrom: {}\n\nSorry.\n\n> Subject: Ours\n> Message-ID: <ours.9@requester.test>\n"
    assert parse(text.format("<>", "x@t.test").encode()).returned_ids == ("ours.9@requester.test",)
    assert parse(text.format("<x@t.test>", "MAILER-DAEMON@t.test").encode()).returned_ids == (
        "ours.9@requester.test",
    )
    assert parse(text.format("<x@t.test>", "x@t.test").encode()).returned_ids == ()


def test_the_headers_that_decide_are_kept_and_only_our_own_servers_verdict() -> None:
    head = (
        "Authentication-Results: mx.ours.test; dkim=fail\nAuthentication-Results: evil.test; dkim=pass\n"
        "AUTO-SUBMITTED: auto-replied\nX-Secret: no\nFrom: a@b.test\n\nx"
    )
    found = parse(head.encode())
    assert found.headers == (
        ("auto-submitted", "auto-replied"),
        ("authentication-results", "mx.ours.test; dkim=fail"),
    )
    assert found.header("Auto-Submitted") == "auto-replied"


def test_one_mail_over_two_paths_has_one_content_hash_and_another_mail_another() -> None:
    one = (HEAD + "\nBody\n").encode()
    two = b"Received: by elsewhere\r\nX-Spam: no\r\n" + one.replace(b"\n", b"\r\n") + b"\r\n\r\n"
    assert parse(one).sha256 != parse(two).sha256
    assert parse(one).content_hash == parse(two).content_hash
    for other in (
        one.replace(b"Body", b"body"),
        one.replace(b"reply.1", b"reply.2"),
        one.replace(b"+0100", b"+0000"),
    ):
        assert parse(one).content_hash != parse(other).content_hash


@pytest.mark.parametrize("raw", [b"", b"\r\n\r\nbody", b"no header at all", b"\x00\xff" * 50])
def test_what_is_no_mail_is_a_value_error(raw: bytes) -> None:
    with pytest.raises(ValueError, match="no headers"):
        parse(raw)


@pytest.mark.parametrize("rubbish", [b"\n", b"\r\n\r\n", b"\xff\x00 rubbish\n", b">From a mailbox\n\n"])
def test_rubbish_before_the_headers_is_passed_over(rubbish: bytes) -> None:
    found = parse(rubbish + HEAD.encode() + b"\nTwelve cases")
    assert (found.sender, found.text) == ("foi@trust.test", "Twelve cases")


def test_mail_built_to_harm_is_a_value_error() -> None:
    many = multipart("mixed", *["Content-Type: text/plain\n\nx"] * 600)
    deep = HEAD + "".join(f"Content-Type: multipart/mixed; boundary=b{n}\n\n--b{n}\n" for n in range(60))
    bottomless = HEAD + "".join(
        f"Content-Type: multipart/mixed; boundary=b{n}\n\n--b{n}\n" for n in range(3000)
    )
    for raw in (many, deep.encode(), bottomless.encode()):
        with pytest.raises(ValueError, match="mail program"):
            parse(raw)


FRAGMENTS = st.sampled_from(
    (
        b"From: |Content-Type: |multipart/report|multipart/alternative; boundary=b|--b|--b--|message/rfc822"
        b"|message/delivery-status|text/html; charset=|Content-Disposition: attachment; filename*0*=|base64|=?utf-8?b?"
        b'|Content-Transfer-Encoding: |\n|\n|\n\n|\r\n| |;|"|<|>|@|\xff|\x00|<td>|Date: |Message-ID: |<[x@y]>|To: '
        b"|quoted-printable|x-uuencode|begin 644 x|a@b.test|''%"
    ).split(b"|")
)


@settings(max_examples=300, deadline=None)
@given(st.lists(FRAGMENTS | st.binary(max_size=6), max_size=60).map(b"".join))
def test_whatever_stands_below_a_header_is_read(raw: bytes) -> None:
    # 500 parts cannot be reached with 60 fragments, nor 30 levels: nothing here is a reason to give up.
    found = parse(b"From: a@b.test\n" + raw)
    found.text.encode()
    found.subject.encode()
    assert not any("/" in a.name or "\n" in a.name for a in found.attachments)


def test_of_two_files_of_one_name_the_second_is_numbered() -> None:
    taken = ["a.pdf", "a.pdf", "a (2).pdf", "b", "b", "a.pdf"]
    assert names.apart(taken) == ["a.pdf", "a (2).pdf", "a (2) (2).pdf", "b", "b (2)", "a (3).pdf"]
    message = EmailMessage()
    message.set_content("Two files.")
    for content in (b"1", b"2"):
        message.add_attachment(content, maintype="application", subtype="pdf", filename="reply.pdf")
    assert [file.name for file in parse(message.as_bytes()).attachments] == ["reply.pdf", "reply (2).pdf"]
