"""`foimail export answers`: the answers of all bodies as a table, or as a database."""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from foimail import __version__
from foimail.dataset import views
from foimail.dataset.fields import BODY, LEFT_OUT, LETTER, LONG, Field, Table
from foimail.dataset.long import GIVES_AWAY, Asked
from foimail.dataset.long import rows as rows_of
from foimail.dataset.wide import wide
from foimail.files.saved import by_hash
from foimail.law.calendar import in_words
from foimail.mail.parse import parse
from foimail.store import inbox
from foimail.store.tables_file import to_sqlite
from foimail.workflows import dataset

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from foimail.dataset.fields import Row
    from foimail.workflows.dataset import BodyAnswers
    from foimail.workspace import Workspace

_OF_THE_BODY = ("body", "ods", "name", "nation", "type", "region")
PARTS = (
    Field("part_number", "integer", "The number of the question, from 1", required=True),
    Field("part", "string", "The key of the question", required=True),
    Field("question", "string", "The question as it was put"),
)
MESSAGES = (
    Field("message", "integer", "The number of the message in foimail", required=True),
    Field("sha256", "string", "The SHA-256 of its bytes as they came", required=True),
    Field("received", "date", "The London day from which it counts"),
    Field("kind", "string", "What it is"),
    Field("cases", "string", "The tokens of the requests it belongs to, parted by semicolons"),
    Field("sender", "string", "Who sent it", private=True),
    Field("subject", "string", "Its subject", private=True),
    Field("message_id", "string", "Its Message-ID", private=True),
)


@dataclass(frozen=True, slots=True)
class Choice:
    """What of the answers is wanted.

    Attributes:
        shape: `long` or `wide`.
        public: Without what is of people.
        confirmed: Only what a person has confirmed.
        letters: A folder of saved letters to link to.
        beside: The folder into which the table goes, from which links start.
    """

    shape: str = "long"
    public: bool = False
    confirmed: bool = False
    letters: Path | None = None
    beside: Path = Path()


def table(ws: Workspace, choice: Choice) -> Table:
    """The answers of every body of the campaign, the silent ones and those not asked too."""
    rows, fields = _long(ws, dataset.everybody(ws), choice)
    made = Table(fields, rows) if choice.shape == "long" else wide(rows, ws.campaign.parts)
    return replace(made, about=_about(ws, choice, rows))


def database(ws: Workspace, choice: Choice, name: str) -> tuple[bytes, Table, str]:
    """A SQLite file of the answers, the long table in it, and what Datasette is to say of it (its metadata.json).

    `name` is that of the file, without its ending: Datasette knows the database by it.
    """
    found = dataset.everybody(ws)
    rows, fields = _long(ws, found, choice)
    about = _about(ws, choice, rows)
    of_the_body = [one for one in BODY if one.name in _OF_THE_BODY]
    bodies = {row["body"]: {one.name: row[one.name] for one in of_the_body} for row in rows}
    parts: list[Row] = [
        {"part_number": number, "part": part.key, "question": part.question}
        for number, part in enumerate(ws.campaign.parts, start=1)
    ]
    elsewhere = {one.name for one in (*of_the_body, *PARTS)} - {"body", "part"}
    answers = [one for one in fields if one.name not in elsewhere]
    letters = [one for one in MESSAGES if not (choice.public and one.private)]
    tables: dict[str, tuple[Sequence[Field], Sequence[Row]]] = {
        "bodies": (of_the_body, list(bodies.values())),
        "parts": (PARTS, parts),
        "messages": (letters, _messages(ws, found)),
        "answers": (answers, rows),
    }
    described = {
        each: {"columns": {one.name: one.meaning for one in columns}} for each, (columns, _) in tables.items()
    }
    metadata = {
        "title": ws.campaign.title,
        "description": " ".join(about.values()),
        "databases": {name: {"tables": described}},
    }
    return to_sqlite(tables, about), Table(fields, rows, about), json.dumps(metadata, indent=2) + "\n"


def remarks(found: Table) -> list[str]:
    """What a person should know before the table leaves the house."""
    away = sum(
        any(GIVES_AWAY in str(value) for name, value in row.items() if name.endswith("note"))
        for row in found.rows
    )
    if not away:
        return []
    where = "1 row" if away == 1 else f"{away} rows"
    return [
        f"in {where} a total would give away a figure that was held back (see the notes); --public leaves it out"
    ]


