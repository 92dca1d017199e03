"""The figures of the whole in words: as a readable text, and as JSON for programs. The page is in `summary_page`."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from textwrap import wrap
from typing import TYPE_CHECKING, Any

from foimail.law.calendar import in_words
from foimail.output.tables import plain, table

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date

    from foimail.dataset.bounds import Bounds
    from foimail.dataset.respondents import Group, Response
    from foimail.dataset.summary import Checked, Figures, PartSummary, Summary, Total

VERSION = 1  # of the JSON: keys are added, never renamed
WIDTH = 100  # characters of a line of prose

STATUSES: Mapping[str, str] = {
    "answered": "answered",
    "partial": "answered in part",
    "not_held": "do not hold it",
    "refused": "refused",
    "redirected": "pointed elsewhere",
    "unanswered": "left it out",
    "unread": "answered, not read or confirmed yet",
    "silent": "no answer, last day over",
    "awaited": "no answer yet, in time",
    "paused": "wait for the requester",
    "closed": "closed without answer",
    "not_reached": "not reached",
    "not_asked": "not asked yet",
}
OF_GROUPS = ("bodies", "asked", "answered", "due", "in_time")


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a summary shows.

    `sent` and `answered` hold a London day for each request and each answer, `on` is its own day. `only_confirmed`: nothing that
    no person has confirmed counts among the answers to the parts.
    """

    title: str
    campaign: str
    on: date
    summary: Summary
    sent: Sequence[date]
    answered: Sequence[date]
    only_confirmed: bool = False


def to_json(sheet: Sheet) -> str:
    """All of it as one JSON object; docs/summary.md says what its keys mean."""
    response = asdict(sheet.summary.response)
    whole = {
        "version": VERSION,
        "campaign": sheet.campaign,
        "title": sheet.title,
        "on": sheet.on.isoformat(),
        "only_confirmed": sheet.only_confirmed,
        "response": response,
        "parts": [_part_json(one) for one in sheet.summary.parts],
    }
    return json.dumps(whole, indent=2) + "\n"


def _part_json(one: PartSummary) -> dict[str, Any]:
    found = asdict(one)
    part = found.pop("part")
    asked = {name: part[name] for name in ("key", "question", "answer", "years")}
    return {"number": found.pop("number")} | asked | found


def text(sheet: Sheet) -> str:
    """All of it to read in a terminal or an e-mail."""
    return "\n".join(line.rstrip() for line in _lines(sheet)) + "\n"


def _lines(sheet: Sheet) -> Iterator[str]:
    response = sheet.summary.response
    yield plain(sheet.title)
    yield f"The figures of the whole on {in_words(sheet.on)}"
    yield ""
    for sentence in of_sheet(sheet):
        yield from wrap(sentence, WIDTH)
    for heading, groups in (("Nation", response.nations), ("Type", response.types)):
        if len(groups) > 1:
            yield ""
            yield table([group_row(heading, one) for one in groups], (heading, *OF_GROUPS))
    for one in sheet.summary.parts:
        yield from _part(one)


def _part(one: PartSummary) -> Iterator[str]:
    yield ""
    yield ""
    yield from wrap(f"Part {one.number}. {plain(one.part.question)}", WIDTH)
    yield ""
    for status, count in one.statuses.items():
        if count:
            yield f"  {count:>5}  {STATUSES[status]}"
    for sentence in of_part(one):
        yield from wrap(sentence, WIDTH, initial_indent="  ", subsequent_indent="  ")
    if one.figures is None:
        return
    for heading, totals in by_years(one.figures):
        yield ""
        yield table([year_row(heading, total) for total in totals], year_columns(heading, totals))


def of_sheet(sheet: Sheet) -> Iterator[str]:
    """What stands above all figures."""
    yield from of_response(sheet.summary.response)
    if sheet.only_confirmed:
        yield "Of the answers to the parts only what a person has confirmed is counted."


def of_response(found: Response) -> Iterator[str]:
    """How the bodies responded, in sentences, each number with how many it rests on."""
    whole = found.whole
    yield (
        f"{many(whole.bodies, 'body', 'bodies')}: {whole.asked} {have(whole.asked)} the request, "
        f"{whole.answered} {have(whole.answered)} answered."
    )
    if whole.due:
        yield (
            f"Of the {whole.due} that have answered or whose last day has passed, {whole.in_time} answered in time "
            f"({share(whole.in_time, whole.due)})."
        )
    if found.median_days is not None and found.median_working_days is not None:
        yield (
            f"Median time to an answer: {number(found.median_working_days)} working days ({number(found.median_days)} calendar "
            f"days), over {many(found.timed, 'answer', 'answers')}; who has not answered is not in it."
        )
    if found.to_confirm:
        yield (
            f"Of the {whole.answered} answers {found.to_confirm} {'is' if found.to_confirm == 1 else 'are'} taken for one by "
            "rules alone; no person has confirmed it yet."
        )


