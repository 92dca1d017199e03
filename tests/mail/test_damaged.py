"""Mail that is not quite what its headers say: what a person would have read in it comes out."""
# ruff: noqa: RUF001  # typographic characters are what is tested

from __future__ import annotations

import base64
import time

import pytest

from foimail.mail import boundaries, transfer
from foimail.mail.parse import parse

HEAD = b"From: a@b.test\nMIME-Version: 1.0\n"
TWO = (
    b"--b\nContent-Type: text/plain\n\nTwelve cases.\n--b\nContent-Type: application/pdf; name=a.pdf\n"
    b"Content-Transfer-Encoding: base64\n\nJVBERi0=\n--b--\n"
)
ENCODED = base64.b64encode(b"Dear Rowan, twelve cases")


@pytest.mark.parametrize(
    "said",
    [
        b"multipart/mixed",
        b"multipart/mixed; boundary=other",
        b'multipart/mixed; boundary=""',
        b"multipart/alternative",
    ],
)
def test_parts_are_found_where_the_boundary_is_lost_or_misspelt(said: bytes) -> None:
    found = parse(HEAD + b"Content-Type: " + said + b"\n\n" + TWO)
    assert found.text == "Twelve cases."
    assert [(a.name, a.content) for a in found.attachments] == [("a.pdf", b"%PDF-")]


def test_a_multipart_packed_in_base64_is_unpacked_although_none_may_be() -> None:
    head = HEAD + b"Content-Type: multipart/mixed; boundary=b\nContent-Transfer-Encoding: base64\n\n"
    found = parse(head + base64.encodebytes(TWO))
    assert (found.text, [a.name for a in found.attachments]) == ("Twelve cases.", ["a.pdf"])


@pytest.mark.parametrize("end", [b"", b"--b--\n"])
def test_a_multipart_without_parts_is_a_text(end: bytes) -> None:
    found = parse(HEAD + b"Content-Type: multipart/mixed; boundary=b\n\nTwelve cases.\n" + end)
    assert (found.text, found.attachments) == ("Twelve cases.", ())


def test_a_multipart_within_one_of_the_same_boundary_costs_no_attachment() -> None:
    inner = b"--b\nContent-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain\n\nTwelve cases.\n--b--\n"
    rest = b"--b\nContent-Type: application/pdf; name=a.pdf\n\n%PDF\n--b--\n"
    found = parse(HEAD + b"Content-Type: multipart/mixed; boundary=b\n\n" + inner + rest)
    assert (found.text, [a.name for a in found.attachments]) == ("Twelve cases.", ["a.pdf"])


def test_what_a_list_adds_behind_the_end_is_no_part() -> None:
    raw = HEAD + b"Content-Type: multipart/mixed; boundary=b\n\n" + TWO
    assert parse(raw + b"--\nThe list's footer").text == "Twelve cases."


def test_damage_far_down_is_left_as_it_is() -> None:
    raw = HEAD
    for number in range(12):
        raw += b"Content-Type: multipart/mixed; boundary=x%d\n\n--x%d\n" % (number, number)
    found = parse(raw + b"Content-Type: multipart/mixed; boundary=none\n\n" + TWO)
    assert "Twelve cases." in found.text
    assert "Content-Type" in found.text


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (ENCODED, b"Dear Rowan, twelve cases"),
        (ENCODED[:-3], b"Dear Rowan, twelve ca"),
        (ENCODED + b"A", b"Dear Rowan, twelve cases"),
        (ENCODED[:8] + b"*\xff!" + ENCODED[8:], b"Dear Rowan, twelve cases"),
        (b"MTI=\nIGNhc2Vz\n", b"12 cases"),
        (ENCODED[:16] + b"\n" + ENCODED[16:] + b"\n-- \n", b"Dear Rowan, twelve cases"),
        (b"Dear Rowan, we hold twelve.\n", b"Dear Rowan, we hold twelve.\n"),
        (b"", b""),
    ],
)
def test_base64_gives_what_can_be_had_of_it(raw: bytes, expected: bytes) -> None:
    assert transfer.base64(raw) == expected


