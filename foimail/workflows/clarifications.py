"""Like questions of many bodies: seen together, and answered with one text. What comes out are drafts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from foimail.errors import InputError
from foimail.files.tables import table
from foimail.mail.parse import parse
from foimail.replies import anatomy, questions
from foimail.store import drafts, inbox, quarantine
from foimail.workflows import escalate, followup, standing

if TYPE_CHECKING:
    from foimail.errors import Problem
    from foimail.model import Case, Reply
    from foimail.replies.questions import Group
    from foimail.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Open:
    """The questions that wait for an answer, in groups, and the cases behind them by token."""

    groups: tuple[Group, ...]
    cases: dict[str, Case]
    bodies: dict[str, str]


def waiting(ws: Workspace) -> Open:
    """The questions of the campaign that have no answer, nor a draft of one, in groups."""
    with ws.store.read() as connection:
        drafted = [d for d in drafts.rows(connection, "draft") if d.letter == "clarification"]
    asked = [
        s
        for s in standing.everybody(ws)
        if s.case and s.case.asked_on and not s.case.closed_on and not _on_its_way(s.case)
    ]
    found = {
        s.case.token: s
        for s in asked
        if s.case and not followup.open_draft(drafted, s.case.token, "clarification")
    }
    words = [questions.Question(token, _words(ws, s.case)) for token, s in found.items() if s.case]
    return Open(
        questions.group(words, table("questions")),
        {token: s.case for token, s in found.items() if s.case},
        {token: s.body.name for token, s in found.items()},
    )


def answer(ws: Workspace, name: str, text: str) -> tuple[list[int], list[Problem]]:
    """Draft one answer to every question of a group; the drafts' numbers come back, and what could not be written.

    Raises:
        InputError: There is no such group.
    """
    with ws.only_one("escalate"):
        now = waiting(ws)
        group = next((g for g in now.groups if g.name == name), None)
        if group is None:
            there = ", ".join(g.name for g in now.groups)
            raise InputError(
                f"no questions are grouped as {name!r}", hint=f"there are {there}" if there else "none wait"
            )
        made: list[followup.Followup] = []
        problems: list[Problem] = []
        for question in group.questions:
            about = followup.matter(ws, now.cases[question.token])
            why = f"They asked: {group.title}"
            try:
                made.append(followup.write(ws, about, "clarification", why, text=text))
            except InputError as error:
                problems += escalate.faults(about, error)
        with ws.store.write() as connection:
            return [followup.keep_draft(connection, ws, one) for one in made], problems


def _on_its_way(case: Case) -> bool:
    return any(s.letter == "clarification" and s.state in {"queued", "unknown"} for s in case.sendings)


def _words(ws: Workspace, case: Case) -> str:
    """The question of a case: as it was told, else read out of the letter."""
    asking = [r for r in case.replies if r.kind == "clarification"][-1]
    return str(asking.facts.get("question", "")).strip() or _read(ws, asking)


def _read(ws: Workspace, reply: Reply) -> str:
    with ws.store.read() as connection:
        if reply.message in quarantine.held(connection):
            return "(in quarantine)"
        raw = inbox.raw(connection, reply.message)
    try:
        text = parse(raw).text
    except Exception:  # noqa: BLE001 - one letter that cannot be opened must not hide the others
        return reply.subject
    return questions.asked(anatomy.own_words(text, table("phrases")), table("questions"))
