"""How many commands a poll of one folder says after its login where nothing has come, counted at the IMAP client."""

from __future__ import annotations

import imaplib
import os
import sys
import tempfile
from datetime import date
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.measure import Measure, show  # noqa: E402 - from the checkout
from benchmarks.poll import fill, workspace  # noqa: E402
from foimail.workflows import poll  # noqa: E402
from foimail.workspace import open_workspace  # noqa: E402

MAILS = 200
ALLOWED = 6


def said(folder: Path) -> list[str]:
    """The commands of one poll after its login."""
    heard: list[str] = []
    client: Any = imaplib.IMAP4  # there is no public way to listen
    command = client._command  # noqa: SLF001

    def noted(self: imaplib.IMAP4, name: str, *rest: object) -> object:
        heard.append(name)
        return command(self, name, *rest)

    client._command = noted  # noqa: SLF001
    try:
        poll.poll(open_workspace(folder, date(2026, 11, 20), os.environ | {"BENCH_SECRET": "secret"}))
    finally:
        client._command = command  # noqa: SLF001
    last = max(at for at, name in enumerate(heard) if name in {"LOGIN", "AUTHENTICATE"})
    return heard[last + 1 :]


def measures() -> list[Measure]:
    """What this file measures."""
    from tests.real.servers import DOMAIN, Dovecot, MailUser

    dovecot = Dovecot()
    try:
        user = MailUser(f"quiet@{DOMAIN}", dovecot)
        fill(dovecot, user, MAILS)
        with tempfile.TemporaryDirectory() as name:
            folder = workspace(Path(name) / "w", user)
            said(folder)
            heard = said(folder)
    finally:
        dovecot.stop()
    # the server has a sent and a junk folder, too, at one STATUS each
    further = max(0, heard.count("STATUS") - 1)
    count = len(heard) - further
    seen = f"{count} commands: {', '.join(dict.fromkeys(heard))}; 1 more for each further folder"
    return [
        Measure(
            "a poll with nothing new, one folder", f"{ALLOWED} commands after login", ALLOWED / count, 1, seen
        )
    ]


if __name__ == "__main__":
    show(measures())
