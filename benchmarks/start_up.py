"""How long a command takes to start, against bare imports in the same run: `foimail --help` and `foimail due`.

Yardsticks: `python -c "import click"`, and a script that imports click and holidays and builds the three-nation union.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.measure import Measure, show

ROUNDS = 15
AIM = 1.5  # times the yardstick
UNION = """
import click, holidays
days = set().union(*(holidays.UK(subdiv=s, years=range(2025, 2028)) for s in ("ENG", "SCT", "NIR")))
"""


def seconds(*arguments: str) -> float:
    begun = time.perf_counter()
    subprocess.run([sys.executable, *arguments], check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - begun


def measures() -> list[Measure]:
    """What this file measures."""
    pairs = {
        ("foimail --help", "import click"): (("-m", "foimail", "--help"), ("-c", "import click")),
        ("foimail due 2026-11-23", "click, holidays and the union of three nations"): (
            ("-m", "foimail", "due", "2026-11-23"),
            ("-c", UNION),
        ),
    }
    found = []
    for (work, yardstick), (ours, other) in pairs.items():
        times = [
            (seconds(*ours), seconds(*other)) for _ in range(ROUNDS)
        ]  # in turns, so that noise falls on both
        mine, theirs = (statistics.median(t) for t in zip(*times, strict=True))
        seen = f"{mine * 1000:.0f} ms / {theirs * 1000:.0f} ms, median of {ROUNDS}"
        found.append(Measure(work, f"{yardstick}, {AIM} times", AIM * theirs / mine, 1, seen))
    return found


if __name__ == "__main__":
    show(measures())
