"""Look at letters before anything is sent, and write the one that goes by web form or post."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from foimail.errors import InputError, Problem, errors_only
from foimail.files import campaigns
from foimail.letters.compose import template_faults
from foimail.workflows import form, openings
from foimail.workflows.registry import pick

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from foimail.letters.compose import Composed
    from foimail.model import Body, Campaign, Letter
    from foimail.workspace import Workspace

SAMPLE_TOKEN = "FOI-2A3B4C"  # noqa: S105 - the reference that letters show before a case is open, no secret


@dataclass(frozen=True, slots=True)
class Preview:
    """Letters as they would go, what is wrong with those that would not, and how many show a sample token."""

    letters: tuple[tuple[Body, Letter], ...]
    problems: tuple[Problem, ...]
    samples: int


@dataclass(frozen=True, slots=True)
class Check:
    """What came of rendering every letter: how many are fine, and each fault once."""

    fine: int
    problems: tuple[Problem, ...]


def asked(ws: Workspace, campaign: Campaign) -> tuple[Body, ...]:
    """The bodies that a campaign asks, whether or not an address is known; a closed one is never asked."""
    return tuple(b for b in ws.bodies if b.status == "active" and campaign.audience.includes(b))


def overview(ws: Workspace) -> tuple[list[dict[str, object]], tuple[Problem, ...]]:
    """A row for each campaign of the workspace that can be read, and the faults of those that cannot."""
    rows: list[dict[str, object]] = []
    problems: list[Problem] = []
    for name in campaigns.names(ws.templates):
        campaign, faults = campaigns.load(ws.templates, name)
        problems += errors_only(faults)
        if campaign:
            bodies, parts = len(asked(ws, campaign)), len(campaign.parts)
            rows.append({"campaign": name, "title": campaign.title, "parts": parts, "bodies": bodies})
    return rows, tuple(problems)


def preview(ws: Workspace, codes: Sequence[str] = (), *, with_form: bool = False) -> Preview:
    """The letters to the bodies named, or to all that the campaign asks. Nothing is recorded.

    Raises:
        InputError: A code is nobody's, or the registry or the campaign holds faults.
    """
    bodies = [pick(ws.bodies, code) for code in codes] if codes else asked(ws, ws.campaign)
    letters: list[tuple[Body, Letter]] = []
    problems: list[Problem] = []
    samples = 0
    for body in bodies:
        token = ws.token_for(body.id)
        letter, faults = _compose(ws, ws.campaign, body, token or SAMPLE_TOKEN, with_form=with_form)
        problems += faults
        if letter:
            letters.append((body, letter))
            samples += token is None
    return Preview(tuple(letters), tuple(dict.fromkeys(problems)), samples)


def check(ws: Workspace, name: str) -> Check:
    """Render a campaign's letter to every body it asks, those without an address too, and gather every fault.

    A fault in some letters only names the first body whose letter has it.
    """
    campaign, problems = campaigns.load(ws.templates, name)
    if campaign is None:
        return Check(0, problems)
    faults = (*template_faults(campaign), *campaigns.audience_faults(ws.templates, campaign, ws.bodies))
    if faults:
        return Check(0, (*problems, *faults))
    bodies = asked(ws, campaign)
    if not bodies:
        place = f"templates/{name}/{campaigns.FILE}"
        hint = "compare [audience] with `foimail trusts list`"
        problems += (Problem(place, "no active body of trusts.yaml is among those asked", hint, "warning"),)
    found: Counter[Problem] = Counter()
    first: dict[Problem, Body] = {}
    fine = 0
    for body in bodies:
        letter, faults = _compose(ws, campaign, body, SAMPLE_TOKEN)
        fine += letter is not None
        found.update(faults)
        first |= {fault: body for fault in faults if fault not in first}
    some = [
        fault
        if count == len(bodies)
        else replace(fault, message=f"{fault.message} (letter to {first[fault].name})")
        for fault, count in found.items()
    ]
    return Check(fine, (*problems, *some))


def paper_letter(ws: Workspace, code: str, *, with_form: bool = False) -> tuple[Body, Letter]:
    """The letter for a web form or the post, with a token that stays: a case is opened where there is none.

    Raises:
        InputError: The code is nobody's, the body is closed, or the letter is refused; no case is then opened.
    """
    body = pick(ws.bodies, code)
    if body.status == "closed":
        raise InputError(
            f"{body.name} is closed", hint=f"its successor is {body.successor}" if body.successor else ""
        )
    letter, problems = _compose(ws, ws.campaign, body, SAMPLE_TOKEN, with_form=with_form)
    if letter:
        token = openings.reserve(ws, body)
        letter, problems = _compose(ws, ws.campaign, body, token, with_form=with_form)
    if letter is None:
        raise InputError(f"the letter to {body.name} is refused", problems)
    return body, letter


def with_heading(body: Body, letter: Letter) -> str:
    """A letter as text, under the lines that say to whom it goes and with what subject."""
    to = f"{body.name} <{letter.to}>" if letter.to else f"{body.name} (no e-mail address)"
    attached = f"\nAttached: {letter.attached.name}" if letter.attached else ""
    return f"To: {to}\nSubject: {letter.subject}{attached}\n\n{letter.text}"


def save(folder: Path, letters: Iterable[tuple[Body, Letter]]) -> int:
    """Write each letter to a file of its own, named by the body's id, its form beside it; the number written comes back."""
    folder.mkdir(parents=True, exist_ok=True)
    taken: set[str] = set()
    for body, letter in letters:
        name = file_name(body)
        while name.casefold() in taken:  # ids that differ by case alone are one file on macOS and Windows
            name += "-2"
        taken.add(name.casefold())
        (folder / f"{name}.txt").write_text(with_heading(body, letter), encoding="utf-8")
        if letter.attached:
            (folder / f"{name}-form.xlsx").write_bytes(letter.attached.content)
    return len(taken)


def file_name(body: Body) -> str:
    """A body's id as a file name: it was written by somebody else and is never a path."""
    return re.sub(r"[^A-Za-z0-9]+", "-", body.id).strip("-") or "body"


def _compose(
    ws: Workspace, campaign: Campaign, body: Body, token: str, *, with_form: bool = False
) -> Composed:
    try:
        regime = ws.law.governing(body.nation, environmental=campaign.environmental)
    except ValueError as error:
        return None, (Problem(f"templates/{campaign.name}/{campaigns.FILE}", f"{error} is known to foimail"),)
    return form.request(ws, campaign, body, regime, token, with_form=with_form)
