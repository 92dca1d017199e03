"""Run what docs/performance.md tells of, and write its generated part and charts from what was measured.

`python benchmarks/performance.py` does all; names (`search report`) do these alone and print, and write nothing.
"""

from __future__ import annotations

import os
import platform
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks import desk, nothing_new, poll, report, search, sending, start_up  # noqa: E402 - from the checkout
from benchmarks.chart import curve  # noqa: E402
from benchmarks.measure import Measure, show  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

PAGE = ROOT / "docs" / "performance.md"
BEGIN, END = "<!-- begin: measured -->\n", "<!-- end: measured -->"
CASES = (10, 100, 1_000, 10_000, 100_000)
MAILS = (100, 1_000, 10_000, 50_000)
PARTS: dict[str, Callable[[], list[Measure]]] = {
    "poll": poll.measures,
    "nothing_new": nothing_new.measures,
    "sending": sending.measures,
    "report": report.measures,
    "start_up": start_up.measures,
    "search": search.measures,
    "desk": desk.measures,
}


def machine() -> str:
    """The machine in words."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text(encoding="utf-8").splitlines() if info.exists() else []
    named = next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "")
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    load = os.getloadavg()[0]
    return (
        f"{os.cpu_count()} cores of {named or platform.processor()}, {memory:.0f} GB of memory, {platform.system()} "
        f"{platform.release()}, Python {platform.python_version()}; load before the run {load:.1f}"
    )


def row(one: Measure) -> str:
    """A row of the table."""
    verdict = "yes" if one.reached else "**no**"
    return f"| {one.work} | {one.yardstick} | {one.wanted:g} | {one.ratio:.2f} | {verdict} | {one.seen} |"


def written(found: Iterable[Measure], where: str) -> str:
    """The generated part."""
    rows = "\n".join(map(row, found))
    return (
        f"Measured on {datetime.now(UTC):%d %B %Y} on {where}.\n\n"
        "| work | yardstick | aim | ratio | reached | measured |\n| --- | --- | --- | --- | --- | --- |\n"
        f"{rows}\n"
    )


def main() -> None:
    """Measure, and write."""
    names = sys.argv[1:] or list(PARTS)
    where = machine()
    found = []
    for name in names:
        some = PARTS[name]()
        show(some)
        found += some
    if sys.argv[1:]:
        return
    charts = {
        "report": curve("A report, in seconds, over so many cases", report.growth(CASES)),
        "poll": curve("A poll, in seconds, of so many mails", poll.growth(MAILS)),
    }
    for name, svg in charts.items():
        (PAGE.parent / f"performance-{name}.svg").write_text(svg, encoding="utf-8")
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(BEGIN)
    PAGE.write_text(
        f"{before}{BEGIN}\n{written(found, where)}\n{END}{rest.partition(END)[2]}", encoding="utf-8"
    )


if __name__ == "__main__":
    main()
