"""What people made of what the rules had read."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import date

from foimail.dataset.agreement import Agreement, agreement
from foimail.model import Decision
from foimail.replies.reading import Answer, Figure

READ = Answer("1", "answered", figures=(Figure("2019", value=4.0), Figure("2020", upper=4.0)))


def said(answer: Answer | None, message: str = "a", part: str = "1") -> Decision:
    return Decision(message, part, asdict(answer) if answer else None, "Rowan", date(2026, 6, 20))


def made(*decisions: Decision) -> Agreement:
    return agreement(decisions, {("a", "1"): READ, ("b", "1"): READ})


def test_what_stands_as_it_was_read_is_kept_whatever_its_quotes() -> None:
    assert made(said(replace(READ, quote="other"))) == Agreement(kept=1, figures=2, figures_kept=2)


def test_another_outcome_or_figure_is_a_change() -> None:
    mended = replace(READ, figures=(READ.figures[0], Figure("2020", value=3.0)))
    assert made(said(mended), said(replace(READ, outcome="partial"), "b")) == Agreement(
        changed=2, figures=4, figures_kept=3
    )


def test_what_is_no_answer_is_dropped_and_what_was_not_read_is_added() -> None:
    found = made(said(None), said(READ, part="2"), said(None, part="3"))
    assert found == Agreement(dropped=1, added=1, figures=2)
    assert found.decided == 1


def test_only_the_last_word_on_a_letter_and_part_counts() -> None:
    assert made(said(None), said(READ)) == Agreement(kept=1, figures=2, figures_kept=2)
    assert made().decided == 0
