"""The workspaces in which processes are killed, as they are before each command, and what each becomes where nothing is."""

from __future__ import annotations

import uuid
from datetime import UTC, date, datetime, timedelta
from email.message import EmailMessage
from functools import cached_property
from typing import TYPE_CHECKING, Any

from foimail.workflows.verify import verify
from foimail.workspace import open_workspace
from tests.real.killed import Killer
from tests.real.recorded import events, memory, rows
from tests.real.rounds import address, answer, make_folder
from tests.real.servers import DOMAIN, MailUser

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.real.killed import Step
    from tests.real.servers import Dovecot
    from tests.real.smtpd import SmtpServer
    from tests.stores import Files

NOW = datetime.now(UTC)
LATE = (
    (NOW + timedelta(days=80)).date().isoformat()
)  # whatever the holidays: every request of today is late by then
SEND = ("send", "--all-trusts", "--yes")
WELL = {0, 3}  # done; done, with problems that were printed
BODIES = 3


class Fold:
    """The workspaces as they are before each command, made once, and what each has become where nothing was killed."""

    def __init__(self, folder: Path, dovecot: Dovecot, server: SmtpServer, stores: Files) -> None:
        self.dovecot, self.server, self.stores = dovecot, server, stores
        self.killer = Killer(stores)
        self.user = MailUser(f"u{uuid.uuid4().hex[:10]}@{DOMAIN}", dovecot)
        self.asked = self.make(folder / "asked", self.user)
        assert self.killer.run(self.asked, *SEND) == 0
        letters = [taken.raw for taken in server.taken]
        self.mail = self._mail(letters)
        client = self.user.client()
        client.multiappend("INBOX", self.mail)
        client.logout()
        (folder / "mail").mkdir()
        for number, raw in enumerate(self.mail):
            (folder / "mail" / f"{number}.eml").write_bytes(raw)
        self.empty = self.make(folder / "empty", self.user)
        (folder / "sent").mkdir()
        for number in range(BODIES):
            (folder / "sent" / f"{number}.eml").write_bytes(self._by_hand(number))
        self.late = stores.copy(self.asked, folder / "late")
        assert self.killer.run(self.late, "poll") in WELL
        # by its name: the folder it begins with and the words
        self.works: dict[str, tuple[Path, tuple[str, ...]]] = {
            "poll": (self.asked, ("poll",)),
            "import": (self.asked, ("import", str(folder / "mail"))),
            "adopt": (self.empty, ("import", "--sent", str(folder / "sent"))),
            "escalate": (self.late, ("--today", LATE, "escalate", "--due")),
        }
        self.expected: dict[str, dict[str, list[tuple[Any, ...]]]] = {}
        # by the name of a work, or of the step at which a sender is killed, how many there are
        self.steps: dict[str, int] = {}
        for name, (start, words) in self.works.items():
            whole = stores.copy(start, folder / f"whole {name}")
            assert self.killer.run(whole, *words) in WELL
            self.steps[name] = self.killer.steps
            self.expected[name] = memory(whole)
        assert len(events(folder / "whole poll", "received")) == 2
        assert len(events(folder / "whole adopt", "sent")) == BODIES
        assert len(rows(folder / "whole escalate", "SELECT id FROM drafts")) >= 1
        step: Step
        for step in ("commit", "answer"):
            assert self.killer.run(self.make(folder / step, self.user, bodies=2), *SEND, step=step) == 0
            self.steps[step] = self.killer.steps

    def make(self, folder: Path, user: MailUser, bodies: int = BODIES) -> Path:
        """A workspace in which nothing has happened yet; its store was never opened."""
        return make_folder(folder, user, self.server, bodies, self.stores.new())

    @cached_property
    def second(self) -> Killer:
        """Another killer, for two that work at once."""
        return Killer(self.stores)

    def close(self) -> None:
        """No more kills."""
        self.killer.close()
        if "second" in vars(self):
            self.second.close()

    def each(self, seeds: range, folder: Path, one: Callable[[Fold, int, Path], None]) -> None:
        """Kill as each of these seeds says, and see that every store is sound after it."""
        for seed in seeds:
            there = folder / str(seed)
            try:
                one(self, seed, there)
                sound(there)
            except AssertionError as error:
                error.add_note(f"with the seed {seed}")
                raise
            self.stores.remove(there)

    def _mail(self, letters: list[bytes]) -> list[bytes]:
        question = answer(letters[0], NOW, "Could you please clarify which years you mean?")
        return [
            question,
            b"Received: from elsewhere.test\n" + question,
            answer(letters[1], NOW, "Thank you, we have received your request.", way="text"),
            b"Subject: Lunch?\r\nFrom: stranger@elsewhere.test\r\n\r\nToday?\r\n",
            b"\r\nno headers at all\r\n",
        ]

    def _by_hand(self, number: int) -> bytes:
        letter = EmailMessage()
        letter["From"], letter["To"], letter["Message-ID"] = (
            self.user.address,
            address(number),
            f"<hand.{number}@x>",
        )
        letter["Subject"] = f"Freedom of information [FOI-{'ABCDEFGH'[number]}{'2345'[number]}MNPQ]"
        letter["Date"] = NOW - timedelta(days=2)
        letter.set_content("How many?\n")
        return letter.as_bytes()


def sound(folder: Path) -> None:
    ws = open_workspace(folder, date.today(), {})  # noqa: DTZ011 - it is not looked at
    assert verify(ws).faults == []
    ws.store.close()
