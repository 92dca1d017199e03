"""An archive for people: a page of all bodies, a page for each, each letter as plain text, and a README that says what is what.

The pages are whole without a script and open from a disk; every stranger's word in them is escaped and stripped of marks.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote

from foimail.output import templates
from foimail.output.html import row_of
from foimail.output.names import parted
from foimail.output.tables import plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from foimail.model import Message
    from foimail.output.tables import Row

README, INDEX, LOG = "README.txt", "index.html", "store.jsonl"
# what a browser shows or hands on without running it; of a page or a drawing with a script only the name is shown
_LINKED = frozenset(
    {
        ".pdf",
        ".txt",
        ".csv",
        ".doc",
        ".docx",
        ".xls",
        ".xlsx",
        ".ods",
        ".odt",
        ".odp",
        ".ppt",
        ".pptx",
        ".rtf",
    }
    | {".png", ".jpg", ".jpeg", ".gif", ".tif", ".tiff", ".eml", ".msg", ".zip"}
)


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter of a case as the archive has it. Paths are those below the archive's folder, empty where there is no e-mail.

    `files` are its attachments: the name each came with, and where it is. `note` says what is to be known of it.
    """

    on: date
    what: str
    sent: bool
    who: str
    subject: str
    mail: str = ""
    text: str = ""
    files: tuple[tuple[str, str], ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Enclosure:
    """An attachment: the name it came with, where it was `saved`, and what foimail could read of it, with how far it got."""

    name: str
    media_type: str
    size: int
    saved: str
    state: str
    text: str


@dataclass(frozen=True, slots=True)
class Entry:
    """A case, or a body that was never asked: its row of the report, and of a case all else that is shown.

    `folder` is that of its body, empty where there is none. `chronology` has the rows of `output.evidence`, `working` the count
    of its days in sentences, `log` the path of all that happened as text.
    """

    row: Row
    folder: str = ""
    campaign: str = ""
    letters: Sequence[Letter] = ()
    chronology: Sequence[Row] = ()
    working: Sequence[str] = ()
    log: str = ""


def index(title: str, entries: Iterable[Entry], loose: Iterable[Letter], today: date) -> str:
    """The page of all bodies with their stage and letters, then the mail of no case."""
    return _page(
        "archive.html.j2",
        title=plain(title),
        on=today,
        entries=[
            row_of(one.row, today)
            | {
                "page": _link(f"{one.folder}/{INDEX}") if one.folder else "",
                "letters": [_letter(letter, "") for letter in one.letters],
            }
            for one in entries
        ],
        loose=[_letter(one, "") for one in loose],
    )


def body_page(entries: Sequence[Entry], today: date) -> str:
    """The page of one body: for each case its stage, letters, what happened on which day, and the count of days."""
    return _page(
        "archive_body.html.j2",
        name=plain(str(entries[0].row["name"])),
        code=plain(str(entries[0].row["body"])),
        on=today,
        cases=[
            row_of(one.row, today)
            | {
                "campaign": plain(one.campaign),
                "letters": [_letter(letter, one.folder) for letter in one.letters],
                "chronology": [
                    {"date": r["date"], "what": plain(str(r["what"])), "citation": plain(str(r["citation"]))}
                    for r in one.chronology
                ],
                "working": [plain(line) for line in one.working],
                "log": _link(_below(one.log, one.folder)),
            }
            for one in entries
        ],
    )


def _page(template: str, /, **values: object) -> str:
    from markupsafe import Markup

    # a file of this package; all else is escaped
    return templates.render(template, style=Markup(templates.text("report.css")), **values)  # noqa: S704


def letter_text(message: Message, sha256: str, enclosures: Iterable[Enclosure]) -> str:
    """A letter to read without any mail program, with what foimail could read of each attachment and where that was saved."""
    heads = {
        "From": f"{message.sender_name} <{message.sender}>" if message.sender_name else message.sender,
        "To": ", ".join(message.to),
        "Date": message.sent_at.isoformat(" ") if message.sent_at else "",
        "Subject": message.subject,
        "Message-ID": message.message_id or "",
        "SHA-256 of the e-mail": sha256,
    }
    blocks = [
        "\n".join(f"{name}: {plain(value)}" for name, value in heads.items() if value),
        _lines(message.text),
    ]
    for number, one in enumerate(enclosures, start=1):
        title = f"ATTACHMENT {number}: {plain(one.name)} ({plain(one.media_type)}, {one.size} bytes)"
        read = f"Its text, as foimail read it ({plain(one.state)}):"
        blocks += [f"{'-' * 72}\n{title}\nSaved as: {one.saved}\n{read}", _lines(one.text)]
    return "\n\n".join(filter(None, blocks)) + "\n"


def readme(facts: Mapping[str, object]) -> str:
    """What is what in the archive, for somebody who has never heard of foimail."""
    return templates.text("archive-readme.txt").format_map(facts)


def _letter(letter: Letter, folder: str) -> dict[str, object]:
    return {
        "on": letter.on,
        "what": plain(letter.what),
        "way": "to" if letter.sent else "from",
        "who": plain(letter.who),
        "subject": plain(letter.subject),
        "mail": _link(_below(letter.mail, folder)),
        "text": _link(_below(letter.text, folder)),
        "files": [
            (
                plain(name),
                _link(_below(path, folder)) if parted(path)[1].lower() in _LINKED else "",
                plain(path),
            )
            for name, path in letter.files
        ],
        "note": plain(letter.note),
    }


def _below(path: str, folder: str) -> str:
    return path.removeprefix(f"{folder}/") if folder else path


def _link(path: str) -> str:
    """A path as a relative address (RFC 3986): it never begins with a scheme, for no name of ours holds a colon."""
    return quote(path)


def _lines(text: str) -> str:
    return "\n".join(plain(line) for line in text.splitlines())
