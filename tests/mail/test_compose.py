"""The bytes of letters: what other programs on the way will do with them."""
# ruff: noqa: RUF001  # typographic characters are what is tested

from __future__ import annotations

from datetime import UTC, datetime
from email import message_from_bytes, policy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foimail.errors import InputError
from foimail.mail import compose
from foimail.mail.compose import build, new_message_id
from foimail.mail.parse import parse
from foimail.model import Attachment

WHEN = datetime(2026, 1, 5, 9, 30, tzinfo=UTC)


def letter(**changed: Any) -> bytes:
    ordinary: dict[str, Any] = {
        "sender_name": "Rowan Ashdown",
        "sender": "foi@requester.test",
        "to": "foi@trust.test",
        "subject": "Request under the FOI Act [FOI-7K3Q2M]",
        "text": "Dear team,\n\nHow many?\n",
        "message_id": "foi-7k3q2m.0123@requester.test",
        "date": WHEN,
    }
    return build(**{**ordinary, **changed})


def test_a_plain_letter_is_seven_bit_and_ends_its_lines_in_crlf() -> None:
    assert letter() == (
        b"From: Rowan Ashdown <foi@requester.test>\r\n"
        b"To: foi@trust.test\r\n"
        b"Subject: Request under the FOI Act [FOI-7K3Q2M]\r\n"
        b"Date: Mon, 05 Jan 2026 09:30:00 +0000\r\n"
        b"Message-ID: <foi-7k3q2m.0123@requester.test>\r\n"
        b'Content-Type: text/plain; charset="utf-8"\r\n'
        b"Content-Transfer-Encoding: 7bit\r\n"
        b"MIME-Version: 1.0\r\n"
        b"\r\n"
        b"Dear team,\r\n\r\nHow many?\r\n"
    )


_WORDS = st.text("abcXYZ  .,;:()<>@\"'\\-_[]=?%é—\u00a0", min_size=1, max_size=90) | st.just(
    "=?utf-8?q?w=C3=B6rd?="
)


@given(_WORDS, _WORDS, st.booleans())
def test_headers_that_are_kept_as_they_are_come_out_as_those_that_are_taken_apart(
    name: str,
    subject: str,
    is_reply: bool,  # noqa: FBT001  # drawn by hypothesis
) -> None:
    class Apart(compose._Policy):
        header_store_parse = policy.EmailPolicy.header_store_parse
        header_max_count = policy.EmailPolicy.header_max_count

    changed = {"sender_name": name, "subject": subject, "in_reply_to": "a" * 70 + "@x" if is_reply else None}
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(compose, "_POLICY", Apart(linesep="\r\n", cte_type="7bit"))
        expected = letter(**changed)
    assert letter(**changed) == expected


def test_long_references_stay_plain_ids_on_one_line() -> None:
    ids = [f"{'x' * 40}.{n}@mail.trust.test" for n in range(8)]
    raw = letter(references=ids, in_reply_to=ids[-1])
    assert b"\r\nReferences: " + " ".join(f"<{i}>" for i in ids).encode() + b"\r\n" in raw
    assert b"\r\nIn-Reply-To: <" + ids[-1].encode() + b">\r\n" in raw


def test_endless_references_keep_the_first_and_the_last_and_fit_on_a_line() -> None:
    ids = [f"{n}.{'x' * 60}@trust.test" for n in range(60)]
    raw = letter(references=ids)
    assert max(len(line) for line in raw.split(b"\r\n")) <= 998
    found = parse(raw).references
    assert (found[0], found[-1]) == (ids[0], ids[-1])
    assert found[1:] == tuple(ids[-len(found) + 1 :])


def test_a_letter_beyond_ascii_is_seven_bit_and_reads_back() -> None:
    subject = "Cais Rhyddid Gwybodaeth – ysgol, tŷ a llwybr " * 4
    text = "Annwyl dîm,\n.\n" + "hir " * 60 + "\nFrom here\n"
    raw = letter(sender_name="Siân O’Neill", subject=subject.strip(), text=text)
    assert raw.isascii()
    assert max(len(line) for line in raw.split(b"\r\n")) <= 78
    found = parse(raw)
    assert (found.sender_name, found.subject) == ("Siân O’Neill", " ".join(subject.split()))
    assert [line.rstrip() for line in found.text.splitlines()] == [
        line.rstrip() for line in text.splitlines()
    ]


@pytest.mark.parametrize(
    "changed",
    [
        {"subject": "One\r\nBcc: thief@elsewhere.test"},
        {"sender_name": "Rowan\nBcc: thief@elsewhere.test"},
        {"to": "foi@trust.test, thief@elsewhere.test"},
        {"to": "foi@trust.test\r\nBcc: thief@elsewhere.test"},
        {"sender": "nobody"},
        {"reply_to": "a b@c.test"},
        {"message_id": "one> <two"},
        {"message_id": ""},
        {"in_reply_to": "a b"},
        {"references": ["fine@a.test", "not fine"]},
        {"headers": [("X-Case", "1\r\n2")]},
        {"headers": [("Bcc", "thief@elsewhere.test")]},
        {"headers": [("Subject", "again")]},
        {"headers": [("X Y", "z")]},
        {"date": datetime(2026, 1, 5, 9, 30)},  # noqa: DTZ001  # what is refused here
        {"attachments": [Attachment("a\r\nb.pdf", "application/pdf", b"")]},
    ],
)
def test_nothing_breaks_out_of_its_header(changed: dict[str, Any]) -> None:
    with pytest.raises(InputError):
        letter(**changed)


def test_attachments_and_headers_travel_and_the_bytes_follow_from_the_content() -> None:
    attachments = [
        Attachment("Trefn é.pdf", "application/pdf", b"%PDF\r\n\x00\xff"),
        Attachment("m.eml", "message/rfc822", b"x"),
    ]
    options = {
        "attachments": attachments,
        "headers": [("X-Case", "FOI-7K3Q2M")],
        "reply_to": "foi+7k@requester.test",
    }
    raw = letter(**options)
    assert raw == letter(**options)
    assert raw.isascii()
    found = parse(raw)
    assert [(a.name, a.media_type, a.content) for a in found.attachments] == [
        ("Trefn é.pdf", "application/pdf", b"%PDF\r\n\x00\xff"),
        ("m.eml", "application/octet-stream", b"x"),
    ]
    assert found.text == "Dear team,\n\nHow many?"
    assert found.reply_to == "foi+7k@requester.test"
    assert message_from_bytes(raw, policy=policy.default)["X-Case"] == "FOI-7K3Q2M"


@pytest.mark.parametrize(
    "domain", ["requester.test", "foi." + "long-name-of-a-charity-for-everything." * 2 + "org.uk"]
)
def test_message_ids_are_short_and_carry_the_token(domain: str) -> None:
    found = new_message_id("FOI-7K3Q2M", "0123456789abcdef", domain)
    assert found.startswith("foi-7k3q2m.0123456789abcdef@")
    assert len(found) < 60
    assert domain.endswith(found.partition("@")[2])


def test_html_goes_beside_the_text_and_the_bytes_stay_the_same() -> None:
    more: dict[str, Any] = {
        "html": "<p>Llŷn &amp; more</p>",
        "attachments": [Attachment("a.csv", "text/csv", b"1")],
    }
    raw = letter(**more)
    assert raw == letter(**more)
    message = message_from_bytes(raw, policy=policy.default)
    assert [part.get_content_type() for part in message.walk()] == [
        "multipart/mixed",
        "multipart/alternative",
        "text/plain",
        "text/html",
        "text/csv",
    ]
    assert raw.isascii()