@pytest.mark.parametrize("said", [b"base64", b'"Base64"', b"BASE64 (as ever)", b" base64;"])
def test_a_transfer_encoding_is_known_in_whatever_dress(said: bytes) -> None:
    found = parse(HEAD + b"Content-Transfer-Encoding: " + said + b"\n\n" + ENCODED)
    assert found.text == "Dear Rowan, twelve cases"


def test_a_mail_forwarded_in_base64_or_quoted_printable_is_read() -> None:
    inner = HEAD + b"Subject: Answer\nContent-Type: multipart/mixed; boundary=b\n\n" + TWO
    quoted = inner.replace(b"=", b"=3D")
    for encoding, content in ((b"base64", base64.encodebytes(inner)), (b"quoted-printable", quoted)):
        found = parse(
            HEAD + b"Content-Type: message/rfc822\nContent-Transfer-Encoding: " + encoding + b"\n\n" + content
        )
        assert found.text == "Twelve cases."
        assert [a.name for a in found.attachments] == ["Answer.eml", "a.pdf"]
        assert b"boundary=b" in found.attachments[0].content


def test_twenty_mails_within_each_other_are_read_to_the_last() -> None:
    raw = HEAD + b"Subject: Innermost\nContent-Type: multipart/mixed; boundary=b\n\n" + TWO
    for number in range(20):
        mark = b"x%d" % number
        head = b"Subject: FW\nContent-Type: multipart/mixed; boundary=%s\n\n--%s\n" % (mark, mark)
        raw = HEAD + head + b"Content-Type: message/rfc822\n\n" + raw + b"\n--%s--\n" % mark
    found = parse(raw)
    assert found.text == "Twelve cases."
    assert [a.name for a in found.attachments] == ["FW.eml", "a.pdf"]


def alternative(*parts: bytes) -> bytes:
    return (
        HEAD
        + b"Content-Type: multipart/alternative; boundary=z\n\n"
        + b"".join(b"--z\n%s\n" % p for p in parts)
        + b"--z--\n"
    )


PLAIN = b"Content-Type: text/plain\n\n%s\n"
PICTURED = (
    b"Content-Type: multipart/related; boundary=y\n\n--y\nContent-Type: text/html\n\n<p>Twelve <b>cases</b>.</p>\n"
    b"--y\nContent-Type: image/png; name=logo.png\n\nx\n--y--\n"
)


def test_html_with_pictures_beside_a_plain_text_says_nothing_twice() -> None:
    found = parse(alternative(PLAIN % b"Twelve cases.", PICTURED))
    assert (found.text, [a.name for a in found.attachments]) == ("Twelve cases.", ["logo.png"])


@pytest.mark.parametrize("stopgap", [b" ", b"Your program cannot show HTML"])
def test_html_with_pictures_is_read_beside_a_plain_text_that_says_nothing(stopgap: bytes) -> None:
    longer = PICTURED.replace(b"Twelve", b"We hold, as you were told before, no more and no less than twelve")
    found = parse(alternative(PLAIN % stopgap, longer))
    assert found.text.endswith("twelve cases.")
    assert b"cannot" not in found.text.encode()


def test_a_form_of_the_text_for_other_programs_is_no_attachment() -> None:
    assert parse(alternative(PLAIN % b"Twelve", b"Content-Type: text/x-amp-html\n\n<html>")).attachments == ()


def test_a_body_that_bears_a_file_name_is_the_text_where_there_is_no_other() -> None:
    part = (
        b"--b\nContent-Type: text/plain; name=message.txt\nContent-Disposition: %s\n\nTwelve cases.\n--b--\n"
    )
    head = HEAD + b"Content-Type: multipart/mixed; boundary=b\n\n"
    assert parse(head + part % b"inline").text == "Twelve cases."
    assert parse(head + part % b"attachment").text == ""
    assert [a.name for a in parse(head + part % b"inline").attachments] == ["message.txt"]


