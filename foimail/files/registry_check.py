"""What makes a registry doubtful on a given day, though not wrong: warnings for a person to weigh. Pure."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from foimail.errors import Problem
from foimail.files import forms

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from foimail.model import Body

STALE = timedelta(days=365)  # 7 of some 205 trusts moved their address within 14 weeks of 2026


def check(bodies: Sequence[Body], today: date) -> tuple[Problem, ...]:
    """The warnings about these bodies: shared, unsourced and stale addresses, closings left open.

    Args:
        bodies: As `registry.read` gave them.
        today: The London date by which an address is stale or a closing date past.
    """
    codes = {code.casefold() for b in bodies for code in (b.id, b.ods) if code}
    sharers: dict[str, list[Body]] = {}
    for body in bodies:
        if body.email:
            sharers.setdefault(body.email.casefold(), []).append(body)
    found: list[Problem] = []
    for body in bodies:
        sentences = [*_of_closing(body, codes, today)]
        if body.email:
            sentences += _of_address(body, today)
            first = sharers[body.email.casefold()][0]
            if first is not body:
                sentences.append(
                    (
                        f"has the same address as {first.name}: {body.email}",
                        "right where they share an FOI team",
                    )
                )
        found += [Problem(body.where, f"{body.name} {what}", hint, "warning") for what, hint in sentences]
    return tuple(found)


def _of_closing(body: Body, codes: Iterable[str], today: date) -> Iterator[tuple[str, str]]:
    if body.status == "active":
        if body.closed_on and body.closed_on <= today:
            yield (
                f"is active, yet closed on {body.closed_on}",
                "set `status: closed` and take its address out",
            )
        return
    if not body.closed_on:
        yield "is closed, without a `closed_on`", ""
    if not body.successor:
        yield "is closed and has no known successor", ""
    elif body.successor.casefold() not in codes:
        yield f"has the successor {body.successor}, which is not in the file", ""


def _of_address(body: Body, today: date) -> Iterator[tuple[str, str]]:
    if not body.email_source:
        yield "has an address without a source", "say in `email_source` where it was read"
    checked = forms.latest_day(body.email_checked)
    if checked is None:
        yield "has an address that nobody has dated", "set `email_checked` when you have looked"
    elif checked < today - STALE:
        yield f"has an address last checked {body.email_checked}, over a year ago", "look at its FOI page"
