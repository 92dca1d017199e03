"""A store from one engine to another: from a file to a server when a team takes over, or back into a file to keep."""

from __future__ import annotations

from contextlib import ExitStack, closing
from typing import TYPE_CHECKING

from foimail.errors import InputError
from foimail.store import locks, outbox, transfer
from foimail.store.engine import open_store

if TYPE_CHECKING:
    from collections.abc import Callable

    from foimail.store.transfer import Copied
    from foimail.workspace import Workspace


def copy(
    ws: Workspace, source: str, target: str, passwords: tuple[str, str] = ("", "")
) -> tuple[tuple[Copied, ...], int]:
    """Copy the store at one address into the empty one at another; what was copied, and the letters that wait in it.

    Both are given as `store.url` is. `passwords` are references to theirs; where empty, `store.password` counts. No mail is
    fetched or sent meanwhile.

    Raises:
        InputError: Both are the same.
        StoreError: One cannot be opened, the target is not empty, or the copy is not as the store is; nothing is kept then.
    """
    if source == target:
        raise InputError(f"{source} cannot be copied into itself")
    with ExitStack() as open_things:
        stores = [
            open_things.enter_context(
                closing(open_store(url, ws.folder, ws.now(), _password(ws, given), ws.large))
            )
            for url, given in zip((source, target), passwords, strict=True)
        ]
        if str(stores[0].engine.url) == str(stores[1].engine.url):
            raise InputError(f"{source} cannot be copied into itself")
        for work in ("poll", "send", "escalate"):
            open_things.enter_context(locks.hold(stores[0], work))
        with stores[0].read() as there, stores[1].write() as here:
            copied = transfer.copy(there, here)
            return copied, len(outbox.rows(here, "queued", "sending", "unknown"))


def _password(ws: Workspace, given: str) -> Callable[[], str] | None:
    reference = given or ws.settings["store.password"]
    return (lambda: ws.secret(reference)) if reference else None
