"""A letter from a campaign, a body and a regime. Pure: today, token and templates are passed in."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import asdict, astuple
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from foimail.errors import Problem
from foimail.letters.facts import in_words, limits, wanting
from foimail.letters.proof import slips, subject_slips
from foimail.letters.quotation import own_words, passage
from foimail.model import Letter

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date

    from foimail.law.regimes import Regime
    from foimail.letters.facts import Facts
    from foimail.letters.proof import Slip
    from foimail.model import Body, Campaign, Part, Requester

_INVITATION = "_form.txt"
_NO_WORD = (
    "the letter says nothing of the form that is attached",
    'write {% if form %}{% include "_form.txt" %}{% endif %}; a new workspace has both files in templates/base',
)

Composed = tuple[Letter | None, tuple[Problem, ...]]


def compose(
    campaign: Campaign,
    body: Body,
    requester: Requester,
    regime: Regime,
    token: str,
    today: date,
    kind: str = "request",
    facts: Facts | None = None,
    *,
    text: str = "",
    to: str | None = None,
    form: str = "",
) -> Composed:
    """The letter to one body, or to its regulator, or None and every reason why it must not be sent.

    Templates speak of `date` (in words), `body`, `campaign`, `parts`, `regime`, `requester`, `token`, and of `law` and
    `expected`: the limits by name that a letter may assert, and those that code or guidance expects. Letters after the
    request speak of `case` too, which is `facts`, and of `text`. Values are never templates: a brace in a body's name is not
    evaluated, it refuses the letter. Quoted words, the body's and the user's, may hold braces and brackets.

    Args:
        campaign: Its parts, subject and templates; they are compiled once and kept for the next body.
        body: To whom. It need not have an e-mail address: `Letter.to` is None then.
        requester: Who asks: the real name and the address of FOIA s.8(1)(b), FOISA s.8(1)(b).
        regime: The law that binds the body.
        token: The case's token, such as FOI-7K3Q2M; added in square brackets to a subject that lacks it.
        today: The date of the letter, in the London calendar.
        kind: Which letter, one of `facts.LETTERS`: `request` is made from request.txt.
        facts: What the letter can say of the case; a request needs none.
        text: The user's own words, which stand in the letter as typed.
        to: An address to write to in place of the letter's own: a complaint goes to the regulator, a request for
            review where the body wants it, all else to the body.
        form: The name of the form of answers that will be attached, for which the letter must have a word.
    """
    from foimail.letters.shelf import SUBJECT, shelf

    letters = shelf(campaign)
    name = f"{kind}.txt"
    if letters.faults:
        return None, letters.faults
    if name not in letters.files:
        return None, (
            Problem(f"templates/{campaign.name}", f"there is no {name}, here or in templates/base"),
        )
    if lacking := tuple(wanting(kind, facts, regime, text)):
        return None, lacking
    law, expected = limits(regime)
    parts = facts.keep if facts and facts.keep else campaign.parts
    words: dict[str, Any] = {
        "body": body,
        "campaign": campaign,
        "date": in_words(today),
        "expected": expected,
        "form": form,
        "law": law,
        "parts": parts,
        "regime": regime,
        "requester": requester,
        "text": passage(text),
        "token": token,
    }
    if facts:
        words["case"] = facts
    pieces, text_stopped = letters.render(name, words)
    heading, subject_stopped = _subject(kind, letters.render(SUBJECT, words), body, regime, token, facts)
    problems = [problem for problem in (subject_stopped, text_stopped) if problem]
    found: list[Slip] = []
    if not subject_stopped:
        found += subject_slips(own_words(heading), token)
    if not text_stopped:
        own = _tidy(own_words(pieces))
        found += slips(own, token)
        problems += _lacking(own, letters.files[name][0], requester, regime, token)
        if kind in {"request", "narrowing"}:
            problems += _not_asked(own, campaign, parts)
        if form not in own:
            problems.append(Problem(letters.files[name][0], *_NO_WORD))
    problems += [
        Problem(_origin(slip.words, campaign, body, requester), slip.message, slip.hint) for slip in found
    ]
    if problems:
        return None, tuple(dict.fromkeys(problems))
    address = to or _address(kind, body, regime, facts)
    written = _tidy("".join(pieces))
    return Letter(
        kind, body.id, address, "".join(heading), written, wording_hash(campaign, kind, form=bool(form))
    ), ()


def template_faults(campaign: Campaign) -> tuple[Problem, ...]:
    """Every fault of a campaign's templates that can be seen without a body, each with its line."""
    from foimail.letters.shelf import shelf

    return shelf(campaign).faults


