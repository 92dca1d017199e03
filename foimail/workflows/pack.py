"""The evidence of one case for its regulator: mails, chronology, questions, breaches and the complaint in one ZIP."""

from __future__ import annotations

from dataclasses import dataclass, replace
from textwrap import fill
from typing import TYPE_CHECKING

from foimail.errors import FoimailError
from foimail.law.calendar import in_words
from foimail.letters.compose import compose, wording_hash
from foimail.letters.facts import facts
from foimail.mail.parse import parse
from foimail.model import Body, Sending
from foimail.output import evidence, pdf
from foimail.output.manifest import SUMS
from foimail.output.pack import archive
from foimail.output.tables import plain, to_csv
from foimail.store import drafts, outbox, quarantine
from foimail.workflows import matching, standing
from foimail.workflows.exhibits import exhibits

if TYPE_CHECKING:
    from foimail.law.position import Position
    from foimail.law.regimes import Regime
    from foimail.law.routes import Step
    from foimail.model import Campaign, Case, Message
    from foimail.output.evidence import Exhibit
    from foimail.workspace import Workspace

_CONTENTS = {
    "cover-letter.txt": "the letter to {regulator}",
    "cover-letter.pdf": "the same, to print",
    "chronology.txt": "what happened day by day, and how each last day was counted",
    "chronology.csv": "the same as a table",
    "asked-and-answered.txt": "each question, and the letters that came on it",
    "asked-and-answered.csv": "the same as a table",
    "breaches.txt": "the duties that were not kept, each with what shows it",
    "mails.csv": "a list of the e-mails with their senders, subjects and hashes",
}


@dataclass(frozen=True, slots=True)
class Pack:
    """A finished pack: the name it should have, its bytes, how many mails are in it, and what its user should know."""

    name: str
    content: bytes
    mails: int
    remarks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Matter:
    """One case with all that is needed to write about it."""

    case: Case
    position: Position
    regime: Regime
    campaign: Campaign
    body: Body
    exhibits: tuple[Exhibit, ...]
    drafts: tuple[drafts.Draft, ...]
    requests: tuple[outbox.Row, ...]
    apart: int  # replies that are in quarantine


def pack(ws: Workspace, name: str, *, notes: bool = False) -> Pack:
    """Gather the evidence of the case with this token, or the latest of the body with this code.

    The same case gives the same bytes on one day. The user's own notes are put in only with `notes`.

    Raises:
        InputError: There is no such case, or its campaign or the registry holds faults.
    """
    matter = _matter(ws, name)
    case, position = matter.case, matter.position
    rows = evidence.chronology(case, position, matter.exhibits, ws.today, notes=notes)
    asked = evidence.asked(matter.campaign.parts, matter.exhibits)
    with_mail = [e for e in matter.exhibits if e.file]
    heading = f"Request {case.token} to {plain(matter.body.name)}, as of {ws.today}\n\n"
    files, remarks = _cover_letter(ws, matter)
    files |= {
        "chronology.txt": heading + evidence.chronology_text(rows, position, ws.today),
        "chronology.csv": to_csv(rows, evidence.CHRONOLOGY),
        "asked-and-answered.txt": heading + evidence.asked_text(asked),
        "asked-and-answered.csv": to_csv(asked, evidence.ASKED),
        "breaches.txt": heading + evidence.breaches_text(position.breaches),
        "mails.csv": to_csv([_mail(ws, e) for e in with_mail], evidence.MAILS),
    }
    remarks += _reservations(matter, notes=notes)
    readme = _readme(matter, heading, list(files), remarks)
    content = {"README.txt": readme} | files
    encoded = {path: text if isinstance(text, bytes) else text.encode() for path, text in content.items()}
    encoded |= {e.file: e.content for e in with_mail}
    whole = archive(case.token, encoded, ws.today)
    return Pack(f"{case.token}_{ws.today}.zip", whole, len(with_mail), tuple(remarks))


def _matter(ws: Workspace, name: str) -> _Matter:
    case, log = standing.one(ws, name)
    regime = ws.law.regime(case.regime)
    with ws.store.read() as connection:
        found = exhibits(connection, case, log)
        written = tuple(d for d in drafts.rows(connection, "draft") if d.token == case.token)
        letters = tuple(r for r in outbox.rows(connection, token=case.token) if r.letter == "request")
        apart = sum(reply.message in quarantine.held(connection) for reply in case.replies)
    return _Matter(
        case,
        standing.position_of(ws, case),
        regime,
        replace(ws, campaign_name=case.campaign).campaign,  # the case may be of another than the one in hand
        _body(ws, case, regime),
        found,
        written,
        letters,
        apart,
    )


def _body(ws: Workspace, case: Case, regime: Regime) -> Body:
    # one taken out of trusts.yaml has its case all the same
    listed = next((body for body in ws.bodies if body.id == case.body), None)
    return listed or Body(case.body, case.body, regime.nations[0])


