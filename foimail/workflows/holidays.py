"""The days that do not count: which they are, whether the table is still true, and what a new table has moved."""

from __future__ import annotations

import contextlib
import json
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from foimail.errors import InputError, Problem, StoreError
from foimail.files.tables import table
from foimail.law.calendar import build
from foimail.store import due_dates
from foimail.workflows import standing

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from foimail.law.regimes import Regime
    from foimail.model import Case
    from foimail.workspace import Workspace

LIST = ("date", "weekday", "law", "reason")
CHECK = ("date", "nation", "gov_uk", "foimail", "library", "verdict")
DIFF = ("case", "name", "stage", "received", "due_before", "due_now", "table_before", "table_now")

_SATURDAY = 5
_LARGEST = 5_000_000  # bytes; GOV.UK's file has some 20,000
# the divisions of GOV.UK's bank-holidays.json, and the nation whose days ours are compared with
_DIVISIONS = {"england-and-wales": "England", "scotland": "Scotland", "northern-ireland": "Northern Ireland"}


def listed(regimes: Iterable[Regime], years: range) -> list[dict[str, object]]:
    """The weekdays of these years that do not count, each with the laws whose clock it stops and its nations."""
    laws: dict[date, list[str]] = {}
    reasons: dict[date, str] = {}
    # the law that looks at most nations says best where a day is a holiday
    for regime in sorted(regimes, key=lambda regime: -len(regime.holidays)):
        for day, reason in build(regime.holidays, table("proclaimed")).holidays.items():
            if day.year in years:
                laws.setdefault(day, []).append(regime.short)
                reasons.setdefault(day, reason)
    return [
        {"date": day, "weekday": f"{day:%A}", "law": ", ".join(laws[day]), "reason": reasons[day]}
        for day in sorted(laws)
    ]


@dataclass
class Checked:
    """How GOV.UK's file, our table and the library agree: a row for each weekday on which they do not, and what follows."""

    rows: list[dict[str, object]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    years: str = ""


def check(path: Path, today: date) -> Checked:
    """Compare a bank-holidays.json of GOV.UK with our table and the library, in the years that the file covers.

    Raises:
        InputError: the file is none of GOV.UK's.
    """
    divisions = _read(path)
    proclaimed = table("proclaimed")
    bare = {key: value for key, value in proclaimed.items() if key not in {"day", "worked"}} | {"day": []}
    years = sorted({day.year for days in divisions.values() for day in days})
    found = Checked(years=f"{years[0]} to {years[-1]}")
    for nation, theirs in divisions.items():
        ours, library = build([nation], proclaimed).holidays, build([nation], bare).holidays
        # GOV.UK drops the years that are over, and lists those to come as they are proclaimed: each nation's own years count
        covered = range(min(theirs).year, max(theirs).year + 1)
        days = {
            day for day in {*theirs, *ours, *library} if day.year in covered and day.weekday() < _SATURDAY
        }
        for day in sorted(days):
            if len({day in theirs, day in ours, day in library}) > 1:
                _differs(found, str(path), nation, day, theirs, ours, library)
    if years[-1] > proclaimed["reliable_to"]:
        hint = "a newer foimail may have them" if found.problems else "no day differs"
        found.problems.append(
            Problem(
                "proclaimed.toml",
                f"the table is stale: it was compared up to {proclaimed['reliable_to']}, and GOV.UK lists days up to {years[-1]}",
                hint,
                "warning",
            )
        )
    if today.year > years[-1]:
        found.problems.append(
            Problem(str(path), f"this file is old: it ends in {years[-1]}", "fetch it afresh", "warning")
        )
    return found


def _differs(
    found: Checked,
    path: str,
    nation: str,
    day: date,
    theirs: dict[date, str],
    ours: Any,  # noqa: ANN401 - a mapping of day to name
    library: Any,  # noqa: ANN401 - as above
) -> None:
    if day in theirs and day in ours:
        verdict = "our table has it, the library does not"
    elif day not in theirs and day not in ours:
        verdict = "our table mends the library"
    else:
        listed_by = "GOV.UK lists it" if day in theirs else "GOV.UK does not list it"
        verdict = f"the table is stale: {listed_by}"
        name = theirs.get(day) or ours[day]
        taken = "a working day" if day in theirs else "a holiday"
        message = f"{day} ({name}, {nation}): {listed_by}, foimail takes it for {taken}"
        hint = "install a newer foimail, or mend foimail/tables/proclaimed.toml"
        found.problems.append(Problem(path, message, hint))
    found.rows.append(
        {
            "date": day,
            "nation": nation,
            "gov_uk": theirs.get(day),
            "foimail": ours.get(day),
            "library": library.get(day),
            "verdict": verdict,
        }
    )


def _read(path: Path) -> dict[str, dict[date, str]]:
    """The days of each nation, by GOV.UK's file."""
    try:
        with path.open("rb") as file:
            raw = file.read(_LARGEST + 1)
        content = json.loads(raw.decode("utf-8-sig")) if len(raw) <= _LARGEST else {}
        found = {
            nation: {
                date.fromisoformat(one["date"]): str(one["title"]) for one in content[division]["events"]
            }
            for division, nation in _DIVISIONS.items()
        }
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}") from None
    except (LookupError, ValueError, TypeError, RecursionError):
        found = {}
    if not found or not all(found.values()):
        hint = "fetch https://www.gov.uk/bank-holidays.json"
        raise InputError(f"{path} is no bank-holidays.json of GOV.UK", hint=hint)
    return found


def remember(ws: Workspace, standings: Iterable[standing.Standing]) -> None:
    """Note the last days with the version of the table that they were computed by, those not noted before."""
    computed = {row for s in standings if s.case for row in _computed(ws, s.case)}
    # a report has to be readable on a disk where nothing can be written
    with contextlib.suppress(StoreError):
        with ws.store.read() as connection:
            known = {row.key for row in due_dates.rows(connection)}
        if new := sorted((row for row in computed if row.key not in known), key=lambda row: row.key):
            with ws.store.write() as connection:
                due_dates.remember(connection, new, ws.now())


def _computed(ws: Workspace, case: Case) -> Iterator[due_dates.Row]:
    """The last day by the calendar alone: fees notices and further time are no matter of holidays."""
    if case.received_on is not None:
        regime = ws.law.regime(case.regime)
        calendar = ws.calendar(regime)
        due = regime.limit("response").last_day(case.received_on, calendar)
        yield due_dates.Row(case.token, case.received_on, due, calendar.version)


def moved(ws: Workspace) -> list[dict[str, object]]:
    """The cases whose last day is another by today's holiday table than by the one it was last noted by, and note today's."""
    found = standing.everybody(ws)
    with ws.store.read() as connection:
        noted = due_dates.rows(connection)
    rows: list[dict[str, object]] = []
    for s in found:
        for now in _computed(ws, s.case) if s.case else ():
            same = (n for n in noted if (n.token, n.received_on) == (now.token, now.received_on))
            before = [n for n in same if n.version != now.version]
            if before and before[-1].due != now.due:
                rows.append(
                    {
                        "case": now.token,
                        "name": s.body.name,
                        "stage": s.position.stage if s.position else "",
                        "received": now.received_on,
                        "due_before": before[-1].due,
                        "due_now": now.due,
                        "table_before": before[-1].version,
                        "table_now": now.version,
                    }
                )
    remember(ws, found)
    return rows
