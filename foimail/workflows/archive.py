"""A whole campaign as a folder that people can read without foimail, and from which `workflows.restore` rebuilds the store."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from foimail import __version__
from foimail.documents.reader import Reader
from foimail.files import settings
from foimail.files.campaigns import FILE as CAMPAIGN
from foimail.files.settings_write import without_secrets
from foimail.mail.parse import parse
from foimail.model import Reply
from foimail.output import archive as pages
from foimail.output import evidence, names, tables
from foimail.output.folder import Folder
from foimail.store import cases, dump, inbox, quarantine
from foimail.workflows import report, show, standing
from foimail.workflows.exhibits import exhibits
from foimail.workflows.purge import note_copy

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlalchemy import Connection

    from foimail.model import Attachment
    from foimail.output.evidence import Exhibit
    from foimail.store.cases import Entry
    from foimail.workflows.standing import Standing
    from foimail.workspace import Workspace

FORM = 1  # of store.jsonl; a higher one is not read by this foimail
WORKSPACE = "workspace"
_LOOSE = {"unfiled": ("new", "read", "broken"), "copies": ("own", "repeat")}


@dataclass(frozen=True, slots=True)
class Archived:
    """A finished archive: what is in it, its bytes in all, and the SHA-256 of its list of hashes. `left_out` are files."""

    bodies: int
    cases: int
    letters: int
    size: int
    sha256: str
    left_out: tuple[str, ...]
    apart: int = 0  # messages in quarantine, which are not in it


def archive(ws: Workspace, folder: Path) -> Archived:
    """Write everything that the workspace holds into an empty folder; it is whole when its list of hashes is there.

    No mail is fetched or sent meanwhile, so that pages, files and tables show one state.

    Raises:
        FoimailError: The folder is not empty, or a file of the workspace holds faults (then nothing is written).
    """
    with ws.only_one("poll"), ws.only_one("send"):
        found = _standings(ws)
        made = Folder(folder)
        note_copy(ws, "archive", folder)  # before it is written: what breaks off holds mail, too
        with ws.store.read() as connection, Reader() as reader:
            scribe = _Scribe(ws, connection, made, reader)
            entries = scribe.cases(found)
            loose = [letter for place in _LOOSE for letter in scribe.loose(place)]
            left_out = _workspace(ws, made)
            apart = len(quarantine.held(connection))
            made.put(pages.LOG, tables.to_jsonl([_heading(ws), *_rows(connection, made)]))
        asked = [one for one in entries if one.folder]
        for there in dict.fromkeys(one.folder for one in asked):
            own = [one for one in asked if one.folder == there]
            made.put(f"{there}/{pages.INDEX}", pages.body_page(own, ws.today))
        made.put(pages.INDEX, pages.index(ws.campaign.title, entries, loose, ws.today))
        bodies, letters = len({one.folder for one in asked}), sum(path.endswith(".eml") for path in made.sums)
        facts = {"bodies": bodies, "cases": len(asked), "letters": letters}
        named = {"title": ws.campaign.title, "requester": ws.settings.requester.name}
        words = {key: tables.plain(value) for key, value in named.items()}
        made.put(pages.README, pages.readme(facts | words | {"today": ws.today, "version": __version__}))
        return Archived(**facts, size=made.size, sha256=made.finish(), left_out=left_out, apart=apart)


def _standings(ws: Workspace) -> list[Standing]:
    """Every body of the campaign in hand, then the cases of all others: the store keeps them side by side."""
    found = standing.everybody(ws)
    with ws.store.read() as connection:
        others = standing.folded(e for e in cases.log(connection)).values()
    known = {row.case.token for row in found if row.case}
    return found + [
        standing.Standing(standing.body_of(ws, case), case, standing.position_of(ws, case))
        for case in others
        if case.token not in known
    ]


@dataclass(frozen=True, slots=True)
class _Scribe:
    ws: Workspace
    connection: Connection
    made: Folder
    reader: Reader

    def cases(self, found: list[Standing]) -> list[pages.Entry]:
        """A row for each case and each body never asked, the most pressing first; the files of the cases are written."""
        folders: dict[str, str] = {}
        taken: set[str] = set()
        by_token = {one.case.token: one for one in found if one.case}
        logs: dict[str, list[Entry]] = {}
        for entry in cases.log(self.connection):
            logs.setdefault(entry.token, []).append(entry)
        entries = []
        for row in report.rows_of(found):
            one = by_token.get(str(row["case"]))
            if one is None:
                entries.append(pages.Entry(row))
                continue
            code = one.body.id
            if code not in folders:
                folders[code] = f"bodies/{names.unlike(names.safe(code, 'body'), taken)}"
            entries.append(self._case(row, one, logs[str(row["case"])], folders[code]))
        return entries

    def _case(self, row: dict[str, object], one: Standing, log: list[Entry], folder: str) -> pages.Entry:
        case, position = one.case, one.position
        if case is None or position is None:
            raise LookupError(row["case"])
        shown = exhibits(self.connection, case, log)
        there = f"{folder}/{case.token}"
        path = f"{there}/log.txt"
        self.made.put(path, "".join(f"{line}\n" for line in show.shown(self.ws, case.token, working=True)))
        here = [replace(e, shared=False) for e in shown]  # all of it is in the archive
        return pages.Entry(
            row,
            folder,
            case.campaign,
            [self._letter(e, there, case.token) for e in shown],
            evidence.chronology(case, position, here, self.ws.today, notes=True),
            position.working,
            path,
        )

    def _letter(self, exhibit: Exhibit, folder: str, token: str) -> pages.Letter:
        about = exhibit.about
        letter = pages.Letter(
            about.on,
            evidence.what_it_is(about),
            sent=not isinstance(about, Reply),
            who=about.sender if isinstance(about, Reply) else about.to,
            subject=about.subject if isinstance(about, Reply) else "",
            note="; ".join(self._notes(exhibit, token)),
        )
        if not exhibit.file:
            return letter
        stem = exhibit.file.rpartition("/")[2].removesuffix(".eml")
        return self._written(letter, f"{folder}/{stem}", exhibit.content)

    def _notes(self, exhibit: Exhibit, token: str) -> Iterator[str]:
        about = exhibit.about
        if isinstance(about, Reply):
            if about.automatic:
                yield "what it is was read by a rule and confirmed by nobody"
            filed = inbox.filed(self.connection, about.message).get(about.message, ())
            if others := [other for other, _ in filed if other != token]:
                yield f"filed under {', '.join(others)}, too"
        elif about.state != "sent":
            yield about.state.replace("_", " ")
        elif about.came_back:
            yield "it came back undelivered"

    def loose(self, place: str) -> list[pages.Letter]:
        """The stored mail in these states that is not in the archive yet, into a folder of its own."""
        found = []
        for row in inbox.rows(self.connection, states=_LOOSE[place]):
            if self.made.holds(row.sha256):
                continue
            on = row.on_date or self.ws.today
            what = "a copy" if row.state == "repeat" else "a message"
            letter = pages.Letter(on, what, sent=False, who=row.sender, subject=row.subject, note=row.reason)
            raw = inbox.raw(self.connection, row.sha256)
            found.append(self._written(letter, f"{place}/{row.id:06}_{on}", raw))
        return found

    def _written(self, letter: pages.Letter, stem: str, raw: bytes) -> pages.Letter:
        """Write a letter's bytes, its text and its attachments, and say where they are."""
        digest = self.made.put(f"{stem}.eml", raw)
        letter = replace(letter, mail=f"{stem}.eml", text=f"{stem}.txt")
        try:
            message = parse(raw)
        except Exception as error:  # noqa: BLE001 - whatever is wrong with a stranger's mail, its bytes are there
            self.made.put(letter.text, f"foimail could not open this message ({type(error).__name__}).\n")
            return letter
        taken: set[str] = set()
        files = tuple((a.name, self._saved(a, stem, taken)) for a in message.attachments)
        here = stem.rpartition("/")[0]
        enclosures = [
            self._enclosure(a, path.removeprefix(f"{here}/"))
            for a, (_, path) in zip(message.attachments, files, strict=True)
        ]
        self.made.put(letter.text, pages.letter_text(message, digest, enclosures))
        return replace(letter, subject=letter.subject or message.subject, files=files)

    def _enclosure(self, attachment: Attachment, saved: str) -> pages.Enclosure:
        name, kind, content = attachment.name, attachment.media_type, attachment.content
        read = self.reader.read(name, kind, content)
        state = ": ".join(filter(None, (read.state.replace("_", " "), read.reason)))
        return pages.Enclosure(name, kind, len(content), saved, state, read.text)

    def _saved(self, attachment: Attachment, stem: str, taken: set[str]) -> str:
        path = f"{stem}/{names.unlike(names.safe(attachment.name, 'attachment'), taken)}"
        self.made.put(path, attachment.content)
        return path