def of_part(one: PartSummary) -> Iterator[str]:
    """What is to be said of a part, its numbers included, in sentences."""
    for what, sections in (("Refused", one.refused), ("Left out of answers in part", one.partly)):
        if sections:
            named = (f"{plain(name) or 'no section named'} {bodies}" for name, bodies in sections.items())
            yield f"{what} under: {', '.join(named)} (numbers of bodies)."
    if sum(asdict(one.outcomes).values()):
        yield f"Outcomes: {checked(one.outcomes)}."
    if one.figures is not None:
        yield from _of_figures(one.figures)


def _of_figures(found: Figures) -> Iterator[str]:
    total = found.total
    if total.bodies:
        yield f"Total: {total_words(total)}, over {many(total.bodies, 'body', 'bodies')}. Values: {checked(total.values)}."
    elif found.shares is None:
        yield "No figures were given."
    if total.withheld:
        yield f"The figures that were given add up to {bounds_words(total.given)}."
    notes = (
        (found.without, "answered without a figure"),
        (found.total_only, "gave a total and no years: it counts in the total and in no year"),
        (found.differs, "stated a total that is not the sum of their years: the bounds span both"),
        (found.pieces, "gave pieces that may overlap, such as categories: the bounds allow for it"),
    )
    for count, words in notes:
        if count:
            yield f"{many(count, 'body', 'bodies')} {words}."
    if found.outside:
        yield f"Left out: {many(found.outside, 'figure', 'figures')} of years that were not asked."
    if (lie := found.shares) is not None:
        yield (
            f"Per cents, which cannot be added up: {many(lie.values, 'value', 'values')} of {many(lie.bodies, 'body', 'bodies')}, "
            f"from {number(lie.least)} to {number(lie.most)}, median {number(lie.median)}."
        )


def by_years(found: Figures) -> list[tuple[str, Sequence[Total]]]:
    """The years that have figures, under a heading for each way to count them."""
    both = (("Calendar year", found.calendar), ("Financial year", found.financial))
    return [(heading, totals) for heading, totals in both if totals]


def year_columns(heading: str, totals: Sequence[Total]) -> tuple[str, ...]:
    """The columns of a table of years; one that would hold nothing is left out."""
    withheld = ("withheld by",) if any(total.withheld for total in totals) else ()
    return (heading, "total", "bodies", *withheld, "confirmed", "read", "doubtful")


def year_row(heading: str, total: Total) -> dict[str, object]:
    """A row of that table."""
    counts = {"bodies": total.bodies, "withheld by": total.withheld}
    return {heading: total.period, "total": bounds_words(total.bounds)} | counts | asdict(total.values)


def group_row(heading: str, one: Group) -> dict[str, object]:
    """A row of a table of nations or types."""
    return {heading: one.name or "not known"} | {name: getattr(one, name) for name in OF_GROUPS}


def total_words(total: Total) -> str:
    """A sum in words, with who withheld something of it."""
    words = bounds_words(total.bounds)
    return f"{words}; {many(total.withheld, 'body', 'bodies')} withheld a figure" if total.withheld else words


def bounds_words(found: Bounds) -> str:
    """`37`, `37 to 41`, `at least 37`."""
    if found.upper is None:
        return f"at least {number(found.lower)}"
    return number(found.lower) if found.exact else f"{number(found.lower)} to {number(found.upper)}"


def checked(found: Checked) -> str:
    """Who answers for values, in words."""
    named = (
        (found.confirmed, "confirmed by a person"),
        (found.read, "read by rules alone"),
        (found.doubtful, "read with doubt"),
    )
    return ", ".join(f"{count} {words}" for count, words in named if count)


def number(value: float) -> str:
    """`1,204`; a fraction with one place."""
    return f"{value:,.0f}" if value == int(value) else f"{value:,.1f}"


def share(count: int, of: int) -> str:
    """`40 %`."""
    return f"{100 * count / of:.0f} %"


def many(count: int, one: str, more: str) -> str:
    """`1 body`, `2 bodies`."""
    return f"{count:,} {one if count == 1 else more}"


def have(count: int) -> str:
    """The verb for so many."""
    return "has" if count == 1 else "have"
