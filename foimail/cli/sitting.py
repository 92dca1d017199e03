"""`foimail review` in the terminal: one message at a time, and the keys that decide it."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, get_args

import click

from foimail.cli.keys import ask, decided_by
from foimail.cli.screen import KEYS, Sitting, documents_of, show
from foimail.cli.session import say
from foimail.model import Kind
from foimail.output.tables import plain
from foimail.workflows import review

if TYPE_CHECKING:
    from foimail.workspace import Workspace

_HELP = """\
Enter, a   the case and the kind are as shown: your word, which no rule changes
k          another kind          c   another case, or several          n   no case at all
s          pass it over: it comes again after the others
m          more of the text, from the end back to its beginning
t          the text of an attachment, and back to the letter
o          the original, in your mail program; while an attachment is shown, that, in the program it is for
q          stop; the next `foimail review` goes on here
What k, c and n change stands only once you accept it."""

_HARMLESS = frozenset(
    ".pdf .docx .doc .odt .rtf .txt .xlsx .xls .ods .csv .png .jpg .jpeg .tif .tiff".split()  # noqa: SIM905 - endings
)


def sit(ws: Workspace, number: int | None = None, *, quarantined: bool = False) -> None:
    """Go through the queue, or show one message, until there is no more or the person stops."""
    passed: set[int] = set()
    # strangers' mail lies there for as long as somebody looks at it; the folder is the user's alone
    with TemporaryDirectory(prefix="foimail-") as folder:
        while True:
            waiting = [row.id for row in review.queue(ws, quarantined=quarantined)]
            here = number if number is not None else next(iter(waiting), None)
            if here is None or here in passed:
                say(
                    f"{len(passed)} passed over; they come again next time."
                    if passed
                    else "Nothing waits for you."
                )
                return
            sitting = Sitting(ws, review.item(ws, here, quarantined=quarantined), len(waiting), Path(folder))
            outcome = _one(sitting)
            if outcome == "quit" or number is not None:
                say(f"{len(review.queue(ws))} left.")
                return
            if outcome == "skip":
                passed.add(here)


def _one(sitting: Sitting) -> str:
    """Show the message until it is decided, passed over, or the person stops."""
    show(sitting)
    return decided_by(
        lambda: _accept(sitting),
        lambda: review.skip(sitting.ws, sitting.item.row.id),
        lambda key: _look(sitting, key),
    )


def _look(sitting: Sitting, key: str) -> None:
    """A key that decides nothing yet: it changes what is shown or proposed."""
    match key:
        case "k":
            _choose_kind(sitting)
        case "c":
            _choose_case(sitting)
        case "n":
            sitting.cases = ()
        case "m":
            sitting.page = (sitting.page or 0) + 1
        case "t":
            if not _choose_file(sitting):
                return
        case "o":
            open_original(sitting)
            return
        case "h" | "?":
            say(_HELP)
            return
        case _:
            say(KEYS)
            return
    show(sitting)


def _accept(sitting: Sitting) -> None:
    # what stood on the screen is what was agreed to, whatever a poll has made of the message meanwhile
    tokens = None if sitting.cases is None and not sitting.item.cases else [c.token for c in sitting.where]
    kind = sitting.kind or sitting.item.row.kind
    what, filed = review.decide(sitting.ws, sitting.item.row.id, tokens=tokens, kind=kind)
    click.echo(f"message {sitting.item.row.id}: {what}, {', '.join(filed) or 'no case'}")


def _choose_kind(sitting: Sitting) -> None:
    kinds = get_args(Kind)
    say("\n".join(f"{number:3} {kind}" for number, kind in enumerate(kinds, start=1)))
    answer = ask("Which kind (number or name, nothing: as it was)")
    meant = [kind for number, kind in enumerate(kinds, start=1) if answer in {str(number), kind}]
    meant = meant or [kind for kind in kinds if answer and kind.startswith(answer.lower())]
    if len(meant) == 1:
        sitting.kind = meant[0]
    elif answer:
        say(f"{answer!r} is {'more than one' if meant else 'no'} kind.")


def _choose_case(sitting: Sitting) -> None:
    offered = (*sitting.item.candidates, *sitting.item.cases)
    for number, choice in enumerate(offered, start=1):
        say(f"{number:3} {choice.token} {plain(choice.name)}")
    answer = ask("Which case (number, token or part of a name; several with commas; nothing: as it was)")
    words = [word.strip() for word in answer.split(",") if word.strip()]
    chosen = [
        offered[int(word) - 1]
        if word.isdecimal() and 0 < int(word) <= len(offered)
        else review.case(sitting.ws, word)
        for word in words
    ]
    if chosen:
        sitting.cases = tuple(dict.fromkeys(chosen))


def _choose_file(sitting: Sitting) -> bool:
    documents = documents_of(sitting)
    if not documents:
        say("Nothing is attached that could be shown.")
        return False
    if len(documents) == 1:
        sitting.file = 0 if sitting.file is None else None
    else:
        say("  0 the letter itself")
        for number, (attachment, document) in enumerate(documents, start=1):
            say(f"{number:3} {plain(attachment.name)} ({document.state.replace('_', ' ')})")
        answer = ask("Which")
        if not answer.isdecimal() or int(answer) > len(documents):
            say("That is none of these.")
            return False
        sitting.file = int(answer) - 1 if int(answer) else None
    sitting.page = None
    return True


def open_original(sitting: Sitting) -> None:
    """The original, or the attachment that is shown, in the user's own program: a file only they can read, gone when they stop."""
    name, content = f"message-{sitting.item.row.id}.eml", sitting.item.raw
    if sitting.file is not None:
        attachment, _ = documents_of(sitting)[sitting.file]
        # a stranger's name may say that it is a program, or lead out of the folder: of it only a harmless ending is kept
        ending = Path(attachment.name).suffix.lower()
        if ending not in _HARMLESS:
            say(
                f"foimail opens no file of this kind. `foimail inbox show {sitting.item.row.id} --raw` has it."
            )
            return
        name, content = f"message-{sitting.item.row.id}-{sitting.file + 1}{ending}", attachment.content
    path = sitting.folder / name
    if not path.exists():
        path.touch(mode=0o600)
        path.write_bytes(content)
    if click.launch(str(path)):
        say(f"No program could be started for it. Until you stop it lies in {path}")
