"""Find words in the mail that came, in what could be read of its attachments, and where asked in your own letters."""

from __future__ import annotations

from typing import TYPE_CHECKING

from foimail.errors import InputError
from foimail.mail.parse import parse
from foimail.store import cases, inbox, texts
from foimail.store.terms import terms
from foimail.workflows import read
from foimail.workflows.judge import Judge

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from foimail.workspace import Workspace

COLUMNS = ("message", "case", "body", "on", "from", "file", "words")


def found(
    ws: Workspace,
    said: Iterable[str],
    most: int,
    progress: Callable[[int], None] | None = None,
    *,
    own: bool = False,
) -> tuple[list[dict[str, object]], bool]:
    """A row for each place where all the words stand together, the mail stored last first; and whether there are more.

    `words` has what was found between `texts.OPENING` and `texts.CLOSING`. `progress` is told how many messages are to be read
    first, where there are any that no index knows.

    Raises:
        InputError: Nothing that could be looked for was said.
    """
    wanted = terms(said)
    if not wanted:
        raise InputError("there is no word to look for", hint="foimail search referral 2024")
    complete(ws, progress)
    with ws.store.read() as connection:
        hits = texts.search(connection, wanted, most + 1, own=own)
        filed = {hit.sha256: inbox.filed(connection, hit.sha256).get(hit.sha256, []) for hit in hits}
        bodies = cases.bodies_of(connection, {token for some in filed.values() for token, _ in some})
    names = {body.id: body.name for body in ws.bodies} if bodies else {}
    rows: list[dict[str, object]] = []
    for hit in hits[:most]:
        tokens = [token for token, _ in filed[hit.sha256]]
        whose = dict.fromkeys(names.get(bodies[t], bodies[t]) for t in tokens)
        rows.append(
            {
                "message": hit.message,
                "case": ", ".join(tokens),
                "body": ", ".join(whose),
                "on": hit.on,
                "from": hit.sender,
                "file": hit.name,
                "words": hit.words,
            }
        )
    return rows, len(hits) > most


def complete(ws: Workspace, progress: Callable[[int], None] | None = None) -> int:
    """Read the texts that are still owed, and say of how many messages: all mail of a store that had no index."""
    with ws.store.read() as connection:
        owed = texts.owed(connection)
    if not owed:
        return 0
    if progress:
        progress(len(owed))
    with Judge(ws) as judge:
        for number, sha256 in owed:
            with ws.store.read() as connection:
                raw = inbox.raw(connection, sha256)
            parts = _parts(ws, judge, raw)
            with ws.store.write() as connection:
                texts.keep(connection, number, parts)
    return len(owed)


def _parts(ws: Workspace, judge: Judge, raw: bytes) -> list[tuple[str, str]]:
    try:
        message = parse(raw)
    except Exception:  # noqa: BLE001 - whatever a stranger's bytes set off: what cannot be opened has no words
        return [("", "")]
    ours = read.is_own(ws, message)  # our own letters are known: what is attached to them is not opened
    return read.texts_of(read.with_texts(message, [] if ours else judge.enclosures(message)))
