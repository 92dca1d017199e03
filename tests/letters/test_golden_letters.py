"""Whole letters, compared to the letter with the files in tests/golden/letters.

After a change of templates/ that is meant, write them anew with

    FOIMAIL_GOLDEN=write pytest tests/letters/test_golden_letters.py

and read the difference before it is committed: these are the words that hundreds of bodies will be sent.
"""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from foimail.files.campaigns import load
from foimail.letters.compose import compose
from foimail.model import Body, Campaign, Part, Requester

if TYPE_CHECKING:
    from foimail.law.regimes import Law

ROOT = Path(__file__).parents[2]
GOLDEN = ROOT / "tests" / "golden" / "letters"
TOKEN = "FOI-7K3Q2M"
ROWAN = Requester("Rowan Ashdown", "foi@northlight-research.example", "Northlight Research")
MIRA = Requester(
    "Mira Oakes", "mira@lanternpress.example", address="4 Mill Lane\nLeeds", telephone="0113 496 0000"
)

TRUST = Body("RXX", "Elmvale NHS Foundation Trust", "England", email="foi@elmvale.example")
BOARD = Body("SXX", "NHS Strathelm", "Scotland", email="foi@strathelm.example", type="health board")
WELSH = Body(
    "7XX",
    "Bwrdd Iechyd Prifysgol Dŵr y Felin / Millwater University Health Board",
    "Wales",
    address="Headquarters, Millwater",
    postcode="SA1 1AA",
)
NORTHERN = Body(
    "ZTX", "Lough Rowan Health and Social Care Trust", "Northern Ireland", email="foi@loughrowan.example"
)
COUNCIL = Body("harrowsea", "Harrowsea Council", "England", email="foi@harrowsea.example", type="council")

ONE_PART = (Part("trees", "How many street trees do you look after?", "count"),)
NINE_PARTS = (
    Part("reports", "How many potholes were reported to you by the public?", "count_by_year", (2019, 2024)),
    Part("repairs", "How many potholes did you repair?", "count_by_year", (2019, 2024)),
    Part("spent", "How much did you spend on repairing potholes, in pounds?", "count_by_year", (2024, 2024)),
    Part("gangs", "How many repair gangs do you employ?", "count"),
    Part("contractor", "Who repairs potholes for you, if it is not your own staff?", "text"),
    Part("standard", "Please send me your standard for deciding which potholes are repaired.", "text"),
    Part("camera", "Do you look for potholes with cameras on vehicles?", "yes_no"),
    Part("claims", "How many claims for damage were made against you?", "count_by_year", (2019, 2024)),
    Part("paid", "How many of those claims did you pay?", "count_by_year", (2019, 2024)),
)


def campaign(name: str) -> Campaign:
    if name == "cse":
        found, problems = load(ROOT / "templates", "cse")
        assert found is not None, problems
        return found
    base = tuple(
        (f"base/{p.name}", p.read_text("utf-8")) for p in sorted((ROOT / "templates" / "base").glob("*.txt"))
    )
    parts = ONE_PART if name == "trees" else NINE_PARTS
    subject = "Freedom of Information request: {{ campaign.title }} at {{ body.name }}"
    return Campaign(name, name, subject, parts, templates=base)


@pytest.mark.parametrize(
    ("file", "name", "body", "requester"),
    [
        ("english-trust", "cse", TRUST, ROWAN),
        ("scottish-board", "cse", BOARD, ROWAN),
        ("welsh-board-without-address", "cse", WELSH, ROWAN),
        ("northern-irish-trust", "cse", NORTHERN, ROWAN),
        ("one-part", "trees", COUNCIL, MIRA),
        ("nine-parts", "potholes", COUNCIL, MIRA),
    ],
)
def test_a_letter_is_what_was_agreed_to_the_letter(
    file: str, name: str, body: Body, requester: Requester, law: Law
) -> None:
    letter, problems = compose(
        campaign(name), body, requester, law.governing(body.nation), TOKEN, date(2026, 11, 22)
    )
    assert letter is not None, problems
    text = f"To: {letter.to}\nSubject: {letter.subject}\n\n{letter.text}"
    path = GOLDEN / f"{file}.txt"
    if os.environ.get("FOIMAIL_GOLDEN") == "write":
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")


def test_no_golden_letter_is_left_over() -> None:
    assert sorted(path.stem for path in GOLDEN.glob("*.txt")) == [
        "english-trust",
        "nine-parts",
        "northern-irish-trust",
        "one-part",
        "scottish-board",
        "welsh-board-without-address",
    ]


def test_scottish_boards_are_asked_under_their_own_act() -> None:
    text = (GOLDEN / "scottish-board.txt").read_text("utf-8")
    assert "Freedom of Information (Scotland) Act 2002" in text
    assert "section 15" in text  # the duty to advise is section 15 there, section 16 elsewhere
    assert "section 16" not in text


def test_only_the_letters_to_wales_have_a_line_in_welsh() -> None:
    welsh = [path.stem for path in GOLDEN.glob("*.txt") if "Croesewir" in path.read_text("utf-8")]
    assert welsh == ["welsh-board-without-address"]


def test_nothing_of_one_campaign_is_in_the_letters_of_another() -> None:
    for name in ("one-part", "nine-parts"):
        text = (GOLDEN / f"{name}.txt").read_text("utf-8")
        assert not any(word in text for word in ("NHS", "Trust", "CSE", "exploitation", "patient"))
