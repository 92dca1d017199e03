"""Answers that two bodies give in nearly the same words."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from foimail.dataset.copies import Source, copies
from tests.dataset.odd import given, part, standing

TEXT = (
    "{name} has a named nurse and a named doctor who lead on exploitation across every site, and all "
    "wards use the same flag on the record of a child. {name} meets the police, the council and the "
    "schools every month to share what is known of places where children are approached, and each "
    "concern is followed up by a health worker who visits the family at home within a week."
)
REQUEST = "We ask you to describe the arrangements " + " ".join(f"word{n}" for n in range(60))


def body(
    name: str, text: str, *, day: int = 1, code: str = "", said: bool = False, where: bool = True
) -> Source:
    one = given(text=text, number=day, on=date(2025, 3, day), said=said)
    if not where:
        one = replace(one, answer=replace(one.answer, where={}))
    return Source(code or name, name, (standing(one, asked=part("text", None)),))


def copied(
    *sources: Source, asked: tuple[str, ...] = (), texts: dict[tuple[str, str], str] | None = None
) -> list[str]:
    return [
        f"{source.name} | {odd.message} | {odd.question}"
        for source, odd in copies(sources, texts or {}, asked)
    ]


ASHCOMBE = body("Ashcombe NHS Trust", TEXT.format(name="Ashcombe NHS Trust"), day=2)
BIRCHWOOD = body("Birchwood Hospitals", TEXT.format(name="Birchwood Hospitals"))


def test_the_later_of_two_like_answers_names_the_earlier_body() -> None:
    (found,) = copied(ASHCOMBE, BIRCHWOOD)
    assert found.startswith(
        "Ashcombe NHS Trust | The answer is nearly word for word one of Birchwood Hospitals of 2025-03-01"
    )
    assert "nearly word for word what Birchwood Hospitals has written to me" in found


def test_the_quote_is_the_beginning_of_what_was_copied() -> None:
    ((_, odd),) = copies((ASHCOMBE, BIRCHWOOD), {}, ())
    assert (odd.part, odd.sort) == ("1", "copy")
    (quote,) = odd.quotes
    assert quote.startswith("Ashcombe NHS Trust has a named nurse")
    assert quote.endswith(" ...")
    assert len(quote) < 310


def test_a_short_copy_is_quoted_whole() -> None:
    words = " ".join(f"w{n}" for n in range(48))
    ((_, odd),) = copies((body("A", words), body("B", words)), {}, ())
    assert odd.quotes == (words,)


def test_a_few_other_words_hide_no_copy_and_many_do() -> None:
    changed = body("Carrick", TEXT.format(name="Birchwood Hospitals").replace("police", "constables"), day=3)
    assert len(copied(BIRCHWOOD, changed)) == 1
    half = body("Carrick", " ".join(TEXT.split()[:30]) + " " + " ".join(f"own{n}" for n in range(40)), day=3)
    assert not copied(BIRCHWOOD, half)


def test_each_body_is_named_once_and_a_second_letter_of_the_same_body_is_no_copy() -> None:
    twice = f"{TEXT.format(name='x')}\n\n{TEXT.format(name='x')}"
    assert len(copied(BIRCHWOOD, body("Carrick", twice, day=3))) == 1
    again = body("Birchwood Hospitals", TEXT.format(name="Birchwood Hospitals"), day=3)
    assert not copied(BIRCHWOOD, again)


def test_what_many_bodies_say_alike_is_a_form_of_words() -> None:
    assert not copied(*(body(f"Body {n}", TEXT.format(name="It"), day=n) for n in range(1, 6)))


def test_short_answers_law_questions_and_our_own_words_are_no_copies() -> None:
    for text in (
        " ".join(TEXT.split()[:35]),
        f"{TEXT} This is exempt under section 40 of the Act.",
        f"{TEXT} What are your arrangements?",
        REQUEST,
    ):
        assert not copied(body("A", text), body("B", text, day=2), asked=(REQUEST,))


def test_the_whole_file_is_compared_where_it_is_at_hand_paragraph_by_paragraph() -> None:
    lines = f"Our answers.\n{TEXT}\nWith regards"
    texts = {("hash1", ""): lines, ("hash2", ""): f"Dear all\n\n> {TEXT[:150]}\n> {TEXT[150:]}\n\nRegards"}
    assert len(copied(body("A", "Our answers."), body("B", "Dear all", day=2), texts=texts)) == 1


def test_an_answer_without_a_place_is_compared_by_its_quote() -> None:
    assert len(copied(BIRCHWOOD, body("Carrick", TEXT, day=3, where=False))) == 1


def test_numbers_are_not_compared() -> None:
    one, other = (Source(name, name, (standing(given(text=TEXT)),)) for name in "AB")
    assert not copied(one, other)
