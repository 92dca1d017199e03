"""The report: over 250 cases against `import sqlalchemy`, over many more cases, and after one new event.

Each is a process of its own, from its start to its end, in turns with the yardstick; the median counts. A case has ten events.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from sqlalchemy import insert

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.bodies import asks  # noqa: E402
from benchmarks.matching import token  # noqa: E402 - from the checkout
from benchmarks.measure import Measure, show  # noqa: E402
from foimail import events  # noqa: E402
from foimail.store import cases, facts, schema  # noqa: E402
from foimail.workflows import standing  # noqa: E402
from foimail.workspace import Workspace, open_workspace  # noqa: E402

FEW, MANY = 250, 100_000
BODIES = 250
ROUNDS = 7
DAY = date(2026, 6, 12)
NOW = datetime(2026, 6, 12, tzinfo=UTC)
TODAY = date(2026, 7, 20)


def log(number: int) -> list[events.Event]:
    """Ten events of one case, told in the way of most."""
    body, home = f"foi@place{number % BODIES}.example", f"{number}@home.example"
    reply = f"{number:064}"
    return [
        events.Opened(DAY, "cse", f"B{number % BODIES}", "foia"),
        events.Queued(DAY, home, body, "0" * 64),
        events.Sent(DAY, home, body, answer="250 2.0.0 taken"),
        events.Received(DAY + timedelta(1), reply, "auto_ack", body, "Re: your request", "token"),
        events.Told(
            DAY + timedelta(1), reply, {"reference": f"FOI {number}/26", "quotes": {"reference": "ref"}}
        ),
        events.Received(DAY + timedelta(20), reply[:-1] + "x", "partial", body, "Re: your request", "token"),
        events.Told(DAY + timedelta(20), reply[:-1] + "x", {"sections": ["s.12", "s.40(2)"]}),
        events.Noted(DAY + timedelta(21), "read and put aside"),
        events.Snoozed(DAY + timedelta(22), "2026-08-01"),
        events.Noted(DAY + timedelta(23), "to be compared with last year"),
    ]


def filled(folder: Path, count: int) -> Workspace:
    """A workspace with so many cases, their facts folded."""
    asks(folder, BODIES)
    ws = open_workspace(folder, TODAY, {})
    for first in range(0, count, 5000):
        numbers = range(first, min(first + 5000, count))
        with ws.store.write() as connection:
            connection.execute(
                insert(schema.cases),
                [
                    {
                        "token": token(n),
                        "campaign": "cse",
                        "topic": "cse",
                        "body": f"B{n % BODIES}",
                        "wave": 1 + n // BODIES,
                    }
                    for n in numbers
                ],
            )
            connection.execute(
                insert(schema.events),
                [
                    {
                        "token": token(n),
                        "kind": e.kind,
                        "on_date": e.on,
                        "recorded_at": NOW,
                        "data": events.to_json(e),
                    }
                    for n in numbers
                    for e in log(n)
                ],
            )
            facts.refold(connection, map(token, numbers))
    return ws


def run(*arguments: str) -> float:
    """Seconds of a Python process."""
    begun = time.perf_counter()
    subprocess.run([sys.executable, *arguments], check=True, capture_output=True, cwd=ROOT)
    return time.perf_counter() - begun


def report(folder: Path) -> float:
    """Seconds of `foimail report`."""
    return run(
        "-m", "foimail", "--workspace", str(folder), "--today", TODAY.isoformat(), "report", "--first", "20"
    )


def measures(many: int = MANY) -> list[Measure]:
    """What this file measures."""
    with tempfile.TemporaryDirectory() as name:
        few = filled(Path(name) / "few", FEW)
        report(few.folder)  # the last days are noted by the first
        pairs = [(report(few.folder), run("-c", "import sqlalchemy")) for _ in range(ROUNDS)]
        mine, bare = (statistics.median(column) for column in zip(*pairs, strict=True))
        big = filled(Path(name) / "many", many)
        first = report(big.folder)
        large = report(big.folder)
        with big.store.write() as connection:
            cases.append(connection, token(0), (events.Noted(TODAY, "new"),), NOW)
        begun = time.perf_counter()
        standing.cases_of(big)
        from_facts = time.perf_counter() - begun
        begun = time.perf_counter()
        with big.store.read() as connection:
            standing.folded(cases.log(connection, campaign="cse"))
        from_log = time.perf_counter() - begun
    more = many / FEW
    return [
        Measure(f"report over {FEW} cases", "import sqlalchemy, twice", 2 * bare / mine, 1, f"{mine:.2f} s / {bare:.2f} s"),
        Measure(
            f"report over {many:,} cases and {10 * many:,} events", f"the run over {FEW}, {more:,.0f} times",
            more * mine / large, 1, f"{large:.1f} s, the first {first:.1f} s / {mine:.2f} s",
        ),
        Measure(
            "all cases after one new event, from their facts", "folding the whole log",
            from_log / from_facts, 1, f"{from_facts:.1f} s / {from_log:.1f} s; no event is read (a test holds it)",
        ),
    ]  # fmt: skip


def growth(counts: tuple[int, ...]) -> list[tuple[int, float]]:
    """Seconds of a report over so many cases."""
    found = []
    with tempfile.TemporaryDirectory() as name:
        for count in counts:
            ws = filled(Path(name) / str(count), count)
            report(ws.folder)
            found.append((count, report(ws.folder)))
            ws.store.close()
    return found


if __name__ == "__main__":
    show(measures(*map(int, sys.argv[1:])))
