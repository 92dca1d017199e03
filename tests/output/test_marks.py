"""Passages marked in a stranger's text, and the text cut to screenfuls."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from foimail.output.marks import marked, screenfuls

TEXT = "Dear Ms Ashdown,\n\nWe are  withholding\nall of it.\n"


def at(words: str) -> tuple[int, int]:
    return TEXT.index(words), TEXT.index(words) + len(words)


def test_a_passage_is_marked_where_it_stands() -> None:
    assert marked(TEXT, [at("are  withholding")]) == [
        ("Dear Ms Ashdown,", False),
        ("", False),
        ("We «are withholding»", True),
        ("all of it.", False),
    ]


def test_a_passage_over_several_lines_is_marked_in_each() -> None:
    lines = marked(TEXT, [at("withholding\nall")])
    assert lines[2:] == [("We are «withholding»", True), ("«all» of it.", True)]


def test_passages_that_overlap_are_one_and_the_words_beside_them_stay_apart() -> None:
    assert marked(TEXT, [at("We are"), at("are  with"), (3, 3)])[2] == ("«We are with»holding", True)


def test_no_strangers_mark_steers_the_terminal_inside_or_outside_of_a_passage() -> None:
    text = "a\x1b[2Jb \u202ec\x1b[0md"
    ((line, is_marked),) = marked(text, [(0, 4)], lambda words: f"<{words}>")
    assert (line, is_marked) == ("<a\ufffd[2>Jb \ufffdc\ufffd[0md", True)


@given(st.text(max_size=60), st.lists(st.tuples(st.integers(0, 70), st.integers(0, 70)), max_size=4))
def test_marking_neither_adds_nor_loses_words(text: str, spans: list[tuple[int, int]]) -> None:
    shown = "".join(line for line, _ in marked(text, spans, lambda words: words))
    plain = "".join(line for line, _ in marked(text, []))
    assert "".join(shown.split()) == "".join(plain.split())


def test_screenfuls_hold_as_many_rows_as_the_terminal() -> None:
    lines = ["one", "two", "long", "four"]
    rows = {"long": 3}
    assert screenfuls(lines, 3, lambda line: rows.get(line, 1)) == [["one", "two"], ["long"], ["four"]]
    assert screenfuls(["long"], 2, lambda line: rows.get(line, 1)) == [["long"]]
    assert screenfuls([], 3, len) == [[]]
