"""Charts as inline SVG: requests and answers over time, bodies by stage, counts, sums with bounds. Numbers and our own words only.

They are drawn 400 units wide, so that their letters stay readable on a telephone; colours come from the page's style by class.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

from foimail.output.templates import short

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from foimail.dataset.bounds import Bounds

_WIDTH = 400
_LEFT, _RIGHT, _TOP, _BOTTOM = (
    34,
    104,
    14,
    26,
)  # the margins around the lines: ticks, names of the lines, days
_HEIGHT = 210
_BAR, _ROW, _NAMES, _COUNTS = 12, 25, 124, 40
_SUMS = 130  # room for the words behind a sum: "at least 1,204"
_APART = 15  # units between two names, so that they can be read


@dataclass(frozen=True, slots=True)
class Stage:
    """How a stage is named to a reader, and its tone: `late`, `stuck`, `ask`, `wait`, `good` or `idle`."""

    name: str
    tone: str


STAGES: Mapping[str, Stage] = {
    "overdue": Stage("Late", "late"),
    "review_overdue": Stage("Review late", "late"),
    "refused": Stage("Refused by server", "stuck"),
    "undelivered": Stage("Came back", "stuck"),
    "unknown": Stage("Perhaps sent", "stuck"),
    "clarification": Stage("They ask you", "ask"),
    "fees": Stage("Fee asked", "ask"),
    "decided": Stage("Decided", "good"),
    "answered": Stage("Answered", "good"),
    "awaiting": Stage("In time", "wait"),
    "extended": Stage("Time extended", "wait"),
    "review": Stage("Under review", "wait"),
    "complained": Stage("With the regulator", "wait"),
    "queued": Stage("In the outbox", "idle"),
    "not_sent": Stage("Not sent", "idle"),
    "closed": Stage("Closed", "idle"),
}


def stage(name: str) -> Stage:
    """The stage of this name; one that is not in the list is shown as it is called."""
    return STAGES.get(name, Stage(name.replace("_", " ").capitalize(), "idle"))


def rank(name: str) -> int:
    """The place of a stage in the order of a report: what asks for something comes first."""
    return list(STAGES).index(name) if name in STAGES else len(STAGES)


def over_time(sent: Sequence[date], answered: Sequence[date], today: date) -> str:
    """The count of requests sent and of answers up to each day, from the first request to today; empty without a request."""
    sent, answered = sorted(sent), sorted(answered)
    if not sent:
        return ""
    first = min([*sent, *answered])
    last = max(today, sent[-1], *answered)
    days = max(1, (last - first).days)
    top = _round_up(max(len(sent), len(answered)))
    right, bottom = _WIDTH - _RIGHT, _HEIGHT - _BOTTOM

    def x(day: date) -> float:
        return _LEFT + (right - _LEFT) * (day - first).days / days

    def y(count: float) -> float:
        return bottom - (bottom - _TOP) * count / top

    def steps(when: list[date]) -> str:
        """The line as an SVG path: level until a day, then up by what that day brought."""
        ups = (f"H{x(day):.1f}V{y(bisect_right(when, day)):.1f}" for day in sorted(set(when)))
        return f"M{_LEFT} {bottom}{''.join(ups)}H{right}"

    parts = []
    for tick in sorted({0, top // 2, top}):
        parts.append(f'<line class="grid" x1="{_LEFT}" x2="{right}" y1="{y(tick):.1f}" y2="{y(tick):.1f}"/>')
        parts.append(_text(_LEFT - 6, y(tick) + 4, str(tick), "end"))
    parts += [
        f'<path class="area good" d="{steps(answered)}V{bottom}Z"/>',
        f'<path class="line wait" d="{steps(sent)}"/>',
        f'<path class="line good" d="{steps(answered)}"/>',
        _text(_LEFT, _HEIGHT - 8, short(first)),
        _text(right, _HEIGHT - 8, short(last), "end"),
    ]
    names = [(y(len(sent)), f"{len(sent)} sent"), (y(len(answered)), f"{len(answered)} answered")]
    (high, upper), (low, lower) = sorted(names) if names[0][0] != names[1][0] else names
    if low - high < _APART:
        low = min(bottom, high + _APART)
        high = low - _APART
    parts += [_text(right + 8, high + 4, upper, mark="name"), _text(right + 8, low + 4, lower, mark="name")]
    words = f"From {short(first)} to {short(last)}: {len(sent)} sent, {len(answered)} answered."
    return _svg("over-time", "Requests sent and answers received over time", words, _HEIGHT, parts)


def by_stage(counts: Mapping[str, int]) -> str:
    """A bar for each stage that has bodies, in the order given; empty where none has."""
    found = [(stage(name), count) for name, count in counts.items() if count]
    return bars("by-stage", "Bodies by stage", found)


def bars(name: str, title: str, found: Sequence[tuple[Stage, int]]) -> str:
    """A bar for each count, in the order given; empty without one. `name` is the chart's own on its page."""
    if not found:
        return ""
    most = max(count for _, count in found)
    parts = []
    for number, (one, count) in enumerate(found):
        parts += _bar(number, one.name, [(one.tone, 0.0, count / most)], str(count))
    words = ", ".join(f"{one.name}: {count}" for one, count in found) + "."
    return _svg(name, title, words, len(found) * _ROW + 6, parts)