@lru_cache(maxsize=16)
def wording_hash(campaign: Campaign, kind: str = "request", *, form: bool = False) -> str:
    """SHA-256, in hexadecimal, of what a campaign's letters of a kind are made of: templates, parts, title and subject.

    Two letters with one hash differ by no more than body, regime, requester, date, token and the facts of their cases. Files
    that a letter of this kind does not include do not count, nor does the invitation to use a form where none is attached.
    """
    parts = [astuple(part) for part in campaign.parts]
    included = _included(campaign, f"{kind}.txt")
    if not form:
        included.pop(_INVITATION, None)
    made_of = (campaign.title, campaign.subject, parts, sorted(included.items()))
    return hashlib.sha256(json.dumps(made_of).encode()).hexdigest()


def _included(campaign: Campaign, name: str) -> dict[str, str]:
    """A file and all that it includes, by name; of two files with one name the campaign's own."""
    files: dict[str, str] = {}
    for key, text in campaign.templates:
        files.setdefault(key.rpartition("/")[2], text)
    found: dict[str, str] = {}
    waiting = [name]
    while waiting:
        name = waiting.pop()
        if name in files and name not in found:
            found[name] = files[name]
            waiting += re.findall(r"include\s+[\"']([^\"']+)[\"']", files[name])
    return found


def _subject(
    kind: str,
    rendered: tuple[tuple[str, ...], Problem | None],
    body: Body,
    regime: Regime,
    token: str,
    facts: Facts | None,
) -> tuple[tuple[str, ...], Problem | None]:
    """The pieces of a subject: the campaign's, that of a reply to what went, or a new one for the regulator."""
    own, stopped = rendered
    mark = f"[{token}]"
    if kind == "complaint":
        title = f"{regime.complaint_title[:1].upper()}{regime.complaint_title[1:]}"
        return (f"{title} about {body.name} {mark}",), None
    if facts and facts.subject:
        own, stopped = (facts.subject,), None
    if mark not in "".join(own):
        own = (*own, f" {mark}")
    if kind != "request" and not "".join(own).casefold().startswith("re:"):
        own = ("Re: ", *own)
    if facts and facts.their_reference and facts.their_reference not in "".join(own):
        own = (*own, " (your reference ", facts.their_reference, ")")
    return own, stopped


def _address(kind: str, body: Body, regime: Regime, facts: Facts | None) -> str | None:
    if kind == "complaint":
        return regime.regulator.email or None
    if kind == "review" and facts and facts.review_address:
        return facts.review_address
    return body.email


def _tidy(text: str) -> str:
    """One blank line between paragraphs, none at either end, no blanks at the end of a line."""
    text = re.sub(r"[ \t\r]+$", "", text, flags=re.MULTILINE)
    return re.sub(r"\n{3,}", "\n\n", text).strip() + "\n"


def _lacking(text: str, place: str, requester: Requester, regime: Regime, token: str) -> Iterator[Problem]:
    law = "without a real name and an address a request is not valid"
    if regime.requester_section:
        law += f": {regime.requester_section}"
    if token not in text:
        yield Problem(
            place, "the letter does not give the token", "write {{ token }}, so that a reply is recognised"
        )
    if not requester.name or requester.name not in text:
        yield Problem(place, "the letter does not give the requester's name", law)
    if not requester.email or requester.email not in text:
        yield Problem(place, "the letter does not give the requester's e-mail address", law)


def _not_asked(text: str, campaign: Campaign, parts: Iterable[Part]) -> Iterator[Problem]:
    place = f"templates/{campaign.name}/campaign.toml"
    if not campaign.parts:
        yield Problem(place, "the campaign has no parts: it asks nothing")
    for number, part in enumerate(parts, 1):
        if not part.question or part.question not in text:
            yield Problem(
                place, f"part {number}, `{part.key}`, is not asked in the letter", "print part.question"
            )


def _origin(words: str, campaign: Campaign, body: Body, requester: Requester) -> str:
    """Where to mend a slip: the registry, settings or campaign that brought the words in, else a template."""
    questions = (part.question for part in campaign.parts)
    for place, values in (
        (body.where or f"body {body.id}", (body.name, body.address, body.postcode, body.region)),
        ("foimail.toml", tuple(asdict(requester).values())),
        (f"templates/{campaign.name}/campaign.toml", (campaign.title, campaign.subject, *questions)),
    ):
        if any(words in value for value in values):
            return place
    for key, text in campaign.templates:
        if words in text:
            return f"templates/{key}:{text[: text.index(words)].count(chr(10)) + 1}"
    return f"templates/{campaign.name}"
