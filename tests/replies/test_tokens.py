from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foimail.replies import tokens


@pytest.mark.parametrize(
    "text",
    [
        "[FOI-7K3Q2M]",
        "Re: foi-7k3q2m",
        "FOI 7K3Q2M",
        "foi7k3q2m",
        "F0I-7K3Q2M",
        "Fo1_7k3q2m.",
        "fol\N{EN DASH}7K3Q2M",
        "(FOI\N{NON-BREAKING HYPHEN}7K3Q2M)",
    ],
)
def test_case_brackets_and_dash_are_forgiven(text: str) -> None:
    assert tokens.candidates(text) == ("FOI-7K3Q2M",)


@pytest.mark.parametrize("retyped", ["FOI-A01L2B", "foi-aoil28", "FOI-AOLL2B", "foi-ao1i2b"])
def test_nought_and_one_and_eight_are_read_as_the_letters_meant(retyped: str) -> None:
    assert "FOI-AOIL2B" in tokens.candidates(retyped)


def test_a_doubtful_reading_is_offered_in_every_way_the_plain_one_first() -> None:
    assert tokens.candidates("FOI-A1AA22") == ("FOI-AIAA22", "FOI-ALAA22")
    assert tokens.candidates("FOI-AIAA22") == ("FOI-AIAA22", "FOI-ALAA22")
    assert tokens.candidates("FOI-ALAA22") == ("FOI-ALAA22", "FOI-AIAA22")


@pytest.mark.parametrize(
    "text",
    [
        "FOI REQUEST",
        "FOI request 123",
        "FOI-12345",
        "FOI-1234567",
        "FOI/2026/0123",
        "XFOI-7K3Q2M",
        "FOI-AAA9AA",
        "",
    ],
)
def test_other_words_and_other_bodies_numbers_are_none(text: str) -> None:
    assert tokens.candidates(text) == ()


def test_tokens_come_in_the_order_found_and_once() -> None:
    found = tokens.candidates("FOI-BBBB22 then FOI-AAAA22 then foi-bbbb22")
    assert found == ("FOI-BBBB22", "FOI-AAAA22")


def test_a_text_full_of_tokens_is_not_read_for_ever() -> None:
    text = " ".join(f"FOI-{''.join(four)}22" for four in itertools.product("ABCDEFGHJK", repeat=4))
    assert len(tokens.candidates(text)) == 500


def test_a_token_as_foimail_writes_it_is_told_from_words_that_look_like_one() -> None:
    assert tokens.written("FOI update: Re: [FOI-KZOYFJ] and [FOI-AAAA22]") == "FOI-KZOYFJ"
    assert tokens.written("FOI-UPDATE, [foi-7k3q2m], [FOI-7K3Q2M9], [FOI-7K3Q10]") is None


@pytest.mark.parametrize(
    ("characters", "token"), [("7K3Q2M", "FOI-7K3Q2M"), ("ABCDEF", None), ("234567", None)]
)
def test_a_new_token_mixes_letters_and_digits(characters: str, token: str | None) -> None:
    assert tokens.make(characters) == token


@given(st.text(tokens.ALPHABET, min_size=6, max_size=6), st.sampled_from(["[FOI-{}]", "foi {}", "(Foi{})"]))
def test_every_token_is_found_again_however_it_is_dressed(characters: str, dress: str) -> None:
    for written in (characters, characters.lower().replace("o", "0").replace("l", "1")):
        assert f"FOI-{characters}" in tokens.candidates(dress.format(written))
