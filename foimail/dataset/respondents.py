"""One body as the summary sees it: who it is, how far its case has come, what it answers; and how fast all of them answered."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from dataclasses import dataclass, replace
from datetime import timedelta
from statistics import median
from typing import TYPE_CHECKING, Literal, get_args

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import date

    from foimail.dataset.answers import PartAnswer
    from foimail.law.position import Stage

Status = Literal[
    "answered",
    "partial",
    "not_held",
    "refused",
    "redirected",
    "unanswered",  # an answer came that leaves this part out
    "unread",  # an answer came, and what it says of this part has not been read (or not been confirmed, where that counts)
    "silent",  # asked, and the last day has passed without an answer
    "awaited",  # asked, and in time still
    "paused",  # their question or their fee waits for the requester: no clock of theirs runs
    "closed",  # closed by the requester without an answer
    "not_reached",  # the request came back, was refused by a server, or nobody can say whether it arrived
    "not_asked",
]
STATUSES: tuple[Status, ...] = get_args(Status)
REPLIED = frozenset(STATUSES[:7])
_BY_STAGE: dict[str, Status] = {
    "not_sent": "not_asked",
    "queued": "not_asked",
    "refused": "not_reached",
    "unknown": "not_reached",
    "undelivered": "not_reached",
    "awaiting": "awaited",
    "extended": "awaited",
    "clarification": "paused",
    "fees": "paused",
    "closed": "closed",
}  # at any other stage without an answer, the last day has passed
_OF_PARTS = frozenset(STATUSES[:6])
OUT = frozenset({"not_asked", "not_reached"})  # those that do not have the request


@dataclass(frozen=True, slots=True)
class Respondent:
    """A body that the campaign asks.

    Attributes:
        code: As in the registry.
        name: Its name; `nation`, `type` and `region` as in the registry, empty where it has none.
        law: The short name of the law under which it was asked.
        stage: Where its case stands.
        sent_on: The London day on which the request first went.
        received_on: Day 0 of the clock; that of the answer to a question of theirs where they asked one.
        answered_on: The day of the answer to the request.
        working_days: From day 0 to the answer, by the calendar of the law; None without an answer.
        waited: Working days from day 0 to today, whether or not an answer has come.
        in_time: Whether the answer came by the last day; None without an answer or a last day.
        to_confirm: Whether no person has yet said that this is the answer.
        parts: What it answers.
    """

    code: str
    name: str
    nation: str
    type: str
    region: str
    law: str
    stage: Stage
    parts: tuple[PartAnswer, ...]
    sent_on: date | None = None
    received_on: date | None = None
    answered_on: date | None = None
    working_days: int | None = None
    waited: int | None = None
    in_time: bool | None = None
    to_confirm: bool = False

    @property
    def days(self) -> int | None:
        """Calendar days from day 0 to the answer."""
        if self.received_on is None or self.answered_on is None:
            return None
        return (self.answered_on - self.received_on).days

    @property
    def status(self) -> Status:
        """Whether it has answered anything at all: `answered`, or why not."""
        if self.answered_on is not None:
            return "answered"
        return _BY_STAGE.get(self.stage, "silent")

    def status_of(self, part: PartAnswer) -> Status:
        """What has become of one part."""
        outcome = next((known for known in _OF_PARTS if known == part.outcome), None)
        return outcome or ("unread" if self.answered_on is not None else self.status)


@dataclass(frozen=True, slots=True)
class Group:
    """How bodies of one sort have responded, in numbers of bodies; `due` are those that answered or whose last day has passed."""

    name: str
    bodies: int
    asked: int
    answered: int
    due: int
    in_time: int


@dataclass(frozen=True, slots=True)
class Response:
    """How the bodies have responded to the request as a whole.

    Attributes:
        whole: All bodies as one group.
        statuses: How many bodies have which status; those that answered are `answered`, whatever they said.
        to_confirm: Answers that no person has yet confirmed to be answers.
        timed: Answers of which the time is known.
        median_days: Calendar days from day 0 to the answer, of those that answered.
        median_working_days: The same in working days of the law.
        nations: By nation; `types` and `regions` likewise.
    """

    whole: Group
    statuses: dict[str, int]
    to_confirm: int
    timed: int
    median_days: float | None
    median_working_days: float | None
    nations: tuple[Group, ...]
    types: tuple[Group, ...]
    regions: tuple[Group, ...]


def confirmed(part: PartAnswer) -> PartAnswer:
    """A part with no more than a person has confirmed of it; without a confirmed letter it counts as not read."""
    standing = tuple(given for given in part.standing if given.confirmed)
    values = tuple(value for value in part.values if value.given.confirmed)
    return replace(
        part, outcome=part.outcome if standing else "", standing=standing, values=values, waiting=()
    )


def response(bodies: Sequence[Respondent]) -> Response:
    """How they have responded."""
    answered = [one for one in bodies if one.answered_on is not None]
    days = [one.days for one in answered if one.days is not None]
    working = [one.working_days for one in answered if one.days is not None and one.working_days is not None]
    return Response(
        whole=_group("all", bodies),
        statuses=counted(one.status for one in bodies),
        to_confirm=sum(one.to_confirm for one in answered),
        timed=len(days),
        median_days=float(median(days)) if days else None,
        median_working_days=float(median(working)) if working else None,
        nations=_groups(bodies, lambda one: one.nation),
        types=_groups(bodies, lambda one: one.type),
        regions=_groups(bodies, lambda one: one.region),
    )


def counted(found: Iterable[Status]) -> dict[str, int]:
    """How many bodies have which status, each status in its order, those that nobody has too."""
    counts = Counter(found)
    return {status: counts[status] for status in STATUSES}


def _groups(bodies: Sequence[Respondent], sort: Callable[[Respondent], str]) -> tuple[Group, ...]:
    """By sort; those of which it is not known are one group without a name."""
    names = sorted({sort(one) for one in bodies})
    return tuple(_group(name, [one for one in bodies if sort(one) == name]) for name in names)


def _group(name: str, bodies: Sequence[Respondent]) -> Group:
    return Group(
        name,
        len(bodies),
        asked=sum(one.status not in OUT for one in bodies),
        answered=sum(one.status == "answered" for one in bodies),
        due=sum(one.in_time is not None or one.status == "silent" for one in bodies),
        in_time=sum(one.in_time is True for one in bodies),
    )


def within(bodies: Sequence[Respondent], limits: Iterable[int]) -> list[tuple[int, int, int]]:
    """For each number of working days: how many bodies have had the request so long, and how many of these answered within them.

    A body that was asked a week ago says nothing of the share after a month, and is not counted in it.
    """
    rows = []
    for limit in limits:
        known = [one.working_days for one in bodies if one.waited is not None and one.waited >= limit]
        rows.append((limit, len(known), sum(days is not None and days <= limit for days in known)))
    return rows


def by_week(bodies: Sequence[Respondent], today: date) -> list[tuple[date, int, int]]:
    """The last day of each week since the first request, with how many had been asked and had answered by then."""
    asked = sorted(one.sent_on for one in bodies if one.sent_on)
    answered = sorted(one.answered_on for one in bodies if one.answered_on)
    if not asked:
        return []
    rows: list[tuple[date, int, int]] = []
    day = asked[0]
    while not rows or rows[-1][0] < today:
        day = min(day + timedelta(days=6), today)
        rows.append((day, bisect_right(asked, day), bisect_right(answered, day)))
        day += timedelta(days=1)
    return rows
