from __future__ import annotations

import pytest

from foimail.files.tables import table
from foimail.replies.domains import Domains, Likenesses

DOMAINS = Domains.read(table("domains"))
OWNERS = (
    "ashcombe.example",
    "stourwickhospitals.example",
    "thrussell.example",
    "uhx.nhs.uk",
    "calder-stow.example",
    "carmel.example",
)


@pytest.mark.parametrize(
    ("written", "owner"),
    [
        ("foi@connect.ashcombe.example", "ashcombe.example"),
        ("foi@info.uhx.nhs.uk", "uhx.nhs.uk"),
        ("https://www.uhx.nhs.uk/foi?x=1", "uhx.nhs.uk"),
        ("mail.ashcombe.example:993", "ashcombe.example"),
        ("foi@bcu.wales.nhs.uk", "bcu.wales.nhs.uk"),
        ("foi@nhs.net", "nhs.net"),
        ("foi@ggc.nhs.scot", "ggc.nhs.scot"),
        ("foi@nhs.scot", "nhs.scot"),
        ("FOI@Ashcombe.Example.", "ashcombe.example"),
        ("localhost", "localhost"),
    ],
)
def test_a_name_belongs_to_who_registered_it(written: str, owner: str) -> None:
    assert DOMAINS.owner(written) == owner


def test_the_table_knows_shared_and_guarded_names() -> None:
    assert DOMAINS.is_shared("nhs.net")
    assert DOMAINS.is_shared("infreemation.co.uk")
    assert DOMAINS.is_shared("gmail.com")
    assert not DOMAINS.is_shared("uhx.nhs.uk")
    assert DOMAINS.is_guarded("uhx.nhs.uk")
    assert DOMAINS.is_guarded("nhs.net")
    assert not DOMAINS.is_guarded("uhx-nhs.uk")


@pytest.mark.parametrize(
    ("domain", "like", "how"),
    [
        ("stourwickhospital.example", "stourwickhospitals.example", "close"),  # a letter left out
        ("stourwickhospitalls.example", "stourwickhospitals.example", "close"),  # one too many
        ("stourwickhospitalz.example", "stourwickhospitals.example", "close"),  # one changed
        ("stourwikchospitals.example", "stourwickhospitals.example", "close"),  # two swapped
        ("thrusse11.example", "thrussell.example", "close"),  # digits for letters
        ("ashc0mbe.example", "ashcombe.example", "close"),
        ("carrnel.example", "carmel.example", "close"),  # rn for m
        ("xn--shcombe-1fg.example", "ashcombe.example", "close"),  # a Cyrillic letter
        ("ashcombe.com", "ashcombe.example", "close"),  # another ending
        ("uhx.org", "uhx.nhs.uk", "close"),
        ("calderstow.example", "calder-stow.example", "close"),  # a hyphen
        ("ashcombe.example.release.example", "ashcombe.example", "close"),  # the whole name in front
        ("ashcombe-payments.example", "ashcombe.example", "wider"),
        ("portal-ashcombe.example", "ashcombe.example", "wider"),
        ("calder-stow-foi.example", "calder-stow.example", "wider"),
        ("ashcombehospitals.example", "ashcombe.example", "wider"),
        ("myashcombe.example", "ashcombe.example", "wider"),
    ],
)
def test_a_name_made_to_look_like_a_bodys_is_seen(domain: str, like: str, how: str) -> None:
    assert Likenesses(DOMAINS, OWNERS).like(domain) == (like, how)


@pytest.mark.parametrize(
    "domain",
    [
        "ashcombe.example",
        "mail.ashcombe.example",
        "pellgarrity.example",
        "uhy.example",  # of short names one letter is no likeness
        "ashcombe.gov.uk",  # nobody but a council has it
        "nhs.net",
        "infreemation.co.uk",
        "xn--a.example",
        "stourwickhospixyls.example",
        "thrusxell.example.org",
        "desk.team.pellgarrity.example",
        "armelx.example",  # two letters from carmel
        "ashc.example",
    ],
)
def test_an_honest_name_is_none(domain: str) -> None:
    assert Likenesses(DOMAINS, OWNERS).like(domain) is None