def _workspace(ws: Workspace, made: Folder) -> tuple[str, ...]:
    """Put what the user wrote into the archive; the templates whose names not every system could take are left out, and named."""
    text = (ws.folder / settings.FILE).read_text(encoding="utf-8")
    made.put(f"{WORKSPACE}/{settings.FILE}", without_secrets(text))
    made.put(f"{WORKSPACE}/{ws.registry_path.name}", ws.registry_path.read_bytes())
    left_out = []
    for path in templates(ws.templates):
        parts = path.relative_to(ws.folder).parts
        if any(names.safe(part) != part for part in parts):
            left_out.append("/".join(parts))
            continue
        made.put("/".join((WORKSPACE, *parts)), path.read_bytes())
    return tuple(left_out)


def templates(folder: Path) -> list[Path]:
    """The files of campaigns in a templates folder, in order; links out of it are none of them."""
    found = (*folder.glob("*/*.txt"), *folder.glob(f"*/{CAMPAIGN}"))
    inside = folder.resolve()
    return sorted(path for path in found if path.is_file() and path.resolve().is_relative_to(inside))


def _heading(ws: Workspace) -> dict[str, object]:
    return {
        "archive": FORM,
        "foimail": __version__,
        "made_at": ws.now().isoformat(),
        "today": ws.today.isoformat(),
    }


def _rows(connection: Connection, made: Folder) -> Iterator[dict[str, object]]:
    def keep(raw: bytes) -> str:
        digest = hashlib.sha256(raw).hexdigest()
        if not made.holds(digest):
            made.put(f"store/{digest}.bin", raw)
        return digest

    for table, row in dump.rows(connection, keep):
        yield {"table": table, "row": dict(row)}
