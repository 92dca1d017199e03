"""How long a command takes to start, against bare imports in the same run: `foimail --help` and `foimail due`.

Yardsticks: `python -c "import click"`, and a script that imports click and holidays and builds the three-nation union.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time

ROUNDS = 15
UNION = """
import click, holidays
days = set().union(*(holidays.UK(subdiv=s, years=range(2025, 2028)) for s in ("ENG", "SCT", "NIR")))
"""


def seconds(*arguments: str) -> float:
    begun = time.perf_counter()
    subprocess.run([sys.executable, *arguments], check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - begun


def main() -> None:
    pairs = {
        "foimail --help / import click": (("-m", "foimail", "--help"), ("-c", "import click")),
        "foimail due / click + holidays + union": (("-m", "foimail", "due", "2026-11-23"), ("-c", UNION)),
    }
    for name, (ours, yardstick) in pairs.items():
        times = [
            (seconds(*ours), seconds(*yardstick)) for _ in range(ROUNDS)
        ]  # in turns, so that noise falls on both
        mine, theirs = (statistics.median(t) for t in zip(*times, strict=True))
        print(
            f"{name}: {mine / theirs:.2f} ({mine * 1000:.0f} ms / {theirs * 1000:.0f} ms, median of {ROUNDS})"
        )


if __name__ == "__main__":
    main()
