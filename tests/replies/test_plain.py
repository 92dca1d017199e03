"""Small letters keep their places, and patterns their escapes."""

from __future__ import annotations

from foimail.replies.plain import pattern, small


def test_small_letters_keep_the_places_of_the_text() -> None:
    text = "\u0130zmir FOI"  # a capital whose small letter is two characters
    assert len(text.lower()) != len(text)
    assert small(text) == "\u0130zmir foi"
    assert small("FOI") == "foi"


def test_a_pattern_is_in_small_letters_but_for_its_escapes_and_names() -> None:
    match = pattern(r"(?P<Who>FOI)\W\Seam").search("the foi team")
    assert match is not None
    assert match["Who"] == "foi"
    assert pattern("a", r"NHS\b").search("nhs")
