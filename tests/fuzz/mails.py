"""Mails to be damaged: of every make that `mail/` reads, and a strategy that makes further ones without regard to any rule."""
# ruff: noqa: RUF001  # typographic characters are what letters are written in

from __future__ import annotations

import base64
import quopri
from email.message import EmailMessage

from hypothesis import strategies as st

from tests.documents.files import docx, pdf
from tests.mail.test_sealed import in_ber, in_der
from tests.mail.test_tnef import BODY, FILE, tnef

HEAD = (
    b"Return-Path: <foi@trust.test>\nFrom: Information Team <foi@trust.test>\nTo: Rowan <foi@requester.test>\n"
    b"Date: Mon, 5 Jan 2026 09:30:00 +0000\nSubject: RE: [FOI-7K3Q2M] Your request (our ref FOI/26/1)\n"
    b"Message-ID: <1@trust.test>\nIn-Reply-To: <2@requester.test>\nMIME-Version: 1.0\n"
)
LETTER = (
    "Dear Ms Ashdown,\n\nOur reference: FOI/26/1\n\n1. The Trust’s wards saw 12 cases in 2023 and 15 in 2024.\n"
    "2. This is exempt under section 40(2).\n3. We do not hold this – it costs £450 to find out.\n\n"
    "You may ask for an internal review within 40 working days.\n\nYours sincerely,\nSiân\n"
)
PAGE = (
    "<html><head><style>p{}</style></head><body><p>Dear Ms Ashdown,</p><table><tr><th>Year</th><th>Cases</th></tr>"
    "<tr><td>2023</td><td>12</td></tr></table><blockquote>What you asked</blockquote></body></html>"
)


def leaf(kind: str, content: bytes, encoding: str = "8bit", more: str = "") -> bytes:
    coded = {"base64": base64.encodebytes, "quoted-printable": quopri.encodestring}.get(encoding, bytes)(
        content
    )
    return f"Content-Type: {kind}\nContent-Transfer-Encoding: {encoding}\n{more}\n".encode() + coded


def several(kind: str, *parts: bytes, boundary: bytes = b"=_outer") -> bytes:
    head = b'Content-Type: multipart/%s; boundary="%s"\n\n' % (kind.encode(), boundary)
    return head + b"".join(b"--%s\n%s\n" % (boundary, part) for part in parts) + b"--%s--\n" % boundary


def of_every_make() -> list[bytes]:
    """Sound mails, one of each make."""
    plain = leaf("text/plain; charset=utf-8", LETTER.encode())
    page = leaf("text/html; charset=utf-8", PAGE.encode(), "quoted-printable")
    picture = leaf("image/png; name=logo.png", b"\x89PNG\r\n\x1a\n" + bytes(40), "base64")
    file = leaf(
        "application/pdf", pdf("12 cases"), "base64", "Content-Disposition: attachment; filename=a.pdf\n"
    )
    words = leaf(
        "application/octet-stream", docx("<w:p><w:t>12</w:t></w:p>"), "base64",
        "Content-Disposition: attachment;\n filename*0*=utf-8''R%C3%A9p;\n filename*1=onse.docx\n",
    )  # fmt: skip
    forwarded = (
        b"Content-Type: message/rfc822\n\n" + HEAD + several("mixed", plain, file, boundary=b"=_inner")
    )
    failed = b"Reporting-MTA: dns; mx.test\n\nFinal-Recipient: rfc822; a@b.test\nAction: failed\n"
    report = b"Content-Type: message/delivery-status\n\n" + failed
    signature = leaf("application/pkcs7-signature; name=smime.p7s", bytes(60), "base64")
    sealed = "application/pkcs7-mime; name=smime.p7m"
    invitation = leaf(
        "text/calendar", b"BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:Call\nEND:VEVENT\nEND:VCALENDAR\n"
    )
    uuencoded = b"Attached.\n\nbegin 644 a.csv\n#0V%T\n`\nend\n" + LETTER.encode()
    made = EmailMessage()
    made["From"] = "Siân <s@trust.test>"
    made["Subject"] = "Ateb – tŷ"
    made.set_content(LETTER)
    made.add_alternative(PAGE, subtype="html")
    made.add_attachment("Year,Cases\n2023,12\n", subtype="csv", filename="ffigurau tŷ.csv")
    rest = (
        plain, page, leaf("text/plain; charset=windows-1252", LETTER.encode("cp1252"), "quoted-printable"),
        leaf("text/plain; charset=utf-8", LETTER.encode(), "base64"), leaf("text/plain; charset=utf-7", LETTER.encode("utf-7")),
        leaf("text/html; charset=utf-16", PAGE.encode("utf-16"), "base64"), leaf("text/plain", uuencoded),
        several("alternative", plain, several("related", page, picture, boundary=b"=_inner")),
        several("mixed", several("alternative", plain, page, boundary=b"in"), file, words), several("mixed", plain, forwarded),
        several("report", plain, report, b"Content-Type: text/rfc822-headers\n\n" + HEAD), several("signed", plain, signature),
        leaf(sealed, in_der(several("mixed", plain, file)), "base64"), leaf(sealed, in_ber(plain), "binary"),
        several("mixed", leaf("application/ms-tnef; name=winmail.dat", tnef((1, BODY, b"Twelve.\0"), *FILE), "base64")),
        several("alternative", plain, invitation),
    )  # fmt: skip
    return [*(HEAD + part for part in rest), made.as_bytes()]