@pytest.mark.parametrize(
    ("kind", "body", "text"),
    [
        (b"text/plain", b"<!DOCTYPE html><html><p>Twelve &amp; more</html>", "Twelve & more"),
        (b"text/enriched", b"<bold>Twelve</bold> cases", "Twelve cases"),
        (b"text/markdown", b"Twelve *cases*", "Twelve *cases*"),
        (b"application/xhtml+xml", b"<html><p>Twelve</p></html>", "Twelve"),
        (b"text/html", "<meta charset='iso-8859-2'><p>Łódź".encode("iso-8859-2"), "Łódź"),
    ],
)
def test_a_text_of_another_kind_is_read_as_what_it_is(kind: bytes, body: bytes, text: str) -> None:
    assert parse(HEAD + b"Content-Type: " + kind + b"\n\n" + body).text == text


@pytest.mark.parametrize(
    ("declared", "data", "expected"),
    [
        ("utf-16", "Señora £5".encode(), "Señora £5"),
        ("utf-16le", "Señora £5".encode("utf-16-le"), "Señora £5"),
        ("utf-8", ("Trust’s reply – " * 3).encode() + b"\xa35", "Trust’s reply – " * 3 + "£5"),
        ("utf-8", "Trust’s reply – it’s £5 – ‘".encode()[:-1], "Trust’s reply – it’s £5 – â€"),
        ("cp-850", "Señora £5".encode("cp850"), "Señora £5"),
        ("x-unicode-2-0-utf-7", b"+AKM-5", "£5"),
    ],
)
def test_a_label_that_cannot_be_meant_and_a_few_stray_bytes_spoil_no_text(
    declared: str, data: bytes, expected: str
) -> None:
    head = f"Content-Type: text/plain; charset={declared}\nContent-Transfer-Encoding: base64\n\n".encode()
    assert parse(HEAD + head + base64.b64encode(data)).text == expected


def test_an_encoded_name_without_its_charset_is_read() -> None:
    part = b"--b\nContent-Type: application/pdf\nContent-Disposition: attachment; filename*=t%C5%B7.pdf\n\nx\n--b--\n"
    (found,) = parse(HEAD + b"Content-Type: multipart/mixed; boundary=b\n\n" + part).attachments
    assert found.name == "tŷ.pdf"


@pytest.mark.parametrize(
    "line",
    [b"--x\nContent-", b"--x\n", b"--" + b"x" * 300 + b"\n", b"Content-Type: multipart/mixed\n\n--x\n"],
)
@pytest.mark.usefixtures("clear_heap")
@pytest.mark.no_cover  # a tracer takes three times as long
def test_marks_without_end_are_looked_through_soon(line: bytes) -> None:
    begun = time.process_time()
    parse(HEAD + b"Content-Type: multipart/mixed\n\n" + line * (1_000_000 // len(line)))
    assert boundaries.without_marks("--x--\nTwelve") == "Twelve"
    assert time.process_time() - begun < 5


@pytest.mark.parametrize("charset", [b"idna", b"undefined", b"rot13", b"punycode", b"\xff", b'"', b"hex"])
@pytest.mark.parametrize(
    "kind", [b"text/plain", b"multipart/mixed", b"message/delivery-status", b"application/pdf"]
)
def test_a_charset_that_is_no_charset_of_mail_costs_nothing(charset: bytes, kind: bytes) -> None:
    """Some codecs of Python know no way on from a byte that they do not know, and raise whatever is asked of them."""
    part = (
        b"Content-Type: "
        + kind
        + b"; charset="
        + charset
        + b"\n\nContent-Type: x; charset="
        + charset
        + b"\n\n12 \x80\n"
    )
    found = parse(
        HEAD + b"Content-Type: multipart/mixed; boundary=b\n\n--b\n\nTwelve\n--b\n" + part + b"--b--\n"
    )
    assert found.text.startswith("Twelve")
