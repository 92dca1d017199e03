"""Mail damaged at random, and mail built to harm: it is read or refused with a known sentence, soon, and writes no file."""

from __future__ import annotations

import os
import random
import sys
import time
from collections import Counter
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings

from foimail.files import campaigns
from foimail.files.tables import table
from foimail.mail.parse import parse
from foimail.replies import match, reader
from foimail.replies.anatomy import ours
from tests.fuzz.mails import HEAD, by_no_rule, leaf, of_every_make, several

if TYPE_CHECKING:
    from foimail.model import Message

OWN = sorted((Path(__file__).parents[1] / "corpus" / "own").glob("*.eml"))
KNOWN = (
    "the message has no headers",
    "the message is nested deeper than any mail program does",
    "the message has more parts than any mail program makes",
)
SECONDS = 5.0  # that one mail may take
EACH = 10  # of so many mails one is also matched and classified
FRAGMENTS = (
    b"--", b"\n\n", b"\r\n", b"\0", b"=", b'"', b";", b"<", b">", b"=?utf-8?q?", b"Content-Type: multipart/mixed; boundary=x\n",
    b"Content-Transfer-Encoding: base64\n", b"message/rfc822", b"charset=utf-7", b"begin 644 x\n", b"<table><td>", b"\xff\xfe",
)  # fmt: skip
_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_written: list[str] = []


def _watch(event: str, arguments: tuple[object, ...]) -> None:
    """An audit hook cannot be taken off: it notes only while the list is armed by a first entry."""
    if _written and event == "open" and isinstance(arguments[2], int) and arguments[2] & _WRITES:
        _written.append(str(arguments[0]))


sys.addaudithook(_watch)


def mutated(raw: bytes, chance: random.Random) -> bytes:
    """The bytes with up to eight faults: changed, lost, doubled, moved, or cut off."""
    out = bytearray(raw)
    for _ in range(chance.randint(1, 8)):
        at = chance.randrange(len(out) + 1)
        end = min(len(out), at + chance.choice((1, 1, 2, 10, 200)))
        match chance.randrange(6):
            case 0:
                out[at:end] = chance.randbytes(end - at)
            case 1:
                del out[at:end]
            case 2:
                out[at:at] = out[at:end] * chance.choice((1, 3, 50))
            case 3:
                out[at:at] = chance.choice(FRAGMENTS)
            case 4:
                place = chance.randrange(len(out) + 1)
                out[place:place] = out[at:end]
            case _:
                if chance.random() < 0.1:
                    del out[at:]
    return bytes(out)


@cache
def rules() -> reader.Rules:
    campaign, _ = campaigns.load(Path(__file__).parents[2] / "templates", "cse")
    assert campaign is not None
    return reader.rules(campaign.parts, table("phrases"), reader.exemptions_of(table("exemptions")))


def follow(message: Message) -> None:
    """What a poll does with a message once it is open."""
    match.match(match.clues(message), match.Known({}, {}))
    sent = ours(["How many cases were there?"], ("Rowan Ashdown", "foi@requester.test"))
    reader.read(message, (), sent, date(2026, 2, 2), rules())


def outcome(raw: bytes, *, followed: bool) -> tuple[str, float]:
    """ "read", or the sentence with which it was refused; and the seconds that it took."""
    begun = time.perf_counter()
    try:
        found = parse(raw)
        found.text.encode()
        if followed:
            follow(found)
        said = "read"
    except ValueError as error:
        said = str(error)
    return said, time.perf_counter() - begun


def run(count: int, seed: int) -> Counter[str]:
    """Read so many mutations of the corpus and of mails of every make; how often each sentence came, and "read"."""
    chance = random.Random(seed)
    letters = [*(path.read_bytes() for path in OWN), *of_every_make() * 3]
    outcomes: Counter[str] = Counter()
    slowest = 0.0
    outcome(letters[0], followed=True)  # what is imported late is imported now
    _written.append("armed")
    try:
        for number in range(count):
            raw = mutated(letters[number % len(letters)], chance)
            said, seconds = outcome(raw, followed=number % EACH == 0)
            outcomes[said] += 1
            slowest = max(slowest, seconds)
        assert _written == ["armed"]
    finally:
        _written.clear()
    broken = count - outcomes["read"]
    share = f"{broken:,} broken ({broken / count:.3%}), slowest {slowest:.2f} s; {dict(outcomes)}"
    sys.stdout.write(f"\n{count:,} mutated mails: {share}\n")
    assert slowest < SECONDS
    return outcomes


def test_sound_mail_of_every_make_is_read() -> None:
    for raw in of_every_make():
        found = parse(raw)
        follow(found)
        assert found.text


def test_mutated_mail_is_read_or_refused_with_a_known_sentence() -> None:
    outcomes = run(1_500, seed=4)
    assert set(outcomes) <= {"read", *KNOWN}
    assert outcomes["read"] > 1_450


@pytest.mark.slow
def test_eighty_thousand_mutated_mails_are_read_or_refused_with_a_known_sentence() -> None:
    outcomes = run(80_000, seed=2026)
    assert set(outcomes) <= {"read", *KNOWN}
    assert outcomes["read"] > 79_200


def reads(raw: bytes) -> None:
    """Fail unless it is read or refused with a known sentence, in time."""
    said, seconds = outcome(raw, followed=False)
    assert said in {"read", *KNOWN}
    assert seconds < SECONDS


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(by_no_rule())
def test_mail_made_by_no_rule_is_read_or_refused_with_a_known_sentence(raw: bytes) -> None:
    reads(raw)


@pytest.mark.slow
@settings(max_examples=20_000, deadline=None, suppress_health_check=list(HealthCheck))
@given(by_no_rule())
def test_twenty_thousand_mails_made_by_no_rule_are_read_or_refused_with_a_known_sentence(raw: bytes) -> None:
    reads(raw)


INTACT = (
    leaf("text/plain; charset=utf-8", b"Dear Rowan, we hold twelve cases."),
    leaf("text/html", b"<p>Dear Rowan, <b>thirteen</b> cases are held.</p>", "quoted-printable"),
    leaf("application/pdf; name=a.pdf", b"%PDF-1.7 fourteen cases", "base64"),
    several("mixed", leaf("text/plain", b"Fifteen cases are held."), boundary=b"=_inner"),
    b"Content-Type: message/rfc822\n\nSubject: Letter\n"
    + leaf("text/csv; name=b.csv", b"Year,Cases\n2024,16\n", "base64"),
)


def said_by(raw: bytes) -> list[str]:
    """Each of the texts and files that stand in `INTACT`, where it was read."""
    found = parse(raw)
    files = b"\n".join(a.content for a in found.attachments)
    known = (
        "we hold twelve cases.",
        "Dear Rowan, thirteen cases are held.",
        "fourteen cases",
        "Fifteen cases are held.",
        "2024,16",
    )
    return [words for words in known if words in found.text or words.encode() in files]


@pytest.mark.parametrize("damaged", range(len(INTACT)))
def test_damage_in_one_part_leaves_the_others_as_they_were(damaged: int) -> None:
    chance = random.Random(damaged)
    whole = said_by(HEAD + several("mixed", *INTACT))
    assert len(whole) == len(INTACT)
    for _ in range(200):
        parts = list(INTACT)
        parts[damaged] = mutated(parts[damaged] * 3, chance).replace(b"=_outer", b"")
        found = said_by(HEAD + several("mixed", *parts))
        assert [w for w in whole if w != whole[damaged]] == [w for w in found if w != whole[damaged]]
