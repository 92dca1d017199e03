"""Letters built to be slow: reading takes a time that grows with their length, as with what people write."""

from __future__ import annotations

import time
from datetime import date
from pathlib import Path

import pytest

from foimail.files import campaigns
from foimail.files.tables import table
from foimail.replies import reader
from foimail.replies.anatomy import ours
from tests.patterns import PIECES
from tests.replies.test_match import message

pytestmark = [pytest.mark.usefixtures("clear_heap"), pytest.mark.no_cover]

TEMPLATES = Path(__file__).parents[2] / "templates"
WORSE = (
    *(
        "between 1,1",
        "january ",
        "2019 5 ",
        "2019: 5, ",
        "Q1 ",
        "(a) ",
        "section 40(2) ",
        "|",
        "5 to ",
        "<5 ",
        "- ",
        "* ",
        "> ",
        "_",
    ),
    *(
        "a:b ",
        "http://",
        "a@b.",
        "from: ",
        "On ",
        "wrote:\n",
        "%",
        "\u00a31",
        "1/1/",
        "1-1-",
        '"a',
        "?",
        "\n>",
        "FOI-",
        "A1/",
        "1. a\n",
    ),
    *(
        "Message-ID: <a@b>\n",
        "-----\n",
        "2019\t5\n",
        "a\t1\t",
        "+44 ",
        "\u200b",
        "first ",
        "no longer seeks to rela up ",
        "-by ques.",
    ),
)
QUICK = ("1", " ", "\t", "-", "a1", "1-1-", "2019 5 ", "|")
SHORT, LONG = 4_000, 16_000
PATIENCE = 8  # times as long for four times the length; a square would be sixteen
SOON = 0.4  # seconds in which growth is no matter


def seconds(rules: reader.Rules, text: str) -> float:
    mail = message(text=text, sender="foi@ashcombe.example")
    sent = ours(("Dear team\nHow many?",), ("Rowan",))
    began = time.process_time()
    reader.read(mail, (), sent, date(2026, 6, 12), rules, None, ("FOI-AAAAAA",))
    return time.process_time() - began


@pytest.fixture(scope="module")
def rules() -> reader.Rules:
    campaign, _ = campaigns.load(TEMPLATES, "cse")
    assert campaign is not None
    return reader.rules(campaign.parts, table("phrases"), reader.exemptions_of(table("exemptions")))


def grows(rules: reader.Rules, piece: str, short: int, long: int) -> None:
    texts = [f"Dear Rowan\n{(piece * (n // len(piece) + 1))[:n]} x" for n in (short, long)]
    at_length = seconds(rules, texts[1])
    assert at_length < SOON or at_length < PATIENCE * min(seconds(rules, texts[0]) for _ in range(2))


@pytest.mark.parametrize("piece", QUICK)
def test_a_letter_built_to_be_slow_is_read_in_time_that_grows_with_its_length(
    rules: reader.Rules, piece: str
) -> None:
    grows(rules, piece, SHORT, LONG)


@pytest.mark.slow
@pytest.mark.parametrize("piece", sorted({*PIECES, *WORSE}))
def test_no_letter_of_many_is_slow(rules: reader.Rules, piece: str) -> None:
    grows(rules, piece, 25_000, 100_000)
