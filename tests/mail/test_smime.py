"""Mail that S/MIME signed in one piece, and what only looks like it."""

from __future__ import annotations

import base64

import pytest
from asn1crypto import cms

from foimail.mail import smime
from foimail.mail.parse import parse

LETTER = b"Content-Type: text/plain; charset=utf-8\r\n\r\nTwelve cases in 2023.\r\n"


def wrapped(content: bytes | None, kind: str = "signed_data") -> bytes:
    """CMS without a signer, which is enough for what is read of it."""
    inner = {"content_type": "data"} | ({"content": content} if content is not None else {})
    data = cms.SignedData(
        {"version": "v1", "digest_algorithms": [], "encap_content_info": inner, "signer_infos": []}
    )
    found = cms.ContentInfo({"content_type": "signed_data", "content": data}).dump()
    oid = cms.ContentType("signed_data").dump()
    return bytes(found.replace(oid, cms.ContentType(kind).dump()))


def mail(content: bytes, kind: str = "signed-data") -> bytes:
    head = (
        "From: foi@body.test\nSubject: RE: FOI\nContent-Transfer-Encoding: base64\n"
        f'Content-Type: application/pkcs7-mime; smime-type={kind}; name="smime.p7m"\n\n'
    )
    return head.encode() + base64.encodebytes(content)


def test_the_message_within_is_the_message() -> None:
    found = parse(mail(wrapped(LETTER)))
    assert (found.text, found.attachments) == ("Twelve cases in 2023.", ())


def test_streamed_content_of_unknown_length_is_read() -> None:
    # BER, as gateways write it: indefinite lengths, the content in two pieces
    oid_signed, oid_data = cms.ContentType("signed_data").dump(), cms.ContentType("data").dump()
    pieces = b"".join(b"\x04" + bytes([len(p)]) + p for p in (LETTER[:20], LETTER[20:]))
    inner = b"\x30\x80" + oid_data + b"\xa0\x80\x24\x80" + pieces + b"\0\0\0\0\0\0"
    data = b"\x30\x80\x02\x01\x01\x31\x00" + inner + b"\x31\x00\0\0"
    assert smime.signed(b"\x30\x80" + oid_signed + b"\xa0\x80" + data + b"\0\0\0\0") == LETTER


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"nothing of the kind",
        b"\x30\x80" * 20_000,
        wrapped(None),
        wrapped(b"  "),
        wrapped(LETTER, "enveloped_data"),
        wrapped(LETTER)[:40],
    ],
)
def test_what_is_not_signed_mail_stays_an_attachment(content: bytes) -> None:
    with pytest.raises(ValueError, match=r".+"):
        smime.signed(content)
    assert [a.name for a in parse(mail(content)).attachments] == ["smime.p7m"]


def test_a_mail_signed_over_and_over_is_opened_so_far_and_no_further() -> None:
    content = mail(LETTER)
    for _ in range(15):
        content = mail(wrapped(content))
    found = parse(content)
    assert (found.text, [a.name for a in found.attachments]) == ("", ["smime.p7m"])
