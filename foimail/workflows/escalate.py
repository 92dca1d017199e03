"""Draft the letter of the step that is open: a chaser, a request for review, a complaint. Nothing is sent."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from foimail.errors import InputError, Problem
from foimail.letters.facts import in_words
from foimail.store import drafts
from foimail.workflows import correspondence, days, followup, standing

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from foimail.law.routes import Step
    from foimail.model import Case
    from foimail.workflows.followup import Followup, Matter
    from foimail.workspace import Workspace

LETTERS = ("chaser", "review", "complaint")
"""The letters that press on; all others need the user's own words: `foimail reply`."""


@dataclass
class Escalated:
    """What a run did: the numbers of its drafts, who gets none and why, and what was wrong."""

    drafts: list[int] = field(default_factory=list)
    skipped: list[tuple[str, str]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def escalate(ws: Workspace, names: Sequence[str] = (), *, route: str = "", text: str = "") -> Escalated:
    """Draft for the cases named, or for all of the campaign whose most pressing step is such a letter.

    Bodies that read one mailbox get one chaser between them. A step is taken once: not where its letter is a draft, is
    on its way or has gone. With `route` only that letter is written. `text` are the user's own words: a review or a complaint
    about an answer in which no breach was found needs them.

    Raises:
        InputError: A name is no case's, or a case of another campaign.
        BusyError: Another run drafts at this moment.
    """
    result = Escalated()
    with ws.only_one("escalate"):
        days.by_the_clock(ws)
        if names:
            cases = list(
                {case.token: case for case, _ in (standing.one(ws, name) for name in names)}.values()
            )
        else:
            cases = [s.case for s in standing.everybody(ws) if s.case]
        with ws.store.read() as connection:
            waiting = drafts.rows(connection, "draft")
        chosen: list[tuple[Matter, Step]] = []
        for case in cases:
            about = followup.matter(ws, case)
            step, reason = _step(ws, about, route, waiting, everybody=not names)
            if step:
                chosen.append((about, step))
            elif reason:
                result.skipped.append((f"{case.token} {about.body.name}", reason))
        made = list(_written(ws, chosen, text, result))
        with ws.store.write() as connection:
            result.drafts += [followup.keep_draft(connection, ws, one) for one in made]
    return result


def is_open(ws: Workspace, case: Case, letter: str) -> bool:
    """Whether that letter is a step of the case which can be taken today."""
    steps = standing.position_of(ws, case).steps
    return any(step.letter == letter and step.is_open(ws.today) for step in steps)


def _step(
    ws: Workspace, about: Matter, route: str, waiting: Sequence[drafts.Draft], *, everybody: bool
) -> tuple[Step | None, str]:
    """The step to take now, or the reason why there is none; no reason for a case that nobody named and nothing is due in."""
    where = about.position
    if everybody and where.snoozed_until:
        return None, ""
    fitting = [step for step in where.steps if step.letter in LETTERS and route in {"", step.letter}]
    step = next((one for one in fitting if one.is_open(ws.today)), None)
    # of a message that may be their answer a person speaks first; of everybody's only what is most pressing is done
    passed_over = where.steps[0] is not step and (everybody or where.step.route == "confirm")
    if step is not None and passed_over and not route:
        late = where.stage in {"overdue", "review_overdue"}
        return None, f"first: {where.step.what}" if late or not everybody else ""
    if step is None:
        return None, "" if everybody else _not_yet(about, fitting, route)
    return (None, taken) if (taken := _taken(about.case, step, waiting)) else (step, "")


def _not_yet(about: Matter, fitting: Sequence[Step], route: str) -> str:
    if fitting and fitting[0].on_or_after:
        return f"a {fitting[0].letter} can be sent from {in_words(fitting[0].on_or_after)} on"
    step = about.position.step
    if not route and step.letter:
        return f"{step.what} That needs your words: foimail reply {about.case.token}"
    now = f"no {route} is open now" if route else "nothing to press"
    return f"{now}: {about.position.stage.replace('_', ' ')}. {step.what}"


def _taken(case: Case, step: Step, waiting: Sequence[drafts.Draft]) -> str:
    """How this step has been taken already, or an empty string."""
    if draft := followup.open_draft(waiting, case.token, step.letter):
        return f"the {step.letter} is draft {draft.id}, which waits for you"
    for sending in case.sendings:
        if sending.letter != step.letter:
            continue
        if sending.state in {"queued", "unknown"}:
            how = "waits in the outbox" if sending.state == "queued" else "was perhaps sent: settle it first"
            return f"the {step.letter} {how}"
        if sending.state == "sent" and step.on_or_after and sending.on >= step.on_or_after:
            return f"the {step.letter} went on {sending.on}"
    return ""


def _written(
    ws: Workspace, chosen: Iterable[tuple[Matter, Step]], text: str, result: Escalated
) -> Iterable[Followup]:
    for (about, step), *others in _by_mailbox(ws, chosen):
        further = [matter for matter, _ in others]
        shared = f" One letter to a shared address, also for {_tokens(further)}." if further else ""
        try:
            yield followup.write(
                ws,
                about,
                step.letter,
                step.why + shared,
                text="\n\n".join(filter(None, (_further(further), text.strip()))),
                also=[matter.case for matter in further],
            )
        except InputError as error:
            result.problems += faults(about, error)


def faults(about: Matter, error: InputError) -> list[Problem]:
    """Why a letter could not be written, each fault with its place: a template's line, or the case."""
    place = f"{about.case.token} {about.body.name}"
    return [
        problem if problem.where.startswith("templates/") else replace(problem, where=place)
        for problem in error.problems or [Problem(place, error.message, error.hint)]
    ]


def _by_mailbox(ws: Workspace, chosen: Iterable[tuple[Matter, Step]]) -> Iterable[list[tuple[Matter, Step]]]:
    """Chasers to one address together, where one law governs them: a letter's dates and sections are one law's."""
    groups: dict[object, list[tuple[Matter, Step]]] = {}
    for about, step in chosen:
        key: object = about.case.token
        if step.letter == "chaser":
            regime = ws.law.regime(about.case.regime)
            address, _ = correspondence.recipient(about.case, about.body, regime, step.letter)
            key = (address.lower(), regime.key) if address else key
        groups.setdefault(key, []).append((about, step))
    return groups.values()


def _tokens(matters: Iterable[Matter]) -> str:
    return ", ".join(matter.case.token for matter in matters)


def _further(further: Sequence[Matter]) -> str:
    """The paragraph that names the further requests to the same mailbox."""
    if not further:
        return ""
    lines = [
        f"- {m.body.name}: request {m.case.token}"
        + (f" of {in_words(m.case.first_sent_on)}" if m.case.first_sent_on else "")
        + (f", answer due by {in_words(m.position.due)}" if m.position.due else "")
        for m in further
    ]
    heading = "The same is true of these further requests, which I sent to this address:"
    return "\n".join([heading, "", *lines])
