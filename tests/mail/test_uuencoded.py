"""Files in the text of a mail."""

from __future__ import annotations

import binascii
from pathlib import Path

import pytest

from foimail.mail.parse import parse
from foimail.mail.uuencoded import split

OWN = Path(__file__).parents[1] / "corpus" / "own"


def block(name: str, content: bytes) -> str:
    lines = [
        binascii.b2a_uu(content[i : i + 45]).decode("ascii").rstrip("\n") for i in range(0, len(content), 45)
    ]
    return "\n".join([f"begin 644 {name}", *lines, "`", "end"])


def test_files_in_the_text_become_attachments_and_the_rest_stays() -> None:
    text = f"Before\n{block('a.txt', b'one' * 40)}\nbetween\n{block('b.txt', b'two')}\nafter"
    rest, files = split(text)
    assert rest == "Before\nbetween\nafter"
    assert files == [("a.txt", b"one" * 40), ("b.txt", b"two")]


def test_spaces_lost_at_the_ends_of_lines_do_no_harm() -> None:
    content = bytes(45)
    text = block("zeros.bin", content).replace("`", " ")
    stripped = "\n".join(line.rstrip() for line in text.split("\n"))
    assert split(stripped)[1] == [("zeros.bin", content)]


@pytest.mark.parametrize(
    "text",
    [
        "We begin 644 interviews in May\nend",
        "begin 644 interviews\nDear Rowan, we hold none.\nend",
        block("a.txt", b"one")[:-4],
        "begin 644 empty.txt\nend",
    ],
)
def test_a_broken_file_leaves_the_text_alone(text: str) -> None:
    assert split(text) == (text, [])


def test_a_letter_of_the_corpus_with_a_file_in_its_text_is_read() -> None:
    found = parse((OWN / "e099.eml").read_bytes())
    assert found.text == "AN/0093/26 - second go, with the split you wanted."
    assert [(a.name, a.media_type) for a in found.attachments] == [("answers.csv", "text/csv")]
    assert found.attachments[0].content.startswith(b"part,2023,2024,2025")
