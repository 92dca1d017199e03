"""Mail built to harm: it is read or refused with a known sentence, soon."""

from __future__ import annotations

import base64
import gc
import time
from typing import TYPE_CHECKING

import pytest

from foimail.mail.parse import parse
from tests.fuzz.mails import leaf, several
from tests.fuzz.test_mutated_mail import KNOWN, SECONDS
from tests.mail.test_sealed import in_der

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = [
    pytest.mark.usefixtures("clear_heap"),
    pytest.mark.no_cover,
]  # a tracer and a busy machine take three times as long each

LONG = leaf("text/plain", b"Twelve cases are held.\n" * 40_000)
PAGE = leaf("text/html", b"<p>Twelve cases</p>" * 20_000)


def alternatives(levels: int) -> bytes:
    whole = PAGE
    for number in range(levels):
        short = leaf("text/plain", b"View this in HTML")
        whole = several("alternative", short, whole, boundary=b"b%d" % number)
    return whole


def wrapped(levels: int, wrap: Callable[[bytes], bytes]) -> bytes:
    whole = LONG
    for _ in range(levels):
        whole = wrap(whole)
    return whole


def signed(inner: bytes) -> bytes:
    return b"Content-Type: application/pkcs7-mime\nContent-Transfer-Encoding: binary\n\n" + in_der(inner)


def forwarded(inner: bytes) -> bytes:
    head = b"Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\n"
    return head + base64.encodebytes(b"Subject: x\n" + inner)


HOSTILE: dict[str, Callable[[], bytes]] = {
    "alternatives in alternatives": lambda: alternatives(20),
    "signed nine times": lambda: wrapped(9, signed),
    "forwarded in base64 seven times": lambda: wrapped(7, forwarded),
    "boundaries lost in each other": lambda: (
        b"".join(b"Content-Type: multipart/mixed\n\n--x%d\n" % n for n in range(30)) + LONG
    ),
    "headers without end": lambda: b"Received: x\n" * 80_000 + b"\n",
    "reports without end": lambda: (
        b"Content-Type: message/delivery-status\n\n" + b"Action: failed\n\n" * 40_000
    ),
    "files of three bytes": lambda: leaf("text/plain", b"begin 644 a\n#0V%T\nend\n" * 40_000),
    "seals without end": lambda: leaf("text/plain", b"-----BEGIN PGP MESSAGE-----\n" * 40_000),
    "paddings": lambda: b"Content-Transfer-Encoding: base64\n\n" + b"MTI=\n" * 200_000,
    "stray bytes": lambda: leaf("text/plain; charset=utf-8", (b"\xe2\x80\x99" * 3 + b"\xff") * 80_000),
    "cells": lambda: leaf("text/html", b"<td>x" * 80_000),
    "ends of quotations": lambda: leaf("text/html", b"<table>" * 80 + b"</blockquote>" * 40_000),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_mail_built_to_take_long_is_read_or_refused_soon(name: str) -> None:
    raw = b"From: a@b.test\n" + HOSTILE[name]()
    begun = time.process_time()
    try:
        parse(raw)
    except ValueError as error:
        assert str(error) in KNOWN  # noqa: PT017 - either outcome will do
    assert time.process_time() - begun < SECONDS


@pytest.mark.parametrize(
    "kind",
    ["multipart/mixed; boundary=b{0}\n\n--b{0}", "message/rfc822\n", "multipart/mixed; boundary=b\n\n--b"],
)
def test_ten_thousand_levels_are_refused_or_read_soon(kind: str) -> None:
    raw = "From: a@b.test\n" + "".join(f"Content-Type: {kind.format(n)}\n" for n in range(10_000))
    begun = time.perf_counter()
    try:
        parse(raw.encode())
    except ValueError as error:
        assert str(error) in KNOWN  # noqa: PT017 - either outcome will do
    assert time.perf_counter() - begun < SECONDS


@pytest.mark.parametrize(
    ("kind", "encoding", "line"),
    [
        ("text/plain", "8bit", b"Twelve cases are held by the Trust, as you asked.\n"),
        ("text/plain", "quoted-printable", b"=C3=A9=3D twelve=20\n"),
        ("text/html", "8bit", b"<tr><td>Twelve</td><td>cases</td></tr>\n"),
        ("application/pdf", "base64", b"JVBERi0xLjcgVHdlbHZlIGNhc2VzIGFyZSBoZWxkIGJ5IHRoZSBUcnVzdC4u\n"),
        ("text/plain", "8bit", b"begin 644 x\n"),
        ("application/ms-tnef", "8bit", b"x\x9f>\x22\x01\x00\x02\x02\x90\x06\x00\x00"),
    ],
)
def test_a_body_of_fifty_megabytes_takes_a_bounded_time(kind: str, encoding: str, line: bytes) -> None:
    head = f"From: a@b.test\nContent-Type: {kind}\nContent-Transfer-Encoding: {encoding}\n\n".encode()
    raw = head + line * (50_000_000 // len(line))
    begun = time.process_time()
    found = parse(raw)
    taken = time.process_time() - begun
    assert found.text or found.attachments
    assert taken < 20
    gc.collect()


@pytest.mark.parametrize(
    "name", ["Subject", "From", "To", "Content-Type", "Content-Disposition", "Date", "References"]
)
@pytest.mark.parametrize("piece", [";a=", '"', "=?utf-8?q?a?= ", "\\", "a@b.test, ", "; filename*0=a", "("])
def test_a_header_without_end_is_read_soon(name: str, piece: str) -> None:
    begun = time.process_time()
    parse(f"From: a@b.test\n{name}: x{piece * (300_000 // len(piece))}\n\nx".encode())
    assert time.process_time() - begun < SECONDS
