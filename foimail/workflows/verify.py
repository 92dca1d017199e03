"""Look through the whole store: every hash, every reference, the outbox and the inbox against the log, all that is derived."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from foimail.errors import Problem, StoreError
from foimail.store import cases, drafts, inbox, outbox, soundness
from foimail.workflows import agreement
from foimail.workflows.rebuild import DERIVED

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection

    from foimail.workspace import Workspace


@dataclass
class Verified:
    """What was looked at, in numbers, and every fault."""

    messages: int = 0
    letters: int = 0
    cases: int = 0
    events: int = 0
    faults: list[Problem] = field(default_factory=list)


def verify(ws: Workspace) -> Verified:
    """Compare everything in the store with everything else, in one state of it, whoever writes meanwhile. Nothing is changed."""
    found = Verified()
    with ws.store.read() as connection:
        found.faults += soundness.damage(connection)
        if not found.faults:
            try:
                _compare(connection, found)
            except (ValueError, TypeError) as error:
                found.faults.append(Problem("the store", f"it holds a value that makes no sense: {error}"))
    return found


def _compare(connection: Connection, found: Verified) -> None:
    openings = cases.openings(connection)
    letters = outbox.rows(connection)
    log = soundness.log(connection, found.faults)
    tokens = {opening.token for opening in openings}
    found.cases, found.letters, found.events = len(openings), len(letters), len(log)
    outline = inbox.outline(connection)
    found.messages = len(outline)
    found.faults += soundness.bytes_of_mail(connection)
    found.faults += soundness.loose_ends(connection)
    found.faults += agreement.opened(openings, log)
    found.faults += agreement.letters(letters, outbox.frozen(connection), log)
    found.faults += agreement.filed(inbox.filed(connection), inbox.own_by_hash(connection), log)
    found.faults += agreement.mail(outline, tokens)
    found.faults += agreement.drafted(drafts.rows(connection), letters, log)
    found.faults += _derived(connection)


def _derived(connection: Connection) -> Iterator[Problem]:
    for one in DERIVED:
        try:
            wrong = one.wrong(connection)
        except StoreError as error:
            yield Problem(one.name, f"it cannot be compared: {error.message}", error.hint)
            continue
        if wrong:
            rows = "1 row is" if wrong == 1 else f"{wrong} rows are"
            yield Problem(
                one.name, f"{rows} not as the rest of the store says ({one.what})", "foimail rebuild"
            )