_KINDS = st.sampled_from(
    ["text/plain", "text/html", "text/calendar", "application/pdf", "application/ms-tnef", "application/pkcs7-mime",
     "message/rfc822", "message/delivery-status", "message/partial", "text/rfc822-headers", "multipart/mixed", "text", "", "a/b/c"]
)  # fmt: skip
_CHARSETS = st.sampled_from(
    ["", "utf-8", "utf-7", "utf-16", "windows-1252", "x", "rot13", "iso-2022-jp", '"', "idna"]
)
_ENCODINGS = st.sampled_from(
    ["", "7bit", "8bit", "base64", "quoted-printable", "x-uuencode", "binary", "none (at all)", '"base64"']
)
_NAMES = st.sampled_from(
    [
        "",
        "filename=a.pdf",
        "filename*=utf-8''%ff%",
        "filename*0*=x''a; filename*1=b",
        "filename=../a\\b",
        'filename="',
    ]
)
_BODIES = st.one_of(
    st.binary(max_size=80),
    st.sampled_from(
        [b"begin 644 a\n#0V%T\n`\nend\n", b"<table><tr><td>1<td>2</table>", b"MTI=\nMTI=\n", b"=C3=\n=A", b"+AKM-",
         b"--b\n\nx\n--b--\n",         b"-----BEGIN PGP MESSAGE-----\nx\n-----END PGP MESSAGE-----\n",
         b"\xff\xfeH\0i\0", tnef((1, BODY, b"x\0")),
         in_ber(b"\n\nx")]
    ),
)  # fmt: skip


@st.composite
def _leaves(draw: st.DrawFn) -> bytes:
    said = (
        f"Content-Type: {draw(_KINDS)}; charset={draw(_CHARSETS)}\nContent-Transfer-Encoding: {draw(_ENCODINGS)}\n"
        f"Content-Disposition: attachment; {draw(_NAMES)}\n"
    ).splitlines(keepends=True)
    kept = [line for line in said if draw(st.booleans())]
    return "".join(kept).encode() + b"\n" + draw(_BODIES)


@st.composite
def _containers(draw: st.DrawFn, inner: st.SearchStrategy[bytes]) -> bytes:
    parts = draw(st.lists(inner, max_size=4))
    kind = draw(
        st.sampled_from(["mixed", "alternative", "related", "signed", "report", "digest", "encrypted", "x"])
    )
    boundary = draw(st.sampled_from([b"b", b"b ", b"bb", b"=_?", b"b--", b""]))  # alike ones meet
    whole = several(kind, *parts, boundary=boundary)
    match draw(st.integers(0, 4)):
        case 0:
            return whole.removesuffix(b"--%s--\n" % boundary)
        case 1:
            return whole.replace(b"boundary", b"bound", 1)
        case 2:
            return b"Content-Type: message/rfc822\n\nSubject: x\n" + whole
    return whole


def by_no_rule() -> st.SearchStrategy[bytes]:
    """Mails of parts in parts, each header there or not, each claim true or not."""
    return st.recursive(_leaves(), _containers, max_leaves=8).map(lambda part: b"From: a@b.test\n" + part)
