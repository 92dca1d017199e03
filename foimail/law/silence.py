"""No sign of life: requests that perhaps never arrived, by what the other bodies of the same mail domain have shown."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import date

    from foimail.law.calendar import Calendar
    from foimail.model import Case, Sending

AFTER = 10  # working days without a word; most acknowledgements come on the first


@dataclass(frozen=True, slots=True)
class Silence:
    """A request of which nothing has been heard: no acknowledgement, no bounce, no answer.

    `heard` of the `asked` bodies with an address at this `domain` have shown a sign of life.
    """

    token: str
    body: str
    to: str
    domain: str
    sent_on: date
    working_days: int
    heard: int
    asked: int


def silences(
    cases: Iterable[Case], calendar_of: Callable[[Case], Calendar], today: date, after: int = AFTER
) -> tuple[Silence, ...]:
    """The requests that are perhaps unread: silent for so many working days, when most at their domain are not.

    Cases that are closed, and requests sent a shorter time ago, say nothing either way unless they were answered.
    """
    by_domain: defaultdict[str, list[tuple[Case, Sending, int]]] = defaultdict(list)
    for case in cases:
        sending = _last_request(case)
        if sending is None:
            continue
        waited = calendar_of(case).between(sending.on, today)
        if case.replies or (waited >= after and case.closed_on is None):
            by_domain[sending.to.rpartition("@")[2].lower()].append((case, sending, waited))
    found = []
    for domain, asked in by_domain.items():
        heard = sum(bool(case.replies) for case, _, _ in asked)
        if 2 * heard > len(asked):
            found += [
                Silence(case.token, case.body, sent.to, domain, sent.on, waited, heard, len(asked))
                for case, sent, waited in asked
                if not case.replies
            ]
    return tuple(sorted(found, key=lambda one: (-one.working_days, one.body)))


def _last_request(case: Case) -> Sending | None:
    """The request as it last went by e-mail; None where it never did."""
    requests = [s for s in case.sendings if s.letter == "request" and s.state == "sent" and s.by == "email"]
    return requests[-1] if requests else None
