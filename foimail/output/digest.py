"""The digest that reminds the requester: as plain text, and as a quiet HTML page for mail programs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from foimail.law.calendar import in_words
from foimail.output import templates
from foimail.output.tables import plain

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

_MOST = 30  # of one section; a digest of three hundred lines is not read
_ALIKE = 4  # so many bodies of which the same is to be said are said together
_NAMED = 3  # of those, so many by name


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to say: who it is about, the case's token (may be empty), a sentence or two."""

    who: str
    token: str
    text: str


@dataclass(frozen=True, slots=True)
class Section:
    """Things of one sort: `short` is how the subject counts them ("late"), `more` the command that shows all."""

    heading: str
    short: str
    items: Sequence[Item]
    more: str


@dataclass(frozen=True, slots=True)
class Digest:
    """What is said on a London day. Sections hold at least one item each; `remarks` are lines at the end."""

    title: str
    on: date
    sections: Sequence[Section]
    remarks: Sequence[str] = ()


def subject(digest: Digest) -> str:
    """One line with the counts, and never a token: the digest is no letter of a case."""
    counts = ", ".join(f"{len(section.items)} {section.short}" for section in digest.sections)
    return plain(f"{counts}: {digest.title}")


def as_text(digest: Digest) -> str:
    """The digest as plain text, lines ending in a line feed."""
    return "\n".join(_lines(digest)) + "\n"


def as_html(digest: Digest) -> str:
    """The digest as HTML without remote content; every word of a stranger is escaped."""
    return templates.render(
        "digest.html.j2",
        title=plain(digest.title),
        on=digest.on,
        sections=[_shown(section) for section in digest.sections],
        remarks=digest.remarks,
    )


def _lines(digest: Digest) -> Iterator[str]:
    yield plain(digest.title)
    yield in_words(digest.on)
    for section in map(_shown, digest.sections):
        yield f"\n{section.heading}\n"
        for item in section.items:
            yield f"* {item.who}{f' ({item.token})' if item.token else ''}"
            yield f"  {item.text}"
        if section.more:
            yield f"  {section.more}"
    yield ""
    yield from digest.remarks


def _shown(section: Section) -> Section:
    """The section as it is read: counted in its heading, like items together, harmless, and not too long."""
    gathered = _gathered(section.items)
    over = len(gathered) - _MOST
    return Section(
        heading=f"{section.heading} ({len(section.items)})",
        short=section.short,
        items=[Item(plain(item.who), item.token, plain(item.text)) for item in gathered[:_MOST]],
        more=f"and {over} more: {section.more}" if over > 0 else "",
    )


def _gathered(items: Sequence[Item]) -> list[Item]:
    """The items, those that say the same of many bodies put together: a mailing's answers all fall due on one day."""
    alike: dict[str, list[Item]] = {}
    for item in items:
        alike.setdefault(item.text, []).append(item)
    found: list[Item] = []
    for text, same in alike.items():
        if len(same) < _ALIKE:
            found += same
            continue
        names = ", ".join(item.who for item in same[:_NAMED])
        found.append(
            Item(f"{len(same)} bodies", "", f"{text} They are {names} and {len(same) - _NAMED} more.")
        )
    return found
