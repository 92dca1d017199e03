"""foimail killed at random steps, again and again, by SIGKILL: no message is lost or doubled, and the next run finishes the work.

Each seed draws a command (send, poll, import, adopt, escalate), a step and a moment, kills it there up to three times, and lets
it run to its end. Then the store is compared with one of which nothing was killed, and `foimail verify` looks through it.
A sample runs always: fifty on SQLite, fifteen on PostgreSQL; a thousand on each in `make test-all`.
"""

from __future__ import annotations

import random
import uuid
from collections import Counter
from typing import TYPE_CHECKING

import pytest

from tests.postgres import ENGINE
from tests.real.fold import SEND, WELL
from tests.real.killed import KILLED
from tests.real.recorded import memory, states
from tests.real.rounds import address, arrived
from tests.real.servers import DOMAIN, MailUser
from tests.real.test_kills import goes_on, quiet

if TYPE_CHECKING:
    from pathlib import Path

    from tests.real.fold import Fold
    from tests.real.killed import Step, When

pytestmark = pytest.mark.real

SAMPLE, ALL, CHUNK = 50 if ENGINE == "sqlite" else 15, 1000, 50


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


def test_a_sample_of_kills_loses_and_doubles_nothing(fold: Fold, tmp_path: Path) -> None:
    fold.each(range(SAMPLE), tmp_path, killed)


@pytest.mark.slow
@pytest.mark.parametrize("first", range(SAMPLE, ALL, CHUNK))
def test_a_thousand_kills_lose_and_double_nothing(fold: Fold, tmp_path: Path, first: int) -> None:
    fold.each(range(first, min(first + CHUNK, ALL)), tmp_path, killed)
