from __future__ import annotations

from foimail.letters.quotation import Quoted, own_words, passage, quotation, without_brackets


def test_a_strangers_words_are_on_one_line_without_what_nobody_can_see() -> None:
    assert quotation(" Which\r\nyears?\x00 \u202egnp.exe\u2028end\t. ") == "Which years? gnp.exe end ."


def test_long_words_are_cut_at_a_blank() -> None:
    assert quotation("one two three", longest=9) == "one two …"
    assert quotation("one two three", longest=13) == "one two three"


def test_what_the_user_typed_keeps_its_lines() -> None:
    assert passage("\n One,  two\r\n\nthree \x07\n\n") == "One,  two\n\nthree"


def test_quoted_words_stay_marked_where_a_template_prints_them_and_no_longer_where_it_changes_them() -> None:
    assert isinstance(str(Quoted("a")), Quoted)
    assert not isinstance(Quoted("a").upper(), Quoted)
    assert own_words(("Dear ", Quoted("{x}"), ",")) == "Dear …,"


def test_a_subject_has_no_brackets_but_the_tokens() -> None:
    assert without_brackets("[FOI {1}] <2>") == "FOI 1 2"
