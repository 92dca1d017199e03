"""foimail killed at random steps, again and again, by SIGKILL: no message is lost or doubled, and the next run finishes the work.

Each seed draws a command (send, poll, import, adopt, escalate), a step and a moment, kills it there up to three times, and lets
it run to its end. Then the store is compared with one of which nothing was killed, and `foimail verify` looks through it.
A sample runs always: fifty on SQLite, fifteen on PostgreSQL; a thousand on each in `make test-all`.
"""

from __future__ import annotations

import random
import uuid
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from email.message import EmailMessage
from typing import TYPE_CHECKING, Any

import pytest

from foimail.workflows.verify import verify
from foimail.workspace import open_workspace
from tests.postgres import ENGINE
from tests.real.killed import KILLED, Killer
from tests.real.recorded import events, memory, rows, states
from tests.real.rounds import address, answer, arrived, make_folder
from tests.real.servers import DOMAIN, MailUser
from tests.real.test_kills import goes_on, quiet

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.real.killed import Step, When
    from tests.real.servers import Dovecot
    from tests.real.smtpd import SmtpServer
    from tests.stores import Files

pytestmark = pytest.mark.real

NOW = datetime.now(UTC)
LATE = (
    (NOW + timedelta(days=80)).date().isoformat()
)  # whatever the holidays: every request of today is late by then
SEND = ("send", "--all-trusts", "--yes")
WELL = {0, 3}  # done; done, with problems that were printed
SAMPLE, ALL, CHUNK = 50 if ENGINE == "sqlite" else 15, 1000, 50
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


@pytest.fixture(scope="module")
def fold(
    tmp_path_factory: pytest.TempPathFactory, dovecot: Dovecot, _smtp: SmtpServer, stores: Files
) -> Iterator[Fold]:
    _smtp.reset()
    fold = Fold(tmp_path_factory.mktemp("fold"), dovecot, _smtp, stores)
    yield fold
    fold.killer.close()


def killed(fold: Fold, seed: int, folder: Path) -> None:
    """Draw from this seed what is killed and where; see that the next runs finish it as if nothing had been."""
    chance = random.Random(seed)
    name = chance.choice(["send", "send", "poll", "poll", "import", "adopt", "escalate"])
    if name == "send":
        sender(fold, chance, folder)
        return
    start, words = fold.works[name]
    fold.stores.copy(start, folder)
    for again in range(chance.randint(1, 3)):
        when: When = chance.choice(["before", "after"])
        ended = fold.killer.run(folder, *words, at=chance.randint(1, fold.steps[name]), when=when)
        assert again or ended == KILLED
    assert fold.killer.run(folder, *words) in WELL
    assert memory(folder) == fold.expected[name]


def sender(fold: Fold, chance: random.Random, folder: Path) -> None:
    """A sender, killed at a commit or at an answer of the server: what the server took, it took once."""
    fold.server.reset()
    user = MailUser(f"u{uuid.uuid4().hex[:10]}@{DOMAIN}", fold.dovecot)
    fold.make(folder, user, bodies=2)
    step: Step = chance.choice(["commit", "answer"])
    when: When = "before" if step == "answer" else chance.choice(["before", "after"])
    at = chance.randint(1, fold.steps[step])
    assert fold.killer.run(folder, *SEND, step=step, at=at, when=when) == KILLED
    quiet(fold.server)
    goes_on(folder, user, fold.server)
    assert Counter(arrived(fold.server.taken, user.address)) == {address(0): 1, address(1): 1}
    assert set(states(folder).values()) == {"sent"}


def sound(folder: Path) -> None:
    ws = open_workspace(folder, date.today(), {})  # noqa: DTZ011 - it is not looked at
    assert verify(ws).faults == []
    ws.store.close()


def kill_all(fold: Fold, tmp_path: Path, seeds: range) -> None:
    for seed in seeds:
        folder = tmp_path / str(seed)
        try:
            killed(fold, seed, folder)
            sound(folder)
        except AssertionError as error:
            error.add_note(f"with the seed {seed}")
            raise
        fold.stores.remove(folder)


def test_a_sample_of_kills_loses_and_doubles_nothing(fold: Fold, tmp_path: Path) -> None:
    kill_all(fold, tmp_path, range(SAMPLE))


@pytest.mark.slow
@pytest.mark.parametrize("first", range(SAMPLE, ALL, CHUNK))
def test_a_thousand_kills_lose_and_double_nothing(fold: Fold, tmp_path: Path, first: int) -> None:
    kill_all(fold, tmp_path, range(first, min(first + CHUNK, ALL)))
