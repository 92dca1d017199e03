"""A letter from a campaign, a body and a regime. Pure: today, token and templates are passed in."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import asdict, astuple
from functools import lru_cache
from typing import TYPE_CHECKING

from foimail.errors import Problem
from foimail.letters.proof import slips, subject_slips
from foimail.model import Letter

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from foimail.law.regimes import Regime
    from foimail.letters.proof import Slip
    from foimail.model import Body, Campaign, Requester

Composed = tuple[Letter | None, tuple[Problem, ...]]

# Not strftime: its month names follow the machine's language.
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


def compose(
    campaign: Campaign,
    body: Body,
    requester: Requester,
    regime: Regime,
    token: str,
    today: date,
    kind: str = "request",
) -> Composed:
    """The letter to one body, or None and every reason why it must not be sent.

    Templates speak of `date` (in words), `body`, `campaign`, `parts`, `regime`, `requester`, `token`. Values
    are never templates: a brace in a body's name is not evaluated, it refuses the letter.

    Args:
        campaign: Its parts, subject and templates; they are compiled once and kept for the next body.
        body: To whom. It need not have an e-mail address: `Letter.to` is None then.
        requester: Who asks: the real name and the address of FOIA s.8(1)(b), FOISA s.8(1)(b).
        regime: The law that binds the body.
        token: The case's token, such as FOI-7K3Q2M; added in square brackets to a subject that lacks it.
        today: The date of the letter, in the London calendar.
        kind: Which letter: `request` is made from request.txt.
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
    words = {
        "body": body,
        "campaign": campaign,
        "date": f"{today.day} {_MONTHS[today.month - 1]} {today.year}",
        "parts": campaign.parts,
        "regime": regime,
        "requester": requester,
        "token": token,
    }
    text, text_stopped = letters.render(name, words)
    subject, subject_stopped = letters.render(SUBJECT, words)
    problems = [problem for problem in (subject_stopped, text_stopped) if problem]
    found: list[Slip] = []
    if not subject_stopped:
        subject = subject if f"[{token}]" in subject else f"{subject} [{token}]"
        found += subject_slips(subject, token)
    if not text_stopped:
        text = _tidy(text)
        found += slips(text, token)
        problems += _lacking(text, letters.files[name][0], requester, token)
        if kind == "request":
            problems += _not_asked(text, campaign)
    problems += [
        Problem(_origin(slip.words, campaign, body, requester), slip.message, slip.hint) for slip in found
    ]
    if problems:
        return None, tuple(dict.fromkeys(problems))
    return Letter(kind, body.id, body.email, subject, text, wording_hash(campaign, kind)), ()


def template_faults(campaign: Campaign) -> tuple[Problem, ...]:
    """Every fault of a campaign's templates that can be seen without a body, each with its line."""
    from foimail.letters.shelf import shelf

    return shelf(campaign).faults


@lru_cache(maxsize=16)
def wording_hash(campaign: Campaign, kind: str = "request") -> str:
    """SHA-256, in hexadecimal, of what a campaign's letters of a kind are made of: templates, parts, title and subject.

    Two letters with one hash differ by no more than body, regime, requester, date and token. The partials (`_parts.txt`)
    count for every kind, the letters of other kinds do not.
    """
    parts = [astuple(part) for part in campaign.parts]
    templates = sorted(t for t in campaign.templates if t[0].endswith(f"/{kind}.txt") or "/_" in t[0])
    made_of = (campaign.title, campaign.subject, parts, templates)
    return hashlib.sha256(json.dumps(made_of).encode()).hexdigest()


def _tidy(text: str) -> str:
    """One blank line between paragraphs, none at either end, no blanks at the end of a line."""
    text = re.sub(r"[ \t\r]+$", "", text, flags=re.MULTILINE)
    return re.sub(r"\n{3,}", "\n\n", text).strip() + "\n"


def _lacking(text: str, place: str, requester: Requester, token: str) -> Iterator[Problem]:
    law = "without a real name and an address a request is not valid: section 8(1)(b)"
    if token not in text:
        yield Problem(
            place, "the letter does not give the token", "write {{ token }}, so that a reply is recognised"
        )
    if not requester.name or requester.name not in text:
        yield Problem(place, "the letter does not give the requester's name", law)
    if not requester.email or requester.email not in text:
        yield Problem(place, "the letter does not give the requester's e-mail address", law)


def _not_asked(text: str, campaign: Campaign) -> Iterator[Problem]:
    place = f"templates/{campaign.name}/campaign.toml"
    if not campaign.parts:
        yield Problem(place, "the campaign has no parts: it asks nothing")
    for number, part in enumerate(campaign.parts, 1):
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
