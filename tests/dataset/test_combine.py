"""Letters of one case, one after the other: what stands, what is history, and what waits for a person."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import date

import pytest

from foimail.dataset.answers import Letter, PartAnswer
from foimail.dataset.combine import combine, counted_by
from foimail.model import Decision, Part
from foimail.replies.reading import Answer, Figure

REFERRALS = Part("referrals", "How many referrals?", "count_by_year", (2019, 2022))
POLICY = Part("policy", "What are your arrangements?", "text")
ASKED = (REFERRALS, POLICY)


def answer(outcome: str = "answered", part: str = "1", sure: float = 0.9, **years: float | None) -> Answer:
    """An answer with figures: `y2019=4`, `f2019=4` for the financial year 2019/20, None for a withheld one."""
    figures = tuple(
        Figure(
            name[1:] if name[0] == "y" else f"{name[1:]}/{int(name[3:]) + 1}",
            value=value,
            withheld=value is None,
            confidence=sure,
        )
        for name, value in years.items()
    )
    return Answer(part, outcome, quote=f"{outcome} {part}", confidence=sure, figures=figures)


def letter(number: int, *answers: Answer, kind: str = "full_disclosure", day: int = 0) -> Letter:
    on = date(2026, 6, day or number)
    return Letter(number, f"hash{number}", on, on.isoformat(), kind, answers)


def said(number: int, one: Answer | None, *, part: str = "1", whole: bool = False, day: int = 20) -> Decision:
    message = f"hash{number}" if number else ""
    return Decision(message, part, asdict(one) if one else None, "Rowan", date(2026, 6, day), whole, "")


def stands(*letters: Letter, decisions: tuple[Decision, ...] = ()) -> PartAnswer:
    return combine(letters, decisions, ASKED)[0]


def years(found: PartAnswer) -> dict[str, float | None]:
    return {value.figure.period: value.figure.value for value in found.values}


def test_a_silent_body_has_each_part_missing() -> None:
    first, second = combine((), (), ASKED)
    assert (first.number, first.part, first.state, first.outcome, first.last) == (
        "1",
        REFERRALS,
        "missing",
        "",
        None,
    )
    assert second.number == "2"
    assert not first.asks


def test_what_rules_read_is_proposed_and_what_a_person_says_is_confirmed() -> None:
    read = answer(y2019=4, y2020=None)
    found = stands(letter(1, read))
    assert (found.state, found.outcome, years(found)) == ("proposed", "answered", {"2019": 4, "2020": None})
    assert not found.asks
    assert stands(letter(1, read), decisions=(said(1, read),)).state == "confirmed"


def test_what_is_not_sure_asks_for_a_person() -> None:
    assert stands(letter(1, answer(sure=0.6))).asks
    one = answer(y2019=4)
    doubtful = replace(one, figures=(replace(one.figures[0], confidence=0.5),))
    assert stands(letter(1, doubtful)).asks
    assert not stands(letter(1, doubtful), decisions=(said(1, doubtful),)).asks


def test_letters_that_are_no_final_ones_answer_nothing_unless_a_person_says_so() -> None:
    holding = letter(1, answer(y2019=4), kind="holding_delay")
    assert stands(holding).state == "missing"
    assert years(stands(holding, decisions=(said(1, answer(y2019=4)),))) == {"2019": 4}


def test_a_correction_supersedes_its_year_and_an_addendum_adds_one() -> None:
    found = stands(
        letter(1, answer("partial", y2019=4, y2020=5)), letter(2, answer("partial", y2020=6, y2021=7))
    )
    assert years(found) == {"2019": 4, "2020": 6, "2021": 7}
    assert [given.letter.number for given in found.standing] == [1, 2]
    assert found.outcome == "partial"
    assert stands(letter(1, answer(y2019=4)), letter(2, answer("partial", y2020=6))).outcome == "answered"


def test_what_was_wholly_replaced_is_history() -> None:
    found = stands(letter(1, answer(y2019=4)), letter(2, answer(y2019=5)))
    assert years(found) == {"2019": 5}
    assert [given.letter.number for given in found.standing] == [2]
    assert [given.letter.number for given in found.earlier] == [1]


def test_the_order_of_dates_counts_and_not_that_of_numbers() -> None:
    assert years(stands(letter(2, answer(y2019=5), day=3), letter(3, answer(y2019=4), day=2))) == {"2019": 5}


@pytest.mark.parametrize("later", ["unanswered", "refused", "not_held", "redirected"])
def test_only_an_answer_takes_the_place_of_an_answer(later: str) -> None:
    found = stands(letter(1, answer(y2019=4)), letter(2, answer(later)))
    assert (found.outcome, years(found)) == ("answered", {"2019": 4})
    assert bool(found.waiting) is (later != "unanswered")
    assert found.asks is bool(found.waiting)


def test_a_person_who_confirms_a_later_refusal_leaves_what_was_given() -> None:
    refusal = answer("refused")
    found = stands(letter(1, answer(y2019=4)), letter(2, refusal), decisions=(said(2, refusal),))
    assert (found.outcome, found.waiting) == ("answered", ())


def test_an_answer_follows_a_refusal() -> None:
    found = stands(
        letter(1, answer("refused")), letter(2, answer("partial", y2019=4), kind="internal_review_outcome")
    )
    assert (found.outcome, years(found)) == ("partial", {"2019": 4})
    assert [given.letter.number for given in found.earlier] == [1]


def test_a_later_refusal_takes_the_place_of_an_earlier_one_but_silence_does_not() -> None:
    assert stands(letter(1, answer("not_held")), letter(2, answer("refused"))).outcome == "refused"
    assert stands(letter(1, answer("not_held")), letter(2, answer("unanswered"))).outcome == "not_held"
    assert stands(letter(1, answer("unanswered")), letter(2, answer("not_held"))).outcome == "not_held"
    assert stands(letter(1, answer("unanswered"))).state == "missing"


def test_no_rule_takes_the_place_of_what_a_person_has_confirmed() -> None:
    first = answer(y2019=4)
    found = stands(letter(1, first), letter(2, answer(y2019=5)), decisions=(said(1, first),))
    assert years(found) == {"2019": 4}
    assert [given.letter.number for given in found.waiting] == [2]
    same = stands(letter(1, first), letter(2, answer(y2019=4, y2020=1)), decisions=(said(1, first),))
    assert (years(same), same.waiting, same.state) == ({"2019": 4, "2020": 1}, (), "proposed")
    held = stands(
        letter(1, answer("not_held")), letter(2, answer("refused")), decisions=(said(1, answer("not_held")),)
    )
    assert held.outcome == "not_held"


def test_a_person_may_correct_a_person() -> None:
    first, second = answer(y2019=4), answer(y2019=5)
    found = stands(letter(1, first), decisions=(said(1, first, day=20), said(1, second, day=21)))
    assert years(found) == {"2019": 5}
    later = stands(letter(1, first), letter(2, second), decisions=(said(1, first), said(2, second)))
    assert years(later) == {"2019": 5}


def test_what_a_person_strikes_out_answers_nothing() -> None:
    found = stands(letter(1, answer(y2019=4)), decisions=(said(1, None),))
    assert (found.state, found.values) == ("missing", ())


def test_what_came_otherwise_stands_for_the_part_alone_unless_it_adds() -> None:
    came = answer(y2021=9)
    alone = stands(letter(1, answer(y2019=4)), decisions=(said(0, came, whole=True),))
    assert years(alone) == {"2021": 9}
    assert [given.letter.number for given in alone.earlier] == [1]
    assert alone.last is not None
    assert (alone.last.letter.number, alone.last.letter.sha256) == (0, "")
    assert years(stands(letter(1, answer(y2019=4)), decisions=(said(0, came),))) == {"2019": 4, "2021": 9}
    more = (said(0, came, whole=True), said(0, answer(y2022=1)))
    assert years(stands(letter(1, answer(y2019=4)), decisions=more)) == {"2021": 9, "2022": 1}
    assert years(stands(letter(1, answer(y2019=4)), decisions=(*more, said(0, None)))) == {"2019": 4}


def test_what_is_said_of_a_message_of_another_case_counts_for_nothing() -> None:
    assert stands(letter(1, answer(y2019=4)), decisions=(said(7, answer(y2019=9)),)).state == "proposed"


def test_calendar_and_financial_years_are_never_joined() -> None:
    calendar, financial = answer(y2019=4, y2020=5), answer(f2019=7)
    found = stands(letter(1, calendar), letter(2, financial))
    assert years(found) == {"2019/20": 7}
    assert [given.letter.number for given in found.earlier] == [1]
    kept = stands(letter(1, calendar), letter(2, financial), decisions=(said(1, calendar),))
    assert years(kept) == {"2019": 4, "2020": 5}
    assert kept.waiting
    assert counted_by(kept.values) == "calendar year"
    assert counted_by(()) == ""


def test_words_add_to_words() -> None:
    words = answer(part="2")
    second = combine((letter(1, words), letter(2, words)), (), ASKED)[1]
    assert [given.letter.number for given in second.standing] == [1, 2]
    assert second.last is not None
    assert second.last.letter.number == 2


def test_figures_and_words_stand_beside_each_other() -> None:
    found = stands(letter(1, answer(y2019=4)), letter(2, answer()))
    assert years(found) == {"2019": 4}
    assert [given.letter.number for given in found.standing] == [1, 2]
