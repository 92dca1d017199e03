"""Mail that was signed in one piece is read; mail that was encrypted is set apart, for a person with the key."""

from __future__ import annotations

import time

import pytest

from foimail.documents.read import read
from foimail.mail.parse import parse
from foimail.mail.pgp import opened
from foimail.mail.smime import signed

DATA = bytes.fromhex("06092a864886f70d010701")
SIGNED = bytes.fromhex("06092a864886f70d010702")
ENVELOPED = bytes.fromhex("06092a864886f70d010703")
INNER = (
    b"Content-Type: multipart/mixed; boundary=q\n\n--q\nContent-Type: text/plain\n\nTwelve cases.\n--q\n"
    b"Content-Type: application/pdf; name=a.pdf\n\n%PDF-1.7 " + b"x" * 200 + b"\n--q--\n"
)
HEAD = b"From: a@b.test\n"
WORDS = (
    "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nWe hold\n- -- twelve\n"
    "-----BEGIN PGP SIGNATURE-----\n\nabc\n-----END PGP SIGNATURE-----\n"
)
SECRET = "-----BEGIN PGP MESSAGE-----\n\nhQEM\n-----END PGP MESSAGE-----\n"


def told(tag: int, *values: bytes) -> bytes:
    """An element of DER."""
    value = b"".join(values)
    length = len(value).to_bytes(4)
    return bytes([tag, 0x84]) + length + value if len(value) > 127 else bytes([tag, len(value)]) + value


def endless(tag: int, *values: bytes) -> bytes:
    """An element of BER whose end is marked."""
    return bytes([tag, 0x80]) + b"".join(values) + b"\0\0"


def in_der(content: bytes, kind: bytes = SIGNED) -> bytes:
    inner = told(0x30, DATA, told(0xA0, told(0x04, content)))
    return told(0x30, kind, told(0xA0, told(0x30, b"\x02\x01\x01", told(0x31), inner, told(0x31))))


def in_ber(content: bytes) -> bytes:
    pieces = [told(0x04, content[at : at + 100]) for at in range(0, len(content), 100)]
    inner = endless(0x30, DATA, endless(0xA0, endless(0x24, *pieces)))
    return endless(0x30, SIGNED, endless(0xA0, endless(0x30, b"\x02\x01\x01", told(0x31), inner, told(0x31))))


def mail(content: bytes) -> bytes:
    return (
        HEAD
        + b"Content-Type: application/pkcs7-mime; name=smime.p7m\nContent-Transfer-Encoding: binary\n\n"
        + content
    )


@pytest.mark.parametrize("sealed", [in_der, in_ber])
def test_what_is_signed_in_one_piece_is_read_like_any_mail(sealed: object) -> None:
    assert callable(sealed)
    assert signed(sealed(INNER)) == INNER
    found = parse(mail(sealed(INNER).replace(b"\n", b"\n")))
    assert (found.text, [a.name for a in found.attachments]) == ("Twelve cases.", ["a.pdf"])


def test_what_is_signed_twice_is_read() -> None:
    again = b"Content-Type: application/x-pkcs7-mime\nContent-Transfer-Encoding: binary\n\n" + in_der(INNER)
    assert parse(mail(in_der(again))).text == "Twelve cases."


def test_what_is_encrypted_stays_closed_and_says_so() -> None:
    found = parse(mail(in_der(INNER, ENVELOPED)))
    assert found.text == ""
    (sealed,) = found.attachments
    assert read(sealed.name, sealed.media_type, sealed.content).state == "encrypted"


@pytest.mark.parametrize("end", range(0, 60, 3))
def test_what_breaks_off_is_kept_as_it_came(end: int) -> None:
    for sealed in (in_der(INNER)[:end], in_ber(INNER)[:end]):
        with pytest.raises(ValueError, match=r".+"):
            signed(sealed)


@pytest.mark.parametrize(
    "content",
    [
        b"\x30\x80" * 5000,
        b"\x30\xff" + b"\xff" * 200,
        told(0x30, SIGNED, told(0xA0, told(0x30, told(0x30, DATA)))),  # its content is elsewhere
        endless(0x30, b"\x04\x00" * 1_000_000),
        b"no signature at all",
    ],
)
@pytest.mark.usefixtures("clear_heap")
@pytest.mark.no_cover  # a tracer takes three times as long
def test_what_is_no_signature_is_refused_soon(content: bytes) -> None:
    begun = time.process_time()
    with pytest.raises(ValueError, match=r".+"):
        signed(content)
    assert time.process_time() - begun < 5


def test_words_signed_by_pgp_stand_in_the_text_and_encrypted_ones_are_a_file() -> None:
    text, files = opened(f"Before\n{WORDS}Between\n{SECRET}After")
    assert text == "Before\nWe hold\n-- twelve\nBetween\nAfter"
    assert files == [("encrypted.pgp", SECRET.encode())]
    found = parse(HEAD + b"\n" + SECRET.encode())
    assert found.text == ""
    (sealed,) = found.attachments
    assert read(sealed.name, sealed.media_type, sealed.content).state == "encrypted"


@pytest.mark.parametrize(
    "text",
    [
        "no seal",
        "> " + SECRET,
        SECRET[:40],
        "-----BEGIN PGP PUBLIC KEY BLOCK-----\nx",
        "-----BEGIN PGP MESSAGE-----\n" * 50_000,
    ],
)
def test_what_is_no_seal_of_pgp_stays_in_the_text(text: str) -> None:
    assert opened(text) == (text, [])


def test_the_two_halves_of_an_encrypted_mail_are_one_attachment() -> None:
    halves = (
        b"--b\nContent-Type: application/pgp-encrypted\n\nVersion: 1\n"
        b"--b\nContent-Type: application/octet-stream; name=encrypted.asc\n\n" + SECRET.encode() + b"--b--\n"
    )
    found = parse(HEAD + b"Content-Type: multipart/encrypted; boundary=b\n\n" + halves)
    assert [a.name for a in found.attachments] == ["encrypted.asc"]
