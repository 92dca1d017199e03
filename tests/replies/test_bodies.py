from __future__ import annotations

from foimail.files.tables import table
from foimail.model import Body
from foimail.replies.bodies import Directory
from foimail.replies.domains import Domains

BODIES = (
    Body(
        "RAA",
        "Ashcombe Hospitals NHS Trust",
        "England",
        ods="RAA",
        email="FOI@ashcombe.nhs.uk",
        email_alternatives=("ask@hub.example",),
        successor="RBB",
    ),
    Body("RBB", "Birchwood NHS Trust", "England", ods="RBB", email="birchwood@hub.example"),
    Body(
        "RCC",
        "Carrick & Dale Women's NHS Foundation Trust",
        "England",
        ods="RCC",
        email="carrick.foi@nhs.net",
    ),
    Body("eryri", "Bwrdd Iechyd Eryri / Eryri Health Board", "Wales", website="https://www.eryri.example/x"),
    Body("g1", "Kelsing Bay Hospitals NHS Trust", "England", email="foi@kelsing.example"),
    Body("g2", "Kelsing Community NHS Trust", "England", email="foi@kelsing.example"),
    Body("odd", "!!!", "England"),
)
DIRECTORY = Directory(BODIES, Domains.read(table("domains")))


def test_addresses_and_domains_tell_the_body() -> None:
    assert DIRECTORY.addresses("RAA") == ("foi@ashcombe.nhs.uk", "ask@hub.example")
    assert DIRECTORY.addresses("gone") == ()
    assert DIRECTORY.of_address("Foi@Ashcombe.nhs.uk") == {"RAA"}
    assert DIRECTORY.of_owner("ashcombe.nhs.uk") == {"RAA"}
    assert DIRECTORY.of_owner("hub.example") == {"RAA", "RBB"}
    assert DIRECTORY.of_owner("eryri.example") == {"eryri"}
    assert (DIRECTORY.name("RBB"), DIRECTORY.name("gone")) == ("Birchwood NHS Trust", "gone")


def test_a_shared_domain_tells_no_body_but_an_address_there_does() -> None:
    assert DIRECTORY.of_owner("nhs.net") == frozenset()
    assert DIRECTORY.of_address("carrick.foi@nhs.net") == {"RCC"}


def test_the_ods_code_in_a_display_name_tells_the_body() -> None:
    assert DIRECTORY.of_code("FOI (BIRCHWOOD NHS TRUST - RBB)") == {"RBB"}
    assert DIRECTORY.of_code("Dawes, Jo (rcc)") == {"RCC"}
    assert DIRECTORY.of_code("FOI (ZZZ)") == frozenset()
    assert DIRECTORY.of_code("RBB team") == frozenset()


def test_a_text_names_bodies_by_two_words_of_their_name() -> None:
    assert DIRECTORY.named("For Ashcombe Hospitals and Birchwood NHS Trust.") == {"RAA", "RBB"}
    assert DIRECTORY.named("CARRICK AND DALE WOMEN\u2019S nhs foundation trust") == {"RCC"}
    assert DIRECTORY.named("Bwrdd Iechyd Eryri") == {"eryri"}
    assert DIRECTORY.named("eryri health board") == {"eryri"}
    assert DIRECTORY.named("A birchwood table. Kelsing area.") == frozenset()


def test_of_a_few_bodies_one_word_tells_which() -> None:
    hub = ("RAA", "RBB")
    assert DIRECTORY.called("H26/1403 Birchwood", hub) == {"RBB"}
    assert DIRECTORY.called("Birchwood, and Ashcombe", hub) == {"RAA", "RBB"}
    assert DIRECTORY.called("bodies of the Kelsing area", ("g1", "g2")) == frozenset()


def test_mergers_are_followed() -> None:
    assert DIRECTORY.follows("RBB", "RAA")
    assert not DIRECTORY.follows("RAA", "RBB")
    circle = Directory(
        (
            Body("x", "X One", "England", successor="y"),
            Body("y", "Y Two", "England", successor="x"),
        ),
        DIRECTORY.domains,
    )
    assert not circle.follows("z", "x")


def test_likenesses_are_those_of_the_bodies_domains() -> None:
    assert DIRECTORY.likenesses.like("ashcombe.com") == ("ashcombe.nhs.uk", "close")
