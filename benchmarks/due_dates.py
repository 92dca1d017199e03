"""A million due dates by `Calendar.after`, against stepping day by day over a summed `holidays` object.

The loop is timed on a smaller sample, because it is slow; every date of that sample must be the same by both.
"""

from __future__ import annotations

import random
import time
from datetime import date, timedelta

import holidays

from foimail.files.tables import table
from foimail.law.calendar import build

DATES = 1_000_000
SAMPLE = 20_000
WORKING_DAYS = 20
YEARS = range(2005, 2031)


def by_loop(received: date, n: int, days_off: holidays.HolidayBase) -> date:
    day = received
    while n:
        day += timedelta(days=1)
        if day.weekday() < 5 and day not in days_off:
            n -= 1
    return day


def main() -> None:
    started = time.perf_counter()
    calendar = build(["England", "Scotland", "Northern Ireland"], table("proclaimed"))
    built = 1000 * (time.perf_counter() - started)
    print(f"calendar of {len(calendar.working)} working days built in {built:.0f} ms")

    england, scotland, ireland = (
        holidays.country_holidays("GB", s, years=YEARS) for s in ("ENG", "SCT", "NIR")
    )
    days_off = england + scotland + ireland
    # from 2007 on: the library has the first St Andrew's Day a year too early, which our table mends
    start, span = date(2007, 1, 1), (date(2030, 10, 1) - date(2007, 1, 1)).days
    seeded = random.Random(20)  # noqa: S311 - the same dates in each run
    received = [start + timedelta(seeded.randrange(span)) for _ in range(DATES)]

    started = time.perf_counter()
    ours = [calendar.after(day, WORKING_DAYS) for day in received]
    per_date = (time.perf_counter() - started) / DATES

    started = time.perf_counter()
    theirs = [by_loop(day, WORKING_DAYS, days_off) for day in received[:SAMPLE]]
    per_step = (time.perf_counter() - started) / SAMPLE

    assert ours[:SAMPLE] == theirs
    print(f"Calendar.after        {1 / per_date:>12,.0f} due dates a second (n = {DATES:,})")
    print(f"loop over holidays    {1 / per_step:>12,.0f} due dates a second (n = {SAMPLE:,}, a sample)")
    print(f"ratio                 {per_step / per_date:>12.1f}")


if __name__ == "__main__":
    main()