def sums(name: str, title: str, found: Sequence[tuple[str, Bounds, str]]) -> str:
    """A bar for each sum: full up to its lower bound, faint from there to its upper one; each with its words. Empty without one."""
    if not found:
        return ""
    most = max(max(bounds.lower, bounds.upper or 0.0) for _, bounds, _ in found) or 1.0
    parts = []
    for number, (label, bounds, words) in enumerate(found):
        low = bounds.lower / most
        high = low if bounds.upper is None else bounds.upper / most
        parts += _bar(number, label, [("wait", 0.0, low), ("wait may", low, high)], words, room=_SUMS)
    told = "; ".join(f"{label}: {words}" for label, _, words in found) + "."
    return _svg(name, title, told, len(found) * _ROW + 6, parts)


def _bar(
    number: int, label: str, pieces: Sequence[tuple[str, float, float]], words: str, room: int = _COUNTS
) -> list[str]:
    """One row: its label, the pieces of its bar as shares of the longest, and the words behind it."""
    top, wide = number * _ROW + 6, _WIDTH - _NAMES - room
    drawn = [
        f'<rect class="bar {tone}" x="{round(_NAMES + wide * begin, 1):g}" y="{top}" width="{max(2.0, wide * (end - begin)):.1f}"'
        f' height="{_BAR}" rx="2"/>'
        for place, (tone, begin, end) in enumerate(pieces)
        if end > begin or not place
    ]
    last = max(2.0, wide * max(end for _, _, end in pieces))
    return [
        _text(_NAMES - 10, top + _BAR - 2, label, "end"),
        *drawn,
        _text(_NAMES + last + 8, top + _BAR - 2, words, mark="name"),
    ]


def _svg(name: str, title: str, words: str, height: int, parts: Sequence[str], fit: str = "") -> str:
    drawn = "\n".join(parts)
    return (
        f'<svg viewBox="0 0 {_WIDTH} {height}" role="img" aria-labelledby="{name}-title {name}-words"{fit}>\n'
        f'<title id="{name}-title">{escape(title)}</title>\n<desc id="{name}-words">{escape(words)}</desc>\n{drawn}\n</svg>'
    )


def _text(x: float, y: float, words: str, anchor: str = "start", mark: str = "") -> str:
    named = f' class="{mark}"' if mark else ""
    return f'<text{named} x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(words)}</text>'


def _round_up(count: int) -> int:
    """The next number that makes a good end of a scale, and whose half is whole."""
    scale = 1
    while True:
        for step in (2, 3, 4, 5, 6, 8, 10):
            if count <= step * scale and step * scale % 2 == 0:
                return step * scale
        scale *= 10


def strip(counts: Mapping[str, int]) -> str:
    """One bar of all bodies, a piece for each stage, in the order given; empty where there is none."""
    whole = sum(counts.values())
    if not whole:
        return ""
    parts, at = [], 0.0
    for name, count in counts.items():
        one, wide = stage(name), _WIDTH * count / whole
        if count:
            words = f"{one.name}: {count}"
            parts.append(
                f'<rect class="bar {one.tone}" x="{at:.2f}" y="0" width="{max(0.6, wide - 0.8):.2f}" height="10">'
                f"<title>{escape(words)}</title></rect>"
            )
        at += wide
    words = ", ".join(f"{stage(name).name}: {count}" for name, count in counts.items() if count) + "."
    return _svg("strip", "Bodies by stage", words, 10, parts, ' preserveAspectRatio="none"')
