"""The dates that matter in a case: each with its start, its last day, its authority and its working."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from foimail.law import working
from foimail.law.calendar import in_words
from foimail.law.extensions import extension
from foimail.model import Pause

if TYPE_CHECKING:
    from datetime import date

    from foimail.law.course import Course
    from foimail.law.extensions import Extension
    from foimail.law.periods import Limit


@dataclass(frozen=True, slots=True)
class Clock:
    """One period of the law in a case.

    `name` is the limit's in tables/regimes.toml, `title` says what the last day is. `starts_on` is day 0; `due` is the last
    day, itself still in time. `warn_on` is the day from which foimail urges. `basis` is statute, code, guidance or practice, and
    `checked` false where the words of the `citation` were not seen: then a letter may ask, never assert. `calendar` is
    the version of the holiday table; `working` are sentences for an e-mail; `note` is a reservation.
    """

    name: str
    title: str
    starts_on: date
    due: date
    basis: str
    citation: str
    checked: bool
    calendar: str
    working: tuple[str, ...]
    note: str = ""
    warn_on: date | None = None


@dataclass(frozen=True, slots=True)
class Clocks:
    """The clocks of a case. Those that do not run are None; `extension` is kept where it is not valid too."""

    response: Clock | None = None
    code: Clock | None = None
    further_time: Clock | None = None
    fee: Clock | None = None
    review_request: Clock | None = None
    review: Clock | None = None
    review_late: Clock | None = None
    complaint: Clock | None = None
    tribunal: Clock | None = None
    extension: Extension | None = None

    @property
    def answer_by(self) -> Clock | None:
        """The clock that decides whether the answer is late."""
        return self.further_time or self.response

    @property
    def all(self) -> tuple[Clock, ...]:
        """Those that run, in the order of a case."""
        found = (
            self.response, self.code, self.further_time, self.fee, self.review_request,
            self.review, self.review_late, self.complaint, self.tribunal,
        )  # fmt: skip
        return tuple(clock for clock in found if clock is not None)


def clocks(so_far: Course) -> Clocks:
    """Every clock of a case that has come so far.

    Raises:
        CalendarError: a date lies outside the calendar.
    """
    case, calendar = so_far.case, so_far.calendar
    pauses, unpaid = _pauses(so_far)
    found = Clocks(
        fee=_fee(so_far, unpaid) if unpaid else None,
        review=_review(so_far, "review"),
        review_late=_review(so_far, "review_late"),
        tribunal=_tribunal(so_far),
    )
    waits = so_far.answer is None and (case.asked_on is not None or found.fee is not None)
    if case.received_on is not None and not waits:
        response = _response(so_far, case.received_on, pauses)
        further = extension(case, so_far.regime, response.due, calendar)
        found = replace(
            found,
            response=response,
            code=_code(so_far, case.received_on, pauses, response),
            extension=further,
            further_time=_further_time(so_far, case.received_on, further) if further else None,
        )
    found = replace(found, review_request=_review_request(so_far, found))
    return replace(found, complaint=_complaint(so_far, found))


def _clock(
    so_far: Course, name: str, limit: Limit, title: str, start: date, why: str, note: str = ""
) -> Clock:
    calendar = so_far.calendar
    return Clock(
        name=name,
        title=title,
        starts_on=start,
        due=limit.last_day(start, calendar),
        basis=limit.basis,
        citation=limit.citation,
        checked=limit.checked,
        calendar=calendar.version,
        working=working.count(why, start, limit, title, calendar),
        note=note or limit.note,
    )


def answer_limit(so_far: Course) -> Limit:
    """The limit for an answer: that of a fresh start once their question has been answered."""
    restart = so_far.regime.find("restart") if so_far.case.restarted else None
    return restart or so_far.regime.limit("response")


def _response(so_far: Course, received: date, pauses: tuple[Pause, ...]) -> Clock:
    limit, calendar, regime = answer_limit(so_far), so_far.calendar, so_far.regime
    paused = working.pause_days(received, pauses, calendar)
    return Clock(
        name="response",
        title="the last day for an answer",
        starts_on=received,
        due=limit.last_day(received, calendar, paused),
        basis=limit.basis,
        citation=limit.citation,
        checked=limit.checked,
        calendar=calendar.version,
        working=working.sentences(
            received,
            so_far.case.received_why,
            limit,
            calendar,
            regime.find("response_code"),
            pauses,
            regime.fee_pause,
        ),
    )


def _code(so_far: Course, received: date, pauses: tuple[Pause, ...], response: Clock) -> Clock | None:
    code, calendar = so_far.regime.find("response_code"), so_far.calendar
    if code is None or calendar.is_working(received):
        return None
    due = working.code_due(received, code, calendar, working.pause_days(received, pauses, calendar))
    return replace(
        response,
        name="response_code",
        title="the last day for an answer on the body's best reading",
        due=due,
        basis=code.basis,
        citation=code.citation,
        checked=code.checked,
        working=(
            f"The request came on {in_words(received)}, which is no working day.",
            f"By one reading of {code.citation} it counts as received on the next working day.",
            f"Then the last day is {in_words(due)}. The law itself prevails.",
        ),
    )


def _further_time(so_far: Course, received: date, taken: Extension) -> Clock | None:
    limit = so_far.regime.find("extension")
    if limit is None or not taken.valid or taken.until is None or taken.backstop is None:
        return None
    clock = _clock(
        so_far,
        "extension",
        limit,
        "the last day of the further time",
        received,
        f"On {in_words(taken.notice.on)} they took further time, in time for that.",
    )
    if taken.until == taken.backstop:
        return clock
    theirs = f"They themselves name {in_words(taken.until)} as the day of their answer."
    late = f"No more than {limit.period} from receipt are expected: {in_words(taken.backstop)} ({limit.citation})."
    note = late if taken.until > taken.backstop else ""
    return replace(clock, due=taken.until, working=(*clock.working, theirs), note=note)


def _pauses(so_far: Course) -> tuple[tuple[Pause, ...], Pause | None]:
    """The fees notices that stopped the clock and were paid in time, and the one that still stops it.

    A notice counts only within the time for an answer, a payment only within that for paying.
    """
    received, fee = so_far.case.received_on, so_far.regime.find("fee")
    paid: tuple[Pause, ...] = ()
    if received is None or fee is None:
        return paid, None
    limit, calendar = answer_limit(so_far), so_far.calendar
    for pause in so_far.case.pauses:
        due = limit.last_day(received, calendar, working.pause_days(received, paid, calendar))
        if pause.asked_on > due:
            continue
        if pause.paid_on is None or pause.paid_on > fee.last_day(pause.asked_on, calendar):
            if so_far.answer is None:
                return paid, pause
            # they answered although nobody had paid: until then they were not bound to
            paid = (*paid, Pause(pause.asked_on, so_far.answer.on))
        else:
            paid = (*paid, pause)
    return paid, None


def _fee(so_far: Course, pause: Pause) -> Clock:
    why = f"On {in_words(pause.asked_on)} they asked for a fee. Until it is paid no working day counts, and they need not answer."
    limit = so_far.regime.limit("fee")
    return _clock(so_far, "fee", limit, "the last day to pay the fee", pause.asked_on, why)


def _review_request(so_far: Course, found: Clocks) -> Clock | None:
    limit, answer, by = so_far.regime.find("review_request"), so_far.answer, found.answer_by
    if limit is None or so_far.review_on is not None or so_far.outcome is not None:
        return None
    title = f"the last day to ask for the {so_far.regime.review_title}"
    if answer is not None:
        start, why = answer.on, f"They answered on {in_words(answer.on)}."
        if so_far.regime.review_window_from_expiry and by is not None and by.due > start:
            start, why = (
                by.due,
                f"The time for an answer ended with {in_words(by.due)}; they answered before.",
            )
    elif so_far.regime.review_before_regulator_on_silence and by is not None and so_far.today > by.due:
        start, why = by.due, f"The time for an answer ended with {in_words(by.due)} and no answer came."
    else:
        return None
    return _clock(so_far, "review_request", limit, title, start, why)


def _review(so_far: Course, name: str) -> Clock | None:
    limit, asked = so_far.regime.find(name), so_far.review_on
    if limit is None or asked is None:
        return None
    titles = {
        "review": "the last day for the outcome of the review",
        "review_late": "the last day for the outcome of the review in an exceptional case",
    }
    return _clock(so_far, name, limit, titles[name], asked, f"You asked for a review on {in_words(asked)}.")


def _complaint(so_far: Course, found: Clocks) -> Clock | None:
    """How long the regulator can be turned to: from the outcome, or from the day on which one was due."""
    limit, outcome = so_far.regime.limit("complaint"), so_far.outcome
    review = found.review_late or found.review
    if so_far.complaint_on is not None:
        return None
    if outcome is not None:
        start, why = outcome.on, f"The outcome of the review came on {in_words(outcome.on)}."
    elif review is not None and so_far.review_runs:
        start, why = review.due, f"The time for the review ends with {in_words(review.due)}."
        start, why = _or_contact(so_far, start, why)
    elif (chased := _chased(so_far, found)) is not None:
        start, why = _or_contact(so_far, chased, f"You asked once more on {in_words(chased)}.")
    else:
        return None
    title = f"the last day to turn to {so_far.regime.regulator.name}"
    clock = _clock(so_far, "complaint", limit, title, start, why)
    warning = so_far.regime.limit("complaint_warning")
    return replace(clock, warn_on=warning.last_day(start, so_far.calendar))


def _chased(so_far: Course, found: Clocks) -> date | None:
    """The day of the chaser, where the regulator can be turned to after silence and a chaser."""
    by = found.answer_by
    if so_far.answer is not None or by is None or so_far.regime.review_before_regulator_on_silence:
        return None
    return so_far.chased_on(by.due)


def _or_contact(so_far: Course, start: date, why: str) -> tuple[date, str]:
    """The later of that day and the last contact of substance, where the limit is counted from contact rather than by statute."""
    last = so_far.last_contact()
    if so_far.regime.limit("complaint").basis == "statute" or last is None or last <= start:
        return start, why
    return last, f"The last contact of substance was on {in_words(last)}."


def _tribunal(so_far: Course) -> Clock | None:
    limit, decision = so_far.regime.find("tribunal"), so_far.decision
    if limit is None or decision is None:
        return None
    why = f"The decision of {so_far.regime.regulator.name} is of {in_words(decision.on)}."
    title = f"the last day to appeal to {so_far.regime.regulator.appeal_to}"
    return _clock(so_far, "tribunal", limit, title, decision.on, why)
