"""One line on logarithmic scales as SVG: how the cost of something grows."""

from __future__ import annotations

from html import escape
from math import ceil, floor, log10
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_WIDTH, _HEIGHT = 480, 260
_LEFT, _RIGHT, _TOP, _BOTTOM = 60, 24, 36, 34


def curve(title: str, points: Sequence[tuple[int, float]]) -> str:
    """The points joined, with their values; the dashed line is what growth in proportion from the first would be."""
    xs, ys = [log10(x) for x, _ in points], [log10(y) for _, y in points]
    even = ys[0] + xs[-1] - xs[0]
    low, high = floor(min(ys)), ceil(max(*ys, even))

    def at(x: float, y: float) -> tuple[float, float]:
        across = _LEFT + (x - xs[0]) / (xs[-1] - xs[0]) * (_WIDTH - _LEFT - _RIGHT)
        return round(across, 1), round(_TOP + (high - y) / (high - low) * (_HEIGHT - _TOP - _BOTTOM), 1)

    places = [at(x, y) for x, y in zip(xs, ys, strict=True)]
    line = " ".join(f"{x},{y}" for x, y in places)
    (x0, y0), (x1, y1) = at(xs[0], ys[0]), at(xs[-1], even)
    marks = [
        f'<circle cx="{x}" cy="{y}" r="3" fill="#1f5fa8"/><text x="{x}" y="{y - 8}" text-anchor="middle">{_short(seconds)}</text>'
        f'<text x="{x}" y="{_HEIGHT - 12}" text-anchor="middle">{count:,}</text>'
        for (x, y), (count, seconds) in zip(places, points, strict=True)
    ]
    steps = [
        f'<text x="{_LEFT - 26}" y="{at(xs[0], step)[1] + 4}" text-anchor="end">{10.0**step:g}</text>'
        for step in range(low, high + 1)
    ]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" font-family="sans-serif" font-size="11">'
        f'<rect width="100%" height="100%" fill="#fff"/><text x="12" y="18" font-size="13">{escape(title)}</text>'
        f'<line x1="{x0}" y1="{y0}" x2="{x1}" y2="{y1}" stroke="#999" stroke-dasharray="4 4"/>'
        f'<polyline points="{line}" fill="none" stroke="#1f5fa8" stroke-width="2"/>{"".join(marks)}{"".join(steps)}</svg>\n'
    )


def _short(seconds: float) -> str:
    digits = 2 if seconds < 1 else 1 if seconds < 10 else 0
    return f"{seconds:.{digits}f}"
