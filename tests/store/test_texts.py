"""The index of words: what is found, what is not, and that it is in step with the texts."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from foimail.store import inbox, texts
from foimail.store.engine import Store, open_store
from foimail.store.terms import Term, as_written, terms, to_fts5, to_tsquery

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NOW = datetime(2026, 6, 12, 9, tzinfo=UTC)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = open_store("sqlite:///foimail.db", tmp_path, NOW)
    yield store
    store.close()


def put(store: Store, *parts: tuple[str, str], state: str = "read") -> int:
    with store.write() as connection:
        sha256, _ = inbox.keep(connection, repr((parts, state)).encode(), "x", NOW)
        number = inbox.number_of(connection, sha256)
        inbox.record(connection, number, state=state, sender="foi@a.example", on_date=date(2026, 6, 12))
        texts.keep(connection, number, parts)
    return number


def found(store: Store, *said: str, most: int = 20, own: bool = False) -> list[tuple[int, str]]:
    with store.read() as connection:
        return [(h.message, h.name) for h in texts.search(connection, terms(said), most, own=own)]


def test_all_words_stand_in_one_text_and_the_newest_mail_comes_first(store: Store) -> None:
    one = put(store, ("", "Your request\nWe made 12 referrals."), ("answer.pdf", "Table of exploitation"))
    two = put(store, ("", "No referral was made for exploitation"))
    assert found(store, "referral") == [(two, ""), (one, "")]
    assert found(store, "referral", most=1) == [(two, "")]
    assert found(store, "referral", "exploitation") == [(two, "")]
    assert found(store, "exploitation") == [(two, ""), (one, "answer.pdf")]
    assert found(store, "answer.pdf") == [(one, "answer.pdf")]


def test_words_in_quotes_follow_each_other_and_a_star_stands_for_any_ending(store: Store) -> None:
    one = put(store, ("", "child protection"))
    put(store, ("", "protection of a child"))
    assert found(store, "child protection") == [(one, "")]
    assert found(store, "protec*", "child pro*") == [(one, "")]
    assert found(store, "protec") == []


def test_accents_and_capitals_do_not_matter(store: Store) -> None:
    one = put(store, ("", "Ŵyl FAWR, Café"))
    assert found(store, "wyl", "fawr", "cafe") == [(one, "")]
    assert found(store, "CAFE\u0301") == [(one, "")]


@pytest.mark.parametrize("said", ['"', "a OR b", "NEAR(a b)", "text:a", "-a", "^a", "a*b", "{a}: b", "';--"])
def test_nothing_that_is_said_is_an_operator(store: Store, said: str) -> None:
    put(store, ("", "nothing of the kind"))
    if terms([said]):
        assert found(store, said) == []


def test_what_was_found_is_marked_and_no_letter_can_mark_itself(store: Store) -> None:
    put(store, ("", "A \x02forged\x03 mark and a referral\x00."))
    with store.read() as connection:
        (hit,) = texts.search(connection, terms(["referral"]), 1)
    assert hit.words == f"A  forged  mark and a {texts.OPENING}referral{texts.CLOSING} ."


def test_your_own_letters_are_found_where_asked_and_what_is_not_read_never(store: Store) -> None:
    mine = put(store, ("", "referral"), state="own")
    put(store, ("", "referral"), state="repeat")
    put(store, ("", "referral"), state="broken")
    assert found(store, "referral") == []
    assert found(store, "referral", own=True) == [(mine, "")]


def test_a_text_that_is_kept_again_takes_the_place_of_the_first(store: Store) -> None:
    one = put(store, ("", "referral"))
    with store.write() as connection:
        texts.keep(connection, one, [("", "complaint")])
    assert found(store, "referral") == []
    assert found(store, "complaint") == [(one, "")]
    with store.write() as connection:
        texts.forget(connection, one)
        assert texts.missing(connection) == [one]
        connection.execute(text("INSERT INTO text_index(text_index, rank) VALUES('integrity-check', 1)"))
    assert found(store, "complaint") == []


def test_a_long_text_is_found_from_its_first_to_its_last_word(store: Store) -> None:
    one = put(
        store, ("long.csv", "first\n" + "filler words\n" * 30_000 + "last"), ("dense.bin", "x" * 250_000)
    )
    assert found(store, "first") == found(store, "last") == [(one, "long.csv")]
    with store.read() as connection:
        longest = connection.scalar(text("SELECT max(length(text)) FROM texts"))
    assert longest == 100_000


def test_what_is_owed_is_told_until_it_is_kept(store: Store) -> None:
    one, two = put(store, ("", "referral")), put(store, ("", "complaint"))
    with store.write() as connection:
        texts.owe_all(connection)
        assert [number for number, _ in texts.owed(connection)] == [one, two]
        texts.keep(connection, one, [("", "referral")])
        assert [number for number, _ in texts.owed(connection)] == [two]
        assert texts.missing(connection) == []
        texts.owe(connection, one)
        assert [number for number, _ in texts.owed(connection)] == [one, two]
    assert found(store, "referral") == []


def test_a_query_is_the_same_in_both_languages() -> None:
    wanted = terms(["child  protection", "refer*", "FOI/2026/041", "§ '"])
    assert wanted == [
        Term(("child", "protection")),
        Term(("refer",), begins=True),
        Term(("FOI", "2026", "041")),
    ]
    assert to_fts5(wanted) == '"child protection" AND "refer" * AND "FOI 2026 041"'
    assert to_tsquery(terms(["Ŵyl"])) == "('Wyl')"
    assert to_tsquery(wanted) == "('child' <-> 'protection') & ('refer':*) & ('FOI' <-> '2026' <-> '041')"


def test_words_cut_from_a_flat_text_are_shown_as_they_were_written() -> None:
    whole, flat = "See caf\u00e9/answer.pdf, please", "See cafe answer pdf, please"
    assert as_written("cafe [answer] pdf", flat, whole, ("[", "]")) == "caf\u00e9/[answer].pdf"
    assert as_written("other words", flat, whole, ("[", "]")) == "other words"
