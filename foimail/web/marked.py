"""Strangers' words on a page: harmless in one line, or a whole text with some of its passages marked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from markupsafe import Markup, escape

from foimail.output.marks import marked
from foimail.output.tables import plain

if TYPE_CHECKING:
    from collections.abc import Iterable

_OPEN, _CLOSE = "\ue000", "\ue001"  # for private use: no letter can put them in, since `plain` takes them out


def safe(value: object) -> object:
    """A value as it may stand in a page: text without control and direction marks; our own markup as it is."""
    if isinstance(value, str) and not isinstance(value, Markup):
        return "\n".join(map(_line, value.split("\n"))) if "\n" in value else _line(value)
    return "" if value is None else value


def _line(text: str) -> str:
    if text.isprintable():
        return text
    inner = plain(text)
    return f"{' ' * text[:1].isspace()}{inner}{' ' * text[-1:].isspace()}" if inner else " " * bool(text)


def blank(name: object) -> str:
    """A name of ours in words: `not_held` is `not held`."""
    return str(name).replace("_", " ")


def text(words: str, spans: Iterable[tuple[int, int]] = ()) -> Markup:
    """A stranger's text, escaped, line by line; what lies in `spans` is marked, and the first mark can be jumped to."""
    lines = marked(words, spans, lambda inside: f"{_OPEN}{inside}{_CLOSE}")
    shown = "\n".join(str(escape(line)) for line, _ in lines)
    first = shown.replace(_OPEN, '<mark id="quote">', 1)
    return Markup(first.replace(_OPEN, "<mark>").replace(_CLOSE, "</mark>"))  # noqa: S704 - escaped line by line above
