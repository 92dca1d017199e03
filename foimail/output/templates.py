"""The package's own page templates: every value put into them is escaped, and a missing one is a fault."""

from __future__ import annotations

from datetime import date
from importlib.resources import files

from foimail.law.calendar import in_words


def render(template: str, /, **values: object) -> str:
    """The template `foimail/output/TEMPLATE` filled in; it knows the filters `day` and `in_words` for dates."""
    from jinja2 import Environment, StrictUndefined

    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, keep_trailing_newline=True
    )
    environment.filters |= {"day": short, "in_words": in_words}
    return environment.from_string(text(template)).render(**values)


def text(name: str) -> str:
    """A file of this folder: a template, a style sheet, a script."""
    return (files("foimail") / "output" / name).read_text(encoding="utf-8")


def short(day: object) -> str:
    """A date as a table gives it: `7 Oct 2026`; nothing for what is no date."""
    return f"{day.day} {day:%b %Y}" if isinstance(day, date) else ""