def _cover_letter(ws: Workspace, matter: _Matter) -> tuple[dict[str, str | bytes], list[str]]:
    """The complaint as text and, where fpdf2 is there, as PDF; without one, the reason."""
    step = next((s for s in matter.position.steps if s.to == "regulator" and s.is_open(ws.today)), None)
    if step is None:
        return {}, [_nothing_yet(matter)]
    subject, text, remarks = _complaint(ws, matter, step)
    if not text:
        return {}, remarks
    window = matter.position.clock("complaint")
    if window and window.due < ws.today:
        over = f"The time to turn to {matter.regime.regulator.name} ended on {in_words(window.due)}"
        remarks.append(f"{over} ({window.citation}): say in the letter why it comes later.")
    files: dict[str, str | bytes] = {"cover-letter.txt": f"{subject}\n\n{text}"}
    try:
        printed = pdf.letter_pdf(subject, text, ws.today)
    except FoimailError as error:
        return files, [*remarks, f"The cover letter is here as text alone: {error}."]
    if printed.replaced:
        lacking = " ".join(printed.replaced)
        remarks.append(f"The font of the PDF has no {lacking}: the nearest letter is printed instead.")
    return files | {"cover-letter.pdf": printed.content}, remarks


def _complaint(ws: Workspace, matter: _Matter, step: Step) -> tuple[str, str, list[str]]:
    """Subject and text of the complaint: the draft that waits for approval where there is one, else a new one."""
    waiting = next((d for d in reversed(matter.drafts) if d.letter == step.letter), None)
    if waiting:
        return waiting.subject, waiting.text, [f"The cover letter is your draft {waiting.id}."]
    subject = next((row.subject for row in reversed(matter.requests)), "")
    said = facts(matter.case, matter.position, matter.campaign, matter.regime, ws.today, subject=subject)
    letter, problems = compose(
        matter.campaign,
        matter.body,
        ws.settings.requester,
        matter.regime,
        matter.case.token,
        ws.today,
        kind=step.letter,
        facts=said,
    )
    if letter is None:
        reasons = "; ".join(problem.message for problem in problems)
        return "", "", [f"There is no cover letter: it cannot be written ({reasons})."]
    return letter.subject, letter.text, []


def _nothing_yet(matter: _Matter) -> str:
    regulator = matter.regime.regulator.name
    sent = next((s for s in matter.case.sendings if s.letter == "complaint" and s.state == "sent"), None)
    if sent:
        return f"There is no cover letter: the complaint to {regulator} went on {sent.on}."
    now = next((f" {s.what} {s.why}" for s in matter.position.steps), "")
    return f"There is nothing to complain of to {regulator} yet, so there is no cover letter.{now}"


def _reservations(matter: _Matter, *, notes: bool) -> list[str]:
    """What the pack does not hold or foimail does not know."""
    found = []
    if matter.apart:
        found.append(
            "Mail in quarantine is left out, and no word of it is in the lists (`foimail quarantine`)."
        )
    if any(not e.file for e in matter.exhibits):
        found.append(
            "Some letters were not e-mails or have no copy here; the chronology says which. Add yours."
        )
    if any(e.shared for e in matter.exhibits):
        found.append(
            "A mail in this pack is about further requests of yours too (mails.csv says which): see whether all of it may be shown."
        )
    if not matter.requests or any(
        row.wording != wording_hash(matter.campaign, form=bool(row.attached)) for row in matter.requests
    ):
        found.append(
            "The questions in asked-and-answered.txt are the campaign's of today; the request may have worded them otherwise. "
            "What was asked is what the request in the folder mails says."
        )
    if matter.case.notes and not notes:
        found.append("Your own notes on the case are left out; --notes puts them in.")
    if any(reply.automatic for reply in matter.case.replies):
        found.append(
            "What some replies are was read by a rule and is not confirmed; look at them with `foimail inbox`."
        )
    return found


def _readme(matter: _Matter, heading: str, files: list[str], remarks: list[str]) -> str:
    regulator = matter.regime.regulator
    lines = [heading + f"The evidence for {regulator.name}: {regulator.form}\n", "What is here:\n"]
    lines += [f"  {file:24}{_CONTENTS[file].format(regulator=regulator.name)}" for file in files]
    lines.append("  mails                   the e-mails, byte by byte as they were sent and received")
    lines.append(f"  {SUMS:24}the SHA-256 of every file; `sha256sum -c {SUMS}` checks them")
    if remarks:
        lines.append("\nFor the requester, before this is sent:\n")
        lines += [fill(r, 78, initial_indent="  - ", subsequent_indent="    ") for r in remarks]
    return "\n".join(lines) + "\n"


def _mail(ws: Workspace, exhibit: Exhibit) -> dict[str, object]:
    message = _opened(exhibit)
    if message is None or isinstance(exhibit.about, Sending):
        return evidence.mail(exhibit, message)
    return evidence.mail(exhibit, message, str(matching.authentication(ws, message)))


def _opened(exhibit: Exhibit) -> Message | None:
    try:
        return parse(exhibit.content)
    except Exception:  # noqa: BLE001 - whatever is wrong with a stranger's mail, its bytes are evidence all the same
        return None
