"""Long attachments are set aside while a message is parsed, and nobody can tell."""

from __future__ import annotations

import base64
import random
from pathlib import Path

import pytest

from foimail.mail import bulk
from foimail.mail.parse import parse

CORPUS = sorted((Path(__file__).parents[1] / "corpus" / "own").glob("*.eml"))
CONTENT = random.Random(3).randbytes(30_000)
HEAD = "From: a@b.test\nMIME-Version: 1.0\nContent-Type: "
FILE = (
    "Content-Type: application/pdf; name=a.pdf\nContent-Transfer-Encoding: base64\n\n"
    + base64.encodebytes(CONTENT).decode("ascii")
)
TEXT = "Content-Type: text/plain\n\n" + base64.encodebytes(CONTENT).decode("ascii") + "Twelve"
MIXED = HEAD + f"multipart/mixed; boundary=b\n\n--b\n{TEXT}\n--b\n{FILE}\n--b--\n"
FORWARDED = HEAD + f"multipart/mixed; boundary=c\n\n--c\nContent-Type: message/rfc822\n\n{MIXED}\n--c--\n"
MAILS = {
    "files and text": MIXED,
    "forwarded": FORWARDED,
    "base64 alone": HEAD
    + "application/pdf\nContent-Transfer-Encoding: base64\n\n"
    + FILE.partition("\n\n")[2],
    "after the last boundary": MIXED + FILE.partition("\n\n")[2],
    "among bytes beyond ASCII": MIXED.replace("Twelve", "\xa3 Twelve").replace(
        "text/plain", "text/plain; charset=koi8-r"
    ),
    "with its end cut off": MIXED[:-2_000],
}


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
@pytest.mark.parametrize("name", MAILS)
def test_a_message_is_the_same_whether_its_files_are_set_aside_or_not(
    monkeypatch: pytest.MonkeyPatch, name: str, ending: str
) -> None:
    raw = MAILS[name].replace("\n", ending).encode("latin-1")
    assert bulk.set_aside(raw, "0" * 64)[1]
    lean = parse(raw)
    monkeypatch.setattr("foimail.mail.parse.set_aside", lambda raw, _: (raw, ()))
    assert lean == parse(raw)


def test_a_letter_without_a_file_is_left_as_it_is() -> None:
    for path in CORPUS[:20]:
        raw = path.read_bytes()
        assert bulk.set_aside(raw, "0" * 64) == (raw, ())


def test_the_mark_of_another_message_is_only_text() -> None:
    forged = bulk.mark("a" * 64, 0).decode()
    found = parse((MIXED.replace("Twelve", forged)).encode())
    assert found.text.endswith(forged)
    assert found.attachments[0].content == CONTENT
