"""The figures of the whole: who answered what, what it adds up to, and how fast it came."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pytest
from hypothesis import given

from foimail.dataset.answers import PartAnswer
from foimail.dataset.bounds import Bounds
from foimail.dataset.respondents import STATUSES, Group, Respondent, by_week, confirmed, response, within
from foimail.dataset.summary import Checked, Figures, PartSummary, Shares, summarise
from tests.dataset.figures import ONCE, PROSE, YEARLY, answer
from tests.dataset.test_series import letters

if TYPE_CHECKING:
    from foimail.law.position import Stage

SENT = date(2026, 6, 1)
ANSWERED = date(2026, 6, 20)


def body(*parts: PartAnswer, stage: Stage = "answered", code: str = "RAA", **more: object) -> Respondent:
    found = Respondent(code, code, "England", "acute", "", "FOIA", stage, parts, SENT, SENT, waited=22)
    if stage == "answered":
        found = replace(found, answered_on=ANSWERED, working_days=14, in_time=True)
    return replace(found, **more)  # type: ignore[arg-type]


def part(*answers: PartAnswer) -> PartSummary:
    asked = answers[0].part
    return summarise([body(one) for one in answers], [asked]).parts[0]


def figures(*answers: PartAnswer) -> Figures:
    found = part(*answers).figures
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("stage", "status"),
    [
        ("not_sent", "not_asked"),
        ("queued", "not_asked"),
        ("undelivered", "not_reached"),
        ("unknown", "not_reached"),
        ("awaiting", "awaited"),
        ("extended", "awaited"),
        ("clarification", "paused"),
        ("fees", "paused"),
        ("overdue", "silent"),
        ("complained", "silent"),
        ("closed", "closed"),
    ],
)
def test_a_body_without_an_answer_is_silent_only_where_its_last_day_has_passed(
    stage: Stage, status: str
) -> None:
    one = body(PartAnswer("1", YEARLY), stage=stage)
    assert one.status == one.status_of(one.parts[0]) == status
    assert one.days is None


def test_every_status_of_a_part_is_counted_and_each_body_once() -> None:
    outcomes = ("answered", "partial", "not_held", "refused", "redirected", "unanswered")
    bodies = [body(answer(outcome=outcome)) for outcome in outcomes]
    bodies += [body(PartAnswer("1", YEARLY)), body(PartAnswer("1", YEARLY), stage="overdue")]
    found = summarise(bodies, [YEARLY]).parts[0]
    assert list(found.statuses) == list(STATUSES)
    assert [name for name, count in found.statuses.items() if count == 1] == [*outcomes, "unread", "silent"]
    assert sum(found.statuses.values()) == len(bodies)


def test_refusals_are_told_by_law_and_section_and_so_is_what_was_left_out_of_an_answer() -> None:
    found = part(
        answer(outcome="refused", sections=("s.12", "s.40(2)")),
        answer(outcome="refused", sections=("s.12",)),
        answer(outcome="refused"),
        answer(outcome="partial", sections=("s.40(2)",)),
        answer(outcome="partial"),
    )
    assert found.refused == {"FOIA s.12": 2, "": 1, "FOIA s.40(2)": 1}
    assert found.partly == {"FOIA s.40(2)": 1}


def test_a_total_rests_on_the_bodies_that_gave_figures_and_names_what_was_withheld() -> None:
    found = figures(
        answer({"2019": 4, "2020": (None, 4)}, confirmed=True),
        answer({"2019": 6, "2020": None}, "partial"),
        answer({"total": 20}, sure=0.5),
        answer({"2019/20": 7}),
        answer(outcome="not_held"),
        answer(),
    )
    total = found.total
    assert (total.bounds, total.given, total.bodies, total.withheld) == (
        Bounds(37, None),
        Bounds(37, 41),
        4,
        1,
    )
    assert total.values == Checked(confirmed=2, read=4)
    assert [(y.period, y.bounds, y.bodies, y.withheld) for y in found.calendar] == [
        ("2019", Bounds(10, 10), 2, 0),
        ("2020", Bounds(0, None), 2, 1),
    ]
    assert [(y.period, y.bounds, y.bodies) for y in found.financial] == [("2019/20", Bounds(7, 7), 1)]
    assert (found.without, found.total_only, found.differs, found.pieces, found.outside) == (1, 1, 0, 0, 0)


def test_what_a_reader_should_know_of_a_total_is_counted() -> None:
    found = figures(answer({"2019": 4, "2018": 1, "total": 9}), answer({"2019@police": 3, "2019@council": 4}))
    assert (found.total.bounds, found.differs, found.pieces, found.outside) == (Bounds(8, 16), 1, 1, 1)
    once = figures(answer({"2023": 100, "2024": 120}, part=ONCE), answer({"": 30}, part=ONCE))
    assert (once.total.bounds, once.calendar, once.pieces, once.total_only) == (Bounds(150, 250), (), 1, 0)


def test_no_figures_are_made_of_what_was_not_answered_or_not_asked_in_numbers() -> None:
    assert figures(answer({"2019": 0}, "not_held")).total.bodies == 0
    assert part(answer(part=PROSE)).figures is None


def test_per_cents_are_told_by_how_they_lie_and_never_added() -> None:
    found = figures(
        answer({"2019": 40, "2020": 60}, unit="per cent"),
        answer({"2019": 90}, unit="per cent"),
        answer({"2019": (None, 5)}, unit="per cent"),
    )
    assert found.shares == Shares(3, 2, 40, 60, 90)
    assert (found.total.bodies, found.total.bounds, found.without) == (0, Bounds(), 0)
    assert figures(answer({"2019": 4})).shares is None


def test_who_answers_for_outcomes_and_values_is_told() -> None:
    doubtful = answer({"2019": 3}, sure=0.5)
    low = replace(
        doubtful, values=tuple(replace(v, figure=replace(v.figure, confidence=0.5)) for v in doubtful.values)
    )
    found = part(answer({"2019": 1}, confirmed=True), answer({"2019": 2}), low, PartAnswer("1", YEARLY))
    assert found.outcomes == Checked(1, 1, 1)
    assert found.figures
    assert found.figures.total.values == Checked(1, 1, 1)


def test_what_no_person_has_confirmed_can_be_left_out() -> None:
    read = answer({"2019": 4})
    assert confirmed(answer({"2019": 4}, confirmed=True)).outcome == "answered"
    found = part(answer({"2019": 6}, confirmed=True), confirmed(read))
    assert (found.statuses["answered"], found.statuses["unread"]) == (1, 1)
    assert found.figures
    assert found.figures.total.bounds == Bounds(6, 6)
    both = replace(read, standing=(*read.standing, *answer({"2020": 1}, confirmed=True).standing))
    assert (confirmed(both).outcome, len(confirmed(both).standing), confirmed(both).values) == (
        "answered",
        1,
        (),
    )


@given(letters(), letters())
def test_the_total_of_several_bodies_holds_the_true_total(
    one: tuple[int, dict[str, object]], other: tuple[int, dict[str, object]]
) -> None:
    found = figures(answer(one[1]), answer(other[1])).total
    true = one[0] + other[0]
    assert found.bodies == 2
    assert found.bounds.lower <= true
    assert found.bounds.upper is None or true <= found.bounds.upper


def test_response_is_told_with_how_many_it_rests_on() -> None:
    none = PartAnswer("1", YEARLY)
    bodies = [
        body(answer(), to_confirm=True),
        body(answer(), answered_on=date(2026, 7, 10), working_days=28, in_time=False, nation="Scotland"),
        body(answer(), received_on=None, working_days=None, in_time=None),
        body(none, stage="overdue", region="North"),
        body(none, stage="awaiting"),
        body(none, stage="not_sent", sent_on=None),
    ]
    found = response(bodies)
    assert found.whole == Group("all", bodies=6, asked=5, answered=3, due=3, in_time=1)
    assert (found.median_days, found.median_working_days, found.timed, found.to_confirm) == (29, 21, 2, 1)
    assert {s: n for s, n in found.statuses.items() if n} == {
        "answered": 3, "silent": 1, "awaited": 1, "not_asked": 1,
    }  # fmt: skip
    assert [(g.name, g.bodies) for g in found.nations] == [("England", 5), ("Scotland", 1)]
    assert [(g.name, g.bodies) for g in found.regions] == [("", 5), ("North", 1)]
    assert [g.name for g in found.types] == ["acute"]
    nothing = response([])
    assert (nothing.whole.bodies, nothing.median_days, nothing.median_working_days) == (0, None, None)


def test_the_share_after_so_many_days_counts_only_bodies_that_have_had_them() -> None:
    bodies = [
        body(waited=22),  # answered after 14
        body(waited=40, working_days=28),
        body(waited=25, stage="overdue"),
        body(waited=5, stage="awaiting"),
        body(waited=10, working_days=3),
        body(waited=None, stage="not_sent"),
    ]
    assert within(bodies, (10, 20, 30, 60)) == [(10, 4, 1), (20, 3, 1), (30, 1, 1), (60, 0, 0)]


def test_requests_and_answers_are_counted_up_week_by_week_until_today() -> None:
    bodies = [body(), body(sent_on=date(2026, 6, 8)), body(stage="not_sent", sent_on=None)]
    assert by_week(bodies, date(2026, 6, 22)) == [
        (date(2026, 6, 7), 1, 0),
        (date(2026, 6, 14), 2, 0),
        (date(2026, 6, 21), 2, 2),
        (date(2026, 6, 22), 2, 2),
    ]
    assert by_week(bodies[2:], date(2026, 6, 22)) == []
    assert by_week(bodies[:1], SENT) == [(SENT, 1, 0)]
