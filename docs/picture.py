#!/usr/bin/env python3
"""Draw the pictures of the README from the demo, on 8 October 2026: docs/report.svg, where bodies stand, and docs/answers.svg.

The demo runs in a folder that is thrown away. Its tokens are random, so the pictures show ones made from the bodies' names;
all else is what foimail printed.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import os
import pty
import re
import subprocess
import sys
import tempfile
from html import escape
from itertools import takewhile
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

HERE = Path(__file__).parent
ROWS = 14
WIDTH = 116  # columns
_FOIMAIL = (sys.executable, "-m", "foimail")
_SPACE = "\N{NO-BREAK SPACE}"  # browsers fold ordinary ones, whatever xml:space says
_FONT = "ui-monospace, Menlo, Consolas, 'DejaVu Sans Mono', monospace"
COLOURS = {
    "overdue": "#ff8f7e",
    "undelivered": "#ffb870",
    "clarification": "#f2d16b",
    "answered": "#8fdc9b",
    "partial": "#f2d16b",
    "not held": "#79b8ff",
    "refused": "#ff8f7e",
    "awaiting": "#c9d1d9",
}
_CHARACTER, _LINE, _MARGIN = 7.3, 18, 18


def pictures() -> dict[str, str]:
    """Each picture by the name of its file."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([*_FOIMAIL, "demo", f"{folder}/demo"], check=True, capture_output=True)
        return {
            "report.svg": draw("foimail report", list(_report(folder))),
            "answers.svg": draw("foimail answers", list(_answers(folder))),
        }


def _report(folder: str) -> Iterator[str]:
    """The heading, the first rows and the summary of the report."""
    lines, summary = _printed(folder, "report")
    yield from ("$ foimail report", *lines[: ROWS + 2], "...", "", *summary)


def _answers(folder: str) -> Iterator[str]:
    """What the bodies answered, and the figures of the first part."""
    lines, summary = _printed(folder, "answers")
    yield from ("$ foimail answers", *lines, *summary, "", "$ foimail summary", "...")
    lines, _ = _printed(folder, "summary")
    first = next(number for number, line in enumerate(lines) if line.startswith("Part 1"))
    part = list(takewhile(lambda line: not line.startswith("Part 2"), lines[first:]))
    yield from (*"\n".join(part).rstrip().splitlines(), "...")


def _printed(folder: str, command: str) -> tuple[list[str], list[str]]:
    """What a command prints on a terminal of this width: the data, and the remarks beside it."""
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [*_FOIMAIL, "--workspace", f"{folder}/demo", "--today", "2026-10-08", command],
        stdout=theirs,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"COLUMNS": str(WIDTH)},
    ) as running:
        os.close(theirs)
        lines = _read(ours).splitlines()
        remarks = running.stderr.read().splitlines() if running.stderr else []
    return [re.sub(r"FOI-\w{6}", _steady(line), line) for line in lines], remarks


def draw(title: str, lines: list[str]) -> str:
    """The lines as an SVG that looks like a terminal; a line has the colour of the first stage or outcome in it."""
    width = round(max(map(len, lines)) * _CHARACTER + 2 * _MARGIN)
    height = len(lines) * _LINE + 2 * _MARGIN
    drawn = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}" role="img">',
        f"<title>{title}</title>",
        f'<rect width="{width}" height="{height}" rx="8" fill="#0d1117"/>',
        f'<g font-family="{_FONT}" font-size="12">',
    ]
    for number, line in enumerate(lines, start=1):
        found = re.search(rf"  ({'|'.join(COLOURS)})(?:  |$)", line)
        colour = COLOURS[found[1]] if found else "#c9d1d9"
        length = f' textLength="{len(line) * _CHARACTER:.1f}"' if line else ""
        y = _MARGIN + number * _LINE - 5
        drawn.append(
            f'<text x="{_MARGIN}" y="{y}" fill="{colour}"{length}>{escape(line).replace(" ", _SPACE)}</text>'
        )
    return "\n".join([*drawn, "</g>", "</svg>", ""])


def _steady(line: str) -> str:
    name = next((word for word in re.split(r"\s{2,}", line) if not word.startswith("FOI-")), "")
    return f"FOI-{base64.b32encode(hashlib.sha256(name.encode()).digest()).decode()[:6]}"


def _read(terminal: int) -> str:
    found = b""
    with contextlib.suppress(OSError):  # how a terminal ends when its program has gone
        while some := os.read(terminal, 65536):
            found += some
    os.close(terminal)
    return found.decode()


if __name__ == "__main__":
    for name, drawn in pictures().items():
        (HERE / name).write_text(drawn, encoding="utf-8")
