"""The course of a case under its law: request, answer, review, complaint, decision, each as far as it has come."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from foimail.model import BY_HAND, FINAL_KINDS

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from foimail.law.calendar import Calendar
    from foimail.law.regimes import Regime
    from foimail.model import Case, Reply

_MACHINES = frozenset({"bounce", "auto_ack", "out_of_office"})


@dataclass(frozen=True, slots=True)
class Course:
    """How far a case has come by `today`, a London date, with the law and the calendar that it is looked at with.

    `answer` is the reply to the request, `outcome` that to a review, both None while there is none. `review_on`,
    `complaint_on` are the days on which such a letter went. `decision` is the regulator's. `finals` are all replies that
    answer, whether the request or a review.
    """

    case: Case
    regime: Regime
    calendar: Calendar
    today: date
    answer: Reply | None
    review_on: date | None
    outcome: Reply | None
    complaint_on: date | None
    decision: Reply | None
    finals: tuple[Reply, ...]

    @property
    def last_answer(self) -> Reply | None:
        """The outcome of a review where there is one, else the answer."""
        return self.outcome or self.answer

    @property
    def review_runs(self) -> bool:
        """Whether the outcome of a review is what is waited for. Where silence needs no review, one asked for is a chaser."""
        needed = self.answer is not None or self.regime.review_before_regulator_on_silence
        return self.review_on is not None and self.outcome is None and needed

    def written(self, letters: Iterable[str], after: date) -> date | None:
        """The first day after that one on which such a letter went to the body and did not come back."""
        return min((s for s in _sent(self.case, {*letters}) if s > after), default=None)

    def answered_after(self, day: date) -> bool:
        """Whether an answer of theirs came after that day."""
        return any(reply.on > day for reply in self.finals)

    def chased_on(self, after: date) -> date | None:
        """The first day after that one on which they were asked once more."""
        return self.written({"chaser", "review", BY_HAND}, after)

    def last_contact(self) -> date | None:
        """The last day on which a letter of ours went or a person of theirs wrote; machines say nothing of substance."""
        theirs = [reply.on for reply in self.case.current if reply.kind not in _MACHINES]
        ours = [s.on for s in self.case.sendings if s.state == "sent" and not s.came_back]
        return max((*theirs, *ours), default=None)


def course(case: Case, regime: Regime, calendar: Calendar, today: date) -> Course:
    """How far the request as it now stands has come. What an earlier request brought, before it was narrowed, is not in it."""
    answers, outcomes = answers_and_outcomes(case)
    decisions = [r for r in case.current if r.kind == "decision_notice"]
    return Course(
        case=case,
        regime=regime,
        calendar=calendar,
        today=today,
        answer=_first(answers),
        review_on=_last(case, "review"),
        outcome=_first(outcomes),
        complaint_on=_last(case, "complaint"),
        decision=max(decisions, key=lambda reply: reply.on, default=None),
        finals=(*answers, *outcomes),
    )


def answers_and_outcomes(case: Case) -> tuple[tuple[Reply, ...], tuple[Reply, ...]]:
    """The replies that answer the request as it now stands, and those that answer the review that was asked for.

    Once a review has been asked for, an answer of any kind is its outcome: a body that upholds a refusal refuses.
    """
    finals = [reply for reply in case.current if reply.kind in FINAL_KINDS]
    review_on = _last(case, "review")
    # on one day the answer came before the review was asked for
    after_review = [r for r in finals if review_on is not None and r.on > review_on]
    outcomes = tuple(r for r in finals if r.kind == "internal_review_outcome" or r in after_review)
    return tuple(r for r in finals if r not in outcomes), outcomes


def _first(replies: Iterable[Reply]) -> Reply | None:
    """The first of them; one that a person confirmed goes before a rule's."""
    return min(replies, key=lambda reply: (reply.automatic, reply.on), default=None)


def _sent(case: Case, letters: set[str]) -> list[date]:
    return [s.on for s in case.sendings if s.state == "sent" and not s.came_back and s.letter in letters]


def _last(case: Case, letter: str) -> date | None:
    since = case.received_on if case.earlier_received else None
    return max((on for on in _sent(case, {letter}) if since is None or on >= since), default=None)
