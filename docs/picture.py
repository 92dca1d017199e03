#!/usr/bin/env python3
"""Draw docs/report.svg: the first lines of a real report, that of the demo, on 8 October 2026.

The demo runs in a folder that is thrown away. Its tokens are random, so the picture shows ones made from the bodies' names;
all else is what `foimail report` printed.
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
from pathlib import Path

PICTURE = Path(__file__).parent / "report.svg"
ROWS = 14
WIDTH = 116  # columns
_SPACE = "\N{NO-BREAK SPACE}"  # browsers fold ordinary ones, whatever xml:space says
_FONT = "ui-monospace, Menlo, Consolas, 'DejaVu Sans Mono', monospace"
COLOURS = {
    "overdue": "#ff8f7e",
    "undelivered": "#ffb870",
    "clarification": "#f2d16b",
    "answered": "#8fdc9b",
    "awaiting": "#c9d1d9",
}
_CHARACTER, _LINE, _MARGIN = 7.3, 18, 18


def report() -> list[str]:
    """The heading, the first rows and the summary of the demo's report, as a terminal of this width shows them."""
    with tempfile.TemporaryDirectory() as folder:
        foimail = (sys.executable, "-m", "foimail")
        subprocess.run([*foimail, "demo", f"{folder}/demo"], check=True, capture_output=True)
        ours, theirs = pty.openpty()
        with subprocess.Popen(
            [*foimail, "--workspace", f"{folder}/demo", "--today", "2026-10-08", "report"],
            stdout=theirs,
            stderr=subprocess.PIPE,
            text=True,
            env=os.environ | {"COLUMNS": str(WIDTH)},
        ) as running:
            os.close(theirs)
            lines = _read(ours).splitlines()
            summary = running.stderr.read().strip() if running.stderr else ""
    rows = [re.sub(r"FOI-\w{6}", _steady(line), line) for line in lines[: ROWS + 2]]
    return ["$ foimail report", *rows, "...", "", summary]


def draw(lines: list[str]) -> str:
    """The lines as an SVG that looks like a terminal; a stage has its colour."""
    width = round(max(map(len, lines)) * _CHARACTER + 2 * _MARGIN)
    height = len(lines) * _LINE + 2 * _MARGIN
    drawn = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}" role="img">',
        "<title>foimail report</title>",
        f'<rect width="{width}" height="{height}" rx="8" fill="#0d1117"/>',
        f'<g font-family="{_FONT}" font-size="12">',
    ]
    for number, line in enumerate(lines, start=1):
        colour = next((c for stage, c in COLOURS.items() if f"  {stage} " in line), "#c9d1d9")
        length = f' textLength="{len(line) * _CHARACTER:.1f}"' if line else ""
        y = _MARGIN + number * _LINE - 5
        drawn.append(
            f'<text x="{_MARGIN}" y="{y}" fill="{colour}"{length}>{escape(line).replace(" ", _SPACE)}</text>'
        )
    return "\n".join([*drawn, "</g>", "</svg>", ""])


def _steady(line: str) -> str:
    name = re.split(r"\s{2,}", line)[0]
    return f"FOI-{base64.b32encode(hashlib.sha256(name.encode()).digest()).decode()[:6]}"


def _read(terminal: int) -> str:
    found = b""
    with contextlib.suppress(OSError):  # how a terminal ends when its program has gone
        while some := os.read(terminal, 65536):
            found += some
    os.close(terminal)
    return found.decode()


if __name__ == "__main__":
    PICTURE.write_text(draw(report()), encoding="utf-8")
