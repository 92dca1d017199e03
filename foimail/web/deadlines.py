"""The days that still matter: as a list, as a month, and as a calendar to subscribe to."""

from __future__ import annotations

import hmac
import os
import secrets
from bisect import bisect_left, bisect_right
from calendar import Calendar, month_name
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import Blueprint, Response, abort, render_template, request

from foimail.errors import WorkspaceError
from foimail.web import here, table
from foimail.workflows import deadlines, present

if TYPE_CHECKING:
    from datetime import date

    from foimail.workspace import Workspace

pages = Blueprint("deadlines", __name__)
_KEY_FILE = ".calendar.key"
_SHOWN = 3  # entries of a day of the month
_YEARS = range(2000, 2100)


@dataclass(frozen=True, slots=True)
class Entry:
    """A last day of a case."""

    on: date
    title: str
    name: str
    token: str
    stage: str
    text: tuple[str, ...]


@pages.get("/deadlines")
def page() -> str:
    """What is to come, and one month of it."""
    today = here.ws().today
    entries = here.desk().known("deadlines", lambda _: _entries())
    asked = {name: request.args.get(name, "") for name in ("past", "month", "page")}
    is_past = bool(asked["past"])
    rows = here.desk().known(("deadlines", is_past), lambda _: _on_one_side(entries, today, is_past=is_past))
    year, month = _month(asked["month"], today)
    weeks = [
        [(day, *_of_day(entries, day, day.month == month)) for day in week]
        for week in Calendar().monthdatescalendar(year, month)
    ]
    before, after = (year - (month == 1), (month - 2) % 12 + 1), (year + (month == 12), month % 12 + 1)  # noqa: PLR2004 - months
    return render_template(
        "deadlines.html",
        list=here.drawn("deadlines_rows.html", table.cut(rows, asked), lambda: {"past": asked["past"]}),
        past=asked["past"],
        weeks=weeks,
        month=month,
        title=f"{month_name[month]} {year}",
        before="{}-{:02}".format(*before),
        after="{}-{:02}".format(*after),
        address=f"{here.door().terms.home(here.door().port)}/deadlines.ics?key={calendar_key(here.ws())}",
    )


@pages.get("/deadlines.ics")
def calendar_file() -> Response:
    """The calendar, for programs that know its own key: they have no cookie."""
    if not hmac.compare_digest(request.args.get("key", "").encode(), calendar_key(here.ws()).encode()):
        abort(403, "This is not the address of the calendar.")
    return Response(present.calendar(here.ws()), mimetype="text/calendar")


def calendar_key(ws: Workspace) -> str:
    """The key of the calendar's address; it stays, for a subscription outlives the desk. Only the owner can read its file."""
    file = ws.folder / _KEY_FILE
    try:
        with os.fdopen(os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as new:
            new.write(secrets.token_urlsafe(24))
    except FileExistsError:
        pass
    except OSError as error:
        raise WorkspaceError(f"{file} cannot be written: {error.strerror}") from None
    return file.read_text(encoding="ascii").strip()


def _entries() -> list[Entry]:
    found = [
        Entry(day.on, day.title, one.body.name, one.case.token, one.position.stage, day.text)
        for one in here.standings()
        if one.case is not None and one.position is not None
        for day in deadlines.days(one.position)
    ]
    return sorted(found, key=lambda entry: (entry.on, entry.name))


def _on_one_side(entries: list[Entry], today: date, *, is_past: bool) -> list[Entry]:
    """What is behind, the latest first, or what is ahead."""
    at = bisect_left(entries, today, key=lambda one: one.on)
    return entries[:at][::-1] if is_past else entries[at:]


def _of_day(entries: list[Entry], day: date, shown: bool) -> tuple[list[Entry], int]:  # noqa: FBT001 - one of two
    """The first entries of a day of the month that is shown, and how many more there are."""
    first = bisect_left(entries, day, key=lambda one: one.on)
    count = (bisect_right(entries, day, key=lambda one: one.on) - first) if shown else 0
    few = min(count, _SHOWN)
    return entries[first : first + few], count - few


def _month(text: str, today: date) -> tuple[int, int]:
    year, _, month = text.partition("-")
    found = table.number(year, 0), table.number(month, 0)
    return found if found[0] in _YEARS and 1 <= found[1] <= 12 else (today.year, today.month)  # noqa: PLR2004 - months
