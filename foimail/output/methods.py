"""The methods appendix in Markdown: facts and counts, no judgement, no names of anybody's staff."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from foimail.law.calendar import in_words
from foimail.output import summary as words
from foimail.output.counting import COUNTING, LIMITS
from foimail.output.tables import plain
from foimail.output.templates import short

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from foimail.dataset.methods import Methods, Trial

DAYS = (20, 30, 40, 60, 90, 120)  # working days after which the share of answers is told
_MARKS = re.compile(r"([\\`*_{}\[\]<>|#])")


def markdown(found: Methods) -> str:
    """The appendix."""
    sections = (
        ("Who was asked", _asked(found)),
        ("Who was not asked", _not_asked(found)),
        ("When and how", _when(found)),
        ("What was asked", _wording(found)),
        ("Who answered, and how fast", _answered(found)),
        ("Who was silent", _silent(found)),
        ("How the answers were read and checked", _reading(found)),
        ("How the figures were counted", _bullets(COUNTING)),
        ("The law and the days", _law(found)),
        ("Limits", _bullets(LIMITS)),
    )
    lines = [
        f"# Methods: {_safe(found.title)}",
        "",
        f"As of {in_words(found.on)}. Written by foimail {found.version}.",
    ]
    for heading, body in sections:
        lines += ["", f"## {heading}", "", *body]
    return "\n".join(lines) + "\n"


def _asked(found: Methods) -> Iterator[str]:
    audience, whole = found.audience, found.summary.response.whole
    chosen = [
        f"{what}: {', '.join(map(_safe, names))}"
        for what, names in (
            ("types", audience.types),
            ("nations", audience.nations),
            ("tags", audience.tags),
            ("left out by name", audience.exclude),
        )
        if names
    ]
    yield f"The campaign is meant for {'; '.join(chosen) if chosen else 'all active bodies of the registry'}."
    yield (
        f"That is {words.many(whole.bodies, 'body', 'bodies')}; {whole.asked} {words.have(whole.asked)} the request, "
        f"{whole.bodies - whole.asked} not."
    )
    if found.outside:
        yield (
            f"{words.many(found.outside, 'other active body', 'other active bodies')} of the registry "
            f"{words.have(found.outside)} not been asked."
        )
    for heading, groups in (
        ("Nation", found.summary.response.nations),
        ("Type", found.summary.response.types),
    ):
        yield ""
        yield from _table(
            (heading, "Bodies", "Asked", "Answered", "Due", "In time"),
            ((g.name or "not known", g.bodies, g.asked, g.answered, g.due, g.in_time) for g in groups),
        )
    yield ""
    yield "Due are the bodies that have answered or whose last day has passed."


def _not_asked(found: Methods) -> Iterator[str]:
    if not found.excluded:
        yield "Every body that the campaign is meant for has the request."
    for reason, names in found.excluded.items():
        yield f"- {reason[:1].upper()}{reason[1:]} ({len(names)}): {', '.join(map(_safe, names))}."


def _when(found: Methods) -> Iterator[str]:
    if not found.sent:
        yield "No request has been sent yet."
        return
    first, last = found.sent[0][0], found.sent[-1][0]
    count = sum(number for _, number in found.sent)
    ways = ", ".join(f"{number} by {_WAYS.get(way, way)}" for way, number in found.ways.items())
    days = f"between {short(first)} and {short(last)}" if last > first else f"on {short(first)}"
    yield f"{words.many(count, 'request', 'requests')} went {days}: {ways}."
    yield ""
    yield from _table(("Day", "Requests"), ((short(day), number) for day, number in found.sent))
    if found.letters:
        kinds = ", ".join(f"{_safe(kind)} {number}" for kind, number in found.letters.items())
        yield ""
        yield f"Other letters sent later: {kinds}."


_WAYS = {"email": "e-mail", "form": "web form", "phone": "telephone"}


def _wording(found: Methods) -> Iterator[str]:
    if found.wordings:
        known = sum(bool(one.sha256) for one in found.wordings)
        yield (
            f"{words.many(known, 'version', 'versions')} of the request. The hash is that of all that its letters are made of; "
            "letters with one hash differ by body, law, date and reference only."
        )
        yield ""
        yield from _table(
            ("Version (SHA-256)", "First sent", "Last sent", "Letters", "One of them"),
            (
                (
                    f"`{one.sha256[:16]}`{' (that of today)' if one.current else ''}"
                    if one.sha256
                    else "not written by foimail",
                    short(one.first),
                    short(one.last),
                    one.letters,
                    f"`foimail outbox show {one.example}`" if one.example else "",
                )
                for one in found.wordings
            ),
        )
        if not all(one.current for one in found.wordings):
            yield ""
            yield "Not all letters had the wording of today; answers to different wordings are to be compared with care."
        yield ""
    yield "The questions, as the campaign has them today:"
    yield ""
    for one in found.summary.parts:
        years = f" (years {one.part.years[0]} to {one.part.years[1]})" if one.part.years else ""
        yield f"{one.number}. {_safe(one.part.question)}{years}"


def _answered(found: Methods) -> Iterator[str]:
    yield from words.of_response(found.summary.response)
    yield ""
    yield from _table(
        ("Within (working days)", "Bodies that have had it so long", "Of these answered", "Share"),
        ((days, of, count, words.share(count, of)) for days, of, count in found.within if of),
    )
    yield ""
    yield from _table(
        ("Week to", "Asked by then", "Answered by then"), ((short(day), a, b) for day, a, b in found.weeks)
    )
    yield ""
    held = [status for status in words.STATUSES if any(one.statuses[status] for one in found.summary.parts)]
    yield "What became of each part, in numbers of bodies:"
    yield ""
    yield from _table(
        ("", *(f"Part {one.number}" for one in found.summary.parts)),
        ((words.STATUSES[status], *(one.statuses[status] for one in found.summary.parts)) for status in held),
    )


def _silent(found: Methods) -> Iterator[str]:
    if not found.silent:
        yield "No body whose last day has passed is without an answer."
        return
    yield (
        f"{words.many(len(found.silent), 'body', 'bodies')} whose last day has passed and from which no answer has been filed. "
        "An answer that did not arrive, or was filed elsewhere, would stand here too."
    )
    yield ""
    yield from _table(
        ("Body", "Law", "Request sent", "Last day"),
        ((_safe(one.name), one.law, short(one.sent), short(one.due)) for one in found.silent),
        side="---",
    )


def _trial(trial: Trial) -> str:
    return (
        f"On {trial.letters} labelled letters of invented bodies that the rules had never seen ({short(trial.on)}) the outcome of "
        f"a part was right in {words.share(*trial.outcomes)}, {words.share(*trial.given)} of the figures that were given were "
        "right, and "
        f"{words.share(*trial.found)} of those that were there were found. The rules may have changed since."
    )


def _reading(found: Methods) -> Iterator[str]:
    read, made = found.reading, found.reading.agreement
    versions = " and ".join(map(str, read.rules)) or "none"
    yield (
        f"{words.many(read.messages, 'message', 'messages')} were filed under the cases; {read.answers} of them are taken "
        "for answers, "
        f"{read.confirmed} of these confirmed by a person. They were read by rules, not by a model (version of "
        f"the rules: {versions}), and what the rules read stands until a person says otherwise."
    )
    yield ""
    yield from _table(
        (
            "",
            "Outcomes confirmed",
            "read by rules alone",
            "read with doubt",
            "Values confirmed",
            "read by rules alone",
            "read with doubt",
        ),
        (
            (
                f"Part {one.number}",
                *(one.outcomes.confirmed, one.outcomes.read, one.outcomes.doubtful),
                *(
                    (v.confirmed, v.read, v.doubtful)
                    if (v := one.figures.total.values if one.figures else None)
                    else ("", "", "")
                ),
            )
            for one in found.summary.parts
        ),
    )
    yield ""
    if made.decided:
        yield (
            f"Of {words.many(made.decided, 'reading', 'readings')} of a part on which a person decided, {made.kept} stood as read "
            f"({words.share(made.kept, made.decided)}), {made.changed} were changed, {made.dropped} were no answer. "
            + (f"Of their {made.figures} figures {made.figures_kept} stood as read. " if made.figures else "")
            + "People look at doubtful readings first, so this is no estimate for those that nobody looked at."
        )
    else:
        yield "No person has decided on a reading of a part yet, so nothing is known of how often the rules were right."
    yield _trial(read.trial)
    if made.added:
        yield f"{words.many(made.added, 'answer was', 'answers were')} given by a person where the rules had read none."
    if read.kinds_decided:
        yield (
            f"Of {words.many(read.kinds_decided, 'message', 'messages')} of which a person said the kind, "
            f"the rules had {read.kinds_right} right ({words.share(read.kinds_right, read.kinds_decided)}), "
            "counted over all campaigns of the workspace."
        )
    if read.people:
        people = ", ".join(f"{_safe(who) or 'not named'} ({count})" for who, count in read.people.items())
        yield f"Decisions on answers were recorded by: {people}."


def _law(found: Methods) -> Iterator[str]:
    for one in found.laws:
        yield (
            f"- {_safe(one.act)} ({one.short}): {words.many(one.cases, 'case', 'cases')}; an answer is due within "
            f"{one.period} ({one.citation}). Days that do not count: weekends and bank holidays in "
            f"{', '.join(one.holidays)}; {one.calendar}."
        )
    if not found.laws:
        yield "No request has been made yet."


def _bullets(sentences: Iterable[str]) -> Iterator[str]:
    return (f"- {sentence}" for sentence in sentences)


def _table(columns: Sequence[str], rows: Iterable[Sequence[object]], side: str = "--:") -> Iterator[str]:
    """A table of Markdown, numbers to the right unless `side` says otherwise; what is in its cells is safe already."""
    yield f"| {' | '.join(columns)} |"
    yield f"| --- |{f' {side} |' * (len(columns) - 1)}"
    for row in rows:
        yield f"| {' | '.join(map(str, row))} |"


def _safe(text: str) -> str:
    """Words of the registry or the campaign that mean nothing to Markdown."""
    return _MARKS.sub(r"\\\1", plain(text))