def _long(ws: Workspace, found: Iterable[BodyAnswers], choice: Choice) -> tuple[list[Row], tuple[Field, ...]]:
    rows = [row for one in found for row in rows_of(_asked(one))]
    _add_hashes(ws, rows)
    fields: tuple[Field, ...] = LONG
    if choice.letters is not None:
        _add_letters(rows, choice.letters, choice.beside)
        fields = (*LONG, LETTER)
    if choice.confirmed:
        rows = views.confirmed(rows)
    return views.public(rows, fields) if choice.public else (rows, fields)


def _asked(one: BodyAnswers) -> Asked:
    body, case, position = one.standing.body, one.standing.case, one.standing.position
    if case is None or position is None:
        return Asked(body, one.parts)
    return Asked(body, one.parts, case.token, position.stage, case.first_sent_on is not None)


def _add_hashes(ws: Workspace, rows: Iterable[Row]) -> None:
    """The hashes of the attachments in which answers stand, out of the mails as they came."""
    wanted: dict[str, list[Row]] = {}
    for row in rows:
        if row.get("source_file") and row.get("message_sha256"):
            wanted.setdefault(str(row["message_sha256"]), []).append(row)
    for sha256, own in wanted.items():
        with ws.store.read() as connection:
            message = parse(inbox.raw(connection, sha256))
        files = {file.name: hashlib.sha256(file.content).hexdigest() for file in message.attachments}
        for row in own:
            row["file_sha256"] = files.get(str(row["source_file"]))


def _add_letters(rows: Iterable[Row], folder: Path, beside: Path) -> None:
    """The paths of the saved attachments, else letters, as seen from the folder in which the table will lie."""
    rows = list(rows)
    keys = ("file_sha256", "message_sha256")
    wanted = {str(row[key]) for row in rows for key in keys if row.get(key)}
    saved = {
        digest: Path(os.path.relpath(path, beside)).as_posix()
        for digest, path in by_hash(folder, wanted).items()
    }
    for row in rows:
        row[LETTER.name] = next((saved[str(row[key])] for key in keys if row.get(key) in saved), None)


def _messages(ws: Workspace, found: Iterable[BodyAnswers]) -> list[Row]:
    """The messages of these cases."""
    ours = {reply.message for one in found if one.standing.case for reply in one.standing.case.replies}
    with ws.store.read() as connection:
        rows, filed = inbox.rows(connection), inbox.filed(connection)
    return [
        {
            "message": row.id,
            "sha256": row.sha256,
            "received": row.on_date,
            "kind": row.kind,
            "cases": "; ".join(token for token, _ in filed.get(row.sha256, ())),
            "sender": row.sender,
            "subject": row.subject,
            "message_id": row.message_id,
        }
        for row in rows
        if row.sha256 in ours
    ]


def _about(ws: Workspace, choice: Choice, rows: Sequence[Row]) -> dict[str, str]:
    asked = len({row["body"] for row in rows})
    said = "An empty value is not a nought: `outcome` and `stage` say why it is empty."
    found = {
        "Campaign": ws.campaign.title,
        "As of": f"{in_words(ws.today)}, written by foimail {__version__}",
        "Bodies": f"{asked}, the silent ones and those not asked among them. {said}",
        "How it was read": "Rows whose state is `proposed` were read by rules and not yet looked at by a person.",
        "Bands": 'A band such as "<5" has the least and the most that it can mean as `lower` and `upper`.',
        "Withheld figures": "They count from nought to no known end, and are never worked out from a total.",
    }
    if choice.confirmed:
        found["Confirmed only"] = (
            "Figures that no person has confirmed are left out; their rows have the outcome `unconfirmed`."
        )
    if choice.public:
        found["Left out"] = (
            f"This table was made to be published. Left out ({LEFT_OUT.name}): {views.NOT_PUBLIC}; "
            "and each total from which a figure that was held back could be worked out."
        )
    else:
        found["Not for publication"] = (
            "This table holds quotes, and may hold names of staff; `--public` leaves them out."
        )
    return found
