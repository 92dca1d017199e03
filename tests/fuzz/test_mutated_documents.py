"""Attachments damaged at random: each is read, or its state says why not, and the next one is read by the same reader."""

from __future__ import annotations

import random
import sys
from collections import Counter
from typing import get_args

import pytest

from foimail.documents.model import MOST_TEXT, State
from foimail.documents.reader import Reader
from tests.documents.files import cell, doc, docx, msg, odf, packed, pdf, pptx, xls, xlsx
from tests.fuzz.mails import of_every_make
from tests.fuzz.test_mutated_mail import mutated

WORDS = "Twelve cases were held in 2024"


def sound() -> dict[str, bytes]:
    """A file of each kind, by its name."""
    sheet = (
        "Cases",
        "visible",
        f'<sheetData><row r="1">{cell("A1", "Year")}{cell("B1", 12)}</row></sheetData>',
    )
    return {
        "a.pdf": pdf(WORDS, WORDS),
        "a.docx": docx(f"<w:p><w:r><w:t>{WORDS}</w:t></w:r></w:p>"),
        "a.pptx": pptx(f"<a:p><a:t>{WORDS}</a:t></a:p>", order=(1,)),
        "a.xlsx": xlsx(sheet),
        "a.xls": xls("Cases", WORDS, 12.0),
        "a.odt": odf("text", f"<text:p>{WORDS}</text:p>"),
        "a.doc": doc(WORDS),
        "a.msg": msg("Answer", WORDS, a_csv=b"Year,Cases\n2024,12\n"),
        "a.eml": of_every_make()[8],
        "a.rtf": b"{\\rtf1\\ansi{\\fonttbl\\f0 Arial;}\\f0 " + WORDS.encode() + b"\\par}",
        "a.csv": b"Year,Cases\n2023,11\n2024,12\n",
        "a.html": f"<html><table><tr><td>2024</td><td>12</td></tr></table><p>{WORDS}</p></html>".encode(),
        "a.ics": f"BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:{WORDS}\nEND:VEVENT\nEND:VCALENDAR\n".encode(),
        "a.zip": packed({"b.txt": WORDS, "c/d.csv": "2024,12"}),
    }


def run(count: int, seed: int) -> Counter[str]:
    """Read so many damaged files; how often each state came."""
    chance = random.Random(seed)
    files = list(sound().items())
    states: Counter[str] = Counter()
    with Reader() as reader:
        for number in range(count):
            name, content = files[number % len(files)]
            found = reader.read(name, "", mutated(content, chance))
            assert len(found.text) <= MOST_TEXT
            assert found.state == "read" or found.reason
            states[found.state] += 1
        assert reader.read("a.pdf", "", pdf(WORDS)).text == WORDS
    sys.stdout.write(f"\n{count:,} damaged attachments: {dict(states)}\n")
    return states


def test_sound_files_of_every_kind_are_read() -> None:
    with Reader() as reader:
        for name, content in sound().items():
            found = reader.read(name, "", content)
            assert (name, found.state) == (name, "read")


def test_a_damaged_attachment_is_read_or_says_why_not() -> None:
    assert set(run(42, seed=4)) <= set(get_args(State))


@pytest.mark.slow
def test_two_thousand_damaged_attachments_are_read_or_say_why_not() -> None:
    states = run(2_000, seed=2026)
    assert set(states) <= set(get_args(State))
    assert states["read"] > 400
